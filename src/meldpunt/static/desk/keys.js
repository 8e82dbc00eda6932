// Single keys: each presses, follows or goes to the thing on the page that carries it.  See templates/desk/keys_list.html.
"use strict";
if (document.body.dataset.keys === "on") {
  const dialog = document.getElementById("keys");
  const typing = (where) => where.closest("input:not([type=checkbox], [type=radio], [type=submit]), textarea, select, [contenteditable], dialog[open]");
  const rows = () => [...document.querySelectorAll(".owed__what")];
  const row = () => document.activeElement?.closest("li")?.querySelector(".owed__what");
  const move = (by) => {
    const all = rows(), at = all.indexOf(row());
    const to = all[at < 0 ? (by > 0 ? 0 : all.length - 1) : Math.min(Math.max(at + by, 0), all.length - 1)];
    to?.focus();
    to?.scrollIntoView({ block: "nearest" });
  };
  const act = (thing) => {
    if (thing.matches("form")) thing.requestSubmit();
    else if (thing.matches("a, button")) thing.click();
    else { thing.focus(); thing.scrollIntoView({ block: "center" }); }
  };
  const own = {
    "?": () => dialog?.showModal(),
    "/": () => { const field = document.getElementById("seek"); field?.focus(); field?.select(); },
    j: () => move(1),
    k: () => move(-1),
    x: () => row()?.closest("li").querySelector("input[type=checkbox]")?.click(),
  };
  addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing || event.defaultPrevented) return;
    const field = typing(event.target);
    if (event.key === "Escape" && field && !field.matches("dialog")) return field.blur();
    if (field) return;
    if ((event.key === "ArrowDown" || event.key === "ArrowUp") && event.target.matches(".owed__what")) {
      event.preventDefault();
      return move(event.key === "ArrowDown" ? 1 : -1);
    }
    const thing = /^[a-z]$/.test(event.key) ? document.querySelector(`[data-key="${event.key}"]`) : null;
    const does = own[event.key] ?? (thing && (() => act(thing)));
    if (!does || event.repeat && !"jk".includes(event.key)) return;
    event.preventDefault();
    does();
  });
  dialog?.addEventListener("click", (event) => { if (event.target === dialog) dialog.close(); });
}

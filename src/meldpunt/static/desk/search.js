// The box in the header: a short list while one types.  Without this, "Search" leads to the page with everything.
"use strict";
const form = document.querySelector("form.seek");
if (form) {
  const field = form.elements.asked, list = document.getElementById("seek-list"), said = document.getElementById("seek-said");
  let timer = 0, asked = 0, chosen = -1, last = field.value;
  field.setAttribute("role", "combobox");
  field.setAttribute("aria-controls", list.id);
  field.setAttribute("aria-autocomplete", "list");
  field.setAttribute("aria-expanded", "false");

  const options = () => [...list.querySelectorAll("[role=option]")];
  const open = (yes) => { list.hidden = !yes; field.setAttribute("aria-expanded", String(yes)); if (!yes) choose(-1); };
  const choose = (which) => {
    const all = options();
    chosen = all.length ? (which < -1 ? all.length - 1 : which >= all.length ? -1 : which) : -1;
    all.forEach((one, at) => one.setAttribute("aria-selected", String(at === chosen)));
    if (chosen < 0) field.removeAttribute("aria-activedescendant");
    else { field.setAttribute("aria-activedescendant", all[chosen].id); all[chosen].scrollIntoView({ block: "nearest" }); }
  };
  const ask = async () => {
    const turn = ++asked, typed = field.value;
    if (typed.trim().length < 2) return open(false);
    try {
      const answer = await fetch(form.dataset.quick, { method: "POST", body: new FormData(form), redirect: "error", cache: "no-store" });
      if (turn !== asked || !answer.ok) return;  // something was typed since, or one must sign in again
      const html = await answer.text();
      if (turn !== asked || document.activeElement !== field) return;
      list.innerHTML = html;  // made by our own template, with every word escaped
      const count = options().length;
      open(list.children.length > 0);
      said.textContent = count ? form.dataset.some.replace("#", count) : form.dataset.none;
    } catch { /* no answer: the button still works */ }
  };
  field.addEventListener("input", () => { clearTimeout(timer); if (field.value !== last) { last = field.value; timer = setTimeout(ask, 180); } });
  field.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && !list.hidden) { open(false); event.preventDefault(); return; }
    if (list.hidden || event.isComposing) return;
    if (event.key === "ArrowDown") choose(chosen + 1);
    else if (event.key === "ArrowUp") choose(chosen < 0 ? -2 : chosen - 1);
    else if (event.key === "Enter" && chosen >= 0) location.assign(options()[chosen].dataset.href);
    else return;
    event.preventDefault();
  });
  form.addEventListener("focusout", (event) => { if (!form.contains(event.relatedTarget)) open(false); });
  list.addEventListener("mousedown", (event) => event.preventDefault());  // so that the box keeps the focus until the click
  addEventListener("pageshow", (event) => { if (event.persisted) open(false); });
}

// A letter that is being written is kept now and then; what was sent can be taken back while its time runs; who else
// is in this case, and what happened meanwhile, is asked now and then while somebody looks at the page.
"use strict";
const writing = document.querySelector("form[data-draft]");
if (writing) {
  const letter = writing.elements.letter, said = document.getElementById("draft-said");
  let kept = letter.value, timer = 0, going = false;
  const keep = async (leaving) => {
    clearTimeout(timer);
    if (going || letter.value === kept) return;
    const text = letter.value, body = new FormData();
    body.set("csrfmiddlewaretoken", writing.elements.csrfmiddlewaretoken.value);
    body.set("letter", text);
    try {
      const answer = await fetch(writing.dataset.draft, { method: "POST", body, keepalive: leaving && text.length < 20000, redirect: "error" });
      if (answer.ok) { kept = text; said.textContent = writing.dataset.kept; }
    } catch { /* no answer: "Keep it for later" still works */ }
  };
  letter.addEventListener("input", () => { said.textContent = ""; clearTimeout(timer); timer = setTimeout(keep, 1500); });
  writing.addEventListener("submit", () => { going = true; clearTimeout(timer); });
  addEventListener("pagehide", () => keep(true));
}
for (const undo of document.querySelectorAll(".undo[data-until]")) {
  const left = Date.parse(undo.dataset.until) - Date.now();
  if (left < 60000) setTimeout(() => undo.remove(), Math.max(left, 0));  // a clock that is wrong by more takes nothing away
}
const there = document.getElementById("there");
if (there) {
  const asks = setInterval(async () => {
    if (document.visibilityState !== "visible") return;
    try {
      const answer = await fetch(there.dataset.ask, { redirect: "error", headers: { Accept: "application/json" } });
      if (!answer.ok) return clearInterval(asks);  // not ours any more
      const said = await answer.json();
      const lines = [...said.there, ...(said.news.length ? [there.dataset.news, ...said.news] : [])].join(" ");
      if (lines !== there.textContent) there.textContent = lines;  // said aloud when it changes
    } catch { clearInterval(asks); }  // signed out, or no network: the page says what it said
  }, 20000);
}

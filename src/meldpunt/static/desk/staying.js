// Asks in time whether one is still there, and says so to the desk.  Another tab may have said it already.
"use strict";
(() => {
  const dialog = document.getElementById("staying");
  const WARN = 300; // seconds before the end
  let waiting;
  const say = (when) => {
    for (const line of dialog.querySelectorAll("[data-when]")) line.hidden = line.dataset.when !== when;
    if (!dialog.open) dialog.showModal();
  };
  async function ask(method) {
    const body = method === "POST" ? new URLSearchParams(new FormData(dialog.querySelector("form"))) : undefined;
    const answer = await fetch(dialog.dataset.ask, { method, body, redirect: "error" });
    if (!answer.ok) throw new Error("signed out");
    return answer.json();
  }
  function plan({ idle, rest }) {
    clearTimeout(waiting);
    const left = Math.min(idle, rest);
    if (left > WARN) {
      if (dialog.open) dialog.close("seen");
      waiting = setTimeout(look, (left - WARN) * 1000);
    } else {
      say(idle < rest ? "idle" : "rest");
      waiting = setTimeout(look, (Math.max(left, 0) + 1) * 1000);
    }
  }
  async function look() {
    try {
      plan(await ask("GET"));
    } catch {
      say("over");
    }
  }
  dialog.addEventListener("close", async () => {
    if (dialog.returnValue === "seen") return void (dialog.returnValue = "");
    try {
      const { idle, rest } = await ask("POST");
      if (Math.min(idle, rest) > WARN) plan({ idle, rest });
    } catch {
      // signed out: the next page says so
    }
  });
  document.addEventListener("visibilitychange", () => document.hidden || look()); // a laptop that slept
  plan({ idle: Number(dialog.dataset.idle), rest: Number(dialog.dataset.rest) });
})();

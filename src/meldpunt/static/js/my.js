// The receipt of a link stands behind its #, which no server sees.  Put it in the field, take it out of the address, send.
"use strict";
const asked = document.getElementById("receipt-form");
if (asked && location.hash.length > 1) {
  let code = location.hash.slice(1);
  try { code = decodeURIComponent(code); } catch { /* show it as it came */ }
  history.replaceState(null, "", location.pathname);
  asked.elements.receipt.value = code;
  asked.requestSubmit();
}
// A report that is being opened: look again by itself.
const again = document.querySelector("form[data-again]");
if (again) setTimeout(() => again.requestSubmit(), Number(again.dataset.again));

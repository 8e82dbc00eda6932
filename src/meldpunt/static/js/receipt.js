// What a browser with JavaScript can do beside saving the file.
"use strict";
const print_button = document.getElementById("print");
print_button.hidden = false;
print_button.addEventListener("click", () => window.print());
const copy_button = document.getElementById("copy");
if (navigator.clipboard) {
  copy_button.hidden = false;
  copy_button.addEventListener("click", async () => {
    await navigator.clipboard.writeText(copy_button.dataset.copy);
    copy_button.textContent = copy_button.dataset.done;
  });
}

// What a form that takes a report or a message can do more in a browser that runs scripts: encrypt to our key
// before anything leaves, show how far an upload is, take files that are dropped on it, and keep a draft if asked.
// Without this file the form works as it is.

const form = document.querySelector("form[data-sends]");
const bar = document.getElementById("sending");
const say = bar.dataset;
const fields = [...form.querySelectorAll("input:not([type=hidden], [type=radio], [type=checkbox], [type=file]), textarea")];
const files = form.querySelector("input[type=file]");
const button = form.querySelector("button[type=submit]");
const most = { files: Number(say.mostFiles), bytes: Number(say.mostBytes), letters: Number(say.mostLetters) };
const MESSAGE = "-----BEGIN PGP MESSAGE-----";
const PRIVATE = "-----BEGIN PGP PRIVATE KEY BLOCK-----";

// ---- our key, and the library that encrypts to it; every file of it is checked against its hash

let encryptor;

function verified([url, integrity]) {
  return new Promise((done, failed) => {
    const link = document.createElement("link");
    Object.assign(link, { rel: "modulepreload", href: url, onload: done, onerror: failed });
    link.integrity = integrity;
    document.head.append(link);
  });
}

async function prepare() {
  if (!say.key || !window.isSecureContext || !link_can("modulepreload")) throw new Error("not here");
  const modules = JSON.parse(say.modules);
  await Promise.all(modules.map(verified));
  const openpgp = await import(modules[0][0]);
  const answer = await fetch(say.key);
  if (!answer.ok) throw new Error("no key");
  const key = await openpgp.readKey({ armoredKey: await answer.text() });
  if (key.getFingerprint().toUpperCase() !== say.fingerprint) throw new Error("another key");
  const date = new Date(say.now); // this machine's clock may be wrong
  const shared = { encryptionKeys: key, date, config: { showVersion: false, showComment: false } };
  return {
    text: async (text) => openpgp.encrypt({ ...shared, message: await openpgp.createMessage({ text }) }),
    bytes: async (binary) =>
      openpgp.encrypt({ ...shared, message: await openpgp.createMessage({ binary, filename: "" }), format: "binary" }),
  };
}

function link_can(what) {
  return document.createElement("link").relList.supports(what);
}

function lock(sentence) {
  for (const place of document.querySelectorAll("[data-lock]")) place.textContent = sentence;
}

function encrypting() {
  encryptor ??= prepare().then(
    (ready) => {
      lock(say.sealedHere);
      return ready;
    },
    () => null, // it is encrypted as it arrives, as without scripts
  );
  return encryptor;
}

form.addEventListener("focusin", encrypting, { once: true });

// ---- what goes: each text as armour, each file as a message without its name

async function sealed(field, seal) {
  const text = field.value;
  if (!text.trim() || text.startsWith(MESSAGE)) return text;
  if (text.includes(PRIVATE)) return PRIVATE; // refused, and never sent
  if (text.length > most.letters) return "x".repeat(text.length); // refused as well
  if (!field.validity.valid || (field.name === "key" && !text.startsWith("-----BEGIN PGP"))) return text;
  return seal.text(text);
}

async function packed(file, seal) {
  const name = encodeURIComponent(file.name).replace(/['()*]/g, (one) => `%${one.charCodeAt(0).toString(16)}`);
  const head = `Content-Type: application/octet-stream\r\nContent-Disposition: attachment; filename*=utf-8''${name}\r\n\r\n`;
  const whole = new Blob([head, file]);
  return new Blob([await seal.bytes(new Uint8Array(await whole.arrayBuffer()))]);
}

async function contents(seal) {
  const data = new FormData(form);
  if (!seal) return data;
  const anonymous = data.get("contact") === "anonymous";
  for (const field of fields) {
    data.set(field.name, anonymous && field.name === "address" ? "" : await sealed(field, seal));
  }
  data.delete(files.name);
  let count = 0;
  for (const file of files.files) {
    tell(say.encrypting);
    data.append(files.name, await packed(file, seal), `${++count}.pgp`);
  }
  return data;
}

// ---- on its way

let going = null;

function tell(sentence, part) {
  const [status, progress] = [bar.querySelector("[role=status]"), bar.querySelector("progress")];
  bar.querySelector("div").hidden = !sentence;
  if (part === undefined) progress.removeAttribute("value");
  else progress.value = part;
  if (status.textContent !== sentence) status.textContent = sentence;
}

function post(data) {
  return new Promise((done) => {
    going = new XMLHttpRequest();
    going.open("POST", form.action);
    going.upload.onprogress = ({ loaded, total }) => {
      const quarter = Math.floor((4 * loaded) / total) * 25; // said four times, shown as it goes
      tell(say.sending.replace("%", `${quarter} %`), loaded / total);
    };
    going.upload.onload = () => tell(say.sent);
    going.onload = () => done(going);
    going.onabort = going.onerror = going.ontimeout = ({ type }) => done(type);
    going.send(data);
  });
}

function complain(sentence) {
  const old = document.getElementById("mistakes");
  const notice = document.createElement("div");
  Object.assign(notice, { id: "mistakes", className: "notice", tabIndex: -1 });
  notice.setAttribute("role", "alert");
  if (typeof sentence === "string") {
    const told = document.createElement("p");
    told.textContent = sentence;
    notice.append(told);
  } else notice.append(...sentence.children);
  old?.remove();
  (document.querySelector("main .opening .leaf__text") ?? form).append(notice);
  notice.focus();
  notice.scrollIntoView({ block: "start" });
}

function mark(page) {
  for (const old of form.querySelectorAll(".field__error")) old.remove();
  for (const input of form.elements) {
    const error = input.id && page.getElementById(`${input.id}-error`);
    const field = input.closest(".field");
    field?.classList.toggle("field--wrong", Boolean(error));
    input.toggleAttribute("aria-invalid", false);
    if (!error) continue;
    input.setAttribute("aria-invalid", "true");
    input.setAttribute("aria-describedby", page.getElementById(input.id)?.getAttribute("aria-describedby") ?? error.id);
    const choice = input.matches("[type=radio], [type=checkbox]") && input.closest(".choice");
    (choice || input).before(document.adoptNode(error));
  }
}

// A flood: find a number whose hash, with the ticket of the form, begins with so many zero bits; then send again.
async function work(bits) {
  const ticket = form.elements.ticket.value;
  const hash = (text) => crypto.subtle.digest("SHA-256", new TextEncoder().encode(text));
  const zeros = (digest) => {
    const [high] = new Uint32Array(new Uint8Array(digest).slice(0, 4).reverse().buffer);
    return Math.clz32(high);
  };
  for (let first = 0; ; first += 256) {
    const some = Array.from({ length: 256 }, (_, more) => first + more);
    const found = (await Promise.all(some.map((one) => hash(`${ticket}:${one}`)))).findIndex((one) => zeros(one) >= bits);
    if (found >= 0) return String(first + found);
  }
}

async function read(answer) {
  const page = new DOMParser().parseFromString(answer.responseText, "text/html");
  const hidden = ["once", "policy_version", "ticket"];
  for (const name of hidden) {
    const fresh = page.querySelector(`form[data-sends] [name=${name}]`);
    if (fresh && form.elements[name]) form.elements[name].value = fresh.value;
  }
  const bits = Number(page.querySelector("[data-bits]")?.dataset.bits);
  if (bits && window.isSecureContext && !form.elements.work.value) {
    tell(say.working);
    form.elements.work.value = await work(bits);
    tell("");
    form.requestSubmit(button);
    return;
  }
  if (form.elements.work) form.elements.work.value = "";
  const again = page.querySelector("form[data-sends] [name=again]"); // the same words a second time: whoever means it
  if (again && !form.elements.again) {
    form.append(Object.assign(document.createElement("input"), { type: "hidden", name: "again", value: "1" }));
    button.textContent = again.textContent;
  }
  const notice = page.querySelector("main .notice[role=alert], main #already");
  mark(page);
  for (const lost of notice?.querySelectorAll("[data-lost]") ?? []) lost.remove(); // the files are still chosen
  if (answer.status === 403 && notice) {
    const link = document.createElement("a");
    Object.assign(link, { href: say.receipt, target: "_blank", rel: "noopener", textContent: say.show });
    notice.replaceChildren(link);
  }
  complain(notice ?? page.querySelector("main .lead")?.textContent ?? say.broke);
}

function arrived(answer) {
  forget();
  if (answer.status === 201) { // the receipt: shown once, under an address that asks for nothing when reloaded
    document.open();
    document.write(answer.responseText);
    document.close();
    scrollTo(0, 0);
    return;
  }
  for (const sent of [...fields, files]) sent.value = ""; // the back button brings nothing of it back
  const place = new URL(answer.responseURL);
  location.hash = "letters";
  location.pathname === place.pathname ? location.reload() : location.assign(place);
}

form.addEventListener("submit", async (event) => {
  event.preventDefault();
  if (going) return;
  going = true;
  button.setAttribute("aria-disabled", "true");
  tell(say.encrypting);
  let answer = "error";
  try {
    const data = await contents(await encrypting());
    const bytes = data.getAll(files.name).reduce((sum, file) => sum + file.size, 0);
    answer = bytes > most.bytes ? "large" : going === true ? await post(data) : "abort";
  } catch {
    answer = "unsealed";
    encryptor = Promise.resolve(null);
    lock(say.sealedThere);
  } finally {
    going = null;
    button.removeAttribute("aria-disabled");
    tell("");
  }
  if (answer === "large") complain(say.large);
  else if (answer === "abort") complain(say.stopped);
  else if (answer === "unsealed") complain(say.unsealed);
  else if (typeof answer === "string") complain(say.broke);
  else if (answer.status < 400) arrived(answer);
  else read(answer);
});

bar.querySelector("button").addEventListener("click", () => {
  if (going?.abort) going.abort();
  else going = null;
});
addEventListener("beforeunload", (event) => { if (going) event.preventDefault(); });

// ---- files: dropped, listed, taken out again

const list = document.createElement("ul");
list.className = "chosen";
files.after(list);

function choose(chosen) {
  const all = new DataTransfer();
  for (const file of chosen) all.items.add(file);
  files.files = all.files;
  show();
}

function show() {
  list.replaceChildren(...[...files.files].map((file, place) => {
    const [line, out] = [document.createElement("li"), document.createElement("button")];
    out.type = "button";
    out.className = "link-button";
    out.textContent = say.remove;
    out.setAttribute("aria-label", `${say.remove}: ${file.name}`);
    out.addEventListener("click", () => {
      choose([...files.files].filter((_, other) => other !== place));
      files.focus();
    });
    line.append(`${file.name}, ${Math.ceil(file.size / 1000)} kB `, out);
    return line;
  }));
  const bytes = [...files.files].reduce((sum, file) => sum + file.size, 0);
  if (files.files.length > most.files || bytes > most.bytes) complain(say.large);
}

files.addEventListener("change", show);
for (const kind of ["dragover", "drop"]) {
  addEventListener(kind, (event) => {
    if (!event.dataTransfer?.types.includes("Files")) return;
    event.preventDefault(); // beside the form, too: the browser would leave the page
    form.classList.toggle("is-over", kind === "dragover");
    if (kind === "drop") choose([...files.files, ...event.dataTransfer.files]);
  });
}
addEventListener("dragleave", (event) => { if (!event.relatedTarget) form.classList.remove("is-over"); });
if (files.files.length) show();

// ---- a draft, on this device only, and only if asked for

const keep = document.getElementById("keep-draft");
const PLACE = "meldpunt-draft";

function forget() {
  try { localStorage.removeItem(PLACE); } catch { /* nothing is kept here */ }
}

function note() {
  if (!keep?.checked) return;
  const typed = Object.fromEntries(fields.map((field) => [field.name, field.value]));
  try { localStorage.setItem(PLACE, JSON.stringify(typed)); } catch { keep.checked = false; }
}

function bring_back() {
  let typed;
  try { typed = JSON.parse(localStorage.getItem(PLACE)); } catch { return; }
  keep.closest("[hidden]")?.removeAttribute("hidden");
  if (!typed) return;
  keep.checked = true;
  for (const field of fields) if (!field.value) field.value = typed[field.name] ?? "";
  document.getElementById("draft-back").hidden = false;
}

if (keep) {
  bring_back();
  form.addEventListener("input", note);
  keep.addEventListener("change", () => (keep.checked ? note() : forget()));
}

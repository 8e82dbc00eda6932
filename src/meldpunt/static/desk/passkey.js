// Passkeys: fetch the desk's question, let the browser ask its owner, send the answer as the form that it is in.
"use strict";
(() => {
  const decode = (text) => {
    const plain = atob(text.replace(/-/g, "+").replace(/_/g, "/"));
    return Uint8Array.from(plain, (sign) => sign.charCodeAt(0));
  };
  const encode = (bytes) => {
    const plain = String.fromCharCode(...new Uint8Array(bytes));
    return btoa(plain).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
  };
  const named = (list) => (list || []).map((one) => ({ ...one, id: decode(one.id) }));

  async function question(form) {
    const body = new URLSearchParams({ csrfmiddlewaretoken: form.elements.csrfmiddlewaretoken.value });
    const answer = await fetch(form.dataset.question, { method: "POST", body });
    if (!answer.ok) throw new Error("no question");
    return (await answer.json()).publicKey;
  }
  async function make(options) {
    options.challenge = decode(options.challenge);
    options.user.id = decode(options.user.id);
    options.excludeCredentials = named(options.excludeCredentials);
    const made = await navigator.credentials.create({ publicKey: options });
    return { made, response: { attestationObject: encode(made.response.attestationObject) } };
  }
  async function show(options) {
    options.challenge = decode(options.challenge);
    options.allowCredentials = named(options.allowCredentials);
    const made = await navigator.credentials.get({ publicKey: options });
    const { authenticatorData, signature, userHandle } = made.response;
    const response = { authenticatorData: encode(authenticatorData), signature: encode(signature) };
    if (userHandle) response.userHandle = encode(userHandle);
    return { made, response };
  }
  async function answer(form) {
    const options = await question(form);
    const { made, response } = await (form.dataset.passkey === "new" ? make(options) : show(options));
    response.clientDataJSON = encode(made.response.clientDataJSON);
    const { id, type } = made;
    form.elements.credential.value = JSON.stringify({ id, rawId: encode(made.rawId), type, response });
  }

  for (const form of document.querySelectorAll("form[data-passkey]")) {
    if (!window.PublicKeyCredential) continue;
    form.hidden = false;
    for (const other of document.querySelectorAll("[data-without-passkey]")) other.hidden = true;
    const said = form.querySelector("[role=status]");
    form.addEventListener("submit", async (event) => {
      event.preventDefault();
      said.textContent = said.dataset.busy;
      try {
        await answer(form);
        form.submit();
      } catch (trouble) {
        // the owner said no, waited too long, or has none: the browser does not say which
        said.textContent = trouble.name === "InvalidStateError" ? said.dataset.known : said.dataset.failed;
      }
    });
  }
})();

// <button data-passkey="get" data-ask="/…" data-answer="/…" data-next="…"> asks our server for a question, lets the
// device answer it, and sends the answer back; "create" makes a new passkey. The words for what may go wrong stand on
// the button; what happened is told in the element named by aria-describedby.
const CSRF = () => document.querySelector('meta[name="csrf-token"]')?.content ?? "";

function bytes(text) {
  const plain = atob(text.replaceAll("-", "+").replaceAll("_", "/"));
  return Uint8Array.from(plain, (sign) => sign.charCodeAt(0));
}

function text(buffer) {
  const plain = String.fromCharCode(...new Uint8Array(buffer));
  return btoa(plain).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}

const listed = (keys) => keys?.map((key) => ({ ...key, id: bytes(key.id) }));

function question(told) {
  const options = { ...told, challenge: bytes(told.challenge) };
  if (told.user) options.user = { ...told.user, id: bytes(told.user.id) };
  if (told.excludeCredentials) options.excludeCredentials = listed(told.excludeCredentials);
  if (told.allowCredentials) options.allowCredentials = listed(told.allowCredentials);
  return { publicKey: options };
}

function answer(made) {
  const { response } = made;
  const told = { clientDataJSON: text(response.clientDataJSON) };
  if (response.attestationObject) {
    told.attestationObject = text(response.attestationObject);
    told.transports = response.getTransports?.() ?? [];
  } else {
    told.authenticatorData = text(response.authenticatorData);
    told.signature = text(response.signature);
    if (response.userHandle) told.userHandle = text(response.userHandle);
  }
  return { id: made.id, rawId: made.id, type: made.type, response: told, clientExtensionResults: {} };
}

async function post(url, fields) {
  const body = new FormData();
  for (const [name, value] of Object.entries(fields)) body.set(name, value);
  const headers = { "X-CSRFToken": CSRF(), Accept: "application/json" };
  const response = await fetch(url, { method: "POST", body, credentials: "same-origin", headers });
  const told = await response.json().catch(() => ({}));
  if (response.ok) return told;
  throw Object.assign(new Error(told.error ?? ""), { told: told.error ? told : null });
}

function say(button, words) {
  const place = document.getElementById(button.getAttribute("aria-describedby"));
  if (!place) return;
  place.textContent = words;
  place.hidden = !words;
}

function words(button, error) {
  if (error.told) return error.told.error;
  // A fetch without an answer is a TypeError; the browser's own refusals are DOMExceptions.
  if (error.name === "InvalidStateError") return button.dataset.known ?? button.dataset.failed;
  if (error.name === "NotAllowedError" || error.name === "AbortError") return button.dataset.stopped;
  return button.dataset.failed;
}

// A form on this page wanted to know who presses: its password box has nothing left to ask.
function goOn(button) {
  const form = button.closest("form");
  const box = form?.querySelector('input[name="your_password"]');
  if (!box) return;
  box.required = false;
  box.closest(".field").hidden = true;
  button.hidden = true;
  say(button, button.dataset.proved);
  const place = document.getElementById(button.getAttribute("aria-describedby"));
  if (place) place.className = "field-good";
}

async function use(button) {
  if (!window.PublicKeyCredential) {
    say(button, button.dataset.unsupported);
    return;
  }
  button.disabled = true;
  say(button, "");
  try {
    const options = question(await post(button.dataset.ask, {}));
    const made = await navigator.credentials[button.dataset.passkey](options);
    const fields = { answer: JSON.stringify(answer(made)), next: button.dataset.next ?? "" };
    const name = button.closest("form")?.querySelector("[data-passkey-name]");
    if (name) fields.name = name.value;
    const told = await post(button.dataset.answer, fields);
    if (told.next) window.location.assign(told.next);
    else goOn(button);
  } catch (error) {
    if (error.told?.next) window.location.assign(error.told.next);
    else say(button, words(button, error));
  } finally {
    button.disabled = false;
  }
}

document.addEventListener("click", (event) => {
  const button = event.target.closest?.("button[data-passkey]");
  if (button) use(button);
});

// Enter in the box for the name means the button, since the form around it has nowhere to go.
document.addEventListener("submit", (event) => {
  const button = event.target.querySelector('button[data-passkey="create"]');
  if (!button) return;
  event.preventDefault();
  use(button);
});

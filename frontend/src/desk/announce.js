// Notices at the lower right, read aloud by screen readers. The server sends one with the header
//   HX-Trigger: {"notice": {"text": "Chloe paid 60.00 EUR", "url": "/…", "label": "Open visit", "undo": "/…"}}
// `url` draws a link; `undo` a button that posts there. Errors stay until closed, the rest 6 s.
const STAY_MS = 6000;

export function announce({ text, url, label, undo, undoLabel, tone, stay_seconds: staySeconds }) {
  const region = document.getElementById("toasts");
  if (!region || !text) return;
  const note = document.createElement("div");
  note.className = "toast-note";
  note.setAttribute("role", tone === "alert" ? "alert" : "status");
  const words = document.createElement("span");
  words.textContent = text;
  note.append(words);
  if (url) note.append(link(url, label || region.dataset.open));
  if (undo) note.append(undoButton(undo, undoLabel || region.dataset.undo, note));
  note.append(closeButton(region.dataset.close, note));
  region.append(note);
  if (tone !== "alert") setTimeout(() => note.remove(), staySeconds ? staySeconds * 1000 : STAY_MS);
}

function link(url, label) {
  const anchor = document.createElement("a");
  anchor.href = url;
  anchor.textContent = label;
  return anchor;
}

function undoButton(url, label, note) {
  const button = document.createElement("button");
  button.type = "button";
  button.className = "toast-close underline w-auto px-2";
  button.textContent = label;
  button.addEventListener("click", () => {
    note.remove();
    window.htmx.ajax("POST", url, { swap: "none" });
  });
  return button;
}

function closeButton(label, note) {
  const button = document.createElement("button");
  button.type = "button";
  button.className = "toast-close";
  button.setAttribute("aria-label", label);
  button.textContent = "✕";
  button.addEventListener("click", () => note.remove());
  return button;
}

document.addEventListener("notice", (event) => announce(event.detail));
document.addEventListener("click", (event) => {
  event.target.closest("[data-toast-close]")?.closest(".toast-note")?.remove();
});

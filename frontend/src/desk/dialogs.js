// data-dialog-open="id" opens a <dialog>, data-dialog-close closes the one around it, and a click beside
// the box closes it too. A swapped-in <dialog data-dialog-now> opens at once and is gone when it closes.
function open(dialog) {
  if (!dialog) return;
  dialog.showModal();
  dialog.querySelector("[autofocus]")?.focus();
}

document.addEventListener("click", (event) => {
  const opener = event.target.closest("[data-dialog-open]");
  if (opener) open(document.getElementById(opener.dataset.dialogOpen));
  const closer = event.target.closest("[data-dialog-close]");
  if (closer?.closest("dialog[open]")) {
    closer.closest("dialog").close();
    // Without scripts it is a link that leads back.
    event.preventDefault();
  }
  if (event.target instanceof HTMLDialogElement && event.target.open) event.target.close();
});

function openArrived() {
  for (const dialog of document.querySelectorAll("dialog[data-dialog-now]:not([open])")) open(dialog);
}

document.addEventListener(
  "close",
  (event) => {
    if (event.target.matches("dialog[data-dialog-now]")) event.target.remove();
  },
  true,
);
// A row that was added to an open dialog: the next thing to fill in.
const focused = new WeakSet();

function focusAdded() {
  const wanted = document.querySelector("dialog[open] [data-focus-now]");
  if (!wanted || focused.has(wanted)) return;
  focused.add(wanted);
  wanted.focus();
}

document.addEventListener("htmx:after:swap", openArrived);
document.addEventListener("htmx:after:swap", focusAdded);
document.addEventListener("DOMContentLoaded", openArrived);
document.addEventListener("close-dialogs", () => {
  for (const dialog of document.querySelectorAll("dialog[open]")) dialog.close();
});

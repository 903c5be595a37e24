// data-dialog-open="id" opens a <dialog>, data-dialog-close closes the one around it, and a click beside
// the box closes it too. A swapped-in <dialog data-dialog-now> opens at once.
document.addEventListener("click", (event) => {
  const opener = event.target.closest("[data-dialog-open]");
  if (opener) document.getElementById(opener.dataset.dialogOpen)?.showModal();
  const closer = event.target.closest("[data-dialog-close]");
  if (closer) closer.closest("dialog")?.close();
  if (event.target instanceof HTMLDialogElement && event.target.open) event.target.close();
});

function openArrived() {
  for (const dialog of document.querySelectorAll("dialog[data-dialog-now]:not([open])")) dialog.showModal();
}

document.addEventListener("htmx:after:swap", openArrived);
document.addEventListener("DOMContentLoaded", openArrived);
document.addEventListener("close-dialogs", () => {
  for (const dialog of document.querySelectorAll("dialog[open]")) dialog.close();
});

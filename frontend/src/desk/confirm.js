// hx-confirm opens our own dialog (templates/ui/components/confirm.html), which names what will happen;
// the pressed button's data-confirm-label becomes the label of the button that does it.
document.addEventListener("htmx:confirm", (event) => {
  const { ctx, issueRequest, dropRequest } = event.detail;
  const dialog = document.getElementById("confirm");
  if (!ctx.confirm || !dialog) return;
  event.preventDefault();
  const source = ctx.sourceEvent?.submitter || ctx.sourceElement;
  dialog.querySelector("[data-confirm-text]").textContent = ctx.confirm;
  const yes = dialog.querySelector("[data-confirm-yes]");
  yes.textContent = source.dataset.confirmLabel || yes.dataset.label;
  dialog.returnValue = "";
  dialog.addEventListener("close", () => (dialog.returnValue === "yes" ? issueRequest() : dropRequest()), {
    once: true,
  });
  dialog.showModal();
});

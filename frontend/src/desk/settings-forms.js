// <form data-busy>: its button says what is waited for, and a second press does nothing meanwhile.
// The browser's Back shows the page as it was left, so the button is given back then.
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (!form.matches("form[data-busy]")) return;
  if (form.dataset.busy === "now") {
    event.preventDefault();
    return;
  }
  form.dataset.busy = "now";
  const button = event.submitter || form.querySelector("[data-busy-label]");
  if (!button?.dataset.busyLabel) return;
  button.dataset.readyLabel = button.innerHTML;
  const spinner = document.createElement("span");
  spinner.className = "spinner";
  spinner.setAttribute("aria-hidden", "true");
  button.replaceChildren(spinner, button.dataset.busyLabel);
  button.setAttribute("aria-busy", "true");
});

window.addEventListener("pageshow", (event) => {
  if (!event.persisted) return;
  for (const form of document.querySelectorAll('form[data-busy="now"]')) form.dataset.busy = "";
  for (const button of document.querySelectorAll("[data-ready-label]")) {
    button.innerHTML = button.dataset.readyLabel;
    button.removeAttribute("aria-busy");
  }
});

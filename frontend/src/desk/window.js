// The visit window is drawn anew while somebody works in it: what is open stays open, what was typed stays typed,
// a form that was saved is empty again, and what asks for attention gets it.
import htmx from "htmx.org/dist/htmx.esm.min.js";

// An opened menu or line bears `open`, which the server's page does not know of.
htmx.registerExtension("keep-open", {
  htmx_before_morph_attr: (element, detail) =>
    !(detail.attrName === "open" && detail.newValue === null && element.matches("details, dialog")),
});

document.addEventListener("htmx:after:request", (event) => {
  const { ctx } = event.detail;
  const form = ctx.sourceElement?.closest?.("#visit form");
  if (!form || ctx.request.method !== "POST" || !ctx.response || ctx.response.status >= 300) return;
  form.reset();
  if (form.matches("[data-close-when-done]")) form.closest("details").open = false;
});

document.addEventListener("htmx:after:swap", () => {
  const wanted = document.querySelector("#visit [data-attention]:not([data-seen])");
  if (wanted) {
    wanted.dataset.seen = "";
    wanted.scrollIntoView({ block: "nearest" });
    wanted.focus({ preventScroll: true });
    return;
  }
  document.querySelector('#visit [aria-invalid="true"]')?.focus();
});

// A panel that has just opened is brought into sight; `box`: its first box is ready to be typed over.
const opened = new WeakSet();

document.addEventListener("htmx:after:swap", () => {
  const panel = document.querySelector("#visit form[data-opened]");
  if (!panel || opened.has(panel)) return;
  opened.add(panel);
  if (panel.querySelector('[aria-invalid="true"]')) return;
  panel.scrollIntoView({ block: "nearest" });
  const box = panel.dataset.opened === "box" ? firstBox(panel) : null;
  (box || panel).focus({ preventScroll: true });
  box?.select();
});

// The box that a hand on a keyboard fills in next; a phone's keyboard would hide what is to be read first.
function firstBox(panel) {
  if (panel.matches("[data-box]")) {
    return matchMedia("(pointer: fine)").matches ? panel.elements[panel.dataset.box] : null;
  }
  return panel.querySelector("input:not([type=hidden])");
}

// Typing an amount means that it is wanted.
document.addEventListener("input", (event) => {
  if (event.target.id !== "link-amount") return;
  const other = event.target.form?.querySelector('input[name="ask"][value="amount"]');
  if (other) other.checked = true;
});

// The list below a search field: arrow keys walk through it, Escape and a press elsewhere close it.
const found = (form) => form?.querySelector("[data-finder-found]");

function close(form) {
  found(form)?.replaceChildren();
}

document.addEventListener("keydown", (event) => {
  const form = event.target.closest("form[data-finder]");
  if (!form) return;
  if (event.key === "Escape" && found(form)?.firstElementChild) {
    close(form);
    form.elements.q.focus();
    event.preventDefault();
    event.stopPropagation();
    return;
  }
  if (event.key !== "ArrowDown" && event.key !== "ArrowUp") return;
  const stops = [form.elements.q, ...form.querySelectorAll("[data-finder-found] button")];
  const next = stops.indexOf(document.activeElement) + (event.key === "ArrowDown" ? 1 : -1);
  if (next < 0 || next >= stops.length) return;
  event.preventDefault();
  stops[next].focus();
}, true);

document.addEventListener("click", (event) => {
  for (const form of document.querySelectorAll("form[data-finder]")) {
    if (!form.contains(event.target)) close(form);
  }
});

// What was added is on the bill: the field is free for the next scan, and a search that was still waiting is off.
const QUIET_MS = 400;
let addedAt = -Infinity;

document.addEventListener("htmx:before:request", (event) => {
  const { ctx } = event.detail;
  if (!ctx.sourceElement?.closest?.("form[data-finder]")) return;
  if (ctx.request.method === "POST") {
    addedAt = performance.now();
    ctx.sourceElement.closest("form").elements.q.dispatchEvent(new CustomEvent("htmx:abort"));
  } else if (performance.now() - addedAt < QUIET_MS) event.preventDefault();
});

document.addEventListener("htmx:after:request", (event) => {
  const form = event.detail.ctx.sourceElement?.closest?.("form[data-finder]");
  if (form && event.detail.ctx.request.method === "POST") close(form);
});

// A scanner types a code and Enter within a blink. Where the window shows a bill, the code lands on it, whatever has the
// focus: nobody has to click into the field first. A person's typing is slower and stays where it is.
const SCAN_MS = 50;
const SCAN_LENGTH = 6;
let code = "";
let typedAt = -Infinity;

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || document.querySelector("dialog[open]")) return;
  if (event.target.closest?.("input, textarea, select")) return;
  const isFast = event.timeStamp - typedAt < SCAN_MS;
  if (event.key === "Enter") {
    const form = document.querySelector("#visit form[data-finder]");
    const scanned = code;
    code = "";
    if (!isFast || scanned.length < SCAN_LENGTH || !form) return;
    event.preventDefault();
    event.stopPropagation();
    form.elements.q.value = scanned;
    form.requestSubmit();
    return;
  }
  if (event.key.length !== 1) return;
  typedAt = event.timeStamp;
  code = isFast ? code + event.key : event.key;
  // The rest of a code is no key of the desk; two keys of a quick hand still are.
  if (code.length > 3) event.stopPropagation();
}, true);

// A bill with nothing on it is opened to put something on it.
const welcomed = new WeakSet();

document.addEventListener("htmx:after:swap", welcome);
document.addEventListener("DOMContentLoaded", welcome);

function welcome() {
  const form = document.querySelector("#visit form[data-finder][data-empty]");
  if (!form || welcomed.has(form)) return;
  welcomed.add(form);
  form.elements.q.focus({ preventScroll: true });
}

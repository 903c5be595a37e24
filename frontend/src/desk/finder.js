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

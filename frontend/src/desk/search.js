// The search of the calendar: "/" opens it, arrows walk through what was found, Enter opens the first or the chosen one.
// The list says what it was found for: an answer that comes late is not taken for what is typed now.
const found = (form) => form.closest("dialog").querySelector("[data-search-found]");
const foundFor = (form) => found(form).querySelector("[data-query]")?.dataset.query;
const rows = (form) => [...found(form).querySelectorAll("a")];
const formOf = (target) => target.closest?.("dialog")?.querySelector("form[data-search]");

document.addEventListener("submit", (event) => {
  const form = event.target.closest("form[data-search]");
  if (!form) return;
  event.preventDefault();
  // Faster than the answer: what was typed is looked up first, then Enter opens what it finds.
  if (foundFor(form) === form.elements.q.value.trim()) rows(form)[0]?.click();
  else form.dataset.enter = "";
});

document.addEventListener("keydown", (event) => {
  if (event.key !== "ArrowDown" && event.key !== "ArrowUp") return;
  const form = formOf(event.target);
  if (!form) return;
  const stops = [form.elements.q, ...rows(form)];
  const next = stops.indexOf(document.activeElement) + (event.key === "ArrowDown" ? 1 : -1);
  event.preventDefault();
  stops[Math.min(Math.max(next, 0), stops.length - 1)].focus();
});

document.addEventListener("htmx:after:swap", (event) => {
  const { ctx } = event.detail;
  if (ctx.sourceElement?.id !== "search-q") return;
  const form = ctx.sourceElement.form;
  if (!("enter" in form.dataset) || foundFor(form) !== form.elements.q.value.trim()) return;
  delete form.dataset.enter;
  rows(form)[0]?.click();
});

// The window of the chosen visit opens over the calendar, not under the search.
document.addEventListener("click", (event) => {
  if (event.target.closest("a[data-dialog-close-after]")) event.target.closest("dialog")?.close();
});

document.addEventListener("input", (event) => {
  if (event.target.id === "search-q") delete event.target.form.dataset.enter;
});

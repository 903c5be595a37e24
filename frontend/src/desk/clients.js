// A new appointment: the client that was found is chosen by pressing it, and its name stands in the field.
document.addEventListener("change", (event) => {
  const radio = event.target.closest("[data-clients] input[type=radio][data-client]");
  if (!radio) return;
  const field = radio.form.querySelector("[data-client-name]");
  if (field) field.value = radio.dataset.client;
});

// Arrow down leads from the field into the list.
document.addEventListener("keydown", (event) => {
  if (event.key !== "ArrowDown" || !event.target.matches("[data-client-name]")) return;
  const first = event.target.form.querySelector("[data-clients] input[type=radio]");
  if (!first) return;
  event.preventDefault();
  first.focus();
});

// A new appointment by keyboard alone: Enter takes the first client that was found and goes on to what is still empty;
// it books once a service is chosen. Without scripts Enter saves, and what is missing is said.
const isBooking = (form) => form?.id === "new-visit-form";

function choose(form) {
  const radios = [...form.querySelectorAll("[data-clients] input[type=radio]")];
  const chosen = radios.find((radio) => radio.checked) ?? radios[0];
  if (!chosen || !form.elements.client_name.value.trim()) return null;
  if (!chosen.checked) chosen.click();
  return chosen;
}

document.addEventListener("keydown", (event) => {
  const form = event.target.form;
  if (event.key !== "Enter" || event.isComposing || !isBooking(form) || !event.target.matches("input, select")) return;
  const service = [...form.querySelectorAll('select[name="service"]')].find((select) => !select.value);
  const isName = event.target.matches("[data-client-name]");
  const isChosen = Boolean(form.querySelector("[data-clients] input[type=radio]:checked"));
  if (isName && !isChosen && event.target.value.trim() && form.dataset.found !== event.target.value.trim()) {
    // Faster than the answer: the list of this name is awaited.
    form.dataset.enter = "";
    event.preventDefault();
    return;
  }
  const chosen = isName ? choose(form) : null;
  // Whoever was just chosen for somebody is seen before anything is booked.
  if (!service && (!chosen || isChosen)) {
    if (event.target.matches("select")) form.requestSubmit();
    return;
  }
  event.preventDefault();
  (chosen?.value === "new" && !isChosen && form.elements.phone ? form.elements.phone : service)?.focus();
});

document.addEventListener("htmx:after:swap", (event) => {
  const field = event.detail.ctx.sourceElement;
  if (!field?.matches?.("[data-client-name]")) return;
  const list = field.form.querySelector("[data-query]");
  field.form.dataset.found = list?.dataset.query ?? "";
  if (!("enter" in field.form.dataset) || field.form.dataset.found !== field.value.trim()) return;
  delete field.form.dataset.enter;
  field.dispatchEvent(new KeyboardEvent("keydown", { key: "Enter", bubbles: true, cancelable: true }));
});

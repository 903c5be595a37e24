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

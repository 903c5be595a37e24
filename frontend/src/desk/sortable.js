// <ol data-sortable="form-id"> with <li data-sort-id>: dragging by the handle changes the sequence and sends it in the
// form's box `sequence`. The buttons beside each line do the same for the keyboard.
let dragged = null;

document.addEventListener("pointerdown", (event) => {
  const line = event.target.closest("[data-sort-id]");
  if (line) line.draggable = Boolean(event.target.closest(".sort-handle"));
});

document.addEventListener("dragstart", (event) => {
  dragged = event.target.closest?.("[data-sort-id]");
  if (!dragged) return;
  dragged.dataset.dragged = "";
  event.dataTransfer.effectAllowed = "move";
});

document.addEventListener("dragover", (event) => {
  const line = event.target.closest?.("[data-sort-id]");
  if (!dragged || !line || line.parentElement !== dragged.parentElement) return;
  event.preventDefault();
  if (line === dragged) return;
  const box = line.getBoundingClientRect();
  line.parentElement.insertBefore(dragged, event.clientY < box.top + box.height / 2 ? line : line.nextSibling);
});

document.addEventListener("drop", (event) => {
  if (dragged) event.preventDefault();
});

document.addEventListener("dragend", () => {
  const list = dragged?.closest("[data-sortable]");
  if (dragged) delete dragged.dataset.dragged;
  dragged = null;
  const form = list && document.getElementById(list.dataset.sortable);
  if (!form) return;
  form.elements.sequence.value = [...list.querySelectorAll("[data-sort-id]")].map((line) => line.dataset.sortId).join(",");
  form.submit();
});

// data-copy-first: what stands in the first box of the group goes into the four after it: Monday to Friday.
document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-copy-first]");
  if (!button) return;
  const boxes = [...document.querySelectorAll(`${button.dataset.copyFirst} input`)];
  for (const box of boxes.slice(1, 5)) box.value = boxes[0].value;
});

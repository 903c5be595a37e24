// data-copy-first: what stands in the first box of the group goes into the four after it: Monday to Friday.
document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-copy-first]");
  if (!button) return;
  const boxes = [...document.querySelectorAll(`${button.dataset.copyFirst} input`)];
  for (const box of boxes.slice(1, 5)) box.value = boxes[0].value;
});

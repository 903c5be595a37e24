// A button with data-copy copies that text (or the text of the element named by data-copy-from) and says so.
import { write } from "./write.js";

const SHOWN_MS = 2000;

document.addEventListener("click", async (event) => {
  const button = event.target.closest("[data-copy], [data-copy-from]");
  if (!button) return;
  const from = button.dataset.copyFrom;
  const text = from ? document.getElementById(from).textContent.trim() : button.dataset.copy;
  const told = button.querySelector("[data-copy-told]");
  try {
    await write(text);
  } catch {
    if (told) told.textContent = button.dataset.copyFailed;
    return;
  }
  button.dataset.copied = "";
  if (told) told.textContent = button.dataset.copyDone;
  setTimeout(() => {
    delete button.dataset.copied;
    if (told) told.textContent = "";
  }, SHOWN_MS);
});

// A button with data-copy copies that text (or the text of the element named by data-copy-from) and says so.
const SHOWN_MS = 2000;

async function write(text) {
  // The clipboard interface exists only over HTTPS and on localhost; a desk in a home network has neither.
  if (navigator.clipboard && window.isSecureContext) return navigator.clipboard.writeText(text);
  const area = document.createElement("textarea");
  area.value = text;
  area.className = "sr-only";
  document.body.append(area);
  area.select();
  const done = document.execCommand("copy");
  area.remove();
  if (!done) throw new Error("copy refused");
}

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

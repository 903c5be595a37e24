// <input type="file" data-shrink="1600">: a picture from a phone is made smaller before it travels. What the browser
// cannot read travels as it is, and the server says what is wrong with it.
const QUALITY = 0.9;
const SMALL_ENOUGH = 1_000_000;

document.addEventListener("change", async (event) => {
  const field = event.target;
  if (!field.matches?.("input[type=file][data-shrink]") || !field.files.length) return;
  const [file] = field.files;
  if (file.size <= SMALL_ENOUGH || !file.type.startsWith("image/") || file.type === "image/svg+xml") return;
  try {
    const smaller = await shrink(file, Number(field.dataset.shrink));
    const kept = new DataTransfer();
    kept.items.add(smaller);
    field.files = kept.files;
  } catch {
    // As it is.
  }
});

async function shrink(file, longest) {
  const picture = await createImageBitmap(file);
  const part = Math.min(1, longest / Math.max(picture.width, picture.height));
  const canvas = document.createElement("canvas");
  canvas.width = Math.max(1, Math.round(picture.width * part));
  canvas.height = Math.max(1, Math.round(picture.height * part));
  canvas.getContext("2d").drawImage(picture, 0, 0, canvas.width, canvas.height);
  const type = file.type === "image/png" ? "image/webp" : "image/jpeg";
  const blob = await new Promise((tell) => canvas.toBlob(tell, type, QUALITY));
  return new File([blob], "photo", { type: blob.type });
}

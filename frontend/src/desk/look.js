// Settings › Look of client pages: a file that is too large is said so before it travels, and the samples show a logo
// at once. What a picture really is, the server decides.
import { announce } from "./announce.js";

document.addEventListener("change", (event) => {
  const input = event.target;
  if (!input.matches?.("input[type=file][data-max-bytes]")) return;
  const file = input.files[0];
  if (!file) return;
  if (file.size > Number(input.dataset.maxBytes)) {
    input.value = "";
    announce({ text: input.dataset.tooLarge, tone: "alert" });
    return;
  }
  const reader = new FileReader();
  reader.addEventListener("load", () => show(reader.result));
  reader.readAsDataURL(file);
});

function show(address) {
  for (const old of document.querySelectorAll(".look-sample :is(.look-letter, .look-logo)")) {
    const picture = new Image();
    picture.className = "look-logo";
    picture.alt = "";
    picture.addEventListener("load", () => old.replaceWith(picture));
    picture.src = address;
  }
}

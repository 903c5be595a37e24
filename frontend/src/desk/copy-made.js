// <form data-copy-made>: the server makes the link, or finds the live one, and its address is copied. The event
// "copy-text" {text, notice} copies what the server just made. Without scripts the form shows the link instead.
import { announce } from "./announce.js";
import { wait } from "./waiting.js";
import { write } from "./write.js";

async function copy(text, notice) {
  try {
    await write(text);
    announce({ text: notice });
  } catch {
    // The browser refused: the address itself can still be read and copied by hand.
    announce({ text, tone: "alert" });
  }
}

document.addEventListener("submit", async (event) => {
  const form = event.target.closest("form[data-copy-made]");
  if (!form) return;
  event.preventDefault();
  if (form.dataset.busy !== undefined) return;
  form.dataset.busy = "";
  const done = wait({ button: event.submitter, place: form });
  try {
    const answer = await fetch(form.action, {
      method: "POST",
      body: new FormData(form),
      credentials: "same-origin",
      headers: { Accept: "application/json" },
    });
    const told = await answer.json();
    if (answer.ok) await copy(told.address, told.notice);
    else announce({ text: told.error, tone: "alert" });
  } catch {
    announce({ text: document.getElementById("toasts")?.dataset.offline, tone: "alert" });
  } finally {
    delete form.dataset.busy;
    done();
  }
  document.dispatchEvent(new CustomEvent("visit-changed"));
});

document.addEventListener("copy-text", (event) => copy(event.detail.text, event.detail.notice));

// Dropping an appointment saves it at once and offers to undo; a refusal puts it back and says why.
import { announce } from "../desk/announce.js";
import { wait } from "../desk/waiting.js";

const two = (number) => String(number).padStart(2, "0");

export function wallClock(date) {
  const day = `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
  return `${day}T${two(date.getHours())}:${two(date.getMinutes())}`;
}

export async function moveAppointment({ event, newResource, revert }, setup) {
  const form = new FormData();
  form.set("appointment", event.id);
  form.set("start", wallClock(event.start));
  form.set("end", wallClock(event.end));
  form.set("staff", newResource?.id ?? setup.staff_id ?? event.resourceIds[0]);
  form.set("request_id", crypto.getRandomValues(new Uint32Array(4)).join("-"));
  if (event.extendedProps.version !== undefined) form.set("version", event.extendedProps.version);
  const done = wait({ place: document.querySelector(`[data-appointment="${CSS.escape(event.id)}"]`) });
  try {
    const answer = await fetch(setup.move_url, {
      method: "POST",
      body: form,
      credentials: "same-origin",
      headers: {
        Accept: "application/json",
        "X-CSRFToken": document.querySelector('meta[name="csrf-token"]')?.content || "",
      },
    });
    const told = await answer.json();
    if (!answer.ok) {
      revert();
      announce({
        text: told.error || setup.texts.move_failed,
        tone: "alert",
        undo: told.anyway_url,
        undoLabel: setup.texts.anyway,
      });
      return;
    }
    announce({ text: told.notice, undo: told.undo_url, undoLabel: setup.texts.undo });
  } catch {
    revert();
    announce({ text: setup.texts.move_failed, tone: "alert" });
    return;
  } finally {
    done();
  }
  document.dispatchEvent(new CustomEvent("visit-changed"));
}

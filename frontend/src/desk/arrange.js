// Rows that are put in order: <ul data-arrange="/…" data-kind="service"> with <li draggable data-row="5">.
// Dropping posts {kind, row, before}; the arrows in each row are forms and work without this file.
import { announce } from "./announce.js";

let dragged = null;
let turn = 0;

const listOf = (row) => row.closest("[data-arrange]");

function rowAt(event) {
  const row = event.target.closest?.("[data-row]");
  return dragged && row && row !== dragged && listOf(row) === listOf(dragged) ? row : null;
}

function isLower(event, row) {
  const box = row.getBoundingClientRect();
  return event.clientY > box.top + box.height / 2;
}

// At either end of a list one arrow has nowhere to go.
function setEnds(list) {
  const rows = [...list.children].filter((row) => row.dataset.row !== undefined);
  for (const [at, row] of rows.entries()) {
    for (const arrow of row.querySelectorAll('button[name="direction"]')) {
      arrow.disabled = at === (arrow.value === "up" ? 0 : rows.length - 1);
    }
  }
}

function unmark() {
  for (const row of document.querySelectorAll("[data-drop-before], [data-drop-after]")) {
    row.removeAttribute("data-drop-before");
    row.removeAttribute("data-drop-after");
  }
}

document.addEventListener("dragstart", (event) => {
  const row = event.target.closest?.("[data-arrange] [data-row]");
  if (!row) return;
  dragged = row;
  row.dataset.dragged = "";
  event.dataTransfer.effectAllowed = "move";
  event.dataTransfer.setData("text/plain", row.dataset.row);
});

document.addEventListener("dragover", (event) => {
  const row = rowAt(event);
  unmark();
  if (!row) return;
  event.preventDefault();
  row.toggleAttribute(isLower(event, row) ? "data-drop-after" : "data-drop-before", true);
});

document.addEventListener("dragend", () => {
  unmark();
  dragged?.removeAttribute("data-dragged");
  dragged = null;
});

document.addEventListener("drop", async (event) => {
  const row = rowAt(event);
  if (!row) return;
  event.preventDefault();
  const list = listOf(row);
  if (isLower(event, row)) row.after(dragged);
  else row.before(dragged);
  setEnds(list);
  const body = new FormData();
  turn += 1;
  body.set("request_id", `${list.dataset.request}-drop-${turn}`);
  body.set("kind", list.dataset.kind);
  body.set("row", dragged.dataset.row);
  body.set("before", dragged.nextElementSibling?.dataset.row ?? "");
  const token = document.querySelector('meta[name="csrf-token"]')?.content ?? "";
  try {
    const answer = await fetch(list.dataset.arrange, {
      method: "POST",
      body,
      credentials: "same-origin",
      headers: { "HX-Request": "true", "X-CSRFToken": token },
    });
    if (!answer.ok) throw new Error(String(answer.status));
  } catch {
    announce({ text: document.getElementById("toasts")?.dataset.offline, tone: "alert" });
  }
});

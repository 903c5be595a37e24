// One appointment in the grid: time, client, services, and the payment state as colour, icon and word.
const SPRITE = () => document.querySelector('meta[name="icon-sprite"]')?.content || "";
const SHORT_MINUTES = 30;

function icon(name) {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  svg.setAttribute("class", "icon icon-14");
  svg.setAttribute("aria-hidden", "true");
  const use = document.createElementNS("http://www.w3.org/2000/svg", "use");
  use.setAttribute("href", `${SPRITE()}#${name}`);
  svg.append(use);
  return svg;
}

function line(className, text) {
  const part = document.createElement("span");
  part.className = className;
  part.textContent = text;
  return part;
}

const two = (number) => String(number).padStart(2, "0");
const clock = (at) => `${two(at.getHours())}:${two(at.getMinutes())}`;

// While a card is dragged it says its new time, and who is in the way; a stretch drawn for a new one does the same.
function drawMoving(event, other, setup) {
  const card = document.createElement("div");
  card.className = "visit-card-inner visit-card-moving";
  if (other) card.dataset.taken = "";
  const head = document.createElement("div");
  head.className = "visit-card-head";
  if (other) head.append(icon("triangle-alert"));
  head.append(line("visit-card-client num", `${clock(event.start)} – ${clock(event.end)}`));
  card.append(head);
  if (event.title) card.append(line("visit-card-services", event.title));
  if (other) {
    const time = `${clock(other.start)} – ${clock(other.end)}`;
    const said = setup.texts.taken.replace("{client}", other.title).replace("{time}", time);
    card.append(line("visit-card-taken", said));
  }
  return { domNodes: [card] };
}

export function cardDrawer(setup, inTheWay) {
  return ({ event }) => {
    if (event.display === "background") return "";
    if (event.display === "preview") return drawMoving(event, inTheWay(event), setup);
    return drawCard(event);
  };
}

function drawCard(event) {
  const { tone, icon: name, services, time, state, part, state_icon: stateIcon } = event.extendedProps;
  const card = document.createElement("button");
  card.type = "button";
  card.className = "visit-card-inner";
  card.setAttribute("aria-label", spoken(event));
  card.dataset.tone = tone || "neutral";
  card.dataset.state = state || "";
  if (event.extendedProps.unpaid) card.dataset.unpaid = "";
  if ((event.end - event.start) / 60000 <= SHORT_MINUTES) card.dataset.short = "";
  const head = document.createElement("div");
  head.className = "visit-card-head";
  if (name) head.append(icon(name));
  head.append(line("visit-card-client", String(event.title)));
  if (stateIcon) head.append(icon(stateIcon));
  if (part) {
    const mark = line("visit-card-part num", part);
    mark.prepend(icon("link"));
    head.append(mark);
  }
  head.append(line("visit-card-time num", time || ""));
  card.append(head);
  if (services) card.append(line("visit-card-services", services));
  return { domNodes: [card] };
}

// The name that a screen reader hears; the drawn words alone would come without the state and the column.
function spoken(event) {
  const { time, services, status, state_label: stateLabel, staff, of_visit: ofVisit } = event.extendedProps;
  return [time, event.title, services, ofVisit, staff, status, stateLabel].filter(Boolean).join(", ");
}

// The card is a button inside the grid's own element, which must not claim to be one as well.
export function markCard({ el, event }) {
  if (event.display === "background") return;
  el.removeAttribute("role");
  el.removeAttribute("tabindex");
  el.dataset.appointment = event.id;
  el.dataset.visit = event.extendedProps.visit;
}

// The grid calls itself a table without cells; to a screen reader it is a region full of buttons.
export function stripRoles(grid) {
  for (const name of ["role", "aria-colindex", "aria-rowindex", "aria-colcount", "aria-rowcount"]) {
    for (const element of grid.querySelectorAll(`[${name}]`)) element.removeAttribute(name);
  }
  // A day without cards has nothing to tab to, yet it is taller than a phone: the keys must reach it to scroll.
  const body = grid.querySelector(".ec-main");
  if (body) body.tabIndex = 0;
}

// Pointing at one card of a visit shows the others that belong to it.
export function watchVisits(grid) {
  function show(visit) {
    for (const card of grid.querySelectorAll(".visit-card")) {
      card.toggleAttribute("data-together", Boolean(visit) && card.dataset.visit === visit);
    }
  }
  for (const name of ["pointerover", "focusin"]) {
    grid.addEventListener(name, (event) => show(event.target.closest(".visit-card")?.dataset.visit));
  }
  for (const name of ["pointerleave", "focusout"]) grid.addEventListener(name, () => show(""));
}

// Every card of the visit whose window is open stands out.
export function markOpenVisit() {
  const open = document.getElementById("visit")?.dataset.visit;
  for (const card of document.querySelectorAll(".visit-card")) {
    card.toggleAttribute("data-current", Boolean(open) && card.dataset.visit === open);
  }
}

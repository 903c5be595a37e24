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

export function drawEvent({ event }) {
  if (event.display === "background") return "";
  const { tone, icon: name, services, time, state, state_icon: stateIcon } = event.extendedProps;
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
  head.append(line("visit-card-time num", time || ""));
  card.append(head);
  if (services) card.append(line("visit-card-services", services));
  return { domNodes: [card] };
}

// The name that a screen reader hears; the drawn words alone would come without the state and the column.
function spoken(event) {
  const { time, services, status, state_label: stateLabel, staff } = event.extendedProps;
  return [time, event.title, services, staff, status, stateLabel].filter(Boolean).join(", ");
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

// Every card of the visit whose window is open stands out.
export function markOpenVisit() {
  const open = document.getElementById("visit")?.dataset.visit;
  for (const card of document.querySelectorAll(".visit-card")) {
    card.toggleAttribute("data-current", Boolean(open) && card.dataset.visit === open);
  }
}

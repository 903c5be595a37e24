// The calendar: a day with a column per staff member, or the week of one. The page gives it everything in one block:
//   <div id="calendar"></div>{{ setup|json_script:"calendar-setup" }}
// setup = {
//   view: "day" or "week", date: "2026-11-26" (of a week its Monday), offset: "+01:00" (the location's, that day),
//   locale: "de", place (the location's id), staff: [{id, title}] (the columns of a day), mine (the column of whoever
//   looks, or null), staff_id (whose week it is), events: [event], feed_url, move_url or null (no right to move),
//   new_url or null (no right to book): takes ?start=&staff=&minutes= of the free slot that was pressed or drawn,
//   slot_min: "08:00", slot_max: "20:00", scroll_time: "09:00", poll_seconds: 10, texts (words.py)
// }
// event = {id, resourceId, start, end (wall clock of the location, no zone), title, editable,
//   extendedProps: {url, visit, version, tone, icon, status, services, part, of_visit, staff, time, state, state_icon,
//   state_label}}; closed hours: {resourceId, start, end, display: "background"}
// feed_url answers {version, events, staff} or 204 when nothing changed (it is asked with ?version= of the last).
// move_url takes POST appointment, staff, start, end and answers JSON {notice, undo_url} or {error, anyway_url} with 4xx.
import "@event-calendar/core/index.css";
import "../styles/calendar.css";

import { Interaction, ResourceTimeGrid, TimeGrid, createCalendar } from "@event-calendar/core";

import { wait } from "../desk/waiting.js";
import { cardDrawer, markCard, markOpenVisit, stripRoles, watchVisits } from "./card.js";
import { inTheWay } from "./conflict.js";
import { keepFresh } from "./feed.js";
import { moveAppointment, wallClock } from "./move.js";
import { onePerson } from "./people.js";

const PHONE = window.matchMedia("(max-width: 899px)");
let shown = null;

function options(setup, people) {
  const isWeek = setup.view === "week";
  const known = () => shown?.getEvents() || [];
  const draw = cardDrawer(setup, (event) => inTheWay(event, known(), setup));
  return {
    view: isWeek ? "timeGridWeek" : "resourceTimeGridDay",
    date: setup.date,
    timeZone: setup.offset,
    locale: setup.locale,
    firstDay: 1,
    headerToolbar: { start: "", center: "", end: "" },
    dayHeaderFormat: { weekday: "short", day: "numeric", month: "numeric" },
    height: "100%",
    allDaySlot: false,
    resources: people.columns(),
    events: setup.events,
    slotMinTime: setup.slot_min,
    slotMaxTime: setup.slot_max,
    scrollTime: setup.scroll_time,
    slotDuration: "00:15",
    snapDuration: "00:05",
    slotHeight: 22,
    slotLabelInterval: "01:00",
    slotLabelFormat: { hour: "2-digit", minute: "2-digit", hourCycle: "h23" },
    columnWidth: columnWidth(setup, people),
    nowIndicator: true,
    slotEventOverlap: false,
    eventStartEditable: Boolean(setup.move_url),
    eventDurationEditable: Boolean(setup.move_url),
    eventDragMinDistance: 6,
    eventLongPressDelay: 500,
    selectable: Boolean(setup.new_url),
    selectMinDistance: 8,
    selectLongPressDelay: 500,
    buttonText: (text) => ({ ...text, today: setup.texts.today }),
    eventClassNames: ({ event }) => (event.display === "background" ? [] : ["visit-card"]),
    eventContent: draw,
    eventDidMount: markCard,
    eventAllUpdated: markOpenVisit,
    eventClick: ({ event, el, jsEvent }) => {
      // Enter on the card's button comes as a click too.
      if (jsEvent.type === "keydown") return;
      jsEvent.preventDefault();
      openVisit(sameTab(event.extendedProps.url), el.querySelector("button") || el);
    },
    eventDrop: (info) => moveAppointment(info, setup),
    eventResize: (info) => moveAppointment(info, setup),
    dateClick: ({ date, resource }) => bookSlot(setup, date, resource),
    select: ({ start, end, resource }) => bookSlot(setup, start, resource, Math.round((end - start) / 60000)),
  };
}

function columnWidth(setup, people) {
  if (setup.view === "week") return PHONE.matches ? "128px" : undefined;
  const shown = people.columns().length;
  if (shown < 2) return undefined;
  return PHONE.matches ? "180px" : shown > 7 ? "150px" : undefined;
}

// Whoever goes from visit to visit stays in the tab they work in.
function sameTab(url) {
  const tab = document.getElementById("visit")?.dataset.tab;
  return tab && tab !== "details" ? `${url}?tab=${tab}` : url;
}

function openVisit(url, source) {
  if (!url) return;
  source.focus?.();
  // Without a drawer on the page the address itself shows the visit.
  if (!document.getElementById("drawer")) location.assign(url);
  else {
    const done = wait({ button: source.matches?.("button") ? source : null });
    Promise.resolve(window.htmx.ajax("GET", url, { target: "#drawer", swap: "innerHTML", push: url })).finally(done);
  }
}

function bookSlot(setup, at, resource, minutes) {
  const staff = resource?.id ?? setup.staff_id;
  if (!setup.new_url || !staff) return;
  const asked = new URLSearchParams({ start: wallClock(at), staff });
  if (minutes) asked.set("minutes", minutes);
  window.htmx.ajax("GET", `${setup.new_url}?${asked}`, { target: "#dialogs", swap: "innerHTML" });
}

// A visit was booked: its card appears, and the window opens where its link was asked for.
document.addEventListener("visit-booked", (event) => {
  document.dispatchEvent(new CustomEvent("visit-changed"));
  if (event.detail.url) openVisit(event.detail.url, document.body);
});

// What was drawn on the grid for a new appointment goes with its dialog.
document.addEventListener("close", () => shown?.unselect(), true);

function start() {
  const target = document.getElementById("calendar");
  const block = document.getElementById("calendar-setup");
  if (!target || !block || "drawn" in target.dataset) return;
  target.dataset.drawn = "";
  const setup = JSON.parse(block.textContent);
  const people = onePerson(setup, PHONE, (columns) => {
    calendar.setOption("columnWidth", columnWidth(setup, people));
    calendar.setOption("resources", columns);
  });
  const grid = setup.view === "week" ? TimeGrid : ResourceTimeGrid;
  const calendar = createCalendar(target, [grid, Interaction], options(setup, people));
  shown = calendar;
  stripRoles(target);
  // Columns that are drawn anew come with the grid's own roles.
  new MutationObserver(() => stripRoles(target)).observe(target, { childList: true, subtree: true });
  watchVisits(target);
  keepFresh(calendar, setup, target, people);
}

start();
document.addEventListener("htmx:after:swap", start);
document.addEventListener("htmx:after:swap", markOpenVisit);
document.addEventListener("drawer:closed", markOpenVisit);

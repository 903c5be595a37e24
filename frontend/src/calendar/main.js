// The day calendar with a column per staff member. The page gives it everything in one JSON block:
//   <div id="calendar"></div>{{ setup|json_script:"calendar-setup" }}
// setup = {
//   date: "2026-11-26", offset: "+01:00" (the location's, that day), locale: "de",
//   staff: [{id, title}], events: [event], feed_url, move_url or null (no right to move),
//   new_url or null (no right to book): takes ?start=&staff= of the free slot that was pressed,
//   slot_min: "08:00", slot_max: "20:00", scroll_time: "09:00", poll_seconds: 10,
//   texts: {today, empty, move_failed, undo}
// }
// event = {id, resourceId, start, end (wall clock of the location, no zone), title, editable,
//   extendedProps: {url, visit, version, tone, icon, status, services, staff, time, state, state_icon, state_label}}; closed hours: {resourceId, start, end, display: "background"}
// feed_url answers {events: [...]} or 204 when nothing changed (it is asked with ?version= of the last answer).
// move_url takes POST appointment, staff, start, end and answers JSON {notice, undo_url} or {error} with 4xx.
import "@event-calendar/core/index.css";
import "../styles/calendar.css";

import { Interaction, ResourceTimeGrid, createCalendar } from "@event-calendar/core";

import { drawEvent, markCard, markOpenVisit, stripRoles } from "./card.js";
import { keepFresh } from "./feed.js";
import { moveAppointment } from "./move.js";

const PHONE = window.matchMedia("(max-width: 899px)");

function options(setup) {
  return {
    view: "resourceTimeGridDay",
    date: setup.date,
    timeZone: setup.offset,
    locale: setup.locale,
    headerToolbar: { start: "", center: "", end: "" },
    height: "100%",
    allDaySlot: false,
    resources: setup.staff,
    events: setup.events,
    slotMinTime: setup.slot_min,
    slotMaxTime: setup.slot_max,
    scrollTime: setup.scroll_time,
    slotDuration: "00:15",
    snapDuration: "00:05",
    slotHeight: 22,
    slotLabelInterval: "01:00",
    slotLabelFormat: { hour: "2-digit", minute: "2-digit", hourCycle: "h23" },
    columnWidth: PHONE.matches ? "180px" : setup.staff.length > 7 ? "150px" : undefined,
    nowIndicator: true,
    slotEventOverlap: false,
    eventStartEditable: Boolean(setup.move_url),
    eventDurationEditable: Boolean(setup.move_url),
    eventDragMinDistance: 6,
    eventLongPressDelay: 500,
    buttonText: (text) => ({ ...text, today: setup.texts.today }),
    eventClassNames: ({ event }) => (event.display === "background" ? [] : ["visit-card"]),
    eventContent: drawEvent,
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
    dateClick: ({ dateStr, resource }) => bookSlot(setup, dateStr, resource),
  };
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
  else window.htmx.ajax("GET", url, { target: "#drawer", swap: "innerHTML", push: url });
}

function bookSlot(setup, dateStr, resource) {
  if (!setup.new_url || !resource) return;
  const url = `${setup.new_url}?start=${encodeURIComponent(dateStr.slice(0, 16))}&staff=${resource.id}`;
  window.htmx.ajax("GET", url, { target: "#dialogs", swap: "innerHTML" });
}

// A visit was booked: its card appears, and the window opens where its link was asked for.
document.addEventListener("visit-booked", (event) => {
  document.dispatchEvent(new CustomEvent("visit-changed"));
  if (event.detail.url) openVisit(event.detail.url, document.body);
});

function start() {
  const target = document.getElementById("calendar");
  const block = document.getElementById("calendar-setup");
  if (!target || !block || "drawn" in target.dataset) return;
  target.dataset.drawn = "";
  const setup = JSON.parse(block.textContent);
  const calendar = createCalendar(target, [ResourceTimeGrid, Interaction], options(setup));
  stripRoles(target);
  keepFresh(calendar, setup, target);
}

start();
document.addEventListener("htmx:after:swap", start);
document.addEventListener("htmx:after:swap", markOpenVisit);
document.addEventListener("drawer:closed", markOpenVisit);

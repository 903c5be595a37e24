// The calendar follows what happens elsewhere: it asks while somebody looks, and right after a visit changed.
import { announce } from "../desk/announce.js";

export function keepFresh(calendar, setup, grid, people) {
  let version = setup.version || "";
  let busy = false;
  const current = new Map(setup.events.map((event) => [String(event.id), JSON.stringify(event)]));

  async function ask() {
    // Back and forward draw the page anew, with a calendar of its own.
    if (!grid.isConnected) {
      clearInterval(timer);
      return;
    }
    if (busy || document.querySelector(".ec-dragging, .ec-ghost, .ec-preview")) return;
    busy = true;
    try {
      const url = new URL(setup.feed_url, location.href);
      if (version) url.searchParams.set("version", version);
      const answer = await fetch(url, { headers: { Accept: "application/json" }, credentials: "same-origin" });
      if (answer.status === 200) {
        const news = await answer.json();
        version = news.version || "";
        people.follow(news.staff);
        draw(news.events);
        for (const notice of news.notices || []) announce(notice);
      }
    } catch {
      // The next round asks again; the visit window tells when the line is down.
    } finally {
      busy = false;
    }
  }

  function draw(events) {
    const seen = new Set();
    for (const event of events) {
      const key = String(event.id);
      const text = JSON.stringify(event);
      seen.add(key);
      if (!current.has(key)) calendar.addEvent(event);
      else if (current.get(key) !== text) calendar.updateEvent(event);
      current.set(key, text);
    }
    for (const key of [...current.keys()]) {
      if (seen.has(key)) continue;
      calendar.removeEventById(key);
      current.delete(key);
    }
  }

  const timer = setInterval(() => {
    if (!document.hidden) ask();
  }, (setup.poll_seconds || 10) * 1000);
  document.addEventListener("visit-changed", ask);
  document.addEventListener("visibilitychange", () => {
    if (!document.hidden) ask();
  });
}

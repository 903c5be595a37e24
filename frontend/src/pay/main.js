// What a client's page does beyond its forms: tells that a person sees it (a preview robot runs no script),
// and shows news of a payment that is being confirmed. Everything works without it.
import "../styles/pay.css";

const ASK_MS = 2000;
const CHECK_EVERY = 3;
const SURE_AFTER_CHECKS = 3;

const key = () => new URLSearchParams({ key: document.body.dataset.key });
const post = (url, accept) =>
  fetch(url, { method: "POST", body: key(), headers: { Accept: accept }, keepalive: true, credentials: "omit" });

function seen() {
  const url = document.body.dataset.seenUrl;
  if (!url) return;
  const report = () => post(url, "*/*").catch(() => {});
  // A page drawn in advance or in a tab behind has not been seen by anyone yet.
  if (document.visibilityState === "visible" && !document.prerendering) report();
  else document.addEventListener("visibilitychange", report, { once: true });
}

function follow() {
  const box = document.querySelector("[data-state-url]");
  if (!box) return;
  const { state, stateUrl, nextUrl, checkUrl, openUrl } = box.dataset;
  let round = 0;
  let stillOpen = 0;
  const ask = async () => {
    // Nobody loses what they are typing.
    if (document.hidden || document.activeElement?.value) return;
    try {
      if (checkUrl && round++ % CHECK_EVERY === 0) {
        const checked = await post(checkUrl, "application/json");
        if (checked.ok && (await checked.json()).still_open) stillOpen += 1;
      }
      const answer = await fetch(stateUrl, { cache: "no-store", credentials: "omit" });
      if (!answer.ok) return;
      if ((await answer.json()).state !== state) location.replace(nextUrl);
      // The payment system says again and again that nothing was paid: then that is the truth.
      else if (stillOpen >= SURE_AFTER_CHECKS) location.replace(openUrl);
    } catch {
      // No connection: the next round asks again.
    }
  };
  ask();
  setInterval(ask, Number(box.dataset.every) || ASK_MS);
}

function nameZone() {
  const here = Intl.DateTimeFormat().resolvedOptions().timeZone;
  for (const words of document.querySelectorAll("[data-zone]")) words.hidden = words.dataset.zone === here;
}

function pressOnce() {
  for (const form of document.querySelectorAll("form[data-once]")) {
    form.addEventListener("submit", (event) => {
      if (form.dataset.sent) event.preventDefault();
      form.dataset.sent = "1";
      form.querySelector("button")?.setAttribute("aria-busy", "true");
    });
  }
  // Coming back with the browser's own button shows the page as it was left.
  addEventListener("pageshow", (event) => {
    if (event.persisted) location.reload();
  });
}

seen();
follow();
nameZone();
pressOnce();

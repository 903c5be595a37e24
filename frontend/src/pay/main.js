// What a client's page does beyond its forms: tells that a person sees it (a preview robot runs no script),
// and shows news of a payment that is being confirmed. Everything works without it.
import "../styles/pay.css";

const ASK_MS = 2000;

function seen() {
  const url = document.body.dataset.seenUrl;
  if (!url) return;
  const report = () => fetch(url, { method: "POST", keepalive: true, credentials: "omit" }).catch(() => {});
  // A page drawn in advance or in a tab behind has not been seen by anyone yet.
  if (document.visibilityState === "visible" && !document.prerendering) report();
  else document.addEventListener("visibilitychange", report, { once: true });
}

function follow() {
  const box = document.querySelector("[data-state-url]");
  if (!box) return;
  const ask = async () => {
    if (document.hidden) return;
    try {
      const answer = await fetch(box.dataset.stateUrl, { cache: "no-store", credentials: "omit" });
      if (!answer.ok) return;
      const { state } = await answer.json();
      if (state !== box.dataset.state) location.replace(box.dataset.nextUrl);
    } catch {
      // No connection: the next round asks again.
    }
  };
  setInterval(ask, ASK_MS);
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
pressOnce();

// What every htmx request shares: the CSRF token, silence while nobody looks, and words when the line is down.
import { announce } from "./announce.js";

let told = false;

document.addEventListener("htmx:config:request", (event) => {
  const token = document.querySelector('meta[name="csrf-token"]')?.content;
  if (token) event.detail.ctx.request.headers["X-CSRFToken"] = token;
});

document.addEventListener("htmx:before:request", (event) => {
  if (event.detail.ctx.sourceEvent?.type === "every" && document.hidden) event.preventDefault();
});

document.addEventListener("htmx:after:request", () => {
  told = false;
});

document.addEventListener("htmx:error", (event) => {
  // The rest of htmx's errors are programming mistakes and stay in the console.
  if (!event.detail.ctx || told) return;
  told = true;
  const region = document.getElementById("toasts");
  announce({ text: region?.dataset.offline, tone: "alert" });
});

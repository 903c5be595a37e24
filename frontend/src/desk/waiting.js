// No wait without an answer: after a moment a line runs across the top, the pressed button turns and says that it is
// busy, and what will change is marked. A button that is sending is not pressed twice. Polls wait in silence.
const MOMENT_MS = 80;
const WATCH_MS = 500;
const POLLS = new Set(["every", "load", "visit-changed"]);
const running = new WeakMap();
let waiting = 0;

function line() {
  const known = document.getElementById("waiting-line");
  if (known) return known;
  const made = document.createElement("div");
  made.id = "waiting-line";
  made.setAttribute("role", "progressbar");
  made.setAttribute("aria-label", document.getElementById("toasts")?.dataset.waiting ?? "");
  made.hidden = true;
  // Over an open dialog too: what is in the top layer hides the rest of the page.
  made.popover = "manual";
  document.body.append(made);
  return made;
}

function show() {
  waiting += 1;
  const bar = line();
  bar.hidden = false;
  if (bar.matches(":popover-open")) bar.hidePopover();
  bar.showPopover();
}

function hide() {
  waiting -= 1;
  if (waiting) return;
  line().hidePopover();
  line().hidden = true;
}

// Begins to wait for what `button` asked for, on behalf of `place`; the function that is returned ends it.
export function wait({ button, place }) {
  if (button) button.dataset.sending = "";
  let shown = false;
  const timer = setTimeout(() => {
    shown = true;
    show();
    button?.setAttribute("aria-busy", "true");
    place?.setAttribute("aria-busy", "true");
  }, MOMENT_MS);
  return () => {
    clearTimeout(timer);
    if (button) delete button.dataset.sending;
    if (!shown) return;
    hide();
    button?.removeAttribute("aria-busy");
    place?.removeAttribute("aria-busy");
  };
}

function pressed(ctx) {
  const source = ctx.sourceElement;
  if (ctx.sourceEvent?.submitter) return ctx.sourceEvent.submitter;
  if (source?.matches?.("form")) return source.querySelector("button:not(.sr-only)");
  return source?.matches?.("a, button") ? source : null;
}

document.addEventListener("htmx:before:request", (event) => {
  const { ctx } = event.detail;
  if (event.defaultPrevented || POLLS.has(ctx.sourceEvent?.type)) return;
  const done = wait({ button: pressed(ctx), place: ctx.target?.isConnected ? ctx.target : null });
  // A window that was closed meanwhile tells nobody that its answer came.
  const watch = setInterval(() => ctx.sourceElement?.isConnected || running.get(ctx)?.(), WATCH_MS);
  running.set(ctx, () => {
    clearInterval(watch);
    running.delete(ctx);
    done();
  });
});

for (const name of ["htmx:finally:request", "htmx:after:swap", "htmx:error"]) {
  document.addEventListener(name, (event) => running.get(event.detail?.ctx)?.());
}

// A second press while the first is on its way is none.
for (const name of ["click", "submit"]) {
  document.addEventListener(
    name,
    (event) => {
      const button = event.submitter ?? event.target.closest?.("[data-sending]");
      if (!button || !("sending" in button.dataset)) return;
      event.preventDefault();
      event.stopImmediatePropagation();
    },
    true,
  );
}

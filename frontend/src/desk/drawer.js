// The visit window: whatever htmx puts into #drawer opens it, data-drawer-close (or Escape) empties it.
// The address follows: data-return-url on #drawer is where closing leads, so that reload and Back agree.
let opener = null;

const drawer = () => document.getElementById("drawer");

export function closeDrawer() {
  const panel = drawer();
  if (!panel || !panel.firstElementChild) return false;
  const { returnUrl } = panel.dataset;
  panel.replaceChildren();
  if (returnUrl) history.pushState({ htmx: true }, "", returnUrl);
  panel.dispatchEvent(new CustomEvent("drawer:closed", { bubbles: true }));
  if (opener?.isConnected) opener.focus();
  opener = null;
  return true;
}

document.addEventListener("click", (event) => {
  if (event.target.closest("[data-drawer-close]") && closeDrawer()) event.preventDefault();
});

document.addEventListener("htmx:before:request", (event) => {
  const { ctx } = event.detail;
  if (ctx.target === drawer() && !drawer().contains(ctx.sourceElement)) opener = document.activeElement;
});

document.addEventListener("htmx:after:swap", (event) => {
  const panel = drawer();
  const { ctx } = event.detail;
  if (!panel || ctx.target !== panel || panel.contains(document.activeElement)) return;
  // A poll must not steal the focus: only a request that came from a person moves it.
  if (ctx.sourceEvent?.type === "every") return;
  panel.querySelector("[data-drawer-focus]")?.focus({ preventScroll: true });
});

document.addEventListener("close-drawer", closeDrawer);

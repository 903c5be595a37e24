// data-key="t" on a link or button: that key presses it. "/" goes to the search field where there is one,
// Escape closes the uppermost thing. Nothing happens while somebody types.
import { closeDrawer } from "./drawer.js";
import { closeMenus } from "./menus.js";

function typing(target) {
  return target.closest("input:not([type=checkbox], [type=radio]), textarea, select, [contenteditable]");
}

document.addEventListener("keydown", (event) => {
  if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.key === "Escape") {
    if (document.querySelector("dialog[open]")) return;
    if (closeMenus() || (!typing(event.target) && closeDrawer())) event.preventDefault();
    else if (typing(event.target)) event.target.blur();
    return;
  }
  if (typing(event.target) || document.querySelector("dialog[open]")) return;
  const key = event.key.length === 1 ? event.key.toLowerCase() : event.key;
  const target = document.querySelector(`[data-key="${CSS.escape(key)}"]`);
  if (!target || target.disabled) return;
  event.preventDefault();
  if (target.matches("input, textarea")) target.focus();
  else target.click();
});

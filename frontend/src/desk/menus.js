// <details class="menu-root"> closes on a click elsewhere and on Escape, which gives the focus back.
const openMenus = () => [...document.querySelectorAll("details.menu-root[open]")];

export function closeMenus() {
  const menus = openMenus();
  for (const menu of menus) {
    menu.open = false;
    menu.querySelector("summary")?.focus();
  }
  return menus.length > 0;
}

document.addEventListener("click", (event) => {
  for (const menu of openMenus()) {
    const chosen = event.target.closest(".menu-item");
    if (!menu.contains(event.target) || (chosen && !chosen.hasAttribute("data-menu-stay"))) menu.open = false;
  }
});

// Whose columns the day shows. On a phone one person: whoever looks, or the one chosen in the row of names above the
// grid. On a desk everybody, or those ticked in the menu of people. The choice is kept for this browser tab, by place.
export function onePerson(setup, phone, redraw) {
  let columns = setup.staff;
  let chosen = null;
  const row = document.querySelector("[data-people]");
  const menu = document.querySelector("[data-people-menu]");
  const key = `calendar-person-${setup.place}`;
  const ticks = `calendar-people-${setup.place}`;
  const boxes = () => [...(menu?.querySelectorAll("input[type=checkbox]") || [])];
  const isDay = setup.view === "day";
  const several = () => phone.matches && isDay && columns.length > 1;

  function remembered() {
    const kept = sessionStorage.getItem(key);
    if (kept === "all") return "all";
    return columns.find((one) => String(one.id) === kept)?.id;
  }

  function drawn() {
    if (!isDay) return columns;
    if (!several()) return ticked();
    chosen ??= remembered() || setup.mine || columns[0].id;
    if (chosen === "all") return columns;
    const one = columns.filter((column) => String(column.id) === String(chosen));
    return one.length ? one : columns;
  }

  // Nobody ticked shows everybody: an empty calendar would look like an empty day.
  function ticked() {
    const off = new Set(boxes().filter((box) => !box.checked).map((box) => box.value));
    const some = columns.filter((column) => !off.has(String(column.id)));
    return some.length ? some : columns;
  }

  function mark() {
    for (const button of row?.querySelectorAll("[data-person]") || []) {
      button.setAttribute("aria-pressed", String(String(chosen) === button.dataset.person));
    }
    row?.querySelector('[aria-pressed="true"]')?.scrollIntoView({ block: "nearest", inline: "center" });
  }

  function label() {
    const words = menu?.querySelector("[data-people-label]");
    if (!words) return;
    const n = ticked().length;
    const isAll = n === columns.length;
    words.textContent = isAll ? words.dataset.all : words.dataset.some.replace("{n}", n).replace("{of}", columns.length);
    menu.toggleAttribute("data-filtered", !isAll);
  }

  function choose() {
    const off = boxes().filter((box) => !box.checked).map((box) => box.value);
    sessionStorage.setItem(ticks, JSON.stringify(off));
    label();
    redraw(drawn());
  }

  function recall() {
    let off = [];
    try {
      off = JSON.parse(sessionStorage.getItem(ticks) || "[]");
    } catch {
      // Somebody else's words under our name: everybody, then.
    }
    for (const box of boxes()) box.checked = !off.includes(box.value);
    label();
  }

  row?.addEventListener("click", (event) => {
    const button = event.target.closest("[data-person]");
    if (!button) return;
    chosen = button.dataset.person;
    sessionStorage.setItem(key, chosen);
    mark();
    redraw(drawn());
  });
  menu?.addEventListener("change", choose);
  menu?.addEventListener("click", (event) => {
    const group = event.target.closest("button[data-group]")?.dataset.group;
    if (group === undefined) return;
    for (const box of boxes()) box.checked = group === "" || box.dataset.group === group;
    choose();
  });
  // A phone that is turned, a window that is drawn wider.
  phone.addEventListener("change", () => {
    redraw(drawn());
    mark();
  });
  recall();
  drawn();
  mark();

  return {
    columns: drawn,
    follow(news) {
      if (!news || JSON.stringify(news) === JSON.stringify(columns)) return;
      columns = news;
      label();
      redraw(drawn());
    },
  };
}

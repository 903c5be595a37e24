// On a phone the day shows one person: whoever looks, or the one chosen in the row of names above the grid.
// The choice is kept for this browser tab, by place.
export function onePerson(setup, phone, redraw) {
  let columns = setup.staff;
  let chosen = null;
  const row = document.querySelector("[data-people]");
  const key = `calendar-person-${setup.place}`;
  const several = () => phone.matches && setup.view === "day" && columns.length > 1;

  function remembered() {
    const kept = sessionStorage.getItem(key);
    if (kept === "all") return "all";
    return columns.find((one) => String(one.id) === kept)?.id;
  }

  function drawn() {
    if (!several()) return columns;
    chosen ??= remembered() || setup.mine || columns[0].id;
    if (chosen === "all") return columns;
    const one = columns.filter((column) => String(column.id) === String(chosen));
    return one.length ? one : columns;
  }

  function mark() {
    for (const button of row?.querySelectorAll("[data-person]") || []) {
      button.setAttribute("aria-pressed", String(String(chosen) === button.dataset.person));
    }
    row?.querySelector('[aria-pressed="true"]')?.scrollIntoView({ block: "nearest", inline: "center" });
  }

  row?.addEventListener("click", (event) => {
    const button = event.target.closest("[data-person]");
    if (!button) return;
    chosen = button.dataset.person;
    sessionStorage.setItem(key, chosen);
    mark();
    redraw(drawn());
  });
  // A phone that is turned, a window that is drawn wider.
  phone.addEventListener("change", () => {
    redraw(drawn());
    mark();
  });
  drawn();
  mark();

  return {
    columns: drawn,
    follow(news) {
      if (!news || JSON.stringify(news) === JSON.stringify(columns)) return;
      columns = news;
      redraw(drawn());
    },
  };
}

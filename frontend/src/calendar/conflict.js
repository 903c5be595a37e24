// Who is in the way of a card that is being dragged, drawn longer, or drawn anew: told before it is dropped.
export function inTheWay(event, known, setup) {
  const column = event.resourceIds?.[0];
  return known.find(
    (other) =>
      other.display !== "background" &&
      other.display !== "ghost" &&
      other.id !== event.id &&
      (setup.view === "week" || String(other.resourceIds?.[0]) === String(column)) &&
      other.start < event.end &&
      event.start < other.end,
  );
}

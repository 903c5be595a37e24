// The list of a full day begins with what is over: today it opens at the first row that is not.
function show() {
  if (scrollY) return;
  document.querySelector(".day-row[data-now]")?.scrollIntoView({ block: "start" });
}

document.addEventListener("DOMContentLoaded", show);

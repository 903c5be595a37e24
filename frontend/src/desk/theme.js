// [data-theme-choice="light|dark|system"] switches at once and keeps the choice for a year in a cookie, which
// the server reads: so no page ever flashes in the other theme.
const YEAR_SECONDS = 31536000;

function mark() {
  const current = document.documentElement.dataset.theme || "system";
  for (const button of document.querySelectorAll("[data-theme-choice]")) {
    button.setAttribute("aria-pressed", String(button.dataset.themeChoice === current));
  }
}

document.addEventListener("click", (event) => {
  const choice = event.target.closest("[data-theme-choice]")?.dataset.themeChoice;
  if (!choice) return;
  const age = choice === "system" ? 0 : YEAR_SECONDS;
  const secure = location.protocol === "https:" ? "; Secure" : "";
  document.cookie = `theme=${choice}; path=/; max-age=${age}; SameSite=Lax${secure}`;
  if (choice === "system") delete document.documentElement.dataset.theme;
  else document.documentElement.dataset.theme = choice;
  mark();
});

document.addEventListener("DOMContentLoaded", mark);
document.addEventListener("htmx:after:swap", mark);

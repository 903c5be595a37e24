// Cash: what to give back, while it is typed. The server counts it again and says it once more.
const MINUS = "\u2212";

function amount(text) {
  const compact = text.replace(/[\s\u00a0\u202f'’]/g, "");
  if (!/^\d+(?:[.,]\d+)*$/.test(compact)) return null;
  const parts = compact.split(/[.,]/);
  const last = parts.at(-1);
  const isDecimal = parts.length > 1 && last.length !== 3;
  const whole = (isDecimal ? parts.slice(0, -1) : parts).join("");
  return Number(isDecimal ? `${whole}.${last}` : whole);
}

document.addEventListener("input", (event) => {
  const form = event.target.closest("form[data-change-from]");
  const told = form?.querySelector("[data-change-text]");
  if (!told) return;
  const due = amount(form.elements.amount.value);
  const given = amount(form.elements[form.dataset.changeFrom].value);
  if (due === null || given === null) {
    told.textContent = "";
    return;
  }
  const rest = Math.round((given - due) * 1000) / 1000;
  const digits = Number.isInteger(rest) && !/[.,]/.test(form.elements.amount.value) ? 0 : 2;
  const text = Math.abs(rest).toLocaleString(document.documentElement.lang || "en", {
    minimumFractionDigits: digits,
    maximumFractionDigits: 3,
  });
  told.textContent = `${told.dataset.changeText} ${rest < 0 ? MINUS : ""}${text}`;
});

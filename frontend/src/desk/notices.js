// Money that landed anywhere: the poll of every desk page brings {notices: [{text, url, label}]}.
import { announce } from "./announce.js";

const STAY_SECONDS = 12;

document.addEventListener("notices", (event) => {
  for (const notice of event.detail.notices || []) announce({ ...notice, stay_seconds: STAY_SECONDS });
});

// A choice that needs no button: <form data-submit-on-change>.
document.addEventListener("change", (event) => {
  const form = event.target.closest("form[data-submit-on-change]");
  if (form && event.target.value) form.requestSubmit();
});

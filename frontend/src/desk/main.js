// The desk's one script: htmx for the conversation with the server, Alpine for the rare page that needs
// state of its own, and small modules that listen on the document, so that swapped pages need no set-up.
import "../styles/desk.css";

import Alpine from "@alpinejs/csp";
import htmx from "htmx.org/dist/htmx.esm.min.js";

import "./announce.js";
import "./arrange.js";
import "./change.js";
import "./clients.js";
import "./confirm.js";
import "./copy.js";
import "./copy-first.js";
import "./copy-made.js";
import "./dialogs.js";
import "./drawer.js";
import "./finder.js";
import "./keys.js";
import "./list-now.js";
import "./look.js";
import "./menus.js";
import "./notices.js";
import "./passkeys.js";
import "./print.js";
import "./requests.js";
import "./search.js";
import "./settings-forms.js";
import "./shrink.js";
import "./theme.js";
import "./waiting.js";
import "./window.js";

window.htmx = htmx;
window.Alpine = Alpine;
Alpine.start();

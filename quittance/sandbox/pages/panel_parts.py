"""The panel's sections."""

from markupsafe import Markup

from quittance.sandbox import currencies
from quittance.sandbox.mail import MAIL_TROUBLE
from quittance.sandbox.pages.bits import Hidden, button, empty, field, select, table, when
from quittance.sandbox.services import Services
from quittance.sandbox.stripe.errors import Json
from quittance.sandbox.stripe.events import recent
from quittance.sandbox.stripe.ledger import Books
from quittance.sandbox.stripe.webhooks import FORGERIES
from quittance.sandbox.trouble import KINDS
from quittance.sandbox.twilio import rules

SHOWN = 25


def payments(house: Services, books: Books, of: str) -> Markup:
    del house
    here = {"tab": "payments", "of": of}
    rows = [_payment(books, session, here) for session in books.newest_first("sessions")[:SHOWN]]
    head = ("Session", "Amount", "State", "Made", "What to do")
    out = Markup('<section class="card"><h2>Payments</h2>{}</section>').format(
        table(head, rows) if rows else empty("No payment yet", "Press Pay on a payment link; it appears here.")
    )
    plans = (("succeed", "succeed at once"), ("pending", "stay pending"), ("fail_later", "can fail later"))
    habit = button(
        "refund/habit",
        "Set",
        here | {"account": books.name, "words": "Refunds behave so from now on."},
        extra=select("plan", "Refunds of this account", plans, books.habits.refunds),
    )
    return out + _refunds(books, here) + Markup('<section class="card"><h2>Habits</h2>{}</section>').format(habit)


def _payment(books: Books, session: Json, here: Hidden) -> tuple[Markup | str, ...]:
    intent = books.table("intents").get(session["payment_intent"] or "")
    charge = books.table("charges").get((intent or {}).get("latest_charge") or "")
    words: str = {"open": "open", "expired": "ended"}.get(session["status"]) or session["payment_status"]
    if intent and intent["status"] == "processing":
        words = "processing"
    if charge and charge["amount_refunded"]:
        words = "refunded" if charge["refunded"] else "part refunded"
    if charge and charge["disputed"]:
        words += ", disputed"
    return (
        Markup('<code title="{0}">{1}…</code><br><small>{2}</small>').format(
            session["id"], session["id"][:16], session["_shop"]
        ),
        currencies.shown(session["amount_total"], session["currency"]),
        Markup('<span class="state {}">{}</span>').format(words.split(",")[0].replace(" ", "-"), words),
        when(session["created"]),
        _deeds(books, session, intent, charge, here),
    )


def _deeds(books: Books, session: Json, intent: Json | None, charge: Json | None, here: Hidden) -> Markup:
    if session["status"] == "open":
        page_link = Markup('<a class="button small" href="{}">Open page</a>').format(session["url"])
        fields = here | {"session": session["id"], "words": "Paid with 4242."}
        return Markup('<div class="deeds">{}{}</div>').format(page_link, button("pay", "Pay", fields))
    if intent and intent["status"] == "processing":
        fields = here | {"session": session["id"]}
        return Markup('<div class="deeds">{}{}</div>').format(
            button("delayed", "Debit succeeds", fields | {"ok": "1", "words": "The bank debit succeeded."}),
            button("delayed", "Debit fails", fields | {"ok": "0", "words": "The bank debit failed."}),
        )
    if charge is None or charge["status"] != "succeeded":
        return Markup("")
    return _paid_deeds(books, charge, here)


def _paid_deeds(books: Books, charge: Json, here: Hidden) -> Markup:
    fields = here | {"id": charge["id"]}
    dispute = next((one for one in books.table("disputes").values() if one["charge"] == charge["id"]), None)
    if dispute and dispute["status"] == "needs_response":
        of = here | {"id": dispute["id"]}
        return Markup('<div class="deeds">{}{}</div>').format(
            button("dispute/close", "Dispute won", of | {"won": "1", "words": "The dispute is won."}),
            button("dispute/close", "Dispute lost", of | {"won": "0", "words": "The dispute is lost."}),
        )
    left = charge["amount"] - charge["amount_refunded"]
    refund = button(
        "refund",
        "Refund",
        fields | {"words": "Refunded in the dashboard."},
        extra=field("amount", "Cents, or all", placeholder=str(left), narrow=True),
    )
    disputing = "" if dispute else button("dispute", "Dispute", fields | {"words": "A dispute is open."})
    return Markup('<div class="deeds">{}{}</div>').format(refund if left else "", disputing)


def _refunds(books: Books, here: Hidden) -> Markup:
    rows = []
    for refund in books.newest_first("refunds")[:SHOWN]:
        fields = here | {"id": refund["id"]}
        finish = Markup("")
        if refund["status"] == "pending":
            finish += button("refund/finish", "Succeeds", fields | {"ok": "1", "words": "The refund succeeded."})
        if refund["status"] != "failed":
            finish += button("refund/finish", "Fails", fields | {"ok": "0", "words": "The refund failed."})
        state = Markup('<span class="state {0}">{0}</span>').format(refund["status"])
        amount = currencies.shown(refund["amount"], refund["currency"])
        mark = Markup("<code>{}</code>").format(refund["id"])
        rows.append(
            (mark, amount, state, when(refund["created"]), Markup('<div class="deeds">{}</div>').format(finish))
        )
    if not rows:
        return Markup("")
    return Markup('<section class="card"><h2>Refunds</h2>{}</section>').format(
        table(("Refund", "Amount", "State", "Made", "What to do"), rows)
    )


def webhooks(books: Books, of: str) -> Markup:
    here = {"tab": "webhooks", "of": of}
    return _switches(books, here) + _endpoints(books, here) + _events(books, here) + _deliveries(books)


def _switches(books: Books, here: Hidden) -> Markup:
    habits, mine = books.habits, here | {"account": books.name}
    turn = "0" if habits.webhooks_on else "1"
    order = "0" if habits.reorder else "1"
    return Markup("""<section class="card"><h2>Webhooks are {state}</h2>
<div class="deeds wide">{onoff}{lose}{double}{delay}{reorder}</div></section>""").format(
        state="on" if habits.webhooks_on else "off",
        onoff=button(
            "webhooks",
            "Switch off" if habits.webhooks_on else "Switch on",
            mine | {"on": turn, "words": "Webhooks are off." if turn == "0" else "Webhooks are on."},
        ),
        lose=button(
            "webhooks",
            "Lose next",
            mine | {"words": "The next ones will be lost."},
            extra=field("lose", "How many", value=str(habits.lose_next or 1), narrow=True),
        ),
        double=button(
            "webhooks",
            "Double next",
            mine | {"words": "The next ones come twice."},
            extra=field("double", "How many", value=str(habits.double_next or 1), narrow=True),
        ),
        delay=button(
            "webhooks",
            "Delay",
            mine | {"words": "The delay is set."},
            extra=field("delay", "Seconds", value=str(habits.delay_seconds), narrow=True),
        ),
        reorder=button(
            "webhooks",
            "Stop reordering" if habits.reorder else "Newest first",
            mine | {"reorder": order, "words": "The order is set."},
        ),
    )


def _endpoints(books: Books, here: Hidden) -> Markup:
    rows = [
        (
            Markup("<code>{}</code>").format(one["url"]),
            Markup("<code>{}</code>").format(one["_secret"]),
            one["status"],
            button("endpoint/remove", "Remove", here | {"id": one["id"], "words": "The address is removed."}),
        )
        for one in books.table("endpoints").values()
    ]
    add = button(
        "endpoint",
        "Add address",
        here | {"account": books.name, "live": "1" if books.live else "0", "words": "The address is added."},
        extra=field("url", "Webhook address", placeholder="http://127.0.0.1:8000/…"),
    )
    shown = (
        table(("Address", "Signing secret", "State", "What to do"), rows)
        if rows
        else empty("No address yet", "Add one below.")
    )
    return Markup('<section class="card"><h2>Webhook addresses</h2>{}{}</section>').format(shown, add)


def _events(books: Books, here: Hidden) -> Markup:
    choices = tuple((one, one.replace("_", " ")) for one in FORGERIES)
    rows = []
    for event in recent(books)[:SHOWN]:
        fields = here | {"id": event["id"]}
        deeds = Markup('<div class="deeds">{}{}</div>').format(
            button("resend", "Resend", fields | {"words": "The event is sent again."}),
            button(
                "forge",
                "Send forged",
                fields | {"words": "A spoiled copy was sent."},
                extra=select("how", "How", choices, ""),
            ),
        )
        rows.append(
            (
                Markup("<code>{}</code><br><small>{}</small>").format(event["type"], event["id"]),
                when(event["created"]),
                deeds,
            )
        )
    shown = table(("Event", "Made", "What to do"), rows) if rows else empty("No event yet", "Every change makes one.")
    return Markup('<section class="card"><h2>Events</h2>{}</section>').format(shown)


def _deliveries(books: Books) -> Markup:
    rows = [
        (
            Markup("<code>{}</code>").format(one["type"]),
            Markup('<span class="state {}">{}</span>').format(one["fate"].replace(" ", "-"), one["fate"]),
            ", ".join("no answer" if answer == 0 else str(answer) for answer in one["answers"]) or "–",
        )
        for one in list(books.deliveries)[: -SHOWN - 1 : -1]
    ]
    if not rows:
        return Markup("")
    return Markup('<section class="card"><h2>Deliveries</h2>{}</section>').format(
        table(("Event", "Fate", "Answers"), rows)
    )


def phones_and_mail(house: Services) -> Markup:
    here = {"tab": "texts"}
    rows = []
    codes = (("delivered", "delivered"), *((f"undelivered:{code}", f"undelivered {code}") for code in rules.LATER))
    for text in house.twilio.sent()[: -SHOWN - 1 : -1]:
        deeds = Markup("").join(
            button(
                "twilio/status",
                words,
                here | {"sid": text["sid"], "status": value.split(":")[0], "error": value.partition(":")[2] or "0"},
            )
            for value, words in codes[:2]
        )
        state = Markup('<span class="state {0}">{0}</span> {1}').format(text["status"], text["error"] or "")
        rows.append(
            (
                text["to"],
                text["body"][:60],
                state,
                when(text["created"]),
                Markup('<div class="deeds">{}</div>').format(deeds),
            )
        )
    texts = (
        table(("To", "Text", "State", "Made", "Set to"), rows) if rows else empty("No text yet", "Send a link by SMS.")
    )
    callbacks = Markup('<div class="deeds wide">{}{}{}{}</div>').format(
        button("callbacks", "Callbacks off", here | {"on": "0", "words": "Status callbacks are off."}),
        button("callbacks", "Callbacks on", here | {"on": "1", "words": "Status callbacks are on."}),
        button("callbacks", "Lose next", here | {"lose": "1", "words": "The next callback is lost."}),
        button("callbacks", "Double next", here | {"double": "1", "words": "The next callback comes twice."}),
    )
    magic = ", ".join(str(code) for code in sorted((*rules.REFUSED, *rules.LATER)))
    kinds = tuple((one, one.replace("_", " ")) for one in MAIL_TROUBLE)
    mail = button(
        "trouble",
        "Order",
        here | {"service": "mail", "words": "The next mail meets trouble."},
        extra=select("kind", "The next mail", kinds, "") + field("times", "How many", value="1", narrow=True),
    )
    return Markup("""<section class="card"><h2>Texts</h2>{}{}
<p class="hint">A phone number that ends in one of these codes brings that error: {}.</p></section>
<section class="card"><h2>Mail</h2>{}<p class="hint">Mail to <code>bounce@…</code> or <code>nobody@…</code> is
refused.</p>
</section>""").format(texts, callbacks, magic, mail)


def trouble_and_clock(house: Services) -> Markup:
    here = {"tab": "trouble"}
    standing = [
        (
            service,
            one.words,
            one.match or "every call",
            one.account or "every account",
            "until cleared" if one.left is None else one.left,
        )
        for service, box in (
            ("Stripe", house.stripe.trouble),
            ("Twilio", house.twilio.trouble),
            ("WhatsApp", house.whatsapp.trouble),
            ("Mail services", house.mail_services.trouble),
        )
        for one in box.standing()
    ]
    standing += [("Mail", kind.replace("_", " "), "every mail", "–", left) for kind, left in house.mail.trouble.orders]
    shown = (
        table(("Service", "Trouble", "Calls", "Account", "Left"), standing)
        if standing
        else empty("All is well", "No trouble is ordered.")
    )
    kinds = tuple((one, one.replace("_", " ")) for one in KINDS if not one.startswith("hold"))
    order = button(
        "trouble",
        "Order trouble",
        here | {"words": "The trouble is ordered."},
        extra=select(
            "service",
            "Service",
            (
                ("stripe", "Stripe"),
                ("twilio", "Twilio"),
                ("whatsapp", "WhatsApp"),
                ("mail_services", "Mail services"),
            ),
            "",
        )
        + select("kind", "What goes wrong", kinds, "")
        + field("match", "Calls that begin with", placeholder="POST /v1/checkout/sessions")
        + field("times", "How many (0: until cleared)", value="1", narrow=True)
        + field("seconds", "Seconds of silence", value="12", narrow=True),
    )
    clear = button("clear", "End all trouble", here | {"words": "All is well again."}) if standing else Markup("")
    jumps = ((1, "1 minute"), (15, "15 minutes"), (60, "1 hour"), (1440, "1 day"), (7200, "5 days"))
    clock = Markup("").join(
        button("clock", f"+ {words}", here | {"minutes": str(minutes), "words": f"The clock moved {words} ahead."})
        for minutes, words in jumps
    ) + button("clock", "Real time", here | {"reset": "1", "words": "The clock is right again."})
    moved = house.clock.offset()
    ahead = f"It is {moved} ahead." if moved else "It is the real one."
    return Markup("""<section class="card"><h2>Trouble</h2>{}{}{}</section>
<section class="card"><h2>Clock</h2><p>{}</p><div class="deeds wide">{}</div>
<p class="hint">Only the sandbox's clock moves: sessions end, bank debits decide, deliveries fall
due.</p></section>""").format(shown, order, clear, ahead, clock)

"""The hosted payment page: what a client sees at the payment system. Works without scripts."""

import re
from datetime import UTC, datetime

from markupsafe import Markup

from quittance.sandbox import currencies
from quittance.sandbox.answers import Answer, Call
from quittance.sandbox.pages.look import not_found, page
from quittance.sandbox.pages.pay_parts import challenge_page, done_page, ended_page, form_page
from quittance.sandbox.stripe import cards
from quittance.sandbox.stripe.door import StripeSandbox
from quittance.sandbox.stripe.errors import Json, RefusalError
from quittance.sandbox.stripe.objects import Means
from quittance.sandbox.stripe.paying import Paid, landing

_PATH = re.compile(r"/c/pay/(cs_(?:test|live)_[A-Za-z0-9]{10,80})(/check|/done)?")
_RECEIPT = re.compile(r"/receipts/((?:ch|py)_[A-Za-z0-9]{10,60})")


def answer(stripe: StripeSandbox, call: Call) -> Answer:
    found = _PATH.fullmatch(call.path)
    if found is None:
        return not_found("This payment page does not exist.")
    try:
        session = _session(stripe, found[1])
    except RefusalError:
        return not_found("This payment page does not exist. Ask for a new link.")
    if found[2] == "/check":
        return _challenge(stripe, session, call)
    if found[2] == "/done":
        return done_page(session, landing(session))
    return _press(stripe, session, call) if call.method == "POST" else _show(session)


def _session(stripe: StripeSandbox, key: str) -> Json:
    with stripe.lock:
        books = stripe.directory.holding("sessions", key)
        stripe.expire_at_clock()
        lines = books.table("lines")[key]["items"]
        return books.get("sessions", key) | {"_lines": list(lines)}


def _show(session: Json) -> Answer:
    if session["status"] != "open":
        return ended_page(session)
    return form_page(session, {"email": session["customer_email"] or ""}, complaint="")


def _press(stripe: StripeSandbox, session: Json, call: Call) -> Answer:
    given = {name: value.strip()[:200] for name, value in call.fields.items()}
    complaint = "" if session["status"] != "open" else _complaint(session, given)
    if complaint:
        return form_page(session, given, complaint=complaint, status=422)
    means = _means(given)
    if means.iban and session["status"] == "open":
        paid = stripe.start_delayed(session["id"], iban=means.iban, name=means.name, email=means.email)
    else:
        paid = stripe.press(session["id"], means)
    return _after(session, given, paid)


def _means(given: dict[str, str]) -> Means:
    name, email = given.get("name", ""), given.get("email", "")
    method = given.get("method", "card")
    if method in {"apple_pay", "google_pay"}:
        return Means(wallet=method, name=name, email=email)
    if method == "debit":
        return Means(iban=_compact(given.get("iban", "")), name=given.get("holder", ""), email=email)
    return Means(number=_compact(given.get("number", "")), name=name, email=email)


def _compact(text: str) -> str:
    return re.sub(r"[\s-]", "", text).upper()


def _complaint(session: Json, given: dict[str, str]) -> str:
    """What must be mended before the button can work. Empty when all is well."""
    email = given.get("email", "")
    if email and not re.fullmatch(r"[^@\s]+@[^@\s]+\.[^@\s]+", email):
        return "Your email is incomplete."
    method = given.get("method", "card")
    if method == "debit":
        return _debit_complaint(given)
    if "card" not in session["payment_method_types"]:
        return "Cards are not offered for this payment. Choose another way to pay."
    return "" if method in {"apple_pay", "google_pay"} else _card_complaint(session, given)


def _debit_complaint(given: dict[str, str]) -> str:
    if not re.fullmatch(r"[A-Z]{2}[0-9]{2}[A-Z0-9]{10,30}", _compact(given.get("iban", ""))):
        return f"The account number is incomplete. Enter an IBAN, for example {cards.GOOD_IBAN}."
    return "" if given.get("holder") else "Enter the name of the account's holder."


def _card_complaint(session: Json, given: dict[str, str]) -> str:
    if not re.fullmatch(r"[0-9]{12,19}", _compact(given.get("number", ""))):
        return "Your card number is incomplete."
    expiry = re.fullmatch(r"(0?[1-9]|1[0-2])\s*/?\s*(?:20)?([0-9]{2})", given.get("expiry", ""))
    if expiry is None:
        return "Your card's expiration date is incomplete."
    today = datetime.fromtimestamp(session["created"], UTC)
    if (2000 + int(expiry[2]), int(expiry[1])) < (today.year, today.month):
        return "Your card's expiration year is in the past."
    return "" if re.fullmatch(r"[0-9]{3,4}", given.get("cvc", "")) else "Your card's security code is incomplete."


def _after(session: Json, given: dict[str, str], paid: Paid) -> Answer:
    if paid.outcome == "declined":
        return form_page(session, given | {"number": "", "cvc": ""}, complaint=paid.message, status=402)
    if paid.outcome == "looks_paid":
        # As at Stripe: the page that was ended behind the client's back takes its leave as if all were well.
        return Answer.go(f"/c/pay/{session['id']}/done")
    return Answer.go(paid.redirect_url)


def _challenge(stripe: StripeSandbox, session: Json, call: Call) -> Answer:
    if call.method != "POST":
        return challenge_page(session)
    paid = stripe.pass_challenge(session["id"], passed=call.fields.get("answer") == "complete")
    return _after(session, {"email": session["customer_email"] or ""}, paid)


def receipt(stripe: StripeSandbox, path: str) -> Answer:
    """The payment system's own receipt, as its mails link to it."""
    found = _RECEIPT.fullmatch(path)
    record = next((one for one in stripe.charges() if found and one.charge_id == found[1]), None)
    if record is None:
        return not_found("This receipt does not exist.")
    body = Markup(
        '<main class="card narrow"><p class="badge">Sandbox</p><h1>Receipt</h1>'
        '<p class="big">{}</p><p>{} · {}</p></main>'
    ).format(
        currencies.shown(record.amount, record.currency), record.charge_id, f"{record.paid_at:%d %b %Y, %H:%M} UTC"
    )
    return page("Receipt · Sandbox", body, kind="plain")

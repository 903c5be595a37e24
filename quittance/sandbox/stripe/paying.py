"""The card holder's side: what happens at the payment system when somebody pays on the hosted page."""

from dataclasses import dataclass
from typing import Any

from quittance.sandbox.stripe import cards, disputes
from quittance.sandbox.stripe.balance import book_balance
from quittance.sandbox.stripe.errors import Json
from quittance.sandbox.stripe.events import emit
from quittance.sandbox.stripe.ledger import Books
from quittance.sandbox.stripe.objects import Means, charge_of, holder_of, intent_of, method_of

ATTEMPT_LIMIT = 50


@dataclass(frozen=True)
class Paid:
    """What the card holder sees after pressing the button, and what is true."""

    outcome: str  # paid | declined | challenge | processing | looks_paid | already_paid
    session_id: str
    charged: bool = False
    redirect_url: str = ""
    message: str = ""
    intent_id: str = ""
    charge_id: str = ""


def landing(session: Json) -> str:
    address: str = session["success_url"]
    return address.replace("{CHECKOUT_SESSION_ID}", session["id"])


def press_pay(books: Books, session_id: str, means: Means) -> Paid:
    """The button on the page, also on one that was opened before the session ended."""
    session = books.get("sessions", session_id)
    ended = _if_not_open(session)
    if ended:
        return ended
    if session.get("_attempts", 0) >= ATTEMPT_LIMIT:
        return Paid("declined", session_id, message="Too many attempts. Go back and ask for a new link.")
    session["_attempts"] = session.get("_attempts", 0) + 1
    intent = intent_of(books, session, means)
    if means.iban:
        return _start_debit(books, session, intent, means)
    fate = cards.outcome(means.number)
    if fate.does == "decline":
        return _decline(books, session, intent, means, fate)
    if fate.does == "challenge":
        return _challenge(books, session, intent, means)
    return _succeed(books, session, intent, means, fate)


def _if_not_open(session: Json) -> Paid | None:
    if session["status"] == "open":
        return None
    if session["status"] == "complete":
        return Paid("already_paid", session["id"], redirect_url=landing(session))
    # As at Stripe: a page that was ended still looks alive, and takes its leave as if it had been paid.
    return Paid("looks_paid", session["id"], redirect_url=landing(session))


def answer_challenge(books: Books, session_id: str, *, passed: bool) -> Paid:
    """The 3-D Secure page's two buttons."""
    session = books.get("sessions", session_id)
    ended = _if_not_open(session)
    if ended:
        return ended
    intent = books.get("intents", session["payment_intent"] or "")
    if intent["status"] != "requires_action":
        return Paid("declined", session_id, message="The check is over. Enter the card again.")
    means = Means(**intent.pop("_means"))
    intent["next_action"] = None
    if not passed:
        message = (
            "We are unable to authenticate your payment method. Please choose a different payment method and try again."
        )
        fate = cards.Outcome("decline", "payment_intent_authentication_failure", "", message)
        return _decline(books, session, intent, means, fate)
    return _succeed(books, session, intent, means, cards.Outcome("pay"))


def _decline(books: Books, session: Json, intent: Json, means: Means, fate: cards.Outcome) -> Paid:
    charge_id = None
    if fate.code == "payment_intent_authentication_failure":
        method = method_of(books, session, means)
    else:
        charge = charge_of(books, session, intent, means)
        charge_id = charge["id"]
        method = books.get("methods", charge["payment_method"])
        charge |= {"status": "failed", "failure_code": fate.code, "failure_message": fate.message}
        charge["outcome"] = _outcome("issuer_declined", fate.decline_code or fate.code)
        emit(books, "charge.failed", charge)
    error: dict[str, Any] = {
        "type": "invalid_request_error" if charge_id is None else "card_error",
        "code": fate.code,
        "message": fate.message,
        "payment_method": method,
        "charge": charge_id,
        "doc_url": f"https://stripe.com/docs/error-codes/{fate.code.replace('_', '-')}",
    }
    if fate.decline_code:
        error["decline_code"] = fate.decline_code
    intent |= {"status": "requires_payment_method", "last_payment_error": error, "payment_method": None}
    emit(books, "payment_intent.payment_failed", intent)
    return Paid("declined", session["id"], message=fate.message, intent_id=intent["id"], charge_id=charge_id or "")


def _outcome(kind: str, reason: str | None) -> Json:
    status = "approved_by_network" if kind == "authorized" else "declined_by_network"
    words = (
        "Payment complete."
        if kind == "authorized"
        else "The bank did not return any further details with this decline."
    )
    return {"type": kind, "network_status": status, "reason": reason, "risk_level": "normal", "seller_message": words}


def _challenge(books: Books, session: Json, intent: Json, means: Means) -> Paid:
    where = f"{books.site.url}/c/pay/{session['id']}/check"
    intent |= {"status": "requires_action", "last_payment_error": None, "_means": vars(means).copy()}
    intent["next_action"] = {"type": "redirect_to_url", "redirect_to_url": {"url": where, "return_url": None}}
    emit(books, "payment_intent.requires_action", intent)
    return Paid("challenge", session["id"], redirect_url=where, intent_id=intent["id"])


def _succeed(books: Books, session: Json, intent: Json, means: Means, fate: cards.Outcome) -> Paid:
    charge = charge_of(books, session, intent, means)
    charge["_refunds"] = fate.refunds
    capture(books, charge, intent)
    _complete(books, session, means, status="paid")
    emit(books, "checkout.session.completed", session)
    if fate.disputed:
        disputes.open_dispute(books, charge["id"], reason="fraudulent", amount=None)
    return Paid("paid", session["id"], True, landing(session), intent_id=intent["id"], charge_id=charge["id"])


def _start_debit(books: Books, session: Json, intent: Json, means: Means) -> Paid:
    charge = charge_of(books, session, intent, means)
    charge["_will_fail"] = means.iban == cards.BAD_IBAN
    if books.habits.delayed_seconds is not None:
        charge["_decides_at"] = books.stamp() + books.habits.delayed_seconds
        books.undecided.add(charge["id"])
    intent["status"] = "processing"
    emit(books, "payment_intent.processing", intent)
    emit(books, "charge.pending", charge)
    _complete(books, session, means, status="unpaid")
    emit(books, "checkout.session.completed", session)
    return Paid("processing", session["id"], False, landing(session), intent_id=intent["id"], charge_id=charge["id"])


def _complete(books: Books, session: Json, means: Means, *, status: str) -> None:
    books.open_sessions.discard(session["id"])
    session |= {"status": "complete", "payment_status": status, "url": None}
    holder = holder_of(session, means)
    session["customer_details"] = {
        "address": holder["address"],
        "business_name": None,
        "email": holder["email"],
        "individual_name": None,
        "name": holder["name"],
        "phone": None,
        "tax_exempt": "none",
        "tax_ids": [],
    }


def capture(books: Books, charge: Json, intent: Json) -> None:
    """The money moves: balance, charge, intent."""
    moved = charge["amount"]
    balance = book_balance(books, charge, moved, kind="charge" if charge["id"].startswith("ch_") else "payment")
    charge |= {
        "status": "succeeded",
        "paid": True,
        "captured": True,
        "amount_captured": moved,
        "balance_transaction": balance["id"],
        "outcome": _outcome("authorized", None),
        "receipt_url": f"{books.site.url}/receipts/{charge['id']}",
    }
    intent |= {"status": "succeeded", "amount_received": moved, "processing": None}
    emit(books, "charge.succeeded", charge)
    emit(books, "payment_intent.succeeded", intent)


def decide_debit(books: Books, session_id: str, *, succeeds: bool) -> bool:
    """A bank debit that was under way lands or bounces. False when there was nothing left to decide."""
    session = books.get("sessions", session_id)
    intent = books.table("intents").get(session["payment_intent"] or "")
    if intent is None or intent["status"] != "processing":
        return False
    charge = books.get("charges", intent["latest_charge"])
    charge.pop("_decides_at", None)
    books.undecided.discard(charge["id"])
    if succeeds:
        capture(books, charge, intent)
        session["payment_status"] = "paid"
        emit(books, "checkout.session.async_payment_succeeded", session)
        return True
    words = "The customer's bank account has insufficient funds."
    charge |= {"status": "failed", "failure_code": "insufficient_funds", "failure_message": words}
    emit(books, "charge.failed", charge)
    error = {"type": "card_error", "code": "payment_method_provider_decline", "message": words, "charge": charge["id"]}
    intent |= {"status": "requires_payment_method", "last_payment_error": error, "payment_method": None}
    emit(books, "payment_intent.payment_failed", intent)
    emit(books, "checkout.session.async_payment_failed", session)
    return True


def decide_due(books: Books) -> int:
    """Debits whose day has come, where the account's habit sets one."""
    now = books.stamp()
    charges = books.table("charges")
    due = [charges[key] for key in sorted(books.undecided) if charges[key]["_decides_at"] <= now]
    for charge in due:
        intent = books.get("intents", charge["payment_intent"])
        decide_debit(books, intent["_session"], succeeds=not charge["_will_fail"])
    return len(due)

"""Stripe's JSON in our shapes. What counts as paid is decided in one table and nowhere else."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Any

from quittance.core.money import Money
from quittance.payment_systems.port import (
    KEY_IN_METADATA,
    AccountReport,
    Checkout,
    DisputeState,
    EndReport,
    EndState,
    PaymentReport,
    PaymentState,
    Reference,
    RefundReport,
    RefundState,
    SeenDispute,
    SeenRefund,
)
from quittance.payment_systems.stripe.currencies import from_stripe
from quittance.payment_systems.stripe.words import last_refusal, method_detail

Json = Mapping[str, Any]

# The status table: (session, its payment_status, its intent) → our state. "*" stands for anything, "-" for no intent.
# Read from the top, the first row that fits counts; what fits no row is UNKNOWN, and unknown is pending.
STATUS_TABLE: tuple[tuple[str, str, str, PaymentState], ...] = (
    # Money that moved wins, whatever the session says.
    ("*", "*", "succeeded", PaymentState.PAID),
    # Approved but not captured, or still on its way: not ours yet.
    ("*", "*", "requires_capture", PaymentState.PROCESSING),
    ("*", "*", "processing", PaymentState.PROCESSING),
    # Complete alone is not paid.
    ("complete", "paid", "-", PaymentState.PAID),
    ("complete", "no_payment_required", "-", PaymentState.PAID),
    ("complete", "unpaid", "requires_action", PaymentState.PROCESSING),
    ("complete", "unpaid", "requires_confirmation", PaymentState.PROCESSING),
    ("complete", "unpaid", "requires_payment_method", PaymentState.FAILED),
    ("complete", "unpaid", "canceled", PaymentState.FAILED),
    # A refused card leaves the page open.
    ("open", "unpaid", "-", PaymentState.OPEN),
    ("open", "unpaid", "requires_payment_method", PaymentState.OPEN),
    ("open", "unpaid", "requires_confirmation", PaymentState.OPEN),
    ("open", "unpaid", "requires_action", PaymentState.OPEN),
    ("open", "unpaid", "canceled", PaymentState.OPEN),
    ("expired", "unpaid", "-", PaymentState.EXPIRED),
    ("expired", "unpaid", "requires_payment_method", PaymentState.EXPIRED),
    ("expired", "unpaid", "requires_confirmation", PaymentState.EXPIRED),
    ("expired", "unpaid", "requires_action", PaymentState.EXPIRED),
    ("expired", "unpaid", "canceled", PaymentState.EXPIRED),
)

# What an end that Stripe refused means; UNKNOWN and OPEN can still be paid.
END_TABLE: dict[PaymentState, EndState] = {
    PaymentState.PAID: EndState.COMPLETE,
    PaymentState.PROCESSING: EndState.PROCESSING,
    PaymentState.FAILED: EndState.ENDED,
    PaymentState.EXPIRED: EndState.ENDED,
}

REFUND_TABLE: dict[str, RefundState] = {
    "pending": "pending",
    "requires_action": "pending",
    "succeeded": "succeeded",
    "failed": "failed",
    "canceled": "failed",
}

# Inquiries (warning_*) and prevented disputes take no money away, so they are no disputes here.
DISPUTE_TABLE: dict[str, DisputeState] = {
    "needs_response": "open",
    "under_review": "open",
    "appeal_needs_response": "open",
    "appeal_under_review": "open",
    "won": "won",
    "lost": "lost",
}


def state_of(session: Json) -> PaymentState:
    intent = part(session, "payment_intent")
    seen = (
        str(session.get("status")),
        str(session.get("payment_status")),
        str(intent["status"]) if intent and intent.get("status") else "-",
    )
    for *row, state in STATUS_TABLE:
        if all(want in {"*", have} for want, have in zip(row, seen, strict=True)):
            return state
    return PaymentState.UNKNOWN


def part(thing: Json | None, name: str) -> Json | None:
    """A thing inside a thing, when it was expanded; None when it is absent or only named."""
    value = None if thing is None else thing.get(name)
    return value if isinstance(value, Mapping) else None


def id_of(thing: Json | None, name: str) -> str | None:
    """The id of a thing inside a thing, expanded or not."""
    value = None if thing is None else thing.get(name)
    if isinstance(value, Mapping):
        value = value.get("id")
    return value if isinstance(value, str) and value else None


def checkout_of(session: Json) -> Checkout:
    return Checkout(
        references=_references(session),
        address=str(session.get("url") or ""),
        expires_at=datetime.fromtimestamp(int(session["expires_at"]), UTC),
    )


def end_report_of(session: Json) -> EndReport:
    end = END_TABLE.get(state_of(session), EndState.STILL_PAYABLE)
    until = datetime.fromtimestamp(int(session["expires_at"]), UTC) if end is EndState.STILL_PAYABLE else None
    return EndReport(end, until)


def report_of(session: Json, refunds: Iterable[Json] = (), disputes: Iterable[Json] = ()) -> PaymentReport:
    """Everything about one payment. The intent and its latest charge must have been expanded."""
    intent = part(session, "payment_intent")
    charge = part(intent, "latest_charge")
    state = state_of(session)
    fee, net = _fee_and_net(charge)
    details = part(charge, "payment_method_details") or {}
    return PaymentReport(
        state=state,
        captured=_captured(session, intent, charge) if state is PaymentState.PAID else None,
        method=str(details.get("type") or ""),
        method_detail=method_detail(details) if details else "",
        fee=fee,
        net=net,
        decline_reason="" if state is PaymentState.PAID or intent is None else last_refusal(intent),
        refunds=tuple(seen_refund(refund) for refund in refunds),
        disputes=tuple(seen for dispute in disputes if (seen := seen_dispute(dispute)) is not None),
        references=_references(session),
        live=session["livemode"] is True,
    )


def seen_refund(refund: Json) -> SeenRefund:
    return SeenRefund(
        reference=str(refund["id"]),
        amount=from_stripe(int(refund["amount"]), str(refund["currency"])),
        state=_refund_state(refund),
        our_key=str((refund.get("metadata") or {}).get(KEY_IN_METADATA, "")),
    )


def refund_report_of(refund: Json) -> RefundReport:
    seen = seen_refund(refund)
    return RefundReport(seen.reference, seen.amount, seen.state)


def seen_dispute(dispute: Json) -> SeenDispute | None:
    """None for what takes no money. A state that we do not know is open: it may cost, so it must be looked at."""
    status = str(dispute["status"])
    if status.startswith("warning_") or status == "prevented":
        return None
    amount = from_stripe(int(dispute["amount"]), str(dispute["currency"]))
    return SeenDispute(str(dispute["id"]), amount, DISPUTE_TABLE.get(status, "open"))


def account_report_of(account: Json, *, live: bool) -> AccountReport:
    profile = part(account, "business_profile") or {}
    shown = part(part(account, "settings"), "dashboard") or {}
    return AccountReport(
        their_account_id=str(account["id"]),
        live=live,
        name=str(profile.get("name") or shown.get("display_name") or account.get("email") or account["id"]),
        country=str(account.get("country") or ""),
        default_currency=str(account.get("default_currency") or "").upper(),
    )


def _refund_state(refund: Json) -> RefundState:
    # No status, or one that we do not know: not yet settled.
    return REFUND_TABLE.get(str(refund.get("status")), "pending")


def _captured(session: Json, intent: Json | None, charge: Json | None) -> Money:
    """What the charge really took, in its own currency: never what was asked, never a flag."""
    if charge is not None:
        return from_stripe(int(charge["amount_captured"]), str(charge["currency"]))
    if intent is not None:
        return from_stripe(int(intent["amount_received"]), str(intent["currency"]))
    return from_stripe(int(session["amount_total"] or 0), str(session["currency"]))


def _fee_and_net(charge: Json | None) -> tuple[Money | None, Money | None]:
    """In the currency in which Stripe settles, which need not be the charge's."""
    entry = part(charge, "balance_transaction")
    if entry is None:
        return None, None
    currency = str(entry["currency"])
    return from_stripe(int(entry["fee"]), currency), from_stripe(int(entry["net"]), currency)


def _references(session: Json) -> tuple[Reference, ...]:
    found = [Reference("checkout", str(session["id"]))]
    if intent := id_of(session, "payment_intent"):
        found.append(Reference("intent", intent))
    if charge := id_of(part(session, "payment_intent"), "latest_charge"):
        found.append(Reference("charge", charge))
    return tuple(found)

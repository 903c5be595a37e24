"""Which page a client sees, and the words and amounts on it, from one read of the link."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Literal

from babel.lists import format_list
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from quittance.bills.models import Receipt, Tender
from quittance.bills.neutral import name_for_clients
from quittance.bills.receipts import number_text, tender_label
from quittance.calendar.queries_gift_card import last_date_of
from quittance.calendar.queries_pay import PayPage
from quittance.core.direction import walled
from quittance.core.locale_format import known_locale
from quittance.core.money import Money
from quittance.messages.texts.render import visits_text
from quittance.payments.queries import refunds_to_wallets
from quittance.wallets.models import Wallet

Screen = Literal[
    "visit",  # what is to be paid, with the button
    "changing",  # the desk is changing the visit at this moment
    "waiting",  # back from the payment page, the truth is not known yet
    "processing",  # the client agreed, the money takes its time
    "not_charged",  # back from a page that had been ended
    "paid",
    "settled",
    "refunded",  # all that was paid has gone back
    "returning",  # all that was paid is on its way back
    "disputed",  # the client's bank holds what was paid
    "reopened",  # the link had its money, and something is due again
    "expired",
    "cancelled",
    "replaced",
]


@dataclass(frozen=True, slots=True)
class ShownLine:
    name: str
    quantity: int
    amount: Money
    price_open: bool


@dataclass(frozen=True, slots=True)
class ShownMembership:
    """`visits` as `(10 visits)`; empty where it counts days only."""

    name: str
    visits: str
    last_date: date | None


@dataclass(frozen=True, slots=True)
class ShownReceipt:
    number: str
    amount: Money
    how: str
    issued_at: datetime


@dataclass(frozen=True, slots=True)
class ShownReturn:
    """Money that went back, or is on its way where `at` and `number` are missing. `to` is empty for cash."""

    amount: Money
    kind: str
    to: str
    at: datetime | None = None
    number: str = ""


def screen_of(page: PayPage, *, returning: bool) -> Screen:
    """`returning`: the client comes from the payment page, so the newest attempt is what they ask about."""
    if page.state in ("paid", "settled"):
        return _after_payment(page)
    last = page.last_payment
    if returning and last is not None:
        if last.state in ("creating", "open"):
            return "waiting"
        if last.state == "processing":
            return "processing"
        if page.was_not_charged:
            return "not_charged"
    if page.state == "confirming":
        return "processing"
    return "visit" if page.state == "payable" else page.state


def _after_payment(page: PayPage) -> Screen:
    """What is said of a link that has had its money: perhaps none of it is here any more."""
    facts = page.money.facts
    if not facts.settled.is_positive and not page.money.processing.is_positive:
        if facts.disputed.is_positive:
            return "disputed"
        if facts.refunding.is_positive:
            return "returning"
        if facts.due.is_positive:
            return "reopened"
        return "refunded" if facts.refunded.is_positive else "settled"
    if page.state == "settled" and facts.due.is_positive:
        return "reopened"
    return "paid" if page.state == "paid" else "settled"


def system_name(page: PayPage) -> str:
    """The payment system as clients know it; a neutral word before the first attempt."""
    return page.last_payment.account.system.capitalize() if page.last_payment else _("the payment service")


def shown_memberships(page: PayPage, held: Iterable[Wallet]) -> list[ShownMembership]:
    """What a client bought, how much it holds and until when."""
    language = get_language() or page.location.language
    lines = {line.pk: line for line in page.lines}
    return [
        ShownMembership(
            name_for_clients(lines[one.issued_line_id], location=page.location, language=language),
            visits_text(count=one.standing_units if one.unit == "visits" else 0, language=language),
            last_date_of(one, page.location),
        )
        for one in held
        if one.issued_line_id in lines
    ]


def shown_lines(page: PayPage) -> list[ShownLine]:
    return [
        ShownLine(
            name_for_clients(line, location=page.location, language=get_language() or page.location.language),
            line.quantity,
            Money(line.gross_minor, page.bill.currency),
            line.price_open,
        )
        for line in page.lines
    ]


def shown_receipts(page: PayPage) -> list[ShownReceipt]:
    return [
        ShownReceipt(
            number=number_text(receipt),
            amount=Money(tender.amount_minor, tender.currency),
            how=_how(tender),
            issued_at=receipt.issued_at,
        )
        for receipt, tender in _received(page)
    ]


def shown_returns(page: PayPage) -> list[ShownReturn]:
    """What went back, then what is on its way: of each tender what it gave back and no credit note tells yet."""
    currency = page.bill.currency
    found: list[ShownReturn] = []
    told: dict[int, int] = {}
    to_wallets = _to_wallets(page)
    for note in page.credit_notes:
        minor = int(note.snapshot["amount_minor"])
        amount = Money(minor, str(note.snapshot["currency"]))
        if note.tender is None:
            found.append(ShownReturn(amount, "online", "", note.issued_at, number_text(note)))
            continue
        told[note.tender.pk] = told.get(note.tender.pk, 0) + minor
        kind, to = note.tender.kind, _how(note.tender)
        if note.pk in to_wallets:
            kind, to = "wallet", str(note.snapshot["tender_label"])
        found.append(ShownReturn(amount, kind, to, note.issued_at, number_text(note)))
    for _receipt, tender in _received(page):
        left = tender.returned_minor - told.get(tender.pk, 0)
        if left > 0:
            found.append(ShownReturn(Money(left, currency), tender.kind, _how(tender)))
    return found


def _to_wallets(page: PayPage) -> set[int]:
    """The credit notes of what became value that the client holds. Only papers of the first days do not say it."""
    notes = [note for note in page.credit_notes if "to_wallet" not in note.snapshot]
    silent = {note.refund_id: note.pk for note in notes if note.refund_id is not None}
    found = refunds_to_wallets(business_id=page.business.pk, refund_ids=list(silent))
    told = {note.pk for note in page.credit_notes if note.snapshot.get("to_wallet")}
    return told | {silent[refund_id] for refund_id in found}


def kept(page: PayPage) -> Money | None:
    """What of the money stays although the visit was cancelled."""
    facts = page.money.facts
    if page.bill.ended_at is None:
        return None
    amount = facts.settled - facts.excess
    return amount if amount.is_positive else None


def came_late(page: PayPage) -> bool:
    """Money arrived after the visit had ended."""
    ended_at = page.bill.ended_at
    return ended_at is not None and any(tender.taken_at > ended_at for _receipt, tender in _received(page))


def paid_by_link(page: PayPage) -> Money | None:
    """What the newest payment through this link brought, with the value beside it; or value alone."""
    last = page.last_payment
    if last is None or last.state != "paid" or last.captured_minor is None:
        return Money(page.link.value_minor, page.bill.currency) if page.link.value_minor else None
    beside = last.value_minor if last.captured_currency == page.bill.currency else 0
    return Money(last.captured_minor + beside, last.captured_currency)


def time_left(page: PayPage, *, now: datetime) -> str:
    """How soon the link ends, where that is within a day; empty else."""
    if page.link.expires_at is None:
        return ""
    left = page.link.expires_at - now
    if left > timedelta(days=1):
        return ""
    minutes = max(1, round(left.total_seconds() / 60))
    return _("%(n)d min left") % {"n": minutes} if minutes < 60 else _("%(n)d h left") % {"n": minutes // 60}


def staff_names(page: PayPage) -> str:
    """`Ben`, `Ben and Eva`: as the language joins names."""
    language = get_language() or "en"
    names = dict.fromkeys(appointment.staff.name for appointment in page.appointments)
    found = [walled(name, language) for name in names]
    return format_list(found, locale=known_locale(language)) if found else ""


def place_words(page: PayPage) -> str:
    """The location under the business's name, without saying a name twice."""
    parts = [page.location.name, page.location.address]
    return ", ".join(part for part in parts if part and part != page.business.name)


def zone_city(page: PayPage) -> str:
    return page.location.time_zone.rsplit("/", 1)[-1].replace("_", " ")


def _received(page: PayPage) -> list[tuple[Receipt, Tender]]:
    """Every receipt that is no credit note proves a tender."""
    return [(receipt, receipt.tender) for receipt in page.receipts if receipt.tender is not None]


def _how(tender: Tender) -> str:
    return tender_label(tender)

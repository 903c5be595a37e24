"""Why a message may still be sent, and what it says: read anew at the moment of sending."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta

from django.utils.translation import gettext_noop

from quittance.bills.queries import bill_by_id
from quittance.bills.queries import facts as bill_facts
from quittance.calendar.queries_gift_card import last_date_of
from quittance.calendar.queries_pay import PayPage, pay_page
from quittance.core.money import Money
from quittance.flows import _visit_facts
from quittance.flows._asking_for import link_address
from quittance.flows._reason import Reason
from quittance.messages.models import Message
from quittance.messages.queries import CALL_BACK
from quittance.messages.texts import MessageFacts
from quittance.messages.types import DESK_CODE, GIFT_CARD, PAYMENT_FAILED, PAYMENT_LINK, PAYMENT_RECEIVED, REFUND
from quittance.pay_desks.actions import code_of
from quittance.pay_desks.queries import ask_of_message, is_over
from quittance.payments import queries as payment_queries
from quittance.payments.account_health import has_answered_since
from quittance.payments.models import Payment, PaymentLink, Refund
from quittance.wallets.queries import free_money, free_units, shown_code, wallet_by_id

__all__ = ["Reason", "reason_to_send"]


_WHY_NOT = {
    "confirming": gettext_noop("The payment is being confirmed."),
    "paid": gettext_noop("The visit is paid."),
    "settled": gettext_noop("Nothing is due any more."),
    "expired": gettext_noop("The link has expired."),
    "cancelled": gettext_noop("The visit or its link was cancelled."),
    "replaced": gettext_noop("A newer link has replaced this one."),
}
_LONGEST_CALL_BACK = timedelta(days=1)
_GOING_BACK = ("requested", "pending", "succeeded")


def reason_to_send(message: Message, *, now: datetime) -> Reason:
    if message.type == GIFT_CARD:
        return _gift_card(message, now)
    if message.type in _visit_facts.READERS:
        return _visit_facts.READERS[message.type](message, now)
    if message.type == DESK_CODE:
        return _desk_code(message, now)
    page = _page(message, now)
    if page is None:
        return Reason(drop=gettext_noop("The link is gone."))
    if page.state == "changing":
        return Reason(wait_seconds=10)
    if message.purpose_key.startswith(CALL_BACK) and page.state == "payable":
        return _call_back(message, page, now)
    return _READERS[message.type](message, page)


def _payment_link(_message: Message, page: PayPage) -> Reason:
    if page.state != "payable":
        return Reason(drop=_WHY_NOT[page.state])
    return Reason(facts=_facts(page, amount=page.ask, rest=page.rest_later))


def _call_back(message: Message, page: PayPage, now: datetime) -> Reason:
    """Online payment was down; it is told when the account works again, and not after a day."""
    setting = payment_queries.method_setting(business_id=message.business_id)
    if setting is None or setting.account is None or not setting.enabled:
        return Reason(drop=gettext_noop("Payment links are switched off."))
    if message.created_at + _LONGEST_CALL_BACK <= now:
        return Reason(drop=gettext_noop("Online payment did not work again within a day."))
    if not has_answered_since(account=setting.account, since=message.created_at, now=now):
        return Reason(wait_seconds=60, waits_long=True)
    return Reason(facts=replace(_facts(page, amount=page.ask, rest=page.rest_later), variant="again"))


def _payment_received(message: Message, page: PayPage) -> Reason:
    payment = _payment(message)
    if payment is None or payment.state != "paid" or payment.captured_minor is None:
        return Reason(drop=gettext_noop("The payment is not recorded as received."))
    received = Money(payment.captured_minor, payment.captured_currency)
    facts = _facts(page, amount=received, rest=bill_facts(page.bill).due)
    return Reason(facts=replace(facts, method=payment.method_detail, variant=_late(payment, page)))


def _late(payment: Payment, page: PayPage) -> str:
    """Money that came after the visit's end is not simply `received`: does it go back by itself?"""
    ended_at = page.bill.ended_at
    if ended_at is None or payment.final_at is None or payment.final_at <= ended_at:
        return ""
    goes_back = page.excess is not None and page.excess.by_itself_at is not None
    return "returns" if goes_back or payment.refunds.filter(state__in=_GOING_BACK).exists() else "late"


def _payment_failed(message: Message, page: PayPage) -> Reason:
    payment = _payment(message)
    if payment is None or payment.state != "failed":
        return Reason(drop=gettext_noop("The payment has not failed."))
    if page.bill.ended_at is not None or not bill_facts(page.bill).due.is_positive:
        return Reason(drop=gettext_noop("Nothing is due any more."))
    return Reason(facts=_facts(page, amount=payment.amount, rest=None))


def _refund(message: Message, page: PayPage) -> Reason:
    payment = _payment(message)
    refund = Refund.objects.filter(business_id=message.business_id, pk=message.refund_id or 0).first()
    if payment is None or refund is None or refund.state != "succeeded":
        return Reason(drop=gettext_noop("The refund is not recorded as arrived."))
    # Money that settled nothing had no receipt, so its return has no credit note.
    has_note = any(note.refund_id == refund.pk for note in page.credit_notes)
    facts = _facts(page, amount=refund.amount, rest=None)
    # What may still be open on the bill is another matter: no deadline to pay stands beside money that went back.
    return Reason(
        facts=replace(facts, method=payment.method_detail, deadline_at=None, variant="" if has_note else "plain")
    )


def _gift_card(message: Message, now: datetime) -> Reason:
    """It stands on no link: a card may have been paid at the desk. Its code leaves only while it is good."""
    card = wallet_by_id(business_id=message.business_id, wallet_id=message.wallet_id or 0)
    if card is None or not card.standing_units or not free_units(card):
        return Reason(drop=gettext_noop("The gift card was taken back or used."))
    if card.expires_at is not None and card.expires_at <= now:
        return Reason(drop=gettext_noop("The gift card has ended."))
    bill = bill_by_id(business_id=message.business_id, bill_id=message.bill_id or 0)
    location = bill.location
    last_date = last_date_of(card, location)
    facts = MessageFacts(
        business_name=bill.business.name,
        link_address=_paper_address(bill.business_id, bill.pk),
        amount=free_money(card),
        client_name=bill.client.name if bill.client else "",
        phone=location.phone,
        time_zone=location.time_zone,
        code=shown_code(card),
        last_date=last_date,
        variant="" if last_date else "endless",
        accent=bill.business.accent,
    )
    return Reason(facts=facts)


def _desk_code(message: Message, now: datetime) -> Reason:
    """It stands on no link. A code that is over is not sent, and sending it again by hand is no way to a new one."""
    ask = ask_of_message(business_id=message.business_id, message_id=message.pk)
    if ask is None or is_over(ask, now=now):
        return Reason(drop=gettext_noop("The code is over."))
    business = ask.business
    return Reason(facts=MessageFacts(business_name=business.name, link_address="", code=code_of(ask)))


def _paper_address(business_id: int, bill_id: int) -> str:
    """The page of the link that was paid, which has the card as a PDF; a card sold at the desk may have none."""
    link = (
        PaymentLink.objects.filter(business_id=business_id, bill_id=bill_id, closed_reason="paid")
        .order_by("-pk")
        .first()
    )
    return link_address(link.token.reveal()) if link is not None else ""


_READERS: dict[str, Callable[[Message, PayPage], Reason]] = {
    PAYMENT_LINK: _payment_link,
    PAYMENT_RECEIVED: _payment_received,
    PAYMENT_FAILED: _payment_failed,
    REFUND: _refund,
}


def _page(message: Message, now: datetime) -> PayPage | None:
    if message.link_id is None:
        return None
    try:
        link = payment_queries.link_by_id(business_id=message.business_id, link_id=message.link_id)
    except PaymentLink.DoesNotExist:
        return None
    return pay_page(token=link.token.reveal(), now=now)


def _payment(message: Message) -> Payment | None:
    rows = Payment.objects.filter(business_id=message.business_id, pk=message.payment_id or 0)
    return rows.defer("request", "address").first()


def _facts(page: PayPage, *, amount: Money, rest: Money | None) -> MessageFacts:
    location, client = page.location, page.bill.client
    names = list(dict.fromkeys(appointment.staff.name for appointment in page.appointments))
    places = [location.name if location.name != page.business.name else "", location.address]
    return MessageFacts(
        business_name=page.business.name,
        link_address=link_address(page.link.token.reveal()),
        amount=amount,
        rest=rest,
        client_name=client.name if client else "",
        staff_name=", ".join(names),
        place=", ".join(part for part in places if part),
        phone=location.phone,
        visit_at=page.starts_at,
        deadline_at=page.link.expires_at,
        time_zone=location.time_zone,
        can_pay=page.state == "payable",
        accent=page.business.accent,
    )


# Reminders have a file of their own.
page_of, facts_on_page = _page, _facts

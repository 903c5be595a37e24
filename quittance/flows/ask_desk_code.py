"""A client at a desk's QR code types a phone number, gets a code by SMS, and with it the page of their own visit.

Nothing tells whether a number is known: whoever asks is answered before anybody has looked. Looking, and queuing the
SMS, is the worker's, from an event of the outbox.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from django.db import OperationalError

from quittance.audit import actions as audit
from quittance.bills.models import Bill
from quittance.calendar.models import Visit
from quittance.calendar.queries_desk_due import due_visit_of_phone
from quittance.core.actor import Actor
from quittance.flows._asking_for import client_language
from quittance.flows.errors import FlowError, RefusedError
from quittance.flows.make_link import make
from quittance.limits.actions import count_try
from quittance.messages import actions as messages
from quittance.messages.actions import NewMessage
from quittance.messages.addresses import AddressError, read_address
from quittance.messages.queries import channel_account, messages_by_id, notification
from quittance.messages.types import DESK_CODE
from quittance.outbox import actions as outbox
from quittance.outbox.models import Event
from quittance.pay_desks import actions, queries
from quittance.pay_desks.models import CodeAsk, PayDesk
from quittance.rows.fields import key_ring
from quittance.rows.locking import in_one_transaction

EVENT: Final = "desk_code.asked"
WINDOW: Final = timedelta(minutes=10)
# In ten minutes: by one connection, for one number at one business, and at one desk by everybody.
MOST_BY_ADDRESS: Final = 10
MOST_BY_PHONE: Final = 3
MOST_AT_DESK: Final = 30


class TooManyError(FlowError):
    """Said alike for numbers that are known and for those that are not."""

    def __init__(self) -> None:
        super().__init__("Too many codes were asked for. Try again in ten minutes, or ask at the desk.")


def is_offered(*, business_id: int) -> bool:
    """Whether codes can be sent at all: a fact of the business, the same for everybody who asks."""
    account = channel_account(business_id=business_id, channel="sms")
    return account is not None and account.enabled and notification(business_id=business_id, type=DESK_CODE).enabled


def ask(*, desk: PayDesk, phone: str, network: str, now: datetime) -> str:
    """The key of the page where the code is typed. RefusedError: this is no phone number. TooManyError: not now."""
    try:
        typed = read_address(phone, country=desk.location.country)
    except AddressError as error:
        raise RefusedError(str(error)) from None
    if typed.channel != "sms":
        raise RefusedError("Type a phone number.")
    _check_limits(desk, typed.value, network, now)

    def work() -> CodeAsk:
        row = actions.ask_code(desk=desk, phone=typed.value, now=now)
        outbox.record(
            business_id=desk.business_id,
            location_id=desk.location_id,
            name=EVENT,
            subject={"code_ask": row.pk},
            now=now,
        )
        return row

    return in_one_transaction(work).key


def send_code(event: Event, now: datetime) -> int:
    """The worker's part, in its transaction: how many messages were queued, none where nothing is due."""
    row = queries.ask_by_id(business_id=event.business_id, ask_id=int(event.subject.get("code_ask") or 0))
    phone = row.phone.reveal() if row is not None else ""
    if row is None or not phone:
        return 0
    visit = due_visit_of_phone(business_id=row.business_id, location_id=row.desk.location_id, phone=phone, now=now)
    account = channel_account(business_id=row.business_id, channel="sms")
    bill = visit.bill if visit is not None and account is not None else None
    actions.answer_ask(ask=row, bill_id=bill.pk if bill is not None else None)
    if visit is None or bill is None or account is None:
        return 0
    new = NewMessage(
        type=DESK_CODE,
        channel="sms",
        account_id=account.pk,
        address=phone,
        language=client_language(bill),
        purpose_key=f"{DESK_CODE}:{row.pk}",
        client_id=bill.client_id,
        visit_id=visit.pk,
        bill_id=bill.pk,
        # For this number and this moment only: no other channel may say it in its place.
        is_once=True,
    )
    message, is_new = messages.queue(business_id=row.business_id, new=new, due_at=now, created_by_id=None, now=now)
    actions.note_message(ask=row, message_id=message.pk)
    return int(is_new)


def prove(*, desk: PayDesk, key: str, code: str, ip: str, now: datetime) -> str | None:
    """The token of the visit's page, empty where the code does not fit; None where nobody asked by this key here.

    At most five tries are heard, and a code opens one page once.
    """
    row = queries.ask_by_key(desk=desk, key=key)
    if row is None:
        return None
    typed = "".join(code.split())
    fits = in_one_transaction(lambda: actions.try_code(ask=row, typed=typed, now=now))
    bill = row.bill if fits and _is_still_theirs(row) else None
    return _link_of(bill, desk=desk, ip=ip, now=now) if bill is not None else ""


def _is_still_theirs(row: CodeAsk) -> bool:
    """The desk may have given the visit to another client meanwhile; the code went to the phone of the first one."""
    told = messages_by_id(business_id=row.business_id, message_ids=[row.message_id or 0])
    return row.bill is not None and any(message.client_id == row.bill.client_id for message in told)


def _check_limits(desk: PayDesk, phone: str, network: str, now: datetime) -> None:
    counted = (
        (f"desk code by {network}", MOST_BY_ADDRESS),
        (f"desk code for {desk.business_id} {key_ring().mac(phone)}", MOST_BY_PHONE),
        (f"desk code at {desk.pk}", MOST_AT_DESK),
    )
    for subject, most in counted:
        # Who is over one limit does not use up the next: a single phone cannot close the desk for everybody.
        if _count(subject, now) > most:
            raise TooManyError


def _count(subject: str, now: datetime) -> int:
    """Where it cannot be counted, nothing is sent: an SMS costs money."""
    try:
        return count_try(key=subject, window=WINDOW, now=now)
    except OperationalError:
        raise TooManyError from None


def _link_of(bill: Bill, *, desk: PayDesk, ip: str, now: datetime) -> str:
    """The live link, made if there is none; empty where nothing is due any more."""
    visit = Visit.objects.get(business_id=bill.business_id, bill_id=bill.pk)
    try:
        made = make(actor=Actor.system(bill.business_id), visit_id=visit.pk, now=now)
    except RefusedError:
        return ""
    in_one_transaction(
        lambda: audit.record(
            actor=Actor.client(bill.business_id, ip=ip),
            location_id=desk.location_id,
            action="pay_desk.code_fitted",
            subject=("visit", visit.pk),
            now=now,
            detail={"desk": desk.pk},
        )
    )
    return made.token

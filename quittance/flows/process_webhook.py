"""Look where a notice points. It says where to look; what is true is said by the payment system's own answer.

Matched only by (account, id) that we stored. What fits nothing is looked at again for half an hour, since a
notice can come before our own row is written. It becomes a case for a person only when money moved and the
notice's metadata names this account and this installation.
"""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from typing import Any

from quittance.bills import cases
from quittance.businesses.models import Business
from quittance.due import actions as due
from quittance.flows import read_message_report
from quittance.flows._ask_times import next_match_at
from quittance.flows._silence import may_ask, note_answering, note_silence, wait_for_probe
from quittance.flows._systems import open_system
from quittance.flows.accept_webhook import MESSAGES
from quittance.flows.settle_payment import settle
from quittance.inbox import queries as inbox
from quittance.inbox.actions import FOREIGN, MATCHED, UNMATCHED
from quittance.inbox.models import InboundWebhook
from quittance.message_channels.port import DeliveryState, InboundText, Notice, StatusNotice, Suppress, Wish
from quittance.payment_systems.port import KEY_IN_METADATA, PaymentSystemError, Reference, References
from quittance.payments import account_health, queries
from quittance.payments.models import PaymentAccount
from quittance.rows.locking import in_one_transaction

_RETRY_BASE_SECONDS = 10
_RETRY_CAP_SECONDS = 10 * 60


def work(*, row_id: int, lease_token: str, now: datetime) -> None:
    """Look into one leased notice; every outcome is written into its row."""
    notice = inbox.leased(row_id=row_id, lease_token=lease_token)
    if notice is None:
        return
    if notice.source == MESSAGES:
        read_message_report.apply(account_id=notice.account_id, notices=[_channel_notice(notice)], now=now)
        _finish(notice, state=MATCHED, outcome=notice.kind)
        return
    account = queries.account_by_id(business_id=notice.business_id, account_id=notice.account_id)
    payment_ids = _payments_of(notice, account)
    if payment_ids:
        if not may_ask(account=account, now=now):
            _wait(notice, now)
        elif _settle(notice, payment_ids, now):
            note_answering(account=account, now=now)
    elif _names_another(notice, account):
        _finish(notice, state=FOREIGN, outcome="its metadata names another account")
    else:
        _look_again(notice, account, now)


def _payments_of(notice: InboundWebhook, account: PaymentAccount) -> list[int]:
    references = [Reference(kind, value) for kind, value in notice.references]
    return queries.payment_ids_by_references(account_id=account.pk, references=references)


def _settle(notice: InboundWebhook, payment_ids: list[int], now: datetime) -> bool:
    """Whether the payment system answered."""
    states = []
    for payment_id in payment_ids:
        try:
            states.append(settle(payment_id=payment_id, now=now).state)
        except PaymentSystemError as error:
            note_silence(account_id=notice.account_id, attempts=notice.attempts, error=error, now=now)
            pause = due.backoff(notice.attempts, base_seconds=_RETRY_BASE_SECONDS, cap_seconds=_RETRY_CAP_SECONDS)
            _finish(notice, next_attempt_at=now + pause, outcome=f"no answer: {type(error).__name__}")
            return False
    _finish(notice, state=MATCHED, outcome=", ".join(states))
    return True


def _wait(notice: InboundWebhook, now: datetime) -> None:
    """Its account is left alone at the moment; that the notice came costs it no attempt."""
    at = wait_for_probe(now=now)
    _finish(notice, next_attempt_at=at, attempts=notice.attempts - 1, outcome="the payment system is left alone")


def _look_again(notice: InboundWebhook, account: PaymentAccount, now: datetime) -> None:
    key = notice.metadata.get(KEY_IN_METADATA, "")
    if key:
        # Its opening call may have lost its answer: asking about it stores the ids that fit this notice.
        account_health.wake_payments_of_key(account_id=account.pk, key=key, now=now)
    again_at = next_match_at(received_at=notice.received_at, attempts=notice.attempts, now=now)
    if again_at is not None:
        _finish(notice, next_attempt_at=again_at, outcome="fits no payment yet")
        return
    if _names_us(notice, account) and not may_ask(account=account, now=now):
        _wait(notice, now)
        return
    try:
        outcome = _tell_a_person(notice, account, now)
    except PaymentSystemError as error:
        note_silence(account_id=account.pk, attempts=notice.attempts, error=error, now=now)
        if now < notice.received_at + timedelta(days=1):
            pause = timedelta(seconds=_RETRY_CAP_SECONDS)
            _finish(notice, next_attempt_at=now + pause, outcome=f"no answer: {type(error).__name__}")
            return
        outcome = "fits no payment; the payment system does not say more"
    _finish(notice, state=UNMATCHED, outcome=outcome)


def _tell_a_person(notice: InboundWebhook, account: PaymentAccount, now: datetime) -> str:
    """A case, if money moved on a page that this installation opened and knows no more."""
    if not _names_us(notice, account):
        return "fits no payment"
    references = References(tuple(Reference(kind, value) for kind, value in notice.references))
    checkout = references.first("checkout")
    if checkout is None:
        return "fits no payment and names no page"
    captured = open_system(account).fetch_payment(references).captured
    note_answering(account=account, now=now)
    if captured is None or not captured.is_positive:
        return "fits no payment; no money moved"
    opened = in_one_transaction(
        lambda: cases.open_unmatched_case(
            business_id=notice.business_id,
            amount=captured,
            reference=checkout,
            detail={"account": account.pk, "notice": notice.pk},
            now=now,
        )
    )
    return "fits no payment; a person was told" if opened else "fits no payment; told before"


def _names_us(notice: InboundWebhook, account: PaymentAccount) -> bool:
    named: dict[str, str] = notice.metadata
    return named.get("account") == account.address_token and named.get("epoch") == _epoch(account)


def _names_another(notice: InboundWebhook, account: PaymentAccount) -> bool:
    """The same account of theirs may serve another installation."""
    named: dict[str, str] = notice.metadata
    return named.get("account", account.address_token) != account.address_token


def _epoch(account: PaymentAccount) -> str:
    return Business.objects.values_list("installation_epoch", flat=True).get(pk=account.business_id)


def _finish(notice: InboundWebhook, *, outcome: str, next_attempt_at: datetime | None = None, **changes: Any) -> None:
    changes["outcome"] = outcome[:200]
    due.finish(InboundWebhook, notice.pk, notice.lease_token, next_attempt_at=next_attempt_at, **changes)


def _channel_notice(row: InboundWebhook) -> Notice:
    held = json.loads(row.body.reveal())
    if row.kind == "inbound_text":
        return InboundText(**{**held, "wish": Wish(held["wish"])})
    suppress = Suppress(held["suppress"]) if held["suppress"] else None
    return StatusNotice(**{**held, "state": DeliveryState(held["state"]), "suppress": suppress})

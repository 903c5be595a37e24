"""What could be wrong about webhooks and event lists."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import datetime
from typing import Any
from unittest import mock

from quittance.flows import process_webhook, settle_payment, sweep_events
from quittance.flows._landing import apply_report
from quittance.flows._notices import inbox_notice, sender_of
from quittance.flows._systems import open_system
from quittance.inbox import actions as inbox
from quittance.inbox.models import InboundWebhook
from quittance.payment_systems.port import KEY_IN_METADATA, PaymentReport, PaymentState, Reference, References
from quittance.payment_systems.stripe.currencies import from_stripe
from quittance.payments import actions as payments
from quittance.payments import settings_actions
from quittance.payments.models import Payment
from quittance.rows.locking import in_one_transaction
from tests.simulator.planted.bug import planted, without_constraint

_LANDED = ("checkout.session.completed", "checkout.session.async_payment_succeeded")


@planted(
    "drop event dedupe",
    "The inbox takes every notice as it comes; the constraint made trouble in a migration and was dropped.",
    caught_by=("S2",),
)
def drop_event_dedupe() -> Iterator[None]:
    with without_constraint(InboundWebhook, "inbox_event_once"):
        yield


@planted(
    "dedupe by event id only",
    "An event id that is known is skipped, whichever account it came for.",
    caught_by=("law 11",),
    profiles=("post", "storm"),
)
def dedupe_by_event_id_only() -> Iterator[None]:
    store = inbox.store

    def store_unknown(*, sender: Any, notices: Any, now: datetime) -> None:
        ids = [notice.event_id for notice in notices]
        known = set(InboundWebhook.objects.filter(event_id__in=ids).values_list("event_id", flat=True))
        store(sender=sender, notices=[notice for notice in notices if notice.event_id not in known], now=now)

    with mock.patch.object(inbox, "store", store_unknown):
        yield


@planted(
    "trust webhook amount",
    "The event says what was paid, so nobody asks the payment system once more.",
    caught_by=("S11",),
    profiles=("calm", "post", "crowd"),
)
def trust_webhook_amount() -> Iterator[None]:
    ask = process_webhook._settle

    def believe(notice: Any, payment_ids: list[int], now: datetime) -> None:
        body = notice.body.reveal()
        if notice.kind not in _LANDED or not body:
            ask(notice, payment_ids, now)
            return
        session = json.loads(body)["data"]["object"]
        captured = from_stripe(int(session["amount_total"]), session["currency"])
        if session["payment_status"] == "paid":
            for payment_id in payment_ids:
                _apply(payment_id, PaymentReport(state=PaymentState.PAID, captured=captured), now)
        process_webhook._finish(notice, state="matched", outcome="believed")

    with mock.patch.object(process_webhook, "_settle", believe):
        yield


def _apply(payment_id: int, report: PaymentReport, now: datetime) -> None:
    asked_no = in_one_transaction(lambda: payments.next_question_number(payment_id=payment_id))
    business_id = Payment.objects.values_list("business_id", flat=True).get(pk=payment_id)
    in_one_transaction(
        lambda: apply_report(payment_id=payment_id, business_id=business_id, asked_no=asked_no, report=report, now=now)
    )


@planted(
    "match by client reference",
    "A finished page belongs to the visit that it names, so its money is put on the visit's newest payment.",
    caught_by=("S2", "S7"),
    profiles=("post", "storm", "crowd"),
    favours=("change_line", "press_pay"),
)
def match_by_client_reference() -> Iterator[None]:
    ask, store = process_webhook._settle, payments.store_references

    def settle_newest(notice: Any, payment_ids: list[int], now: datetime) -> None:
        named = Payment.objects.filter(key=notice.metadata.get(KEY_IN_METADATA, "")).first()
        if notice.kind not in _LANDED or named is None:
            ask(notice, payment_ids, now)
            return
        newest = Payment.objects.select_related("account").filter(bill_id=named.bill_id).order_by("-pk")[0]
        shown = References(tuple(Reference(kind, value) for kind, value in notice.references))
        _apply(newest.pk, open_system(newest.account).fetch_payment(shown), now)
        process_webhook._finish(notice, state="matched", outcome="matched by the visit")

    def store_what_is_free(*, payment: Any, references: Any) -> None:
        try:
            store(payment=payment, references=references)
        except payments.ForeignReferenceError:
            return

    with (
        mock.patch.object(process_webhook, "_settle", settle_newest),
        mock.patch.object(payments, "store_references", store_what_is_free),
    ):
        yield


@planted(
    "cursor saved before the notices",
    "The sweep notes how far it has read, then stores what it read.",
    caught_by=("L1", "law 11"),
    profiles=("killed sweeps",),
    favours=("dashboard_refund", "dispute"),
)
def cursor_before_notices() -> Iterator[None]:
    def read_on(sweep: Any, system: Any, lease_token: str, now: datetime) -> bool:
        account = sweep.account
        place = sweep.cursor or system.cursor_at(account.created_at - sweep_events._BEFORE_THE_FIRST)
        notices, following = system.events_since(place)
        if not settings_actions.save_place(sweep_id=sweep.pk, lease_token=lease_token, cursor=following, now=now):
            return True
        new = [inbox_notice(account, notice) for notice in notices]
        inbox.store_new(sender=sender_of(account), notices=new, now=now)
        return bool(following == place)

    with mock.patch.object(sweep_events, "_read_on", read_on):
        yield


@planted(
    "stale answers count",
    "Whatever the payment system answered is applied, also when a younger answer was applied meanwhile.",
    caught_by=("L1",),
    profiles=("crowd of answers",),
    favours=("dispute", "dispute_ends", "refund", "refund_ends", "check_again"),
)
def stale_answers_count() -> Iterator[None]:
    def apply_anyway(*, payment_id: int, asked_no: int, **given: Any) -> Any:
        Payment.objects.filter(pk=payment_id, applied_no__gte=asked_no).update(applied_no=asked_no - 1)
        return apply_report(payment_id=payment_id, asked_no=asked_no, **given)

    with mock.patch.object(settle_payment, "apply_report", apply_anyway):
        yield

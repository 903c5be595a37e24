"""Whether a day's calendar looks different: a short hash of everything that its cards show.

`of_day` makes it from rows that are loaded anyway, `current` from bare values. Both see the same facts, so
that a poll answers without loading what would be drawn.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime

from django.db.models import QuerySet

from quittance.calendar.models import Appointment
from quittance.payments.models import Payment, PaymentLink
from quittance.payments.status import PaymentState

# What moves the money of one bill: total, settled, price open, ended, processing, who is paying, link sent.
_Money = tuple[int, int, bool, bool, tuple[int, int, int], int, tuple[int, bool] | None, bool]
_Card = tuple[int, int, datetime, datetime, str, int, str, int]


def of_day(
    rows: Iterable[Appointment], states: Mapping[int, PaymentState], *, beside: object = None, now: datetime
) -> str:
    """From the rows of the day, loaded with their visits and clients, and what is drawn `beside` them."""
    cards: list[_Card] = [
        (
            row.pk,
            row.staff_id,
            row.starts_at,
            row.ends_at,
            row.state,
            row.visit.version,
            row.visit.client.name if row.visit.client else "",
            row.visit.bill_id,
        )
        for row in rows
    ]
    return _hash(cards, {bill_id: _money(state, now) for bill_id, state in states.items()}, beside)


def current(
    rows: QuerySet[Appointment], *, business_id: int, beside: Callable[[set[int]], object], now: datetime
) -> str:
    """From the database: three queries of bare values, and those of `beside`, which is told whose cards there are."""
    cards: list[_Card] = []
    settled: dict[int, tuple[int, int, bool, bool, tuple[int, int, int]]] = {}
    fields = ("pk", "staff_id", "starts_at", "ends_at", "state", "visit__version", "visit__client__name")
    bill = (
        "visit__bill__total_minor",
        "visit__bill__settled_minor",
        "visit__bill__price_open",
        "visit__bill__ended_at",
        "visit__bill__refunding_minor",
        "visit__bill__refunded_minor",
        "visit__bill__disputed_minor",
    )
    for row in rows.values_list(*fields, "visit__bill_id", *bill):
        bill_id = row[7]
        cards.append((row[0], row[1], row[2], row[3], row[4], row[5], row[6] or "", bill_id))
        settled[bill_id] = (row[8], row[9], row[10], row[11] is not None, row[12:])
    processing, paying = _payments(business_id, settled, now)
    sent = set(
        PaymentLink.objects.filter(
            business_id=business_id, bill_id__in=settled, closed_at__isnull=True, sent_at__isnull=False
        ).values_list("bill_id", flat=True)
    )
    return _hash(
        cards,
        {
            bill_id: (*facts, processing.get(bill_id, 0), paying.get(bill_id), bill_id in sent)
            for bill_id, facts in settled.items()
        },
        beside({card[1] for card in cards}),
    )


def _money(state: PaymentState, now: datetime) -> _Money:
    facts, paying = state.facts, state.paying
    return (
        facts.total.minor,
        facts.settled.minor,
        facts.price_open,
        facts.ended,
        (facts.refunding.minor, facts.refunded.minor, facts.disputed.minor),
        state.processing.minor,
        None if paying is None else (paying.pk, paying.locked_until > now),
        state.link_sent,
    )


def _payments(
    business_id: int, bill_ids: Iterable[int], now: datetime
) -> tuple[dict[int, int], dict[int, tuple[int, bool]]]:
    """Minor units on their way by bill, and who is on a page that is still open."""
    processing: dict[int, int] = {}
    paying: dict[int, tuple[int, bool]] = {}
    live = Payment.objects.filter(
        business_id=business_id, bill_id__in=bill_ids, state__in=(*Payment.LIVE, "processing")
    ).values_list("bill_id", "pk", "state", "amount_minor", "locked_until", "expires_at", "superseded_at")
    for bill_id, payment_id, state, amount, locked_until, expires_at, superseded_at in live:
        if state == "processing":
            processing[bill_id] = processing.get(bill_id, 0) + amount
        elif superseded_at is None and expires_at > now:
            paying[bill_id] = (payment_id, locked_until > now)
    return processing, paying


def _hash(cards: list[_Card], money: Mapping[int, _Money], beside: object) -> str:
    facts = [(card, money[card[-1]]) for card in sorted(cards)]
    return hashlib.sha256(repr((facts, beside)).encode()).hexdigest()[:32]

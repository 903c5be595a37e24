"""The words on the screen: a function of facts and the clock, the most urgent first."""

from __future__ import annotations

from datetime import timedelta

import pytest

from quittance.bills.amounts import BillFacts
from quittance.core.money import Money
from quittance.payments.models import PaymentLink
from quittance.payments.status import LinkStatus, VisitStatus, asked_now, is_live, link_status, visit_status
from tests.support.salon import START


def eur(minor):
    return Money(minor, "EUR")


def word(*, price_open=False, ended=False, processing=0, is_being_paid=False, link_sent=False, **minor):
    amounts = {name: eur(minor.get(name, 0)) for name in ("settled", "refunding", "refunded", "disputed", "tax")}
    facts = BillFacts(total=eur(minor.get("total", 10_000)), ended=ended, price_open=price_open, **amounts)
    return visit_status(facts=facts, processing=eur(processing), is_being_paid=is_being_paid, link_sent=link_sent).value


@pytest.mark.parametrize(
    ("state", "said"),
    [
        ({}, "unpaid"),
        ({"link_sent": True}, "link sent"),
        ({"settled": 1, "link_sent": True}, "part paid"),
        ({"settled": 9_999}, "part paid"),
        ({"settled": 10_000}, "paid"),
        ({"settled": 10_000, "price_open": True}, "part paid"),
        ({"settled": 10_001, "is_being_paid": True, "processing": 1, "disputed": 1}, "overpaid"),
        ({"settled": 1, "is_being_paid": True, "processing": 1, "disputed": 1}, "being paid"),
        ({"settled": 1, "processing": 1, "disputed": 1}, "processing"),
        ({"settled": 1, "disputed": 1}, "disputed"),
        ({"total": 0, "refunding": 10_000, "refunded": 1}, "processing"),
        ({"total": 0, "refunded": 10_000, "link_sent": True}, "refunded"),
        ({"total": 5_000, "refunded": 10_000, "link_sent": True}, "link sent"),
        ({"total": 5_000, "refunded": 10_000, "ended": True}, "refunded"),
        ({"total": 6_000, "settled": 6_000, "refunded": 4_000}, "paid"),
    ],
)
def test_the_visit_says_the_most_urgent_word(state, said):
    assert word(**state) == said
    assert VisitStatus(said)


@pytest.mark.parametrize(
    ("row", "state", "said"),
    [
        ({}, {}, "created"),
        ({"sent_at": START}, {}, "sent"),
        ({"sent_at": START, "accessed_at": START}, {}, "accessed"),
        ({"accessed_at": START}, {}, "accessed"),
        ({"accessed_at": START}, {"paid": 1}, "part paid"),
        ({"expires_at": START}, {"paid": 1}, "expired"),
        ({"expires_at": START + timedelta(seconds=1)}, {}, "created"),
        ({"expires_at": START}, {"processing": 1}, "processing"),
        ({"expires_at": START}, {"processing": 1, "paying": True}, "being paid"),
        ({"closed_at": START, "closed_reason": "replaced", "expires_at": START}, {"paying": True}, "replaced"),
        ({"closed_at": START, "closed_reason": "paid"}, {}, "paid"),
    ],
)
def test_the_link_says_the_most_urgent_word(row, state, said):
    status = link_status(
        link=PaymentLink(**row),
        now=START,
        paid_by_link=eur(state.get("paid", 0)),
        processing_by_link=eur(state.get("processing", 0)),
        is_being_paid=state.get("paying", False),
    )
    assert status is LinkStatus(said)


def test_the_last_instant_of_a_link_s_life_takes_no_money():
    link = PaymentLink(expires_at=START)
    assert is_live(link, now=START - timedelta(microseconds=1))
    assert not is_live(link, now=START)
    assert not is_live(PaymentLink(closed_at=START), now=START)
    assert is_live(PaymentLink(), now=START + timedelta(days=10_000))


@pytest.mark.parametrize(
    ("ask", "payable", "used", "asked"),
    [
        (None, 7_000, 3_000, 7_000),
        (4_000, 7_000, 0, 4_000),
        (4_000, 3_000, 0, 3_000),
        (4_000, 7_000, 1_500, 2_500),
        (4_000, 7_000, 4_000, 0),
        (4_000, 7_000, 4_500, 0),
    ],
)
def test_a_link_asks_for_the_rest_of_its_ask_and_never_for_more_than_is_payable(ask, payable, used, asked):
    assert asked_now(link=PaymentLink(ask_minor=ask), payable=eur(payable), used_by_link=eur(used)) == eur(asked)

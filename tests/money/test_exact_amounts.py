"""Cents: sums, splits, taxes and the decimals of currencies, judged by books that are not ours."""

from __future__ import annotations

import json
from collections.abc import Iterator
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as examples
from hypothesis import strategies as st
from pytest_django.fixtures import Settings

from quittance.audit.actions import record
from quittance.bills import actions as bills
from quittance.bills.amounts import LineAmounts, LineError, line_amounts, tax_split
from quittance.bills.lines import NewLine
from quittance.bills.models import Bill, Receipt
from quittance.core.money import Money, split_by_weights, total
from quittance.flows.settle_payment import settle
from quittance.payment_systems.fake import FakeBank
from quittance.payments.models import PaymentAccount
from quittance.payments.status import VisitStatus
from quittance.sandbox import MovableClock, Sandbox
from tests.support.salon import START, Salon, open_salon

LINES = st.lists(
    st.tuples(
        st.integers(1, 300_000),  # unit price
        st.integers(1, 3),  # quantity
        st.one_of(st.just(0), st.integers(1, 1_000_000)),  # discount in millionths
        st.sampled_from([0, 70_000, 88_750, 190_000, 210_000]),  # tax in millionths
    ),
    min_size=1,
    max_size=6,
)


@given(lines=LINES, inclusive=st.booleans())
def test_t39_every_line_is_the_sum_of_its_parts(lines: list[tuple[int, int, int, int]], inclusive: bool) -> None:
    amounts = [
        line_amounts(
            unit_minor=unit,
            quantity=quantity,
            discount_ppm=discount,
            discount_minor=0,
            tax_ppm=tax,
            prices_include_tax=inclusive,
        )
        for unit, quantity, discount, tax in lines
    ]
    assert all(one.gross_minor == one.net_minor + one.tax_minor for one in amounts)
    split = tax_split([("VAT", line[3], one) for line, one in zip(lines, amounts, strict=True)])
    assert sum(row.gross_minor for row in split) == sum(one.gross_minor for one in amounts)
    assert sum(row.tax_minor for row in split) == sum(one.tax_minor for one in amounts)


@pytest.mark.django_db
@examples(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(lines=LINES, inclusive=st.booleans(), parts=st.lists(st.integers(0, 9), min_size=1, max_size=5))
def test_t39_tenders_that_are_split_settle_to_the_last_cent(
    salon: Salon, lines: list[tuple[int, int, int, int]], inclusive: bool, parts: list[int]
) -> None:
    salon.location.prices_include_tax = inclusive
    bill = bills.open_bill(
        business_id=salon.business.pk,
        location=salon.location,
        client_id=salon.chloe.pk,
        service_date=salon.now.date(),
        now=salon.now,
    )
    for unit, quantity, discount, tax in lines:
        line = NewLine(
            kind="custom",
            name="Line",
            unit_minor=unit,
            quantity=quantity,
            discount_ppm=discount,
            tax_name="VAT",
            tax_ppm=tax,
        )
        bills.add_line(bill=bill, line=line, now=salon.now)
    whole = Money(bill.total_minor, "EUR")
    shares = split_by_weights(whole, parts)
    assert total(shares, currency="EUR") == whole
    for share in shares:
        if share.is_positive:
            bills.take_tender(bill=bill, kind="cash", amount=share, actor=salon.actor, now=salon.now)
    stored = Bill.objects.get(pk=bill.pk)
    assert stored.settled_minor == stored.total_minor
    for receipt in Receipt.objects.filter(bill=bill):
        rows = receipt.snapshot["lines"]
        assert sum(row["gross_minor"] for row in rows) == receipt.snapshot["total_minor"]
    _trace(salon, bill)


def _trace(salon: Salon, bill: Bill) -> None:
    """The trail that the flow would have written; this test works below it."""
    for _tender in bill.tenders.all():
        record(
            actor=salon.actor,
            location_id=bill.location_id,
            action="tender.cash",
            subject=("bill", bill.pk),
            now=salon.now,
        )


@pytest.mark.parametrize(
    ("unit", "quantity", "ppm", "minor", "sentence"),
    [
        (100, 0, 0, 0, "quantity"),
        (-1, 1, 0, 0, "price"),
        (100, 1, 1_000_001, 0, "discount"),
        (100, 1, 0, 101, "discount"),
        (100, 1, 0, -1, "discount"),
        (10**11, 10_000, 0, 0, "too large"),
    ],
)
def test_a_line_that_cannot_be_is_refused_with_a_sentence(
    unit: int, quantity: int, ppm: int, minor: int, sentence: str
) -> None:
    with pytest.raises(LineError, match=sentence):
        line_amounts(
            unit_minor=unit,
            quantity=quantity,
            discount_ppm=ppm,
            discount_minor=minor,
            tax_ppm=0,
            prices_include_tax=True,
        )


def test_tax_is_rounded_per_line_half_away_from_zero() -> None:
    inclusive = line_amounts(
        unit_minor=1_190, quantity=1, discount_ppm=0, discount_minor=0, tax_ppm=190_000, prices_include_tax=True
    )
    assert inclusive == LineAmounts(gross_minor=1_190, net_minor=1_000, tax_minor=190)
    exclusive = line_amounts(
        unit_minor=1_050, quantity=1, discount_ppm=0, discount_minor=0, tax_ppm=90_000, prices_include_tax=False
    )
    assert exclusive == LineAmounts(gross_minor=1_145, net_minor=1_050, tax_minor=95)


@pytest.fixture
def stripe_house(db: None, bank: FakeBank, settings: Settings) -> Iterator[tuple[Sandbox, Salon]]:
    """A salon whose account is at the sandbox's Stripe, through the official SDK."""
    with Sandbox(clock=MovableClock(START)) as sandbox:
        settings.QUITTANCE_STRIPE_API_URL = sandbox.stripe_url
        salon = open_salon(bank)
        PaymentAccount.objects.update(
            system="stripe",
            credentials=json.dumps(
                {"publishable_key": "pk_test_salon", "secret_key": "sk_test_salon", "signing_secrets": []}
            ),
        )
        yield sandbox, salon


@pytest.mark.django_db
@pytest.mark.row("C5")
@pytest.mark.parametrize(
    ("currency", "minor", "charged"),
    [
        ("JPY", 5_000, "5000"),
        ("EUR", 1_234, "12.34"),
        ("KWD", 5_124, "5.120"),
        ("ISK", 500, "500"),
        ("UGX", 2_000, "2000"),
        ("HUF", 30_000, "300.00"),
    ],
)
def test_t03_the_card_holder_is_charged_the_amount_on_the_bill(
    stripe_house: tuple[Sandbox, Salon], currency: str, minor: int, charged: str
) -> None:
    sandbox, salon = stripe_house
    salon.location.currency = currency
    salon.location.save()
    visit = salon.visit(minor=minor)
    result = salon.press_pay(salon.link(visit))
    assert result.outcome == "redirect", result
    session = sandbox.stripe.sessions()[0]
    sandbox.stripe.pay(session["id"])
    settle(payment_id=salon.payment(visit).pk, now=salon.now)
    booked = Money(salon.settled(visit), currency)
    assert booked.decimal == Decimal(charged)
    charges = sandbox.stripe.charges()
    assert [charge.major for charge in charges] == [Decimal(charged)]
    is_whole = booked.minor == minor
    assert salon.status(visit) is (VisitStatus.PAID if is_whole else VisitStatus.PART_PAID)

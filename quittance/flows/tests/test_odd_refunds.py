"""Dinars are counted in thousandths and paid in hundredths: what cannot be sent back is not asked for."""

from __future__ import annotations

import pytest

from quittance.bills.models import MoneyCase, Tender
from quittance.flows import cancel_visit, refund
from quittance.flows.change_due import Decision
from quittance.flows.errors import RefusedError
from quittance.flows.tests.test_return_excess import twice_paid, work
from quittance.payment_systems.fake import FakeBank
from quittance.payments.models import Refund
from tests.support.salon import Salon, open_salon

pytestmark = pytest.mark.django_db


@pytest.fixture
def kuwait(db: None, bank: FakeBank) -> Salon:
    return open_salon(bank, currency="KWD")


def paid(salon: Salon, minor: int):
    visit = salon.visit(minor=minor)
    salon.bank.pay(salon.open_page(visit))
    salon.settle(visit)
    return visit


def test_what_goes_back_by_itself_is_what_can_be_sent_and_the_rest_waits_for_a_person(kuwait: Salon) -> None:
    twice_paid(kuwait, minor=12_345)
    kuwait.wait(hours=25)
    assert work(kuwait) == 1
    assert [(row.state, row.amount_minor) for row in Refund.objects.all()] == [("succeeded", 12_330)]
    # One more look finds nothing that could be sent, and then it rests.
    assert work(kuwait) == 1
    case = MoneyCase.objects.get()
    assert (case.kind, case.amount_minor, case.next_attempt_at, case.resolved_at) == ("overpaid", 5, None, None)
    kuwait.wait(hours=25)
    assert work(kuwait) == 0 and Refund.objects.count() == 1


def test_a_person_is_told_the_nearest_amount_before_anything_is_written(kuwait: Salon) -> None:
    visit = paid(kuwait, 10_000)
    tender = Tender.objects.get()
    with pytest.raises(RefusedError, match=r"1\.230") as told:
        refund.refund(
            actor=kuwait.actor,
            visit_id=visit.pk,
            tender_id=tender.pk,
            amount=kuwait.eur(1_234),
            expected_version=None,
            now=kuwait.now,
        )
    assert "1.234" in str(told.value) and not Refund.objects.exists()


def test_cancelling_gives_back_what_can_be_sent(kuwait: Salon) -> None:
    visit = paid(kuwait, 10_000)
    answer = cancel_visit.cancel(
        actor=kuwait.actor,
        visit_id=visit.pk,
        expected_version=None,
        keep=kuwait.eur(1),
        decision=Decision(take_anyway=True, stop_payment=True),
        now=kuwait.now,
    )
    assert len(answer["refunds"]) == 1
    assert Refund.objects.get().amount_minor == 9_990
    assert MoneyCase.objects.get().amount_minor == 9


def test_money_taken_by_hand_goes_back_to_the_last_coin(kuwait: Salon) -> None:
    visit = kuwait.visit(minor=10_000)
    kuwait.cash(visit, 10_000)
    cancel_visit.cancel(
        actor=kuwait.actor,
        visit_id=visit.pk,
        expected_version=None,
        keep=kuwait.eur(1),
        decision=Decision(take_anyway=True),
        now=kuwait.now,
    )
    assert Refund.objects.get().amount_minor == 9_999

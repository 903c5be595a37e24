"""The answer to a pressing is lost and the same form arrives once more: what it did is shown, nothing is asked anew."""

from __future__ import annotations

import pytest

from quittance.bills.models import Tender
from quittance.desk.tests.counter import Counter, words
from quittance.desk.tests.test_refunding import paid_online, send, tender_of, typed
from quittance.payment_systems.port import UnavailableError
from quittance.payments.models import Refund
from tests.support.salon import Salon


@pytest.mark.parametrize("amount", ["40.00", "100.00"])
def test_t09_a_refund_whose_answer_was_lost_is_not_asked_for_again(
    at_noon: Salon, counter: Counter, amount: str
) -> None:
    visit = paid_online(at_noon)
    tender = tender_of(visit)
    values = typed(counter, visit, tender, amount) | {"request_id": "pressed-once-1"}
    first = send(counter, visit, tender, values)
    again = send(counter, visit, tender, values)
    assert (first.status_code, again.status_code) == (200, 200)
    assert "This refund was asked for before" in again["HX-Trigger"]
    assert Refund.objects.count() == 1


def test_t09_a_refund_that_the_bank_is_slow_to_answer_is_not_asked_for_again(at_noon: Salon, counter: Counter) -> None:
    visit = paid_online(at_noon)
    tender = tender_of(visit)
    values = typed(counter, visit, tender, "40.00") | {"request_id": "pressed-once-2"}
    at_noon.bank.refuse_next(UnavailableError("No answer in time.", sent=True), "refund")
    send(counter, visit, tender, values)
    assert send(counter, visit, tender, values).status_code == 200
    assert [row.state for row in Refund.objects.all()] == ["requested"]


def test_cash_whose_answer_was_lost_is_not_taken_for_too_much(at_noon: Salon, counter: Counter) -> None:
    visit = at_noon.visit(minor=6_000)
    values = counter.of_bill(visit, kind="cash", amount="60", request_id="pressed-once-3")
    path = f"/visits/{visit.pk}/tenders"
    first, again = counter.press(path, values), counter.press(path, values)
    assert (first.status_code, again.status_code) == (200, 200)
    assert "more than is due" not in words(again)
    assert Tender.objects.count() == 1

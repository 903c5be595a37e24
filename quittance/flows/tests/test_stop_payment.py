from __future__ import annotations

from dataclasses import replace

import pytest

from quittance.core.actor import NotAllowedError, Right
from quittance.flows import stop_payment
from quittance.flows.errors import FlowError, PaidOnlineError, StillPayableError
from quittance.payments.models import Payment
from quittance.payments.status import VisitStatus

pytestmark = pytest.mark.django_db


def stop(salon, visit, **more):
    stop_payment.stop(**{"actor": salon.actor, "visit_id": visit.pk, "now": salon.now, **more})


def check_again(salon, visit, **more):
    return stop_payment.check_again(**{"actor": salon.actor, "visit_id": visit.pk, "now": salon.now, **more})


def test_it_is_too_late_when_the_client_has_paid(salon):
    visit = salon.visit()
    salon.bank.pay(salon.open_page(visit))
    with pytest.raises(PaidOnlineError) as caught:
        stop(salon, visit)
    assert caught.value.amount == salon.eur(10_000)
    assert salon.status(visit) is VisitStatus.PAID


def test_a_silent_bank_needs_take_it_anyway_and_the_page_is_only_superseded(salon):
    visit = salon.visit()
    salon.open_page(visit)
    salon.bank.down = True
    with pytest.raises(StillPayableError):
        stop(salon, visit)
    assert salon.payment(visit).superseded_at is None
    stop(salon, visit, take_anyway=True)
    payment = salon.payment(visit)
    assert (payment.state, payment.superseded_at) == ("open", salon.now)


def test_check_again_asks_about_every_payment_that_is_not_final(salon):
    visit = salon.visit()
    first = salon.open_page(visit)
    salon.bank.down = True
    stop(salon, visit, take_anyway=True)
    salon.bank.down = False
    second = salon.press_pay(salon.link(visit)).address
    salon.bank.delay(second)
    assert check_again(salon, visit) == 2
    assert salon.status(visit) is VisitStatus.PROCESSING
    salon.bank.finish_delayed(second)
    salon.bank.decline(first)
    assert check_again(salon, visit) == 2
    assert (salon.settled(visit), salon.status(visit)) == (10_000, VisitStatus.PAID)


def test_check_again_has_nothing_to_ask_once_all_is_final(salon):
    visit = salon.visit()
    salon.bank.pay(salon.open_page(visit))
    assert check_again(salon, visit) == 1
    asked = len(salon.bank.requests)
    assert (check_again(salon, visit), check_again(salon, salon.visit())) == (0, 0)
    assert len(salon.bank.requests) == asked


def test_check_again_says_when_the_bank_does_not_answer(salon):
    visit = salon.visit()
    salon.bank.pay(salon.open_page(visit))
    salon.bank.down = True
    with pytest.raises(FlowError, match=r"does not answer\. Try again in a minute"):
        check_again(salon, visit)
    assert Payment.objects.get().state == "open"


def test_stopping_needs_its_right(salon):
    visit = salon.visit()
    salon.open_page(visit)
    ben = replace(salon.actor, rights={salon.location.pk: frozenset({Right.SEE_CALENDAR})})
    with pytest.raises(NotAllowedError):
        stop(salon, visit, actor=ben)
    assert salon.payment(visit).state == "open"
    with pytest.raises(NotAllowedError):
        check_again(salon, visit, actor=replace(ben, rights={}))
    assert salon.bank.count("fetch_payment") == 0

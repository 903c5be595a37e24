from __future__ import annotations

from dataclasses import replace

import pytest

from quittance.bills.models import MoneyCase, Tender
from quittance.core.actor import NotAllowedError, Right
from quittance.flows import cancel_visit, take_tender
from quittance.flows.change_due import Decision
from quittance.flows.errors import GoneError, RefusedError
from quittance.payments.status import VisitStatus

pytestmark = pytest.mark.django_db


def take(salon, visit, minor, **more):
    asked = {"actor": salon.actor, "kind": "cash", "expected_version": None, "now": salon.now, **more}
    return take_tender.take(visit_id=visit.pk, amount=salon.eur(minor), **asked)


def void(salon, visit, tender_id, **more):
    asked = {"actor": salon.actor, "reason": "typed twice", "expected_version": None, "now": salon.now, **more}
    return take_tender.void(visit_id=visit.pk, tender_id=tender_id, **asked)


def test_cash_given_above_the_amount_is_kept_for_the_change(salon):
    visit = salon.visit(minor=1_530)
    answer = take(salon, visit, 1_530, given=salon.eur(2_000))
    tender = Tender.objects.get()
    assert answer == {"tender": tender.pk, "amount_minor": 1_530, "version": salon.bill(visit).version}
    assert (tender.amount_minor, tender.given_minor) == (1_530, 2_000)
    assert salon.status(visit) is VisitStatus.PAID


@pytest.mark.parametrize(
    ("asked", "minor", "sentence"),
    [
        ({"kind": "online"}, 100, "Choose cash, card terminal"),
        ({}, 0, "amount above zero"),
        ({}, -100, "amount above zero"),
        ({"given": 99}, 100, "less than the amount"),
        ({"kind": "card_terminal", "given": 200}, 100, "less than the amount"),
        ({}, 10_001, r"Only €100.00 is due"),
    ],
)
def test_a_tender_that_cannot_be_is_refused_and_takes_nothing(salon, asked, minor, sentence):
    visit = salon.visit()
    if "given" in asked:
        asked = {**asked, "given": salon.eur(asked["given"])}
    with pytest.raises(RefusedError, match=sentence):
        take(salon, visit, minor, **asked)
    assert (Tender.objects.count(), salon.settled(visit)) == (0, 0)


def test_the_last_cent_is_taken_and_one_more_is_not(salon):
    visit = salon.visit()
    take(salon, visit, 9_999, kind="card_terminal")
    with pytest.raises(RefusedError, match=r"Only €0.01 is due"):
        take(salon, visit, 2)
    take(salon, visit, 1)
    with pytest.raises(RefusedError, match="Nothing is due"):
        take(salon, visit, 1)
    assert salon.settled(visit) == 10_000


def test_more_than_is_due_is_taken_when_the_desk_insists_and_is_a_case(salon):
    visit = salon.visit()
    take(salon, visit, 10_001, decision=Decision(insist=True))
    assert salon.status(visit) is VisitStatus.OVERPAID
    case = MoneyCase.objects.get()
    assert (case.kind, case.amount_minor, case.currency) == ("overpaid", 1, "EUR")


def test_a_cancelled_visit_takes_nothing(salon):
    visit = salon.visit()
    cancel_visit.cancel(actor=salon.actor, visit_id=visit.pk, expected_version=None, now=salon.now)
    with pytest.raises(RefusedError, match="was cancelled"):
        take(salon, visit, 100, decision=Decision(insist=True))
    assert Tender.objects.count() == 0


def test_a_tender_of_another_visit_cannot_be_voided_here(salon):
    mine, other = salon.visit(), salon.visit()
    taken = int(take(salon, other, 100)["tender"])
    for tender_id in (taken, 10**9):
        with pytest.raises(RefusedError, match="does not exist"):
            void(salon, mine, tender_id)
    assert salon.settled(other) == 100


@pytest.mark.parametrize("reason", ["", " \n\t"])
def test_voiding_needs_a_reason(salon, reason):
    visit = salon.visit()
    taken = int(take(salon, visit, 100)["tender"])
    with pytest.raises(RefusedError, match="Say why"):
        void(salon, visit, taken, reason=reason)
    assert salon.settled(visit) == 100


def test_each_has_its_right(salon):
    visit = salon.visit()
    taken = int(take(salon, visit, 100)["tender"])
    here = salon.location.pk
    without_taking = replace(salon.actor, rights={here: frozenset(Right) - {Right.TAKE_TENDERS}})
    without_voiding = replace(salon.actor, rights={here: frozenset(Right) - {Right.VOID_TENDERS}})
    with pytest.raises(NotAllowedError):
        take(salon, visit, 100, actor=without_taking)
    with pytest.raises(NotAllowedError):
        void(salon, visit, taken, actor=without_voiding)
    with pytest.raises(GoneError):
        take(salon, visit, 100, actor=replace(salon.actor, business_id=salon.business.pk + 1))
    assert (Tender.objects.count(), salon.settled(visit)) == (1, 100)

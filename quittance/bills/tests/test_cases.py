"""Cases that belong to no visit: an account that needs a person, money that fits no payment."""

from __future__ import annotations

from datetime import timedelta

import pytest

from quittance.bills import cases
from quittance.bills.models import MoneyCase
from quittance.core.money import Money
from tests.support.salon import START

pytestmark = pytest.mark.django_db

LATER = START + timedelta(hours=1)


def trouble(salon, text, *, now=START, account_id=5):
    cases.open_account_case(
        business_id=salon.business.pk, account_id=account_id, currency="EUR", label="Desk", trouble=text, now=now
    )


def answers(salon, *, now=LATER, account_id=5):
    cases.close_account_case(
        business_id=salon.business.pk, account_id=account_id, resolution="it answers again", now=now
    )


def test_an_account_in_trouble_has_one_case_without_an_amount(salon):
    trouble(salon, "The key was revoked.")
    trouble(salon, "The key was revoked.", now=LATER)
    case = MoneyCase.objects.get()
    assert (case.kind, case.subject, case.business_id, case.bill_id) == ("account_trouble", "account 5", salon.business.pk, None)  # fmt: skip
    assert (case.amount_minor, case.currency, case.opened_at, case.resolved_at) == (0, "EUR", START, None)
    assert case.detail == {"account": 5, "label": "Desk", "trouble": "The key was revoked."}


def test_another_trouble_is_told_in_the_same_case(salon):
    trouble(salon, "The key was revoked.")
    trouble(salon, "The account is closed.", now=LATER)
    case = MoneyCase.objects.get()
    assert (case.detail["trouble"], case.opened_at) == ("The account is closed.", START)


def test_it_closes_when_the_account_answers_and_opens_again_with_the_same_trouble(salon):
    trouble(salon, "The key was revoked.")
    trouble(salon, "The key was revoked.", account_id=6)
    answers(salon)
    case = MoneyCase.objects.get(subject="account 5")
    assert (case.resolution, case.resolved_at, case.resolved_by_id) == ("it answers again", LATER, None)
    assert MoneyCase.objects.get(subject="account 6").resolved_at is None
    answers(salon, now=LATER + timedelta(hours=1))
    MoneyCase.objects.filter(pk=case.pk).update(resolved_by_id=7)
    again_at = LATER + timedelta(hours=2)
    trouble(salon, "The key was revoked.", now=again_at)
    case.refresh_from_db()
    assert (case.resolved_at, case.resolution, case.resolved_by_id, case.opened_at) == (None, "", None, again_at)


def test_money_that_fits_no_payment_is_one_case_for_each_id_of_theirs(salon):
    def found(reference):
        return cases.open_unmatched_case(
            business_id=salon.business.pk,
            amount=Money(700, "USD"),
            reference=reference,
            detail={"account": 5},
            now=START,
        )

    assert [found("cs_1"), found("cs_1"), found("cs_2")] == [True, False, True]
    first = MoneyCase.objects.get(subject="cs_1")
    assert (first.kind, first.amount_minor, first.currency, first.opened_at) == ("unmatched", 700, "USD", START)
    assert first.detail == {"account": 5, "reference": "cs_1"}
    cases.resolve(case=first, resolution="given back", now=START)
    assert not found("cs_1")


def test_the_amount_of_a_case_is_corrected_while_it_is_open(salon):
    case = cases.open_case(
        business_id=salon.business.pk, kind=cases.NO_ANSWER, amount=Money(100, "EUR"), now=START, subject="one"
    )
    cases.correct(case=case, amount_minor=90)
    case.refresh_from_db()
    assert case.amount_minor == 90
    cases.resolve(case=case, resolution="told", now=LATER)
    cases.correct(case=case, amount_minor=80)
    case.refresh_from_db()
    assert case.amount_minor == 90

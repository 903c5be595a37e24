"""A payment account that needs a person says so in a case, once, and takes it back by itself."""

from __future__ import annotations

from datetime import timedelta

import pytest

from quittance.bills.models import MoneyCase
from quittance.due.actions import claim
from quittance.flows import ask_about_payments, connect_payment_account, sweep_events
from quittance.payment_systems.port import MisconfiguredError, RateLimitedError
from quittance.payments.models import EventSweep, Payment, PaymentAccount

pytestmark = pytest.mark.django_db

REVOKED = "Stripe does not accept the secret key. Copy it again from the Stripe dashboard."


def sweep(salon, *, error=None):
    if error is not None:
        salon.bank.refuse_next(error, "events_since")
    EventSweep.objects.update(next_attempt_at=salon.now)
    for row in claim(EventSweep, limit=20, lease_seconds=60, now=salon.now):
        sweep_events.work(row_id=row.id, lease_token=row.lease_token, now=salon.now)


def only_case():
    return MoneyCase.objects.get()


@pytest.mark.row("H4")
def test_refused_keys_open_a_case_that_names_the_account_and_the_sentence(salon):
    sweep(salon, error=MisconfiguredError(REVOKED))
    case = only_case()
    assert (case.kind, case.subject) == ("account_trouble", f"account {salon.account.pk}")
    assert (case.amount_minor, case.currency, case.opened_at, case.resolved_at) == (0, "EUR", salon.now, None)
    assert case.detail == {"account": salon.account.pk, "label": "Fake bank", "trouble": REVOKED}
    assert (case.bill_id, case.location_id, case.next_attempt_at) == (None, None, None)
    assert PaymentAccount.objects.get().trouble == REVOKED


def test_the_same_trouble_again_changes_nothing_and_another_sentence_is_shown(salon):
    sweep(salon, error=MisconfiguredError(REVOKED))
    first = only_case()
    salon.wait(minutes=15)
    sweep(salon, error=MisconfiguredError(REVOKED))
    assert (only_case().opened_at, only_case().detail) == (first.opened_at, first.detail)
    sweep(salon, error=MisconfiguredError("The key lacks a permission."))
    assert only_case().detail["trouble"] == "The key lacks a permission."
    assert only_case().opened_at == first.opened_at


def test_it_resolves_itself_when_the_account_answers_and_opens_again_with_the_next_trouble(salon):
    sweep(salon, error=MisconfiguredError(REVOKED))
    salon.wait(minutes=15)
    sweep(salon)
    case = only_case()
    assert (case.resolved_at, case.resolution, case.resolved_by_id) == (salon.now, "it answers again", None)
    assert PaymentAccount.objects.get().trouble == ""
    again_at = salon.wait(days=3)
    sweep(salon, error=MisconfiguredError(REVOKED))
    case = only_case()
    assert (case.opened_at, case.resolved_at, case.resolution) == (again_at, None, "")


def test_silence_and_asking_too_often_are_no_trouble(salon):
    sweep(salon, error=RateLimitedError(5))
    salon.bank.down = True
    salon.wait(minutes=1)
    sweep(salon)
    assert not MoneyCase.objects.exists()


def test_an_answer_during_silence_does_not_end_the_trouble(salon):
    sweep(salon, error=MisconfiguredError(REVOKED))
    salon.bank.down = True
    salon.wait(minutes=15)
    sweep(salon)
    assert only_case().resolved_at is None


def test_a_question_about_a_payment_opens_and_closes_it_too(salon):
    visit = salon.visit()
    salon.open_page(visit)

    def ask():
        salon.now = salon.payment(visit).next_attempt_at
        for row in claim(Payment, limit=5, lease_seconds=60, now=salon.now):
            ask_about_payments.work(row_id=row.id, lease_token=row.lease_token, now=salon.now)

    salon.bank.refuse_next(MisconfiguredError(REVOKED), "fetch_payment")
    ask()
    assert only_case().resolved_at is None
    ask()
    assert only_case().resolved_at == salon.now


def test_a_client_who_presses_pay_in_vain_opens_it(salon):
    token = salon.link(salon.visit())
    salon.bank.refuse_next(MisconfiguredError(REVOKED), "start_checkout")
    assert salon.press_pay(token).outcome != "redirect"
    assert only_case().detail["trouble"] == REVOKED


def test_new_keys_that_are_accepted_close_it(salon):
    sweep(salon, error=MisconfiguredError(REVOKED))
    connect_payment_account.connect(
        actor=salon.actor, system="fake", fields={}, account_id=salon.account.pk, now=salon.now
    )
    assert (only_case().resolution, PaymentAccount.objects.get().trouble) == ("its keys were accepted", "")


def test_a_retired_account_troubles_nobody(salon):
    sweep(salon, error=MisconfiguredError(REVOKED))
    connect_payment_account.retire(actor=salon.actor, account_id=salon.account.pk, now=salon.now)
    assert only_case().resolution == "the account was retired"
    salon.wait(days=1)
    sweep(salon, error=MisconfiguredError(REVOKED))
    assert only_case().resolved_at == salon.now - timedelta(days=1)


def test_each_account_has_a_case_of_its_own(salon):
    salon.bank.account_id = "second"
    second = connect_payment_account.connect(actor=salon.actor, system="fake", fields={}, now=salon.now)
    salon.bank.refuse_next(MisconfiguredError(REVOKED), "events_since")
    sweep(salon, error=MisconfiguredError(REVOKED))
    assert set(MoneyCase.objects.values_list("subject", flat=True)) == {
        f"account {salon.account.pk}",
        f"account {second.pk}",
    }


def test_keys_that_cannot_be_decrypted_are_trouble(salon):
    PaymentAccount.objects.update(credentials="not json")
    sweep(salon)
    assert "cannot be read" in only_case().detail["trouble"]

"""Connecting accounts, choosing one, switching links on and off."""

from __future__ import annotations

from dataclasses import replace

import pytest

from quittance.calendar.models import Visit
from quittance.calendar.queries_link_ids import LinkTab
from quittance.calendar.queries_links import follow_up_count, links_page
from quittance.core.actor import NotAllowedError, Right
from quittance.flows import connect_payment_account, set_payment_method
from quittance.flows.errors import FlowError, GoneError, RefusedError
from quittance.payments.models import EventSweep, Payment, PaymentAccount, PaymentLink, PaymentMethodSetting
from tests.support.salon import Salon

pytestmark = pytest.mark.django_db


@pytest.mark.row("A3")
def test_keys_are_checked_kept_encrypted_and_never_shown(salon: Salon) -> None:
    from django.db import connection

    PaymentMethodSetting.objects.all().delete()
    EventSweep.objects.all().delete()
    PaymentAccount.objects.all().delete()
    account = connect_payment_account.connect(actor=salon.actor, system="fake", fields={}, now=salon.now)
    assert (account.their_account_id, account.live) == ("fake_account", False)
    with connection.cursor() as cursor:
        cursor.execute("SELECT credentials FROM payments_paymentaccount")
        assert cursor.fetchone()[0].startswith("gAAAA")
    assert connect_payment_account.webhook_address(account).endswith(f"/inbound/fake/{account.address_token}")
    assert "signing secret is missing" in connect_payment_account.missing_setup(account)


@pytest.mark.row("A2")
def test_new_keys_must_name_the_same_account(salon: Salon) -> None:
    salon.bank.account_id = "another_account"
    with pytest.raises(FlowError, match="another account"):
        connect_payment_account.connect(
            actor=salon.actor, system="fake", fields={}, account_id=salon.account.pk, now=salon.now
        )
    second = connect_payment_account.connect(actor=salon.actor, system="fake", fields={}, now=salon.now)
    assert second.pk != salon.account.pk
    assert PaymentAccount.objects.count() == 2


@pytest.mark.row("A2")
def test_a_newly_chosen_account_is_used_by_unpaid_links(salon: Salon) -> None:
    visit, other = salon.visit(), salon.visit()
    token = salon.link(visit)
    salon.open_page(other)
    salon.bank.account_id = "second"
    second = connect_payment_account.connect(actor=salon.actor, system="fake", fields={}, now=salon.now)
    set_payment_method.choose_account(actor=salon.actor, method="payment_links", account_id=second.pk, now=salon.now)
    salon.press_pay(token)
    assert salon.payment(visit).account_id == second.pk
    assert salon.payment(other).account_id == salon.account.pk


@pytest.mark.row("A2")
def test_switching_off_keeps_open_links_payable_unless_they_are_ended(salon: Salon) -> None:
    paying, waiting = salon.visit(), salon.visit()
    salon.open_page(paying)
    token = salon.link(waiting)
    set_payment_method.switch(actor=salon.actor, method="payment_links", enabled=False, now=salon.now)
    assert salon.press_pay(token).outcome == "redirect"
    Payment.objects.filter(bill_id=waiting.bill_id).update(state="ended")
    ended = set_payment_method.switch(
        actor=salon.actor, method="payment_links", enabled=False, end_open_links=True, now=salon.now
    )
    assert ended == 1
    assert salon.press_pay(token).outcome == "closed"
    assert PaymentLink.objects.get(bill_id=paying.bill_id).closed_at is None


def test_settings_need_their_right_and_an_account_of_the_business(salon: Salon) -> None:
    ben = replace(salon.actor, rights={salon.location.pk: frozenset({Right.CASHLESS_PAYMENT})})
    with pytest.raises(NotAllowedError):
        connect_payment_account.connect(actor=ben, system="fake", fields={}, now=salon.now)
    with pytest.raises(NotAllowedError):
        set_payment_method.switch(actor=ben, method="payment_links", enabled=False, now=salon.now)
    with pytest.raises(GoneError):
        set_payment_method.choose_account(actor=salon.actor, method="payment_links", account_id=10**9, now=salon.now)
    connect_payment_account.retire(actor=salon.actor, account_id=salon.account.pk, now=salon.now)
    with pytest.raises(RefusedError, match="Choose a payment account"):
        set_payment_method.switch(actor=salon.actor, method="payment_links", enabled=True, now=salon.now)
    with pytest.raises(RefusedError, match="retired"):
        set_payment_method.choose_account(
            actor=salon.actor, method="payment_links", account_id=salon.account.pk, now=salon.now
        )


def test_a_payment_system_that_does_not_answer_saves_nothing(salon: Salon) -> None:
    salon.bank.down = True
    salon.bank.account_id = "third"
    with pytest.raises(FlowError, match="could not be checked"):
        connect_payment_account.connect(actor=salon.actor, system="fake", fields={}, now=salon.now)
    assert PaymentAccount.objects.count() == 1


@pytest.mark.row("E1")
def test_the_list_shows_each_link_with_its_status_and_its_tabs(salon: Salon, django_assert_max_num_queries) -> None:
    sent, opened, paid, expired = (salon.visit(minor=1_000 * n) for n in (1, 2, 3, 4))
    salon.link(sent)
    salon.open_page(opened)
    salon.bank.pay(salon.open_page(paid))
    salon.settle(paid)
    salon.link(expired, expires_at=salon.now.replace(minute=30))
    salon.wait(hours=2)
    places = [salon.location.pk]
    with django_assert_max_num_queries(4):
        page = links_page(business_id=salon.business.pk, location_ids=places, now=salon.now)
    words = {row.link.bill_id: row.status.value for row in page.rows}
    assert words == {
        sent.bill_id: "created",
        opened.bill_id: "accessed",
        paid.bill_id: "paid",
        expired.bill_id: "expired",
    }
    tabs: tuple[tuple[LinkTab, Visit], ...] = (
        ("follow_up", opened),
        ("paid", paid),
        ("expired", expired),
    )
    for tab, visit in tabs:
        rows = links_page(business_id=salon.business.pk, location_ids=places, tab=tab, now=salon.now).rows
        assert [row.link.bill_id for row in rows] == [visit.bill_id]
    assert follow_up_count(business_id=salon.business.pk, location_ids=places, now=salon.now) == 1
    assert links_page(business_id=salon.business.pk + 1, location_ids=places, now=salon.now).rows == []

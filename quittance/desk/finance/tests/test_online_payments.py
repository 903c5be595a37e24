from __future__ import annotations

import pytest
from django.test import Client

from quittance.audit.models import AuditEntry
from quittance.businesses.models import Business
from quittance.desk.tests.conftest import sign_in
from quittance.desk.tests.counter import Counter, words
from quittance.payments.models import EventSweep, PaymentAccount, PaymentLink, PaymentMethodSetting
from tests.support.salon import Salon

PAGE = "/finance/online-payments"


def second_account(salon: Salon, **more: object) -> PaymentAccount:
    return PaymentAccount.objects.create(
        **{
            "business": salon.business,
            "system": "fake",
            "their_account_id": "acct_second",
            "live": True,
            "label": "Second bank",
            "credentials": '{"signing_secrets": ["whsec_x"]}',
            "secret_last4": "9876",
            "address_token": "b" * 32,
            "created_at": salon.now,
            **more,
        }
    )


def complete(salon: Salon) -> None:
    account = salon.account
    account.credentials = '{"signing_secrets": ["whsec_x"]}'
    account.save()


def forget_all(salon: Salon) -> None:
    PaymentMethodSetting.objects.all().delete()
    EventSweep.objects.all().delete()
    PaymentAccount.objects.all().delete()


@pytest.mark.row("A1")
def test_the_page_stands_under_finance_and_under_settings(counter: Counter):
    answer = counter.client.get("/settings/finance/online-payments", follow=True)
    assert answer.redirect_chain == [(PAGE, 302)]
    assert "Payment links" in words(answer)


@pytest.mark.row("A1")
def test_with_nothing_connected_the_card_says_so_and_leads_to_set_up(at_noon: Salon, counter: Counter):
    forget_all(at_noon)
    answer = counter.client.get(PAGE)
    assert "Payment links needs set-up" in words(answer)
    assert "No payment account is connected yet." in words(answer)
    page = answer.content.decode()
    assert 'href="/finance/online-payments/connect"' in page
    assert 'role="switch"' not in page


@pytest.mark.row("A1")
def test_the_card_names_what_an_account_still_lacks(at_noon: Salon, counter: Counter):
    assert "The signing secret is missing." in words(counter.client.get(PAGE))
    complete(at_noon)
    assert "Payment links on" in words(counter.client.get(PAGE))
    PaymentAccount.objects.update(trouble="The bank refused the key.")
    assert "The bank refused the key." in words(counter.client.get(PAGE))


@pytest.mark.row("A1")
def test_how_it_works_explains_with_a_picture(counter: Counter):
    page = counter.client.get(PAGE).content.decode()
    assert 'id="how-links-work"' in page
    assert 'role="img"' in page
    assert "The client gets one short link for this visit." in page


@pytest.mark.row("A4")
def test_the_page_says_that_quittance_takes_no_fee_and_whose_fee_applies(counter: Counter):
    text = words(counter.client.get(PAGE))
    assert "Quittance takes no fee of any payment." in text
    assert "Stripe's own fee applies" in text


@pytest.mark.row("A2")
def test_switching_off_asks_about_open_links_and_keeps_them_by_default(at_noon: Salon, counter: Counter):
    at_noon.link(at_noon.visit())
    assert "One link is still open" in words(counter.client.get(PAGE))
    answer = counter.client.post(f"{PAGE}/switch", {"enabled": "0", "open_links": "keep"}, follow=True)
    assert "Payment links are off. Open links stay payable." in words(answer)
    assert not PaymentMethodSetting.objects.get().enabled
    assert PaymentLink.objects.get().closed_at is None
    answer = counter.client.post(f"{PAGE}/switch", {"enabled": "1"}, follow=True)
    assert "Payment links are on." in words(answer)
    assert PaymentMethodSetting.objects.get().enabled


@pytest.mark.row("A2", "K2")
def test_switching_off_ends_open_links_when_that_is_asked_and_leaves_a_trail(at_noon: Salon, counter: Counter):
    at_noon.link(at_noon.visit())
    counter.client.post(f"{PAGE}/switch", {"enabled": "0", "open_links": "end"})
    assert PaymentLink.objects.get().closed_reason == "cancelled"
    entry = AuditEntry.objects.get(action="payment_method.switched_off")
    assert (entry.actor_id, entry.ip) == (counter.user.pk, "127.0.0.1")


@pytest.mark.row("A1")
def test_without_an_account_it_cannot_be_switched_on(at_noon: Salon, counter: Counter):
    forget_all(at_noon)
    answer = counter.client.post(f"{PAGE}/switch", {"enabled": "1"})
    assert answer.status_code == 422
    assert "Choose a payment account first." in words(answer)


@pytest.mark.row("A2")
def test_of_several_accounts_one_is_chosen_for_links(at_noon: Salon, counter: Counter):
    second = second_account(at_noon)
    assert "Second bank" in words(counter.client.get(PAGE))
    answer = counter.client.post(f"{PAGE}/account", {"account": second.pk}, follow=True)
    assert "Unpaid links use this account from now on." in words(answer)
    assert PaymentMethodSetting.objects.get().account_id == second.pk


@pytest.mark.row("A2", "K3")
@pytest.mark.parametrize("typed", ["", "x", "0", "9" * 30, "foreign", "retired"])
def test_an_account_that_is_none_of_ours_is_refused(at_noon: Salon, counter: Counter, typed: str):
    dan = Business.objects.create(name="Dan's Clinic", slug="dan")
    foreign = second_account(at_noon, business=dan, address_token="c" * 32, label="Dan's bank")
    retired = second_account(at_noon, retired_at=at_noon.now)
    value = {"foreign": foreign.pk, "retired": retired.pk}.get(typed, typed)
    answer = counter.client.post(f"{PAGE}/account", {"account": value})
    assert answer.status_code == 422
    assert "Nothing was changed" in words(answer)
    assert "Dan's bank" not in words(answer)
    assert PaymentMethodSetting.objects.get().account_id == at_noon.account.pk


@pytest.mark.row("A1", "K1")
def test_a_bookkeeper_may_look_but_not_change(at_noon: Salon):
    client = sign_in(at_noon, "bookkeeper", "tomasz@salon.example")
    answer = client.get(PAGE)
    assert "You can look but not change" in words(answer)
    page = answer.content.decode()
    assert 'role="switch"' not in page
    assert "/online-payments/accounts/" not in page
    for path in ("switch", "account", "link-life"):
        assert client.post(f"{PAGE}/{path}", {"enabled": "0"}).status_code == 403
    assert PaymentMethodSetting.objects.get().enabled


def test_the_page_costs_at_most_ten_queries(counter: Counter, django_assert_max_num_queries):
    counter.client.get(PAGE)  # the first request of a log-in notes when it was
    with django_assert_max_num_queries(10):
        counter.client.get(PAGE)


@pytest.mark.row("C2")
def test_the_life_of_links_is_set_for_the_location_and_holds_for_new_ones(at_noon: Salon, counter: Counter):
    before = at_noon.visit()
    at_noon.link(before)
    answer = counter.client.post(f"{PAGE}/link-life", {"minutes": "2880"}, follow=True)
    assert "It holds for links made from now on." in words(answer)
    at_noon.location.refresh_from_db()
    after = at_noon.visit()
    at_noon.link(after)
    lives = {link.bill_id: link.expires_at for link in PaymentLink.objects.all()}
    assert lives[before.bill_id] is None
    assert str(lives[after.bill_id]) == "2026-11-28 13:00:00+00:00"
    assert AuditEntry.objects.get(action="link_life.set").detail == {"minutes": 2880}
    counter.client.post(f"{PAGE}/link-life", {"minutes": "0"})
    at_noon.location.refresh_from_db()
    assert at_noon.location.link_life_minutes is None


@pytest.mark.parametrize("typed", ["", "-5", "abc", "99999999999"])
def test_a_life_that_is_not_in_the_list_is_refused(at_noon: Salon, counter: Counter, typed: str):
    answer = counter.client.post(f"{PAGE}/link-life", {"minutes": typed})
    assert answer.status_code == 422
    assert 'aria-invalid="true"' in answer.content.decode()
    at_noon.location.refresh_from_db()
    assert at_noon.location.link_life_minutes is None


def test_a_life_set_otherwise_stays_in_the_list(at_noon: Salon, counter: Counter):
    at_noon.location.link_life_minutes = 90
    at_noon.location.save()
    assert "1.5 hours" in words(counter.client.get(PAGE))


def test_reading_changes_nothing_whatever_the_address_says(at_noon: Salon, counter: Counter):
    for path in ("switch?enabled=0", "account?account=1", "link-life?minutes=1440"):
        assert counter.client.get(f"{PAGE}/{path}").status_code == 405
    assert counter.client.get(f"{PAGE}?enabled=0&done=<script>").status_code == 200
    assert PaymentMethodSetting.objects.get().enabled


def test_a_form_without_its_token_is_refused(at_noon: Salon, counter: Counter):
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(counter.user)
    assert strict.post(f"{PAGE}/switch", {"enabled": "0"}).status_code == 403
    assert PaymentMethodSetting.objects.get().enabled

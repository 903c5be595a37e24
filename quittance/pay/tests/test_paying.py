"""Pressing `Pay`, coming back, and every page on which nothing can be paid."""

from __future__ import annotations

from datetime import timedelta
from urllib.parse import urlsplit

import pytest
from django.test import Client as Browser

from quittance.bills.models import Bill
from quittance.flows import cancel_visit, stop_payment
from quittance.flows.change_due import Decision
from quittance.flows.take_payment import StartResult
from quittance.pay import problems
from quittance.payment_systems.port import UnavailableError
from quittance.payments.models import Payment, PaymentLink
from tests.support.salon import Salon

pytestmark = pytest.mark.django_db


@pytest.fixture
def browser() -> Browser:
    return Browser(enforce_csrf_checks=True)


def text_of(response) -> str:
    return " ".join(response.content.decode().split())


def press(browser: Browser, token: str, verb: str = "pay", **headers):
    page = browser.get(f"/p/{token}").content.decode()
    key = page.split('data-key="')[1].split('"')[0]
    return browser.post(f"/p/{token}/{verb}", {"key": key}, **headers)


def state_of(browser: Browser, token: str, query: str = "?returning") -> str:
    return str(browser.get(f"/p/{token}/state{query}").json()["state"])


@pytest.mark.row("C3", "C11")
def test_pay_leads_to_the_payment_systems_page_without_cookie_or_script(at_salon: Salon, browser: Browser):
    visit = at_salon.visit(minor=6000)

    answer = press(browser, at_salon.link(visit))

    payment = at_salon.payment(visit)
    assert answer.status_code == 303
    assert answer["Location"] == payment.address
    assert payment.amount == at_salon.eur(6000)
    assert PaymentLink.objects.get().accessed_at == at_salon.now


@pytest.mark.row("C3")
def test_a_post_without_the_forms_key_opens_nothing(at_salon: Salon, browser: Browser):
    token = at_salon.link(at_salon.visit())

    for key in ["", "x" * 43]:
        answer = browser.post(f"/p/{token}/pay", {"key": key})
        assert answer.status_code == 303
        assert answer["Location"] == f"/p/{token}"
    assert not Payment.objects.exists()


@pytest.mark.row("C1")
def test_the_key_of_one_link_does_not_open_another(at_salon: Salon, browser: Browser):
    one, other = at_salon.link(at_salon.visit()), at_salon.link(at_salon.visit())
    key = browser.get(f"/p/{one}").content.decode().split('data-key="')[1].split('"')[0]

    browser.post(f"/p/{other}/pay", {"key": key})

    assert not Payment.objects.exists()


@pytest.mark.row("C6")
def test_two_tabs_get_the_same_payment_page(at_salon: Salon, browser: Browser):
    token = at_salon.link(at_salon.visit())

    first, second = press(browser, token), press(Browser(), token)

    assert first["Location"] == second["Location"]
    assert Payment.objects.count() == 1


@pytest.mark.row("C7")
def test_coming_back_unpaid_shows_continue_payment(at_salon: Salon, browser: Browser):
    token = at_salon.link(at_salon.visit(minor=6000))
    press(browser, token)

    page = text_of(browser.get(f"/p/{token}"))

    assert "Continue payment of €60.00" in page
    assert "the same payment, not a second one" in page


@pytest.mark.row("C7")
def test_the_return_page_waits_for_the_truth_and_offers_no_second_pay(at_salon: Salon, browser: Browser):
    visit = at_salon.visit()
    token = at_salon.link(visit)
    at_salon.bank.pay(press(browser, token)["Location"])

    page = text_of(browser.get(f"/p/{token}/return"))

    assert "We are confirming with Fake" in page
    assert f'action="/p/{token}/pay' not in page
    assert "Continue payment" not in page
    assert '<noscript> <meta http-equiv="refresh" content="3" />' in page
    assert state_of(browser, token) == "waiting"


@pytest.mark.row("A7", "C7")
def test_coming_back_asks_the_payment_system_and_shows_paid_with_no_webhook(at_salon: Salon, browser: Browser):
    visit = at_salon.visit(minor=6000)
    token = at_salon.link(visit)
    at_salon.bank.pay(press(browser, token)["Location"])

    checked = press(browser, token, "check", HTTP_ACCEPT="application/json")

    assert checked.json() == {"still_open": False}
    assert state_of(browser, token) == "paid"
    page = text_of(browser.get(f"/p/{token}/return"))
    assert "Paid, thank you" in page
    assert "€60.00" in page
    assert at_salon.settled(visit) == 6000


@pytest.mark.row("C7", "C11")
def test_without_scripts_the_check_button_leads_to_what_is_true(at_salon: Salon, browser: Browser):
    token = at_salon.link(at_salon.visit())
    address = press(browser, token)["Location"]

    assert press(browser, token, "check")["Location"] == f"/p/{token}"
    at_salon.bank.pay(address)
    assert press(browser, token, "check")["Location"] == f"/p/{token}/return"


@pytest.mark.row("C7")
def test_a_payment_system_that_is_silent_leaves_the_return_page_waiting(at_salon: Salon, browser: Browser):
    visit = at_salon.visit()
    token = at_salon.link(visit)
    at_salon.bank.pay(press(browser, token)["Location"])
    at_salon.bank.refuse_next(UnavailableError("no answer", sent=True), "fetch_payment")

    checked = press(browser, token, "check", HTTP_ACCEPT="application/json")

    assert checked.json() == {"still_open": False}
    assert state_of(browser, token) == "waiting"
    assert at_salon.payment(visit).next_attempt_at == at_salon.now


def test_coming_back_again_and_again_does_not_hammer_the_payment_system(at_salon: Salon, browser: Browser):
    token = at_salon.link(at_salon.visit())
    press(browser, token)
    key = browser.get(f"/p/{token}").content.decode().split('data-key="')[1].split('"')[0]

    for _ in range(35):
        browser.post(f"/p/{token}/check", {"key": key})

    assert at_salon.bank.count("fetch_payment") == 30


@pytest.mark.row("C5")
def test_a_delayed_method_is_told_to_be_on_its_way(at_salon: Salon, browser: Browser):
    visit = at_salon.visit(minor=6000)
    token = at_salon.link(visit)
    at_salon.bank.delay(press(browser, token)["Location"])
    at_salon.settle(visit)

    for address in (f"/p/{token}", f"/p/{token}/return"):
        page = text_of(browser.get(address))
        assert "Your payment is on its way" in page
        assert "€60.00 was agreed to" in page
        assert "<form" not in page


@pytest.mark.row("C8", "I1")
def test_a_paid_link_is_the_receipt_and_stays(at_salon: Salon, browser: Browser):
    visit = at_salon.visit(minor=6000)
    token = at_salon.link(visit)
    at_salon.bank.pay(press(browser, token)["Location"])
    at_salon.settle(visit)
    at_salon.wait(days=400)

    page = text_of(browser.get(f"/p/{token}"))
    assert "Paid, thank you" in page
    assert "Receipt 000001 (PDF)" in page
    assert "<form" not in page

    paper = browser.get(f"/p/{token}/receipt.pdf?no=000001")
    assert paper["Content-Type"] == "application/pdf"
    assert paper.content.startswith(b"%PDF-")
    assert browser.get(f"/p/{token}/receipt.pdf?no=000002").status_code == 404

    file = browser.get(f"/p/{token}/visit.ics")
    assert file["Content-Type"].startswith("text/calendar")
    assert b"DTSTART:20261126T130000Z" in file.content
    assert b"Visit at Ana's Salon" in file.content


def test_the_calendar_file_keeps_its_id_when_the_visit_gets_a_new_link(at_salon: Salon, browser: Browser):
    visit = at_salon.visit(minor=6000)

    def uid(token: str) -> bytes:
        lines = browser.get(f"/p/{token}/visit.ics").content.splitlines()
        return next(line for line in lines if line.startswith(b"UID:"))

    first = uid(at_salon.link(visit))
    assert uid(at_salon.link(visit, ask="amount", amount=at_salon.eur(1000))) == first


@pytest.mark.row("B4", "C8")
def test_a_visit_paid_in_cash_says_that_nothing_is_due(at_salon: Salon, browser: Browser):
    visit = at_salon.visit(minor=6000)
    token = at_salon.link(visit)
    at_salon.cash(visit, 6000)

    page = text_of(browser.get(f"/p/{token}"))

    assert "Nothing is due" in page
    assert "<form" not in page
    assert press(browser, token)["Location"] == f"/p/{token}"
    assert not Payment.objects.exists()


@pytest.mark.row("C2")
def test_an_expired_link_says_so_and_takes_nothing(at_salon: Salon, browser: Browser):
    visit = at_salon.visit()
    token = at_salon.link(visit, expires_at=at_salon.now + timedelta(hours=48))
    at_salon.wait(hours=48)

    page = text_of(browser.get(f"/p/{token}"))

    assert "This link has expired" in page
    assert "It could be paid until Sat 28 Nov, 14:00." in page
    assert "<form" not in page
    press(browser, token)
    assert not Payment.objects.exists()


@pytest.mark.row("B16")
def test_a_cancelled_visit_says_so_and_takes_nothing(at_salon: Salon, browser: Browser):
    at_salon.business.name = "Ana's Salon Inc."
    at_salon.business.save()
    visit = at_salon.visit()
    token = at_salon.link(visit)
    cancel_visit.cancel(
        actor=at_salon.actor, visit_id=visit.pk, expected_version=at_salon.bill(visit).version, now=at_salon.now
    )

    page = text_of(browser.get(f"/p/{token}"))

    assert "This visit was cancelled" in page
    assert "please ask Ana's Salon Inc." in page.replace("&#x27;", "'")
    assert "Inc.." not in page
    assert "<form" not in page
    press(browser, token)
    assert not Payment.objects.exists()
    assert b"STATUS:CANCELLED" in browser.get(f"/p/{token}/visit.ics").content


@pytest.mark.row("C1")
def test_a_replaced_link_points_to_the_newer_one_without_showing_it(at_salon: Salon, browser: Browser):
    visit = at_salon.visit()
    old = at_salon.link(visit)
    new = at_salon.link(visit, ask="amount", amount=at_salon.eur(1000))

    page = text_of(browser.get(f"/p/{old}"))

    assert "There is a newer link for this visit" in page
    assert new not in page
    assert "<form" not in page


@pytest.mark.row("B9", "C7")
def test_coming_back_from_a_page_that_was_ended_reads_not_charged(at_salon: Salon, browser: Browser):
    visit = at_salon.visit()
    token = at_salon.link(visit)
    press(browser, token)
    stop_payment.stop(actor=at_salon.actor, visit_id=visit.pk, now=at_salon.now)

    page = text_of(browser.get(f"/p/{token}/return"))

    assert "You were not charged" in page
    assert f'href="/p/{token}"' in page
    assert "<form" not in page
    assert "Pay €100.00" in text_of(browser.get(f"/p/{token}"))


@pytest.mark.row("B9")
def test_while_the_desk_changes_the_visit_the_page_waits(at_salon: Salon, browser: Browser):
    visit = at_salon.visit()
    token = at_salon.link(visit)
    key = browser.get(f"/p/{token}").content.decode().split('data-key="')[1].split('"')[0]
    Bill.objects.filter(pk=visit.bill_id).update(frozen_by="desk", frozen_until=at_salon.now + timedelta(seconds=60))

    assert "Your visit is being changed right now" in text_of(browser.get(f"/p/{token}"))
    refused = browser.post(f"/p/{token}/pay", {"key": key})
    assert refused.status_code == 409
    assert refused["Retry-After"] == "20"
    assert "Nothing was charged" in text_of(refused)

    at_salon.wait(seconds=61)
    assert state_of(browser, token, "") == "visit"


@pytest.mark.row("B13", "C6")
def test_paid_twice_is_said(at_salon: Salon, browser: Browser):
    visit = at_salon.visit(minor=6000)
    token = at_salon.link(visit)
    address = press(browser, token)["Location"]
    at_salon.bank.refuse_next(UnavailableError("no answer", sent=True), "end_checkout")
    at_salon.cash(visit, 6000, decision=Decision(stop_payment=True, take_anyway=True))
    at_salon.bank.pay(address)
    at_salon.settle(visit)

    page = text_of(browser.get(f"/p/{token}"))

    assert "€60.00 more than was due came in. Ana&#x27;s Salon knows and will settle it with you." in page


def test_a_payment_system_that_is_down_keeps_the_visit_payable(at_salon: Salon, browser: Browser):
    token = at_salon.link(at_salon.visit())
    at_salon.bank.refuse_next(UnavailableError("down", sent=False), "start_checkout")

    answer = press(browser, token)

    assert answer.status_code == 503
    assert "Nothing was charged" in text_of(answer)
    assert "Try again" in text_of(answer)
    assert press(browser, token).status_code == 303


@pytest.mark.parametrize(
    ("outcome", "status", "title"),
    [
        ("too_small", 409, "This amount is too small to pay online"),
        ("busy", 409, "Your visit is being changed right now"),
        ("unclear", 503, "The payment page is slow to answer"),
        ("unavailable", 503, "Online payment is not available at the moment"),
        ("too_many", 429, "Please wait a minute"),
        ("not_ready", 503, "Online payment is not available here"),
        ("refused", 503, "Online payment is not available here"),
    ],
)
def test_whatever_hinders_paying_has_a_sentence_and_its_status(at_salon: Salon, outcome, status, title):
    problem = problems.describe(outcome, amount=at_salon.eur(20))

    assert (problem.title, problem.status) == (title, status)
    assert problem.text.endswith(".")


@pytest.mark.row("C7")
def test_pay_pressed_while_a_payment_is_confirmed_leads_to_the_return_page(
    at_salon: Salon, browser: Browser, monkeypatch
):
    token = at_salon.link(at_salon.visit())
    monkeypatch.setattr("quittance.flows.take_payment.start", lambda **_: StartResult("confirming"))

    assert press(browser, token)["Location"] == f"/p/{token}/return"


@pytest.mark.parametrize("verb", ["pay", "check", "seen"])
def test_t48_what_changes_something_cannot_be_fetched(at_salon: Salon, browser: Browser, verb: str):
    token = at_salon.link(at_salon.visit())

    assert browser.get(f"/p/{token}/{verb}").status_code == 405


@pytest.mark.parametrize("host", ["evil.example", "testserver"])
def test_t49_addresses_come_from_the_configured_base_never_from_the_request(
    at_salon: Salon, browser: Browser, settings, host
):
    settings.ALLOWED_HOSTS = ["*"]
    visit = at_salon.visit()
    token = at_salon.link(visit)

    press(browser, token, HTTP_HOST=host)
    file = browser.get(f"/p/{token}/visit.ics", HTTP_HOST=host).content.replace(b"\r\n ", b"").decode()

    assert "evil" not in file
    assert urlsplit(settings.QUITTANCE_BASE_URL).netloc in file


def test_the_token_of_an_expired_lookup_is_unknown_to_post_too(at_salon: Salon, browser: Browser):
    for verb in ("pay", "check", "seen"):
        answer = browser.post(f"/p/{'a' * 22}/{verb}", {"key": "x"})
        assert answer.status_code in {204, 303, 404}
    assert not Payment.objects.exists()

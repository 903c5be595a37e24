"""The language chosen on the page: it goes to the payment system's page, and the client comes back to it."""

from __future__ import annotations

import pytest
from django.test import Client as Browser

from quittance.payments.models import Payment, PaymentLink
from quittance.payments.requests import decode
from tests.support.salon import Salon

pytestmark = pytest.mark.django_db

GERMAN = "Wie es weitergeht"


@pytest.fixture
def browser() -> Browser:
    return Browser(enforce_csrf_checks=True, headers={"accept-language": "en"})


def text_of(response) -> str:
    return " ".join(response.content.decode().split())


def press(browser: Browser, token: str, query: str):
    page = browser.get(f"/p/{token}{query}").content.decode()
    key = page.split('data-key="')[1].split('"')[0]
    return browser.post(f"/p/{token}/pay{query}", {"key": key})


@pytest.mark.row("C7", "C11")
def test_a_client_comes_back_to_the_language_that_they_chose(at_salon: Salon, browser: Browser):
    token = at_salon.link(at_salon.visit())

    press(browser, token, "?lang=de")

    asked = decode(Payment.objects.get().request.reveal())
    assert (asked.locale, asked.return_url.rpartition("/p/")[2], asked.back_url.rpartition("/p/")[2]) == (
        "de",
        f"{token}/return",
        token,
    )
    assert '<html lang="de"' in text_of(browser.get(f"/p/{token}/return"))
    assert GERMAN in text_of(browser.get(f"/p/{token}"))
    assert '<html lang="fr"' in text_of(browser.get(f"/p/{token}/return?lang=fr"))


@pytest.mark.row("C7", "C11")
def test_the_receipt_page_speaks_the_language_in_which_it_was_paid(at_salon: Salon, browser: Browser):
    visit = at_salon.visit()
    token = at_salon.link(visit)
    at_salon.bank.pay(press(browser, token, "?lang=de")["Location"])
    at_salon.settle(visit)

    page = text_of(browser.get(f"/p/{token}/return"))
    assert '<html lang="de"' in page
    assert "Bezahlt, vielen Dank" in page


def test_whoever_chooses_another_language_later_comes_back_to_that_one(at_salon: Salon, browser: Browser):
    token = at_salon.link(at_salon.visit())
    first = press(browser, token, "?lang=de")
    asked = Payment.objects.get().request.reveal()

    second = press(browser, token, "?lang=fr")

    assert second["Location"] == first["Location"]
    assert Payment.objects.get().request.reveal() == asked
    assert '<html lang="fr"' in text_of(browser.get(f"/p/{token}/return"))


@pytest.mark.row("C6")
def test_a_repeat_after_a_lost_answer_is_the_same_to_the_letter_in_any_language(at_salon: Salon, browser: Browser):
    token = at_salon.link(at_salon.visit())
    at_salon.bank.lose_next_answer()
    press(browser, token, "?lang=de")
    asked = Payment.objects.get().request.reveal()

    press(browser, token, "?lang=ar")

    payment = Payment.objects.get()
    assert payment.state == "open"
    assert payment.request.reveal() == asked


def test_looking_at_the_page_remembers_nothing_and_paying_without_a_choice_neither(at_salon: Salon, browser: Browser):
    token = at_salon.link(at_salon.visit())
    browser.get(f"/p/{token}?lang=de")
    press(browser, token, "")
    press(browser, token, "?lang=klingon")

    assert PaymentLink.objects.get().language == ""
    assert '<html lang="en"' in text_of(browser.get(f"/p/{token}/return"))

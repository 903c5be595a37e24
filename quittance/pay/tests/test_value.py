"""A gift card, points and the like on the pay page: said before anything is taken, by forms alone."""

from __future__ import annotations

import re

import pytest
from django.test import Client as Browser

from quittance.catalog.models import EarningRule
from quittance.flows import stop_payment
from quittance.pay import value
from quittance.payments.models import Payment
from quittance.wallets.models import CREDIT, POINTS, Wallet, WalletHold
from quittance.wallets.queries import shown_code
from tests.support.beside import own
from tests.support.cards import gift_card_type, pay_with, sell_card
from tests.support.salon import Salon

pytestmark = [pytest.mark.django_db, pytest.mark.row("C12")]


@pytest.fixture(autouse=True)
def nobody_has_guessed():
    value.codes.forget()
    yield
    value.codes.forget()


@pytest.fixture
def browser() -> Browser:
    return Browser(enforce_csrf_checks=True, headers={"user-agent": "Mozilla/5.0"})


def text_of(response) -> str:
    return " ".join(response.content.decode().split())


def match(pattern: str, text: str) -> str:
    found = re.search(pattern, text)
    assert found is not None, text
    return found[1]


def forms(page: str) -> list[dict[str, str]]:
    """What each form of the page would send, with its address under `to`."""
    found = []
    for form in re.findall(r"<form.*?</form>", page, re.DOTALL):
        fields = {"to": match(r'action="([^"]*)"', form).replace("&amp;", "&")}
        for tag in re.findall(r"<input[^>]*>", form):
            name = match(r'name="([^"]*)"', tag)
            text = re.search(r'value="([^"]*)"', tag)
            fields[name] = text[1] if text else ""
        found.append(fields)
    return found


def send(browser: Browser, page: str, verb: str, number: int = 0, **typed: str):
    form = [one for one in forms(page) if f"/{verb}" in one["to"]][number] | typed
    address = form.pop("to").split("#")[0]
    return browser.post(address, form)


def apply_code(browser: Browser, token: str, code: str):
    return send(browser, browser.get(f"/p/{token}").content.decode(), "value", -1, code=code)


def test_a_card_is_shown_with_what_it_pays_and_the_rest_is_paid_online(at_salon: Salon, browser: Browser):
    _, card = sell_card(at_salon)
    visit = at_salon.visit()
    token = at_salon.link(visit)

    answer = apply_code(browser, token, shown_code(card).lower())
    assert answer.status_code == 303
    assert shown_code(card) not in answer["Location"] and card.code.reveal() not in answer["Location"]
    page = browser.get(answer["Location"])
    assert f"Gift card ·{card.last4}" in text_of(page) and "-€50.00" in text_of(page)
    assert "Pay €50.00" in text_of(page)
    assert not WalletHold.objects.exists()

    answer = send(browser, page.content.decode(), "pay")
    payment = at_salon.payment(visit)
    assert answer["Location"] == payment.address
    assert (payment.amount_minor, payment.value_minor) == (5_000, 5_000)

    again = text_of(browser.get(f"/p/{token}"))
    assert "Continue payment of €50.00" in again and f"Gift card ·{card.last4}" in again
    at_salon.bank.pay(payment.address)
    at_salon.settle(visit)
    paid = text_of(browser.get(f"/p/{token}"))
    assert "Paid, thank you" in paid and "€100.00" in paid
    assert paid.count("(PDF)") == 2


def test_a_card_that_covers_everything_pays_at_once(at_salon: Salon, browser: Browser):
    _, card = sell_card(at_salon)
    token = at_salon.link(at_salon.visit(minor=3_000))
    at_salon.bank.down = True

    page = browser.get(apply_code(browser, token, shown_code(card))["Location"])
    assert "Pay €30.00 this way" in text_of(page) and "€20.00 stay on it" in text_of(page)
    assert "payment service" not in text_of(page)
    answer = send(browser, page.content.decode(), "pay")
    assert answer.status_code == 303 and answer["Location"] == f"/p/{token}"
    paid = text_of(browser.get(f"/p/{token}"))
    assert "Paid, thank you" in paid and "€30.00" in paid and "Receipt" in paid
    assert not Payment.objects.exists()


def test_what_the_client_has_here_is_offered_and_can_be_left_out_again(at_salon: Salon, browser: Browser):
    EarningRule.objects.create(business=at_salon.business, location=at_salon.location, point_value_minor=2)
    own(at_salon, POINTS, 500)
    own(at_salon, CREDIT, 2_000)
    token = at_salon.link(at_salon.visit())

    page = browser.get(f"/p/{token}")
    assert "Your points" in text_of(page) and "worth €10.00" in text_of(page) and "Your credit" in text_of(page)
    assert "gift card" not in text_of(page)
    page = browser.get(send(browser, page.content.decode(), "value")["Location"])
    page = browser.get(send(browser, page.content.decode(), "value")["Location"])
    assert "Pay €70.00" in text_of(page)
    without = match(r'href="([^"]+)" rel="nofollow">Remove <span class="sr-only">Your points', text_of(page))
    page = browser.get(without.replace("&amp;", "&"))
    assert "Pay €80.00" in text_of(page) and "Your points" in text_of(page)


def test_the_open_page_is_given_up_when_the_client_pays_without_the_card(at_salon: Salon, browser: Browser):
    _, card = sell_card(at_salon)
    visit = at_salon.visit()
    token = at_salon.link(visit)
    page = browser.get(apply_code(browser, token, shown_code(card))["Location"])
    send(browser, page.content.decode(), "pay")
    page = browser.get(f"/p/{token}")
    without = match(r'href="([^"]+)" rel="nofollow">Remove', text_of(page)).replace("&amp;", "&")
    page = browser.get(without)
    assert "Pay €100.00" in text_of(page) and "You began to pay" not in text_of(page)
    send(browser, page.content.decode(), "pay")
    assert at_salon.payment(visit).amount_minor == 10_000
    card.refresh_from_db()
    assert card.held == 0
    stop_payment.stop(actor=at_salon.actor, visit_id=visit.pk, now=at_salon.now)


def test_every_code_that_cannot_pay_is_answered_alike_and_guessing_ends_in_a_wait(at_salon: Salon, browser: Browser):
    _, ended = sell_card(at_salon)
    Wallet.objects.filter(pk=ended.pk).update(expires_at=at_salon.now)
    token = at_salon.link(at_salon.visit())

    told = set()
    for code in ("ABCD-EFGH-JKLM-NPQR", shown_code(ended), "x", "' OR 1=1", "\x00"):
        answer = apply_code(browser, token, code)
        assert answer.status_code == 422
        told.add(match(r'id="code-error"[^>]*>(.*?)</p>', text_of(answer)))
    assert len(told) == 1 and "This code cannot pay here." in told.pop()

    for _ in range(5):
        apply_code(browser, token, "ABCD-EFGH-JKLM-NPQR")
    _, card = sell_card(at_salon)
    answer = apply_code(browser, token, shown_code(card))
    assert answer.status_code == 429 and "Too many codes were tried here." in text_of(answer)
    at_salon.wait(minutes=1)
    assert apply_code(browser, token, shown_code(card)).status_code == 303


def test_the_choice_of_one_link_is_worth_nothing_at_another(at_salon: Salon, browser: Browser):
    _, card = sell_card(at_salon)
    one, other = at_salon.link(at_salon.visit()), at_salon.link(at_salon.visit())
    query = apply_code(browser, one, shown_code(card))["Location"].split("?")[1]

    assert "·" not in text_of(browser.get(f"/p/{other}?{query}")).split("Total")[1].split("To pay now")[0]
    page = browser.get(f"/p/{other}").content.decode()
    send(browser, page, "pay", **{"with": query.removeprefix("with="), "rest": "5000"})
    assert not WalletHold.objects.exists()


def test_points_of_others_are_neither_shown_nor_taken(at_salon: Salon, browser: Browser):
    credit = own(at_salon, CREDIT, 2_000)
    eve = type(at_salon.chloe).objects.create(business=at_salon.business, name="Eve", created_at=at_salon.now)
    Wallet.objects.filter(pk=credit.pk).update(client=eve)
    gift_card_type(at_salon)
    token = at_salon.link(at_salon.visit())
    page = browser.get(f"/p/{token}")
    assert "Your credit" not in text_of(page)
    answer = send(browser, page.content.decode(), "value", own=str(credit.pk))
    assert "Your credit" not in text_of(browser.get(answer["Location"]))


def test_an_amount_that_changed_meanwhile_is_shown_before_anything_is_charged(at_salon: Salon, browser: Browser):
    _, card = sell_card(at_salon)
    token = at_salon.link(at_salon.visit())
    page = browser.get(apply_code(browser, token, shown_code(card))["Location"]).content.decode()
    pay_with(at_salon, at_salon.visit(), card, 1_000)
    answer = send(browser, page, "pay")
    assert answer.status_code == 409 and "The amount is another one now" in text_of(answer)
    assert not Payment.objects.exists()
    back = match(r'href="([^"]+)">Back to the visit', text_of(answer)).replace("&amp;", "&")
    assert "Pay €60.00" in text_of(browser.get(back))


def test_the_ordinary_page_costs_no_query_more(at_salon: Salon, browser: Browser, django_assert_max_num_queries):
    gift_card_type(at_salon)
    token = at_salon.link(at_salon.visit())
    with django_assert_max_num_queries(5):
        assert "I have a gift card" in text_of(browser.get(f"/p/{token}"))


def test_the_same_in_german(at_salon: Salon, browser: Browser):
    _, card = sell_card(at_salon)
    token = at_salon.link(at_salon.visit(minor=3_000))
    page = browser.get(f"/p/{token}?lang=de").content.decode()
    answer = send(browser, page, "value", -1, code=shown_code(card))
    page = text_of(browser.get(answer["Location"]))
    assert f"Gutschein ·{card.last4}" in page and "so bezahlen" in page
    assert "gift card" not in page.lower()

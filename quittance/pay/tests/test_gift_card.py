"""The page of a paid link hands out the gift card that it sold, as long as the card stands."""

from __future__ import annotations

import pytest
from django.test import Client as Browser

from quittance.bills.models import Tender
from quittance.calendar.models import Visit
from quittance.flows import change_lines, refund
from quittance.wallets.models import Wallet
from tests.support.cards import form, gift_card_type, without_lines
from tests.support.salon import Salon

pytestmark = [pytest.mark.django_db, pytest.mark.row("G1")]


def with_a_card(salon: Salon) -> Visit:
    visit = without_lines(salon, salon.visit())
    change_lines.add_gift_card(form=form(salon, visit), gift_card_type_id=gift_card_type(salon).pk, now=salon.now)
    return visit


def sold_by_link(salon: Salon) -> str:
    visit = with_a_card(salon)
    token = salon.link(visit)
    salon.bank.pay(salon.press_pay(token).address)
    salon.settle(visit)
    return token


def test_the_buyer_finds_the_card_as_a_pdf_until_its_money_goes_back(at_salon: Salon):
    browser = Browser()
    token = sold_by_link(at_salon)
    card = Wallet.objects.get()
    address = f"/p/{token}/gift-card.pdf?no={card.last4}"
    page = browser.get(f"/p/{token}").content.decode()
    assert address in page and card.code.reveal() not in page
    answer = browser.get(address)
    assert answer.content.startswith(b"%PDF-")
    assert answer["Content-Disposition"] == 'inline; filename="gift-card.pdf"'
    assert answer["Cache-Control"] == "private, no-store"
    assert "Ihr Gutschein" in browser.get(f"/p/{token}?lang=de").content.decode()

    tender = Tender.objects.get()
    refund.refund(
        actor=at_salon.actor,
        visit_id=Visit.objects.get().pk,
        tender_id=tender.pk,
        amount=at_salon.eur(5_000),
        expected_version=None,
        now=at_salon.now,
    )
    assert browser.get(address).status_code == 404
    assert "gift-card.pdf" not in browser.get(f"/p/{token}").content.decode()


def test_another_links_card_is_not_behind_this_link(at_salon: Salon):
    sold_by_link(at_salon)
    other = at_salon.link(at_salon.visit())
    assert Browser().get(f"/p/{other}/gift-card.pdf?no={Wallet.objects.get().last4}").status_code == 404


def test_a_card_that_is_not_paid_yet_is_not_there(at_salon: Salon):
    token = at_salon.link(with_a_card(at_salon))
    assert Browser().get(f"/p/{token}/gift-card.pdf?no=").status_code == 404

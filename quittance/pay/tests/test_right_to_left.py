"""Pages in Arabic, and names that run against the language of their page."""

from __future__ import annotations

import pytest
from django.test import Client as Browser

from quittance.businesses.models import Business
from tests.support.salon import Salon

pytestmark = pytest.mark.django_db


def text_of(response) -> str:
    return " ".join(response.content.decode().split())


@pytest.mark.row("C11")
def test_an_arabic_page_runs_from_right_to_left_and_keeps_names_and_amounts_whole(at_salon: Salon, client: Browser):
    visit = at_salon.visit(minor=6000)

    page = text_of(client.get(f"/p/{at_salon.link(visit)}?lang=ar"))

    assert '<html lang="ar" dir="rtl"' in page
    assert "<title> موعدكم لدى \u2068Ana&#x27;s Salon\u2069 </title>" in page
    assert "<bdi>Cut and colour</bdi>" in page
    assert "مع \u2068Ben\u2069" in page
    assert "ادفع \u200f60.00 € </button>" in page


@pytest.mark.row("C11")
def test_an_arabic_receipt_keeps_its_number_whole(at_salon: Salon, client: Browser):
    visit = at_salon.visit(minor=6000)
    token = at_salon.link(visit)
    at_salon.press_pay(token)
    at_salon.bank.pay(at_salon.payment(visit).address)
    at_salon.settle(visit)

    page = text_of(client.get(f"/p/{token}?lang=ar"))

    assert "تم الدفع، شكرًا لكم" in page
    assert "إيصال \u2068" in page


@pytest.mark.row("C11")
def test_an_arabic_name_stands_alone_on_a_german_page(at_salon: Salon, client: Browser):
    visit = at_salon.visit(minor=6000)
    token = at_salon.link(visit)
    Business.objects.update(name="صالون آنا")

    page = text_of(client.get(f"/p/{token}?lang=de"))

    assert '<html lang="de" dir="ltr"' in page
    assert "Fragen? <bdi>صالون آنا</bdi> hilft gern:" in page

"""What the payment system is asked for: the visit's own lines when all of it is asked, one line for a part."""

from __future__ import annotations

from datetime import timedelta

import pytest

from quittance.bills import actions as bills
from quittance.bills.lines import NewLine
from quittance.clients.models import ContactPoint
from quittance.core.money import Money
from quittance.flows._asking_for import client_language, link_address, new_payment
from quittance.payment_systems.port import CheckoutLine
from quittance.payments.models import PaymentLink

pytestmark = pytest.mark.django_db


@pytest.fixture
def asked(salon, settings):
    """Ask for an amount of the visit's bill."""
    settings.QUITTANCE_BASE_URL = "https://pay.ana.example/"

    def ask(visit, minor):
        bill = visit.bill
        bill.refresh_from_db()
        link = PaymentLink.objects.filter(bill=bill).first()
        if link is None:
            salon.link(visit)
            link = PaymentLink.objects.get(bill=bill)
        return new_payment(bill=bill, link=link, account=salon.account, amount=Money(minor, "EUR"), now=salon.now)

    return ask


def sell(salon, visit, **line):
    bills.add_line(bill=visit.bill, line=NewLine(kind="custom", **line), now=salon.now)


def test_all_of_it_shows_the_visit_s_lines_with_their_tax(salon, asked):
    visit = salon.visit()
    sell(salon, visit, name="Shampoo", unit_minor=1_190, quantity=2, tax_name="19 %", tax_ppm=190_000)
    sell(salon, visit, name="Tea", unit_minor=0)
    assert asked(visit, 12_380).lines == (
        CheckoutLine("Cut and colour", 1, Money(10_000, "EUR")),
        CheckoutLine("Shampoo", 2, Money(2_380, "EUR"), "19 %", 380),
    )


def test_a_part_is_one_line_that_names_the_visit(salon, asked):
    assert asked(salon.visit(), 4_000).lines == (
        CheckoutLine("Ana's Salon, visit on 26 Nov 2026", 1, Money(4_000, "EUR")),
    )


def test_the_request_says_who_asks_where_it_returns_and_until_when(salon, asked):
    visit = salon.visit()
    new = asked(visit, 10_000)
    token = PaymentLink.objects.get().token.reveal()
    assert (new.amount, new.locale, new.client_email) == (Money(10_000, "EUR"), "en", "chloe@client.example")
    assert new.expires_at == salon.now + timedelta(minutes=60)
    assert (new.back_url, new.return_url) == (f"https://pay.ana.example/p/{token}", f"https://pay.ana.example/p/{token}/return")  # fmt: skip
    assert link_address(token, "receipt") == f"https://pay.ana.example/p/{token}/receipt"
    assert new.metadata == {"account": "a" * 32, "epoch": "e" * 32, "key": new.key}
    assert asked(visit, 10_000).key != new.key


def test_a_german_client_reads_german_and_a_visit_without_client_the_location_s_language(salon, asked):
    german, nobody = salon.visit(), salon.visit()
    salon.chloe.language = "de"
    salon.chloe.save()
    german.refresh_from_db()
    assert asked(german, 4_000).lines[0].name == "Ana's Salon, Termin am 26.11.2026"
    nobody.bill.client = None
    nobody.bill.save()
    salon.location.language = "de"
    salon.location.save()
    nobody.bill.location.refresh_from_db()
    assert client_language(nobody.bill) == "de"
    new = asked(nobody, 10_000)
    assert (new.client_email, new.locale) == ("", "de")


def test_a_client_without_an_email_is_asked_for_none(salon, asked):
    ContactPoint.objects.filter(kind="email").delete()
    assert asked(salon.visit(), 10_000).client_email == ""

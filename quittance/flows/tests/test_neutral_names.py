"""C14: what somebody came for stands on no page, paper or message where the place names no services."""

from __future__ import annotations

import pytest
from django.test import Client as Browser

from quittance.bills.models import Receipt
from quittance.businesses.presets import PRESETS
from quittance.core import clock
from quittance.documents.receipt import ReceiptDocument
from tests.support.salon import Salon

pytestmark = [pytest.mark.django_db, pytest.mark.row("C14")]
TREATMENT = "Removal of a tattoo"


@pytest.fixture
def clinic(salon: Salon, monkeypatch: pytest.MonkeyPatch) -> Salon:
    monkeypatch.setattr(clock, "now", lambda: salon.now)
    salon.location.names_no_services = True
    salon.location.save()
    return salon


def test_a_clinic_begins_so_and_a_salon_does_not() -> None:
    assert PRESETS["clinic"].names_no_services and not PRESETS["salon"].names_no_services


@pytest.mark.parametrize(("language", "word"), [("en", "Service"), ("de", "Leistung"), ("ar", "خدمة")])
def test_neither_our_page_nor_theirs_nor_the_paper_says_what_it_was(clinic: Salon, language: str, word: str) -> None:
    clinic.chloe.language = language
    clinic.chloe.save()
    visit = clinic.visit(name=TREATMENT)
    token = clinic.link(visit)
    page = Browser(headers={"user-agent": "Mozilla/5.0"}).get(f"/p/{token}").content.decode()
    assert TREATMENT not in page and word in page

    address = clinic.press_pay(token).address
    asked = clinic.bank.book(address).new
    assert [line.name for line in asked.lines] == [word] and TREATMENT not in asked.description

    clinic.bank.pay(address)
    clinic.settle(visit)
    paper = ReceiptDocument.from_json(Receipt.objects.get().snapshot)
    assert [line.name for line in paper.lines] == [word]
    assert TREATMENT not in str(Receipt.objects.get().snapshot)


def test_a_salon_says_what_it_was(salon: Salon, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "now", lambda: salon.now)
    visit = salon.visit(name=TREATMENT)
    assert TREATMENT in Browser().get(f"/p/{salon.link(visit)}").content.decode()
    salon.cash(visit, 10_000)
    assert [line.name for line in ReceiptDocument.from_json(Receipt.objects.get().snapshot).lines] == [TREATMENT]

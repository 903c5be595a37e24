"""Salon or clinic: what those who come are called at a location, and how long its links live."""

from __future__ import annotations

import pytest

from quittance.audit.models import AuditEntry
from quittance.bills.models import Receipt
from quittance.desk.tests.conftest import sign_in
from quittance.desk.tests.counter import Counter, words
from quittance.documents.receipt import ReceiptDocument
from tests.support.salon import Salon


@pytest.mark.row("C2")
def test_a_clinic_says_patient_and_its_links_live_for_48_hours(at_noon: Salon, counter: Counter) -> None:
    card = f"/settings/locations/{at_noon.location.pk}"
    assert "Clients" in words(counter.client.get("/clients/"))
    assert counter.client.post(f"{card}/preset", {"preset": "clinic"}).status_code == 303
    at_noon.location.refresh_from_db()
    assert (at_noon.location.client_word, at_noon.location.link_life_minutes) == ("patient", 48 * 60)
    assert AuditEntry.objects.get(action="location.changed").detail["fields"] == [
        "client_word", "link_life_minutes", "names_no_services",
    ]  # fmt: skip
    page = words(counter.client.get("/clients/"))
    assert "Patients" in page and "Client" not in page.replace("Chloe", "")
    assert counter.client.post(f"{card}/preset", {"preset": "salon"}).status_code == 303
    at_noon.location.refresh_from_db()
    assert (at_noon.location.client_word, at_noon.location.link_life_minutes) == ("client", None)
    assert counter.client.post(f"{card}/preset", {"preset": "garage"}).status_code == 404


def test_the_word_is_of_one_location_and_chosen_on_its_card(at_noon: Salon, counter: Counter) -> None:
    typed = {
        "name": "Mitte", "country": "DE", "time_zone": "Europe/Berlin", "currency": "EUR", "language": "en",
        "opens": "09:00", "closes": "18:00", "client_word": "patient",
    }  # fmt: skip
    card = f"/settings/locations/{at_noon.location.pk}"
    assert counter.client.post(card, typed).status_code == 302
    at_noon.location.refresh_from_db()
    assert at_noon.location.client_word == "patient"
    assert counter.client.post(card, {**typed, "client_word": ""}).status_code == 302
    assert counter.client.post(card, {**typed, "client_word": "guest"}).status_code == 422
    at_noon.location.refresh_from_db()
    assert at_noon.location.client_word == "patient"
    page = counter.client.get(card).content.decode()
    assert ">Clients</option>" in page and ">Patients</option>" in page


def test_a_receipt_names_a_patient_where_the_place_does(at_noon: Salon, counter: Counter) -> None:
    at_noon.location.client_word = "patient"
    at_noon.location.save()
    visit = at_noon.visit()
    at_noon.cash(visit, 1000)
    document = ReceiptDocument.from_json(Receipt.objects.get().snapshot)
    assert document.client_word == "patient"
    assert (
        ReceiptDocument.from_json({**Receipt.objects.get().snapshot, "client_word": "client"}).client_word == "client"
    )


def test_a_client_called_client_keeps_the_name(at_noon: Salon, counter: Counter) -> None:
    at_noon.location.client_word = "patient"
    at_noon.location.save()
    at_noon.chloe.name = "Clients Client"
    at_noon.chloe.search_name = "clients client"
    at_noon.chloe.save()
    assert "Clients Client" in words(counter.client.get("/clients/?q=clients"))


def test_a_receptionist_uses_no_preset(at_noon: Salon, counter: Counter) -> None:
    eva = sign_in(at_noon, "receptionist", "eva@salon.example")
    answer = eva.post(f"/settings/locations/{at_noon.location.pk}/preset", {"preset": "clinic"})
    assert answer.status_code == 403
    at_noon.location.refresh_from_db()
    assert at_noon.location.client_word == "client"

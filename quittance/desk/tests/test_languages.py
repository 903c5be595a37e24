from __future__ import annotations

import pytest
from django.test import Client

from quittance.audit.models import AuditEntry
from quittance.businesses.models import Location, User
from quittance.businesses.presets import PATIENT
from quittance.desk.tests.counter import Counter, words
from tests.support.salon import Salon

GERMAN = {"Accept-Language": "de-DE,de;q=0.9,en;q=0.5"}
LANGUAGE = "/accounts/mine/language/"


def speak(user: User, language: str) -> None:
    User.objects.filter(pk=user.pk).update(language=language)


def test_ana_chooses_german_for_herself_and_ben_keeps_english(at_noon: Salon, counter: Counter):
    answer = counter.client.post(LANGUAGE, {"language": "de", "request_id": "pressed-00000001"})

    page = words(counter.client.get(answer.headers["Location"]))
    assert "Meine Anmeldung" in page
    assert "Gespeichert. Ab jetzt sehen Sie alles in dieser Sprache." in page
    assert '<html lang="de"' in counter.client.get("/calendar").content.decode()
    assert "Neuer Termin" in words(counter.client.get("/calendar"))
    assert AuditEntry.objects.get(action="person.language").subject_id == counter.user.pk
    assert User.objects.exclude(pk=counter.user.pk).filter(language="de").count() == 0


@pytest.mark.parametrize("odd", ["xx", "de-x-patient", "DE", "d" * 500, "\x00"])
def test_a_language_that_the_desk_does_not_speak_is_refused(counter: Counter, odd: str):
    answer = counter.client.post(LANGUAGE, {"language": odd, "request_id": "pressed-00000002"})

    assert answer.status_code == 422
    assert "Choose one from the list." in words(answer)
    assert User.objects.get(pk=counter.user.pk).language == ""


def test_who_chose_nothing_reads_as_the_location(at_noon: Salon, counter: Counter):
    Location.objects.filter(pk=at_noon.location.pk).update(language="de-AT")

    assert "Neuer Termin" in words(counter.client.get("/calendar"))
    speak(counter.user, "en")
    assert "New appointment" in words(counter.client.get("/calendar"))


def test_where_the_desk_does_not_speak_the_locations_language_the_browser_decides(at_noon: Salon, counter: Counter):
    Location.objects.filter(pk=at_noon.location.pk).update(language="tr")

    assert "New appointment" in words(counter.client.get("/calendar"))
    assert "Neuer Termin" in words(counter.client.get("/calendar", headers=GERMAN))


def test_the_sign_in_page_speaks_the_browsers_language(counter: Counter):
    assert "Passwort vergessen?" in words(Client().get("/accounts/login/", headers=GERMAN))
    assert "Forgot your password?" in words(Client().get("/accounts/login/", headers={"Accept-Language": "fr"}))


def test_a_page_of_sign_in_speaks_as_the_desk_to_whoever_is_signed_in(counter: Counter):
    speak(counter.user, "de")

    page = counter.client.get("/accounts/password/change/")
    assert "Ihr jetziges Passwort" in words(page)
    assert '<html lang="de"' in page.content.decode()


def test_a_place_with_patients_says_so_in_german_too(at_noon: Salon, counter: Counter):
    speak(counter.user, "de")
    assert "Kunden" in words(counter.client.get("/clients/"))
    Location.objects.filter(pk=at_noon.location.pk).update(client_word=PATIENT)

    page = words(counter.client.get("/clients/"))
    assert "Patienten" in page
    assert "Neue Patientenkarte" in page
    assert "Kunde" not in page


def test_money_and_days_are_written_as_in_german(at_noon: Salon, counter: Counter):
    speak(counter.user, "de")
    visit = at_noon.visit(minor=7_000)

    page = counter.client.get(f"/visits/{visit.pk}?tab=checkout").content.decode().replace("\xa0", " ")
    assert "70,00 €" in page
    assert "€70.00" not in page

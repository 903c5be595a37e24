"""Client or patient: every text of the catalog, and nothing that a person typed."""

from __future__ import annotations

import pytest
from django.utils.translation import get_language, gettext, gettext_lazy, ngettext, override

from quittance.core.locale_format import known_locale
from quittance.ui.client_words import in_words_of, with_patients


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("Clients", "Patients"),
        ("The client’s phone, a client and two clients", "The patient’s phone, a patient and two patients"),
        ("%(client)s paid {client} %(clients)d", "%(client)s paid {client} %(clients)d"),
        ('<a href="/clients/client-1">client</a>', '<a href="/clients/client-1">patient</a>'),
        ("The clientele stays", "The clientele stays"),
    ],
)
def test_english_words_change_and_placeholders_stay(text: str, said: str) -> None:
    assert with_patients(text, "en") == said


def test_german_words_change_with_their_endings() -> None:
    assert with_patients("Kundinnen und Kunden, Kundenkarte", "de-AT") == "Patientinnen und Patienten, Patientenkarte"
    assert with_patients("Clients", "fr") == "Clients"


def test_names_are_put_in_after_the_words_were_changed() -> None:
    with in_words_of("patient"):
        assert (
            gettext("%(client)s paid as a client") % {"client": "Client Eastwood"}
            == "Client Eastwood paid as a patient"
        )
        assert ngettext("%(n)s client", "%(n)s clients", 2) % {"n": 2} == "2 patients"
        assert str(gettext_lazy("No client")) == "No patient"


def test_inside_of_another_language_and_back_it_is_the_same_place() -> None:
    with in_words_of("patient"):
        before = get_language() or ""
        with override("de"):
            assert gettext("No client") == "Ohne Kundenkarte"
        with override(before):
            assert gettext("No client") == "No patient"
        assert gettext("No client") == "No patient"
        assert str(known_locale(before)) == str(known_locale("en"))
    assert gettext("No client") == "No client"
    with in_words_of("client"):
        assert gettext("No client") == "No client"

"""What another room keeps in English reaches the reader in their language, with the code from outside as it came."""

from __future__ import annotations

import pytest
from django.utils import translation

from quittance.desk.said import said


@pytest.mark.parametrize(
    ("stored", "shown"),
    [
        ("The mailbox is full.", "Das Postfach ist voll."),
        ("The mailbox is full. (reply 552)", "Das Postfach ist voll. (reply 552)"),
        ("There is no such address (5.1.1).", "Diese Adresse gibt es nicht (5.1.1)."),
        ("Twilio refused the message (error 63).", "Twilio hat die Nachricht abgelehnt (error 63)."),
        (
            "WhatsApp may have taken the message (answered 500).",
            "WhatsApp hat die Nachricht vielleicht angenommen (answered 500).",
        ),
        ("The message was not delivered (Twilio error 5).", "Die Nachricht wurde nicht zugestellt (Twilio error 5)."),
        ("Somebody wrote this (so it stays).", "Somebody wrote this (so it stays)."),
        ("", ""),
    ],
)
def test_a_stored_reason_is_said_in_german(stored: str, shown: str):
    with translation.override("de"):
        assert said(stored) == shown


def test_a_stored_reason_stays_as_it_is_in_english():
    with translation.override("en"):
        assert said("There is no such address (5.1.1).") == "There is no such address (5.1.1)."

from __future__ import annotations

import pytest

from quittance.message_channels.segments import sms_cost


@pytest.mark.parametrize(
    ("text", "alphabet", "units", "segments"),
    [
        ("", "gsm7", 0, 1),
        ("a" * 160, "gsm7", 160, 1),
        ("a" * 161, "gsm7", 161, 2),
        ("a" * 306, "gsm7", 306, 2),
        ("a" * 307, "gsm7", 307, 3),
        ("€" * 80, "gsm7", 160, 1),
        ("€" * 80 + "a", "gsm7", 161, 2),
        ("äöüßÄÖÜ", "gsm7", 7, 1),
        ("я" * 70, "ucs2", 70, 1),
        ("я" * 71, "ucs2", 71, 2),
        ("😀" * 35, "ucs2", 70, 1),
        ("😀" * 36, "ucs2", 72, 2),
        ("a" * 100 + "–", "ucs2", 101, 2),
    ],
)
def test_a_text_costs_what_the_phone_network_counts(text, alphabet, units, segments):
    cost = sms_cost(text)
    assert (cost.alphabet, cost.units, cost.segments) == (alphabet, units, segments)


@pytest.mark.parametrize(("text", "room"), [("", 160), ("a" * 161, 306), ("я", 70), ("я" * 71, 134), ("я" * 140, 201)])
def test_the_room_is_what_fits_into_the_segments_that_are_paid_anyway(text, room):
    assert sms_cost(text).room == room

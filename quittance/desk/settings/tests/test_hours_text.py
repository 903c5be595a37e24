"""Hours as people type them."""

from __future__ import annotations

import pytest
from django.core.exceptions import ValidationError

from quittance.desk.settings.hours_text import hours_text, parse_hours


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("", []),
        ("  ", []),
        ("9-18", [(540, 1080)]),
        ("9:00–13:00, 14:00–18:00", [(540, 780), (840, 1080)]),
        ("14.30-18.15 und 9-13", [(540, 780), (870, 1095)]),
        ("8h30-12; 13 to 17", [(510, 720), (780, 1020)]),
        ("0-24", [(0, 1440)]),
        ("9-12,12-15", [(540, 720), (720, 900)]),
    ],
)
def test_hours_are_read_as_they_are_meant(typed: str, meant: list[tuple[int, int]]) -> None:
    assert parse_hours(typed) == meant
    assert parse_hours(hours_text(meant)) == meant


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("morning", "Type hours like"),
        ("9-", "Type hours like"),
        ("9-12,", "Type hours like"),
        ("18-9", "end must be after"),
        ("9-9", "end must be after"),
        ("9-25", "end must be after"),
        ("9:75-18", "60 minutes"),
        ("9-13, 12-18", "overlap"),
        ("９-18", "Type hours like"),
    ],
)
def test_what_cannot_be_is_told_with_an_example(typed: str, said: str) -> None:
    with pytest.raises(ValidationError, match=said):
        parse_hours(typed)

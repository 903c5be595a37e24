from __future__ import annotations

import pytest

from quittance.core.direction import WALL, WALL_END, is_right_to_left, runs_against, walled, without_walls


def test_arabic_and_hebrew_are_written_from_right_to_left() -> None:
    assert [code for code in ("ar", "ar-AE", "he", "en", "ru", "tr", "xx") if is_right_to_left(code)] == [
        "ar",
        "ar-AE",
        "he",
    ]


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("Ana's Salon", "ar"),
        ("2026-000041", "ar"),
        ("+49 30 555000", "ar"),
        ("صالون 5", "ar"),
        ("محمد", "de"),
        ("דנה", "en"),
    ],
)
def test_what_runs_the_other_way_gets_walls(text: str, language: str) -> None:
    assert runs_against(text, language)
    assert walled(text, language) == f"{WALL}{text}{WALL_END}"
    assert without_walls(walled(text, language)) == text


@pytest.mark.parametrize(("text", "language"), [("صالون آنا", "ar"), ("Ana's Salon", "de"), ("Зоя", "tr"), ("", "ar")])
def test_what_runs_the_same_way_needs_none(text: str, language: str) -> None:
    assert walled(text, language) == text

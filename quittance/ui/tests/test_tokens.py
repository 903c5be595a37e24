"""The colours of the tokens file, by the WCAG formula, in both themes."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

TOKENS = Path(__file__).parents[3] / "frontend" / "src" / "styles" / "tokens.css"
TONES = ["paid", "waiting", "progress", "alert", "refunded", "neutral"]
PAIRS = [
    ("ink", "surface"),
    ("ink", "canvas"),
    ("ink", "sunken"),
    ("ink-muted", "surface"),
    ("ink-muted", "canvas"),
    ("ink-muted", "sunken"),
    ("ink-faint", "surface"),
    ("ink-faint", "canvas"),
    ("ink-faint", "hover"),
    ("accent", "surface"),
    ("accent", "canvas"),
    ("accent", "accent-tint"),
    ("accent-ink", "accent"),
    ("accent-ink", "accent-hover"),
    *((tone, f"{tone}-tint") for tone in TONES),
    *((tone, "surface") for tone in TONES),
    *(("ink", f"{tone}-tint") for tone in TONES),
    *(("ink-muted", f"{tone}-tint") for tone in TONES),
]


def themes() -> dict[str, dict[str, str]]:
    text = TOKENS.read_text(encoding="utf-8")
    blocks = {
        "light": text.split("@media")[0],
        "dark by system": text.split("@media")[1],
        "dark by choice": text.split(':root[data-theme="dark"] {')[1].split("@media")[0],
    }
    found = {name: dict(re.findall(r"--q-([a-z-]+): (#[0-9a-f]{6});", block)) for name, block in blocks.items()}
    return {name: {**found["light"], **colours} for name, colours in found.items()}


def luminance(colour: str) -> float:
    def linear(part: int) -> float:
        share = part / 255
        return share / 12.92 if share <= 0.04045 else ((share + 0.055) / 1.055) ** 2.4

    red, green, blue = (linear(int(colour[at : at + 2], 16)) for at in (1, 3, 5))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    dark, light = sorted([luminance(one), luminance(other)])
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("theme", ["light", "dark by system", "dark by choice"])
@pytest.mark.parametrize(("text", "ground"), PAIRS)
def test_text_can_be_read_on_its_ground(theme, text, ground):
    colours = themes()[theme]

    assert contrast(colours[text], colours[ground]) >= 4.5


@pytest.mark.parametrize("theme", ["light", "dark by system", "dark by choice"])
@pytest.mark.parametrize("edge", ["field-line", "focus", *(f"{tone}-solid" for tone in TONES)])
def test_edges_and_marks_stand_out_from_the_page(theme, edge):
    colours = themes()[theme]

    assert contrast(colours[edge], colours["surface"]) >= 3


def test_the_dark_theme_is_the_same_by_system_and_by_choice():
    assert themes()["dark by system"] == themes()["dark by choice"]

from __future__ import annotations

import re
from itertools import product
from pathlib import Path

import pytest

from quittance.core import colour
from quittance.core.colour import ENOUGH, contrast, dark_accent, is_readable, light_accent, nearest_readable

TOKENS = Path(__file__).parents[3] / "frontend/src/styles/tokens.css"
MANY = [f"#{r:02x}{g:02x}{b:02x}" for r, g, b in product(range(0, 256, 51), repeat=3)]


def test_contrast_is_that_of_wcag() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)
    assert not is_readable("#777777")
    assert is_readable("#0b5d6b")


@pytest.mark.parametrize("typed", ["#0B5D6B", "0b5d6b", "  #0b5d6b "])
def test_a_colour_is_read_as_people_type_it(typed: str) -> None:
    assert colour.parse_colour(typed) == "#0b5d6b"


@pytest.mark.parametrize("typed", ["", "#fff", "red", "#0b5d6g", "#0b5d6b;}", "#0b5d6b\n#"])
def test_what_is_no_colour_is_refused(typed: str) -> None:
    with pytest.raises(colour.ColourError):
        colour.parse_colour(typed)


def test_the_nearest_readable_colour_can_be_read_and_stays_when_it_could() -> None:
    for one in MANY:
        near = nearest_readable(one)
        assert is_readable(near), one
        assert (near == one) is is_readable(one)
    assert nearest_readable("#ffd400") == "#846e00"


def test_every_readable_colour_can_be_read_on_light_and_on_dark_pages() -> None:
    for one in filter(is_readable, MANY):
        light, dark = light_accent(one), dark_accent(one)
        for ground in colour.LIGHT_GROUNDS:
            assert contrast(light.accent, ground) >= ENOUGH, one
        for ground in colour.DARK_GROUNDS:
            assert contrast(dark.accent, ground) >= ENOUGH, one
        for side in (light, dark):
            assert contrast(side.ink, side.accent) >= ENOUGH, one
            assert contrast(side.ink, side.hover) >= ENOUGH, one


def test_the_grounds_are_those_of_the_pages() -> None:
    light, dark = TOKENS.read_text().split("@media (prefers-color-scheme: dark)")[:2]

    def token(text: str, name: str) -> str:
        found = re.search(rf"--q-{name}: (#[0-9a-f]{{6}});", text)
        assert found is not None
        return found.group(1)

    assert set(colour.LIGHT_GROUNDS) == {token(light, "surface"), token(light, "canvas")}
    assert set(colour.DARK_GROUNDS) == {token(dark, name) for name in ("surface", "canvas", "hover")}

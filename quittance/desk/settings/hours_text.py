"""Working hours as people type them: `9-13, 14:30-18`; empty is a day off."""

from __future__ import annotations

import re
from collections.abc import Iterable
from itertools import pairwise
from typing import Any, Final

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from quittance.calendar.hours import Stretch

LONGEST: Final = 100
_CLOCK: Final = r"([0-9]{1,2})(?:[:.h]([0-9]{2}))?"
_STRETCH: Final = re.compile(rf"\s*{_CLOCK}\s*(?:-|–|—|to|bis)\s*{_CLOCK}\s*")
_BETWEEN: Final = re.compile(r"[,;+/]|\band\b|\bund\b")


class HoursField(forms.CharField):
    """Cleans to stretches in minutes of the wall clock."""

    def __init__(self, *, label: Any = None) -> None:
        widget = forms.TextInput(
            attrs={
                "autocomplete": "off",
                "placeholder": gettext_lazy("day off"),
                "maxlength": LONGEST,
                "spellcheck": "false",
            }
        )
        super().__init__(max_length=LONGEST, required=False, widget=widget, label=label)

    def clean(self, value: object) -> list[Stretch]:
        return parse_hours(super().clean(value))


def parse_hours(text: str) -> list[Stretch]:
    """Raises ValidationError with an example of what to type."""
    stretches: list[Stretch] = []
    for part in _BETWEEN.split(text) if text.strip() else []:
        found = _STRETCH.fullmatch(part)
        if found is None:
            raise ValidationError(_("Type hours like 9:00–13:00, 14:00–18:00; empty for a day off."))
        starts, ends = _minute(found[1], found[2]), _minute(found[3], found[4])
        if not starts < ends <= 24 * 60:
            raise ValidationError(_("The end must be after the start, for example 9:00–18:00."))
        stretches.append((starts, ends))
    stretches.sort()
    if any(one[1] > following[0] for one, following in pairwise(stretches)):
        raise ValidationError(_("Two stretches overlap. Leave the break between them free."))
    return stretches


def hours_text(stretches: Iterable[Stretch]) -> str:
    """`9:00–13:00, 14:00–18:00`, which can be typed again."""
    return ", ".join(f"{_clock(starts)}–{_clock(ends)}" for starts, ends in stretches)


def _minute(hours: str, minutes: str | None) -> int:
    if int(minutes or 0) > 59:
        raise ValidationError(_("An hour has 60 minutes. Type hours like 9:00–18:00."))
    return int(hours) * 60 + int(minutes or 0)


def _clock(minute: int) -> str:
    return f"{minute // 60}:{minute % 60:02d}"

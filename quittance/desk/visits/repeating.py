"""`Repeat` in the dialog of a new appointment: every so many weeks, so many times or until a day."""

from __future__ import annotations

from typing import Any, Final

from django import forms
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from quittance.desk.fields import DayField
from quittance.flows.book_series import MAX_TIMES, Repeat

_CHOICES: Final[tuple[tuple[str, str | Promise], ...]] = (
    ("", gettext_lazy("Does not repeat")),
    ("1", gettext_lazy("Every week")),
    ("2", gettext_lazy("Every 2 weeks")),
    ("3", gettext_lazy("Every 3 weeks")),
    ("4", gettext_lazy("Every 4 weeks")),
    ("6", gettext_lazy("Every 6 weeks")),
    ("8", gettext_lazy("Every 8 weeks")),
    ("12", gettext_lazy("Every 12 weeks")),
)


class RepeatFields(forms.Form):
    """Mixed into the form of the dialog, which has the day in `date`."""

    repeat = forms.ChoiceField(
        label=gettext_lazy("Repeat"),
        choices=_CHOICES,
        required=False,
        error_messages={"invalid_choice": gettext_lazy("Choose one from the list.")},
    )
    times = forms.IntegerField(
        label=gettext_lazy("Times in all"),
        required=False,
        error_messages={"invalid": gettext_lazy("Type a number.")},
        widget=forms.NumberInput(attrs={"min": 2, "max": MAX_TIMES}),
    )
    until = DayField(
        label=gettext_lazy("Or until"),
        required=False,
        error_messages={"invalid": gettext_lazy("Choose a day.")},
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        if cleaned.get("repeat") and not self.errors:
            self._check_times(cleaned)
        return cleaned

    def _check_times(self, cleaned: dict[str, Any]) -> None:
        times, until = cleaned.get("times"), cleaned.get("until")
        if times is None and until is None:
            self.add_error("times", _("Type how many times in all, or choose the last day."))
        elif not 2 <= self._times(cleaned) <= MAX_TIMES:
            name = "until" if times is None else "times"
            self.add_error(name, _("That is not 2 to %(most)s times.") % {"most": MAX_TIMES})

    def repeated(self) -> Repeat | None:
        """None for a single visit."""
        typed = self.cleaned_data
        return Repeat(int(typed["repeat"]), self._times(typed)) if typed.get("repeat") else None

    def _times(self, typed: dict[str, Any]) -> int:
        if typed.get("times") is not None:
            return int(typed["times"])
        days = (typed["until"] - typed["date"]).days
        return int(days // (7 * int(typed["repeat"])) + 1)

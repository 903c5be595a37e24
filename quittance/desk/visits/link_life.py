"""How long one payment link is to live: as usual, or as somebody chooses for it."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any, Final

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from quittance.businesses.models import Location
from quittance.calendar.times import instant_at
from quittance.desk.fields import EARLIEST_DAY, LATEST_DAY
from quittance.flows._link_life import UNTIL_PAID, end_by_policy

_HOURS: Final = {"24h": 24, "48h": 48}


class LifeForm(forms.Form):
    """`life` empty leaves it: what the live link has, or the location's policy for a new one."""

    use_required_attribute = False

    def __init__(self, *args: Any, has_link: bool, **options: Any) -> None:
        super().__init__(*args, **{"auto_id": "life-%s", **options})
        first = [("", _("as it is")), ("usual", _("as usual, from now"))] if has_link else [("", _("as usual"))]
        choices = [
            *first,
            ("paid", _("until paid")),
            ("24h", _("24 hours from now")),
            ("48h", _("48 hours from now")),
            ("until", _("until …")),
        ]
        # Another desk may have made or ended the link since the form was drawn: what it offered is still understood.
        self.fields["life"] = forms.ChoiceField(
            label=_("Valid"), choices=choices if has_link else [*choices, ("usual", "")], required=False
        )
        self.shown = choices
        self.fields["until"] = forms.DateTimeField(
            label=_("Valid until"),
            required=False,
            input_formats=["%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M"],
            error_messages={"invalid": _("Type a day and a time.")},
        )

    def clean_until(self) -> datetime | None:
        until: datetime | None = self.cleaned_data.get("until")
        if until is not None and not EARLIEST_DAY <= until.date() <= LATEST_DAY:
            raise ValidationError(_("Type a day and a time."))
        return until

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        if cleaned.get("life") == "until" and cleaned.get("until") is None and "until" not in self.errors:
            self.add_error("until", _("Type a day and a time."))
        return cleaned

    def end(self, *, location: Location, now: datetime) -> datetime | None:
        """None leaves it as it is. The typed time is the location's wall clock."""
        life = self.cleaned_data["life"]
        if life == "paid":
            return UNTIL_PAID
        if life == "usual":
            return end_by_policy(location=location, now=now) or UNTIL_PAID
        if life in _HOURS:
            return now + timedelta(hours=_HOURS[life])
        if life == "until":
            typed: datetime = self.cleaned_data["until"]
            minute = typed.hour * 60 + typed.minute
            return instant_at(day=typed.date(), minute=minute, time_zone=location.time_zone)
        return None

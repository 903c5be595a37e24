"""What is typed in the dialog of a new appointment, beside its services."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django import forms
from django.utils.translation import gettext as _

from quittance.businesses.queries import staff_of
from quittance.calendar.times import instant_at
from quittance.catalog.models import Service
from quittance.catalog.queries import services_of
from quittance.clients.actions import ClientCard
from quittance.core.money import Money
from quittance.desk.access import Desk
from quittance.desk.fields import DayField, row_id
from quittance.desk.visits.repeating import RepeatFields
from quittance.rows.amounts import amount_words

NEW_CLIENT = "new"


class BookForm(RepeatFields):
    """`client` is the id of a card, `new`, or empty while a name is being searched. The services are rows beside it."""

    client_name = forms.CharField(max_length=200, required=False)
    client = forms.CharField(max_length=20, required=False)
    phone = forms.CharField(max_length=40, required=False)
    email = forms.CharField(max_length=254, required=False)
    date = DayField()
    time = forms.TimeField(input_formats=["%H:%M", "%H.%M", "%H:%M:%S"])
    note = forms.CharField(max_length=4000, required=False, widget=forms.Textarea(attrs={"rows": 2}))

    def __init__(self, *args: Any, desk: Desk, **options: Any) -> None:
        super().__init__(*args, **{"auto_id": "new-%s", **options})
        self.desk = desk
        self.services = services_of(business_id=desk.business.pk, location_id=desk.location.pk)
        self.staff_members = staff_of(business_id=desk.business.pk, location_id=desk.location.pk)
        labels = {
            "client_name": _("Client"),
            "phone": _("Phone"),
            "email": _("Email"),
            "date": _("Day"),
            "time": _("Time"),
            "note": _("Note"),
        }
        for name, label in labels.items():
            self.fields[name].label = label
        sentences = {
            "date": _("Choose a day."),
            "time": _("Type the time, for example 14:00."),
        }
        for name, sentence in sentences.items():
            self.fields[name].error_messages |= {"required": sentence, "invalid": sentence}
        self._draw()

    def _draw(self) -> None:
        self.fields["client_name"].widget.attrs |= {"autocomplete": "off", "autofocus": True}
        self.fields["phone"].widget.attrs |= {"type": "tel", "autocomplete": "off"}
        self.fields["email"].widget.attrs |= {"inputmode": "email", "autocomplete": "off"}
        self.fields["date"].widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
        self.fields["time"].widget = forms.TimeInput(attrs={"type": "time", "step": 300}, format="%H:%M")

    def service_choices(self) -> list[tuple[str, str]]:
        currency = self.desk.location.currency
        return [
            (str(row.pk), f"{row.name} · {row.duration_minutes} min · {_price(row, currency)}") for row in self.services
        ]

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        client, name = cleaned.get("client", ""), cleaned.get("client_name", "")
        if client == NEW_CLIENT and not name:
            self.add_error("client_name", _("Type the client's name."))
        elif client not in {"", NEW_CLIENT} and row_id(client) is None:
            self.add_error("client_name", _("Choose the client from the list."))
        elif not client and name:
            self.add_error("client_name", _("Choose the client from the list, or add a new one."))
        return cleaned

    def chosen_client(self) -> int | ClientCard | None:
        """The card's id, a new card, or nobody for a walk-in."""
        typed = self.cleaned_data
        if typed["client"] == NEW_CLIENT:
            return ClientCard(name=typed["client_name"], phones=(typed["phone"],), emails=(typed["email"],))
        return int(typed["client"]) if typed["client"] else None

    def starts_at(self) -> datetime:
        typed = self.cleaned_data
        minute = typed["time"].hour * 60 + typed["time"].minute
        return instant_at(day=typed["date"], minute=minute, time_zone=self.desk.location.time_zone)


def _price(row: Service, currency: str) -> str:
    low = amount_words(Money(row.price_minor, currency))
    if row.price_max_minor is None:
        return low
    return f"{low} – {amount_words(Money(row.price_max_minor, currency))}"

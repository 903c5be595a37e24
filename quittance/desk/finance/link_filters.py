"""What of the payment links is asked for: as the page's form and address say it."""

from __future__ import annotations

from typing import Any, Final, cast, get_args
from urllib.parse import urlencode

from django import forms
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from quittance.businesses.queries_people import persons_of
from quittance.calendar.queries_link_ids import LinkFilter, LinkTab
from quittance.calendar.queries_links import search_links
from quittance.calendar.times import day_period
from quittance.core.money import AmountError, parse_amount
from quittance.desk.access import Desk
from quittance.desk.fields import AmountField, DayField, row_id
from quittance.messages.types import CHANNEL_LABELS

_FIELDS: Final = ("q", "made_by", "channel", "first", "last", "least", "most")


def _day(label: Any) -> DayField:
    return DayField(
        label=label,
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages={"invalid": lazy("Choose a day.")},
    )


class LinkSearch(forms.Form):
    """Search and filters; one with a mistake finds nothing and says why."""

    q = forms.CharField(label=lazy("Client, phone, amount or link"), required=False, max_length=200)
    made_by = forms.ChoiceField(label=lazy("Made by"), required=False)
    channel = forms.ChoiceField(label=lazy("Sent by"), required=False)
    first = _day(lazy("From"))
    last = _day(lazy("To"))

    def __init__(self, *args: Any, desk: Desk, **options: Any) -> None:
        super().__init__(*args, **{"auto_id": "links-%s", **options})
        self.desk = desk
        currency = desk.location.currency
        self.fields["least"] = AmountField(currency=currency, label=_("Amount from"), required=False, allow_zero=True)
        self.fields["most"] = AmountField(currency=currency, label=_("Amount to"), required=False)
        people = [(str(one.user.pk), one.user.name) for one in persons_of(business_id=desk.business.pk)]
        ways = [*((one, _(label)) for one, label in CHANNEL_LABELS.items()), ("none", _("copy or QR"))]
        for name, choices in (("made_by", people), ("channel", ways)):
            box = cast("forms.ChoiceField", self.fields[name])
            box.choices = [("", _("All")), *choices]
            box.error_messages["invalid_choice"] = _("Choose one from the list.")

    @property
    def is_open(self) -> bool:
        """Whether anything but the search is asked for: then those boxes stand open."""
        return any(self.data.get(name) for name in _FIELDS[1:])

    def wanted(self, *, why: str) -> LinkFilter:
        """Only for a form without mistakes. What reads as an amount is one, else a name, a number or an address."""
        typed, zone = self.cleaned_data, self.desk.location.time_zone
        least, most = typed["least"], typed["most"]
        found: tuple[int, ...] | None = None
        if typed["q"]:
            amount = self._amount(typed["q"])
            if amount is None:
                found = search_links(business_id=self.desk.business.pk, text=typed["q"])
            else:
                least = most = amount
        return LinkFilter(
            made_by=row_id(typed["made_by"]),
            channel=typed["channel"],
            since=day_period(day=typed["first"], time_zone=zone).starts_at if typed["first"] else None,
            before=day_period(day=typed["last"], time_zone=zone).ends_at if typed["last"] else None,
            least_minor=None if least is None else least.minor,
            most_minor=None if most is None else most.minor,
            why=why,
            link_ids=found,
        )

    def _amount(self, text: str) -> Any:
        """`60`, `60.00` or `1.234,50`; a phone number is longer, or begins otherwise."""
        if len(text) > 12 or not text[:1].isdigit() or (text[:1] == "0" and text[1:2].isdigit()):
            return None
        try:
            return parse_amount(text, self.desk.location.currency)
        except AmountError:
            return None


class Asked:
    """What the address asks for: the tab, one place or all, the filters, and where the page begins."""

    def __init__(self, request: HttpRequest, *, several: bool) -> None:
        """An address that somebody wrote by hand shows the whole list rather than an error."""
        asked = request.GET
        tab, why = asked.get("tab", ""), asked.get("why", "")
        self.tab: LinkTab = cast("LinkTab", tab) if tab in get_args(LinkTab) else "all"
        self.why = why if why in ("opened", "failed") and self.tab == "follow_up" else ""
        self.everywhere = several and asked.get("place") == "all"
        self.cursor = row_id(asked.get("before", ""))
        self.filters = {name: asked[name] for name in _FIELDS if asked.get(name)}

    def query(self, **other: Any) -> str:
        """The same with something else; other filters keep no place in the list."""
        tab = other.get("tab", self.tab)
        why = other.get("why", self.why) if tab == "follow_up" else ""
        asked: dict[str, Any] = {}
        if tab != "all":
            asked["tab"] = tab
        if why:
            asked["why"] = why
        if other.get("everywhere", self.everywhere):
            asked["place"] = "all"
        asked |= self.filters
        if other.get("cursor") is not None:
            asked["before"] = other["cursor"]
        return f"?{urlencode(asked)}" if asked else ""

    def url(self, **other: Any) -> str:
        return reverse("desk:links") + self.query(**other)

    @property
    def plain_url(self) -> str:
        """The same tab without filters."""
        asked: dict[str, str] = {"tab": self.tab} if self.tab != "all" else {}
        asked |= {"place": "all"} if self.everywhere else {}
        return reverse("desk:links") + (f"?{urlencode(asked)}" if asked else "")

    @property
    def is_plain(self) -> bool:
        """The whole list from its beginning: there the numbers stand above it."""
        return self.tab == "all" and self.cursor is None and not self.filters

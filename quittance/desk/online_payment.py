"""Online payment status as people read it: the form, the labels, and why a status has no effect yet."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Final

from django import forms
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy
from django.utils.translation import ngettext

from quittance.businesses.models import StaffMember
from quittance.businesses.online_payment import OnlinePayment
from quittance.catalog.models import Service
from quittance.catalog.online_payment import Pair

_MOST_NAMED: Final = 3
LABELS: Final[dict[OnlinePayment, str | Promise]] = {
    OnlinePayment.REQUIRED: lazy("Required"),
    OnlinePayment.AVAILABLE: lazy("Available"),
    OnlinePayment.NOT_AVAILABLE: lazy("Not available"),
}
LOOKS: Final = {
    OnlinePayment.REQUIRED: ("progress", "lock"),
    OnlinePayment.AVAILABLE: ("paid", "credit-card"),
    OnlinePayment.NOT_AVAILABLE: ("neutral", "circle-slash"),
}
_CHOICES: Final = tuple(
    (one.value, LABELS[one]) for one in (OnlinePayment.NOT_AVAILABLE, OnlinePayment.AVAILABLE, OnlinePayment.REQUIRED)
)


class StatusForm(forms.Form):
    status = forms.ChoiceField(
        label=lazy("Online payment"),
        help_text=lazy(
            "For clients who book by themselves. Required: booked only once it is paid. Available: they may pay "
            "at once. At the desk nothing changes."
        ),
        choices=_CHOICES,
        error_messages={
            "required": lazy("Choose one from the list."),
            "invalid_choice": lazy("Choose one from the list."),
        },
    )

    def __init__(self, *args: Any, row: Service | StaffMember, **options: Any) -> None:
        super().__init__(*args, **{"initial": {"status": row.online_payment}, "auto_id": "online-%s", **options})

    def chosen(self) -> OnlinePayment:
        return OnlinePayment(self.cleaned_data["status"])


@dataclass(frozen=True, slots=True)
class Effect:
    """What a saved status comes to. `problem` is empty where it holds everywhere.

    `can_switch_on`: some of those in the way are Not available, and one press makes them Available.
    """

    problem: str = ""
    can_switch_on: bool = False


def effect_of(row: Service | StaffMember, pairs: Iterable[Pair]) -> Effect:
    """`pairs` are all pairs that the service or the person is part of."""
    own = OnlinePayment(row.online_payment)
    found = list(pairs)
    if not found:
        return Effect(_nobody(row) if own != OnlinePayment.NOT_AVAILABLE else "")
    overruled = [_other(row, pair) for pair in found if pair.status != own]
    if not overruled:
        return Effect()
    by_status: dict[OnlinePayment, list[str]] = {}
    for other in overruled:
        by_status.setdefault(OnlinePayment(other.online_payment), []).append(other.name)
    who = "; ".join(
        ngettext("%(names)s is %(status)s", "%(names)s are %(status)s", len(names))
        % {"names": _listed(names), "status": LABELS[status]}
        for status, names in by_status.items()
    )
    words = _("No effect yet: %(who)s.") if len(overruled) == len(found) else _("It does not hold everywhere: %(who)s.")
    return Effect(words % {"who": who}, OnlinePayment.NOT_AVAILABLE in by_status)


def _other(row: Service | StaffMember, pair: Pair) -> Service | StaffMember:
    return pair.staff if isinstance(row, Service) else pair.service


def _nobody(row: Service | StaffMember) -> str:
    if isinstance(row, Service):
        return _("No effect yet: nobody performs this service.")
    return _("No effect yet: this person performs no service.")


def _listed(names: list[str]) -> str:
    more = len(names) - _MOST_NAMED
    if more > 0:
        return _("%(names)s and %(n)s more") % {"names": ", ".join(names[:_MOST_NAMED]), "n": more}
    if len(names) == 1:
        return names[0]
    return _("%(first)s and %(last)s") % {"first": ", ".join(names[:-1]), "last": names[-1]}

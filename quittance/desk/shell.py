"""The frame around every page of the desk: rail, location switch, who is signed in."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from quittance.core.actor import Right
from quittance.desk.access import Desk
from quittance.desk.cases import open_cases
from quittance.desk.said import said
from quittance.ui.shell import LocationChoice, RailEntry, Shell


@dataclass(frozen=True, slots=True)
class _Place:
    """`section` is what pages name as theirs; the entry is drawn where the page exists and any right holds."""

    section: str
    label: str | Promise
    icon: str
    page: str
    rights: tuple[Right, ...]


SHARED_COOKIE: Final = "shared_computer"
SETTINGS_RIGHTS: Final = (
    Right.EDIT_SETTINGS,
    Right.EDIT_PAYMENT_SETTINGS,
    Right.EDIT_PEOPLE,
    Right.SEE_AUDIT_TRAIL,
)
FINANCE_RIGHTS: Final = (Right.SEE_FINANCE, Right.REFUND, Right.CLOSE_DAY)
_RAIL: Final = (
    _Place("calendar", _("Calendar"), "calendar-days", "desk:calendar", (Right.SEE_CALENDAR,)),
    _Place("clients", _("Clients"), "users", "desk:clients", (Right.EDIT_CLIENTS,)),
    _Place("finance", _("Finance"), "chart-no-axes-column", "desk:finance", FINANCE_RIGHTS),
    _Place("catalog", _("Catalog"), "package", "desk:catalog", (Right.EDIT_SETTINGS,)),
    _Place("settings", _("Settings"), "settings", "desk:settings", SETTINGS_RIGHTS),
)


def shell_of(desk: Desk, *, section: str, cases: int = 0, is_shared: bool = False) -> Shell:
    """`cases` is how many money cases wait; it stands at Finance."""
    entries = [
        RailEntry(
            str(place.label),
            place.icon,
            url,
            current=place.section == section,
            count=cases if place.section == "finance" else 0,
            key=place.section,
        )
        for place in _RAIL
        if any(desk.may(right) for right in place.rights) and (url := address_of(place.page))
    ]
    if desk.business.first_steps_shown and desk.may(Right.EDIT_SETTINGS):
        url = reverse("desk:first_steps")
        entries.insert(0, RailEntry(str(_("First steps")), "flag", url, current=section == "first_steps"))
    return Shell(
        business=desk.business.name,
        location=desk.location.name,
        entries=entries,
        locations=_choices(desk),
        switch_url=reverse("desk:switch_location"),
        user_name=desk.user.name,
        role=", ".join(said(name) for name in desk.workplace.role.split(", ")),
        log_out_url=reverse("account_logout"),
        sign_in_url=reverse("account_mine"),
        switch_user_url=reverse("account_switch") if is_shared else "",
    )


def page_context(request: HttpRequest, desk: Desk, *, section: str, cases: int | None = None) -> dict[str, Any]:
    """What every whole page of the desk hands to its template.

    `cases`: how many money cases wait, where the page has counted them. The calendar's queries are counted too:
    there the number comes a moment later, with the poll for notices.
    """
    if cases is None:
        cases = 0 if section == "calendar" else open_cases(desk)
    # Whether the cookie still counts is looked at when it is used: a page of the desk asks nothing for it.
    shell = shell_of(desk, section=section, cases=cases, is_shared=SHARED_COOKIE in request.COOKIES)
    return {"request": request, "desk": desk, "shell": shell, "location": desk.location}


def _choices(desk: Desk) -> list[LocationChoice]:
    """The business stands before the place where a person works for several."""
    several = len({place.business.pk for place in desk.workplaces}) > 1
    return [
        LocationChoice(
            place.location.pk,
            f"{place.business.name} · {place.location.name}" if several else place.location.name,
            current=place.location.pk == desk.location.pk,
        )
        for place in desk.workplaces
    ]


def address_of(page: str) -> str:
    try:
        return reverse(page)
    except NoReverseMatch:
        return ""

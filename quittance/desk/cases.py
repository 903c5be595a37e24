"""Who sees money cases, and how many of them wait: the number in the rail and on the tab."""

from __future__ import annotations

from typing import Final

from quittance.calendar.queries_cases import open_case_count
from quittance.core.actor import NotAllowedError, Right
from quittance.desk.access import Desk

_SEES: Final = (Right.SEE_FINANCE, Right.REFUND)


def case_places(desk: Desk) -> dict[int, str]:
    """Where this person may see cases in this business: id → name."""
    return {
        place.location.pk: place.location.name
        for place in desk.workplaces
        if place.business.pk == desk.business.pk and any(right in place.rights for right in _SEES)
    }


def may_see_cases(desk: Desk, *, anywhere: bool = True) -> None:
    """Raises NotAllowedError; `anywhere`: the right at one of the places is enough."""
    location_id = None if anywhere else desk.location.pk
    if not any(desk.actor.may(right, location_id) for right in _SEES):
        raise NotAllowedError(Right.SEE_FINANCE)


def open_cases(desk: Desk) -> int:
    """How many wait at the places where this person may see them; one query, none without the right."""
    places = case_places(desk)
    return open_case_count(business_id=desk.business.pk, location_ids=list(places)) if places else 0

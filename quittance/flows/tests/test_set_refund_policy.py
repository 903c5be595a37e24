from __future__ import annotations

from dataclasses import replace

import pytest

from quittance.audit.models import AuditEntry
from quittance.businesses.models import Location
from quittance.core.actor import NotAllowedError, Right
from quittance.flows.errors import GoneError, RefusedError
from quittance.flows.set_refund_policy import set_refund_policy
from tests.support.salon import Salon


def policy(salon: Salon) -> tuple[int | None, bool]:
    row = Location.objects.get(pk=salon.location.pk)
    return row.doubled_refund_hours, row.late_refund_by_itself


def set_to(salon: Salon, hours: int | None, *, late: bool, location_id: int = 0) -> None:
    set_refund_policy(
        actor=salon.actor,
        location_id=location_id or salon.location.pk,
        doubled_refund_hours=hours,
        late_refund_by_itself=late,
        now=salon.now,
    )


@pytest.mark.row("H4")
def test_a_location_decides_what_goes_back_by_itself_and_when(salon: Salon) -> None:
    assert policy(salon) == (24, True)
    set_to(salon, None, late=False)
    assert policy(salon) == (None, False)
    set_to(salon, 48, late=True)
    assert policy(salon) == (48, True)
    entry = AuditEntry.objects.filter(action="refund_policy.set").latest("pk")
    assert entry.detail == {"doubled_refund_hours": 48, "late_refund_by_itself": True}
    assert entry.location_id == salon.location.pk


@pytest.mark.parametrize("hours", [0, -1, 721])
def test_hours_out_of_bounds_are_refused_and_nothing_changes(salon: Salon, hours: int) -> None:
    with pytest.raises(RefusedError, match="between 1 and 720 hours"):
        set_to(salon, hours, late=False)
    assert policy(salon) == (24, True)
    assert not AuditEntry.objects.filter(action="refund_policy.set").exists()


def test_without_the_right_nothing_changes(salon: Salon) -> None:
    rights = frozenset(Right) - {Right.EDIT_PAYMENT_SETTINGS}
    salon.actor = replace(salon.actor, rights={salon.location.pk: rights})
    with pytest.raises(NotAllowedError):
        set_to(salon, None, late=False)
    assert policy(salon) == (24, True)


def test_a_place_that_is_not_theirs_is_not_found(salon: Salon) -> None:
    salon.actor = replace(salon.actor, rights={**salon.actor.rights, 999: frozenset(Right)})
    with pytest.raises(GoneError):
        set_to(salon, None, late=False, location_id=999)

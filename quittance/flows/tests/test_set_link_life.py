from __future__ import annotations

from dataclasses import replace

import pytest

from quittance.audit.models import AuditEntry
from quittance.core.actor import NotAllowedError, Right
from quittance.flows.errors import GoneError, RefusedError
from quittance.flows.set_link_life import set_link_life

pytestmark = pytest.mark.django_db

YEAR = 366 * 24 * 60


def set_life(salon, minutes, **more):
    asked = {"actor": salon.actor, "location_id": salon.location.pk, "now": salon.now, **more}
    set_link_life(minutes=minutes, **asked)
    salon.location.refresh_from_db()


@pytest.mark.parametrize("minutes", [5, 90, YEAR, None])
def test_new_links_live_as_long_as_was_chosen(salon, minutes):
    set_life(salon, minutes)
    assert salon.location.link_life_minutes == minutes
    entry = AuditEntry.objects.get(action="link_life.set")
    assert (entry.detail, entry.location_id, entry.subject_id) == ({"minutes": minutes}, salon.location.pk, salon.location.pk)  # fmt: skip


@pytest.mark.parametrize("minutes", [-1, 0, 4, YEAR + 1])
def test_a_life_that_cannot_be_is_refused(salon, minutes):
    with pytest.raises(RefusedError, match="between 5 minutes and a year"):
        set_life(salon, minutes)
    salon.location.refresh_from_db()
    assert (salon.location.link_life_minutes, AuditEntry.objects.filter(action="link_life.set").count()) == (None, 0)


def test_the_location_must_be_of_the_business_and_the_right_be_held_there(salon):
    dan = replace(salon.actor, business_id=salon.business.pk + 1)
    with pytest.raises(GoneError):
        set_life(salon, 90, actor=dan)
    ben = replace(salon.actor, rights={salon.location.pk: frozenset(Right) - {Right.EDIT_SETTINGS}})
    with pytest.raises(NotAllowedError):
        set_life(salon, 90, actor=ben)
    salon.location.refresh_from_db()
    assert (salon.location.link_life_minutes, AuditEntry.objects.filter(action="link_life.set").count()) == (None, 0)

"""Cards of staff: words, sequence, leaving and coming back."""

from dataclasses import replace

import pytest

from quittance.audit.models import AuditEntry
from quittance.businesses.models import Business, StaffMember
from quittance.businesses.queries import staff_of
from quittance.core.actor import NotAllowedError, Right
from quittance.flows import save_staff
from quittance.flows.errors import FieldError, GoneError
from quittance.flows.save_staff import StillBookedError
from tests.support.salon import Salon


def names(salon: Salon) -> list[str]:
    return [one.name for one in staff_of(business_id=salon.business.pk, location_id=salon.location.pk)]


def add(salon: Salon, name: str, **more) -> int:
    form = {"actor": salon.actor, "location_id": salon.location.pk, "now": salon.now, **more}
    return save_staff.add(name=name, **form)


def test_a_new_column_stands_last_and_can_be_renamed(salon):
    eva = add(salon, "Eva", title="Colourist")
    assert names(salon) == ["Ben", "Eva"]
    save_staff.save(actor=salon.actor, staff_id=eva, name=" Eva M. ", title="", now=salon.now)
    row = StaffMember.objects.get(pk=eva)
    assert (row.name, row.title) == ("Eva M.", "")
    with pytest.raises(FieldError):
        save_staff.save(actor=salon.actor, staff_id=eva, name=" ", title="", now=salon.now)
    with pytest.raises(FieldError):
        add(salon, "")


def test_the_sequence_is_what_was_wished_and_foreign_ids_count_for_nothing(salon):
    eva, ida = add(salon, "Eva"), add(salon, "Ida")
    save_staff.place(
        actor=salon.actor, location_id=salon.location.pk, staff_ids=[ida, 10**9, salon.ben.pk], now=salon.now
    )
    assert names(salon) == ["Ida", "Ben", "Eva"]
    assert StaffMember.objects.get(pk=eva).position == 2


def test_whoever_has_appointments_ahead_is_archived_only_all_the_same(salon):
    salon.visit()
    with pytest.raises(StillBookedError, match="Ben has 1 appointment ahead"):
        save_staff.archive(actor=salon.actor, staff_id=salon.ben.pk, anyway=False, now=salon.now)
    assert names(salon) == ["Ben"]
    save_staff.archive(actor=salon.actor, staff_id=salon.ben.pk, anyway=True, now=salon.now)
    assert names(salon) == []
    save_staff.restore(actor=salon.actor, staff_id=salon.ben.pk, now=salon.now)
    assert names(salon) == ["Ben"]
    assert AuditEntry.objects.filter(action__startswith="staff.").count() == 2


def test_what_lies_behind_stops_nobody_from_leaving(salon):
    salon.visit()
    salon.wait(hours=2)
    save_staff.archive(actor=salon.actor, staff_id=salon.ben.pk, anyway=False, now=salon.now)
    assert names(salon) == []


def test_cards_need_the_right_and_dan_changes_none_of_ours(salon):
    eva = replace(salon.actor, rights={salon.location.pk: frozenset(Right) - {Right.EDIT_SETTINGS}})
    with pytest.raises(NotAllowedError):
        add(salon, "Zoe", actor=eva)
    with pytest.raises(NotAllowedError):
        save_staff.archive(actor=eva, staff_id=salon.ben.pk, anyway=True, now=salon.now)
    dan = replace(salon.actor, business_id=Business.objects.create(name="Clinic Dan", slug="clinic-dan").pk)
    with pytest.raises(GoneError):
        add(salon, "Zoe", actor=dan)
    with pytest.raises(GoneError):
        save_staff.place(actor=dan, location_id=salon.location.pk, staff_ids=[], now=salon.now)
    with pytest.raises(GoneError):
        save_staff.save(actor=dan, staff_id=salon.ben.pk, name="Dan", title="", now=salon.now)
    assert names(salon) == ["Ben"]

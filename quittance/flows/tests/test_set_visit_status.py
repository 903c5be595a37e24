"""Waiting, arrived, no-show, done; and the note beside it."""

from dataclasses import replace

import pytest

from quittance.audit.models import AuditEntry
from quittance.calendar.models import Appointment, Visit
from quittance.core.actor import NotAllowedError
from quittance.flows import set_visit_status
from quittance.flows.errors import ChangedMeanwhileError, FieldError, GoneError, RefusedError
from quittance.outbox.models import Event
from tests.support.salon import Salon


def state_set(salon: Salon, visit: Visit, state: str, **change) -> int:
    form = {"actor": salon.actor, "visit_id": visit.pk, "expected_version": None, "now": salon.now}
    return set_visit_status.set_state(**{**form, "state": state, **change})


@pytest.mark.row("B2", "B9")
@pytest.mark.parametrize("state", ["waiting", "arrived", "done", "no_show"])
def test_the_state_of_a_visit_is_set_even_while_the_client_pays(salon, state):
    visit = salon.visit()
    salon.open_page(visit)
    assert state_set(salon, visit, state, expected_version=1) == 2
    assert Appointment.objects.get().state == state
    assert AuditEntry.objects.filter(action="visit.status_set").get().detail == {"state": state}
    assert Event.objects.filter(name="visit.status_set").count() == 1


def test_a_state_set_by_mistake_is_set_back(salon):
    visit = salon.visit()
    state_set(salon, visit, "no_show")
    state_set(salon, visit, "booked")
    assert Appointment.objects.get().state == "booked"


def test_setting_the_same_state_again_changes_nothing(salon):
    visit = salon.visit()
    state_set(salon, visit, "arrived")
    assert state_set(salon, visit, "arrived") == 2
    assert Event.objects.count() == 1


def test_one_appointment_alone_can_be_done(salon):
    visit = salon.visit()
    first = visit.appointments.get()
    second = Appointment.objects.get()
    second.pk = None
    second.save()
    state_set(salon, visit, "done", appointment_id=first.pk)
    assert sorted(Appointment.objects.values_list("state", flat=True)) == ["booked", "done"]


def test_an_appointment_of_another_visit_is_refused(salon):
    visit, other = salon.visit(), salon.visit()
    with pytest.raises(GoneError):
        state_set(salon, visit, "done", appointment_id=other.appointments.get().pk)


@pytest.mark.parametrize("state", ["cancelled", "released", "held", "", "paid"])
def test_states_that_the_desk_does_not_set_are_refused(salon, state):
    with pytest.raises(RefusedError, match="Choose"):
        state_set(salon, salon.visit(), state)


def test_an_older_form_and_a_cancelled_visit_are_refused(salon):
    visit = salon.visit()
    with pytest.raises(ChangedMeanwhileError):
        state_set(salon, visit, "done", expected_version=7)
    Visit.objects.update(cancelled_at=salon.now)
    with pytest.raises(RefusedError, match="cancelled"):
        state_set(salon, visit, "done")


@pytest.mark.row("K3")
def test_dan_sets_nothing(salon):
    visit = salon.visit()
    with pytest.raises(GoneError):
        state_set(salon, visit, "done", actor=replace(salon.actor, business_id=salon.business.pk + 1))
    with pytest.raises(NotAllowedError):
        state_set(salon, visit, "done", actor=replace(salon.actor, rights={}))


def test_a_note_is_kept_and_a_long_one_is_told_at_its_field(salon):
    visit = salon.visit()
    form = {"actor": salon.actor, "visit_id": visit.pk, "expected_version": 1, "now": salon.now}
    assert set_visit_status.set_note(**form, note=" allergic to latex ") == 2
    assert Visit.objects.get().note == "allergic to latex"
    with pytest.raises(FieldError, match="Shorten"):
        set_visit_status.set_note(**form, note="x" * 4001)


def test_the_same_note_again_changes_nothing(salon):
    visit = salon.visit()
    form = {"actor": salon.actor, "visit_id": visit.pk, "expected_version": None, "now": salon.now}
    assert set_visit_status.set_note(**form, note="allergic to latex") == 2
    assert set_visit_status.set_note(**form, note="  allergic to latex") == 2
    assert AuditEntry.objects.filter(action="visit.note_set").count() == 1

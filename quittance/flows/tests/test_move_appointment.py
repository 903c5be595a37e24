"""Moving an appointment: time is free to change even while the client pays."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta

import pytest
from django.db import connection

from quittance.audit.models import AuditEntry
from quittance.bills.models import Bill
from quittance.businesses.models import Business, StaffMember
from quittance.calendar.models import Appointment, Visit
from quittance.core.actor import NotAllowedError, Right
from quittance.core.ids import new_key
from quittance.flows.errors import ChangedMeanwhileError, ConflictError, GoneError, RefusedError
from quittance.flows.move_appointment import MovedAppointment, move
from quittance.outbox.models import Event
from tests.support.salon import START, Salon

HOUR = timedelta(hours=1)


@pytest.fixture
def eva(salon: Salon) -> StaffMember:
    return StaffMember.objects.create(business=salon.business, location=salon.location, name="Eva")


def moved(salon: Salon, visit: Visit, *, by: timedelta = HOUR, **change) -> MovedAppointment:
    row = visit.appointments.get()
    form = {
        "actor": salon.actor,
        "appointment_id": row.pk,
        "staff_id": row.staff_id,
        "starts_at": row.starts_at + by,
        "ends_at": row.ends_at + by,
        "expected_version": visit.version,
        "now": salon.now,
    }
    return move(**{**form, **change})


@pytest.mark.row("B1", "B16")
def test_a_moved_appointment_takes_its_visit_along(salon, eva):
    visit = salon.visit()
    answer = moved(salon, visit, staff_id=eva.pk)
    visit.refresh_from_db()
    row = visit.appointments.get()
    assert (row.staff, row.starts_at, row.ends_at) == (eva, START + HOUR, START + 2 * HOUR)
    assert (visit.starts_at, visit.ends_at, visit.version) == (START + HOUR, START + 2 * HOUR, 2)
    assert answer == MovedAppointment(visit.pk, 2)
    assert Event.objects.get().name == "visit.moved"
    assert AuditEntry.objects.get().detail["from"][0] == salon.ben.pk


def test_a_move_to_another_day_changes_the_bills_date_but_not_what_is_due(salon):
    visit = salon.visit()
    version = salon.bill(visit).version
    moved(salon, visit, by=timedelta(days=1))
    bill = Bill.objects.get()
    assert bill.service_date == (START + timedelta(days=1)).date()
    assert (bill.version, bill.total_minor) == (version, 10_000)


@pytest.mark.row("B9")
def test_the_time_stays_free_to_change_while_the_client_pays(salon):
    visit = salon.visit()
    page = salon.open_page(visit)
    moved(salon, visit)
    salon.bank.pay(page)
    salon.settle(visit)
    assert salon.settled(visit) == 10_000


def test_a_resize_keeps_the_start(salon):
    visit = salon.visit()
    moved(salon, visit, by=timedelta(0), ends_at=START + 2 * HOUR)
    assert Visit.objects.get().ends_at == START + 2 * HOUR


def test_a_move_onto_itself_changes_nothing(salon):
    visit = salon.visit()
    assert moved(salon, visit, by=timedelta(0)).version == 1
    assert not Event.objects.exists()


def test_an_appointment_may_overlap_its_own_old_time(salon):
    moved(salon, salon.visit(), by=timedelta(minutes=15))


@pytest.mark.row("B1")
def test_a_taken_slot_is_refused_naming_who(salon, eva):
    visit, other = salon.visit(), salon.visit()
    Appointment.objects.filter(visit=other).update(staff=eva)
    with pytest.raises(ConflictError, match=r"Eva is booked on .*14:00 to 15:00 \(Chloe\)"):
        moved(salon, visit, by=timedelta(minutes=30), staff_id=eva.pk)
    assert Appointment.objects.get(visit=visit).staff == salon.ben
    assert Visit.objects.get(pk=visit.pk).version == 1


def test_a_form_of_an_older_version_is_refused(salon):
    visit = salon.visit()
    moved(salon, visit)
    with pytest.raises(ChangedMeanwhileError):
        moved(salon, visit)
    assert Appointment.objects.get().starts_at == START + HOUR


def test_pressing_twice_moves_once(salon):
    visit = salon.visit()
    salon.actor = replace(salon.actor, request_id=new_key())
    row = visit.appointments.get()
    first = moved(salon, visit)
    again = moved(salon, visit, starts_at=row.starts_at + HOUR, ends_at=row.ends_at + HOUR)
    assert again == first
    assert Event.objects.count() == 1


def test_a_cancelled_visit_is_not_moved(salon):
    visit = salon.visit()
    Appointment.objects.update(state="cancelled")
    with pytest.raises(RefusedError, match="cancelled"):
        moved(salon, visit)


@pytest.mark.row("K3")
def test_dan_and_people_without_the_right_move_nothing(salon, eva):
    visit = salon.visit()
    clinic = Business.objects.create(name="Clinic Dan", slug="clinic-dan")
    with pytest.raises(GoneError):
        moved(salon, visit, actor=replace(salon.actor, business_id=clinic.pk))
    with pytest.raises(NotAllowedError):
        moved(salon, visit, actor=replace(salon.actor, rights={salon.location.pk: frozenset({Right.SEE_CALENDAR})}))
    eva.archived_at = START
    eva.save()
    with pytest.raises(RefusedError, match="does not work here"):
        moved(salon, visit, staff_id=eva.pk)
    assert Visit.objects.get().version == 1


def test_an_end_before_its_start_is_refused(salon):
    with pytest.raises(RefusedError, match="after the start"):
        moved(salon, salon.visit(), ends_at=START)


def test_the_bill_bears_the_day_of_the_visit_s_first_appointment(salon, eva):
    visit = salon.visit()
    second = visit.appointments.get()
    second.pk, second.staff = None, eva
    second.save()
    two_days = timedelta(days=2)
    move(
        actor=salon.actor,
        appointment_id=second.pk,
        staff_id=eva.pk,
        starts_at=second.starts_at + two_days,
        ends_at=second.ends_at + two_days,
        expected_version=None,
        now=salon.now,
    )
    assert Bill.objects.get().service_date == START.date()


@pytest.mark.row("B1")
def test_move_anyway_is_a_right_of_its_own(salon):
    salon.visit()
    salon.wait(hours=2)
    row = salon.visit(name="Beard").appointments.get()
    place = {"staff_id": salon.ben.pk, "starts_at": START, "ends_at": START + timedelta(hours=1)}
    wish = {"appointment_id": row.pk, "expected_version": None, "now": salon.now, **place}
    held = frozenset(Right) - {Right.BOOK_ANYWAY}
    with pytest.raises(NotAllowedError):
        move(actor=replace(salon.actor, rights={salon.location.pk: held}), anyway=True, **wish)
    with pytest.raises(ConflictError):
        move(actor=salon.actor, **wish)
    move(actor=salon.actor, anyway=True, **wish)
    row.refresh_from_db()
    assert row.starts_at == START
    assert AuditEntry.objects.filter(action="visit.moved").latest("id").detail["anyway"] is True


@pytest.mark.django_db(transaction=True)
@pytest.mark.row("B1")
def test_of_two_desks_that_drag_two_cards_into_one_slot_at_once_one_succeeds(salon):
    rows = []
    for hours in (2, 4, 6, 8):
        salon.wait(hours=hours)
        rows.append(salon.visit().appointments.get())

    def drag(row):
        try:
            move(
                actor=salon.actor,
                appointment_id=row.pk,
                staff_id=salon.ben.pk,
                starts_at=START,
                ends_at=START + timedelta(hours=1),
                expected_version=None,
                now=salon.now,
            )
        except ConflictError:
            return "taken"
        finally:
            connection.close()
        return "moved"

    with ThreadPoolExecutor(4) as desks:
        assert sorted(desks.map(drag, rows)) == ["moved", "taken", "taken", "taken"]
    assert Appointment.objects.filter(starts_at=START).count() == 1

"""The day's calendar: who works when, who comes, who has paid; and whether it changed."""

from datetime import UTC, date, datetime, timedelta

import pytest

from quittance.bills.models import Bill
from quittance.businesses.models import Business, Location, StaffMember
from quittance.calendar import queries
from quittance.calendar.actions import Hours, set_state, set_working_hours
from quittance.calendar.models import Appointment, Visit
from quittance.calendar.times import Period
from quittance.payments.status import VisitStatus
from tests.support.salon import START, Salon

TODAY = START.date()


def the_day(salon: Salon, day: date = TODAY) -> queries.DayCalendar:
    return queries.day(business_id=salon.business.pk, location_id=salon.location.pk, day=day, now=salon.now)


def cancel(visit: Visit) -> None:
    Appointment.objects.filter(visit=visit).update(state="cancelled")


def has_changed(salon: Salon, fingerprint: str, day: date = TODAY) -> bool:
    return queries.changed_since(
        business_id=salon.business.pk, location_id=salon.location.pk, day=day, now=salon.now, fingerprint=fingerprint
    )


@pytest.mark.row("B1", "K3")
def test_a_card_shows_client_service_time_and_payment_state(salon):
    visit = salon.visit(name="Cut")
    card = the_day(salon).appointments[0]
    assert (card.client_name, card.service_name, card.staff_id) == ("Chloe", "Cut", salon.ben.pk)
    assert card.period == Period(START, START + timedelta(hours=1))
    assert (card.visit_id, card.bill_id, card.state) == (visit.pk, visit.bill_id, "booked")
    assert (card.status, card.due, card.of_visit) == (VisitStatus.UNPAID, salon.eur(10_000), 1)


def test_the_payment_state_follows_the_money(salon):
    visit = salon.visit()
    salon.open_page(visit)
    assert the_day(salon).appointments[0].status == VisitStatus.BEING_PAID
    salon.wait(minutes=61)
    assert the_day(salon).appointments[0].status == VisitStatus.UNPAID


def test_working_hours_are_shown_for_the_weekday_with_breaks_in_local_time(salon):
    eva = StaffMember.objects.create(business=salon.business, location=salon.location, name="Eva", position=1)
    thursday = TODAY.weekday()
    set_working_hours(
        staff=salon.ben, hours=[Hours(thursday, 540, 720), Hours(thursday, 780, 1080), Hours(0, 540, 600)]
    )
    ben, off_duty = the_day(salon).columns
    assert [(period.starts_at.hour, period.ends_at.hour) for period in ben.hours] == [(8, 11), (12, 17)]
    assert (off_duty.staff_id, off_duty.hours) == (eva.pk, [])


def test_opening_hours_and_bounds_are_those_of_the_wall_clock_when_the_clocks_change(salon):
    sunday = date(2027, 3, 28)
    found = the_day(salon, sunday)
    assert found.period == Period(datetime(2027, 3, 27, 23, tzinfo=UTC), datetime(2027, 3, 28, 22, tzinfo=UTC))
    assert found.opening == Period(datetime(2027, 3, 28, 6, tzinfo=UTC), datetime(2027, 3, 28, 18, tzinfo=UTC))


def test_a_late_appointment_stands_on_the_local_day_and_on_both_days_that_it_touches(salon):
    visit = salon.visit()
    midnight = datetime(2026, 11, 26, 23, tzinfo=UTC)
    Appointment.objects.filter(visit=visit).update(
        starts_at=midnight - timedelta(minutes=30), ends_at=midnight + timedelta(minutes=30)
    )
    assert len(the_day(salon, date(2026, 11, 26)).appointments) == 1
    assert len(the_day(salon, date(2026, 11, 27)).appointments) == 1
    Appointment.objects.filter(visit=visit).update(ends_at=midnight)
    assert the_day(salon, date(2026, 11, 27)).appointments == []


def test_a_cancelled_visit_leaves_the_calendar(salon):
    cancel(salon.visit())
    assert the_day(salon).appointments == []


def test_somebody_who_left_keeps_a_column_on_days_on_which_they_are_booked(salon):
    salon.visit()
    StaffMember.objects.update(archived_at=START)
    assert [column.name for column in the_day(salon).columns] == ["Ben"]
    assert the_day(salon, date(2026, 12, 1)).columns == []


def test_dan_of_another_business_sees_no_day_of_ours(salon):
    salon.visit()
    clinic = Business.objects.create(name="Clinic Dan", slug="clinic-dan")
    with pytest.raises(Location.DoesNotExist):
        queries.day(business_id=clinic.pk, location_id=salon.location.pk, day=TODAY, now=salon.now)
    with pytest.raises(Appointment.DoesNotExist):
        queries.appointment_by_id(business_id=clinic.pk, appointment_id=Appointment.objects.get().pk)
    assert queries.visits_of_client(business_id=clinic.pk, client_id=salon.chloe.pk, now=START) == []


def test_a_poll_finds_nothing_new_when_nothing_happened(salon):
    paid, open_page, part, sent = (salon.visit(minor=5000) for _ in range(4))
    salon.cash(paid, 5000)
    salon.open_page(open_page)
    salon.cash(part, 1000)
    salon.link(sent)
    assert not has_changed(salon, the_day(salon).fingerprint)
    salon.wait(minutes=5)
    assert not has_changed(salon, the_day(salon).fingerprint)


@pytest.mark.row("B1")
@pytest.mark.parametrize(
    "happen",
    [
        lambda salon, visit: salon.visit(),
        lambda salon, visit: salon.cash(visit, 1000),
        lambda salon, visit: salon.open_page(visit),
        lambda salon, visit: set_state(visit=visit, state="arrived"),
        lambda salon, visit: cancel(visit),
    ],
    ids=["booked", "cash", "paying", "arrived", "cancelled"],
)
def test_a_poll_finds_what_happened(salon, happen):
    visit = salon.visit()
    before = the_day(salon).fingerprint
    happen(salon, visit)
    assert has_changed(salon, before)
    assert not has_changed(salon, the_day(salon).fingerprint)


def test_a_poll_finds_that_the_lock_of_a_payment_ran_out_by_the_clock_alone(salon):
    salon.open_page(salon.visit())
    before = the_day(salon).fingerprint
    salon.wait(minutes=15)
    assert has_changed(salon, before)
    assert not has_changed(salon, the_day(salon).fingerprint)


def test_a_poll_finds_money_that_is_on_its_way(salon):
    visit = salon.visit()
    page = salon.open_page(visit)
    salon.bank.delay(page)
    before = the_day(salon).fingerprint
    salon.settle(visit)
    assert has_changed(salon, before)
    assert the_day(salon).appointments[0].status == VisitStatus.PROCESSING
    assert not has_changed(salon, the_day(salon).fingerprint)


def test_the_visits_of_a_client_come_latest_first_with_their_money(salon, django_assert_max_num_queries):
    first = salon.visit(name="Cut")
    salon.wait(days=1)
    second = salon.visit(name="Colour")
    salon.cash(first, 10_000)
    with django_assert_max_num_queries(6):
        found = queries.visits_of_client(business_id=salon.business.pk, client_id=salon.chloe.pk, now=salon.now)
    assert [(row.visit.pk, row.services, row.money.status) for row in found] == [
        (second.pk, ["Colour"], VisitStatus.UNPAID),
        (first.pk, ["Cut"], VisitStatus.PAID),
    ]


def fill(salon: Salon, *, staff: int, appointments: int) -> None:
    """A full day in few statements."""
    members = StaffMember.objects.bulk_create(
        StaffMember(business=salon.business, location=salon.location, name=f"Staff {n}", position=n)
        for n in range(staff)
    )
    for member in members:
        set_working_hours(staff=member, hours=[Hours(TODAY.weekday(), 480, 720), Hours(TODAY.weekday(), 780, 1200)])
    common = {"business": salon.business, "location": salon.location, "created_at": START}
    bills = Bill.objects.bulk_create(
        Bill(
            client=salon.chloe, currency="EUR", service_date=TODAY, prices_include_tax=True, total_minor=5000, **common
        )
        for _ in range(appointments)
    )
    visits = Visit.objects.bulk_create(Visit(client=salon.chloe, bill=bill, **common) for bill in bills)
    Appointment.objects.bulk_create(
        Appointment(
            business=salon.business,
            location=salon.location,
            visit=visit,
            staff=members[number % staff],
            service_name="Cut",
            starts_at=START + timedelta(minutes=30 * (number // staff)),
            ends_at=START + timedelta(minutes=30 * (number // staff) + 30),
        )
        for number, visit in enumerate(visits)
    )


@pytest.mark.row("B1")
def test_a_day_of_20_staff_and_300_appointments_takes_at_most_8_queries(db, bank, django_assert_max_num_queries):
    from tests.support.salon import open_salon

    salon = open_salon(bank)
    fill(salon, staff=20, appointments=300)
    with django_assert_max_num_queries(8):
        found = the_day(salon)
    assert (len(found.columns), len(found.appointments)) == (21, 300)
    with django_assert_max_num_queries(5):
        assert not has_changed(salon, found.fingerprint)

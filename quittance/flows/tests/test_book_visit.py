"""Booking: all of it or nothing, nobody twice at once, once for each pressing of the button."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from django.db import connection

from quittance.audit.models import AuditEntry
from quittance.bills.models import Bill, BillLine
from quittance.businesses.models import Business, Location, StaffMember
from quittance.calendar.models import Appointment, Visit
from quittance.catalog.actions import NewItem, add_service, add_tax_rate
from quittance.catalog.models import Service
from quittance.clients.actions import ClientCard
from quittance.clients.models import Client, ContactPoint
from quittance.core.actor import NotAllowedError, Right
from quittance.core.ids import new_key
from quittance.flows.book_visit import BookedVisit, Slot, book
from quittance.flows.errors import ConflictError, FieldError, GoneError, RefusedError
from quittance.outbox.models import Event
from tests.support.salon import START, Salon


@pytest.fixture
def cut(salon: Salon) -> Service:
    tax = add_tax_rate(location=salon.location, name="19 %", ppm=190_000)
    return add_service(
        location=salon.location, item=NewItem(name="Cut", price=salon.eur(6000), tax_rate=tax), duration_minutes=45
    )


@pytest.fixture
def eva(salon: Salon) -> StaffMember:
    return StaffMember.objects.create(business=salon.business, location=salon.location, name="Eva")


def slot(staff: StaffMember, service: Service, at: datetime = START, **rest) -> Slot:
    return Slot(staff_id=staff.pk, service_id=service.pk, starts_at=at, **rest)


def booking(salon: Salon, *slots: Slot, **rest) -> BookedVisit:
    form = {"actor": salon.actor, "location_id": salon.location.pk, "client": salon.chloe.pk, "now": START, **rest}
    return book(appointments=slots, **form)


@pytest.mark.row("B1")
def test_a_booking_makes_the_visit_its_appointments_and_its_bill(salon, cut, eva):
    booked = booking(salon, slot(salon.ben, cut), slot(eva, cut, START + timedelta(minutes=45)), note=" by phone ")
    visit = Visit.objects.get(pk=booked.visit_id)
    assert (visit.starts_at, visit.ends_at) == (START, START + timedelta(minutes=90))
    assert (visit.client, visit.note, visit.bill_id, visit.version) == (salon.chloe, "by phone", booked.bill_id, 1)
    names = visit.appointments.order_by("starts_at").values_list("staff__name", "service_name", "state")
    assert list(names) == [("Ben", "Cut", "booked"), ("Eva", "Cut", "booked")]
    bill = Bill.objects.get(pk=booked.bill_id)
    assert (bill.total_minor, bill.tax_minor, bill.service_date) == (12_000, 1916, START.date())
    assert list(bill.lines.values_list("name", "tax_name", "staff__name")) == [
        ("Cut", "19 %", "Ben"),
        ("Cut", "19 %", "Eva"),
    ]
    event = Event.objects.get()
    assert (event.name, event.subject) == ("visit.booked", {"visit": visit.pk, "bill": bill.pk, "tell": 1})
    assert AuditEntry.objects.get(action="visit.booked").subject_id == visit.pk


def test_the_bills_date_is_the_day_at_the_location(salon, cut):
    late = datetime.fromisoformat("2026-11-26T23:30:00+00:00")
    booked = booking(salon, slot(salon.ben, cut, late))
    assert Bill.objects.get(pk=booked.bill_id).service_date.isoformat() == "2026-11-27"


def test_a_new_client_is_made_in_the_same_stroke(salon, cut):
    booked = booking(
        salon, slot(salon.ben, cut), client=ClientCard(name="Zoë", phones=("0176 12345678",), emails=("zoe@x.example",))
    )
    client = Visit.objects.get(pk=booked.visit_id).client
    assert client is not None
    assert list(client.contact_points.order_by("kind").values_list("value", flat=True)) == [
        "zoe@x.example",
        "+4917612345678",
    ]


def test_a_visit_may_have_no_client(salon, cut):
    assert Visit.objects.get(pk=booking(salon, slot(salon.ben, cut), client=None).visit_id).client is None


def test_a_longer_duration_than_the_services_is_taken(salon, cut):
    booked = booking(salon, slot(salon.ben, cut, duration_minutes=120))
    assert Visit.objects.get(pk=booked.visit_id).ends_at == START + timedelta(hours=2)


@pytest.mark.parametrize("minutes", [-44, -15, 0, 15, 44])
def test_an_overlap_of_any_kind_is_refused_naming_who_and_stores_nothing(salon, cut, minutes):
    booking(salon, slot(salon.ben, cut))
    with pytest.raises(
        ConflictError, match=r"Ben is booked on Thu 26 Nov, 14:00 to 14:45 \(Chloe\)|Ben is booked"
    ) as error:
        booking(salon, slot(salon.ben, cut, START + timedelta(minutes=minutes)), client=ClientCard(name="Zoë"))
    assert "14:00 to 14:45 (Chloe)" in str(error.value)
    assert Visit.objects.count() == Bill.objects.count() == 1
    assert not Client.objects.filter(name="Zoë").exists()


@pytest.mark.parametrize("minutes", [-45, 45])
def test_neighbours_may_touch(salon, cut, minutes):
    booking(salon, slot(salon.ben, cut))
    booking(salon, slot(salon.ben, cut, START + timedelta(minutes=minutes)))
    assert Appointment.objects.count() == 2


def test_a_slot_inside_a_very_long_one_is_seen(salon, cut):
    booking(salon, slot(salon.ben, cut, START - timedelta(hours=23), duration_minutes=24 * 60))
    with pytest.raises(ConflictError):
        booking(salon, slot(salon.ben, cut))


def test_two_appointments_of_one_booking_cannot_overlap_either(salon, cut):
    with pytest.raises(ConflictError):
        booking(salon, slot(salon.ben, cut), slot(salon.ben, cut, START + timedelta(minutes=10)))
    assert not Visit.objects.exists()


def test_the_slot_of_a_cancelled_appointment_is_free(salon, cut):
    booking(salon, slot(salon.ben, cut))
    Appointment.objects.update(state="cancelled")
    booking(salon, slot(salon.ben, cut))


def test_pressing_the_button_twice_books_once(salon, cut):
    salon.actor = replace(salon.actor, request_id=new_key())
    first = booking(salon, slot(salon.ben, cut))
    assert booking(salon, slot(salon.ben, cut)) == first
    assert Visit.objects.count() == 1


def test_without_the_right_nothing_is_booked(salon, cut):
    bookkeeper = replace(salon.actor, rights={salon.location.pk: frozenset({Right.SEE_CALENDAR})})
    with pytest.raises(NotAllowedError):
        booking(salon, slot(salon.ben, cut), actor=bookkeeper)
    specialist = replace(salon.actor, rights={salon.location.pk: frozenset({Right.EDIT_VISITS})})
    with pytest.raises(NotAllowedError):
        booking(salon, slot(salon.ben, cut), actor=specialist, client=ClientCard(name="Zoë"))
    assert not Visit.objects.exists()


@pytest.mark.row("K3")
def test_dan_of_another_business_books_nothing_here_and_nothing_of_ours_there(salon, cut):
    clinic = Business.objects.create(name="Clinic Dan", slug="clinic-dan")
    place = Location.objects.create(
        business=clinic, name="Clinic", currency="EUR", time_zone="Europe/Berlin", country="DE"
    )
    rights = {place.pk: frozenset(Right), salon.location.pk: frozenset(Right)}
    dan = replace(salon.actor, business_id=clinic.pk, rights=rights)
    with pytest.raises(GoneError):
        booking(salon, slot(salon.ben, cut), actor=dan)
    with pytest.raises(RefusedError):
        booking(salon, slot(salon.ben, cut), actor=dan, location_id=place.pk)
    theirs = add_service(location=place, item=NewItem(name="Check", price=salon.eur(100)), duration_minutes=30)
    with pytest.raises(RefusedError, match="does not work here"):
        booking(salon, slot(salon.ben, theirs), actor=dan, location_id=place.pk, client=None)
    doctor = StaffMember.objects.create(business=clinic, location=place, name="Doctor")
    with pytest.raises(GoneError, match="client"):
        booking(salon, slot(doctor, theirs), actor=dan, location_id=place.pk)
    assert not Visit.objects.exists()


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"duration_minutes": 0}, "between 5 minutes and a day"),
        ({"duration_minutes": 10**9}, "between 5 minutes and a day"),
        ({"starts_at": START + timedelta(days=1000)}, "within two years"),
    ],
)
def test_times_that_cannot_be_are_refused(salon, cut, change, said):
    with pytest.raises(RefusedError, match=said):
        booking(salon, replace(slot(salon.ben, cut), **change))


def test_a_visit_needs_an_appointment(salon, cut):
    with pytest.raises(RefusedError, match="between one and 20"):
        booking(salon)


def test_a_phone_that_cannot_be_is_told_at_its_field_and_nothing_is_booked(salon, cut):
    with pytest.raises(FieldError, match="Type the whole phone number") as caught:
        booking(salon, slot(salon.ben, cut), client=ClientCard(name="Zoë", phones=("12",)))
    assert caught.value.field == "phone"
    assert not Visit.objects.exists()
    assert not Client.objects.filter(name="Zoë").exists()


def test_a_price_range_counts_at_its_minimum_and_stays_open(salon):
    colour = add_service(
        location=salon.location,
        item=NewItem(name="Colour", price=salon.eur(8000)),
        duration_minutes=60,
        price_max=salon.eur(12_000),
    )
    bill = Bill.objects.get(pk=booking(salon, slot(salon.ben, colour)).bill_id)
    assert (bill.total_minor, bill.price_open) == (8000, True)
    assert BillLine.objects.get().unit_max_minor == 12_000


def test_a_booking_with_a_known_client_leaves_the_card_as_it_is(salon, cut):
    booking(salon, slot(salon.ben, cut))
    assert ContactPoint.objects.filter(client=salon.chloe).count() == 2


@pytest.mark.django_db(transaction=True)
@pytest.mark.row("B1")
def test_t42_of_ten_desks_that_book_overlapping_slots_at_once_one_succeeds(salon, cut):
    def desk(number: int) -> str:
        try:
            booking(salon, slot(salon.ben, cut, START + timedelta(minutes=number)))
        except ConflictError:
            return "taken"
        finally:
            connection.close()
        return "booked"

    with ThreadPoolExecutor(10) as desks:
        answers = list(desks.map(desk, range(10)))
    assert sorted(answers) == ["booked"] + ["taken"] * 9
    assert Appointment.objects.count() == Bill.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_two_processes_that_answer_the_same_pressing_of_a_button_book_once(salon, cut):
    salon.actor = replace(salon.actor, request_id=new_key())

    def press(_number: int) -> BookedVisit:
        try:
            return booking(salon, slot(salon.ben, cut))
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as desks:
        answers = set(desks.map(press, range(4)))
    assert len(answers) == 1
    assert Visit.objects.count() == 1


def test_a_visit_has_between_one_and_twenty_appointments(salon, cut):
    for slots in ([], [slot(salon.ben, cut)] * 21):
        with pytest.raises(RefusedError, match="between one and 20"):
            booking(salon, *slots)
    assert not Visit.objects.exists()


def test_a_note_that_is_too_long_is_told_at_its_field(salon, cut):
    with pytest.raises(FieldError, match="longer than 4000 characters") as caught:
        booking(salon, slot(salon.ben, cut), note="x" * 4001)
    assert (caught.value.field, Visit.objects.count()) == ("note", 0)


def test_a_service_whose_price_cannot_be_sold_books_nothing(salon, cut):
    Service.objects.update(price_minor=10**15)
    with pytest.raises(RefusedError, match="The price must be"):
        booking(salon, slot(salon.ben, cut))
    assert (Visit.objects.count(), Bill.objects.count()) == (0, 0)


@pytest.mark.row("B1")
def test_book_anyway_is_a_right_of_its_own_and_is_kept_in_the_trail(salon, cut):
    booking(salon, slot(salon.ben, cut))
    held = frozenset(Right) - {Right.BOOK_ANYWAY}
    with pytest.raises(NotAllowedError):
        booking(salon, slot(salon.ben, cut), anyway=True, actor=replace(salon.actor, rights={salon.location.pk: held}))
    assert Visit.objects.count() == 1
    booking(salon, slot(salon.ben, cut), anyway=True)
    assert Appointment.objects.filter(staff=salon.ben, starts_at=START).count() == 2
    assert AuditEntry.objects.filter(action="visit.booked").latest("id").detail["anyway"] is True

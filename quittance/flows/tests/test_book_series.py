"""The same visit every so many weeks."""

from dataclasses import replace
from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest

from quittance.bills.models import Bill
from quittance.businesses.models import Business
from quittance.calendar.models import Appointment, Visit
from quittance.catalog.models import Service
from quittance.clients.actions import ClientCard
from quittance.clients.models import Client
from quittance.core.actor import NotAllowedError, Right
from quittance.core.ids import new_key
from quittance.flows.book_series import Booking, Repeat, SeriesTakenError, book_series
from quittance.flows.book_visit import Slot
from quittance.flows.errors import GoneError, RefusedError
from tests.support.salon import START, Salon

BERLIN = ZoneInfo("Europe/Berlin")


@pytest.fixture
def cut(salon: Salon) -> Service:
    return Service.objects.create(
        business=salon.business, location=salon.location, name="Cut", price_minor=4500, duration_minutes=45
    )


def series(salon: Salon, cut: Service, *, weeks: int = 1, times: int = 4, when_taken="tell", client=None, actor=None):
    booking = Booking(
        location_id=salon.location.pk,
        client=client or salon.chloe.pk,
        appointments=[Slot(staff_id=salon.ben.pk, service_id=cut.pk, starts_at=START)],
    )
    return book_series(
        actor=actor or salon.actor,
        booking=booking,
        repeat=Repeat(weeks, times),
        when_taken=when_taken,
        now=salon.now,
    )


def days() -> list[str]:
    return [
        row.starts_at.astimezone(BERLIN).strftime("%d.%m %H:%M") for row in Appointment.objects.order_by("starts_at")
    ]


@pytest.mark.row("B1")
def test_each_time_is_a_visit_with_a_bill_of_its_own(salon, cut):
    made = series(salon, cut, weeks=2, times=3)
    assert days() == ["26.11 14:00", "10.12 14:00", "24.12 14:00"]
    assert len({one.bill_id for one in made}) == Bill.objects.count() == 3
    assert list(Bill.objects.order_by("id").values_list("service_date__day", flat=True)) == [26, 10, 24]


def test_the_wall_clock_stays_when_the_clocks_change(salon, cut):
    series(salon, cut, weeks=6, times=4)
    assert days()[-1] == "01.04 14:00"
    assert {row.starts_at.hour for row in Appointment.objects.all()} == {12, 13}


@pytest.mark.row("B1")
def test_dates_that_are_taken_are_named_before_anything_is_stored(salon, cut):
    salon.wait(weeks=1)
    salon.visit()
    salon.wait(weeks=-1)
    with pytest.raises(SeriesTakenError) as caught:
        series(salon, cut)
    assert caught.value.sentences == ["Ben is booked on Thu 3 Dec, 14:00 to 15:00 (Chloe)"]
    assert (caught.value.free, Visit.objects.count(), Bill.objects.count()) == (3, 1, 1)
    assert len(series(salon, cut, when_taken="skip")) == 3
    assert days().count("03.12 14:00") == 1


def test_booking_anyway_is_the_same_right_as_elsewhere(salon, cut):
    salon.visit()
    held = frozenset(Right) - {Right.BOOK_ANYWAY}
    with pytest.raises(NotAllowedError):
        series(salon, cut, when_taken="anyway", actor=replace(salon.actor, rights={salon.location.pk: held}))
    assert len(series(salon, cut, when_taken="anyway")) == 4


def test_a_series_without_a_free_date_books_nothing(salon, cut):
    for _ in range(2):
        salon.visit()
        salon.wait(weeks=1)
    salon.wait(weeks=-2)
    with pytest.raises(RefusedError, match="All of these"):
        series(salon, cut, times=2, when_taken="skip")
    assert Bill.objects.count() == 2


def test_a_new_client_is_made_once(salon, cut):
    series(salon, cut, client=ClientCard(name="Zoë"))
    assert Client.objects.filter(name="Zoë").count() == 1
    assert Visit.objects.filter(client__name="Zoë").count() == 4


def test_pressing_twice_books_one_series(salon, cut):
    actor = replace(salon.actor, request_id=new_key())
    assert series(salon, cut, actor=actor) == series(salon, cut, actor=actor)
    assert Visit.objects.count() == 4


@pytest.mark.parametrize("wrong", [(0, 4), (27, 4), (1, 1), (1, 53)])
def test_what_cannot_be_repeated_is_refused(salon, cut, wrong):
    with pytest.raises(RefusedError, match="Repeat 2 to 52 times"):
        series(salon, cut, weeks=wrong[0], times=wrong[1])


def test_dates_beyond_two_years_are_refused_and_dan_books_none_of_ours(salon, cut):
    with pytest.raises(RefusedError, match="two years"):
        series(salon, cut, weeks=26, times=6)
    dan = replace(salon.actor, business_id=Business.objects.create(name="Clinic Dan", slug="clinic-dan").pk)
    with pytest.raises(GoneError):
        series(salon, cut, actor=dan)
    assert not Visit.objects.exists()
    assert START + timedelta(0) == salon.now

"""The dialog of a new appointment: several services, somebody in the way, every so many weeks, a sale."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest

from quittance.businesses.models import StaffMember
from quittance.calendar.models import Appointment, Visit
from quittance.catalog.models import Service
from quittance.desk.tests.conftest import sign_in
from quittance.desk.tests.counter import Counter, words
from tests.support.salon import Salon


@pytest.fixture
def eva(at_noon: Salon) -> StaffMember:
    return StaffMember.objects.create(business=at_noon.business, location=at_noon.location, name="Eva", position=1)


@pytest.fixture
def cut(at_noon: Salon) -> Service:
    place = {"business": at_noon.business, "location": at_noon.location}
    return Service.objects.create(**place, name="Cut", price_minor=4500, duration_minutes=45)


def typed(salon: Salon, cut: Service, **more: object) -> dict[str, object]:
    return {
        "client": salon.chloe.pk,
        "client_name": "Chloe",
        "service": [cut.pk],
        "staff": [salon.ben.pk],
        "minutes": [""],
        "date": "2026-11-26",
        "time": "18:00",
        "request_id": "booking-0001",
        **more,
    }


@pytest.mark.row("B1")
def test_several_services_with_several_people_stand_one_after_another(
    at_noon: Salon, counter: Counter, eva: StaffMember, cut: Service
) -> None:
    form = typed(at_noon, cut, service=[cut.pk, cut.pk], staff=[at_noon.ben.pk, eva.pk], minutes=["60", ""])
    assert counter.client.post("/visits/new", form).status_code == 303
    rows = Appointment.objects.order_by("starts_at")
    assert [(row.staff.name, row.starts_at.strftime("%H:%M"), row.ends_at.strftime("%H:%M")) for row in rows] == [
        ("Ben", "17:00", "18:00"),
        ("Eva", "18:00", "18:45"),
    ]
    assert Visit.objects.count() == 1


@pytest.mark.row("B1")
def test_a_service_is_added_and_taken_away_without_losing_what_was_typed(
    at_noon: Salon, counter: Counter, eva: StaffMember, cut: Service
) -> None:
    answer = counter.client.post("/visits/new", typed(at_noon, cut, note="By the window", add_row="1"))
    text = answer.content.decode()
    assert answer.status_code == 200 and 'id="new-service-1"' in text
    assert "By the window" in text and "right after" in words(answer)
    form = typed(at_noon, cut, service=[cut.pk, ""], staff=[at_noon.ben.pk, eva.pk], minutes=["", ""], drop_row="0")
    text = counter.client.post("/visits/new", form).content.decode()
    assert 'id="new-service-1"' not in text
    assert re.search(rf'<option value="{eva.pk}"\s+selected>', text)
    assert not Visit.objects.exists()


@pytest.mark.row("B1")
def test_somebody_in_the_way_is_named_and_book_anyway_is_offered_to_who_may(
    at_noon: Salon, counter: Counter, cut: Service
) -> None:
    at_noon.visit()
    form = typed(at_noon, cut, time="14:30")
    answer = counter.client.post("/visits/new", form)
    assert answer.status_code == 409
    assert "Ben is booked on Thu 26 Nov, 14:00 to 15:00 (Chloe)" in words(answer)
    assert "Book anyway" in words(answer)
    specialist = sign_in(at_noon, "specialist", "ben@salon.example")
    assert "Book anyway" not in words(specialist.post("/visits/new", form))
    assert specialist.post("/visits/new", {**form, "taken": "anyway"}).status_code == 403
    assert counter.client.post("/visits/new", {**form, "taken": "anyway"}).status_code == 303
    assert Visit.objects.count() == 2


@pytest.mark.row("B1")
def test_a_series_names_what_is_taken_before_anything_is_saved(at_noon: Salon, counter: Counter, cut: Service) -> None:
    at_noon.wait(weeks=1)
    at_noon.visit()
    at_noon.wait(weeks=-1)
    form = typed(at_noon, cut, time="14:00", repeat="1", until="2026-12-17")
    answer = counter.client.post("/visits/new", form)
    assert answer.status_code == 409
    assert "Ben is booked on Thu 3 Dec, 14:00 to 15:00" in words(answer)
    assert "Book the 3 that are free" in words(answer)
    assert Visit.objects.count() == 1
    assert counter.client.post("/visits/new", {**form, "taken": "skip"}).status_code == 303
    assert Visit.objects.count() == 4


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ({"repeat": "1"}, "Type how many times in all"),
        ({"repeat": "1", "times": "1"}, "not 2 to 52 times"),
        ({"repeat": "1", "times": "99"}, "not 2 to 52 times"),
        ({"repeat": "1", "until": "2026-11-26"}, "not 2 to 52 times"),
        ({"repeat": "5", "times": "3"}, "Choose one from the list"),
        ({"minutes": ["3"]}, "Type 5 to 1440 minutes"),
        ({"service": [""]}, "Choose a service"),
    ],
)
def test_what_cannot_be_is_told_beside_its_box(
    at_noon: Salon, counter: Counter, cut: Service, more: dict[str, object], said: str
) -> None:
    answer = counter.client.post("/visits/new", typed(at_noon, cut, **more))
    assert answer.status_code == 422
    assert said in words(answer)
    assert not Visit.objects.exists()


def test_the_stretch_that_was_drawn_is_filled_in(at_noon: Salon, counter: Counter, eva: StaffMember) -> None:
    text = counter.client.get(f"/visits/new?start=2026-11-27T09:30&staff={eva.pk}&minutes=75").content.decode()
    assert 'value="75"' in text and 'value="09:30"' in text and 'value="2026-11-27"' in text
    assert 'name="minutes"' in counter.client.get("/visits/new?minutes=abc").content.decode()


@pytest.mark.row("B1")
def test_move_offers_to_move_anyway(at_noon: Salon, counter: Counter) -> None:
    at_noon.visit()
    at_noon.wait(hours=2)
    row = at_noon.visit(name="Beard").appointments.get()
    form = {"staff": row.staff_id, "date": "2026-11-26", "time": "14:30", "minutes": 30, "visit_version": 1}
    url = f"/appointments/{row.pk}/move"
    answer = counter.client.post(url, form)
    assert answer.status_code == 409 and "Move anyway" in words(answer)
    assert counter.client.post(url, {**form, "anyway": "1"}).status_code == 303
    row.refresh_from_db()
    assert row.ends_at - row.starts_at == timedelta(minutes=30)


@pytest.mark.row("B15")
def test_a_new_sale_opens_its_checkout(at_noon: Salon, counter: Counter) -> None:
    answer = counter.client.post("/visits/sale")
    visit = Visit.objects.get()
    assert answer.headers["Location"] == f"/visits/{visit.pk}?tab=checkout"
    assert "Sale without an appointment" in words(counter.client.get(answer.headers["Location"]))
    for tab in ("details", "status"):
        assert counter.client.get(f"/visits/{visit.pk}?tab={tab}").status_code == 200

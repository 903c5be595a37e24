"""Settings › Staff and hours: cards, sequence, the week as text, other days, leaving."""

from __future__ import annotations

import pytest

from quittance.businesses.models import Business, Location, StaffMember
from quittance.businesses.queries import staff_of
from quittance.calendar.hours import other_days, week_of
from quittance.desk.tests.conftest import sign_in
from quittance.desk.tests.counter import Counter, words
from tests.support.salon import START, Salon


def url(salon: Salon, part: str = "") -> str:
    return f"/settings/staff/{salon.ben.pk}{part}"


def names(salon: Salon) -> list[str]:
    return [one.name for one in staff_of(business_id=salon.business.pk, location_id=salon.location.pk)]


@pytest.mark.row("B1")
def test_somebody_is_added_and_moved_in_the_sequence_by_buttons_and_by_dragging(
    at_noon: Salon, counter: Counter
) -> None:
    answer = counter.client.post("/settings/staff", {"name": "Eva", "title": "Colourist"})
    eva = StaffMember.objects.get(name="Eva")
    assert answer.headers["Location"] == f"/settings/staff/{eva.pk}?done=staff_added"
    counter.client.post("/settings/staff/place", {"row": eva.pk, "direction": "up"})
    assert names(at_noon) == ["Eva", "Ben"]
    counter.client.post("/settings/staff/place", {"row": eva.pk, "direction": "up"})
    assert names(at_noon) == ["Eva", "Ben"]
    counter.client.post("/settings/staff/place", {"row": at_noon.ben.pk, "before": eva.pk})
    assert names(at_noon) == ["Ben", "Eva"]
    assert "no hours yet" in words(counter.client.get("/settings/staff"))
    assert counter.client.post("/settings/staff", {"name": ""}).status_code == 422


@pytest.mark.row("B1")
def test_the_week_is_typed_as_text_and_shown_the_same(at_noon: Salon, counter: Counter) -> None:
    assert counter.client.post(url(at_noon, "/week"), {"day0": "9-13, 14-18", "day5": "10-14"}).status_code == 303
    assert week_of(business_id=at_noon.business.pk, staff_id=at_noon.ben.pk) == {
        0: [(540, 780), (840, 1080)],
        5: [(600, 840)],
    }
    assert 'value="9:00–13:00, 14:00–18:00"' in counter.client.get(url(at_noon)).content.decode()
    answer = counter.client.post(url(at_noon, "/week"), {"day0": "nine to six", "day1": "9-18"})
    assert answer.status_code == 422
    assert "Type hours like" in words(answer) and 'value="nine to six"' in answer.content.decode()


@pytest.mark.row("B1")
def test_a_holiday_is_set_for_several_days_and_one_of_them_taken_back(at_noon: Salon, counter: Counter) -> None:
    form = {"first": "2026-11-30", "last": "2026-12-02", "hours": "", "note": "Holiday"}
    assert counter.client.post(url(at_noon, "/days"), form).status_code == 303
    assert "Tue 1 Dec · day off" in words(counter.client.get(url(at_noon)))
    assert counter.client.post(url(at_noon, "/days/drop"), {"on": "2026-12-01"}).status_code == 303
    left = other_days(business_id=at_noon.business.pk, staff_id=at_noon.ben.pk, from_day=START.date())
    assert [one.day.day for one in left] == [30, 2]
    wrong = {"first": "2026-12-02", "last": "2026-11-30"}
    assert "must not be before" in words(counter.client.post(url(at_noon, "/days"), wrong))
    assert counter.client.post(url(at_noon, "/days/drop"), {"on": "soon"}).status_code == 404


@pytest.mark.row("B1")
def test_who_leaves_with_appointments_ahead_is_told_which(at_noon: Salon, counter: Counter) -> None:
    at_noon.visit(name="Beard")
    page = words(counter.client.get(url(at_noon)))
    assert "Still booked" in page and "Beard" in page
    answer = counter.client.post(url(at_noon, "/archive"))
    assert answer.status_code == 409 and "Ben has 1 appointment ahead" in words(answer)
    assert counter.client.post(url(at_noon, "/archive"), {"anyway": "1"}).status_code == 303
    assert names(at_noon) == []
    assert counter.client.post(url(at_noon, "/restore")).status_code == 303
    assert names(at_noon) == ["Ben"]


def test_a_card_is_renamed(at_noon: Salon, counter: Counter) -> None:
    assert counter.client.post(url(at_noon), {"name": "Ben H.", "title": "Barber"}).status_code == 303
    assert names(at_noon) == ["Ben H."]
    assert counter.client.post(url(at_noon), {"name": ""}).status_code == 422


def test_a_receptionist_sees_no_staff_settings_and_nobody_those_of_dan(at_noon: Salon, counter: Counter) -> None:
    eva = sign_in(at_noon, "receptionist", "eva@salon.example")
    assert eva.get("/settings/staff").status_code == 403
    clinic = Business.objects.create(name="Clinic Dan", slug="clinic-dan")
    place = Location.objects.create(
        business=clinic, name="Clinic", currency="EUR", time_zone="Europe/Berlin", country="DE"
    )
    doctor = StaffMember.objects.create(business=clinic, location=place, name="Doctor")
    for part in ("", "/week", "/days", "/archive", "/restore", "/days/drop"):
        assert counter.client.post(f"/settings/staff/{doctor.pk}{part}", {"name": "x"}).status_code == 404
    doctor.refresh_from_db()
    assert (doctor.name, doctor.archived_at) == ("Doctor", None)

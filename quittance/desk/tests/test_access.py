from __future__ import annotations

import pytest
from django.test import Client

from quittance.businesses.models import Business, Location, Role, RoleAssignment, User
from quittance.core.actor import Right
from quittance.desk.tests.conftest import sign_in
from quittance.desk.tests.counter import HTMX, Counter, words
from tests.support.salon import Salon


@pytest.mark.row("K1")
def test_without_sign_in_every_page_leads_to_it(salon: Salon) -> None:
    visit = salon.visit()
    for path in ("/calendar", f"/visits/{visit.pk}", "/visits/new"):
        response = Client().get(path)
        assert response.status_code == 302
        assert response["Location"].startswith("/accounts/login/?next=")


def test_a_script_whose_session_ended_is_led_to_sign_in(salon: Salon) -> None:
    response = Client().get("/calendar/feed", headers={**HTMX})
    assert response.status_code == 401
    assert response["HX-Redirect"] == "/accounts/login/"


@pytest.mark.row("K1")
def test_a_person_without_any_role_is_told_so(at_noon: Salon) -> None:
    client = Client()
    client.force_login(User.objects.create_user("new@salon.example", "a long password", name="New"))
    response = client.get("/calendar")
    assert response.status_code == 403
    assert "You have no role at any location" in words(response)


@pytest.mark.row("K3")
def test_dan_of_another_business_sees_nothing_of_anas_visit(at_noon: Salon, counter: Counter) -> None:
    visit = at_noon.visit()
    other = Business.objects.create(name="Dan's Clinic", slug="dan")
    place = Location.objects.create(business=other, name="Clinic", currency="EUR", time_zone="UTC", country="DE")
    role = Role.objects.create(
        business=other, slug="owner", name="Owner", rights=sorted(right.value for right in Right)
    )
    dan = User.objects.create_user("dan@clinic.example", "a long password", name="Dan")
    RoleAssignment.objects.create(business=other, user=dan, role=role)
    client = Client()
    client.force_login(dan)
    row = visit.appointments.get()
    for path in (
        f"/visits/{visit.pk}",
        f"/visits/{visit.pk}/live",
        f"/visits/{visit.pk}/link",
        f"/visits/{visit.pk}/qr",
        f"/visits/{visit.pk}/find",
        f"/appointments/{row.pk}/move",
    ):
        assert client.get(path).status_code == 404, path
    for path in ("send", "make", "undo", "end"):
        assert client.post(f"/visits/{visit.pk}/link/{path}", {"quick": 1}).status_code == 404, path
    for path in ("cancel", "tenders", "lines", "note", "state", "payment/stop", "payment/check"):
        assert client.post(f"/visits/{visit.pk}/{path}", {"kind": "cash"}).status_code == 404, path
    assert client.get(f"/calendar/feed?location={at_noon.location.pk}").status_code == 404
    assert client.post("/location", {"location": at_noon.location.pk}).status_code == 403
    assert "Chloe" not in words(client.get("/calendar"))
    assert place.name in words(client.get("/calendar"))


@pytest.mark.row("K3")
def test_the_switch_in_the_bar_leads_to_the_other_location(at_noon: Salon, counter: Counter) -> None:
    other = Location.objects.create(
        business=at_noon.business, name="Zürich", currency="CHF", time_zone="Europe/Zurich", country="CH", position=1
    )
    page = words(counter.client.get("/calendar"))
    assert "Switch location" in page and "Zürich" in page
    response = counter.client.post("/location", {"location": other.pk, "next": "/calendar?date=2026-11-26"})
    assert (response.status_code, response["Location"]) == (303, "/calendar?date=2026-11-26")
    assert "Nobody works at this location yet" in words(counter.client.get("/calendar"))


def test_the_switch_leads_nowhere_outside(at_noon: Salon, counter: Counter) -> None:
    response = counter.client.post("/location", {"location": at_noon.location.pk, "next": "https://evil.example/"})
    assert response["Location"] == "/calendar"


@pytest.mark.row("B11")
def test_without_cashless_payment_no_button_is_drawn_and_its_address_answers_403(at_noon: Salon) -> None:
    visit = at_noon.visit()
    client = sign_in(at_noon, "bookkeeper", "paula@salon.example")
    page = client.get(f"/visits/{visit.pk}?tab=checkout", headers=HTMX)
    assert page.status_code == 200
    for text in ("Send link", "Copy payment link", "Payment link"):
        assert text not in words(page)
    for path in ("link/send", "link/make", "link/extend", "link/expire", "payment/stop", "qr"):
        assert client.post(f"/visits/{visit.pk}/{path}", {"quick": 1}).status_code == 403, path
    assert client.get(f"/visits/{visit.pk}/link").status_code == 403
    refused = client.post(f"/visits/{visit.pk}/link/send", {"quick": 1})
    assert "Cashless payment" in words(refused)


def test_a_role_at_one_location_opens_no_other(at_noon: Salon) -> None:
    visit = at_noon.visit()
    other = Location.objects.create(
        business=at_noon.business, name="Zürich", currency="CHF", time_zone="Europe/Zurich", country="CH", position=1
    )
    client = sign_in(at_noon, "receptionist", "eva@salon.example")
    RoleAssignment.objects.filter(user__email="eva@salon.example").update(location=other)
    assert client.get(f"/visits/{visit.pk}").status_code == 404
    assert client.get(f"/calendar/feed?location={at_noon.location.pk}").status_code == 404
    assert client.get("/calendar").status_code == 200

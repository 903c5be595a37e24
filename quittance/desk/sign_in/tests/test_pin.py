from __future__ import annotations

import pytest
from django.test import Client

from quittance.audit.models import AuditEntry
from quittance.businesses.actions import NewLocation, add_location, assign_role, create_business
from quittance.businesses.models import RoleAssignment, SharedComputer, User
from quittance.desk.tests.conftest import sign_in
from quittance.desk.tests.counter import Counter, words
from tests.support.salon import Salon

PASSWORD = "a long password"
SWITCH = "/accounts/switch/"

pytestmark = pytest.mark.row("K1")


def with_pin(salon: Salon, email: str, pin: str = "4711") -> User:
    browser = sign_in(salon, "receptionist", email)
    assert browser.post("/accounts/pin/", {"pin": pin, "your_password": PASSWORD}).status_code == 200
    return User.objects.get(email=email)


@pytest.fixture
def shared(at_noon: Salon, counter: Counter) -> Client:
    """The computer at the reception, at which Ana has marked it and is signed in."""
    answer = counter.client.post("/settings/people/computers/share", {"name": "Reception", "your_password": PASSWORD})
    assert answer.cookies["shared_computer"]["httponly"]
    return counter.client


def test_ben_takes_anas_place_by_name_and_pin(at_noon: Salon, shared: Client):
    ben = with_pin(at_noon, "ben@salon.example")
    token = shared.cookies["shared_computer"].value
    assert token not in str(SharedComputer.objects.values())
    assert "4711" not in str(User.objects.values())
    assert "Switch user" in words(shared.get("/calendar"))
    assert f"person={ben.pk}" in shared.get(SWITCH).content.decode()
    assert shared.post(SWITCH, {"person": ben.pk, "pin": "4712"}).status_code == 422
    assert shared.get("/settings/").status_code == 200, "a wrong PIN changes nothing"
    assert shared.post(SWITCH, {"person": ben.pk, "pin": "4711"}).headers["Location"] == "/"
    assert shared.get("/calendar").status_code == 200
    assert shared.get("/settings/").status_code == 403
    assert AuditEntry.objects.get(action="person.switched").actor_id == ben.pk


def test_only_a_computer_that_is_marked_asks_for_a_pin(at_noon: Salon, shared: Client):
    ben = with_pin(at_noon, "ben@salon.example")
    for cookie in ("", "x" * 22, "x" * 500):
        other = Client()
        other.cookies["shared_computer"] = cookie
        assert other.post(SWITCH, {"person": ben.pk, "pin": "4711"}).headers["Location"] == "/accounts/login/"
    computer = SharedComputer.objects.get()
    shared.post(f"/settings/people/computers/{computer.pk}/end")
    assert shared.get(SWITCH).headers["Location"] == "/accounts/login/"


def test_guessing_a_pin_is_stopped(at_noon: Salon, shared: Client):
    ben = with_pin(at_noon, "ben@salon.example")
    for _try in range(5):
        shared.post(SWITCH, {"person": ben.pk, "pin": "0001"})
    answer = shared.post(SWITCH, {"person": ben.pk, "pin": "4711"})
    assert answer.status_code == 422
    assert "Too many tries." in words(answer)


def test_what_is_sensitive_still_asks_for_the_password(at_noon: Salon, shared: Client):
    ben = with_pin(at_noon, "ben@salon.example")
    assign_role(user=ben, business=at_noon.business, role_slug="owner")
    shared.post(SWITCH, {"person": ben.pk, "pin": "4711"})
    for path in ("/settings/people/invite", "/accounts/pin/", "/accounts/two-factor/"):
        assert "/accounts/reauthenticate/" in shared.get(path).headers["Location"], path


@pytest.mark.row("K3")
def test_a_pin_opens_the_computers_business_only(at_noon: Salon, shared: Client):
    dans = create_business(name="Dan's clinic")
    there = add_location(
        business=dans, new=NewLocation(name="Lakeside", currency="EUR", time_zone="Europe/Berlin", country="DE")
    )
    ben = with_pin(at_noon, "ben@salon.example")
    assign_role(user=ben, business=dans, role_slug="owner")
    shared.post(SWITCH, {"person": ben.pk, "pin": "4711"})
    assert "Lakeside" not in words(shared.get("/calendar"))
    assert shared.post("/location", {"location": there.pk}).status_code == 403
    dan = User.objects.create_user("dan@clinic.example", PASSWORD, name="Dan")
    assign_role(user=dan, business=dans, role_slug="owner")
    assert "Dan" not in words(shared.get(SWITCH))


def test_whoever_is_switched_off_is_not_in_the_list(at_noon: Salon, shared: Client):
    ben = with_pin(at_noon, "ben@salon.example")
    RoleAssignment.objects.filter(user=ben).update(deactivated_at=at_noon.now)
    assert shared.post(SWITCH, {"person": ben.pk, "pin": "4711"}).status_code == 200
    assert AuditEntry.objects.filter(action="person.switched").count() == 0


def test_a_pin_that_everybody_tries_first_is_refused(at_noon: Salon, counter: Counter):
    for pin in ("1111", "1234", "9876", "12", "abcd", "123456789", "١٢٣٩"):
        answer = counter.client.post("/accounts/pin/", {"pin": pin, "your_password": PASSWORD})
        assert answer.status_code == 422, pin
    assert User.objects.get(pk=counter.user.pk).pin_hash == ""

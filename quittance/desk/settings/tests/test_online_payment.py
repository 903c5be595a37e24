"""Online payment status on the cards of services and people, the rule of a location, and what has no effect."""

from __future__ import annotations

import pytest

from quittance.audit.models import AuditEntry
from quittance.businesses.actions import add_staff
from quittance.businesses.models import Business, Location, StaffMember
from quittance.catalog.models import Service, ServiceStaff
from quittance.desk.tests.conftest import sign_in
from quittance.desk.tests.counter import Counter, words
from tests.support.salon import Salon


def put(counter: Counter, row: Service | StaffMember, status: str) -> int:
    row.refresh_from_db()
    url = (
        f"/catalog/services/{row.pk}/online-booking" if isinstance(row, Service) else f"/settings/staff/{row.pk}/other"
    )
    return int(counter.client.post(url, {"status": status, "version": row.version}).status_code)


def card(counter: Counter, row: Service | StaffMember) -> str:
    url = f"/catalog/services/{row.pk}/online-booking" if isinstance(row, Service) else f"/settings/staff/{row.pk}"
    return words(counter.client.get(url))


@pytest.mark.row("F2", "F7")
def test_everything_is_not_available_until_somebody_says_otherwise(at_noon: Salon, counter: Counter) -> None:
    service = counter.service()
    assert (service.online_payment, at_noon.ben.online_payment) == ("not_available", "not_available")
    assert "No effect" not in card(counter, service) + card(counter, at_noon.ben)
    assert "Not available Ben" in words(counter.client.get("/settings/online-booking"))


@pytest.mark.row("F2", "F7")
def test_a_status_without_effect_names_who_stands_in_the_way_and_one_press_mends_it(
    at_noon: Salon, counter: Counter
) -> None:
    eva = add_staff(location=at_noon.location, name="Eva")
    service = counter.service()
    assert put(counter, service, "required") == 303
    assert "No effect yet: Ben and Eva are Not available. Switch on" in card(counter, service)
    assert put(counter, eva, "available") == 303
    assert "It does not hold everywhere: Ben is Not available. Switch on" in card(counter, service)
    assert "No effect yet: Cut is Required." in card(counter, eva)
    answer = counter.client.post("/settings/online-booking/switch-on", {"service": service.pk})
    assert answer.headers["Location"] == f"/catalog/services/{service.pk}/online-booking?done=online_switched_on"
    at_noon.ben.refresh_from_db()
    assert (at_noon.ben.online_payment, at_noon.ben.version) == ("available", 2)
    assert "Ben is Not available" not in card(counter, service)
    assert "Required Ben, Eva" in words(counter.client.get("/settings/online-booking"))
    assert AuditEntry.objects.filter(action="online_payment.set").count() == 3


@pytest.mark.row("F2")
def test_only_who_performs_a_service_counts(at_noon: Salon, counter: Counter) -> None:
    eva = add_staff(location=at_noon.location, name="Eva")
    service = counter.service()
    ServiceStaff.objects.create(business=at_noon.business, service=service, staff=eva)
    put(counter, eva, "available")
    put(counter, service, "available")
    assert "No effect" not in card(counter, service)
    put(counter, at_noon.ben, "required")
    assert "No effect yet: this person performs no service." in card(counter, at_noon.ben)
    assert "Available Eva" in words(counter.client.get("/settings/online-booking"))


@pytest.mark.row("F2")
def test_the_other_rule_lets_the_strictest_that_is_switched_on_win(at_noon: Salon, counter: Counter) -> None:
    service = counter.service()
    put(counter, service, "required")
    old, new = "not_available_first", "strictest"
    assert counter.client.post("/settings/online-booking", {"rule": new, "was": new}).status_code == 422
    assert counter.client.post("/settings/online-booking", {"rule": new, "was": old}).status_code == 303
    assert "Required Ben" in words(counter.client.get("/settings/online-booking"))
    assert "No effect" not in card(counter, service)
    assert put(counter, at_noon.ben, "available") == 303
    assert "No effect yet: Cut is Required." in card(counter, at_noon.ben)
    assert counter.client.post("/settings/online-booking", {"rule": "none", "was": new}).status_code == 422
    assert counter.client.post("/settings/online-booking", {"rule": old, "was": "x"}).status_code == 422
    at_noon.location.refresh_from_db()
    assert at_noon.location.online_payment_rule == new


@pytest.mark.row("F7")
def test_a_person_is_switched_on_from_their_own_card(at_noon: Salon, counter: Counter) -> None:
    cut, colour = counter.service(), counter.service("Colour")
    put(counter, at_noon.ben, "available")
    assert "No effect yet: Cut and Colour are Not available. Switch on" in card(counter, at_noon.ben)
    assert counter.client.post("/settings/online-booking/switch-on", {"staff": at_noon.ben.pk}).status_code == 303
    cut.refresh_from_db()
    colour.refresh_from_db()
    assert (cut.online_payment, cut.version, colour.online_payment) == ("available", 2, "available")


def test_a_status_is_not_written_over_what_somebody_else_chose(at_noon: Salon, counter: Counter) -> None:
    service = counter.service()
    url = f"/catalog/services/{service.pk}/online-booking"
    assert counter.client.post(url, {"status": "required", "version": "1"}).status_code == 303
    late = counter.client.post(url, {"status": "available", "version": "1"})
    assert late.status_code == 422 and "Somebody changed this card" in words(late)
    assert counter.client.post(url, {"status": "perhaps", "version": "2"}).status_code == 422
    ben = f"/settings/staff/{at_noon.ben.pk}/other"
    assert counter.client.post(ben, {"status": "available", "version": "7"}).status_code == 422
    service.refresh_from_db()
    assert service.online_payment == "required"


def test_saving_the_card_of_a_service_leaves_its_status(at_noon: Salon, counter: Counter) -> None:
    service = counter.service()
    put(counter, service, "required")
    form = {"name": "Cut", "price": "45.00", "minutes": "45", "deposit_kind": "none", "version": "2"}
    assert counter.client.post(f"/catalog/services/{service.pk}", form).status_code == 303
    service.refresh_from_db()
    assert service.online_payment == "required"
    assert "online payment: Required" in words(counter.client.get("/catalog/services"))


def test_a_receptionist_sets_nothing_and_nobody_anything_of_dan(at_noon: Salon, counter: Counter) -> None:
    eva = sign_in(at_noon, "receptionist", "eva@salon.example")
    assert eva.get("/settings/online-booking").status_code == 403
    clinic = Business.objects.create(name="Clinic Dan", slug="clinic-dan")
    place = {
        "business": clinic,
        "location": Location.objects.create(
            business=clinic, name="Clinic", currency="EUR", time_zone="Europe/Berlin", country="DE"
        ),
    }
    doctor = StaffMember.objects.create(**place, name="Doctor")
    consult = Service.objects.create(**place, name="Consultation", price_minor=1, duration_minutes=5)
    assert put(counter, doctor, "required") == 404
    assert put(counter, consult, "required") == 404
    for typed in ({"service": consult.pk}, {"staff": doctor.pk}, {}, {"service": "x"}):
        assert counter.client.post("/settings/online-booking/switch-on", typed).status_code == 404
    doctor.refresh_from_db()
    consult.refresh_from_db()
    assert (doctor.online_payment, consult.online_payment) == ("not_available", "not_available")

"""The search of the calendar: who, which visit, which receipt; by rights and places, nothing of other businesses."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from quittance.bills.models import Receipt
from quittance.businesses.models import Business, Location, Role, RoleAssignment, User
from quittance.calendar.models import Visit
from quittance.clients.models import Client, ContactPoint
from quittance.core.actor import Right
from quittance.desk.tests.conftest import sign_in
from quittance.desk.tests.counter import Counter, words
from tests.support.salon import Salon


def found(counter: Counter, text: str) -> str:
    return words(counter.client.get("/calendar/search", {"q": text}))


def with_contact(salon: Salon, kind: str, value: str) -> None:
    ContactPoint.objects.create(business=salon.business, client=salon.chloe, kind=kind, value=value)


@pytest.mark.row("B1")
def test_a_client_is_found_by_name_phone_and_email_with_the_visit_and_its_state(
    at_noon: Salon, counter: Counter
) -> None:
    at_noon.visit()
    with_contact(at_noon, "phone", "+4915140690011")
    with_contact(at_noon, "email", "chloe.second@client.example")
    for typed in ("chl", "0151 406900", "chloe.second@"):
        text = found(counter, typed)
        assert "Chloe" in text and "Cut and colour" in text and "unpaid" in text, typed


def test_what_is_closest_to_now_stands_first_and_what_was_cancelled_does_not_stand_there(
    at_noon: Salon, counter: Counter
) -> None:
    far, near, gone = (at_noon.visit(name=name) for name in ("Far", "Near", "Gone"))
    Visit.objects.filter(pk=far.pk).update(starts_at=at_noon.now + timedelta(days=9))
    Visit.objects.filter(pk=near.pk).update(starts_at=at_noon.now - timedelta(days=1))
    Visit.objects.filter(pk=gone.pk).update(cancelled_at=at_noon.now)
    text = found(counter, "chloe")
    assert text.index("Near") < text.index("Far")
    assert "Gone" not in text


@pytest.mark.row("B1")
def test_a_receipt_is_found_by_its_number_as_printed_or_typed_short(at_noon: Salon, counter: Counter) -> None:
    visit = at_noon.visit()
    at_noon.cash(visit, 10_000)
    receipt = Receipt.objects.get()
    for typed in (f"{receipt.number:06d}", str(receipt.number)):
        assert f"Receipt {receipt.number:06d}" in found(counter, typed)
    assert "Receipt" not in found(counter, f"CN-{receipt.number:06d}")


def test_a_visit_is_found_by_its_number(at_noon: Salon, counter: Counter) -> None:
    visit = at_noon.visit()
    assert f"/visits/{visit.pk}" in counter.client.get("/calendar/search", {"q": f"#{visit.pk}"}).content.decode()


def test_one_letter_asks_for_another_and_nothing_found_says_what_to_try(at_noon: Salon, counter: Counter) -> None:
    assert "Type two letters" in found(counter, "c")
    assert "Nothing here fits “zebra”" in found(counter, "zebra")
    assert "Nothing here fits" in found(counter, "9" * 15)


def test_dan_finds_nothing_of_ana_by_name_number_or_receipt(at_noon: Salon, counter: Counter) -> None:
    visit = at_noon.visit()
    at_noon.cash(visit, 10_000)
    dans = Business.objects.create(name="Dan", slug="dan")
    Location.objects.create(business=dans, name="Dan's", currency="EUR", time_zone="Europe/Berlin", country="DE")
    role = Role.objects.create(business=dans, slug="all", name="All", rights=[right.value for right in Right])
    dan = User.objects.create_user("dan@other.example", "a long password", name="Dan")
    RoleAssignment.objects.create(business=dans, user=dan, role=role)
    counter.client.force_login(dan)
    for typed in ("chloe", str(visit.pk), f"#{visit.pk}", str(Receipt.objects.get().number)):
        assert "Chloe" not in found(counter, typed) and "/visits/" not in found(counter, typed)


def test_visits_of_a_place_without_a_role_stay_out_though_the_card_is_found(at_noon: Salon) -> None:
    away = Location.objects.create(
        business=at_noon.business, name="Away", currency="EUR", time_zone="Europe/Berlin", country="DE", position=1
    )
    here, there = at_noon.visit(name="Here"), at_noon.visit(name="There")
    Visit.objects.filter(pk=there.pk).update(location=away)
    client = sign_in(at_noon, "receptionist", "eva@salon.example")
    RoleAssignment.objects.filter(user__email="eva@salon.example").update(location=at_noon.location)
    text = words(client.get("/calendar/search", {"q": "chloe"}))
    assert "Here" in text and "There" not in text
    answer = client.get("/calendar/search", {"q": f"#{there.pk}"})
    assert f"/visits/{there.pk}" not in answer.content.decode()
    assert here.pk != there.pk


def test_who_may_not_open_cards_finds_visits_only(at_noon: Salon) -> None:
    visit = at_noon.visit()
    client = sign_in(at_noon, "specialist", "ben@salon.example")
    Role.objects.filter(slug="specialist").update(rights=[Right.SEE_CALENDAR.value])
    html = client.get("/calendar/search", {"q": "chloe"}).content.decode()
    assert f"/visits/{visit.pk}" in html and "/clients/" not in html


def test_however_many_there_are_the_answer_is_short_and_takes_few_queries(at_noon: Salon, counter: Counter) -> None:
    for number in range(12):
        name = f"Chloe {number}"
        client = Client.objects.create(
            business=at_noon.business, name=name, search_name=name.lower(), created_at=at_noon.now
        )
        for _ in range(4):
            visit = at_noon.visit()
            Visit.objects.filter(pk=visit.pk).update(client=client)
    with CaptureQueriesContext(connection) as queries:
        html = counter.client.get("/calendar/search", {"q": "chloe"}).content.decode()
    assert html.count('href="/visits/') == 10
    assert html.count('href="/clients/') == 6
    assert len(queries) <= 14


@pytest.mark.row("B1")
def test_the_list_shows_on_a_press_only_what_is_still_to_be_paid(at_noon: Salon, counter: Counter) -> None:
    paid, open_ = at_noon.visit(name="Paid cut"), at_noon.visit(name="Open cut")
    at_noon.cash(paid, 10_000)
    text = words(counter.client.get("/calendar?date=2026-11-26&view=list"))
    assert "All 2" in text and "To pay 1" in text and "Paid cut" in text
    text = words(counter.client.get("/calendar?date=2026-11-26&view=list&show=due"))
    assert "Open cut" in text and "Paid cut" not in text
    at_noon.cash(open_, 10_000)
    text = words(counter.client.get("/calendar?date=2026-11-26&view=list&show=due"))
    assert "Everything of this day is paid" in text


def test_todays_list_marks_where_the_day_is(at_noon: Salon, counter: Counter) -> None:
    over, later = at_noon.visit(name="Over"), at_noon.visit(name="Later")
    for visit, hours in ((over, -3), (later, 2)):
        at = at_noon.now + timedelta(hours=hours)
        visit.appointments.update(starts_at=at, ends_at=at + timedelta(hours=1))
    html = counter.client.get("/calendar?date=2026-11-26&view=list").content.decode()
    assert html.count("data-now") == 1
    assert html.index("Over") < html.index("data-now") < html.index("Later")

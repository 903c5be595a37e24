"""Every form that edits what is there: the last to save never wins unseen."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from quittance.audit.models import Revision
from quittance.businesses.models import Location, Role, User
from quittance.catalog.models import Category, Product, Service
from quittance.desk.tests.conftest import sign_in
from quittance.desk.tests.counter import Counter, words
from tests.support.cards import gift_card_type, membership_type
from tests.support.salon import Salon

PLACE = {"country": "DE", "time_zone": "Europe/Berlin", "currency": "EUR", "language": "en", "opens": "08:00", "closes": "20:00"}  # fmt: skip
SERVICE = {"price": "20.00", "minutes": "15", "deposit_kind": "none"}


@dataclass
class Family:
    """A form: where it is drawn and sent, and what two people type; `box` is the one that differs."""

    page: str
    box: str
    common: dict[str, str] = field(default_factory=dict)
    sent_to: str = ""
    label: str = "Name"
    theirs: str = "Of Ben"
    yours: str = "Of Ana"
    value_in: Callable[[], str] = lambda: ""


def company(salon: Salon) -> Family:
    return Family(
        "/settings/company", "name", label="Name that clients know", value_in=lambda: _fresh(salon.business).name
    )


def location(salon: Salon) -> Family:
    return Family(
        f"/settings/locations/{salon.location.pk}", "name", PLACE, value_in=lambda: _fresh(salon.location).name
    )


def role(salon: Salon) -> Family:
    row = Role.objects.create(business=salon.business, slug="trainee", name="Trainee", rights=["see_calendar"])
    return Family(
        f"/settings/people/roles/{row.pk}", "name", {"rights": "see_calendar"}, value_in=lambda: _fresh(row).name
    )


def staff(salon: Salon) -> Family:
    return Family(f"/settings/staff/{salon.ben.pk}", "name", value_in=lambda: _fresh(salon.ben).name)


def membership(salon: Salon) -> Family:
    row = membership_type(salon)
    return Family(
        f"/catalog/memberships/{row.pk}",
        "name",
        {"price": "10.00", "visits": "5"},
        value_in=lambda: _fresh(row).name,
    )


def gift_card(salon: Salon) -> Family:
    row = gift_card_type(salon)
    return Family(
        f"/catalog/gift-cards/{row.pk}", "name", {"price": "10.00", "nominal": "10.00"},
        value_in=lambda: _fresh(row).name,
    )  # fmt: skip


def client(salon: Salon) -> Family:
    pk = salon.chloe.pk
    return Family(f"/clients/{pk}", "name", sent_to=f"/clients/{pk}/card", value_in=lambda: _fresh(salon.chloe).name)


def service(salon: Salon) -> Family:
    row = Service.objects.create(
        business=salon.business, location=salon.location, name="Cut", price_minor=100, duration_minutes=30
    )
    return Family(f"/catalog/services/{row.pk}", "name", SERVICE, value_in=lambda: _fresh(row).name)


def product(salon: Salon) -> Family:
    row = Product.objects.create(business=salon.business, location=salon.location, name="Comb", price_minor=100)
    return Family(f"/catalog/products/{row.pk}", "name", {"price": "9.00"}, value_in=lambda: _fresh(row).name)


def policy(salon: Salon) -> Family:
    return Family(
        "/finance/cases/rules", "doubled", label="A visit was paid twice online", theirs="1", yours="48",
        value_in=lambda: str(Location.objects.get(pk=salon.location.pk).doubled_refund_hours),
    )  # fmt: skip


def earning(salon: Salon) -> Family:
    common = {"point_value": "0.01", "cashback": "0"}
    return Family("/catalog/value/earning", "points_per_unit", common, label="Points", theirs="2", yours="3")


FAMILIES = (company, location, role, staff, membership, gift_card, client, service, product, policy, earning)


def _fresh(row: Any) -> Any:
    row.refresh_from_db()
    return row


def carried(page: Client, path: str) -> dict[str, str]:
    """What the form that sends there carries unseen."""
    text = page.get(path).content.decode()
    return dict(re.findall(r'name="(seen|version)"\s+value="(\d+)"', text))


@pytest.mark.row("K2")
@pytest.mark.parametrize("family", FAMILIES, ids=lambda one: one.__name__)
def test_the_second_to_save_sees_what_the_first_saved_and_may_save_anyway(
    at_noon: Salon, counter: Counter, family: Callable[[Salon], Family]
) -> None:
    form = family(at_noon)
    to, ana = form.sent_to or form.page, counter.client
    ben = sign_in(at_noon, "owner", "ben@salon.example")
    User.objects.filter(email="ben@salon.example").update(name="Ben Koch")
    for one in (ana, ben):
        # Pages of rights open to whoever has shown the password a moment ago.
        one.post("/accounts/reauthenticate/", {"password": "a long password"})
    drawn = carried(ana, form.page)
    assert drawn, "the form carries no version"
    theirs = {**form.common, **carried(ben, form.page), form.box: form.theirs, "request_id": "pressed-by-ben"}
    assert ben.post(to, theirs).status_code in (302, 303)
    at_noon.wait(minutes=2)
    yours = {**form.common, **drawn, form.box: form.yours, "request_id": "pressed-by-ana"}
    answer = ana.post(to, yours)
    assert answer.status_code == 409, words(answer)
    page = words(answer)
    assert "Ben Koch changed this at 14:00" in page
    assert "Save mine anyway" in page
    if form.theirs.startswith("Of"):
        assert f"{form.label} Of Ben Of Ana" in page
        assert form.value_in() == "Of Ben", "nothing of ours was saved"
    seen = dict(re.findall(r'name="(seen|version)"\s+value="(\d+)"', answer.content.decode()))
    assert seen != drawn
    again = ana.post(to, {**yours, **seen, "request_id": "pressed-by-ana-again"})
    assert again.status_code in (302, 303), words(again)
    if form.value_in():
        assert form.value_in() == form.yours


def test_a_version_that_is_no_number_fits_nothing_and_one_pressing_twice_is_no_conflict(
    at_noon: Salon, counter: Counter
) -> None:
    form = location(at_noon)
    typed = {**form.common, "name": "By the lake"}
    assert counter.client.post(form.page, {**typed, "seen": "x"}).status_code == 409
    pressed = {**typed, "seen": "0", "request_id": "pressed-once"}
    assert counter.client.post(form.page, pressed).status_code == 302
    assert counter.client.post(form.page, pressed).status_code == 302
    assert Revision.objects.get(subject=f"location {at_noon.location.pk}").version == 1


def test_the_hours_of_a_week_and_the_card_beside_them_are_told_apart(at_noon: Salon, counter: Counter) -> None:
    path = f"/settings/staff/{at_noon.ben.pk}"
    assert counter.client.post(f"{path}/week", {"day0": "9-12", "seen": "0"}).status_code == 303
    assert counter.client.post(path, {"name": "Benno", "seen": "0"}).status_code == 303
    late = counter.client.post(f"{path}/week", {"day0": "10-12", "seen": "0"})
    assert late.status_code == 409
    assert "Monday 9:00" in words(late) or "Monday 9" in words(late)


def test_a_category_that_was_renamed_meanwhile_says_who_did(at_noon: Salon, counter: Counter) -> None:
    row = Category.objects.create(business=at_noon.business, location=at_noon.location, kind="service", name="Hair")
    typed = {"category": str(row.pk), "seen": "0"}
    assert counter.client.post("/catalog/services/categories", {**typed, "name": "Cuts"}).status_code == 303
    at_noon.now += timedelta(days=2)
    late = counter.client.post("/catalog/services/categories", {**typed, "name": "Colour"})
    assert late.status_code == 422
    assert "Ana Fischer changed this at Thu 26 Nov, 14:00" in words(late)
    row.refresh_from_db()
    assert row.name == "Cuts"


def test_the_card_in_the_visit_window_tells_what_stands_there_now(at_noon: Salon, counter: Counter) -> None:
    visit = at_noon.visit()
    typed = {"name": "Chloe Martin", "seen": "0"}
    assert (
        counter.client.post(f"/clients/{at_noon.chloe.pk}/card", {"name": "Chloe M.", "seen": "0"}).status_code == 303
    )
    late = counter.client.post(f"/visits/{visit.pk}/client", typed)
    assert late.status_code == 409
    assert "There stands now: Name: Chloe M." in words(late)
    assert _fresh(at_noon.chloe).name == "Chloe M."
    assert counter.client.post(f"/visits/{visit.pk}/client", {**typed, "seen": "1"}).status_code == 303

from __future__ import annotations

import pytest
from django.test import Client

from quittance.businesses.models import Business, Location, Role, RoleAssignment
from quittance.core.actor import Right
from quittance.desk.tests.counter import Counter, words
from tests.support.salon import Salon


@pytest.fixture
def clinic(counter: Counter) -> Location:
    """Ana works for Dan's clinic too, where she only sees the calendar."""
    business = Business.objects.create(name="Dan's Clinic", slug="dan")
    place = Location.objects.create(business=business, name="Clinic", currency="CHF", time_zone="UTC", country="CH")
    role = Role.objects.create(business=business, slug="guest", name="Guest", rights=[Right.SEE_CALENDAR.value])
    RoleAssignment.objects.create(business=business, user=counter.user, role=role)
    return place


@pytest.mark.row("K3")
def test_who_works_for_two_businesses_switches_between_them_and_stays_there(
    at_noon: Salon, counter: Counter, clinic: Location
):
    text = words(counter.client.get("/calendar"))
    assert "Ana's Salon · Mitte" in text and "Dan's Clinic · Clinic" in text
    answer = counter.client.post("/location", {"location": clinic.pk, "next": "/calendar"})
    assert answer["Location"] == "/calendar"
    page = counter.client.get("/calendar").content.decode()
    assert "Guest" in page
    assert 'href="/finance/"' not in page
    assert counter.client.get("/finance/links").status_code == 403
    counter.client.post("/location", {"location": at_noon.location.pk, "next": "/finance/links"})
    assert counter.client.get("/finance/links").status_code == 200


@pytest.mark.row("K3")
def test_each_business_shows_its_own_links_only(at_noon: Salon, counter: Counter, clinic: Location):
    at_noon.link(at_noon.visit(minor=4_200))
    Role.objects.filter(slug="guest").update(rights=[right.value for right in Right])
    counter.client.post("/location", {"location": clinic.pk, "next": "/finance/links"})
    for path in ("/finance/links", "/finance/links?place=all", "/finance/online-payments", "/settings/people"):
        page = counter.client.get(path).content.decode()
        assert "42.00" not in page
        assert "Chloe" not in page
        assert "Fake bank" not in words(counter.client.get(path))
    assert counter.client.get(f"/finance/online-payments/accounts/{at_noon.account.pk}").status_code == 404


@pytest.mark.row("K3")
def test_another_browser_of_the_same_person_stays_where_it_was(at_noon: Salon, counter: Counter, clinic: Location):
    other = Client()
    other.force_login(counter.user)
    counter.client.post("/location", {"location": clinic.pk, "next": "/calendar"})
    assert other.get("/finance/links").status_code == 200


@pytest.mark.row("K3")
@pytest.mark.parametrize("here", ["/visits/1", "/finance/online-payments/accounts/1/keys"])
def test_a_page_about_one_row_is_left_when_the_place_changes(counter: Counter, clinic: Location, here: str):
    answer = counter.client.post("/location", {"location": clinic.pk, "next": here})
    assert answer["Location"] == "/calendar"

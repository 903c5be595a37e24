"""Two people with one form, and a walk-in who gets a card, in a real browser."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from quittance.businesses.actions import NewLocation
from quittance.calendar.models import Visit
from quittance.core.actor import Actor, Right
from quittance.flows import change_location
from quittance.flows.open_sale import open_sale
from tests.journeys.camera import camera_from_environment
from tests.journeys.test_desk_pages import FITS, at_salon, desk, office, session_key
from tests.support.salon import Salon

__all__ = ["at_salon", "desk", "office", "session_key"]
pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]


@pytest.mark.row("K2")
def test_who_saves_second_sees_both_and_decides(desk: Page, at_salon: Salon) -> None:
    camera = camera_from_environment()
    base, place = desk.url.split("/calendar")[0], at_salon.location
    desk.goto(f"{base}/settings/locations/{place.pk}")
    new = NewLocation(
        name="Mitte, second floor", country="DE", time_zone="Europe/Berlin", currency="EUR", language="en",
        opens_minute=540, closes_minute=1080, prices_include_tax=True, address="", phone="", email="",
    )  # fmt: skip
    somebody = Actor("staff", at_salon.business.pk, 10**6, {place.pk: frozenset(Right)})
    change_location.change(actor=somebody, location_id=place.pk, new=new, now=at_salon.now)
    desk.get_by_label("Name", exact=True).fill("Mitte, by the river")
    desk.get_by_role("button", name="Save").click()
    expect(desk.get_by_role("alert")).to_contain_text("Somebody changed this at 14:00")
    expect(desk.get_by_role("row", name="Name")).to_contain_text("Mitte, second floor")
    camera.take(desk, "saved-twice")
    desk.set_viewport_size({"width": 360, "height": 740})
    assert desk.evaluate(FITS)
    desk.get_by_role("button", name="Save mine anyway").click()
    expect(desk.get_by_text("Mitte, by the river").first).to_be_visible()


@pytest.mark.row("B15", "B2")
def test_a_walk_in_gets_a_card_and_can_be_sent_a_link(desk: Page, at_salon: Salon) -> None:
    camera = camera_from_environment()
    sale = open_sale(actor=at_salon.actor, location_id=at_salon.location.pk, now=at_salon.now)
    desk.goto(desk.url.split("/calendar")[0] + f"/visits/{sale.visit_id}?tab=details")
    desk.get_by_role("link", name="Choose a client").click()
    desk.get_by_label("Whose visit is it").fill("Nora Peters")
    desk.get_by_text("New client “Nora Peters”").click()
    desk.get_by_label("Phone").fill("0151 12345679")
    camera.take(desk, "choose-client")
    desk.get_by_role("button", name="Choose", exact=True).click()
    expect(desk.get_by_role("link", name="Another")).to_be_visible()
    assert Visit.objects.get(pk=sale.visit_id).client is not None
    camera.take(desk, "client-chosen")

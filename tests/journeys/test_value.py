"""A gift card is sold and spent at the desk, in a real browser."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from quittance.catalog.models import EarningRule
from quittance.flows import cancel_visit
from quittance.wallets.models import Wallet
from tests.journeys.camera import camera_from_environment
from tests.journeys.test_desk_pages import FITS, at_salon, desk, office, session_key
from tests.support.cards import gift_card_type, sell_membership, service
from tests.support.salon import Salon

__all__ = ["at_salon", "desk", "office", "session_key"]
pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]


@pytest.mark.row("G1", "B3", "B4", "G3")
def test_a_card_is_sold_for_cash_and_pays_the_next_visit_by_its_code(desk: Page, at_salon: Salon) -> None:
    camera = camera_from_environment()
    gift_card_type(at_salon)
    massage = service(at_salon)
    sell_membership(at_salon, massage)
    EarningRule.objects.create(
        business=at_salon.business,
        location=at_salon.location,
        points_per_unit=1,
        point_value_minor=2,
        cashback_ppm=50_000,
    )
    visit = at_salon.visit(minor=6_000)
    url = desk.url.split("/calendar")[0]
    desk.goto(f"{url}/visits/{visit.pk}?tab=checkout")
    desk.locator("#finder-q").fill("gift")
    expect(desk.locator("#finder-found")).to_contain_text("Gift card 50")
    camera.take(desk, "finder")
    desk.keyboard.press("Enter")
    expect(desk.locator("#visit")).to_contain_text("€110.00 due")
    desk.get_by_role("link", name="Cash", exact=True).click()
    desk.get_by_role("button", name="Take cash").click()
    expect(desk.locator(".handed-out")).to_contain_text("€50.00 on it")
    camera.take(desk, "sold")
    code = desk.locator(".handed-out output").inner_text()
    other = at_salon.visit(minor=8_000)
    credited = at_salon.visit(minor=3_000)
    at_salon.cash(credited, 3_000)
    cancel_visit.cancel(
        actor=at_salon.actor,
        visit_id=credited.pk,
        expected_version=None,
        keep=at_salon.eur(0),
        as_credit=True,
        now=at_salon.now,
    )
    desk.goto(f"{url}/visits/{other.pk}?tab=checkout")
    desk.locator("#finder-q").fill("massage")
    desk.locator(".finder-item", has_text="60 min").click()
    expect(desk.locator("#visit")).to_contain_text("€140.00 due")
    camera.take(desk, "ways")
    desk.get_by_role("link", name="Gift card").click()
    desk.get_by_label("Code on the card").fill(code.lower())
    camera.take(desk, "card")
    desk.keyboard.press("Enter")
    expect(desk.locator(".tender-rows")).to_contain_text("Gift card ·")
    desk.get_by_role("link", name="Membership").click()
    camera.take(desk, "membership")
    desk.get_by_role("button", name="Pay with membership").click()
    expect(desk.locator(".tender-rows")).to_contain_text("Membership Ten massages")
    desk.get_by_role("link", name="Points").click()
    camera.take(desk, "points")
    desk.get_by_role("button", name="Pay with points").click()
    expect(desk.locator(".tender-rows")).to_contain_text("Points")
    camera.take(desk, "paid")
    assert desk.evaluate(FITS)
    at_salon.cash(other, 500)
    desk.goto(f"{url}/visits/{other.pk}?tab=details&edit=cancel")
    expect(desk.locator("#cancel-form")).to_contain_text("to the client")
    camera.take(desk, "cancel")
    assert Wallet.objects.get(kind="gift_card").balance == 0


@pytest.mark.row("G1", "G3")
def test_what_is_sold_as_value_is_set_up(desk: Page, at_salon: Salon) -> None:
    camera = camera_from_environment()
    service(at_salon)
    url = desk.url.split("/calendar")[0]
    desk.goto(f"{url}/catalog/value")
    camera.take(desk, "types-empty")
    desk.get_by_role("link", name="New gift card").click()
    desk.get_by_label("Name").fill("For you 50")
    desk.get_by_label("Price").fill("50")
    desk.get_by_label("Worth").fill("50")
    camera.take(desk, "types-card")
    desk.keyboard.press("Enter")
    expect(desk.get_by_text("worth €50.00")).to_be_visible()
    desk.get_by_role("link", name="New membership").click()
    desk.get_by_label("Name").fill("Ten massages")
    desk.get_by_label("Price").fill("500")
    desk.get_by_label("Massage").check()
    camera.take(desk, "types-membership")
    desk.get_by_role("button", name="Save").click()
    camera.take(desk, "types")
    desk.get_by_role("link", name="What clients earn by paying").click()
    desk.get_by_label("Points for each whole EUR").fill("1")
    camera.take(desk, "types-earning")
    desk.get_by_role("button", name="Save").click()
    expect(desk.get_by_text("1 point for each whole EUR")).to_be_visible()

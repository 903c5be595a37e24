"""The desk in German: longer words, and still nothing wider than its screen."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from quittance.businesses.models import User
from tests.journeys.ana import ANA, Ana
from tests.journeys.camera import SIZES, Camera, at_rest
from tests.journeys.conftest import NewContext
from tests.journeys.people import Desk

pytestmark = [pytest.mark.journey, pytest.mark.timeout(240)]

PAGES = (
    "/calendar",
    "/calendar?view=list",
    "/calendar?view=week",
    "/visits/new",
    "/clients/",
    "/clients/{client}",
    "/finance/links",
    "/finance/online-payments",
    "/finance/day-closing",
    "/finance/day-closing/count",
    "/catalog/",
    "/settings/",
    "/settings/notifications",
    "/settings/people",
    "/settings/staff",
    "/accounts/mine/",
)


def test_ana_reads_the_desk_in_german_and_nothing_is_wider_than_the_screen(
    ana: Ana, new_context: NewContext, camera: Camera
):
    visit = ana.visit()
    ana.link(visit)
    page = new_context().new_page()
    Desk(page, ana).log_in(ANA)
    User.objects.filter(email=ANA).update(language="de")
    wide = []
    at_all = {"client": str(visit.client_id)}
    addresses = [one.format(**at_all) for one in PAGES]
    addresses += [f"/visits/{visit.pk}?tab=checkout", f"/visits/{visit.pk}?tab=details"]
    for address in addresses:
        page.goto(ana.house.at(address))
        expect(page.locator("html")).to_have_attribute("lang", "de")
        camera.take(page, "de" + address.replace("/", "-").replace("?", "-"))
        for width, height in SIZES:
            page.set_viewport_size({"width": width, "height": height})
            at_rest(page)
            if page.evaluate("document.documentElement.scrollWidth > window.innerWidth"):
                wide.append(f"{address} {width}")
    assert wide == []

"""Taxes, the look of client pages, presets and online payment status: through axe and in pictures."""

from __future__ import annotations

from collections.abc import Callable
from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image, ImageDraw
from playwright.sync_api import expect

from quittance.catalog.models import Service, TaxationSystem, TaxRate
from tests.journeys.ana import ANA, Ana
from tests.journeys.camera import Camera
from tests.journeys.conftest import NewContext, Watch
from tests.journeys.people import Desk, Phone
from tests.journeys.test_every_page import Inspector

pytestmark = [pytest.mark.journey, pytest.mark.timeout(600)]


@pytest.mark.row("B7", "F2", "F7")
def test_taxes_and_online_payment_status(ana: Ana, new_context: NewContext, camera: Camera, watch: Watch):
    watch.expect_refusal(422)
    page = new_context().new_page()
    Desk(page, ana).log_in(ANA)
    at = ana.house.at
    page.goto(at("/settings/taxes/rates/new"))
    page.get_by_label("Name").fill("VAT 7 %")
    page.get_by_label("Rate").fill("seven")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("Type the percentage in digits").first).to_be_visible()
    page.get_by_label("Rate").fill("7")
    page.get_by_label("New services and products begin with it").check()
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("for new ones")).to_be_visible()
    rate = TaxRate.objects.get(name="VAT 7 %")
    system = TaxationSystem.objects.create(business=ana.business, location=rate.location, name="Small business")
    service = Service.objects.earliest("pk")
    page.goto(at(f"/catalog/services/{service.pk}/online-booking"))
    page.get_by_label("Online payment").select_option("required")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("No effect yet")).to_be_visible()
    camera.take(page, "settings-no-effect")
    staff = ana.business.staff.earliest("pk")
    inspector = Inspector(page, ana)
    pages = {
        "front": "/settings/",
        "taxes": "/settings/taxes",
        "tax-rate": f"/settings/taxes/rates/{rate.pk}",
        "taxation-system": f"/settings/taxes/systems/{system.pk}",
        "online-status": f"/catalog/services/{service.pk}/online-booking",
        "staff-card": f"/settings/staff/{staff.pk}",
        "online-booking": "/settings/online-booking",
    }
    for name, address in pages.items():
        inspector.look(address)
        camera.take(page, f"settings-{name}")
    page.goto(at(f"/catalog/services/{service.pk}/online-booking"))
    page.get_by_role("button", name="Switch on").click()
    expect(page.get_by_text("Switched on.")).to_be_visible()
    assert inspector.wrong == {}


@pytest.mark.row("C2")
def test_the_look_and_the_words_of_a_clinic(
    ana: Ana, new_context: NewContext, new_phone: Callable[..., Phone], camera: Camera, watch: Watch, tmp_path: Path
):
    watch.expect_refusal(422)
    logo = tmp_path / "logo.png"
    logo.write_bytes(_a_logo())
    page = new_context().new_page()
    Desk(page, ana).log_in(ANA)
    at, inspector = ana.house.at, Inspector(page, ana)
    page.goto(at("/settings/look"))
    page.get_by_label("Accent colour").fill("#ffd400")
    expect(page.get_by_text("Too light to be read by everybody")).to_be_visible()
    camera.take(page, "look-too-light")
    page.get_by_label("Accent colour").fill("#1a4ca3")
    expect(page.get_by_text("Can be read")).to_be_visible()
    button = page.locator(".look-sample[data-shade=light] .look-button")
    expect(button).to_have_css("background-color", "rgb(26, 76, 163)")
    large = tmp_path / "large.png"
    large.write_bytes(b"\0" * 1_200_000)
    page.get_by_label("Logo").set_input_files(large)
    expect(page.get_by_role("alert").get_by_text("larger than 1 MB")).to_be_visible()
    page.get_by_label("Logo").set_input_files(logo)
    expect(page.locator(".look-sample[data-shade=dark] img.look-logo")).to_be_visible()
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_text("Clients see it from now on")).to_be_visible()
    inspector.look("/settings/look")
    camera.take(page, "look-saved")

    ana.business.refresh_from_db()
    address = ana.link(ana.visit())
    phone = new_phone().page
    phone.goto(address)
    expect(phone.locator(".button-pay")).to_have_css("background-color", "rgb(26, 76, 163)")
    assert phone.locator("img.logo").evaluate("one => one.naturalWidth") > 0
    Inspector(phone, ana).look(address)
    camera.take(phone, "look-pay-page")

    place = ana.business.locations.earliest("pk")
    page.goto(at(f"/settings/locations/{place.pk}"))
    page.get_by_role("button", name="Clinic").click()
    expect(page.get_by_role("link", name="Patients").first).to_be_visible()
    inspector.look(f"/settings/locations/{place.pk}")
    camera.take(page, "look-preset")
    inspector.look("/clients/")
    camera.take(page, "look-patients")
    assert inspector.wrong == {}


def _a_logo() -> bytes:
    image = Image.new("RGBA", (600, 240), (0, 0, 0, 0))
    draw = ImageDraw.Draw(image)
    draw.ellipse((20, 20, 220, 220), fill="#1a4ca3")
    draw.rectangle((250, 90, 580, 150), fill="#222222")
    file = BytesIO()
    image.save(file, "PNG")
    return file.getvalue()

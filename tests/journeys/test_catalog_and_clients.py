"""The catalog and the clients, through axe and in pictures; order by keyboard; the deposit in the dialog."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from quittance.catalog.models import Product, Service
from quittance.catalog.stock import follow_line
from quittance.clients.models import Client, ContactPoint
from tests.journeys.ana import ANA, CHLOE_EMAIL, Ana
from tests.journeys.camera import Camera
from tests.journeys.conftest import NewContext
from tests.journeys.people import Desk
from tests.journeys.test_every_page import Inspector

pytestmark = [pytest.mark.journey, pytest.mark.timeout(240)]


@pytest.mark.row("B12", "L3")
def test_the_catalog_and_the_clients(ana: Ana, new_context: NewContext, camera: Camera):
    service, product = Service.objects.earliest("pk"), Product.objects.earliest("pk")
    Service.objects.filter(pk=service.pk).update(deposit_kind="percent", deposit_ppm=200_000)
    Product.objects.filter(pk=product.pk).update(counts_stock=True)
    product.refresh_from_db()
    follow_line(product=product, line_id=1, sold=2, actor_id=None, now=ana.house.clock.now())
    twin = Client.objects.create(
        business=ana.business, name="Chloe M.", search_name="chloe m.", created_at=ana.house.clock.now()
    )
    ContactPoint.objects.create(business=ana.business, client=twin, kind="email", value=CHLOE_EMAIL)
    visit = ana.visit()
    page = new_context().new_page()
    Desk(page, ana).log_in(ANA)
    inspector = Inspector(page, ana)
    pages = {
        "services": "/catalog/services",
        "service": f"/catalog/services/{service.pk}",
        "new-service": "/catalog/services/new",
        "service-categories": "/catalog/services/categories",
        "archived": "/catalog/services?archived=1",
        "products": "/catalog/products",
        "product": f"/catalog/products/{product.pk}",
        "clients": "/clients/",
        "new-client": "/clients/new",
        "client": f"/clients/{ana.chloe.pk}",
        "merge": f"/clients/{ana.chloe.pk}/merge/{twin.pk}",
        "import": "/clients/import",
        "erase": f"/clients/{twin.pk}/erase",
    }
    for name, address in pages.items():
        inspector.look(address)
        camera.take(page, f"catalog-{name}")
    page.goto(ana.house.at(f"/visits/{visit.pk}?tab=checkout"))
    camera.take(page, "catalog-visit")
    page.goto(ana.house.at("/visits/new"))
    page.get_by_label("Service").select_option(str(service.pk))
    expect(page.locator("#new-deposit")).to_contain_text("Deposit due")
    camera.take(page, "catalog-new-visit")
    assert inspector.wrong == {}


def test_rows_are_put_in_order_without_a_mouse(ana: Ana, new_context: NewContext):
    page = new_context().new_page()
    Desk(page, ana).log_in(ANA)
    page.goto(ana.house.at("/catalog/services"))
    names = page.locator(".catalog-row .row-link")
    second = names.nth(1).inner_text()
    page.get_by_role("button", name=f"Move {second} up").press("Enter")
    expect(names.nth(0)).to_have_text(second)

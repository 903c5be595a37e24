"""What is sold: prices in the location's currency, found by name, SKU and barcode."""

from datetime import UTC, datetime

import pytest

from quittance.businesses.actions import NewLocation, add_location, create_business
from quittance.catalog import actions, queries
from quittance.catalog.actions import CatalogError, NewItem
from quittance.catalog.models import Product, Service
from quittance.core.money import Money

BERLIN = NewLocation(name="Mitte", currency="EUR", time_zone="Europe/Berlin", country="DE")


@pytest.fixture
def mitte(db):
    return add_location(business=create_business(name="Salon Ana"), new=BERLIN)


def item(name="Cut", minor=6000, currency="EUR", **rest) -> NewItem:
    return NewItem(name=name, price=Money(minor, currency), **rest)


def here(location) -> dict[str, int]:
    return {"business_id": location.business_id, "location_id": location.pk}


def test_services_and_products_stand_in_order_with_their_tax(mitte):
    tax = actions.add_tax_rate(location=mitte, name="19 %", ppm=190_000)
    cut = actions.add_service(location=mitte, item=item(tax_rate=tax), duration_minutes=45)
    colour = actions.add_service(
        location=mitte, item=item("Colour", 8000), duration_minutes=90, price_max=Money(12000, "EUR")
    )
    wax = actions.add_product(location=mitte, item=item("Wax", 1500, tax_rate=tax), sku="WX-1", barcode="4006381333931")
    assert queries.services_of(**here(mitte)) == [cut, colour]
    assert queries.products_of(**here(mitte)) == [wax]
    assert queries.tax_rates_of(**here(mitte)) == [tax]
    assert (colour.price_minor, colour.price_max_minor) == (8000, 12000)


@pytest.mark.row("B2")
@pytest.mark.parametrize("typed", ["4006381333931", "wx-1", "wax", "WAX strong", "hair"])
def test_a_product_is_found_by_barcode_sku_name_and_category(mitte, typed):
    wax = actions.add_product(
        location=mitte, item=item("Wax strong", 1500, category="Hair"), sku="WX-1", barcode="4006381333931"
    )
    actions.add_product(location=mitte, item=item("Oil", 900), sku="OL-1")
    assert queries.find_products(**here(mitte), text=typed) == [wax]


def test_an_empty_search_shows_the_list(mitte):
    cut = actions.add_service(location=mitte, item=item(), duration_minutes=45)
    oil = actions.add_product(location=mitte, item=item("Oil", 900))
    assert queries.find_services(**here(mitte), text="") == [cut]
    assert queries.find_products(**here(mitte), text=" ") == [oil]


def test_what_is_archived_is_offered_no_more(mitte):
    cut = actions.add_service(location=mitte, item=item(), duration_minutes=45)
    Service.objects.filter(pk=cut.pk).update(archived_at=datetime(2026, 11, 20, tzinfo=UTC))
    assert queries.services_of(**here(mitte)) == []
    assert queries.find_services(**here(mitte), text="cut") == []


@pytest.mark.row("K3")
def test_dan_of_another_business_is_offered_nothing(mitte):
    clinic = create_business(name="Clinic Dan")
    cut = actions.add_service(location=mitte, item=item(), duration_minutes=45)
    oil = actions.add_product(location=mitte, item=item("Oil", 900), barcode="123")
    assert queries.find_products(business_id=clinic.pk, location_id=mitte.pk, text="123") == []
    with pytest.raises(Service.DoesNotExist):
        queries.service_by_id(business_id=clinic.pk, service_id=cut.pk)
    with pytest.raises(Product.DoesNotExist):
        queries.product_by_id(business_id=clinic.pk, product_id=oil.pk)


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"item": item("")}, "name"),
        ({"item": item("x" * 161)}, "name"),
        ({"item": item(currency="USD")}, "price"),
        ({"item": item(minor=-1)}, "price"),
        ({"duration_minutes": 0}, "duration_minutes"),
        ({"price_max": Money(6000, "EUR")}, "price_max"),
        ({"price_max": Money(7000, "USD")}, "price_max"),
    ],
)
def test_a_service_that_cannot_be_is_refused_naming_the_field(mitte, change, field):
    with pytest.raises(CatalogError) as caught:
        actions.add_service(**{"location": mitte, "item": item(), "duration_minutes": 45, **change})
    assert caught.value.field == field


def test_a_tax_rate_of_another_location_is_refused(mitte):
    other = add_location(business=mitte.business, new=BERLIN)
    tax = actions.add_tax_rate(location=other, name="7 %", ppm=70_000)
    with pytest.raises(CatalogError, match="another location"):
        actions.add_product(location=mitte, item=item(tax_rate=tax))


def test_a_tax_rate_above_the_whole_is_refused(mitte):
    with pytest.raises(CatalogError, match="between 0 and 100"):
        actions.add_tax_rate(location=mitte, name="too much", ppm=1_000_001)

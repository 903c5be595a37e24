"""What lies on the shelf: a line moves what it sells, once; counting corrects; the books see a count that drifted."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from django.db import DatabaseError, transaction
from django.db.models import Q

from quittance.businesses.actions import NewLocation, add_location, create_business
from quittance.catalog.actions import NewItem, add_product
from quittance.catalog.deposits import deposit_minor
from quittance.catalog.models import Product, Service, StockMovement
from quittance.catalog.stock import correct, differing_products, follow_line
from quittance.core.money import Money

NOW = datetime(2026, 11, 26, 13, 0, tzinfo=UTC)
BERLIN = NewLocation(name="Mitte", currency="EUR", time_zone="Europe/Berlin", country="DE")


@pytest.fixture
def wax(db: None) -> Product:
    location = add_location(business=create_business(name="Salon Ana"), new=BERLIN)
    return add_product(location=location, item=NewItem(name="Wax", price=Money(1500, "EUR")), counts_stock=True)


def sold(product: Product, line_id: int, quantity: int) -> int:
    product.refresh_from_db()
    follow_line(product=product, line_id=line_id, sold=quantity, actor_id=7, now=NOW)
    product.refresh_from_db()
    return product.stock_count


def test_a_line_moves_what_it_sells_once_and_gives_it_back(wax: Product) -> None:
    correct(product=wax, counted=5, note="Delivery", actor_id=7, now=NOW)
    assert [sold(wax, 1, 2), sold(wax, 1, 2), sold(wax, 1, 3), sold(wax, 2, 4), sold(wax, 1, 0)] == [3, 3, 2, -2, 1]
    assert differing_products(scope=Q()) == []


def test_what_is_not_counted_does_not_move_but_what_was_counted_comes_back(wax: Product) -> None:
    sold(wax, 1, 2)
    Product.objects.filter(pk=wax.pk).update(counts_stock=False)
    assert sold(wax, 2, 1) == -2
    assert sold(wax, 1, 0) == 0


def test_counting_the_same_again_writes_nothing(wax: Product) -> None:
    correct(product=wax, counted=0, note="", actor_id=7, now=NOW)
    assert not StockMovement.objects.exists()


def test_a_count_that_was_written_by_hand_is_found(wax: Product) -> None:
    sold(wax, 1, 2)
    Product.objects.filter(pk=wax.pk).update(stock_count=9)
    assert differing_products(scope=Q()) == [(wax.pk, 9, -2)]


def test_movements_cannot_be_changed(wax: Product) -> None:
    sold(wax, 1, 2)
    with pytest.raises(DatabaseError), transaction.atomic():
        StockMovement.objects.update(quantity=-1)


@pytest.mark.parametrize(
    ("rule", "price", "is_new", "asked"),
    [
        ({}, 10_000, True, 0),
        ({"deposit_kind": "fixed", "deposit_minor": 3000}, 10_000, False, 3000),
        ({"deposit_kind": "fixed", "deposit_minor": 3000}, 2000, False, 2000),
        ({"deposit_kind": "percent", "deposit_ppm": 333_333}, 1000, False, 333),
        ({"deposit_kind": "percent", "deposit_ppm": 125_000}, 4, False, 1),
        ({"deposit_kind": "percent", "deposit_ppm": 200_000, "deposit_from_minor": 5000}, 4999, False, 0),
        ({"deposit_kind": "percent", "deposit_ppm": 200_000, "deposit_from_minor": 5000}, 5000, False, 1000),
        ({"deposit_kind": "fixed", "deposit_minor": 3000, "deposit_new_clients_only": True}, 9000, False, 0),
    ],
)
def test_the_deposit_follows_the_rule_and_never_exceeds_the_price(
    rule: dict[str, object],
    price: int,
    is_new: bool,
    asked: int,
) -> None:
    assert deposit_minor(service=Service(**rule), price_minor=price, is_new_client=is_new) == asked

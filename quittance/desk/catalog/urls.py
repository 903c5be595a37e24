"""Addresses under `/catalog/`."""

from __future__ import annotations

from django.urls import URLPattern, path

from quittance.desk.catalog import arranging, cards, listing

urlpatterns: list[URLPattern] = [
    path("", listing.front, name="catalog"),
    path("services", listing.items, {"kind": "service"}, name="services"),
    path("services/new", cards.service, name="new_service"),
    path("services/categories", arranging.categories, {"kind": "service"}, name="service_categories"),
    path("services/<int:item_id>", cards.service, name="service"),
    path("services/<int:item_id>/archive", cards.archive, {"kind": "service"}, name="archive_service"),
    path("products", listing.items, {"kind": "product"}, name="products"),
    path("products/new", cards.product, name="new_product"),
    path("products/categories", arranging.categories, {"kind": "product"}, name="product_categories"),
    path("products/<int:item_id>", cards.product, name="product"),
    path("products/<int:item_id>/archive", cards.archive, {"kind": "product"}, name="archive_product"),
    path("products/<int:item_id>/count", cards.count, name="count_product"),
    path("arrange", arranging.arrange, name="arrange_catalog"),
]

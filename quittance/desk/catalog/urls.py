"""Addresses under `/catalog/`."""

from __future__ import annotations

from django.urls import URLPattern, path

from quittance.desk import imports
from quittance.desk.catalog import arranging, cards, listing, online

urlpatterns: list[URLPattern] = [
    path("", listing.front, name="catalog"),
    path("services", listing.items, {"kind": "service"}, name="services"),
    path("services/new", cards.service, name="new_service"),
    path("services/import", imports.import_file, {"kind": "service"}, name="import_services"),
    path("services.csv", imports.export_file, {"kind": "service"}, name="export_services"),
    path("services/categories", arranging.categories, {"kind": "service"}, name="service_categories"),
    path("services/<int:item_id>", cards.service, name="service"),
    path("services/<int:item_id>/online-booking", online.service_online, name="service_online"),
    path("services/<int:item_id>/archive", cards.archive, {"kind": "service"}, name="archive_service"),
    path("products", listing.items, {"kind": "product"}, name="products"),
    path("products/new", cards.product, name="new_product"),
    path("products/import", imports.import_file, {"kind": "product"}, name="import_products"),
    path("products.csv", imports.export_file, {"kind": "product"}, name="export_products"),
    path("products/categories", arranging.categories, {"kind": "product"}, name="product_categories"),
    path("products/<int:item_id>", cards.product, name="product"),
    path("products/<int:item_id>/archive", cards.archive, {"kind": "product"}, name="archive_product"),
    path("products/<int:item_id>/count", cards.count, name="count_product"),
    path("arrange", arranging.arrange, name="arrange_catalog"),
]

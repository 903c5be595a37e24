"""Addresses under `/clients/`."""

from __future__ import annotations

from django.urls import URLPattern, path

from quittance.desk import imports
from quittance.desk.clients import card, lists, privacy

urlpatterns: list[URLPattern] = [
    path("", lists.clients, name="clients"),
    path("new", card.new_client, name="new_client"),
    path("import", imports.import_file, {"kind": "client"}, name="import_clients"),
    path("clients.csv", imports.export_file, {"kind": "client"}, name="export_clients"),
    path("<int:client_id>", card.client, name="client"),
    path("<int:client_id>/card", card.save_card, name="save_client"),
    path("<int:client_id>/contact", card.contact, name="client_contact"),
    path("<int:client_id>/consent", card.consent, name="client_consent"),
    path("<int:client_id>/merge/<int:other_id>", privacy.merge, name="merge_clients"),
    path("<int:client_id>/export", privacy.export, name="export_client"),
    path("<int:client_id>/erase", privacy.erase, name="erase_client"),
]

"""Addresses under `/catalog/` of what is sold as value."""

from __future__ import annotations

from django.urls import URLPattern, path

from quittance.desk.value_types import views

urlpatterns: list[URLPattern] = [
    path("value", views.overview, name="value_types"),
    path("value/earning", views.earning, name="earning_rule"),
    path("memberships/new", views.new_membership, name="new_membership_type"),
    path("memberships/<int:type_id>", views.membership, name="membership_type"),
    path("memberships/<int:type_id>/archive", views.archive_membership, name="archive_membership_type"),
    path("gift-cards/new", views.new_gift_card, name="new_gift_card_type"),
    path("gift-cards/<int:type_id>", views.gift_card, name="gift_card_type"),
    path("gift-cards/<int:type_id>/archive", views.archive_gift_card, name="archive_gift_card_type"),
]

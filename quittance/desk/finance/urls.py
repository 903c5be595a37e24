"""Addresses under `/finance/`."""

from __future__ import annotations

from django.urls import URLPattern, path

from quittance.desk.finance import accounts, links, online_payments

urlpatterns: list[URLPattern] = [
    path("", links.front, name="finance"),
    path("links", links.links, name="links"),
    path("online-payments", online_payments.overview, name="online_payments"),
    path("online-payments/switch", online_payments.switch, name="switch_method"),
    path("online-payments/account", online_payments.choose_account, name="choose_account"),
    path("online-payments/link-life", online_payments.set_life, name="set_link_life"),
    path("online-payments/connect", accounts.choose_system, name="connect_account"),
    path("online-payments/connect/<slug:system>", accounts.connect, name="connect_system"),
    path("online-payments/accounts/<int:account_id>", accounts.account, name="payment_account"),
    path("online-payments/accounts/<int:account_id>/keys", accounts.keys, name="payment_account_keys"),
    path("online-payments/accounts/<int:account_id>/retire", accounts.retire, name="retire_account"),
]

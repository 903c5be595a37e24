"""Addresses that payment systems and message channels call."""

from __future__ import annotations

from django.urls import path

from quittance.inbound import views

app_name = "inbound"

urlpatterns = [
    path("<slug:system>/<str:address_token>", views.inbound, name="webhook"),
]

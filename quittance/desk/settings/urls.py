"""Addresses under `/settings/`."""

from __future__ import annotations

from django.urls import URLPattern, path

from quittance.desk.settings import channels, front, notifications, people

urlpatterns: list[URLPattern] = [
    path("", front.front, name="settings"),
    path("finance/online-payments", front.to_online_payments, name="settings_online_payments"),
    path("people", people.people, name="people"),
    path("notifications", notifications.notifications, name="notifications"),
    path("notifications/channels", channels.overview, name="channels"),
    path("notifications/channels/<slug:system>/connect", channels.connect, name="connect_channel"),
    path("notifications/channels/<slug:channel>/switch", channels.switch, name="switch_channel"),
    path("notifications/channels/<slug:channel>/test", channels.test, name="test_channel"),
    path("notifications/channels/<slug:channel>/disconnect", channels.disconnect, name="disconnect_channel"),
]

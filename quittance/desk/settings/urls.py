"""Addresses under `/settings/`."""

from __future__ import annotations

from django.urls import URLPattern, path

from quittance.desk.settings import channels, front, notifications, people, staff, staff_card

urlpatterns: list[URLPattern] = [
    path("", front.front, name="settings"),
    path("finance/online-payments", front.to_online_payments, name="settings_online_payments"),
    path("people", people.people, name="people"),
    path("staff", staff.staff, name="staff"),
    path("staff/place", staff.place, name="place_staff"),
    path("staff/<int:staff_id>", staff_card.card, name="staff_card"),
    path("staff/<int:staff_id>/week", staff_card.week, name="staff_week"),
    path("staff/<int:staff_id>/days", staff_card.days, name="staff_days"),
    path("staff/<int:staff_id>/days/drop", staff_card.drop_day, name="drop_other_hours"),
    path("staff/<int:staff_id>/archive", staff_card.leave, name="archive_staff"),
    path("staff/<int:staff_id>/restore", staff_card.come_back, name="restore_staff"),
    path("notifications", notifications.notifications, name="notifications"),
    path("notifications/channels", channels.overview, name="channels"),
    path("notifications/channels/<slug:system>/connect", channels.connect, name="connect_channel"),
    path("notifications/channels/<slug:channel>/switch", channels.switch, name="switch_channel"),
    path("notifications/channels/<slug:channel>/test", channels.test, name="test_channel"),
    path("notifications/channels/<slug:channel>/disconnect", channels.disconnect, name="disconnect_channel"),
]

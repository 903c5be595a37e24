"""The front page of the settings: what there is, for those who may change it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from quittance.core.actor import Right
from quittance.desk.access import Desk, desk_view
from quittance.desk.shell import page_context


@dataclass(frozen=True, slots=True)
class SettingsEntry:
    title: str
    text: str
    icon: str
    url: str


@require_GET
@desk_view(right=None)
def front(request: HttpRequest, desk: Desk) -> HttpResponse:
    if not desk.may(Right.EDIT_PAYMENT_SETTINGS):
        desk.require(Right.EDIT_SETTINGS)
    return render(request, "desk/settings/front.html", settings_context(request, desk) | {"entries": _entries(desk)})


@require_GET
def to_online_payments(_request: HttpRequest) -> HttpResponse:
    """The same page under its other name: `Settings › Finance › Online payments`."""
    return HttpResponseRedirect(reverse("desk:online_payments"))


def settings_context(request: HttpRequest, desk: Desk) -> dict[str, Any]:
    return page_context(request, desk, section="settings")


def _entries(desk: Desk) -> list[SettingsEntry]:
    payments = SettingsEntry(
        _("Online payments"),
        _("Payment accounts, their keys, and whether payment links are on."),
        "credit-card",
        reverse("desk:settings_online_payments"),
    )
    rules = SettingsEntry(
        _("What goes back by itself"),
        _("When money that was paid twice, or too late, is refunded without anybody asking."),
        "undo-2",
        reverse("desk:refund_policy"),
    )
    rest = [
        SettingsEntry(
            _("Memberships and gift cards"),
            _("What is sold as value, for how long it is good, and what clients earn by paying."),
            "gift",
            reverse("desk:value_types"),
        ),
        SettingsEntry(
            _("Notifications"),
            _("Which messages clients get, and by which channels."),
            "send",
            reverse("desk:notifications"),
        ),
        SettingsEntry(
            _("Delivery channels"),
            _("Connect email and SMS, send a test, see how they do."),
            "plug",
            reverse("desk:channels"),
        ),
        SettingsEntry(
            _("People and roles"),
            _("Who logs in here, and what each role may do."),
            "users",
            reverse("desk:people"),
        ),
    ]
    return ([payments, rules] if desk.may(Right.EDIT_PAYMENT_SETTINGS) else []) + (
        rest if desk.may(Right.EDIT_SETTINGS) else []
    )

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
from quittance.desk.done import done_words
from quittance.desk.shell import SETTINGS_RIGHTS, page_context


@dataclass(frozen=True, slots=True)
class SettingsEntry:
    title: str
    text: str
    icon: str
    url: str


@require_GET
@desk_view(right=None)
def front(request: HttpRequest, desk: Desk) -> HttpResponse:
    if not any(desk.may(right) for right in SETTINGS_RIGHTS):
        desk.require(Right.EDIT_SETTINGS)
    context = {**settings_context(request, desk), "entries": _entries(desk), "notice": done_words(request)}
    return render(request, "desk/settings/front.html", context)


@require_GET
def to_online_payments(_request: HttpRequest) -> HttpResponse:
    """The same page under its other name: `Settings › Finance › Online payments`."""
    return HttpResponseRedirect(reverse("desk:online_payments"))


def settings_context(request: HttpRequest, desk: Desk) -> dict[str, Any]:
    return page_context(request, desk, section="settings")


def _entries(desk: Desk) -> list[SettingsEntry]:
    people = SettingsEntry(
        _("People and roles"),
        _("Invite people, and decide what each role may do."),
        "users",
        reverse("desk:people"),
    )
    trail = SettingsEntry(
        _("Audit trail"),
        _("Who did what, when and from where."),
        "history",
        reverse("desk:audit_trail"),
    )
    return [
        *(_of_money() if desk.may(Right.EDIT_PAYMENT_SETTINGS) else []),
        *(_of_the_place() if desk.may(Right.EDIT_SETTINGS) else []),
        *([people] if desk.may(Right.EDIT_PEOPLE) else []),
        *([trail] if desk.may(Right.SEE_AUDIT_TRAIL) else []),
        _mine(),
    ]


def _of_the_place() -> list[SettingsEntry]:
    return [
        SettingsEntry(
            _("Staff and hours"),
            _("Who works here, when, and in which sequence the calendar shows them."),
            "clock",
            reverse("desk:staff"),
        ),
        SettingsEntry(
            _("First steps"),
            _("From nothing to the first paid link."),
            "flag",
            reverse("desk:first_steps"),
        ),
        SettingsEntry(
            _("Company details"),
            _("Who you are on receipts and above Pay, and your bank account."),
            "landmark",
            reverse("desk:company"),
        ),
        SettingsEntry(
            _("Locations"),
            _("Address, currency, time zone and opening hours of each place."),
            "store",
            reverse("desk:locations"),
        ),
        SettingsEntry(
            _("Taxes"),
            _("Tax rates, taxation systems, and which rate something new begins with."),
            "percent",
            reverse("desk:taxes"),
        ),
        SettingsEntry(
            _("Look of client pages"),
            _("Your logo and colour on payment pages, receipts and mails."),
            "palette",
            reverse("desk:look"),
        ),
        SettingsEntry(
            _("Payment in online booking"),
            _("With which services and people clients pay when they book by themselves."),
            "calendar-plus",
            reverse("desk:online_booking"),
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
    ]


def _of_money() -> list[SettingsEntry]:
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
    return [payments, rules]


def _mine() -> SettingsEntry:
    return SettingsEntry(
        _("My sign-in"),
        _("Your passkeys, password, two-factor sign-in and PIN."),
        "key-round",
        reverse("account_mine"),
    )

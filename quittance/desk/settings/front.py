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


@dataclass(frozen=True, slots=True)
class SettingsGroup:
    title: str
    entries: list[SettingsEntry]


@require_GET
@desk_view(right=None)
def front(request: HttpRequest, desk: Desk) -> HttpResponse:
    if not any(desk.may(right) for right in SETTINGS_RIGHTS):
        desk.require(Right.EDIT_SETTINGS)
    context = {**settings_context(request, desk), "groups": _groups(desk), "notice": done_words(request)}
    return render(request, "desk/settings/front.html", context)


@require_GET
def to_online_payments(_request: HttpRequest) -> HttpResponse:
    """The same page under its other name: `Settings › Finance › Online payments`."""
    return HttpResponseRedirect(reverse("desk:online_payments"))


def settings_context(request: HttpRequest, desk: Desk) -> dict[str, Any]:
    return page_context(request, desk, section="settings")


def _groups(desk: Desk) -> list[SettingsGroup]:
    """Without what the person may not open; their own sign-in is everybody's."""
    may_edit = desk.may(Right.EDIT_SETTINGS)
    people = _of_people() if desk.may(Right.EDIT_PEOPLE) else []
    trail = _of_trail() if desk.may(Right.SEE_AUDIT_TRAIL) else []
    money = _of_money() if desk.may(Right.EDIT_PAYMENT_SETTINGS) else []
    found = [
        SettingsGroup(_("The business"), _of_the_place() if may_edit else []),
        SettingsGroup(_("Money"), [*money, *(_of_taxes() if may_edit else [])]),
        SettingsGroup(_("What clients see"), _of_client_pages() if may_edit else []),
        SettingsGroup(_("People and sign-in"), [*people, *trail, _mine()]),
    ]
    return [group for group in found if group.entries]


def _of_the_place() -> list[SettingsEntry]:
    return [
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
    ]


def _of_money() -> list[SettingsEntry]:
    return [
        SettingsEntry(
            _("Online payments"),
            _("Payment accounts, their keys, and whether payment links are on."),
            "credit-card",
            reverse("desk:settings_online_payments"),
        ),
        SettingsEntry(
            _("What goes back by itself"),
            _("When money that was paid twice, or too late, is refunded without anybody asking."),
            "undo-2",
            reverse("desk:refund_policy"),
        ),
    ]


def _of_taxes() -> list[SettingsEntry]:
    return [
        SettingsEntry(
            _("Taxes"),
            _("Tax rates, taxation systems, and which rate something new begins with."),
            "percent",
            reverse("desk:taxes"),
        ),
        SettingsEntry(
            _("Payment in online booking"),
            _("With which services and people clients pay when they book by themselves."),
            "calendar-plus",
            reverse("desk:online_booking"),
        ),
    ]


def _of_client_pages() -> list[SettingsEntry]:
    return [
        SettingsEntry(
            _("Look of client pages"),
            _("Your logo and colour on payment pages, receipts and mails."),
            "palette",
            reverse("desk:look"),
        ),
        SettingsEntry(
            _("Notifications"),
            _("Which messages clients get, by which channels, and in which words."),
            "send",
            reverse("desk:notifications"),
        ),
        SettingsEntry(
            _("Delivery channels"),
            _("Connect email, SMS and WhatsApp, send a test, see how they do."),
            "plug",
            reverse("desk:channels"),
        ),
    ]


def _of_people() -> list[SettingsEntry]:
    return [
        SettingsEntry(
            _("People and roles"),
            _("Invite people, and decide what each role may do."),
            "users",
            reverse("desk:people"),
        )
    ]


def _of_trail() -> list[SettingsEntry]:
    return [
        SettingsEntry(
            _("Audit trail"),
            _("Who did what, when and from where."),
            "history",
            reverse("desk:audit_trail"),
        )
    ]


def _mine() -> SettingsEntry:
    return SettingsEntry(
        _("My sign-in"),
        _("Your passkeys, password, two-factor sign-in and PIN."),
        "key-round",
        reverse("account_mine"),
    )

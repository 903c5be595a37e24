"""Every component on one page, to look at while building; `config` includes it in development and test only."""

from __future__ import annotations

from datetime import UTC, datetime

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path

from quittance.core.money import Money
from quittance.ui.shell import ChannelChip, LocationChoice, RailEntry, Shell, Tab, TimelineEntry
from quittance.ui.statuses import KINDS

_AT = datetime(2026, 11, 26, 13, 0, tzinfo=UTC)

_SHELL = Shell(
    business="Salon Ana",
    location="Berlin",
    entries=[
        RailEntry("Calendar", "calendar-days", "#calendar", current=True),
        RailEntry("Finance", "chart-no-axes-column", "#finance", count=2),
        RailEntry("Settings", "settings", "#settings"),
    ],
    locations=[LocationChoice(1, "Berlin", current=True), LocationChoice(2, "Zürich")],
    switch_url="#switch",
    user_name="Ana Fischer",
    role="Owner",
    log_out_url="#log-out",
)
_TIMELINE = [
    TimelineEntry(_AT, "Link made by Ana", "link"),
    TimelineEntry(_AT, "Sent by SMS to +49 151 234567", "send", "waiting", "Delivered after 4 s"),
    TimelineEntry(_AT, "Opened on the client's phone", "eye", "waiting"),
    TimelineEntry(_AT, "Paid 60.00 EUR", "circle-check", "paid", "Visa ·4242"),
]
_CHIPS = [
    ChannelChip("sms", "SMS", "+49 151 234567", checked=True),
    ChannelChip("email", "Email", "chloe@example.org"),
    ChannelChip("whatsapp", "WhatsApp", why_not="not connected"),
]
_TABS = [Tab("All", "#all", current=True, count=128), Tab("Follow up", "#follow", count=3), Tab("Paid", "#paid")]


class _SampleForm(forms.Form):
    amount = forms.CharField(label="Amount", help_text="For example 12.50.")
    note = forms.CharField(label="Note", required=False, widget=forms.Textarea(attrs={"rows": 2}))
    account = forms.ChoiceField(label="Account", choices=[("1", "Stripe · Salon Ana"), ("2", "Stripe · Zürich")])
    confirmed = forms.BooleanField(label="Tell the client by SMS", help_text="The client card has a phone.")


def gallery(request: HttpRequest) -> HttpResponse:
    form = _SampleForm({"amount": "twelve", "account": "1"})
    form.add_error("amount", "Type the amount in digits, for example 12.50.")
    return render(
        request,
        "ui/gallery/components.html",
        {
            "shell": _SHELL,
            "kinds": KINDS.items(),
            "timeline": _TIMELINE,
            "chips": _CHIPS,
            "tabs": _TABS,
            "form": form,
            "plain_form": _SampleForm(),
            "amount": Money(6000, "EUR"),
            "paid": Money(6500, "EUR"),
            "at": _AT,
            "berlin": "Europe/Berlin",
            "link": "https://pay.example.org/p/Zx81mQ0kLr7sWcTn4vYb2A",
        },
    )


urlpatterns = [path("_gallery", gallery, name="ui_gallery")]

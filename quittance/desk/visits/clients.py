"""The client in the visit window: the short card, and the search that finds one."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from quittance.clients.actions import MAX_POINTS, ClientCard
from quittance.clients.queries import FoundClient, contact_points_of, search
from quittance.core.actor import Right
from quittance.desk.access import Desk, desk_view
from quittance.desk.fields import row_id

NEW_CLIENT = "new"
_SHOWN = 8


class ClientForm(forms.Form):
    """Name, first phone, first email; further contact points of the card travel along unseen."""

    name = forms.CharField(label=_("Name"), max_length=200, error_messages={"required": _("Type the client's name.")})
    phone = forms.CharField(
        label=_("Phone"),
        max_length=40,
        required=False,
        widget=forms.TextInput(attrs={"type": "tel", "autocomplete": "off"}),
    )
    email = forms.CharField(
        label=_("Email"),
        max_length=254,
        required=False,
        widget=forms.TextInput(attrs={"inputmode": "email", "autocomplete": "off"}),
    )
    more = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **{"auto_id": "client-%s", **options})

    def card_fields(self) -> dict[str, Any]:
        """The fields of a ClientCard; the phone and the email typed here stay the first ones."""
        typed = self.cleaned_data
        more = [one for one in typed["more"].split() if one][:MAX_POINTS]
        return {
            "name": typed["name"],
            "phones": tuple(one for one in [typed["phone"], *(one for one in more if "@" not in one)] if one),
            "emails": tuple(one for one in [typed["email"], *(one for one in more if "@" in one)] if one),
        }


class ChooseForm(forms.Form):
    """Whose visit it is: `client` is a card's id, or `new` for somebody of the name that was typed."""

    client_name = forms.CharField(
        label=_("Client"),
        max_length=200,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off", "autofocus": True}),
    )
    client = forms.CharField(max_length=20, required=False)
    phone = forms.CharField(
        label=_("Phone"),
        max_length=40,
        required=False,
        widget=forms.TextInput(attrs={"type": "tel", "autocomplete": "off"}),
    )
    email = forms.CharField(
        label=_("Email"),
        max_length=254,
        required=False,
        widget=forms.TextInput(attrs={"inputmode": "email", "autocomplete": "off"}),
    )

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **{"auto_id": "choose-%s", **options})

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        client, name = cleaned.get("client", ""), cleaned.get("client_name", "")
        if client == NEW_CLIENT and not name:
            self.add_error("client_name", gettext("Type the client's name."))
        elif client and client != NEW_CLIENT and row_id(client) is None:
            self.add_error("client_name", gettext("Choose the client from the list."))
        elif not client:
            self.add_error("client_name", gettext("Type a name, phone or email, then choose below."))
        return cleaned

    def chosen(self) -> int | ClientCard:
        """Only of a form without mistakes."""
        typed = self.cleaned_data
        if typed["client"] != NEW_CLIENT:
            return int(typed["client"])
        return ClientCard(name=typed["client_name"], phones=(typed["phone"],), emails=(typed["email"],))

    def fits(self, desk: Desk) -> list[FoundClient]:
        """Without scripts the page itself shows who fits what was typed."""
        # What was typed comes here also when it was refused for what no database can store.
        text = str(self["client_name"].value() or "").replace("\x00", "")
        return search(business_id=desk.business.pk, text=text, limit=_SHOWN) if self.is_bound and text.strip() else []


def card_of(desk: Desk, client_id: int, name: str) -> ClientForm:
    """The form filled in with the card as it is; one query."""
    points = contact_points_of(business_id=desk.business.pk, client_id=client_id)
    phones = [point.value for point in points if point.kind == "phone"]
    emails = [point.value for point in points if point.kind == "email"]
    return ClientForm(
        initial={
            "name": name,
            "phone": phones[0] if phones else "",
            "email": emails[0] if emails else "",
            "more": " ".join([*phones[1:], *emails[1:]]),
        }
    )


@require_safe
@desk_view(Right.EDIT_VISITS)
def find(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Clients for the dialog of a new appointment, as radio buttons."""
    text = request.GET.get("client_name", "")
    context = {
        "clients": search(business_id=desk.business.pk, text=text, limit=_SHOWN),
        "text": text.strip(),
        "may_create": desk.may(Right.EDIT_CLIENTS),
    }
    return render(request, "desk/visits/found_clients.html", context)

"""One client: who they are, how to reach them, what they agreed to, their visits and what they paid."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from django import forms
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from quittance.bills.receipts import tender_label
from quittance.businesses.queries import names_of_users
from quittance.calendar.queries import visits_of_client
from quittance.calendar.queries_client import payments_of_client
from quittance.calendar.queries_value import holdings_of_client
from quittance.clients import queries
from quittance.clients.actions import MAX_NOTE, ClientCard
from quittance.clients.models import Client, Consent
from quittance.core.actor import Right
from quittance.core.ids import new_key
from quittance.desk.access import Desk, desk_view
from quittance.desk.clients.refusals import with_refusals
from quittance.desk.done import done_url, done_words
from quittance.desk.fields import row_id
from quittance.desk.seen import SeenForm, expected_of, seen_now, told
from quittance.desk.shell import page_context
from quittance.desk.visits.value_panel import icon_of, label_of, name_of
from quittance.flows import lift_refusal, save_client
from quittance.flows.change_contact import change_contact
from quittance.flows.errors import ChangedByOtherError, FieldError, FlowError, GoneError
from quittance.flows.record_consent import record_consent
from quittance.ui.client_languages import CLIENT_LANGUAGES

_CONSENTS: Final[dict[str, str | Promise]] = {
    Consent.MARKETING: gettext_lazy("Offers and news"),
    Consent.REMINDERS: gettext_lazy("Reminders of visits"),
}


class CardForm(forms.Form):
    """The first phone and email are asked for a new card only; afterwards they have their own list."""

    name = forms.CharField(
        label=gettext_lazy("Name"),
        max_length=200,
        error_messages={"required": gettext_lazy("Type the client's name.")},
    )
    phone = forms.CharField(
        label=gettext_lazy("Phone"),
        max_length=40,
        required=False,
        widget=forms.TextInput(attrs={"type": "tel", "autocomplete": "off"}),
    )
    email = forms.CharField(
        label=gettext_lazy("Email"),
        max_length=254,
        required=False,
        widget=forms.TextInput(attrs={"inputmode": "email", "autocomplete": "off"}),
    )
    language = forms.ChoiceField(
        label=gettext_lazy("Language"),
        required=False,
        help_text=gettext_lazy("In which messages and payment pages are written."),
    )
    note = forms.CharField(
        label=gettext_lazy("Note"),
        max_length=MAX_NOTE,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy("For the team only. The client may ask for a copy of it."),
    )

    def __init__(self, *args: Any, client: Client | None, **options: Any) -> None:
        initial: dict[str, Any] = {}
        if client is not None:
            initial = {"name": client.name, "language": client.language, "note": client.note}
        super().__init__(*args, **{"auto_id": "client-%s", "initial": initial, **options})
        choices = [("", _("As the location")), *CLIENT_LANGUAGES.items()]
        if client is not None:
            del self.fields["phone"], self.fields["email"]
            if client.language not in dict(choices):
                choices.append((client.language, client.language))
        field = self.fields["language"]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101 - for the type; it is declared above
        field.choices = choices


@dataclass(frozen=True, slots=True)
class ConsentRow:
    kind: str
    label: str
    given: bool | None
    at: datetime | None
    who: str


@require_http_methods(["GET", "HEAD", "POST"])
@desk_view(Right.EDIT_CLIENTS)
def new_client(request: HttpRequest, desk: Desk) -> HttpResponse:
    form = CardForm(request.POST if request.method == "POST" else None, client=None)
    if request.method == "POST" and form.is_valid():
        typed = form.cleaned_data
        card = ClientCard(
            name=typed["name"],
            phones=(typed["phone"],),
            emails=(typed["email"],),
            language=typed["language"],
            note=typed["note"],
        )
        try:
            client_id = save_client.save(
                actor=desk.actor, location_id=desk.location.pk, client_id=None, card=card, now=desk.now
            )
            url = reverse("desk:client", kwargs={"client_id": client_id})
            return HttpResponseRedirect(done_url("client_saved", url), status=303)
        except FieldError as error:
            form.add_error(error.field, str(error))
    context = {**page_context(request, desk, section="clients"), "form": form, "request_id": new_key()}
    return render(request, "desk/clients/new.html", context, status=422 if form.errors else 200)


@require_safe
@desk_view(Right.EDIT_CLIENTS)
def client(request: HttpRequest, desk: Desk, client_id: int) -> HttpResponse:
    return draw(request, desk, client_of(desk, client_id))


@require_POST
@desk_view(Right.EDIT_CLIENTS)
def save_card(request: HttpRequest, desk: Desk, client_id: int) -> HttpResponse:
    """Name, language and note; the contact points stay as they are."""
    row = client_of(desk, client_id)
    form = CardForm(request.POST, client=row)
    if form.is_valid():
        typed = form.cleaned_data
        card = ClientCard(
            name=typed["name"],
            phones=tuple(queries.phones_of(business_id=desk.business.pk, client_id=client_id)),
            emails=tuple(queries.emails_of(business_id=desk.business.pk, client_id=client_id)),
            language=typed["language"],
            note=typed["note"],
        )
        try:
            save_client.save(
                actor=desk.actor,
                location_id=desk.location.pk,
                client_id=client_id,
                card=card,
                expected_version=expected_of(request),
                now=desk.now,
            )
            return _saved(client_id)
        except ChangedByOtherError as error:
            seen = told(desk, error, yours=form, theirs=CardForm(client=client_of(desk, client_id)))
            return draw(request, desk, row, form=form, seen=seen, status=409)
        except FieldError as error:
            form.add_error(error.field if error.field in form.fields else None, str(error))
    return draw(request, desk, row, form=form, status=422)


@require_POST
@desk_view(Right.EDIT_CLIENTS)
def contact(request: HttpRequest, desk: Desk, client_id: int) -> HttpResponse:
    """Add, remove, or put first: the button says which."""
    row = client_of(desk, client_id)
    if "lift" in request.POST:
        return _lift(request, desk, row)
    change, value = "add", request.POST.get("value", "")[:254]
    for name in ("remove", "main"):
        if name in request.POST:
            change, value = name, request.POST[name]
    try:
        change_contact(
            actor=desk.actor,
            location_id=desk.location.pk,
            client_id=client_id,
            change=change,
            value=value,
            now=desk.now,
        )
    except GoneError:
        raise
    except FlowError as error:
        return draw(request, desk, row, contact_problem=str(error), typed=value, status=422)
    return _saved(client_id)


def _lift(request: HttpRequest, desk: Desk, row: Client) -> HttpResponse:
    """`Try again` beside an address that refused us."""
    number, _blank, channel = request.POST["lift"].partition(" ")
    try:
        lift_refusal.lift(
            actor=desk.actor,
            location_id=desk.location.pk,
            client_id=row.pk,
            point_id=row_id(number) or 0,
            channel=channel,
            now=desk.now,
        )
    except GoneError:
        raise
    except FlowError as error:
        return draw(request, desk, row, contact_problem=str(error), status=422)
    return _saved(row.pk)


@require_POST
@desk_view(Right.EDIT_CLIENTS)
def consent(request: HttpRequest, desk: Desk, client_id: int) -> HttpResponse:
    row = client_of(desk, client_id)
    try:
        record_consent(
            actor=desk.actor,
            location_id=desk.location.pk,
            client_id=client_id,
            kind=request.POST.get("kind", ""),
            given=request.POST.get("given") == "1",
            now=desk.now,
        )
    except GoneError:
        raise
    except FlowError as error:
        return draw(request, desk, row, contact_problem=str(error), status=422)
    return _saved(client_id)


def client_of(desk: Desk, client_id: int) -> Client:
    try:
        return queries.client_by_id(business_id=desk.business.pk, client_id=client_id)
    except Client.DoesNotExist:
        raise Http404 from None


def draw(
    request: HttpRequest,
    desk: Desk,
    row: Client,
    *,
    form: CardForm | None = None,
    contact_problem: str = "",
    typed: str = "",
    seen: SeenForm | None = None,
    status: int = 200,
) -> HttpResponse:
    """The card, whichever of its forms came back. At most sixteen queries beside those of signing in."""
    mine: dict[str, Any] = {"business_id": desk.business.pk, "client_id": row.pk}
    places = {place.location.pk for place in desk.workplaces if Right.SEE_CALENDAR in place.rights}
    context = {
        **page_context(request, desk, section="clients"),
        "client": row,
        "form": form or CardForm(client=row),
        "seen": seen or seen_now(desk, f"client {row.pk}"),
        "points": with_refusals(desk, queries.contact_points_of(**mine)),
        "contact_problem": contact_problem,
        "typed": typed,
        "consents": _consents(desk, row),
        "doubles": queries.doubles_of(**mine) if row.archived_at is None else [],
        "visits": [
            {"row": one, "url": _visit_url(one.visit.pk) if one.visit.location_id in places else ""}
            for one in visits_of_client(**mine, now=desk.now)
        ],
        "holdings": [
            {"icon": icon_of(one.wallet.kind), "label": label_of(one.wallet.kind), "text": name_of(one)}
            for one in holdings_of_client(**mine, location=desk.location, now=desk.now)
        ],
        "payments": [
            {
                "row": one,
                "label": tender_label(one.tender),
                "url": _visit_url(one.visit_id) if one.visit_id and one.tender.bill.location_id in places else "",
            }
            for one in payments_of_client(**mine)
        ],
        "may_settings": desk.may(Right.EDIT_SETTINGS),
        "notice": done_words(request),
        "request_id": new_key(),
    }
    return render(request, "desk/clients/card.html", context, status=status)


def _visit_url(visit_id: int) -> str:
    return reverse("desk:visit", kwargs={"visit_id": visit_id})


def _consents(desk: Desk, row: Client) -> list[ConsentRow]:
    said = queries.consents_of(business_id=desk.business.pk, client_id=row.pk)
    people = {one.recorded_by_id for one in said if one.recorded_by_id is not None}
    names = names_of_users(business_id=desk.business.pk, user_ids=people) if people else {}
    rows = []
    for kind, label in _CONSENTS.items():
        newest = next((one for one in said if one.kind == kind), None)
        rows.append(
            ConsentRow(
                kind=kind,
                label=str(label),
                given=newest.given if newest else None,
                at=newest.at if newest else None,
                who=names.get(newest.recorded_by_id or 0, "") if newest else "",
            )
        )
    return rows


def _saved(client_id: int) -> HttpResponse:
    url = reverse("desk:client", kwargs={"client_id": client_id})
    return HttpResponseRedirect(done_url("client_saved", url), status=303)

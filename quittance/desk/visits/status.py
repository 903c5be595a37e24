"""What stays free while the client pays: how far the visit has come, its note, and the client's card."""

from __future__ import annotations

from dataclasses import replace

from django import forms
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from quittance.clients.actions import ClientCard
from quittance.core.actor import Right
from quittance.desk.access import Desk, desk_view
from quittance.desk.fields import row_id
from quittance.desk.seen import expected_of, told_in_words
from quittance.desk.visits.changes import again, attempt, version_of
from quittance.desk.visits.clients import ChooseForm, ClientForm, card_of
from quittance.desk.visits.window import page_of
from quittance.flows import choose_client, save_client, set_visit_status
from quittance.flows.change_due import Decision
from quittance.flows.errors import ChangedByOtherError


class NoteForm(forms.Form):
    note = forms.CharField(required=False, max_length=4000, strip=False)


@require_POST
@desk_view(Right.EDIT_VISITS)
def set_state(request: HttpRequest, desk: Desk, visit_id: int) -> HttpResponse:
    page = replace(page_of(request, desk, visit_id), tab="status")
    typed_id = request.POST.get("appointment", "")
    appointment_id = row_id(typed_id)
    if typed_id and appointment_id is None:
        return again(request, page, form=None, problem=_("This appointment does not exist. Reload the page."))

    def work(_decision: Decision) -> str:
        set_visit_status.set_state(
            actor=page.desk.actor,
            visit_id=visit_id,
            state=request.POST.get("state", ""),
            appointment_id=appointment_id,
            expected_version=version_of(request, "visit_version"),
            now=desk.now,
        )
        return ""

    return attempt(request, page, work=work)


@require_POST
@desk_view(Right.EDIT_VISITS)
def set_note(request: HttpRequest, desk: Desk, visit_id: int) -> HttpResponse:
    page = replace(page_of(request, desk, visit_id), tab="details")
    form = NoteForm(request.POST)
    if not form.is_valid():
        return again(request, page, form=("note", form))

    def work(_decision: Decision) -> str:
        set_visit_status.set_note(
            actor=page.desk.actor,
            visit_id=visit_id,
            note=form.cleaned_data["note"],
            expected_version=version_of(request, "visit_version"),
            now=desk.now,
        )
        return _("Note saved.")

    return attempt(request, page, work=work, form=("note", form), field="note")


@require_POST
@desk_view(Right.EDIT_VISITS)
def choose(request: HttpRequest, desk: Desk, visit_id: int) -> HttpResponse:
    """Whose visit it is, said afterwards: somebody from the list, or a new card."""
    page = replace(page_of(request, desk, visit_id), tab="details", edit="choose")
    form = ChooseForm(request.POST)
    if not form.is_valid():
        return again(request, page, form=("choose", form))

    def work(decision: Decision) -> str:
        choose_client.choose(
            actor=page.desk.actor,
            visit_id=visit_id,
            client=form.chosen(),
            expected_version=version_of(request, "visit_version"),
            decision=decision,
            now=desk.now,
        )
        return _("It is this client's visit now.")

    named: tuple[str, forms.Form] = ("choose", form)
    return attempt(request, page, work=work, form=named, field="client_name", then=replace(page, edit=""))


@require_POST
@desk_view(Right.EDIT_CLIENTS)
def save_card(request: HttpRequest, desk: Desk, visit_id: int) -> HttpResponse:
    """The card of the visit's client."""
    page = replace(page_of(request, desk, visit_id), tab="details", edit="client")
    client = page.window.visit.client
    if client is None:
        return again(request, page, form=None, problem=_("This visit has no client."))
    form = ClientForm(request.POST)
    if not form.is_valid():
        return again(request, page, form=("client", form))

    def work(_decision: Decision) -> str:
        try:
            save_client.save(
                actor=page.desk.actor,
                location_id=page.desk.location.pk,
                client_id=client.pk,
                card=ClientCard(language=client.language, note=client.note, **form.card_fields()),
                expected_version=expected_of(request),
                now=desk.now,
            )
        except ChangedByOtherError as error:
            theirs = card_of(page.desk, client.pk, client.name)
            error.args = (told_in_words(page.desk, error, yours=form, theirs=theirs),)
            raise
        return _("Client card saved.")

    return attempt(request, page, work=work, form=("client", form), field="name", then=replace(page, edit=""))

"""Two cards of one person become one; a client's copy of what is held; forgetting a client."""

from __future__ import annotations

import json

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from quittance.calendar.queries_client import held_by, why_not_erasable
from quittance.clients.queries import consents_of, contact_points_of
from quittance.core.actor import Right
from quittance.core.ids import new_key
from quittance.desk.access import Desk, desk_view
from quittance.desk.clients.card import client_of
from quittance.desk.clients.readable import readable
from quittance.desk.done import done_url
from quittance.desk.shell import page_context
from quittance.flows.erase_client import erase_client
from quittance.flows.errors import GoneError, RefusedError
from quittance.flows.export_client import export_client
from quittance.flows.merge_clients import merge_clients


@require_http_methods(["GET", "HEAD", "POST"])
@desk_view(Right.EDIT_CLIENTS)
def merge(request: HttpRequest, desk: Desk, client_id: int, other_id: int) -> HttpResponse:
    """`client_id` is kept; what moves from the other one is said before it does."""
    kept, emptied = client_of(desk, client_id), client_of(desk, other_id)
    if kept == emptied or kept.archived_at is not None or emptied.archived_at is not None:
        raise Http404
    if request.method == "POST":
        merge_clients(
            actor=desk.actor, location_id=desk.location.pk, kept_id=client_id, emptied_id=other_id, now=desk.now
        )
        url = reverse("desk:client", kwargs={"client_id": client_id})
        return HttpResponseRedirect(done_url("clients_merged", url), status=303)
    has = {(one.kind, one.value) for one in contact_points_of(business_id=desk.business.pk, client_id=client_id)}
    theirs = contact_points_of(business_id=desk.business.pk, client_id=other_id)
    context = {
        **page_context(request, desk, section="clients"),
        "kept": kept,
        "emptied": emptied,
        "held": held_by(business_id=desk.business.pk, client_id=other_id),
        "points": [one for one in theirs if (one.kind, one.value) not in has],
        "consents": consents_of(business_id=desk.business.pk, client_id=other_id),
        "request_id": new_key(),
    }
    return render(request, "desk/clients/merge.html", context)


@require_POST
@desk_view(Right.EDIT_SETTINGS)
def export(request: HttpRequest, desk: Desk, client_id: int) -> HttpResponse:
    """`json` for machines, `text` for people; the same content."""
    desk.require(Right.EDIT_CLIENTS)
    held = export_client(actor=desk.actor, location_id=desk.location.pk, client_id=client_id, now=desk.now)
    if request.POST.get("form") == "text":
        response = HttpResponse(readable(held), content_type="text/plain; charset=utf-8")
        name = f"client-{client_id}.txt"
    else:
        text = json.dumps(held, ensure_ascii=False, indent=2)
        response = HttpResponse(text, content_type="application/json; charset=utf-8")
        name = f"client-{client_id}.json"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    response["X-Content-Type-Options"] = "nosniff"
    return response


@require_http_methods(["GET", "HEAD", "POST"])
@desk_view(Right.EDIT_SETTINGS)
def erase(request: HttpRequest, desk: Desk, client_id: int) -> HttpResponse:
    """What goes and what stays is said first; who goes on types the number of the card."""
    desk.require(Right.EDIT_CLIENTS)
    client = client_of(desk, client_id)
    if client.archived_at is not None:
        raise Http404
    problem = why_not_erasable(business_id=desk.business.pk, client_id=client_id, now=desk.now)
    typed_wrong = False
    if request.method == "POST" and not problem:
        typed_wrong = request.POST.get("number", "").strip() != str(client_id)
        if not typed_wrong:
            try:
                erase_client(actor=desk.actor, location_id=desk.location.pk, client_id=client_id, now=desk.now)
                return HttpResponseRedirect(done_url("client_erased", reverse("desk:clients")), status=303)
            except GoneError:
                raise
            except RefusedError as error:
                problem = str(error)
    context = {
        **page_context(request, desk, section="clients"),
        "client": client,
        "held": held_by(business_id=desk.business.pk, client_id=client_id),
        "problem": problem,
        "typed_wrong": typed_wrong,
        "request_id": new_key(),
    }
    bad = request.method == "POST"
    return render(request, "desk/clients/erase.html", context, status=422 if bad else 200)

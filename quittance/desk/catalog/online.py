"""The tab `Online booking` on the card of a service."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from quittance.catalog.online_payment import pairs_of_service
from quittance.core.actor import Right
from quittance.core.ids import new_key
from quittance.desk.access import Desk, desk_view
from quittance.desk.catalog.cards import service_here
from quittance.desk.catalog.sections import card_tabs, catalog_context
from quittance.desk.done import done_url
from quittance.desk.online_payment import StatusForm, effect_of
from quittance.desk.visits.changes import version_of
from quittance.flows.errors import GoneError, RefusedError
from quittance.flows.set_online_payment import set_status


@require_http_methods(["GET", "HEAD", "POST"])
@desk_view(Right.EDIT_SETTINGS)
def service_online(request: HttpRequest, desk: Desk, item_id: int) -> HttpResponse:
    row = service_here(desk, item_id)
    form = StatusForm(request.POST if request.method == "POST" else None, row=row)
    if request.method == "POST" and form.is_valid():
        try:
            set_status(
                actor=desk.actor,
                location_id=desk.location.pk,
                kind="service",
                row_id=row.pk,
                expected_version=version_of(request),
                status=form.chosen(),
                now=desk.now,
            )
            # Back to this tab: below the form stands what the status comes to.
            return HttpResponseRedirect(done_url("online_saved", request.path), status=303)
        except GoneError:
            raise
        except RefusedError as error:
            form.add_error(None, str(error))
    context = {
        **catalog_context(request, desk, current="services"),
        "kind": "service",
        "item": row,
        "form": form,
        "card_tabs": card_tabs(row, is_online=True),
        "effect": effect_of(row, pairs_of_service(location=desk.location, service=row)),
        "list_url": reverse("desk:services"),
        "request_id": new_key(),
    }
    return render(request, "desk/catalog/service_online.html", context, status=422 if form.errors else 200)

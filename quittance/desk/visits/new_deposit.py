"""The dialog of a new appointment: what the chosen service costs with this person, and its deposit."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from quittance.calendar.queries_deposit import is_new_client
from quittance.catalog.deposits import deposit_minor
from quittance.catalog.models import Service
from quittance.catalog.queries import performers_of, services_by_id
from quittance.core.actor import Right
from quittance.core.money import Money
from quittance.desk.access import Desk, desk_view
from quittance.desk.fields import row_id
from quittance.desk.visits.book_form import NEW_CLIENT
from quittance.desk.visits.links import send_words
from quittance.desk.visits.telling import Telling, telling_of, telling_of_new_client
from quittance.flows import send_link
from quittance.flows.errors import FlowError, GoneError
from quittance.flows.send_link import LinkWish
from quittance.messages.queries import channel_choices
from quittance.messages.types import VISIT_BOOKED

_MOST = 20


@dataclass(frozen=True, slots=True)
class Quote:
    """What the visit would cost and ask for now. `not_by` names a service that this person does not perform."""

    price: Money
    deposit: Money
    not_by: str = ""


@require_safe
@desk_view(Right.EDIT_VISITS)
def new_deposit(request: HttpRequest, desk: Desk) -> HttpResponse:
    """The part below the form, as often as a choice in it changes."""
    pairs = [
        (service, staff)
        for service, staff in zip(
            [row_id(one) for one in request.GET.getlist("service")[:_MOST]],
            [row_id(one) for one in request.GET.getlist("staff")[:_MOST]],
            strict=False,
        )
        if service is not None
    ]
    client = request.GET.get("client", "")
    context = {
        "quote": quote_of(desk, pairs, client_id=row_id(client)),
        "telling": _telling(request, desk, client),
        "may_link": desk.may(Right.CASHLESS_PAYMENT),
    }
    return render(request, "desk/visits/new_deposit.html", context)


def _telling(request: HttpRequest, desk: Desk, client: str) -> Telling | None:
    """Whether a confirmation leaves; a series of visits sends none."""
    asked = request.GET
    if asked.get("repeat"):
        return None
    if client == NEW_CLIENT:
        return telling_of_new_client(business_id=desk.business.pk, type=VISIT_BOOKED, typed=asked)
    return telling_of(
        business_id=desk.business.pk,
        client_id=row_id(client),
        client_name=asked.get("client_name", "")[:200],
        type=VISIT_BOOKED,
        typed=asked,
    )


def quote_of(desk: Desk, pairs: list[tuple[int, int | None]], *, client_id: int | None) -> Quote | None:
    """None while no service of this place is chosen."""
    services = services_by_id(
        business_id=desk.business.pk, location_id=desk.location.pk, service_ids=[service for service, _ in pairs]
    )
    if any(service not in services for service, _ in pairs):
        raise GoneError(_("This service is not offered here any more."))
    if not services:
        return None
    terms = performers_of(business_id=desk.business.pk, service_ids=services)
    is_new = True
    if any(one.deposit_kind != Service.NO_DEPOSIT and one.deposit_new_clients_only for one in services.values()):
        is_new = is_new_client(business_id=desk.business.pk, client_id=client_id)
    price = deposit = 0
    not_by = ""
    for service_id, staff_id in pairs:
        service = services.get(service_id)
        if service is None:
            continue
        performers = terms.get(service_id)
        own = None if performers is None or staff_id is None else performers.get(staff_id)
        if performers is not None and own is None:
            not_by = service.name
        minor = service.price_minor if own is None or own.price_minor is None else own.price_minor
        price += minor
        deposit += deposit_minor(service=service, price_minor=minor, is_new_client=is_new)
    currency = desk.location.currency
    return Quote(Money(price, currency), Money(deposit, currency), not_by)


def send_deposit_link(desk: Desk, visit_id: int, client_id: int | None) -> str:
    """Send the link that asks for the deposit by the client's usual channels; what to tell the desk."""
    choices = channel_choices(business_id=desk.business.pk, client_id=client_id)
    channels = [choice.channel for choice in choices if choice.chosen]
    try:
        sent = send_link.send(
            actor=replace(desk.actor, request_id=_of_sending(desk.actor.request_id)),
            visit_id=visit_id,
            channels=channels,
            wish=LinkWish(ask="deposit"),
            now=desk.now,
        )
    except FlowError as error:
        return _("Booked, but the link was not sent: %(why)s") % {"why": error}
    return _("Booked.") + " " + send_words(sent)


def _of_sending(request_id: str) -> str:
    """The same pressing books and sends; each of the two has its own answer to repeat."""
    return hashlib.sha256(f"{request_id} send".encode()).hexdigest() if request_id else ""

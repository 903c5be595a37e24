"""First steps: the check-list that leads an empty installation to its first paid link."""

from __future__ import annotations

from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from quittance.calendar.queries_first_steps import FirstSteps, first_steps
from quittance.core.actor import Right
from quittance.core.ids import new_key
from quittance.desk.access import Desk, desk_view
from quittance.desk.done import done_url
from quittance.desk.shell import address_of, page_context
from quittance.flows.set_up import put_first_steps_away


@dataclass(frozen=True, slots=True)
class Step:
    """`url` is empty where the page does not exist or this person may not open it; `why_not` says which."""

    title: str
    text: str
    label: str
    url: str
    is_done: bool
    why_not: str = ""


@require_GET
@desk_view(Right.EDIT_SETTINGS)
def page(request: HttpRequest, desk: Desk) -> HttpResponse:
    found = first_steps(business=desk.business)
    steps = _steps(desk, found)
    context = {
        **page_context(request, desk, section="first_steps"),
        "steps": steps,
        "done": found.done,
        "next": next((step for step in steps if not step.is_done), None),
        "request_id": new_key(),
    }
    return render(request, "desk/settings/first_steps.html", context)


@require_POST
@desk_view(Right.EDIT_SETTINGS)
def put_away(_request: HttpRequest, desk: Desk) -> HttpResponse:
    put_first_steps_away(actor=desk.actor, now=desk.now)
    return HttpResponseRedirect(done_url("steps_away", reverse("desk:settings")))


def _steps(desk: Desk, found: FirstSteps) -> list[Step]:
    company_done = bool(desk.business.legal_name and desk.business.legal_address)
    place = reverse("desk:location", kwargs={"location_id": desk.location.pk})
    keys = desk.may(Right.EDIT_PAYMENT_SETTINGS)
    books = desk.may(Right.EDIT_VISITS)
    return [
        Step(
            _("Business and location"),
            _("Name and address stand on receipts and above Pay."),
            _("Address of the location") if company_done else _("Company details"),
            place if company_done else reverse("desk:company"),
            found.place,
        ),
        Step(
            _("First service"),
            _("What you sell most often, with its price and how long it takes."),
            _("Add a service"),
            address_of("desk:catalog") or address_of("desk:services"),
            found.service,
        ),
        Step(
            _("Payment account"),
            _("Your own account at a payment system: the money goes there, never through us."),
            _("Connect an account"),
            reverse("desk:online_payments") if keys else "",
            found.account,
            "" if keys else _("The owner connects it: your role does not include payment keys."),
        ),
        Step(
            _("Email or SMS"),
            _("The way by which payment links reach your clients."),
            _("Connect a channel"),
            reverse("desk:channels"),
            found.channel,
        ),
        Step(
            _("Test payment"),
            _("Book a visit for yourself, send the link to your own phone and pay it."),
            _("Book a visit"),
            reverse("desk:new_visit") if books else "",
            found.payment,
            "" if books else _("Ask somebody at the desk: your role does not include booking visits."),
        ),
    ]

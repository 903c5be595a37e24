"""Settings › Payment in online booking: which rule holds here, and what it comes to for every service and person."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy
from django.views.decorators.http import require_http_methods, require_POST

from quittance.businesses.online_payment import OnlinePayment, OnlinePaymentRule
from quittance.catalog.models import Service
from quittance.catalog.online_payment import pairs_of
from quittance.core.actor import Right
from quittance.core.ids import new_key
from quittance.desk.access import Desk, desk_view
from quittance.desk.done import done_url, done_words
from quittance.desk.fields import row_id
from quittance.desk.online_payment import LABELS, LOOKS
from quittance.desk.settings.front import settings_context
from quittance.flows import set_online_payment
from quittance.flows.errors import GoneError, RefusedError


class RuleForm(forms.Form):
    rule = forms.ChoiceField(
        label=lazy("Where a service and a person say different things"),
        help_text=lazy(
            "Not available first: it wins, then Required, then Available. Strictest first: Required wins, "
            "then Available."
        ),
        choices=[
            (OnlinePaymentRule.NOT_AVAILABLE_FIRST.value, lazy("Not available first")),
            (OnlinePaymentRule.STRICTEST.value, lazy("Strictest first")),
        ],
        error_messages={
            "required": lazy("Choose one from the list."),
            "invalid_choice": lazy("Choose one from the list."),
        },
    )

    def __init__(self, *args: Any, desk: Desk, **options: Any) -> None:
        initial = {"rule": desk.location.online_payment_rule}
        super().__init__(*args, **{"initial": initial, "auto_id": "online-%s", **options})


@dataclass(frozen=True, slots=True)
class Holding:
    """A status that holds for a service with some of those who perform it."""

    label: str | Promise
    tone: str
    icon: str
    names: str


@dataclass(frozen=True, slots=True)
class ServiceRow:
    service: Service
    holdings: tuple[Holding, ...]


@require_http_methods(["GET", "HEAD", "POST"])
@desk_view(Right.EDIT_SETTINGS)
def online_booking(request: HttpRequest, desk: Desk) -> HttpResponse:
    form = RuleForm(request.POST if request.method == "POST" else None, desk=desk)
    if request.method == "POST" and form.is_valid():
        try:
            set_online_payment.choose_rule(
                actor=desk.actor,
                location_id=desk.location.pk,
                expected=_rule(request.POST.get("was", "")),
                rule=OnlinePaymentRule(form.cleaned_data["rule"]),
                now=desk.now,
            )
            return HttpResponseRedirect(done_url("online_rule_saved", reverse("desk:online_booking")), status=303)
        except GoneError:
            raise
        except RefusedError as error:
            form.add_error(None, str(error))
    context = {
        **settings_context(request, desk),
        "form": form,
        "rows": _rows(desk),
        "notice": done_words(request),
        "request_id": new_key(),
    }
    return render(request, "desk/settings/online_booking.html", context, status=422 if form.errors else 200)


@require_POST
@desk_view(Right.EDIT_SETTINGS)
def switch_on(request: HttpRequest, desk: Desk) -> HttpResponse:
    """From the card of a `service` or of a `staff` member: the others become Available."""
    kind: set_online_payment.Kind = "service" if "service" in request.POST else "staff"
    chosen = row_id(request.POST.get(kind, ""))
    if chosen is None:
        raise GoneError(_("Reload the page and try again."))
    set_online_payment.switch_on_others(
        actor=desk.actor, location_id=desk.location.pk, kind=kind, row_id=chosen, now=desk.now
    )
    if kind == "service":
        back = reverse("desk:service_online", kwargs={"item_id": chosen})
    else:
        back = reverse("desk:staff_card", kwargs={"staff_id": chosen})
    part = "" if kind == "service" else "#other-settings"
    return HttpResponseRedirect(done_url("online_switched_on", back) + part, status=303)


def _rows(desk: Desk) -> list[ServiceRow]:
    rows = []
    for _key, pairs in groupby(pairs_of(location=desk.location), key=lambda pair: pair.service.pk):
        found = list(pairs)
        names: dict[OnlinePayment, list[str]] = {}
        for pair in found:
            names.setdefault(pair.status, []).append(pair.staff.name)
        holdings = tuple(
            Holding(LABELS[status], *LOOKS[status], ", ".join(names[status]))
            for status in OnlinePayment
            if status in names
        )
        rows.append(ServiceRow(found[0].service, holdings))
    return rows


def _rule(text: str) -> OnlinePaymentRule:
    """As the form was drawn; one that was drawn by nobody fits no rule."""
    try:
        return OnlinePaymentRule(text)
    except ValueError:
        raise RefusedError(_("Reload the page and try again.")) from None

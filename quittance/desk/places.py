"""The location switch, and the desk-wide notice when money lands."""

from __future__ import annotations

from typing import Final

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from quittance.calendar.queries_notices import MoneyNotice, notices_since
from quittance.core.actor import NotAllowedError, Right
from quittance.desk.access import LOCATION_KEY, Desk, desk_view
from quittance.desk.answers import with_event
from quittance.desk.cases import open_cases
from quittance.desk.fields import row_id
from quittance.desk.visits.banner import money_text
from quittance.outbox.queries import newest_seen_at_desk

# Pages about one row of a place; the other place has none of it.
_OF_ONE_ROW: Final = ("/visits/", "/finance/online-payments/accounts/", "/finance/cases/", "/finance/payments/")
_ALERTS: Final = frozenset({"payment.failed", "refund.failed", "dispute.opened", "dispute.lost"})


@require_POST
@desk_view(right=None)
def switch_location(request: HttpRequest, desk: Desk) -> HttpResponse:
    """From now on this browser works there; a place without a role is refused."""
    chosen = row_id(request.POST.get("location", ""))
    place = next((one for one in desk.workplaces if one.location.pk == chosen), None)
    if place is None:
        raise NotAllowedError(Right.SEE_CALENDAR)
    request.session[LOCATION_KEY] = place.location.pk
    return HttpResponseRedirect(_way_back(request), status=303)


@require_safe
@desk_view(Right.SEE_CALENDAR)
def notices(request: HttpRequest, desk: Desk) -> HttpResponse:
    """What landed since `after`, and how many money cases wait: 204 while nothing changed.

    Without `after`, only where to begin.
    """
    after = row_id(request.GET.get("after", ""))
    cases = open_cases(desk)
    locations = [place.location.pk for place in desk.workplaces if place.business.pk == desk.business.pk]
    if after is None:
        newest = newest_seen_at_desk(business_id=desk.business.pk, location_ids=locations)
        return render(request, "desk/notices.html", {"after": newest, "cases": cases})
    found = notices_since(business_id=desk.business.pk, location_ids=locations, after_id=after)
    if not found and request.GET.get("cases") == str(cases):
        return HttpResponse(status=204)
    newest = found[-1].event_id if found else after
    response = render(request, "desk/notices.html", {"after": newest, "cases": cases})
    if not found:
        return response
    told = [notice for notice in (_notice(one) for one in found) if notice]
    with_event(response, "visit-changed")
    return with_event(response, "notices", {"notices": told[-5:]})


def _notice(found: MoneyNotice) -> dict[str, str]:
    words = {"client": found.client_name or _("A client"), "amount": money_text(found.amount)}
    texts = {
        "payment.paid": _("%(client)s paid %(amount)s"),
        "link.paid_with_value": _("%(client)s paid %(amount)s with a gift card or credit"),
        "payment.processing": _("%(client)s agreed to pay %(amount)s; the money takes some days"),
        "payment.failed": _("The payment of %(client)s over %(amount)s failed"),
        "refund.failed": _("A refund for %(client)s failed"),
        "dispute.opened": _("The bank of %(client)s disputes a payment"),
        "dispute.lost": _("A dispute with %(client)s was lost"),
        "dispute.won": _("A dispute with %(client)s was won"),
    }
    text = texts.get(found.name)
    if text is None or found.visit_id is None:
        return {}
    url = reverse("desk:visit", kwargs={"visit_id": found.visit_id}) + "?tab=checkout"
    notice = {"text": text % words, "url": url, "label": _("Open visit")}
    return {**notice, "tone": "alert"} if found.name in _ALERTS else notice


def _way_back(request: HttpRequest) -> str:
    """Where the switch was pressed; the calendar where that page shows a row of the other place."""
    url = request.POST.get("next", "")
    safe = url_has_allowed_host_and_scheme(url, allowed_hosts={request.get_host()}, require_https=request.is_secure())
    return url if safe and not url.startswith(_OF_ONE_ROW) else reverse("desk:calendar")

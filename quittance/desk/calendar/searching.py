"""The search of the calendar: who comes, whose card, which visit or receipt; drawn while somebody types."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from quittance.calendar.queries_search import MIN_LETTERS, find
from quittance.core.actor import Right
from quittance.desk.access import Desk, desk_view
from quittance.desk.calendar.cards import visit_addresses


@require_safe
@desk_view(Right.SEE_CALENDAR)
def search(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Visits of the locations whose calendar this person may see; cards for whoever may open cards."""
    text = request.GET.get("q", "").strip()
    places = [
        place.location.pk
        for place in desk.workplaces
        if place.business.pk == desk.business.pk and Right.SEE_CALENDAR in place.rights
    ]
    found = find(business_id=desk.business.pk, location_ids=places, text=text, now=desk.now)
    visit_url = visit_addresses()
    context = {
        "text": text,
        "is_short": len(text) < MIN_LETTERS and not text.isdigit(),
        "visits": [{"one": one, "url": visit_url(one.visit.pk)} for one in found.visits],
        "clients": found.clients if desk.may(Right.EDIT_CLIENTS) else [],
        "location": desk.location,
    }
    return render(request, "desk/calendar/found.html", context)

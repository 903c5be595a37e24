"""All clients by name, however many there are; found by name, phone or email."""

from __future__ import annotations

from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from quittance.clients import queries
from quittance.core.actor import Right
from quittance.desk.access import Desk, desk_view
from quittance.desk.done import done_words
from quittance.desk.fields import row_id
from quittance.desk.shell import page_context


@require_safe
@desk_view(Right.EDIT_CLIENTS)
def clients(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Three queries beside those of signing in."""
    text = request.GET.get("q", "").strip()[: queries.MAX_QUERY]
    last = row_id(request.GET.get("id", ""))
    after = None if last is None else (request.GET.get("after", "")[:200], last)
    if text:
        rows, following = queries.search(business_id=desk.business.pk, text=text, limit=queries.MAX_FOUND), None
    else:
        page = queries.page(business_id=desk.business.pk, after=after)
        rows, following = page.rows, page.after
    list_url = reverse("desk:clients")
    context = {
        **page_context(request, desk, section="clients"),
        "rows": rows,
        "text": text,
        "list_url": list_url,
        "first_url": list_url if after else "",
        "next_url": f"{list_url}?{urlencode({'after': following[0], 'id': following[1]})}" if following else "",
        "is_cut": bool(text) and len(rows) == queries.MAX_FOUND,
        "may_import": desk.may(Right.EDIT_SETTINGS),
        "notice": done_words(request),
    }
    return render(request, "desk/clients/list.html", context)

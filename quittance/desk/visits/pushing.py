"""Show the visit at a desk's QR code, see whether somebody said yes to it, take it off."""

from __future__ import annotations

from dataclasses import replace

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from quittance.core.actor import Right
from quittance.core.locale_format import format_time
from quittance.desk.access import Desk, desk_view
from quittance.desk.fields import row_id
from quittance.desk.visits.changes import attempt
from quittance.desk.visits.push_panel import push_panel_of
from quittance.desk.visits.window import load, page_of
from quittance.flows import push_visit
from quittance.flows.change_due import Decision


@require_POST
@desk_view(Right.CASHLESS_PAYMENT)
def push(request: HttpRequest, desk: Desk, visit_id: int) -> HttpResponse:
    page = replace(page_of(request, desk, visit_id), tab="checkout", pay="link")
    chosen = row_id(request.POST.get("desk", "")) or 0

    def work(_decision: Decision) -> str:
        done = push_visit.push(actor=page.desk.actor, visit_id=visit_id, desk_id=chosen, now=desk.now)
        location = page.window.visit.location
        words = {"desk": done.desk_name, "at": format_time(done.expires_at, get_language() or "en", location.time_zone)}
        if done.replaced:
            return _("Shown at %(desk)s until %(at)s. The visit that stood there was taken off.") % words
        return _("Shown at %(desk)s until %(at)s.") % words

    return attempt(request, page, work=work)


@require_POST
@desk_view(Right.CASHLESS_PAYMENT)
def take_off(request: HttpRequest, desk: Desk, visit_id: int) -> HttpResponse:
    page = replace(page_of(request, desk, visit_id), tab="checkout", pay="link")

    def work(_decision: Decision) -> str:
        done = push_visit.withdraw(actor=page.desk.actor, visit_id=visit_id, now=desk.now)
        return _("Taken off the desk QR.") if done else _("It was not shown any more.")

    return attempt(request, page, work=work)


@require_safe
@desk_view(Right.CASHLESS_PAYMENT)
def shown(request: HttpRequest, desk: Desk, visit_id: int) -> HttpResponse:
    """The line of the panel that changes when somebody scans."""
    _there, window = load(desk, visit_id, with_messages=False, with_lines=False)
    context = {
        "visit": window.visit,
        "location": window.visit.location,
        "pushing": push_panel_of(window.visit, now=desk.now),
    }
    return render(request, "desk/visits/desk_push_state.html", context)

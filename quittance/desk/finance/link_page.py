"""The page of one payment link: where it stands, what happened, and what can be done with it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from quittance.businesses.queries import names_of_users
from quittance.calendar.queries_link import LinkDetail, link_detail
from quittance.calendar.queries_visit import visit_window
from quittance.core.actor import Right
from quittance.core.ids import new_key
from quittance.core.money import Money
from quittance.desk.access import Desk, desk_view
from quittance.desk.done import done_url, done_words
from quittance.desk.finance.expiry import expiry_of
from quittance.desk.finance.sections import finance_context
from quittance.desk.visits.asking import Ask, ask_of, decision_of
from quittance.desk.visits.link_life import LifeForm
from quittance.desk.visits.timeline import newest_first, of_link, of_message, of_payment, of_trail, people_of_trail
from quittance.flows import expire_link, extend_link, send_link
from quittance.flows._link_life import end_word
from quittance.flows.change_due import Decision
from quittance.flows.errors import FlowError, GoneError, RefusedError
from quittance.flows.make_link import address_of
from quittance.messages.queries import ChannelChoice, channel_choices
from quittance.ui.shell import TimelineEntry


@dataclass(frozen=True, slots=True)
class Shown:
    """What comes beside the link itself when something pressed did not go through."""

    problem: str = ""
    ask: Ask | None = None
    life: LifeForm | None = None
    status: int = 200


@require_GET
@desk_view(Right.SEE_FINANCE)
def link(request: HttpRequest, desk: Desk, link_id: int) -> HttpResponse:
    there, detail = _there(desk, link_id)
    there.require(Right.SEE_FINANCE)
    return _page(request, there, detail, Shown())


@require_POST
@desk_view(Right.CASHLESS_PAYMENT)
def resend(request: HttpRequest, desk: Desk, link_id: int) -> HttpResponse:
    """By the client's usual ways."""
    there, detail = _there(desk, link_id)
    there.require(Right.CASHLESS_PAYMENT)

    def work(_decision: Decision) -> None:
        visit = detail.visit
        if visit is None or not detail.view.is_live:
            raise RefusedError(_("This link has ended and takes nothing any more. Send a new one from the visit."))
        ways = [one.channel for one in _choices(there, detail) if one.chosen]
        send_link.send(actor=there.actor, visit_id=visit.pk, channels=ways, now=there.now)

    return _attempt(request, there, detail, work, done="link_resent")


@require_POST
@desk_view(Right.CASHLESS_PAYMENT)
def extend(request: HttpRequest, desk: Desk, link_id: int) -> HttpResponse:
    there, detail = _there(desk, link_id)
    there.require(Right.CASHLESS_PAYMENT)
    form = LifeForm(request.POST, has_link=True)
    if not form.is_valid():
        return _page(request, there, detail, Shown(life=form, status=422))
    expires_at = form.end(location=detail.link.bill.location, now=there.now)
    if expires_at is None:
        problem = _("Choose until when the link is to be valid.")
        return _page(request, there, detail, Shown(problem=problem, life=form, status=422))

    def work(_decision: Decision) -> None:
        extend_link.extend(
            actor=there.actor, link_id=detail.link.pk, expires_at=expires_at, seen=_seen(request), now=there.now
        )

    return _attempt(request, there, detail, work, done="link_extended", life=form)


@require_POST
@desk_view(Right.CASHLESS_PAYMENT)
def expire(request: HttpRequest, desk: Desk, link_id: int) -> HttpResponse:
    there, detail = _there(desk, link_id)
    there.require(Right.CASHLESS_PAYMENT)

    def work(decision: Decision) -> None:
        expire_link.expire(
            actor=there.actor, link_id=detail.link.pk, seen=_seen(request), decision=decision, now=there.now
        )

    return _attempt(request, there, detail, work, done="link_expired")


def _attempt(
    request: HttpRequest,
    desk: Desk,
    detail: LinkDetail,
    work: Callable[[Decision], None],
    *,
    done: str,
    life: LifeForm | None = None,
) -> HttpResponse:
    """Back to the page with a word about it; or the page as it stands now, with what is in the way."""
    try:
        work(decision_of(request.POST))
    except GoneError:
        raise
    except FlowError as error:
        _same, fresh = _there(desk, detail.link.pk)
        ask = _ask(request, desk, fresh, error)
        problem = "" if ask else str(error)
        status = 422 if isinstance(error, RefusedError) else 409
        return _page(request, desk, fresh, Shown(problem=problem, ask=ask, life=life, status=status))
    if not desk.may(Right.SEE_FINANCE) and detail.visit is not None:
        return HttpResponseRedirect(reverse("desk:visit", kwargs={"visit_id": detail.visit.pk}), status=303)
    url = reverse("desk:link", kwargs={"link_id": detail.link.pk})
    return HttpResponseRedirect(done_url(done, url), status=303)


def _there(desk: Desk, link_id: int) -> tuple[Desk, LinkDetail]:
    """The link, and the desk moved to its place; 404 for what this person has no role for."""
    detail = link_detail(business_id=desk.business.pk, link_id=link_id, now=desk.now)
    if detail is None:
        raise Http404
    return desk.at(detail.link.bill.location_id), detail


def _seen(request: HttpRequest) -> str:
    return request.POST.get("seen_end", "")[:40]


def _ask(request: HttpRequest, desk: Desk, detail: LinkDetail, error: FlowError) -> Ask | None:
    if detail.visit is None:
        return None
    window = visit_window(
        business_id=desk.business.pk, visit_id=detail.visit.pk, now=desk.now, with_messages=False, with_lines=False
    )
    return None if window is None else ask_of(error, typed=request.POST, url=request.path, window=window)


def _page(request: HttpRequest, desk: Desk, detail: LinkDetail, shown: Shown) -> HttpResponse:
    row, view = detail.link, detail.view
    may_act = desk.may(Right.CASHLESS_PAYMENT)
    may_open = detail.visit is not None and desk.may(Right.SEE_CALENDAR)
    ways = [choice for choice in _choices(desk, detail) if choice.is_usable] if may_act and view.is_live else []
    context = {
        **finance_context(request, desk, current="links"),
        "link": row,
        "view": view,
        "asked": _asked(detail),
        "paid": detail.use.paid,
        "client_name": row.bill.client.name if row.bill.client else "",
        "expiry": expiry_of(row, time_zone=row.bill.location.time_zone, now=desk.now),
        "visit": detail.visit,
        "visit_url": _visit_url(detail) if may_open else "",
        "place": row.bill.location,
        "may_act": may_act,
        "address": address_of(row) if may_act and view.is_live else "",
        "ways": ways,
        "life_form": shown.life or LifeForm(has_link=True),
        "seen_end": end_word(row.expires_at),
        "problem": shown.problem,
        "ask": shown.ask,
        "timeline": _timeline(detail, desk),
        "notice": done_words(request),
        "request_id": new_key(),
        "return_url": reverse("desk:link", kwargs={"link_id": row.pk}),
    }
    return render(request, "desk/finance/link.html", context, status=shown.status)


def _choices(desk: Desk, detail: LinkDetail) -> list[ChannelChoice]:
    return channel_choices(business_id=desk.business.pk, client_id=detail.link.bill.client_id)


def _visit_url(detail: LinkDetail) -> str:
    return reverse("desk:visit", kwargs={"visit_id": detail.visit.pk}) + "?tab=checkout" if detail.visit else ""


def _asked(detail: LinkDetail) -> Money:
    """All that it asks, or asked."""
    used = detail.use.paid + detail.use.processing
    if detail.view.is_live:
        return used + detail.view.ask
    if used.is_positive:
        return used
    bill = detail.link.bill
    return Money(bill.total_minor if detail.link.ask_minor is None else detail.link.ask_minor, bill.currency)


def _timeline(detail: LinkDetail, desk: Desk) -> list[TimelineEntry]:
    people = people_of_trail(detail.trail) | {user_id for user_id in (detail.link.created_by_id,) if user_id}
    names = names_of_users(business_id=desk.business.pk, user_ids=people) if people else {}
    bill = detail.link.bill
    entries = [
        *of_link(detail.view, currency=bill.currency, names=names),
        *of_trail(detail.link.pk, detail.trail, names=names, time_zone=bill.location.time_zone),
        *(entry for message in detail.messages for entry in of_message(message)),
        *(entry for payment in detail.payments for entry in of_payment(payment)),
    ]
    return newest_first(entries)

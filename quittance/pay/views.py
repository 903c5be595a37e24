"""The pages behind a payment link. GET changes nothing; no cookie, no account, no script is needed."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, Final
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import override
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST, require_safe

from quittance.calendar.queries_gift_card import value_sold
from quittance.calendar.queries_pay import PayPage, pay_page
from quittance.core import clock
from quittance.flows import (
    call_back,
    confirm_return,
    note_preview,
    offer_value,
    record_access,
    renew_link,
    take_payment,
)
from quittance.flows.take_payment import Chosen
from quittance.pay import problems, screens, value
from quittance.pay.form_key import form_key, is_form_key
from quittance.pay.languages import CLIENT_LANGUAGES, browser_language, chosen_language, language_for
from quittance.pay.papers import gift_card_response, receipt_response, visit_file_response
from quittance.pay.robots import UNNAMED, robot_of
from quittance.pay.throttle import misses, questions
from quittance.wallets.models import GIFT_CARD, MEMBERSHIP

_View = Callable[..., HttpResponse]
_TEMPLATES: Final = {
    "visit": "pay/visit.html",
    "waiting": "pay/waiting.html",
    "paid": "pay/paid.html",
    "settled": "pay/paid.html",
    "refunded": "pay/paid.html",
    "returning": "pay/paid.html",
    "disputed": "pay/paid.html",
    "reopened": "pay/paid.html",
}
_SHOWS_CARDS: Final = frozenset(screen for screen, template in _TEMPLATES.items() if template == "pay/paid.html")
_STATE_TEMPLATE: Final = "pay/state.html"
_LONGEST_AMOUNT: Final = 15


def _for_clients(view: _View) -> _View:
    """Addresses that do not exist all look the same, and asking for many of them ends in a wait (T45)."""

    @wraps(view)
    def guarded(request: HttpRequest, token: str) -> HttpResponse:
        now, ip = clock.now(), request.META.get("REMOTE_ADDR", "")
        with override(chosen_language(request) or browser_language(request) or "en"):
            if misses.is_blocked(key=ip, now=now):
                return render(request, "pay/too_many.html", status=429)
            response = view(request, token)
            if response.status_code == 404 and not misses.note(key=ip, now=now):
                return render(request, "pay/too_many.html", status=429)
        return response

    return guarded


def _nothing_here(request: HttpRequest) -> HttpResponse:
    return render(request, "404.html", status=404)


@require_safe
@_for_clients
def show(request: HttpRequest, token: str) -> HttpResponse:
    return _show(request, token, returning=False)


@require_safe
@_for_clients
def come_back(request: HttpRequest, token: str) -> HttpResponse:
    """Where the payment system sends the client: waits for the truth, never offers a second `Pay` meanwhile."""
    return _show(request, token, returning=True)


def _show(request: HttpRequest, token: str, *, returning: bool) -> HttpResponse:
    now = clock.now()
    page = pay_page(token=token, now=now)
    if page is None:
        return _nothing_here(request)
    robot = robot_of(request)
    if robot:
        note_preview.note(link=page.link, robot=robot, now=now)
    with override(_language(request, page)):
        screen = screens.screen_of(page, returning=returning)
        context = _context(request, token, page, screen)
        if screen == "visit":
            picked = value.chosen(request.GET.get(value.WITH, ""), token=token)
            context |= _value(request, token, offer_value.offer(page=page, chosen=picked, now=now))
            context["time_left"] = screens.time_left(page, now=now)
        elif screen == "expired":
            context["renewal"] = renew_link.offer(page=page, now=now)
        return render(request, _TEMPLATES.get(screen, _STATE_TEMPLATE), context)


@require_safe
@_for_clients
def state(request: HttpRequest, token: str) -> HttpResponse:
    """What the page asks every two seconds while something is under way."""
    page = pay_page(token=token, now=clock.now())
    if page is None:
        return _nothing_here(request)
    return JsonResponse({"state": screens.screen_of(page, returning="returning" in request.GET)})


@csrf_exempt  # the form key stands in for the cookie: `form_key.py`
@require_POST
@_for_clients
def pay(request: HttpRequest, token: str) -> HttpResponse:
    if not is_form_key(request.POST.get("key", ""), token):
        return _see(request, "pay_page", token)
    ip = request.META.get("REMOTE_ADDR", "")
    result = take_payment.start(
        token=token,
        ip=ip,
        value=_asked_value(request, token),
        language=chosen_language(request),
        now=clock.now(),
    )
    if result.outcome == "redirect":
        return _to_payment_system(result.address)
    if result.outcome == "confirming":
        return _see(request, "pay_return", token)
    if result.outcome in problems.SHOWN_BY_THE_PAGE:
        return _see(request, "pay_page", token)
    page = pay_page(token=token, now=clock.now())
    if page is None:
        return _nothing_here(request)
    with override(_language(request, page)):
        problem = problems.describe(result.outcome, amount=result.amount)
        told_at = call_back.can_call_back(page=page) if result.outcome == "unavailable" else ""
        return _problem(request, token, page, problem, call_back_to=told_at)


@csrf_exempt  # the form key stands in for the cookie
@require_POST
@_for_clients
def renew(request: HttpRequest, token: str) -> HttpResponse:
    """A new link in place of an expired one: it goes to the contact in the client card, and is not shown here."""
    if not is_form_key(request.POST.get("key", ""), token):
        return _see(request, "pay_page", token)
    ip = request.META.get("REMOTE_ADDR", "")
    outcome = renew_link.renew(token=token, ip=ip, language=chosen_language(request), now=clock.now())
    page = pay_page(token=token, now=clock.now())
    if page is None:
        return _nothing_here(request)
    if outcome != "busy":
        return _see(request, "pay_page", token)
    with override(_language(request, page)):
        return _problem(request, token, page, problems.renewal_waits())


@csrf_exempt  # the form key stands in for the cookie
@require_POST
@_for_clients
def ask_call_back(request: HttpRequest, token: str) -> HttpResponse:
    """Online payment is down: one message when it works again."""
    if not is_form_key(request.POST.get("key", ""), token):
        return _see(request, "pay_page", token)
    page = pay_page(token=token, now=clock.now())
    if page is None:
        return _nothing_here(request)
    told_at = call_back.can_call_back(page=page)
    waits = call_back.ask(token=token, ip=request.META.get("REMOTE_ADDR", ""), now=clock.now())
    if not waits:
        return _see(request, "pay_page", token)
    with override(_language(request, page)):
        return _problem(request, token, page, problems.call_back_waits(told_at))


@csrf_exempt  # the form key stands in for the cookie
@require_POST
@_for_clients
def choose_value(request: HttpRequest, token: str) -> HttpResponse:
    """A gift card by its code, or what the client has here: nothing is taken before `Pay`."""
    now, ip = clock.now(), request.META.get("REMOTE_ADDR", "")
    page = pay_page(token=token, now=now)
    if page is None:
        return _nothing_here(request)
    if not is_form_key(request.POST.get("key", ""), token) or page.state != "payable":
        return _see(request, "pay_page", token)
    with override(_language(request, page)):
        before = offer_value.offer(
            page=page, chosen=value.chosen(request.POST.get(value.WITH, ""), token=token), now=now
        )
        wanted = request.POST.get("own", "")
        if wanted:
            own = [one.wallet.pk for one in before.own if str(one.wallet.pk) == wanted]
            return _see(request, "pay_page", token, picked=value.written((*before.wallet_ids, *own), token=token))
        if value.is_guessing(token=token, ip=ip, now=now):
            return _problem(request, token, page, value.too_many_codes())
        code = request.POST.get("code", "")[:60]
        card = offer_value.card_of(page=page, code=code, now=now)
        if card is None:
            value.note_miss(token=token, ip=ip, now=now)
            context = _context(request, token, page, "visit") | _value(request, token, before)
            return render(request, _TEMPLATES["visit"], context | {"wrong_code": True, "typed_code": code}, status=422)
        ids = tuple(dict.fromkeys((*before.wallet_ids, card)))
        return _see(request, "pay_page", token, picked=value.written(ids, token=token))


@csrf_exempt  # the form key stands in for the cookie
@require_POST
@_for_clients
def check(request: HttpRequest, token: str) -> HttpResponse:
    """The client came back: ask the payment system now, not when the worker's turn comes."""
    if not is_form_key(request.POST.get("key", ""), token):
        return _see(request, "pay_return", token)
    now = clock.now()
    if questions.is_blocked(key=token, now=now) or not questions.note(key=token, now=now):
        return _see(request, "pay_return", token)
    answer = confirm_return.confirm(token=token, now=now)
    if answer is None:
        return _nothing_here(request)
    still_open = answer.answered and answer.state == "open"
    if "application/json" in request.META.get("HTTP_ACCEPT", ""):
        return JsonResponse({"still_open": still_open})
    return _see(request, "pay_page" if still_open else "pay_return", token)


@csrf_exempt  # the form key stands in for the cookie
@require_POST
@_for_clients
def seen(request: HttpRequest, token: str) -> HttpResponse:
    """A person looks at the page: only a script in a visible page says so, never the fetching itself.

    Robots that run scripts, and whoever is signed in at the desk, do not count.
    """
    if is_form_key(request.POST.get("key", ""), token) and _is_client(request):
        record_access.record(token=token, now=clock.now())
    return HttpResponse(status=204)


def _is_client(request: HttpRequest) -> bool:
    user = getattr(request, "user", None)
    return robot_of(request) in ("", UNNAMED) and not (user is not None and user.is_authenticated)


@require_safe
@_for_clients
def receipt(request: HttpRequest, token: str) -> HttpResponse:
    page = pay_page(token=token, now=clock.now())
    found = receipt_response(page, number=request.GET.get("no", "")) if page else None
    return found or _nothing_here(request)


@require_safe
@_for_clients
def gift_card(request: HttpRequest, token: str) -> HttpResponse:
    page = pay_page(token=token, now=clock.now())
    found = gift_card_response(page, last4=request.GET.get("no", "")) if page else None
    if found is not None:
        found["Cache-Control"] = "private, no-store"
    return found or _nothing_here(request)


@require_safe
@_for_clients
def visit_file(request: HttpRequest, token: str) -> HttpResponse:
    now = clock.now()
    page = pay_page(token=token, now=now)
    if page is None:
        return _nothing_here(request)
    with override(_language(request, page)):
        return visit_file_response(page, token=token, now=now) or _nothing_here(request)


def _language(request: HttpRequest, page: PayPage) -> str:
    """The link remembers what was chosen before the client left for the payment system's page."""
    client = page.link.language or (page.bill.client.language if page.bill.client else "")
    return language_for(request, client=client, location=page.location.language)


def _context(request: HttpRequest, token: str, page: PayPage, screen: str) -> dict[str, Any]:
    sold = value_sold(bill=page.bill, lines=page.lines) if screen in _SHOWS_CARDS else []
    return {
        "page": page,
        "screen": screen,
        "token": token,
        "form_key": form_key(token),
        "languages": CLIENT_LANGUAGES,
        "chosen": _query(request),
        "back": _query(request),
        "lines": screens.shown_lines(page),
        "receipts": screens.shown_receipts(page),
        "cards": [one for one in sold if one.kind == GIFT_CARD],
        "memberships": screens.shown_memberships(page, [one for one in sold if one.kind == MEMBERSHIP]),
        "returns": screens.shown_returns(page),
        "kept": screens.kept(page),
        "came_late": screens.came_late(page),
        "paid_by_link": screens.paid_by_link(page),
        "staff": screens.staff_names(page),
        "place": screens.place_words(page),
        "zone_city": screens.zone_city(page),
        "system": screens.system_name(page),
        "is_ahead": page.starts_at is not None and page.starts_at >= clock.now(),
    }


def _value(request: HttpRequest, token: str, offer: offer_value.ValueOffer) -> dict[str, Any]:
    return {
        "value": offer,
        "applied": value.shown_applied(offer, token=token, query=lambda picked: _query(request, picked=picked)),
        "own": value.shown_own(offer),
        "picked": value.written(offer.wallet_ids, token=token) if offer.applied else "",
    }


def _asked_value(request: HttpRequest, token: str) -> Chosen | None:
    """What the pressed form says: the wallets, signed by us, and the rest that stood on the page."""
    ids = value.chosen(request.POST.get(value.WITH, ""), token=token)
    rest = request.POST.get("rest", "")
    if not ids:
        return None
    return Chosen(ids, int(rest) if rest.isascii() and rest.isdecimal() and len(rest) <= _LONGEST_AMOUNT else -1)


def _problem(
    request: HttpRequest, token: str, page: PayPage, problem: problems.Problem, *, call_back_to: str = ""
) -> HttpResponse:
    """The choice of value stays in the address of the way back, and in the form that tries again."""
    picked = request.POST.get(value.WITH, "")
    context = _context(request, token, page, "problem") | {"problem": problem, "call_back_to": call_back_to}
    if value.chosen(picked, token=token):
        rest = request.POST.get("rest", "")
        context |= {"picked": picked, "rest": rest, "back": _query(request, picked=picked)}
    response = render(request, "pay/problem.html", context, status=problem.status)
    if problem.retry_after_seconds:
        response["Retry-After"] = str(problem.retry_after_seconds)
    return response


def _query(request: HttpRequest, *, picked: str = "") -> str:
    language = chosen_language(request)
    asked = ({"lang": language} if language else {}) | ({value.WITH: picked} if picked else {})
    return f"?{urlencode(asked)}" if asked else ""


def _see(request: HttpRequest, name: str, token: str, *, picked: str = "") -> HttpResponse:
    address = reverse(name, kwargs={"token": token}) + _query(request, picked=picked)
    return HttpResponseRedirect(address, status=303)


def _to_payment_system(address: str) -> HttpResponse:
    """303: the browser must fetch the payment page, not post to it."""
    return HttpResponseRedirect(address, status=303)

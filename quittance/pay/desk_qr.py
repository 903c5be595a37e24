"""The page behind a desk's printed QR code. It never lists visits, and tells nobody whether a phone number is known."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, Final
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import override
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from quittance.calendar.queries_desk_qr import DeskPage, desk_page
from quittance.core import clock
from quittance.flows import ask_desk_code, take_push
from quittance.flows.errors import RefusedError
from quittance.pay.form_key import form_key, is_form_key
from quittance.pay.languages import CLIENT_LANGUAGES, chosen_language, language_for
from quittance.pay.throttle import misses, network_of
from quittance.pay_desks.models import PayDesk
from quittance.pay_desks.queries import ask_by_key, desk_by_code, is_over

_View = Callable[..., HttpResponse]
_LONGEST_TYPED: Final = 40


def _at_desk(view: _View) -> _View:
    """Finds the desk; codes that are none all look the same, and trying many of them ends in a wait."""

    @wraps(view)
    def guarded(request: HttpRequest, code: str, **rest: str) -> HttpResponse:
        now, ip = clock.now(), _ip(request)
        if misses.is_blocked(key=ip, now=now):
            return render(request, "pay/too_many.html", status=429)
        desk = desk_by_code(code)
        if desk is not None:
            with override(language_for(request, client="", location=desk.location.language)):
                response = view(request, desk, code, **rest)
            if response.status_code != 404:
                return response
        if not misses.note(key=ip, now=now):
            return render(request, "pay/too_many.html", status=429)
        return render(request, "404.html", status=404)

    return guarded


@require_safe
@_at_desk
def show(request: HttpRequest, desk: PayDesk, code: str) -> HttpResponse:
    """With `?other` the visit that is shown is somebody else's: then the way by phone."""
    return _page(request, desk, code)


@require_safe
@_at_desk
def state(_request: HttpRequest, desk: PayDesk, _code: str) -> HttpResponse:
    """What the page asks every few seconds; a change leads to the page, it says nothing about the visit itself."""
    return JsonResponse({"state": desk_page(desk=desk, now=clock.now()).mark})


@csrf_exempt  # the form key stands in for the cookie: `form_key.py`
@require_POST
@_at_desk
def yes(request: HttpRequest, desk: PayDesk, code: str) -> HttpResponse:
    """The first phone that says so goes to the visit's own page."""
    if not is_form_key(request.POST.get("key", ""), code):
        return _see(request, "desk_qr", code)
    shown = request.POST.get("visit", "")
    token = take_push.take(desk=desk, key=shown, ip=_ip(request), now=clock.now())
    return _to_visit(request, token) if token else _see(request, "desk_qr", code)


@csrf_exempt  # the form key stands in for the cookie
@require_POST
@_at_desk
def phone(request: HttpRequest, desk: PayDesk, code: str) -> HttpResponse:
    """Promises a code, in the same words and after the same work for every number."""
    if not is_form_key(request.POST.get("key", ""), code):
        return _see(request, "desk_qr", code)
    if not ask_desk_code.is_offered(business_id=desk.business_id):
        return _see(request, "desk_qr", code)
    typed = request.POST.get("phone", "")[:_LONGEST_TYPED]
    try:
        asked = ask_desk_code.ask(desk=desk, phone=typed, network=network_of(_ip(request)), now=clock.now())
    except RefusedError:
        wrong = _("Type your phone number with its country code, for example +49 151 23456789.")
        return _page(request, desk, code, typed=typed, wrong=wrong, status=422)
    except ask_desk_code.TooManyError:
        wrong = _("Too many codes were asked for. Try again in ten minutes, or ask at the desk.")
        response = _page(request, desk, code, typed=typed, wrong=wrong, status=429)
        response["Retry-After"] = str(int(ask_desk_code.WINDOW.total_seconds()))
        return response
    return _see(request, "desk_qr_code", code, key=asked)


@csrf_exempt  # the form key stands in for the cookie
@require_http_methods(["GET", "HEAD", "POST"])
@_at_desk
def code(request: HttpRequest, desk: PayDesk, code: str, key: str) -> HttpResponse:
    """GET is the form for the code, with `?wrong` after one that did not fit; POST tries one."""
    asked = ask_by_key(desk=desk, key=key)
    if asked is None:
        return HttpResponse(status=404)
    if request.method != "POST":
        told = {"key": key, "is_wrong": "wrong" in request.GET, "is_over": is_over(asked, now=clock.now())}
        return render(request, "pay/desk_qr_code.html", _context(request, desk, code) | told)
    if not is_form_key(request.POST.get("key", ""), code):
        return _see(request, "desk_qr", code)
    typed = request.POST.get("code", "")[:_LONGEST_TYPED]
    proof = ask_desk_code.prove(desk=desk, key=key, code=typed, ip=_ip(request), now=clock.now())
    if proof is None:
        return HttpResponse(status=404)
    if proof:
        return _to_visit(request, proof)
    address = reverse("desk_qr_code", kwargs={"code": code, "key": key})
    language = chosen_language(request)
    asked_again = {"wrong": "1"} | ({"lang": language} if language else {})
    return HttpResponseRedirect(f"{address}?{urlencode(asked_again)}", status=303)


def _page(
    request: HttpRequest, desk: PayDesk, code: str, *, typed: str = "", wrong: str = "", status: int = 200
) -> HttpResponse:
    page: DeskPage = desk_page(desk=desk, now=clock.now())
    by_phone = bool(wrong) or "other" in request.GET
    visit = None if by_phone else page.visit
    context = _context(request, desk, code) | {
        "shown": page,
        "visit": visit,
        "sends_codes": visit is None and ask_desk_code.is_offered(business_id=desk.business_id),
        "follows": not by_phone,
        "typed": typed,
        "wrong": wrong,
    }
    return render(request, "pay/desk_qr.html", context, status=status)


def _context(request: HttpRequest, desk: PayDesk, code: str) -> dict[str, Any]:
    location, business = desk.location, desk.business
    return {
        "business": business,
        # As the pages of a visit name them, for the foot.
        "page": {"business": business, "location": location},
        "location": location,
        "place": location.name if location.name != business.name else "",
        "code": code,
        "form_key": form_key(code),
        "languages": CLIENT_LANGUAGES,
        "chosen": _query(request),
    }


def _query(request: HttpRequest) -> str:
    language = chosen_language(request)
    return f"?{urlencode({'lang': language})}" if language else ""


def _see(request: HttpRequest, name: str, code: str, **more: str) -> HttpResponse:
    return HttpResponseRedirect(reverse(name, kwargs={"code": code, **more}) + _query(request), status=303)


def _to_visit(request: HttpRequest, token: str) -> HttpResponse:
    return HttpResponseRedirect(reverse("pay_page", kwargs={"token": token}) + _query(request), status=303)


def _ip(request: HttpRequest) -> str:
    return str(request.META.get("REMOTE_ADDR", ""))

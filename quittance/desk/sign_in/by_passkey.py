"""Log in with a passkey, and show again with it that it is oneself: what the browser's script asks and answers."""

from __future__ import annotations

from allauth.account.internal.flows.login import record_authentication
from django.contrib.auth import login, logout
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from quittance.core import clock
from quittance.desk.access import Desk, desk_view
from quittance.desk.sign_in.again import BY_PASSKEY
from quittance.desk.sign_in.invitation import BACKEND
from quittance.desk.sign_in.passkeys import ASKED_COOKIE, answered, asked, refusal
from quittance.flows import use_passkey
from quittance.flows.errors import FlowError


@never_cache
@require_POST
def ask_at_sign_in(request: HttpRequest) -> HttpResponse:
    try:
        token, question = use_passkey.ask_at_sign_in(ip=request.META.get("REMOTE_ADDR", ""), now=clock.now())
    except FlowError as error:
        return refusal(error)
    return asked(token, question)


@never_cache
@require_POST
def sign_in(request: HttpRequest) -> HttpResponse:
    """Whoever was signed in in this browser before is out; nothing of theirs is left for the next person."""
    next_url = _ours(request, request.POST.get("next", ""))
    try:
        user = use_passkey.sign_in(
            token=request.COOKIES.get(ASKED_COOKIE, ""),
            answer=request.POST.get("answer", ""),
            ip=request.META.get("REMOTE_ADDR", ""),
            now=clock.now(),
        )
    except FlowError as error:
        return refusal(error)
    logout(request)
    login(request, user, backend=BACKEND)
    record_authentication(request, user, method=BY_PASSKEY)
    return answered(next_url or reverse("desk:home"))


@never_cache
@require_POST
@desk_view(right=None)
def ask_again(_request: HttpRequest, desk: Desk) -> HttpResponse:
    try:
        token, question = use_passkey.ask_again(user=desk.user, now=desk.now)
    except FlowError as error:
        return refusal(error)
    return asked(token, question)


@never_cache
@require_POST
@desk_view(right=None)
def show_again(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Without `next` the page stays: a form on it wanted to know, and what was typed in it is kept."""
    try:
        use_passkey.show_again(
            user=desk.user,
            token=request.COOKIES.get(ASKED_COOKIE, ""),
            answer=request.POST.get("answer", ""),
            ip=request.META.get("REMOTE_ADDR", ""),
            now=desk.now,
        )
    except FlowError as error:
        return refusal(error)
    record_authentication(request, desk.user, method=BY_PASSKEY, reauthenticated=True)
    return answered(_ours(request, request.POST.get("next", "")))


def _ours(request: HttpRequest, url: str) -> str:
    """Empty for every address that is not a page of ours."""
    safe = url_has_allowed_host_and_scheme(url, allowed_hosts={request.get_host()}, require_https=request.is_secure())
    return url if safe and "\x00" not in url else ""

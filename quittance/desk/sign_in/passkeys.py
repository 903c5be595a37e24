"""My sign-in: one's own passkeys, what else one logs in with, and in which language the desk speaks."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final
from urllib.parse import urlencode

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from quittance.businesses.passkeys import passkeys_of
from quittance.businesses.second_factor import codes_left, has_app, is_required
from quittance.core.ids import new_key
from quittance.core.webauthn import WAIT_SECONDS
from quittance.desk.access import Desk, desk_view
from quittance.desk.done import done_url, done_words
from quittance.desk.languages import DESK_LANGUAGES
from quittance.desk.shell import page_context
from quittance.desk.sign_in.again import must_show_again, to_show_again
from quittance.flows import change_passkeys
from quittance.flows.change_own_language import change_own_language
from quittance.flows.errors import FlowError, GoneError
from quittance.flows.use_passkey import site

ASKED_COOKIE: Final = "passkey_asked"
_LONGEST_NAME: Final = 60


@never_cache
@require_GET
@desk_view(right=None)
def mine(request: HttpRequest, desk: Desk) -> HttpResponse:
    return _page(request, desk)


@never_cache
@require_POST
@desk_view(right=None)
def choose_language(request: HttpRequest, desk: Desk) -> HttpResponse:
    chosen = request.POST.get("language", "")
    return _change(
        request, desk, "language_chosen",
        lambda: change_own_language(actor=desk.actor, user=desk.user, language=chosen, now=desk.now),
    )  # fmt: skip


@never_cache
@require_POST
@desk_view(right=None)
def ask_for_new(request: HttpRequest, desk: Desk) -> HttpResponse:
    """What the browser's script hands to the device; the password or a passkey was shown a moment ago."""
    if must_show_again(request):
        return _show_again_first()
    try:
        token, question = change_passkeys.ask_for_new(user=desk.user, now=desk.now)
    except FlowError as error:
        return refusal(error)
    return asked(token, question)


@never_cache
@require_POST
@desk_view(right=None)
def add(request: HttpRequest, desk: Desk) -> HttpResponse:
    if must_show_again(request, grace=True):
        return _show_again_first()
    name = " ".join(request.POST.get("name", "").replace("\x00", "").split())[:_LONGEST_NAME]
    try:
        change_passkeys.add(
            actor=desk.actor,
            user=desk.user,
            token=request.COOKIES.get(ASKED_COOKIE, ""),
            answer=request.POST.get("answer", ""),
            name=name or _("Passkey"),
            now=desk.now,
        )
    except FlowError as error:
        return refusal(error)
    return answered(done_url("passkey_added", reverse("account_mine")))


@never_cache
@require_POST
@desk_view(right=None)
def rename(request: HttpRequest, desk: Desk, passkey_id: int) -> HttpResponse:
    needed = to_show_again(request, back=reverse("account_mine"))
    if needed:
        return needed
    name = request.POST.get("name", "")
    return _change(
        request, desk, "passkey_renamed",
        lambda: change_passkeys.rename(
            actor=desk.actor, user=desk.user, passkey_id=passkey_id, name=name, now=desk.now
        ),
    )  # fmt: skip


@never_cache
@require_POST
@desk_view(right=None)
def remove(request: HttpRequest, desk: Desk, passkey_id: int) -> HttpResponse:
    needed = to_show_again(request, back=reverse("account_mine"))
    if needed:
        return needed
    return _change(
        request, desk, "passkey_removed",
        lambda: change_passkeys.remove(actor=desk.actor, user=desk.user, passkey_id=passkey_id, now=desk.now),
    )  # fmt: skip


def asked(token: str, question: dict[str, Any]) -> HttpResponse:
    """The question, and the cookie that makes this browser the only one that can answer it."""
    response = JsonResponse(question)
    response.set_cookie(
        ASKED_COOKIE,
        token,
        max_age=WAIT_SECONDS,
        httponly=True,
        secure=settings.SESSION_COOKIE_SECURE,
        samesite="Strict",
    )
    return response


def answered(url: str) -> HttpResponse:
    """Where the browser's script goes on; empty: it stays where it is."""
    response = JsonResponse({"next": url})
    response.delete_cookie(ASKED_COOKIE, samesite="Strict")
    return response


def refusal(error: FlowError) -> HttpResponse:
    return JsonResponse({"error": str(error)}, status=422)


def _show_again_first() -> HttpResponse:
    url = f"{reverse('account_reauthenticate')}?{urlencode({'next': reverse('account_mine')})}"
    return JsonResponse({"error": _("Show first that it is you."), "next": url}, status=403)


def _change(request: HttpRequest, desk: Desk, done: str, work: Callable[[], None]) -> HttpResponse:
    try:
        work()
    except GoneError:
        raise
    except FlowError as error:
        return _page(request, desk, problem=str(error))
    return HttpResponseRedirect(done_url(done, reverse("account_mine")))


def _page(request: HttpRequest, desk: Desk, *, problem: str = "") -> HttpResponse:
    context = {
        **page_context(request, desk, section=""),
        "passkeys": passkeys_of(user_id=desk.user.pk),
        "can_have_passkeys": site().can_have_passkeys,
        "has_app": has_app(user_id=desk.user.pk),
        "codes_left": codes_left(user_id=desk.user.pk),
        "is_required": is_required(user_id=desk.user.pk),
        "has_pin": bool(desk.user.pin_hash),
        "languages": DESK_LANGUAGES,
        "problem": problem,
        "notice": done_words(request),
        "request_id": new_key(),
    }
    return render(request, "account/mine.html", context, status=422 if problem else 200)

"""One's own second factor: on, recovery codes, off."""

from __future__ import annotations

from typing import Final

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from quittance.businesses.second_factor import (
    app_address,
    codes_left,
    has_app,
    has_passkey,
    is_required,
    new_secret,
)
from quittance.core.ids import new_key
from quittance.desk.access import Desk, desk_view
from quittance.desk.sign_in.again import to_show_again
from quittance.desk.sign_in.stage import CodeForm
from quittance.flows import second_factor
from quittance.flows.errors import FlowError, GoneError
from quittance.rows.fields import key_ring

# Sealed in the session between showing the QR code and typing the first code.
_SEALED: Final = "second_factor_secret"


@never_cache
@require_http_methods(["GET", "POST"])
@desk_view(right=None)
def two_factor(request: HttpRequest, desk: Desk) -> HttpResponse:
    asked = to_show_again(request, back=reverse("account_two_factor"))
    if asked:
        return asked
    is_on = has_app(user_id=desk.user.pk)
    form = CodeForm(request.POST if request.method == "POST" and not is_on else None)
    codes: list[str] = []
    if form.is_bound and form.is_valid():
        try:
            codes = second_factor.turn_on(
                actor=desk.actor, user=desk.user, secret=_secret(request), code=form.cleaned_data["code"], now=desk.now
            )
            request.session.pop(_SEALED, None)
            is_on = True
        except FlowError as error:
            form.add_error("code", str(error))
    return _page(request, desk, form=form, is_on=is_on, codes=codes)


@never_cache
@require_POST
@desk_view(right=None)
def renew_codes(request: HttpRequest, desk: Desk) -> HttpResponse:
    asked = to_show_again(request, back=reverse("account_two_factor"))
    if asked:
        return asked
    codes = second_factor.renew_codes(actor=desk.actor, user=desk.user, now=desk.now)
    is_on = has_app(user_id=desk.user.pk)
    return _page(request, desk, form=CodeForm(), is_on=is_on, codes=codes)


@never_cache
@require_POST
@desk_view(right=None)
def turn_off(request: HttpRequest, desk: Desk) -> HttpResponse:
    asked = to_show_again(request, back=reverse("account_two_factor"))
    if asked:
        return asked
    try:
        second_factor.turn_off(actor=desk.actor, user=desk.user, now=desk.now)
    except GoneError:
        raise
    except FlowError as error:
        return _page(request, desk, form=CodeForm(), is_on=True, codes=[], problem=str(error))
    return HttpResponseRedirect(reverse("account_two_factor"))


def _page(
    request: HttpRequest, desk: Desk, *, form: CodeForm, is_on: bool, codes: list[str], problem: str = ""
) -> HttpResponse:
    secret = "" if is_on or codes else _secret(request)
    context = {
        "form": form,
        "is_on": is_on,
        "is_required": is_required(user_id=desk.user.pk),
        "has_passkey": has_passkey(user_id=desk.user.pk),
        "codes": codes,
        "left": codes_left(user_id=desk.user.pk),
        "secret": " ".join(secret[at : at + 4] for at in range(0, len(secret), 4)),
        "address": app_address(secret=secret, email=desk.user.email) if secret else "",
        "problem": problem,
        "request_id": new_key(),
    }
    return render(request, "account/two_factor.html", context, status=422 if problem or form.errors else 200)


def _secret(request: HttpRequest) -> str:
    """The one that the page showed; a new one for a new visit of the page."""
    sealed = request.session.get(_SEALED)
    if isinstance(sealed, str):
        return key_ring().decrypt(sealed)
    secret = new_secret()
    request.session[_SEALED] = key_ring().encrypt(secret)
    return secret

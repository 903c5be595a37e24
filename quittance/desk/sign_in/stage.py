"""The step between the password and the desk, for whoever has a second factor."""

from __future__ import annotations

from typing import Any

from allauth.account.internal.decorators import login_stage_required
from allauth.account.stages import LoginStage
from django import forms
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext_lazy as lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from quittance.businesses.second_factor import has_app, has_passkey, password_is_not_enough
from quittance.core import clock
from quittance.flows import second_factor
from quittance.flows.errors import FlowError

STAGE = "second_factor"


class SecondFactorStage(LoginStage):  # type: ignore[misc]  # allauth ships no types
    key = STAGE
    urlname = "account_second_factor"

    def handle(self) -> tuple[HttpResponse | None, bool]:
        user = self.login.user
        if user is None or not password_is_not_enough(user_id=user.pk):
            return None, True
        return HttpResponseRedirect(reverse(self.urlname)), True


class CodeForm(forms.Form):
    code = forms.CharField(
        label=lazy("Code"),
        max_length=20,
        widget=forms.TextInput(attrs={"autocomplete": "one-time-code", "inputmode": "text", "autofocus": True}),
        error_messages={"required": lazy("Type the code.")},
    )


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@login_stage_required(stage=STAGE, redirect_urlname="account_login")  # type: ignore[untyped-decorator]
def second_factor_page(request: HttpRequest) -> HttpResponse:
    stage: Any = request._login_stage  # type: ignore[attr-defined]  # noqa: SLF001 - allauth's way to hand it over
    form = CodeForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            second_factor.check(user_id=stage.login.user.pk, code=form.cleaned_data["code"], now=clock.now())
        except FlowError as error:
            form.add_error("code", str(error))
        else:
            response: HttpResponse = stage.exit()
            return response
    user_id = stage.login.user.pk
    context = {
        "form": form,
        "has_app": has_app(user_id=user_id),
        "has_passkey": has_passkey(user_id=user_id),
        "next": stage.login.redirect_url or "",
    }
    return render(request, "account/second_factor.html", context, status=422 if form.errors else 200)

"""Behind the address of an invitation: choose a password, or accept with the log-in that one has."""

from __future__ import annotations

from typing import Final

from allauth.account.internal.flows.login import record_authentication
from django import forms
from django.contrib.auth import login
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from quittance.businesses.models import Invitation, User
from quittance.businesses.queries_people import invitation_by_token, knows_address
from quittance.core import clock
from quittance.desk.access import LOCATION_KEY
from quittance.desk.said import said
from quittance.flows.errors import FieldError, FlowError, GoneError
from quittance.flows.invite_person import accept

BACKEND: Final = "allauth.account.auth_backends.AuthenticationBackend"


class JoinForm(forms.Form):
    name = forms.CharField(
        label=gettext_lazy("Your name"),
        max_length=120,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
        error_messages={"required": gettext_lazy("Type your name.")},
    )
    password = forms.CharField(
        label=gettext_lazy("Choose a password"),
        max_length=128,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        error_messages={"required": gettext_lazy("Type a password.")},
    )


@never_cache
@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
def invitation(request: HttpRequest, token: str) -> HttpResponse:
    now = clock.now()
    found = invitation_by_token(token=token, now=now)
    if found is None:
        return render(request, "account/invitation.html", {"invitation": None}, status=404)
    me = request.user if isinstance(request.user, User) else None
    asks = me is None and not knows_address(email=found.email)
    form = JoinForm(request.POST if request.method == "POST" and asks else None)
    problem = ""
    if request.method == "POST" and (not asks or form.is_valid()):
        try:
            user = accept(
                token=token,
                user=me,
                name=form.cleaned_data["name"] if asks else "",
                password=form.cleaned_data["password"] if asks else "",
                ip=request.META.get("REMOTE_ADDR", ""),
                now=now,
            )
        except FieldError as error:
            form.add_error(error.field if error.field in form.fields else None, str(error))
        except GoneError:
            return render(request, "account/invitation.html", {"invitation": None}, status=404)
        except FlowError as error:
            problem = str(error)
        else:
            return _in(request, user, found, is_new=asks)
    return _page(request, found, form, asks=asks, me=me, problem=problem)


def _in(request: HttpRequest, user: User, found: Invitation, *, is_new: bool) -> HttpResponse:
    if is_new:
        login(request, user, backend=BACKEND)
        record_authentication(request, user, method="password", email=user.email)
    if found.location_id is not None:
        request.session[LOCATION_KEY] = found.location_id
    return HttpResponseRedirect(reverse("desk:home"))


def _page(
    request: HttpRequest, found: Invitation, form: JoinForm, *, asks: bool, me: User | None, problem: str
) -> HttpResponse:
    where = found.location.name if found.location else _("all locations")
    context = {
        "invitation": found,
        "role": f"{said(found.role.name)} · {where}",
        "me": me,
        "is_known": me is None and not asks,
        "form": form,
        "problem": problem,
    }
    return render(request, "account/invitation.html", context, status=422 if problem or form.errors else 200)

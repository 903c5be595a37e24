"""Quick user switch: pick a name, type a PIN. Only on a computer that somebody with the right has marked."""

from __future__ import annotations

from typing import Final

from django import forms
from django.conf import settings
from django.contrib.auth import login, logout
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext_lazy as lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from quittance.businesses.models import SharedComputer
from quittance.businesses.shared_computers import computer_by_token, people_at
from quittance.core import clock
from quittance.core.actor import Right
from quittance.core.ids import new_key
from quittance.desk.access import LOCATION_KEY, ONLY_BUSINESS_KEY, Desk, desk_view
from quittance.desk.done import done_url
from quittance.desk.fields import row_id
from quittance.desk.shell import SHARED_COOKIE
from quittance.desk.sign_in.again import to_show_again
from quittance.desk.sign_in.invitation import BACKEND
from quittance.flows import switch_user
from quittance.flows.errors import FieldError, FlowError

_YEAR_SECONDS: Final = 365 * 24 * 60 * 60


class PinForm(forms.Form):
    pin = forms.CharField(
        label=lazy("PIN"),
        max_length=8,
        widget=forms.PasswordInput(attrs={"inputmode": "numeric", "autocomplete": "off", "autofocus": True}),
        error_messages={"required": lazy("Type the digits.")},
    )


@never_cache
@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
def switch(request: HttpRequest) -> HttpResponse:
    """Who was signed in before is out at once when the PIN is right; a wrong one changes nothing."""
    computer = computer_by_token(request.COOKIES.get(SHARED_COOKIE, ""))
    if computer is None:
        return HttpResponseRedirect(reverse("account_login"))
    people = people_at(computer=computer)
    chosen = row_id(request.POST.get("person", "") or request.GET.get("person", ""))
    person = next((one for one in people if one.pk == chosen), None)
    form = PinForm(request.POST if request.method == "POST" and person else None)
    if person is not None and form.is_bound and form.is_valid():
        ip = request.META.get("REMOTE_ADDR", "")
        try:
            user = switch_user.switch(
                computer=computer, user_id=person.pk, pin=form.cleaned_data["pin"], ip=ip, now=clock.now()
            )
        except FlowError as error:
            form.add_error("pin", str(error))
        else:
            logout(request)
            login(request, user, backend=BACKEND)
            request.session[ONLY_BUSINESS_KEY] = computer.business_id
            request.session[LOCATION_KEY] = computer.location_id
            return HttpResponseRedirect(reverse("desk:home"))
    context = {"computer": computer, "people": people, "person": person, "form": form}
    return render(request, "account/switch.html", context, status=422 if form.errors else 200)


@never_cache
@sensitive_post_parameters()
@require_http_methods(["GET", "POST"])
@desk_view(right=None)
def pin(request: HttpRequest, desk: Desk) -> HttpResponse:
    """One's own PIN; the password is asked first, so that nobody at an open desk sets it for another."""
    form = PinForm(request.POST if request.method == "POST" else None)
    asked = None if form.errors else to_show_again(request, back=reverse("account_pin"))
    if asked:
        return asked
    is_done = False
    if form.is_bound and form.is_valid():
        try:
            switch_user.set_pin(actor=desk.actor, user=desk.user, pin=form.cleaned_data["pin"], now=desk.now)
            is_done = True
        except FieldError as error:
            form.add_error("pin", str(error))
    context = {"form": form, "is_done": is_done, "has_pin": bool(desk.user.pin_hash), "request_id": new_key()}
    return render(request, "account/pin.html", context, status=422 if form.errors else 200)


@require_POST
@desk_view(Right.EDIT_PEOPLE)
def mark(request: HttpRequest, desk: Desk) -> HttpResponse:
    """The computer that asks: its cookie is what makes it a shared one."""
    asked = to_show_again(request, back=reverse("desk:people"))
    if asked:
        return asked
    name = request.POST.get("name", "").replace("\x00", "").strip()[:60] or desk.location.name
    token = switch_user.mark_computer(actor=desk.actor, location_id=desk.location.pk, name=name, now=desk.now)
    response = HttpResponseRedirect(done_url("computer_shared", reverse("desk:people")))
    response.set_cookie(
        SHARED_COOKIE,
        token,
        max_age=_YEAR_SECONDS,
        httponly=True,
        secure=settings.SESSION_COOKIE_SECURE,
        samesite="Lax",
    )
    return response


@require_POST
@desk_view(Right.EDIT_PEOPLE)
def end(_request: HttpRequest, desk: Desk, computer_id: int) -> HttpResponse:
    switch_user.end_computer(actor=desk.actor, computer_id=computer_id, now=desk.now)
    return HttpResponseRedirect(done_url("computer_ended", reverse("desk:people")))


def shared_computer(request: HttpRequest) -> SharedComputer | None:
    """The one that this request comes from, where it is marked."""
    return computer_by_token(request.COOKIES.get(SHARED_COOKIE, ""))

"""Log in, log out, new password: allauth's views with our status codes, and the demo's log-ins beside the form."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from allauth.account import views as account
from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse

from quittance.businesses.first_owner import is_empty
from quittance.businesses.queries_demo import LogIn, log_ins
from quittance.businesses.second_factor import has_passkey
from quittance.desk.shell import SHARED_COOKIE
from quittance.flows.use_passkey import site


@dataclass(frozen=True, slots=True)
class DemoLogIn:
    role: str
    name: str
    business: str
    email: str
    password: str


class _Plain:
    """Fields without allauth's placeholders and links; and the status that says that something has to be mended."""

    def get_form(self, form_class: Any = None) -> Any:
        form = super().get_form(form_class)  # type: ignore[misc]  # stands before a FormView
        for field in form.fields.values():
            field.widget.attrs.pop("placeholder", None)
            field.help_text = ""
        return form

    def form_invalid(self, form: Any) -> HttpResponse:
        response: HttpResponse = super().form_invalid(form)  # type: ignore[misc]  # stands before a FormView
        response.status_code = 422
        return response


class LogInView(_Plain, account.LoginView):  # type: ignore[misc]  # allauth ships no types
    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if is_empty():
            return HttpResponseRedirect(reverse("account_set_up"))
        response: HttpResponse = super().get(request, *args, **kwargs)
        return response

    def get_context_data(self, **more: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context_data(**more)
        is_shared = SHARED_COOKIE in self.request.COOKIES
        return context | {
            "demo_log_ins": demo_log_ins(),
            "is_shared": is_shared,
            "can_have_passkeys": site().can_have_passkeys,
        }


class PasswordResetView(_Plain, account.PasswordResetView):  # type: ignore[misc]
    pass


class PasswordFromKeyView(_Plain, account.PasswordResetFromKeyView):  # type: ignore[misc]
    pass


class PasswordChangeView(_Plain, account.PasswordChangeView):  # type: ignore[misc]
    def get_default_success_url(self) -> str:
        return reverse("account_change_password") + "?done=1"

    def get_context_data(self, **more: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context_data(**more)
        return context | {"is_done": "done" in self.request.GET}


class ReauthenticateView(_Plain, account.ReauthenticateView):  # type: ignore[misc]
    def get_context_data(self, **more: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context_data(**more)
        is_known = has_passkey(user_id=self.request.user.pk)
        return context | {"has_passkey": is_known, "go_on_url": self.get_success_url()}


def demo_log_ins() -> list[DemoLogIn]:
    """Empty outside the demo: no password of anybody stands in a page's source."""
    password: str = settings.QUITTANCE_DEMO_PASSWORD
    if not password:
        return []
    return [_demo_log_in(one, password) for one in log_ins()]


def _demo_log_in(one: LogIn, password: str) -> DemoLogIn:
    return DemoLogIn(one.role, one.user.name, one.business, one.user.email, password)

"""Addresses under `/accounts/`: only the pages that exist here. No sign-up, no mail confirmation, no log-in by code."""

from __future__ import annotations

from collections.abc import Callable

from allauth.account import views as account
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.urls import URLPattern, path, re_path
from django.views.decorators.http import require_http_methods

from quittance.desk.languages import in_own_language
from quittance.desk.sign_in import by_passkey, invitation, passkeys, set_up, stage, switching, two_factor, views

# Django's form views would take PUT for POST, and answer any method once somebody is signed in.
_methods = require_http_methods(["GET", "HEAD", "POST"])


def _plain(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    return _methods(in_own_language(view))


urlpatterns: list[URLPattern] = [
    path("login/", _plain(views.LogInView.as_view()), name="account_login"),
    path("logout/", _plain(account.logout), name="account_logout"),
    path("inactive/", _plain(account.account_inactive), name="account_inactive"),
    path("reauthenticate/", _plain(login_required(views.ReauthenticateView.as_view())), name="account_reauthenticate"),
    path(
        "password/change/", _plain(login_required(views.PasswordChangeView.as_view())), name="account_change_password"
    ),
    path("password/reset/", _plain(views.PasswordResetView.as_view()), name="account_reset_password"),
    path("password/reset/done/", _plain(account.password_reset_done), name="account_reset_password_done"),
    re_path(
        r"^password/reset/key/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>.+)/$",
        _plain(views.PasswordFromKeyView.as_view()),
        name="account_reset_password_from_key",
    ),
    path(
        "password/reset/key/done/",
        _plain(account.password_reset_from_key_done),
        name="account_reset_password_from_key_done",
    ),
    path("code/", stage.second_factor_page, name="account_second_factor"),
    path("two-factor/", two_factor.two_factor, name="account_two_factor"),
    path("two-factor/codes/", two_factor.renew_codes, name="account_recovery_codes"),
    path("two-factor/off/", two_factor.turn_off, name="account_two_factor_off"),
    path("mine/", passkeys.mine, name="account_mine"),
    path("mine/language/", passkeys.choose_language, name="account_language"),
    path("passkeys/new/", passkeys.ask_for_new, name="account_passkey_new"),
    path("passkeys/add/", passkeys.add, name="account_passkey_add"),
    path("passkeys/<int:passkey_id>/name/", passkeys.rename, name="account_passkey_rename"),
    path("passkeys/<int:passkey_id>/remove/", passkeys.remove, name="account_passkey_remove"),
    path("passkey/ask/", by_passkey.ask_at_sign_in, name="account_passkey_ask"),
    path("passkey/", by_passkey.sign_in, name="account_passkey_sign_in"),
    path("passkey/again/ask/", by_passkey.ask_again, name="account_passkey_ask_again"),
    path("passkey/again/", by_passkey.show_again, name="account_passkey_again"),
    path("switch/", switching.switch, name="account_switch"),
    path("pin/", switching.pin, name="account_pin"),
    path("set-up/", set_up.set_up_page, name="account_set_up"),
    path("invitation/<str:token>", invitation.invitation, name="account_invitation"),
]

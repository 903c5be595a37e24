"""Who changes keys shows again that it is they: whoever sits down at an open desk must not redirect the money."""

from __future__ import annotations

import time
from typing import Any, Final

from allauth.account import app_settings
from allauth.account.adapter import get_adapter
from allauth.account.authentication import get_authentication_records
from allauth.account.internal.flows.reauthentication import reauthenticate_by_password
from allauth.core import ratelimit
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from quittance.businesses.models import User

# A form that was drawn without the question is still taken this much later, so that nothing typed is lost.
_GRACE_SECONDS: Final = 600
BY_PASSKEY: Final = "passkey"
_SHOWN_BY: Final = frozenset({"password", BY_PASSKEY})


def must_show_again(request: HttpRequest, *, grace: bool = False) -> bool:
    """Whether signing in lies too far back for what is asked now."""
    user = request.user
    records: list[dict[str, Any]] = get_authentication_records(request, user) if isinstance(user, User) else []
    newest = max((record.get("at", 0) for record in records if record.get("method") in _SHOWN_BY), default=0)
    limit = app_settings.REAUTHENTICATION_TIMEOUT + (_GRACE_SECONDS if grace else 0)
    return time.time() - float(newest) > float(limit)


def problem_with(request: HttpRequest, password: str) -> str:
    """Empty when the password is right, which counts as signing in again; else the sentence to show."""
    user = request.user
    if not isinstance(user, User):
        return _("You are signed out. Sign in again.")
    if not password:
        return _("Type your own password.")
    if not ratelimit.consume(request, action="reauthenticate", user=user):
        return _("Too many tries. Wait five minutes, then try again.")
    try:
        is_theirs = get_adapter().reauthenticate(user, password)
    except ValidationError as error:
        # Signing in counts wrong passwords too, and may have had enough of them first.
        return " ".join(error.messages)
    if not is_theirs:
        return _("This is not your password.")
    reauthenticate_by_password(request)
    return ""


def to_show_again(request: HttpRequest, *, back: str) -> HttpResponse | None:
    """Before a page of rights is opened or obeyed: None where signing in is fresh, else the way to show it again.

    A form that carries the password is taken at once. `back` is the page that was asked for.
    """
    if not must_show_again(request, grace=request.method == "POST"):
        return None
    typed = request.POST.get("your_password", "")
    if typed and not problem_with(request, typed):
        return None
    return HttpResponseRedirect(f"{reverse('account_reauthenticate')}?{urlencode({'next': back})}")

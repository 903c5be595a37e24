"""Sign-in of staff: nobody signs up by themselves, and mailed addresses are ours alone."""

from __future__ import annotations

import smtplib
import threading
from typing import Any, ClassVar, Final

import structlog
from allauth.account.adapter import DefaultAccountAdapter
from django.conf import settings
from django.core.mail import EmailMessage
from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

MAIL_THREAD: Final = "sign-in-mail"
_log = structlog.get_logger("quittance.sign_in")
_OURS: Final[dict[str, str | Promise]] = {
    "email_password_mismatch": _("Email address and password do not belong together. Check both, then try again."),
    "too_many_login_attempts": _("Too many tries. Wait five minutes, then try again, or choose a new password."),
    "enter_current_password": _("This is not your password now."),
    "incorrect_password": _("This is not your password."),
    "account_inactive": _("This log-in is switched off. Ask the owner of the business."),
}


class StaffAccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]  # allauth ships no types
    error_messages: ClassVar[dict[str, Any]] = {**DefaultAccountAdapter.error_messages, **_OURS}

    def is_open_for_signup(self, _request: HttpRequest) -> bool:
        return False

    def get_login_stages(self) -> list[str]:
        """The one of allauth wants libraries that we do without; ours stands last."""
        return [*super().get_login_stages(), "quittance.desk.sign_in.stage.SecondFactorStage"]

    def get_reset_password_from_key_url(self, key: str) -> str:
        """From the configured address, never from the request's Host header, which anyone can write (T49)."""
        path = reverse("account_reset_password_from_key", kwargs={"uidb36": "UID", "key": "KEY"})
        return str(settings.QUITTANCE_BASE_URL) + path.replace("UID-KEY", key)

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Beside the request: whether an address is known here must not show in how long the page takes."""
        mail = self.render_mail(template_prefix, email, {**context, "base_url": settings.QUITTANCE_BASE_URL})
        threading.Thread(target=_deliver, args=(mail,), name=MAIL_THREAD, daemon=True).start()


def _deliver(mail: EmailMessage) -> None:
    try:
        mail.send()
    except (OSError, smtplib.SMTPException) as error:
        # The address is a person's, so it does not stand in the log.
        _log.error("sign-in mail not sent", reason=type(error).__name__)

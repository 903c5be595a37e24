"""Email through a mail service: one adapter, the services differ by what `service.py` asks of them.

None of them takes an idempotency key, and what they tell about the past is not told at once: a mail whose answer was
lost stays unknown until a report bears our key, and a person decides where none comes.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from typing import Any, ClassVar, Final, Protocol

from quittance.core import http
from quittance.core.http import OutsideError
from quittance.core.secret import Secret
from quittance.core.words import gettext_noop as _
from quittance.message_channels.mail_services import library, reports
from quittance.message_channels.mail_services.brevo import Brevo
from quittance.message_channels.mail_services.library import Answer, Handed, Letter, UnfitError
from quittance.message_channels.mail_services.mailgun import Mailgun
from quittance.message_channels.mail_services.postmark import Postmark
from quittance.message_channels.mail_services.sendgrid import SendGrid
from quittance.message_channels.mail_services.service import REFUSED_KEY, Service, bad_address
from quittance.message_channels.port import (
    ChannelError,
    DeliveryReport,
    Feature,
    FindAnswer,
    FindReport,
    InboundRequest,
    MessageChannel,
    MisconfiguredError,
    Notice,
    OutgoingMessage,
    PermanentError,
    Suppress,
    TransientError,
    UnknownOutcomeError,
)
from quittance.message_channels.smtp.translate import envelope_address, message_id, one_line

TIMEOUT_SECONDS: Final = 12.0
_LONGEST_WAIT_SECONDS: Final = 3600
_LONGEST_SUBJECT: Final = 150
_LONGEST_NAME: Final = 80
_LINK = re.compile(r"https?://[!-;=?-~]{1,300}")

SERVICES: Final[tuple[Service, ...]] = (Postmark(), SendGrid(), Mailgun(), Brevo())


class Opener(Protocol):
    def __call__(
        self, credentials: Mapping[str, str], base_url: str | None, /, *, limit_seconds: float | None = None
    ) -> MessageChannel: ...


def opener(service: Service) -> Opener:
    """How an account at this service is opened; MisconfiguredError says what to correct in the form."""

    def open_account(
        credentials: Mapping[str, str], base_url: str | None, /, *, limit_seconds: float | None = None
    ) -> MailServiceChannel:
        fields = {name: value.strip() for name, value in credentials.items()}
        if not fields.get("api_key") or not fields["api_key"].isascii():
            raise MisconfiguredError(_("Enter the key from your account at the mail service."))
        service.check_fields(fields)
        return MailServiceChannel(
            service,
            fields,
            base_url=base_url,
            limit_seconds=TIMEOUT_SECONDS if limit_seconds is None else limit_seconds,
        )

    return open_account


class MailServiceChannel:
    """One account at a mail service."""

    slug: ClassVar[str] = "mail_service"
    channel: ClassVar[str] = "email"
    features: ClassVar[frozenset[Feature]] = frozenset({Feature.STATUS_NOTICES})

    def __init__(
        self,
        service: Service,
        fields: Mapping[str, str],
        *,
        base_url: str | None = None,
        limit_seconds: float = TIMEOUT_SECONDS,
    ) -> None:
        self._service = service
        self._fields = fields
        self._api_url = service.api_url(fields, base_url)
        self._limit_seconds = limit_seconds

    def check(self) -> None:
        question = self._service.question(self._fields)
        try:
            came = http.call(
                question.method,
                self._api_url + question.path,
                headers=question.headers,
                timeout_seconds=self._limit_seconds,
            )
        except OutsideError:
            raise TransientError("connect", _("The mail service could not be reached.")) from None
        if came.status in question.good:
            return
        error = self._refusal(Answer(came.status, came.body, came.headers))
        if isinstance(error, (MisconfiguredError, TransientError)):
            raise error
        if isinstance(error, UnknownOutcomeError):
            raise TransientError("no_answer", str(error))
        raise MisconfiguredError(REFUSED_KEY)

    def send(self, message: OutgoingMessage) -> DeliveryReport:
        letter = self._letter(message)
        try:
            handed = library.hand_over(
                self._service.slug,
                letter,
                options=self._service.options(self._fields),
                api_url=self._api_url,
                timeout_seconds=self._limit_seconds,
            )
        except OutsideError as error:
            if error.sent:
                raise UnknownOutcomeError(_("The mail service did not answer.")) from None
            raise TransientError("connect", _("The mail service could not be reached.")) from None
        except UnfitError:
            raise PermanentError("unfit", _("The mail service cannot send this mail."), is_ours=True) from None
        return self._report(handed)

    def find(self, _message: OutgoingMessage, *, taken: Collection[str] = ()) -> FindReport:  # noqa: ARG002 - the port's
        return FindReport(FindAnswer.CANNOT_TELL)

    def read_webhook(self, request: InboundRequest) -> Sequence[Notice]:
        typed = [Secret(self._fields.get(name, "")) for name in ("report_secret", "former_report_secret")]
        # A blank secret would let anybody report.
        return reports.read(self._service, request, secrets=[one for one in typed if one] if typed[0] else [])

    def _letter(self, message: OutgoingMessage) -> Letter:
        headers = {**self._service.headers(message_id(message)), "Auto-Submitted": "auto-generated"}
        if _LINK.fullmatch(message.unsubscribe_url):
            headers["List-Unsubscribe"] = f"<{message.unsubscribe_url}>"
            headers["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
        return Letter(
            key=message.key,
            sender=envelope_address(message.sender),
            sender_name=one_line(message.sender_name, longest=_LONGEST_NAME),
            address=envelope_address(message.address),
            subject=one_line(message.subject, longest=_LONGEST_SUBJECT),
            text=message.text,
            html=message.html,
            reply_to=envelope_address(message.reply_to) if message.reply_to else "",
            headers=headers,
            can_switch_tracking=self._service.can_switch_tracking,
        )

    def _report(self, handed: Handed) -> DeliveryReport:
        answer = handed.answer
        if handed.word == "invalid":
            raise bad_address()
        if handed.word == "rejected":
            raise PermanentError(
                "rejected",
                _("The mail service no longer writes to this address, since an earlier mail came back."),
                suppress=Suppress.REFUSED,
            )
        if 200 <= answer.status < 300 and handed.their_id:
            return DeliveryReport(handed.their_id[: reports.LONGEST_ID])
        raise self._refusal(answer)

    def _refusal(self, answer: Answer) -> ChannelError:
        """An answer that is not a success, as an error. But for 503, a 5xx may have had its effect."""
        status = answer.status
        own = self._service.refusal(answer)
        if own is not None:
            return own
        if status in {401, 403}:
            return MisconfiguredError(REFUSED_KEY)
        if status == 429:
            return TransientError(
                "429",
                _("The mail service takes no more mails for now."),
                retry_after_seconds=_retry_after(answer.headers),
            )
        if status == 503:
            return TransientError("503", _("The mail service is not available now."))
        if status >= 500 or status < 400:
            return UnknownOutcomeError(_("The mail service did not say clearly whether it took the mail."))
        return PermanentError(str(status), _("The mail service refused the mail."), is_ours=True)


def _retry_after(headers: Mapping[str, Any]) -> int | None:
    text = str(headers.get("retry-after", ""))
    return min(int(text), _LONGEST_WAIT_SECONDS) if text.isascii() and text.isdigit() else None

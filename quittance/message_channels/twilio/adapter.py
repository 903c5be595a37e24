"""SMS through Twilio Messages.

Twilio takes no idempotency key. A message whose answer was lost is found again by number, text and time, and its
status callback bears our key, which tells us even when the answer never came.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, ClassVar, Final, TypeVar
from urllib.parse import parse_qs, parse_qsl, urlsplit

from quittance.core.http import OutsideError
from quittance.core.secret import Secret
from quittance.core.words import gettext_noop as _
from quittance.message_channels.port import (
    BadSignatureError,
    ChannelError,
    ChannelListing,
    CredentialField,
    DeliveryReport,
    DeliveryState,
    Feature,
    FindAnswer,
    FindReport,
    InboundRequest,
    MisconfiguredError,
    Notice,
    OutgoingMessage,
    TransientError,
    UnknownOutcomeError,
)
from quittance.message_channels.twilio import translate
from quittance.message_channels.twilio.client import error_code, open_client

TIMEOUT_SECONDS: Final = 8.0
# The query field of the status address that bears our key.
KEY_FIELD: Final = "m"
# A server whose clock nobody sets may be minutes ahead of theirs; a text looked for in vain would be sent twice.
_CLOCKS_DIFFER = timedelta(minutes=15)
_NEWEST: Final = 50
_SID = re.compile(r"AC[0-9a-fA-F]{32}\Z")
_SENDER = re.compile(r"(?:\+[1-9][0-9]{4,14}|MG[0-9a-fA-F]{32}|(?=.*[A-Za-z])[A-Za-z0-9 ]{1,11})\Z")
Answer = TypeVar("Answer")

LISTING = ChannelListing(
    slug="twilio",
    name=_("SMS (Twilio)"),
    channel="sms",
    fields=(
        CredentialField(
            "sender",
            _("Sender"),
            _("A Twilio number with its country code, a messaging service (MG…), or a name of up to 11 letters."),
            "+49 30 1234567",
        ),
        CredentialField("account_sid", _("Account SID"), placeholder="AC…"),
        CredentialField("auth_token", _("Auth token"), secret=True),
    ),
    identity=("account_sid",),
    note=_("Twilio charges per segment of an SMS. To let clients opt out, set the webhook address at the sender."),
)


def open_account(
    credentials: Mapping[str, str], base_url: str | None, /, *, limit_seconds: float | None = None
) -> TwilioChannel:
    """MisconfiguredError says what to correct in the form."""
    account_sid = credentials.get("account_sid", "").strip()
    if not _SID.match(account_sid):
        raise MisconfiguredError(
            _("The account SID begins with AC and has 34 characters. Copy it from Twilio's console.")
        )
    sender = credentials.get("sender", "").strip()
    if sender and not _SENDER.match(sender):
        raise MisconfiguredError(_("The sender is a number such as +49301234567, a service MG…, or up to 11 letters."))
    tokens = [Secret(credentials.get(name, "").strip()) for name in ("auth_token", "former_auth_token")]
    if not tokens[0]:
        raise MisconfiguredError(_("Enter the auth token from Twilio's console."))
    return TwilioChannel(
        account_sid,
        tokens[0],
        former_token=tokens[1],
        base_url=base_url,
        limit_seconds=TIMEOUT_SECONDS if limit_seconds is None else limit_seconds,
    )


class TwilioChannel:
    """One Twilio account. `former_token` still verifies webhooks after a rotation."""

    slug: ClassVar[str] = "twilio"
    channel: ClassVar[str] = "sms"
    features: ClassVar[frozenset[Feature]] = frozenset({Feature.FIND, Feature.STATUS_NOTICES, Feature.INBOUND})

    def __init__(
        self,
        account_sid: str,
        auth_token: Secret,
        *,
        former_token: Secret | None = None,
        base_url: str | None = None,
        limit_seconds: float = TIMEOUT_SECONDS,
    ) -> None:
        self._account_sid = account_sid
        self._auth_token = auth_token
        self._former_token = former_token or Secret("")
        self._base_url = base_url
        self._limit_seconds = limit_seconds

    def check(self) -> None:
        self._ask(lambda client: client.messages.list(limit=1))

    def send(self, message: OutgoingMessage) -> DeliveryReport:
        request: dict[str, str] = {"to": message.address, "body": message.text}
        request["messaging_service_sid" if message.sender.startswith("MG") else "from_"] = message.sender
        if message.status_url:
            request["status_callback"] = message.status_url
        sent = self._call(lambda client: client.messages.create(**request))
        state = _state(sent)
        if state is DeliveryState.FAILED:
            raise translate.refusal(status=400, code=translate.error_number(sent.error_code))
        return DeliveryReport(str(sent.sid), state)

    def find(self, message: OutgoingMessage, *, taken: Collection[str] = ()) -> FindReport:
        newest = self._ask(lambda client: client.messages.list(to=message.address, limit=_NEWEST))
        for seen in newest:
            if str(seen.sid) not in taken and _is_it(seen, message):
                return FindReport(FindAnswer.ACCEPTED, DeliveryReport(str(seen.sid), _state(seen)))
        if len(newest) == _NEWEST and all(_is_since(seen, message.at) for seen in newest):
            return FindReport(FindAnswer.CANNOT_TELL)
        return FindReport(FindAnswer.ABSENT)

    def read_webhook(self, request: InboundRequest) -> Sequence[Notice]:
        fields = _fields(request)
        signature = request.headers.get("x-twilio-signature", "")
        if not any(_is_signed(request.url, fields, signature, token) for token in self._tokens()):
            raise BadSignatureError("The signature does not fit.")
        if fields.get("AccountSid", self._account_sid) != self._account_sid:
            return ()
        key = parse_qs(urlsplit(request.url).query).get(KEY_FIELD, [""])[0]
        notice = translate.read_form(fields, key=key)
        return () if notice is None else (notice,)

    def _tokens(self) -> list[Secret]:
        # A blank secret would let anybody sign.
        return [token for token in (self._auth_token, self._former_token) if token]

    def _ask(self, work: Callable[[Any], Answer]) -> Answer:
        """A call without effect: no answer means only that we know nothing yet."""
        try:
            return self._call(work)
        except UnknownOutcomeError as error:
            raise TransientError("no_answer", str(error)) from None

    def _call(self, work: Callable[[Any], Answer]) -> Answer:
        client = open_client(
            account_sid=self._account_sid,
            auth_token=self._auth_token,
            base_url=self._base_url,
            timeout_seconds=self._limit_seconds,
        )
        try:
            return work(client)
        except ChannelError:
            raise
        except OutsideError as error:
            if error.sent:
                raise UnknownOutcomeError(_("Twilio did not answer.")) from None
            raise TransientError("connect", _("Twilio could not be reached.")) from None
        except _sdk_errors() as error:
            raise _translated(error) from None


def _sdk_errors() -> tuple[type[Exception], ...]:
    """What the SDK raises: its own errors, and what its parsers meet in an answer that is not Twilio's."""
    from twilio.base.exceptions import TwilioException  # noqa: PLC0415 - only after the SDK itself

    return TwilioException, ValueError, LookupError, TypeError, AttributeError


def _translated(error: Exception) -> ChannelError:
    if hasattr(error, "status"):
        return translate.refusal(status=error.status, code=translate.error_number(getattr(error, "code", None)))
    answer: Any = error.args[1] if len(error.args) > 1 else None
    if answer is not None and hasattr(answer, "status_code"):
        # A list that was refused comes without its code taken out.
        return translate.refusal(status=answer.status_code, code=error_code(answer.text))
    # The SDK could not read the answer, so the request had reached somebody.
    return UnknownOutcomeError(f"Twilio's answer could not be read ({type(error).__name__}).")


def _fields(request: InboundRequest) -> dict[str, str]:
    try:
        pairs = parse_qsl(request.body.decode("utf-8"), keep_blank_values=True, max_num_fields=100)
    except ValueError as error:
        raise BadSignatureError("The form cannot be read.") from error
    return dict(pairs)


def _is_signed(url: str, fields: Mapping[str, str], signature: str, token: Secret) -> bool:
    """Twilio signs the address with or without the port; its own validator tries both."""
    from twilio.request_validator import RequestValidator  # noqa: PLC0415 - with the SDK

    return bool(signature) and bool(RequestValidator(token.reveal()).validate(url, fields, signature))


def _state(seen: Any) -> DeliveryState:
    return translate.STATUSES.get(str(seen.status), DeliveryState.SENT)


def _is_it(seen: Any, message: OutgoingMessage) -> bool:
    outbound = str(seen.direction).startswith("outbound")
    same_text = " ".join(str(seen.body or "").split()) == " ".join(message.text.split())
    return outbound and same_text and _is_since(seen, message.at)


def _is_since(seen: Any, moment: datetime) -> bool:
    created: datetime | None = seen.date_created
    return created is None or created >= moment - _CLOCKS_DIFFER

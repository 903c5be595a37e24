"""WhatsApp through the Cloud API: approved templates out, signed notices in.

There is no key that makes a repeat harmless and no way to ask about a message, so a lost answer is unknown. Each
message bears our key as `biz_opaque_callback_data`, and the status notice that brings it back tells what happened.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import re
from collections.abc import Collection, Mapping, Sequence
from typing import Any, ClassVar, Final

from quittance.core import http
from quittance.core.http import OutsideError
from quittance.core.secret import Secret
from quittance.core.words import gettext_noop as _
from quittance.message_channels.port import (
    BadSignatureError,
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
    PermanentError,
    TransientError,
    UnknownOutcomeError,
)
from quittance.message_channels.whatsapp import translate

API_URL: Final = "https://graph.facebook.com"
VERSION: Final = "v23.0"
TIMEOUT_SECONDS: Final = 8.0
_LONGEST_WAIT_SECONDS: Final = 3600
_DIGITS = re.compile(r"[0-9]{5,20}\Z")
_NUMBER = re.compile(r"\+[1-9][0-9]{6,14}\Z")

LISTING = ChannelListing(
    slug="whatsapp",
    name=_("WhatsApp (Cloud API)"),
    channel="whatsapp",
    fields=(
        CredentialField(
            "sender",
            _("Sender"),
            _("The WhatsApp number with its country code."),
            "+49 30 1234567",
        ),
        CredentialField(
            "phone_number_id",
            _("Phone number id"),
            _("In Meta's app: WhatsApp, API set-up."),
            "106540352242922",
        ),
        CredentialField(
            "access_token",
            _("Access token"),
            _("A permanent one, of a system user."),
            secret=True,
        ),
        CredentialField("app_secret", _("App secret"), _("In Meta's app: settings, basic."), secret=True),
    ),
    identity=("phone_number_id",),
    note=_("WhatsApp takes only texts that it has approved before. Enter their names under Texts afterwards."),
)


def open_account(
    credentials: Mapping[str, str], base_url: str | None, /, *, limit_seconds: float | None = None
) -> WhatsAppChannel:
    """MisconfiguredError says what to correct in the form."""
    number_id = credentials.get("phone_number_id", "").strip()
    if not _DIGITS.match(number_id):
        raise MisconfiguredError(_("The phone number id is a long number. Copy it from Meta's app, under API set-up."))
    sender = credentials.get("sender", "").strip()
    if sender and not _NUMBER.match(sender):
        raise MisconfiguredError(_("The sender is a number with its country code, such as +49301234567."))
    token = Secret(credentials.get("access_token", "").strip())
    secrets = [Secret(credentials.get(name, "").strip()) for name in ("app_secret", "former_app_secret")]
    if not token:
        raise MisconfiguredError(_("Enter the access token."))
    if not secrets[0]:
        raise MisconfiguredError(
            _("Enter the app secret: without it nobody could tell WhatsApp's notices from others.")
        )
    limit = TIMEOUT_SECONDS if limit_seconds is None else limit_seconds
    return WhatsAppChannel(number_id, token, app_secrets=secrets, base_url=base_url, limit_seconds=limit)


class WhatsAppChannel:
    """One WhatsApp number. Of `app_secrets` the second still verifies webhooks after a rotation."""

    slug: ClassVar[str] = "whatsapp"
    channel: ClassVar[str] = "whatsapp"
    features: ClassVar[frozenset[Feature]] = frozenset({Feature.STATUS_NOTICES, Feature.INBOUND, Feature.TEMPLATES})

    def __init__(
        self,
        phone_number_id: str,
        access_token: Secret,
        *,
        app_secrets: Sequence[Secret],
        base_url: str | None = None,
        limit_seconds: float = TIMEOUT_SECONDS,
    ) -> None:
        self._address = f"{(base_url or API_URL).rstrip('/')}/{VERSION}/{phone_number_id}"
        self._phone_number_id = phone_number_id
        self._access_token = access_token
        self._limit_seconds = limit_seconds
        self._app_secrets = [secret for secret in app_secrets if secret]

    def check(self) -> None:
        """Ask for the number's own record."""
        try:
            seen = self._call("GET", "", None)
        except UnknownOutcomeError as error:
            raise TransientError("no_answer", str(error)) from None
        except PermanentError as error:
            raise MisconfiguredError(error.reason) from None
        if str(seen.get("id", "")) != self._phone_number_id:
            raise MisconfiguredError(_("WhatsApp does not know this phone number id."))

    def send(self, message: OutgoingMessage) -> DeliveryReport:
        if message.template is None:
            raise PermanentError("no_template", _("There is no approved template for this message."), is_ours=True)
        if not _NUMBER.match(message.address):
            raise PermanentError("bad_number", _("The phone number is not valid."))
        answer = self._call("POST", "/messages", _body(message))
        accepted = answer.get("messages")
        first = accepted[0] if isinstance(accepted, list) and accepted and isinstance(accepted[0], dict) else {}
        their_id = str(first.get("id") or "")
        if not their_id or len(their_id) > 120:
            raise UnknownOutcomeError(_("WhatsApp's answer could not be read."))
        return DeliveryReport(their_id, DeliveryState.SENT)

    def find(self, _message: OutgoingMessage, *, taken: Collection[str] = ()) -> FindReport:  # noqa: ARG002 - the port's
        return FindReport(FindAnswer.CANNOT_TELL)

    def read_webhook(self, request: InboundRequest) -> Sequence[Notice]:
        signature = request.headers.get("x-hub-signature-256", "")
        if not any(_is_signed(request.body, signature, secret) for secret in self._app_secrets):
            raise BadSignatureError("The signature does not fit.")
        try:
            body = json.loads(request.body)
        except (ValueError, RecursionError):
            # Signed by them and yet unreadable: nothing of ours stands in it.
            return ()
        return translate.read_notices(body, phone_number_id=self._phone_number_id)

    def _call(self, method: str, path: str, body: dict[str, Any] | None) -> dict[str, Any]:
        headers = {"Authorization": f"Bearer {self._access_token.reveal()}", "Content-Type": "application/json"}
        sent = b"" if body is None else json.dumps(body).encode("ascii")
        try:
            answer = http.call(
                method, self._address + path, headers=headers, body=sent, timeout_seconds=self._limit_seconds
            )
        except OutsideError as error:
            if error.sent:
                raise UnknownOutcomeError(_("WhatsApp did not answer.")) from None
            raise TransientError("connect", _("WhatsApp could not be reached.")) from None
        read = _read(answer.body)
        if answer.status != 200:
            raise _refused(answer, read)
        if read is None:
            raise UnknownOutcomeError(_("WhatsApp's answer could not be read."))
        return read


def _body(message: OutgoingMessage) -> dict[str, Any]:
    assert message.template is not None  # noqa: S101 - checked by send
    template = message.template
    components: list[dict[str, Any]] = []
    if template.parameters:
        values = [{"type": "text", "text": value} for value in template.parameters]
        components.append({"type": "body", "parameters": values})
    if template.button:
        values = [{"type": "text", "text": template.button}]
        components.append({"type": "button", "sub_type": "url", "index": "0", "parameters": values})
    return {
        "messaging_product": "whatsapp",
        "recipient_type": "individual",
        "to": message.address,
        "type": "template",
        "template": {"name": template.name, "language": {"code": template.language}, "components": components},
        "biz_opaque_callback_data": message.key,
    }


def _read(body: bytes) -> dict[str, Any] | None:
    try:
        read = json.loads(body)
    except (ValueError, RecursionError):
        return None
    return read if isinstance(read, dict) else None


def _refused(answer: http.OutsideResponse, body: dict[str, Any] | None) -> Exception:
    error = translate.refusal(status=answer.status, code=translate.error_code(body))
    waited = answer.headers.get("retry-after", "")
    if isinstance(error, TransientError) and waited.isascii() and waited.isdigit():
        error.retry_after_seconds = min(int(waited), _LONGEST_WAIT_SECONDS)
    return error


def _is_signed(body: bytes, signature: str, secret: Secret) -> bool:
    expected = "sha256=" + hmac.new(secret.reveal().encode(), body, hashlib.sha256).hexdigest()
    return hmac.compare_digest(expected.encode(), signature.encode("utf-8", "replace"))

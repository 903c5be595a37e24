"""Our message as a MIME mail, and a mail server's replies as our errors."""

from __future__ import annotations

import re
import unicodedata
from email.errors import HeaderParseError, MessageError
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from typing import Final

from quittance.core.words import gettext_noop as _
from quittance.message_channels.port import OutgoingMessage, PermanentError, Suppress, TransientError

_LONGEST_SUBJECT: Final = 150
_LONGEST_NAME: Final = 80
# RFC 3463: there is no such mailbox, and there will be none tomorrow. Other refusals say less about the address.
_BAD_ADDRESS = re.compile(r"\b5\.1\.1\b")
_ADDRESS = re.compile(r"https?://[!-;=?-~]{1,300}")
_INVALID = _("The email address is not valid. Correct it in the client card.")

# The first digit of the reply decides (RFC 5321 4.2.1); these say it in words.
REPLIES: Final[dict[int, str]] = {
    421: _("The mail server is not available now."),
    450: _("The mailbox is busy or the server asks to come back later."),
    451: _("The mail server had an error of its own."),
    452: _("The mail server has no room now."),
    550: _("The mail server refused the address."),
    551: _("The mail server says that the address is not here."),
    552: _("The mailbox is full."),
    553: _("The mail server refused the address."),
    554: _("The mail server refused the mail."),
}


def message_id(message: OutgoingMessage) -> str:
    """The same for every try, so that a mailbox that sees it twice can tell."""
    domain = message.sender.rpartition("@")[2] or "quittance.invalid"
    return f"<{message.key}@{domain}>"


def to_mime(message: OutgoingMessage) -> bytes:
    """The mail with CRLF line ends. PermanentError when an address cannot stand in a header."""
    mail = EmailMessage(policy=SMTP)
    try:
        mail["From"] = _address(message.sender, message.sender_name)
        mail["To"] = _address(message.address)
        if message.reply_to:
            mail["Reply-To"] = _address(message.reply_to)
        mail["Subject"] = one_line(message.subject, longest=_LONGEST_SUBJECT)
        mail["Date"] = format_datetime(message.at)
        mail["Message-ID"] = message_id(message)
    except (ValueError, HeaderParseError, MessageError) as error:
        raise PermanentError("invalid_address", _INVALID) from error
    mail["Auto-Submitted"] = "auto-generated"
    mail.set_content(message.text, cte="quoted-printable")
    if message.html:
        mail.add_alternative(message.html, subtype="html", cte="quoted-printable")
    return _unsubscribing(message) + mail.as_bytes()


def _unsubscribing(message: OutgoingMessage) -> bytes:
    """RFC 8058, written by hand: a long address would be folded into encoded words, which no mail program reads."""
    if not _ADDRESS.fullmatch(message.unsubscribe_url):
        return b""
    head = f"List-Unsubscribe: <{message.unsubscribe_url}>\r\nList-Unsubscribe-Post: List-Unsubscribe=One-Click\r\n"
    return head.encode("ascii")


def one_line(text: str, *, longest: int) -> str:
    """Text that can stand in a header: no line ends, control or direction marks, bounded."""
    kept = "".join(" " if unicodedata.category(letter) in {"Cc", "Zl", "Zp"} else letter for letter in text)
    plain = "".join(letter for letter in kept if unicodedata.category(letter) not in {"Cf", "Cs"})
    return " ".join(plain.split())[:longest]


def envelope_address(address: str) -> str:
    """The address for MAIL and RCPT, its domain in ASCII. PermanentError when it cannot be one."""
    try:
        return _address(address).addr_spec
    except (ValueError, HeaderParseError, MessageError) as error:
        raise PermanentError("invalid_address", _INVALID) from error


def refusal(code: int, text: bytes) -> PermanentError | TransientError:
    """A reply of 4xx or 5xx. Their text decides about suppression but is not shown: it may name the client."""
    words = text.decode("ascii", "replace")
    reason = f"{REPLIES.get(code, _('The mail server refused the mail.'))} (reply {code})"
    if 500 <= code < 600:
        suppress = Suppress.REFUSED if is_bad_address(words) else None
        return PermanentError(str(code), reason, suppress=suppress)
    return TransientError(str(code), reason)


def is_bad_address(words: str) -> bool:
    """Whether the address itself is bad, by the status in a reply or a report."""
    return _BAD_ADDRESS.search(words) is not None


def _address(address: str, name: str = "") -> Address:
    local, at, domain = address.rpartition("@")
    if not at or not local or not domain or re.search(r"[\s<>,;:\"()\[\]\\]", address) or not local.isascii():
        raise ValueError("not an address")
    spec = f"{local}@{domain.encode('idna').decode('ascii')}"
    return Address(display_name=one_line(name, longest=_LONGEST_NAME), addr_spec=spec)

"""Mailgun's words: a form goes in, `Queued. Thank you.` comes out, reports carry an HMAC of time and token."""

import base64
import binascii
import hashlib
import hmac
import json
import re

from quittance.sandbox.answers import Call
from quittance.sandbox.mail_services.mails import (
    REFUSED_DOMAIN,
    UNKNOWN_SENDER,
    Account,
    Json,
    Mail,
    MailRefusalError,
    bare,
)

STRANGER = MailRefusalError(401, {"message": "Forbidden"})
_PATH = re.compile(r"v3/([A-Za-z0-9.-]+)/messages")


def key(call: Call) -> str:
    scheme, _, pair = call.header("authorization").partition(" ")
    try:
        name, _, password = base64.b64decode(pair).decode().partition(":")
    except (binascii.Error, UnicodeDecodeError):
        return ""
    return password if scheme == "Basic" and name == "api" else ""


def work(call: Call, path: str, given: Json, mark: str) -> Mail | Json:
    found = _PATH.fullmatch(path)
    if call.method != "POST" or found is None:
        raise MailRefusalError(404, {"message": "Not found"})
    domain = found[1]
    if domain.startswith("unknown."):
        raise MailRefusalError(404, {"message": f"Domain not found: {domain}"})
    for name in ("from", "to"):
        if not given.get(name):
            raise MailRefusalError(400, {"message": f"{name} parameter is missing"})
    to = bare(str(given["to"]))
    if bare(str(given["from"])).endswith(UNKNOWN_SENDER):
        raise MailRefusalError(400, {"message": "'from' parameter is not a valid address. please check documentation"})
    if "@" not in to or to.endswith(REFUSED_DOMAIN):
        raise MailRefusalError(400, {"message": "'to' parameter is not a valid address. please check documentation"})
    headers = {name[2:]: str(value) for name, value in given.items() if name.startswith("h:")}
    return Mail(
        id=headers.get("Message-Id") or f"<{mark}@{domain}>",
        account="",
        sender=str(given["from"]),
        to=to,
        subject=str(given.get("subject") or ""),
        text=str(given.get("text") or ""),
        html=str(given.get("html") or ""),
        reply_to=headers.get("Reply-To", ""),
        headers=headers,
        named={name[2:]: str(value) for name, value in given.items() if name.startswith("v:")},
    )


def taken(mail: Mail) -> tuple[int, Json | None, dict[str, str]]:
    return 200, {"id": mail.id, "message": "Queued. Thank you."}, {}


def report(account: Account, mail: Mail, event: str, moment: float, mark: str) -> tuple[dict[str, str], bytes]:
    told: Json = {
        "id": mark[:22], "timestamp": moment, "recipient": mail.to, "user-variables": mail.named, "tags": [],
        "message": {"headers": {"message-id": mail.id.strip("<>"), "to": mail.to, "subject": mail.subject}},
    }  # fmt: skip
    lost: Json = {"event": "failed", "severity": "permanent"}
    gone = {"code": 550, "enhanced-code": "5.1.1", "message": f"<{mail.to}> unknown", "description": ""}
    full = {"code": 452, "enhanced-code": "4.2.2", "message": "over quota", "description": ""}
    kinds: dict[str, Json] = {
        "hard": {**lost, "reason": "bounce", "delivery-status": gone},
        "soft": {**lost, "reason": "old", "delivery-status": full},
        "inactive": {**lost, "reason": "suppress-bounce", "delivery-status": {"code": 605, "message": ""}},
        "complained": {"event": "complained"},
        "unsubscribed": {"event": "unsubscribed", "client-info": {"user-agent": "Mozilla/5.0"}},
        "opened": {"event": "opened", "ip": "203.0.113.7", "client-info": {"user-agent": "Mozilla/5.0"}},
    }
    told |= kinds.get(event, {"event": "delivered", "delivery-status": {"code": 250, "message": "OK"}})
    stamp, token = str(int(moment)), mark.ljust(50, "0")
    sign = hmac.new(account.secret.encode(), f"{stamp}{token}".encode(), hashlib.sha256).hexdigest()
    body = {"signature": {"timestamp": stamp, "token": token, "signature": sign}, "event-data": told}
    return {"Content-Type": "application/json", "User-Agent": "mailgun/1.0"}, json.dumps(body).encode()

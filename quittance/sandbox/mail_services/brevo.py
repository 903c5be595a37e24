"""Brevo's words: an `api-key`, a messageId, errors with a code, one report at a time with basic authentication."""

import base64
import json

from quittance.sandbox.answers import Call
from quittance.sandbox.mail_services.mails import REFUSED_DOMAIN, UNKNOWN_SENDER, Account, Json, Mail, MailRefusalError

STRANGER = MailRefusalError(401, {"message": "Key not found", "code": "unauthorized"})
_EVENTS = {
    "hard": "hard_bounce",
    "soft": "soft_bounce",
    "inactive": "blocked",
    "complained": "spam",
    "unsubscribed": "unsubscribe",
    "opened": "unique_opened",
}


def key(call: Call) -> str:
    return call.header("api-key")


def work(call: Call, path: str, given: Json, mark: str) -> Mail | Json:
    if (call.method, path) == ("GET", "v3/account"):
        return {"email": "sandbox@brevo.example", "plan": [{"type": "free", "credits": 300}]}
    if (call.method, path) != ("POST", "v3/smtp/email"):
        raise MailRefusalError(404, {"message": "Not found", "code": "document_not_found"})
    try:
        to, sender = str(given["to"][0]["email"]), given["sender"]
        address = str(sender["email"])
    except (KeyError, TypeError, IndexError):
        raise _refusal("missing_parameter", "sender or to is missing") from None
    if address.endswith(UNKNOWN_SENDER):
        raise _refusal("invalid_parameter", "Sending has been rejected because the sender you used is not valid.")
    if "@" not in to or to.endswith(REFUSED_DOMAIN):
        raise _refusal("invalid_parameter", "email is not valid in to")
    if not (given.get("textContent") or given.get("htmlContent")):
        raise _refusal("missing_parameter", "textContent or htmlContent is missing")
    headers = {str(name): str(value) for name, value in (given.get("headers") or {}).items()}
    return Mail(
        id=f"<{mark}@smtp-relay.brevo.example>",
        account="",
        sender=f"{sender.get('name', '')} <{address}>".strip(),
        to=to,
        subject=str(given.get("subject") or ""),
        text=str(given.get("textContent") or ""),
        html=str(given.get("htmlContent") or ""),
        reply_to=str((given.get("replyTo") or {}).get("email") or ""),
        headers=headers,
        named={"X-Mailin-custom": headers["X-Mailin-custom"]} if "X-Mailin-custom" in headers else {},
    )


def taken(mail: Mail) -> tuple[int, Json | None, dict[str, str]]:
    return 201, {"messageId": mail.id}, {}


def report(account: Account, mail: Mail, event: str, moment: float, mark: str) -> tuple[dict[str, str], bytes]:
    told = {
        "event": _EVENTS.get(event, "delivered"), "email": mail.to, "id": int(mark[:7], 16), "message-id": mail.id,
        "ts": int(moment), "ts_event": int(moment), "ts_epoch": int(moment * 1000), "subject": mail.subject,
        "reason": f"550 <{mail.to}>" if event in {"hard", "soft"} else "", **mail.named,
    }  # fmt: skip
    pair = base64.b64encode(f"quittance:{account.secret}".encode()).decode()
    headers = {"Content-Type": "application/json", "User-Agent": "sendinblue", "Authorization": f"Basic {pair}"}
    return headers, json.dumps(told).encode()


def _refusal(code: str, words: str) -> MailRefusalError:
    return MailRefusalError(400, {"code": code, "message": words})

"""SendGrid's words: 202 without a body, errors with their field, reports in lists signed by an elliptic curve."""

import base64
import json

from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from quittance.sandbox.answers import Call
from quittance.sandbox.mail_services.mails import REFUSED_DOMAIN, UNKNOWN_SENDER, Account, Json, Mail, MailRefusalError

STRANGER = MailRefusalError(
    401,
    {"errors": [{"field": None, "message": "The provided authorization grant is invalid, expired, or revoked"}]},
)


def new_key() -> str:
    """A key to sign reports with, as text."""
    made = ec.generate_private_key(ec.SECP256R1())
    kept = made.private_bytes(
        serialization.Encoding.DER, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    return base64.b64encode(kept).decode()


def verification_key(account: Account) -> str:
    """What SendGrid shows for its signed reports."""
    public = _signing_key(account).public_key()
    shown = public.public_bytes(serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo)
    return base64.b64encode(shown).decode()


def key(call: Call) -> str:
    scheme, _, token = call.header("authorization").partition(" ")
    return token if scheme == "Bearer" else ""


def work(call: Call, path: str, given: Json, mark: str) -> Mail | Json:
    if (call.method, path) == ("GET", "v3/scopes"):
        return {"scopes": ["mail.send", "sender_verification_eligible"]}
    if (call.method, path) != ("POST", "v3/mail/send"):
        raise _refusal(404, None, "Not found")
    try:
        [person] = given["personalizations"]
        to, sender = str(person["to"][0]["email"]), given["from"]
        parts = {str(one["type"]): str(one["value"]) for one in given["content"]}
    except (KeyError, ValueError, TypeError, IndexError):
        raise _refusal(400, "personalizations", "The personalizations field is required.") from None
    if str(sender["email"]).endswith(UNKNOWN_SENDER):
        raise _refusal(403, "from", "The from address does not match a verified Sender Identity.")
    if "@" not in to or to.endswith(REFUSED_DOMAIN):
        raise _refusal(400, "personalizations.0.to.0.email", "Does not contain a valid address.")
    replies = given.get("reply_to_list") or [{}]
    return Mail(
        id=mark,
        account="",
        sender=f"{sender.get('name', '')} <{sender['email']}>".strip(),
        to=to,
        subject=str(given.get("subject") or ""),
        text=parts.get("text/plain", ""),
        html=parts.get("text/html", ""),
        reply_to=str(replies[0].get("email") or ""),
        headers={str(name): str(value) for name, value in (given.get("headers") or {}).items()},
        named={**(given.get("custom_args") or {}), **(person.get("custom_args") or {})},
    )


def taken(mail: Mail) -> tuple[int, Json | None, dict[str, str]]:
    return 202, None, {"X-Message-Id": mail.id[:22]}


def report(account: Account, mail: Mail, event: str, moment: float, mark: str) -> tuple[dict[str, str], bytes]:
    told: Json = {
        "email": mail.to, "timestamp": int(moment), "sg_event_id": mark, "sg_message_id": f"{mail.id[:22]}.filter",
        "smtp-id": f"<{mail.id}@geopod>", **mail.named,
    }  # fmt: skip
    told |= {
        "hard": {"event": "bounce", "type": "bounce", "status": "5.1.1", "reason": f"550 5.1.1 <{mail.to}> unknown"},
        "soft": {"event": "bounce", "type": "blocked", "status": "4.2.2", "reason": f"452 <{mail.to}> over quota"},
        "inactive": {"event": "dropped", "reason": "Bounced Address", "status": "5.0.0"},
        "complained": {"event": "spamreport"},
        "unsubscribed": {"event": "unsubscribe"},
        "opened": {"event": "open", "ip": "203.0.113.7", "useragent": "Mozilla/5.0"},
    }.get(event, {"event": "delivered", "response": "250 OK"})
    body = json.dumps([told]).encode()
    stamp = str(int(moment))
    signature = _signing_key(account).sign(stamp.encode() + body, ec.ECDSA(hashes.SHA256()))
    headers = {
        "Content-Type": "application/json",
        "User-Agent": "SendGrid Event API",
        "X-Twilio-Email-Event-Webhook-Signature": base64.b64encode(signature).decode(),
        "X-Twilio-Email-Event-Webhook-Timestamp": stamp,
    }
    return headers, body


def _signing_key(account: Account) -> ec.EllipticCurvePrivateKey:
    made = serialization.load_der_private_key(base64.b64decode(account.secret), password=None)
    if not isinstance(made, ec.EllipticCurvePrivateKey):
        message = "SendGrid signs with an elliptic curve only."
        raise TypeError(message)
    return made


def _refusal(status: int, field: str | None, words: str) -> MailRefusalError:
    return MailRefusalError(status, {"errors": [{"message": words, "field": field, "help": None}]})

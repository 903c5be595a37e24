"""Postmark's words: ErrorCode and Message, a MessageID, reports with basic authentication."""

import base64
import json
from datetime import UTC, datetime

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

STRANGER = MailRefusalError(401, {"ErrorCode": 10, "Message": "The Server Token you provided is not valid."})
_BOUNCES = {"hard": ("HardBounce", 1, "Hard bounce"), "soft": ("SoftBounce", 4096, "Soft bounce")}


def key(call: Call) -> str:
    return call.header("x-postmark-server-token")


def work(call: Call, path: str, given: Json, mark: str) -> Mail | Json:
    if (call.method, path) == ("GET", "server"):
        return {"ID": 1, "Name": "Sandbox", "DeliveryType": "Live"}
    if (call.method, path) != ("POST", "email"):
        raise MailRefusalError(404, {"ErrorCode": 404, "Message": "Not found"})
    to, sender = bare(str(given.get("To") or "")), bare(str(given.get("From") or ""))
    if not (given.get("TextBody") or given.get("HtmlBody")):
        raise _refusal(300, "Provide either email TextBody or HtmlBody or both.")
    if sender.endswith(UNKNOWN_SENDER):
        raise _refusal(400, "The 'From' address you supplied is not a Sender Signature on your account.")
    if "@" not in to or to.endswith(REFUSED_DOMAIN):
        raise _refusal(300, f"Invalid 'To' address: '{to}'.")
    if to.startswith("inactive@"):
        raise _refusal(
            406,
            "You tried to send to a recipient that has been marked as inactive.\n"
            f"Found inactive addresses: {to}.\nInactive recipients are ones that have generated a hard bounce, a spam "
            "complaint, or a manual suppression.",
        )
    mark = f"{mark[:8]}-{mark[8:12]}-{mark[12:16]}-{mark[16:20]}-{mark[20:]}"
    return Mail(
        id=mark,
        account="",
        sender=str(given["From"]),
        to=to,
        subject=str(given.get("Subject") or ""),
        text=str(given.get("TextBody") or ""),
        html=str(given.get("HtmlBody") or ""),
        reply_to=str(given.get("ReplyTo") or ""),
        headers={str(one["Name"]): str(one["Value"]) for one in given.get("Headers") or []},
        named=dict(given.get("Metadata") or {}),
    )


def taken(mail: Mail) -> tuple[int, Json | None, dict[str, str]]:
    body = {"To": mail.to, "SubmittedAt": _when(mail.at), "MessageID": mail.id, "ErrorCode": 0, "Message": "OK"}
    return 200, body, {}


def report(account: Account, mail: Mail, event: str, moment: float, mark: str) -> tuple[dict[str, str], bytes]:
    shared = {"MessageID": mail.id, "ServerID": 1, "MessageStream": "outbound", "Metadata": mail.named, "Tag": ""}
    if event in _BOUNCES or event == "inactive":
        kind, code, name = _BOUNCES.get(event, _BOUNCES["hard"])
        told = {
            "RecordType": "Bounce", "ID": int(mark[:12], 16), "Type": kind, "TypeCode": code, "Name": name,
            "Description": "The server was unable to deliver your message.", "Details": f"smtp;550 {mail.to} unknown",
            "Email": mail.to, "From": bare(mail.sender), "BouncedAt": _when(moment), "Subject": mail.subject,
            "Inactive": event != "soft", "CanActivate": True, "DumpAvailable": False,
        }  # fmt: skip
    elif event == "complained":
        told = {
            "RecordType": "SpamComplaint", "ID": int(mark[:12], 16), "Type": "SpamComplaint", "TypeCode": 512,
            "Name": "Spam complaint", "Email": mail.to, "From": bare(mail.sender), "BouncedAt": _when(moment),
            "Subject": mail.subject, "Inactive": True, "CanActivate": False,
        }  # fmt: skip
    elif event == "unsubscribed":
        told = {
            "RecordType": "SubscriptionChange", "Recipient": mail.to, "Origin": "Recipient", "SuppressSending": True,
            "SuppressionReason": "ManualSuppression", "ChangedAt": _when(moment),
        }  # fmt: skip
    elif event == "opened":
        told = {"RecordType": "Open", "Recipient": mail.to, "ReceivedAt": _when(moment), "FirstOpen": True}
    else:
        told = {"RecordType": "Delivery", "Recipient": mail.to, "DeliveredAt": _when(moment), "Details": "250 OK"}
    pair = base64.b64encode(f"quittance:{account.secret}".encode()).decode()
    headers = {"Content-Type": "application/json", "User-Agent": "Postmark", "Authorization": f"Basic {pair}"}
    return headers, json.dumps({**told, **shared}).encode()


def _refusal(code: int, words: str) -> MailRefusalError:
    return MailRefusalError(422, {"ErrorCode": code, "Message": words})


def _when(moment: float) -> str:
    return datetime.fromtimestamp(moment, UTC).isoformat().replace("+00:00", "Z")

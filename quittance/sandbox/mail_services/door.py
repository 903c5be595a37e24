"""The doors of the mail services: who calls, what goes wrong by order, and each service's own answer."""

import json
from collections.abc import Callable
from dataclasses import dataclass

from quittance.sandbox.answers import DROPPED, Answer, Call
from quittance.sandbox.mail_services import brevo, mailgun, postmark, sendgrid
from quittance.sandbox.mail_services.mails import Account, Json, Mail, MailRefusalError
from quittance.sandbox.mail_services.network import MailServices
from quittance.sandbox.trouble import Fault

START = "/mail-services/"
_NEVER = ("wrong", "invalid", "unknown")


@dataclass(frozen=True)
class Door:
    """One service: the key in a call, what an empty-handed caller is told, and its work."""

    key: Callable[[Call], str]
    stranger: MailRefusalError
    # (path, form or JSON, mark for a new mail, account) -> a mail to take, or an answer at once.
    work: Callable[[Call, str, Json, str], "Mail | Json"]
    taken: Callable[[Mail], tuple[int, Json | None, dict[str, str]]]


DOORS = {
    "postmark": Door(postmark.key, postmark.STRANGER, postmark.work, postmark.taken),
    "sendgrid": Door(sendgrid.key, sendgrid.STRANGER, sendgrid.work, sendgrid.taken),
    "mailgun": Door(mailgun.key, mailgun.STRANGER, mailgun.work, mailgun.taken),
    "brevo": Door(brevo.key, brevo.STRANGER, brevo.work, brevo.taken),
}


def answer(network: MailServices, call: Call) -> Answer:
    service, _, path = call.path.removeprefix(START).partition("/")
    door = DOORS.get(service)
    if door is None:
        return Answer.json({"message": "Not found"}, status=404)
    key = door.key(call)
    if not key or key.startswith(_NEVER):
        return _refused(door.stranger)
    account = network.register(service, key)
    fault = network.trouble.take(f"{call.method} {service}", key)
    early = _early_answer(fault)
    if early is not None:
        return early
    try:
        done = _work(network, door, account, call, path)
    except MailRefusalError as refusal:
        return _refused(refusal)
    if fault is None:
        return done
    if fault.kind in {"slow", "timeout_after", "hold_after"}:
        fault.pause()
    if fault.kind in {"timeout_after", "drop_after"}:
        return DROPPED
    return _broken() if fault.kind == "error_after" else done


def _work(network: MailServices, door: Door, account: Account, call: Call, path: str) -> Answer:
    given: Json = dict(call.form)
    if call.body:
        try:
            read = json.loads(call.body)
        except ValueError:
            raise MailRefusalError(400, {"message": "Bad Request"}) from None
        if not isinstance(read, dict):
            raise MailRefusalError(400, {"message": "Bad Request"})
        given = read
    done = door.work(call, path, given, network.marks.hexadecimal("", 32))
    if not isinstance(done, Mail):
        return Answer.json(done)
    done.account = f"{account.service}/{account.key}"
    network.accept(account, done)
    status, body, headers = door.taken(done)
    return Answer(status, b"", headers=headers) if body is None else Answer.json(body, status=status, headers=headers)


def _refused(refusal: MailRefusalError) -> Answer:
    return Answer.json(refusal.body, status=refusal.status)


def _early_answer(fault: Fault | None) -> Answer | None:
    if fault is None:
        return None
    if fault.kind == "rate_limit":
        return Answer.json({"message": "Too many requests"}, status=429, headers={"Retry-After": "17"})
    if fault.kind == "down":
        return Answer(503, b"Service Unavailable", "text/plain")
    if fault.kind == "error_before":
        return _broken()
    if fault.kind in {"timeout_before", "hold_before"}:
        fault.pause()
    return DROPPED if fault.kind in {"timeout_before", "drop_before"} else None


def _broken() -> Answer:
    return Answer.json({"message": "Internal Server Error"}, status=500)

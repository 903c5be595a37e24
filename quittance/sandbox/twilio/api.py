"""Twilio's API door: Messages of one account, with Basic authorization and errors in Twilio's shape."""

import base64
import re
from datetime import UTC, datetime, timedelta
from urllib.parse import urlencode

from quittance.sandbox.answers import DROPPED, Answer, Call
from quittance.sandbox.trouble import Fault
from quittance.sandbox.twilio import rules
from quittance.sandbox.twilio.network import Account, Json, TwilioSandbox

_ACCOUNT = re.compile(r"/2010-04-01/Accounts/(AC[0-9a-fA-F]{32})(?:/(Messages)(?:/((?:SM|MM)[0-9a-fA-F]{32}))?)?\.json")
_URL = re.compile(r"https?://[^\s/]+\S*")
_NEVER = ("wrong", "invalid")
LONGEST_PAGE = 1000


class TwilioRefusalError(Exception):
    def __init__(self, code: int, message: str, status: int = 400) -> None:
        super().__init__(message)
        self.code, self.message, self.status = code, message, status

    def answer(self) -> Answer:
        more = f"https://www.twilio.com/docs/errors/{self.code}"
        body = {"code": self.code, "message": self.message, "more_info": more, "status": self.status}
        return Answer.json(body, status=self.status)


def answer(network: TwilioSandbox, call: Call) -> Answer:
    try:
        account = _account(network, call)
        fault = network.trouble.take(f"{call.method} {call.path}", account.sid)
        early = _early_answer(fault)
        if early:
            return early
        done = _work(network, account, call)
    except TwilioRefusalError as refusal:
        return refusal.answer()
    if fault is None:
        return done
    fault_met = fault.kind
    if fault_met in {"slow", "timeout_after", "hold_after"}:
        fault.pause()
    if fault_met in {"timeout_after", "drop_after"}:
        return DROPPED
    return _broken() if fault_met == "error_after" else done


def _early_answer(fault: Fault | None) -> Answer | None:
    if fault is None:
        return None
    if fault.kind == "rate_limit":
        return TwilioRefusalError(20429, "Too Many Requests", 429).answer()
    if fault.kind == "down":
        return Answer(503, b"Service Unavailable", "text/plain")
    if fault.kind == "error_before":
        return _broken()
    if fault.kind in {"timeout_before", "hold_before"}:
        fault.pause()
    return DROPPED if fault.kind in {"timeout_before", "drop_before"} else None


def _broken() -> Answer:
    return TwilioRefusalError(20500, "Internal Server Error", 500).answer()


def _account(network: TwilioSandbox, call: Call) -> Account:
    found = _ACCOUNT.fullmatch(call.path)
    if found is None:
        raise TwilioRefusalError(20404, f"The requested resource {call.path} was not found", 404)
    scheme, _, rest = call.header("authorization").partition(" ")
    try:
        user, _, token = base64.b64decode(rest.strip(), validate=True).decode().partition(":")
    except ValueError:
        user, token = "", ""
    if scheme.lower() != "basic" or user != found[1] or not token or token.startswith(_NEVER):
        raise TwilioRefusalError(20003, "Authenticate", 401)
    with network.lock:
        account = network.accounts.get(user) or network.register(user, token)
    if account.token != token:
        raise TwilioRefusalError(20003, "Authenticate", 401)
    return account


def _work(network: TwilioSandbox, account: Account, call: Call) -> Answer:
    found = _ACCOUNT.fullmatch(call.path)
    what, sid = (found[2], found[3]) if found else (None, None)
    with network.lock:
        if what is None and call.method == "GET":
            return Answer.json(_account_object(account))
        if sid is None and call.method == "POST":
            return Answer.json(network.wire(_create(network, account, call.fields)), status=201)
        if sid is None and call.method == "GET":
            return Answer.json(_list(network, account, call))
        if sid:
            return _one(network, account, sid, call)
    raise TwilioRefusalError(20004, "Method not allowed", 405)


def _create(network: TwilioSandbox, account: Account, given: dict[str, str]) -> Json:
    to, text = given.get("To", ""), given.get("Body", "")
    sender = given.get("MessagingServiceSid") or given.get("From", "")
    if not to:
        raise TwilioRefusalError(21604, "A 'To' phone number is required.")
    if not rules.NUMBER.fullmatch(to):
        raise TwilioRefusalError(21211, f"Invalid 'To' Phone Number: {to}")
    if not sender:
        raise TwilioRefusalError(21603, "A 'From' phone number is required.")
    if not rules.SENDER.fullmatch(sender) and not re.fullmatch(r"MG[0-9a-fA-F]{32}", sender):
        raise TwilioRefusalError(21212, f"Invalid 'From' Phone Number: {sender}")
    if not text.strip():
        raise TwilioRefusalError(21602, "Message body is required.")
    if len(text) > rules.LONGEST_TEXT:
        raise TwilioRefusalError(21617, "The concatenated message body exceeds the 1600 character limit")
    callback = given.get("StatusCallback", "")
    if callback and not _URL.fullmatch(callback):
        raise TwilioRefusalError(21609, f"The 'StatusCallback' URL {callback} is not a valid URL.")
    fate = 21610 if network.stopped(account, sender, to) else rules.fate(to)
    if fate in rules.REFUSED:
        raise TwilioRefusalError(
            fate, rules.REFUSED[fate].format(to=to), rules.QUEUE_FULL_STATUS if fate == 21611 else 400
        )
    return network.accept(account, to=to, sender=sender, text=text, callback=callback)


def _one(network: TwilioSandbox, account: Account, sid: str, call: Call) -> Answer:
    message = network.messages.get(sid)
    if message is None or message["account"] != account.sid:
        raise TwilioRefusalError(20404, f"The requested resource {call.path} was not found", 404)
    if call.method == "DELETE":
        del network.messages[sid]
        return Answer(204)
    if call.method == "POST":
        if call.fields.get("Status"):
            raise TwilioRefusalError(30409, "Message is not in a cancelable state.", 409)
        if call.fields.get("Body", "x") == "":
            message["body"] = ""
    return Answer.json(network.wire(message))


def _list(network: TwilioSandbox, account: Account, call: Call) -> Json:
    asked = dict(call.query)
    size = _whole(asked.get("PageSize", "50"), 1, LONGEST_PAGE)
    page = _whole(asked.get("Page", "0"), 0, 10_000)
    rows = [one for one in reversed(network.messages.values()) if one["account"] == account.sid and _wanted(one, asked)]
    chosen = rows[page * size : (page + 1) * size]

    def address(number: int) -> str:
        return f"{call.path}?{urlencode(asked | {'PageSize': str(size), 'Page': str(number)})}"

    return {
        "messages": [network.wire(one) for one in chosen],
        "start": page * size,
        "end": max(page * size + len(chosen) - 1, 0),
        "page": page,
        "page_size": size,
        "uri": address(page),
        "first_page_uri": address(0),
        "previous_page_uri": address(page - 1) if page else None,
        "next_page_uri": address(page + 1) if len(rows) > (page + 1) * size else None,
    }


def _wanted(message: Json, asked: dict[str, str]) -> bool:
    for name, field in (("To", "to"), ("From", "from")):
        if asked.get(name) and message[field] != asked[name]:
            return False
    sent = message["sent"] if message["sent"] is not None else message["created"]
    for name in ("DateSent", "DateSent<", "DateSent>"):
        if asked.get(name):
            first, last = _span(asked[name])
            inside = {"DateSent": first <= sent < last, "DateSent<": sent < last, "DateSent>": sent >= first}[name]
            if not inside:
                return False
    return True


def _span(text: str) -> tuple[float, float]:
    """A day in UTC, or one second."""
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise TwilioRefusalError(20001, f"Invalid date: {text}") from None
    moment = moment.replace(tzinfo=moment.tzinfo or UTC)
    length = timedelta(days=1) if re.fullmatch(r"\d{4}-\d\d-\d\d", text) else timedelta(seconds=1)
    return moment.timestamp(), (moment + length).timestamp()


def _whole(text: str, least: int, most: int) -> int:
    if not re.fullmatch(r"[0-9]{1,6}", text):
        raise TwilioRefusalError(20001, f"Not a number: {text[:20]}")
    return max(least, min(most, int(text)))


def _account_object(account: Account) -> Json:
    base = f"/2010-04-01/Accounts/{account.sid}"
    return {
        "auth_token": None,
        "date_created": "Thu, 01 Jan 2026 00:00:00 +0000",
        "date_updated": "Thu, 01 Jan 2026 00:00:00 +0000",
        "friendly_name": f"Sandbox account {account.sid[-4:]}",
        "owner_account_sid": account.sid,
        "sid": account.sid,
        "status": "active",
        "subresource_uris": {"messages": f"{base}/Messages.json"},
        "type": "Full",
        "uri": f"{base}.json",
    }

"""The Cloud API's door: a number's record, and messages by approved template, with errors in Meta's shape."""

import json
import re
from typing import Any

from quittance.sandbox.answers import DROPPED, Answer, Call
from quittance.sandbox.trouble import Fault
from quittance.sandbox.whatsapp import rules
from quittance.sandbox.whatsapp.network import Json, Number, WhatsAppSandbox

_PATH = re.compile(r"/v23\.0/([0-9]{5,20})(/messages)?")
_NEVER = ("wrong", "invalid")


class WhatsAppRefusalError(Exception):
    def __init__(self, code: int, message: str, status: int = 400) -> None:
        super().__init__(message)
        self.code, self.message, self.status = code, message, status

    def answer(self) -> Answer:
        error = {"message": f"(#{self.code}) {self.message}", "type": "OAuthException", "code": self.code}
        return Answer.json({"error": {**error, "fbtrace_id": "Az8or2yhqkZfEZ-_4Qn_Bam"}}, status=self.status)


def answer(network: WhatsAppSandbox, call: Call) -> Answer:
    try:
        number, path = _number(network, call)
        fault = network.trouble.take(f"{call.method} {call.path}", number.id)
        early = _early_answer(fault)
        if early:
            return early
        done = _work(network, number, path, call)
    except WhatsAppRefusalError as refusal:
        return refusal.answer()
    if fault is None:
        return done
    if fault.kind in {"slow", "timeout_after", "hold_after"}:
        fault.pause()
    if fault.kind in {"timeout_after", "drop_after"}:
        return DROPPED
    return _broken() if fault.kind == "error_after" else done


def _early_answer(fault: Fault | None) -> Answer | None:
    if fault is None:
        return None
    if fault.kind == "rate_limit":
        return WhatsAppRefusalError(130429, "Rate limit hit", 429).answer()
    if fault.kind == "down":
        return Answer(503, b"Service Unavailable", "text/plain")
    if fault.kind == "error_before":
        return _broken()
    if fault.kind in {"timeout_before", "hold_before"}:
        fault.pause()
    return DROPPED if fault.kind in {"timeout_before", "drop_before"} else None


def _broken() -> Answer:
    return WhatsAppRefusalError(2, "Service temporarily unavailable", 500).answer()


def _number(network: WhatsAppSandbox, call: Call) -> tuple[Number, str]:
    found = _PATH.fullmatch(call.path)
    if found is None:
        raise WhatsAppRefusalError(803, "Some of the aliases you requested do not exist", 404)
    scheme, _, token = call.header("authorization").partition(" ")
    if scheme.lower() != "bearer" or not token or token.startswith(_NEVER):
        raise WhatsAppRefusalError(190, "Invalid OAuth access token", 401)
    with network.lock:
        number = network.numbers.get(found[1])
    if number is None:
        raise WhatsAppRefusalError(803, "Phone number not found", 404)
    if number.token != token:
        raise WhatsAppRefusalError(190, "Invalid OAuth access token", 401)
    return number, found[2] or ""


def _work(network: WhatsAppSandbox, number: Number, path: str, call: Call) -> Answer:
    if call.method == "GET" and not path:
        record = {"id": number.id, "display_phone_number": number.shown, "verified_name": "Sandbox"}
        return Answer.json({**record, "quality_rating": "GREEN"})
    if call.method != "POST" or not path:
        raise WhatsAppRefusalError(100, "Unsupported request", 400)
    try:
        given = json.loads(call.body)
    except ValueError:
        raise WhatsAppRefusalError(100, "Invalid parameter") from None
    if not isinstance(given, dict) or given.get("messaging_product") != "whatsapp":
        raise WhatsAppRefusalError(100, "The parameter messaging_product is required.")
    with network.lock:
        return Answer.json(_send(network, number, given))


def _send(network: WhatsAppSandbox, number: Number, given: Json) -> Json:
    to = str(given.get("to") or "")
    if not rules.NUMBER.fullmatch(to):
        raise WhatsAppRefusalError(100, "The parameter to is required.")
    if given.get("type") != "template":
        raise WhatsAppRefusalError(131047, "Re-engagement message")
    text, link = _template(number, given.get("template"))
    fate = rules.fate(to)
    if fate in rules.REFUSED:
        status, words = rules.REFUSED[fate]
        raise WhatsAppRefusalError(fate, words, status)
    to = "+" + to.lstrip("+")
    echo = str(given.get("biz_opaque_callback_data") or "")[:512]
    message = network.accept(number, to=to, text=text, link=link, echo=echo)
    return {
        "messaging_product": "whatsapp",
        "contacts": [{"input": to, "wa_id": to.lstrip("+")}],
        "messages": [{"id": message["id"], "message_status": "accepted"}],
    }


def _template(number: Number, given: Any) -> tuple[str, str]:
    asked = given if isinstance(given, dict) else {}
    name, language = str(asked.get("name") or ""), str((asked.get("language") or {}).get("code") or "")
    known = number.templates.get(f"{name}/{language}")
    if known is None:
        raise WhatsAppRefusalError(132001, "Template name does not exist in the translation", 404)
    values, button = _values(asked.get("components") or [])
    if len(values) != rules.gaps(known["body"]):
        raise WhatsAppRefusalError(132000, "Number of parameters does not match the expected number of params")
    for value in values:
        if not value:
            raise WhatsAppRefusalError(131008, "Required parameter is missing")
        if "\n" in value or "\t" in value or "     " in value:
            raise WhatsAppRefusalError(132012, "Param text cannot have new-line/tab characters or more than 4 spaces")
    if bool(button) != ("{{1}}" in known["button"]):
        raise WhatsAppRefusalError(132000, "Number of button parameters does not match the expected number of params")
    return rules.filled(known["body"], values), rules.filled(known["button"], [button])


def _values(components: list[Json]) -> tuple[list[str], str]:
    values: list[str] = []
    button = ""
    for one in components:
        texts = [str(value.get("text") or "") for value in one.get("parameters") or []]
        if one.get("type") == "body":
            values = texts
        elif one.get("type") == "button" and one.get("sub_type") == "url":
            button = texts[0] if texts else ""
    return values, button

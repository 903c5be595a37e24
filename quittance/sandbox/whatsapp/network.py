"""The WhatsApp network: numbers, approved templates, messages on their way, signed notices."""

import hashlib
import hmac
import json
import threading
from collections import deque
from dataclasses import asdict, dataclass, field
from typing import Any

from quittance.sandbox.clock import Clock
from quittance.sandbox.http_out import Post
from quittance.sandbox.inbox import Inboxes, Letter
from quittance.sandbox.marks import Marks
from quittance.sandbox.trouble import Trouble
from quittance.sandbox.whatsapp import rules

Json = dict[str, Any]
ACCOUNT_LIMIT = 200
MESSAGE_LIMIT = 20_000
SECONDS_TO_SENT = 0.3
SECONDS_TO_DELIVERED = 0.7


@dataclass
class Number:
    """One business's number. `templates` are held as "name/language": {"body", "button"}; `button` may end in {{1}}."""

    id: str
    token: str
    secret: str = ""
    shown: str = ""
    webhook_url: str = ""
    templates: dict[str, Json] = field(default_factory=dict)
    callbacks_on: bool = True
    reorder: bool = False
    lose_next: int = 0
    double_next: int = 0


@dataclass(frozen=True)
class Told:
    """One notice as it went out."""

    url: str
    headers: dict[str, str]
    body: bytes
    status: int


class WhatsAppSandbox:
    def __init__(self, *, clock: Clock, marks: Marks, inboxes: Inboxes, deliver: Post) -> None:
        self.lock = threading.RLock()
        self.clock, self.marks, self.inboxes, self.deliver = clock, marks, inboxes, deliver
        self.trouble = Trouble()
        self.numbers: dict[str, Number] = {}
        self.messages: dict[str, Json] = {}
        self._notices: deque[tuple[str, Json]] = deque(maxlen=5000)
        self._round = threading.Lock()

    def register(
        self, number_id: str, token: str = "", *, secret: str = "", shown: str = "", webhook_url: str = ""
    ) -> Number:
        """Make a number known, or change what it is given."""
        with self.lock:
            if number_id not in self.numbers and len(self.numbers) >= ACCOUNT_LIMIT:
                message = f"The sandbox keeps at most {ACCOUNT_LIMIT} WhatsApp numbers."
                raise ValueError(message)
            number = self.numbers.setdefault(number_id, Number(number_id, token))
            number.token = token or number.token
            number.secret = secret or number.secret
            number.shown = shown or number.shown
            number.webhook_url = webhook_url or number.webhook_url
            return number

    def approve(self, number_id: str, name: str, language: str, body: str, *, button: str = "") -> None:
        """A template that may be sent from now on."""
        with self.lock:
            self.numbers[number_id].templates[f"{name}/{language}"] = {"body": body, "button": button}

    # Sending (called by the API).

    def accept(self, number: Number, *, to: str, text: str, link: str, echo: str) -> Json:
        now = self._now()
        mark = self.marks.new("wamid.", 40)
        message: Json = {
            "id": mark,
            "number": number.id,
            "to": to,
            "text": f"{text}\n{link}" if link else text,
            "status": "accepted",
            "error": 0,
            "echo": echo,
            "created": now,
            "fate": rules.fate(to),
            "next_at": now + SECONDS_TO_SENT,
        }
        if len(self.messages) >= MESSAGE_LIMIT:
            del self.messages[next(iter(self.messages))]
        self.messages[mark] = message
        return message

    # Time.

    def deliver_due(self) -> list[Told]:
        """Move messages on by the clock and post the notices that wait. Never under the lock."""
        with self.lock:
            now = self._now()
            for message in self.messages.values():
                if message["next_at"] is not None and message["next_at"] <= now:
                    self._step(message)
        return self._post_all()

    def settle(self) -> list[Told]:
        """Bring every message to its end now, whatever the clock says, and post all notices."""
        with self.lock:
            for message in list(self.messages.values()):
                while message["next_at"] is not None:
                    self._step(message)
        return self._post_all()

    def _step(self, message: Json) -> None:
        if message["fate"] in rules.LATER:
            message |= {"status": "failed", "error": message["fate"], "next_at": None}
        elif message["status"] == "accepted":
            message |= {"status": "sent", "next_at": self._now() + SECONDS_TO_DELIVERED}
        else:
            message |= {"status": "delivered", "next_at": None}
            self._ring(message)
        self._tell(message)

    def _ring(self, message: Json) -> None:
        sender = self.numbers[message["number"]].shown or message["number"]
        self.inboxes.put(Letter("whatsapp", message["to"], sender, message["text"], self._now(), message["id"]))

    # The person with the phone, and the panel.

    def answer_from_phone(self, number: str, text: str) -> list[Told]:
        """The person writes back to whoever wrote last."""
        with self.lock:
            last = next((one for one in reversed(self.messages.values()) if one["to"] == number), None)
            if last is None:
                return []
            ours = self.numbers[last["number"]]
            mark = self.marks.new("wamid.", 40)
            self.inboxes.put(Letter("whatsapp", number, ours.shown or ours.id, text, self._now(), mark, outgoing=True))
            said = {"from": number.lstrip("+"), "id": mark, "timestamp": str(int(self._now()))}
            inbound = {**said, "type": "text", "text": {"body": text}}
            contact = {"profile": {"name": "Sandbox"}, "wa_id": number.lstrip("+")}
            self._queue(ours, {"contacts": [contact], "messages": [inbound]})
        return self._post_all()

    def force(self, mark: str, status: str, *, error: int = 0) -> list[Told]:
        """The panel sets a message's status, also out of its order, and the notice follows."""
        with self.lock:
            message = self.messages[mark]
            message |= {"status": status, "error": error, "next_at": None}
            if status == "delivered" and self.inboxes.find(mark) is None:
                self._ring(message)
            self._tell(message)
        return self._post_all()

    def sent(self, *, to: str = "") -> list[Json]:
        """Every message that was accepted, oldest first: the judge's view."""
        with self.lock:
            return [dict(one) for one in self.messages.values() if to in {"", one["to"]}]

    # Notices.

    def _tell(self, message: Json) -> None:
        number = self.numbers[message["number"]]
        status: Json = {
            "id": message["id"],
            "status": message["status"],
            "timestamp": str(int(self._now())),
            "recipient_id": message["to"].lstrip("+"),
        }
        if message["echo"]:
            status["biz_opaque_callback_data"] = message["echo"]
        if message["error"]:
            words = rules.LATER.get(message["error"], "Something went wrong")
            status["errors"] = [{"code": message["error"], "title": words, "message": words}]
        if not number.callbacks_on:
            return
        if number.lose_next > 0:
            number.lose_next -= 1
            return
        copies = 1
        if number.double_next > 0:
            number.double_next -= 1
            copies = 2
        for _ in range(copies):
            self._queue(number, {"statuses": [status]})

    def _queue(self, number: Number, told: Json) -> None:
        if not number.webhook_url:
            return
        metadata = {"display_phone_number": number.shown.lstrip("+"), "phone_number_id": number.id}
        value = {"messaging_product": "whatsapp", "metadata": metadata, **told}
        entry = {"id": "419561257915477", "changes": [{"value": value, "field": "messages"}]}
        self._notices.append((number.id, {"object": "whatsapp_business_account", "entry": [entry]}))

    def _post_all(self) -> list[Told]:
        with self._round:
            with self.lock:
                waiting = list(self._notices)
                self._notices.clear()
                if any(one.reorder for one in self.numbers.values()):
                    waiting.reverse()
            return [self._post(*one) for one in waiting]

    def _post(self, number_id: str, notice: Json) -> Told:
        number = self.numbers[number_id]
        body = json.dumps(notice).encode("ascii")
        headers = {
            "Content-Type": "application/json",
            "User-Agent": "facebookexternalua",
            "X-Hub-Signature-256": "sha256=" + hmac.new(number.secret.encode(), body, hashlib.sha256).hexdigest(),
        }
        url = number.webhook_url
        status = self.deliver(url, headers, body) or self.deliver(url, headers, body)
        return Told(url, headers, body, status)

    def dump(self) -> Json:
        with self.lock:
            return {"numbers": [asdict(one) for one in self.numbers.values()], "messages": self.messages}

    def load(self, kept: Json) -> None:
        for row in kept.get("numbers", []):
            self.numbers[row["id"]] = Number(**row)
        self.messages.update(kept.get("messages", {}))

    def _now(self) -> float:
        return self.clock.now().timestamp()

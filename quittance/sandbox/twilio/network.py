"""``sandbox.twilio``: the phone network. Texts go queued → sent → delivered by the clock and tell so by signed
callbacks.
"""

import threading
from collections import deque
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import format_datetime
from typing import Any
from urllib.parse import urlencode

from quittance.sandbox.clock import Clock
from quittance.sandbox.http_out import Post
from quittance.sandbox.inbox import Inboxes, Letter
from quittance.sandbox.marks import Marks
from quittance.sandbox.trouble import Trouble
from quittance.sandbox.twilio import rules
from quittance.sandbox.twilio.signing import signature

Json = dict[str, Any]
MESSAGE_LIMIT = 50_000
ACCOUNT_LIMIT = 500
SECONDS_TO_SENT = 0.3
SECONDS_TO_DELIVERED = 0.9


@dataclass
class Account:
    """A Twilio account. Its token is the one it was first seen or registered with."""

    sid: str
    token: str
    inbound_url: str = ""
    callbacks_on: bool = True
    lose_next: int = 0
    double_next: int = 0
    reorder: bool = False
    # (our sender, their number) pairs that said STOP
    stopped: set[tuple[str, str]] = field(default_factory=set)
    senders: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Called:
    """One webhook of ours as it went out."""

    url: str
    fields: tuple[tuple[str, str], ...]
    headers: dict[str, str]
    body: bytes
    status: int


class TwilioSandbox:
    def __init__(self, *, clock: Clock, marks: Marks, inboxes: Inboxes, deliver: Post) -> None:
        self.lock = threading.RLock()
        self.clock = clock
        self.marks = marks
        self.inboxes = inboxes
        self.deliver = deliver
        self.trouble = Trouble()
        self.accounts: dict[str, Account] = {}
        self.messages: dict[str, Json] = {}
        self._calls: deque[tuple[str, str, tuple[tuple[str, str], ...]]] = deque(maxlen=5000)
        self._round = threading.Lock()

    # Accounts.

    def register(self, sid: str, token: str, *, inbound_url: str = "") -> Account:
        """Make an account known with its auth token, or change where its answers from phones are posted."""
        with self.lock:
            if sid not in self.accounts and len(self.accounts) >= ACCOUNT_LIMIT:
                message = f"The sandbox keeps at most {ACCOUNT_LIMIT} Twilio accounts."
                raise ValueError(message)
            account = self.accounts.setdefault(sid, Account(sid, token))
            account.token = token or account.token
            account.inbound_url = inbound_url or account.inbound_url
            return account

    # Sending (called by the API).

    def accept(self, account: Account, *, to: str, sender: str, text: str, callback: str) -> Json:
        now = self._now()
        sid = self.marks.hexadecimal("SM")
        service = sender if sender.startswith("MG") else None
        message: Json = {
            "sid": sid,
            "account": account.sid,
            "to": to,
            "from": None if service else sender,
            "service": service,
            "body": text,
            "status": "queued",
            "error": 0,
            "direction": "outbound-api",
            "callback": callback,
            "created": now,
            "sent": None,
            "updated": now,
            "fate": rules.fate(to),
            "next_at": now + SECONDS_TO_SENT,
        }
        if len(self.messages) >= MESSAGE_LIMIT:
            del self.messages[next(iter(self.messages))]
        self.messages[sid] = message
        if sender not in account.senders:
            account.senders = [*account.senders, sender][-20:]
        self._tell(account, message)
        return message

    # Time.

    def deliver_due(self) -> list[Called]:
        """Move texts on by the clock and post the callbacks that wait. Never under the lock."""
        with self.lock:
            now = self._now()
            moving = [one for one in self.messages.values() if one["next_at"] is not None and one["next_at"] <= now]
            for message in moving:
                self._step(message)
        return self._post_all()

    def settle(self) -> list[Called]:
        """Bring every text to its end now, whatever the clock says, and post all callbacks."""
        with self.lock:
            for message in list(self.messages.values()):
                while message["next_at"] is not None:
                    self._step(message)
        return self._post_all()

    def _step(self, message: Json) -> None:
        message["updated"] = self._now()
        later = rules.LATER.get(message["fate"])
        if message["status"] == "queued" and not (later and later[0] == "failed"):
            message |= {"status": "sent", "sent": self._now(), "next_at": self._now() + SECONDS_TO_DELIVERED}
        elif later:
            message |= {"status": later[0], "error": message["fate"], "next_at": None}
        else:
            message |= {"status": "delivered", "next_at": None}
            self._ring(message)
        self._tell(self.accounts[message["account"]], message)

    def _ring(self, message: Json) -> None:
        sender = message["from"] or message["service"]
        self.inboxes.put(Letter("sms", message["to"], sender, message["body"], self._now(), message["sid"]))

    # The person with the phone, and the panel.

    def answer_from_phone(self, number: str, text: str, *, to: str = "", account_sid: str = "") -> list[Called]:
        """The person writes back: STOP, START or anything. Posted to the account's inbound address at once."""
        with self.lock:
            account, sender = self._whom(number, to, account_sid)
            if account is None:
                return []
            mark = self.marks.hexadecimal("SM")
            self.inboxes.put(Letter("sms", number, sender, text, self._now(), mark, outgoing=True))
            word = rules.opt_out(text)
            pair = (sender, number)
            if word == "STOP":
                account.stopped.add(pair)
            elif word == "START":
                account.stopped.discard(pair)
            self.messages[mark] = self._inbound(account, mark, number, sender, text)
            if not account.inbound_url:
                return []
            fields = [
                ("ToCountry", "DE"),
                ("SmsMessageSid", mark),
                ("NumMedia", "0"),
                ("SmsSid", mark),
                ("SmsStatus", "received"),
                ("FromCountry", "DE"),
                ("Body", text),
                ("To", sender),
                ("NumSegments", str(rules.segments(text))),
                ("MessageSid", mark),
                ("AccountSid", account.sid),
                ("From", number),
                ("ApiVersion", "2010-04-01"),
                *([("OptOutType", word)] if word else []),
            ]
            self._calls.append((account.sid, account.inbound_url, tuple(fields)))
        return self._post_all()

    def _whom(self, number: str, to: str, account_sid: str) -> tuple[Account | None, str]:
        """The sender that this phone last heard from, unless one is named."""
        for message in reversed(self.messages.values()):
            sender = message["from"] or message["service"]
            if message["to"] == number and to in {"", sender} and account_sid in {"", message["account"]}:
                return self.accounts[message["account"]], sender
        account = self.accounts.get(account_sid)
        return (account, to) if account and to else (None, "")

    def _inbound(self, account: Account, sid: str, number: str, sender: str, text: str) -> Json:
        now = self._now()
        return {
            "sid": sid,
            "account": account.sid,
            "to": sender,
            "from": number,
            "service": None,
            "body": text,
            "status": "received",
            "error": 0,
            "direction": "inbound",
            "callback": "",
            "created": now,
            "sent": now,
            "updated": now,
            "fate": 0,
            "next_at": None,
        }

    def force(self, sid: str, status: str, *, error: int = 0) -> list[Called]:
        """The panel sets a message's status, also out of its order, and the callback follows."""
        with self.lock:
            message = self.messages[sid]
            message |= {"status": status, "error": error, "next_at": None, "updated": self._now()}
            if status == "delivered" and self.inboxes.find(sid) is None:
                self._ring(message)
            self._tell(self.accounts[message["account"]], message)
        return self._post_all()

    def sent(self, *, to: str = "") -> list[Json]:
        """Every text that was accepted, oldest first: the judge's view."""
        with self.lock:
            return [
                dict(one) for one in self.messages.values() if one["direction"] != "inbound" and to in {"", one["to"]}
            ]

    def stopped(self, account: Account, sender: str, number: str) -> bool:
        return (sender, number) in account.stopped

    # Callbacks.

    def _tell(self, account: Account, message: Json) -> None:
        if not message["callback"]:
            return
        if not account.callbacks_on:
            return
        if account.lose_next > 0:
            account.lose_next -= 1
            return
        copies = 1
        if account.double_next > 0:
            account.double_next -= 1
            copies = 2
        fields = [
            ("SmsSid", message["sid"]),
            ("SmsStatus", message["status"]),
            ("MessageStatus", message["status"]),
            ("To", message["to"]),
            ("MessageSid", message["sid"]),
            ("AccountSid", account.sid),
            ("ApiVersion", "2010-04-01"),
        ]
        if message["from"]:
            fields.append(("From", message["from"]))
        if message["service"]:
            fields.append(("MessagingServiceSid", message["service"]))
        if message["error"]:
            fields.append(("ErrorCode", str(message["error"])))
        self._calls.extend([(account.sid, message["callback"], tuple(fields))] * copies)

    def _post_all(self) -> list[Called]:
        with self._round:
            with self.lock:
                calls = list(self._calls)
                self._calls.clear()
                if any(one.reorder for one in self.accounts.values()):
                    calls.reverse()
            return [self._post(*call) for call in calls]

    def _post(self, account_sid: str, url: str, fields: tuple[tuple[str, str], ...]) -> Called:
        headers = {
            "Content-Type": "application/x-www-form-urlencoded; charset=UTF-8",
            "User-Agent": "TwilioProxy/1.1",
            "X-Twilio-Signature": signature(self.accounts[account_sid].token, url, fields),
            "I-Twilio-Idempotency-Token": self.marks.hexadecimal("", 32),
        }
        body = urlencode(fields).encode()
        status = self.deliver(url, headers, body) or self.deliver(
            url, headers, body
        )  # one more try when nobody answers
        return Called(url, fields, headers, body, status)

    # Rendering.

    def wire(self, message: Json) -> Json:
        base = f"/2010-04-01/Accounts/{message['account']}/Messages/{message['sid']}"
        code = message["error"]
        return {
            "account_sid": message["account"],
            "api_version": "2010-04-01",
            "body": message["body"],
            "date_created": _rfc(message["created"]),
            "date_sent": _rfc(message["sent"]),
            "date_updated": _rfc(message["updated"]),
            "direction": message["direction"],
            "error_code": code or None,
            "error_message": rules.LATER[code][1] if code in rules.LATER else None,
            "from": message["from"],
            "messaging_service_sid": message["service"],
            "num_media": "0",
            "num_segments": str(rules.segments(message["body"])),
            "price": "-0.07500" if message["sent"] else None,
            "price_unit": "USD",
            "sid": message["sid"],
            "status": message["status"],
            "subresource_uris": {"media": f"{base}/Media.json"},
            "to": message["to"],
            "uri": f"{base}.json",
        }

    def _now(self) -> float:
        return self.clock.now().timestamp()


def _rfc(moment: float | None) -> str | None:
    return None if moment is None else format_datetime(datetime.fromtimestamp(moment, UTC).replace(microsecond=0))

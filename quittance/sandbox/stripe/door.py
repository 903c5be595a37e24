"""``sandbox.stripe``: what a test or the panel does at the payment system, as plain methods."""

import threading
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal

from quittance.sandbox import currencies
from quittance.sandbox.clock import Clock
from quittance.sandbox.http_out import Post
from quittance.sandbox.marks import Marks
from quittance.sandbox.stripe import cards, checkout, disputes, endpoints, paying, refunds
from quittance.sandbox.stripe.accounts import Directory
from quittance.sandbox.stripe.api import Api
from quittance.sandbox.stripe.errors import Json
from quittance.sandbox.stripe.ledger import Books, clean
from quittance.sandbox.stripe.objects import Means
from quittance.sandbox.stripe.paying import Paid
from quittance.sandbox.stripe.webhooks import Webhooks
from quittance.sandbox.trouble import Trouble


@dataclass(frozen=True)
class ChargeRecord:
    """What the card holder's bank statement shows: the judge's view of one charge that moved money."""

    account: str
    live: bool
    session_id: str
    intent_id: str
    charge_id: str
    amount: int
    currency: str
    major: Decimal
    refunded: int
    disputed: int
    metadata: Mapping[str, str]
    paid_at: datetime


class StripeSandbox:
    """All Stripe accounts of one sandbox."""

    def __init__(self, *, clock: Clock, marks: Marks, deliver: Post) -> None:
        self.lock = threading.RLock()
        self.clock = clock
        self.trouble = Trouble()
        self.directory = Directory(clock, marks)
        self.api = Api(self.directory, self.trouble, self.lock)
        self.webhooks = Webhooks(self.directory, self.lock, deliver)

    # The card holder.

    def pay(
        self,
        session_id: str,
        *,
        card: str = cards.GOOD_CARD,
        name: str = "Chloe Client",
        email: str = "",
        wallet: str = "",
        amount: int | None = None,
        currency: str | None = None,
    ) -> Paid:
        """Press Pay on the hosted page. ``amount`` and ``currency`` make Stripe take something else than was asked."""
        means = Means(number=card, name=name, email=email, wallet=wallet, amount=amount, currency=currency)
        return self.press(session_id, means)

    def press(self, session_id: str, means: Means) -> Paid:
        with self.lock:
            books = self._with(session_id)
            return paying.press_pay(books, session_id, means)

    def decline(self, session_id: str, *, card: str = "4000000000000002") -> Paid:
        return self.pay(session_id, card=card)

    def pass_challenge(self, session_id: str, *, passed: bool = True) -> Paid:
        """Answer the 3-D Secure question that a card like 4000002500003155 asks."""
        with self.lock:
            return paying.answer_challenge(self._with(session_id), session_id, passed=passed)

    def start_delayed(
        self, session_id: str, *, iban: str = cards.GOOD_IBAN, name: str = "Chloe Client", email: str = ""
    ) -> Paid:
        """Pay by bank debit: complete at once, paid (or not) later. Refused where the session offers cards only."""
        with self.lock:
            session = self._with(session_id).get("sessions", session_id)
            if session["status"] == "open" and set(session["payment_method_types"]) <= {"card"}:
                return Paid("declined", session_id, message="This payment can be made by card only.")
            return self.press(session_id, Means(iban=iban, name=name, email=email))

    def finish_delayed(self, session_id: str, *, ok: bool = True) -> bool:
        """The bank debit lands or bounces. False when none was under way."""
        with self.lock:
            return paying.decide_debit(self._with(session_id), session_id, succeeds=ok)

    def delayed_takes(self, seconds: int | None, *, account: str) -> None:
        """Bank debits of this account decide by the clock after so many seconds; None: only by ``finish_delayed``."""
        self.books(account).habits.delayed_seconds = seconds

    # The dashboard.

    def refund_in_dashboard(
        self, charge_or_intent: str, *, amount: int | None = None, metadata: Mapping[str, str] | None = None
    ) -> Json:
        with self.lock:
            given: Json = {"metadata": dict(metadata or {})}
            if charge_or_intent.startswith("pi_"):
                books = self.directory.holding("intents", charge_or_intent)
                given["payment_intent"] = charge_or_intent
            else:
                books = self.directory.holding("charges", charge_or_intent)
                given["charge"] = charge_or_intent
            if amount is not None:
                given["amount"] = amount
            return dict(clean(refunds.create(books, given)))

    def refunds_behave(self, plan: str, *, account: str) -> None:
        """``succeed`` (default), ``pending`` (until ``finish_refund``) or ``fail_later``."""
        if plan not in {"succeed", "pending", "fail_later"}:
            message = "A refund plan is one of: succeed, pending, fail_later."
            raise ValueError(message)
        self.books(account).habits.refunds = plan

    def finish_refund(self, refund_id: str, *, ok: bool = True) -> Json:
        with self.lock:
            return dict(clean(refunds.finish(self.directory.holding("refunds", refund_id), refund_id, succeeds=ok)))

    def open_dispute(self, charge_or_intent: str, *, amount: int | None = None, reason: str = "fraudulent") -> Json:
        with self.lock:
            charge_id = charge_or_intent
            if charge_or_intent.startswith("pi_"):
                books = self.directory.holding("intents", charge_or_intent)
                charge_id = books.get("intents", charge_or_intent)["latest_charge"]
            books = self.directory.holding("charges", charge_id)
            return dict(clean(disputes.open_dispute(books, charge_id, reason=reason, amount=amount)))

    def close_dispute(self, dispute_id: str, *, won: bool) -> Json:
        with self.lock:
            return dict(clean(disputes.close(self.directory.holding("disputes", dispute_id), dispute_id, won=won)))

    def expire(self, session_id: str) -> None:
        """End a session from the dashboard."""
        with self.lock:
            checkout.expire(self._with(session_id), session_id)

    # The clock.

    def expire_at_clock(self) -> int:
        """Do all that the clock demands: end old sessions, decide bank debits. Gives how many things happened."""
        with self.lock:
            return sum(checkout.expire_due(books) + paying.decide_due(books) for books in self.directory.all())

    # Accounts.

    def books(self, account: str, *, live: bool = False) -> Books:
        """The books behind ``sk_test_<account>`` (or live)."""
        return self.directory.open(account, live=live)

    def revoke_key(self, key: str) -> None:
        self.directory.by_key(key).revoked_keys.add(key)

    def set_minimum(self, currency: str, amount: int, *, account: str) -> None:
        """Change the smallest charge (API units), for a test that needs a smaller one than Stripe allows."""
        self.books(account).habits.minimums[currency.lower()] = amount

    def settle_in(self, currency: str, *, rate: str, account: str) -> None:
        """Balance entries are converted into this currency: fee and net then differ in currency from the charge."""
        habits = self.books(account).habits
        habits.settles_in, habits.exchange_rate = currency.lower(), rate

    def add_endpoint(
        self, url: str, *, account: str, live: bool = False, secret: str | None = None, events: tuple[str, ...] = ("*",)
    ) -> str:
        """Register a webhook address; gives its signing secret."""
        with self.lock:
            books = self.books(account, live=live)
            same = next((one for one in books.table("endpoints").values() if one["url"] == url), None)
            if same:
                same["_secret"] = secret or same["_secret"]
                return str(same["_secret"])
            given = {"url": url, "enabled_events": list(events)}
            return str(endpoints.create(books, given, secret=secret)["_secret"])

    # The judge.

    def session(self, session_id: str) -> Json:
        with self.lock:
            return dict(clean(self._with(session_id).get("sessions", session_id)))

    def sessions(self, account: str = "") -> list[Json]:
        with self.lock:
            return [clean(one) for books in self._books(account) for one in books.table("sessions").values()]

    def events(self, account: str = "", name: str = "") -> list[Json]:
        """Oldest first."""
        with self.lock:
            rows = [clean(one) for books in self._books(account) for one in books.table("events").values()]
        return [one for one in rows if name in {"", one["type"]}]

    def refunds(self, account: str = "") -> list[Json]:
        with self.lock:
            return [clean(one) for books in self._books(account) for one in books.table("refunds").values()]

    def disputes(self, account: str = "") -> list[Json]:
        with self.lock:
            return [clean(one) for books in self._books(account) for one in books.table("disputes").values()]

    def charges(self, account: str = "") -> list[ChargeRecord]:
        """Every charge that moved money, oldest first, in the sandbox's own reckoning."""
        with self.lock:
            return [
                _record(books, charge)
                for books in self._books(account)
                for charge in books.table("charges").values()
                if charge["status"] == "succeeded"
            ]

    def _books(self, account: str) -> list[Books]:
        return [books for books in self.directory.all() if account in {"", books.name}]

    def _with(self, session_id: str) -> Books:
        books = self.directory.holding("sessions", session_id)
        checkout.expire_due(books)
        return books


def _record(books: Books, charge: Json) -> ChargeRecord:
    intent = books.get("intents", charge["payment_intent"])
    taken = [
        one for one in books.table("disputes").values() if one["charge"] == charge["id"] and one["status"] != "won"
    ]
    return ChargeRecord(
        account=books.name,
        live=books.live,
        session_id=intent["_session"],
        intent_id=intent["id"],
        charge_id=charge["id"],
        amount=charge["amount_captured"],
        currency=charge["currency"],
        major=currencies.major(charge["amount_captured"], charge["currency"]),
        refunded=charge["amount_refunded"],
        disputed=sum(one["amount"] for one in taken),
        metadata=dict(charge["metadata"]),
        paid_at=datetime.fromtimestamp(charge["created"], UTC),
    )

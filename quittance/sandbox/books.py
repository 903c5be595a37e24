"""``sandbox.books``: what really happened, in the sandbox's own reckoning. A test holds the product against it."""

from decimal import Decimal
from typing import Any

from quittance.sandbox.inbox import Inboxes, Letter
from quittance.sandbox.stripe.door import ChargeRecord, StripeSandbox
from quittance.sandbox.twilio.network import TwilioSandbox

Json = dict[str, Any]


class Judge:
    def __init__(self, *, stripe: StripeSandbox, twilio: TwilioSandbox, inboxes: Inboxes) -> None:
        self._stripe = stripe
        self._twilio = twilio
        self._inboxes = inboxes

    def charges(self, account: str = "", *, session_id: str = "") -> list[ChargeRecord]:
        """Charges that moved money, oldest first."""
        return [one for one in self._stripe.charges(account) if session_id in {"", one.session_id}]

    def charged(self, currency: str, *, account: str = "") -> Decimal:
        """Major units taken from card holders in one currency, refunds and disputes not counted."""
        rows = [one for one in self.charges(account) if one.currency == currency.lower()]
        return sum((one.major for one in rows), Decimal(0))

    def refunds(self, account: str = "") -> list[Json]:
        return self._stripe.refunds(account)

    def disputes(self, account: str = "") -> list[Json]:
        return self._stripe.disputes(account)

    def sessions(self, account: str = "") -> list[Json]:
        return self._stripe.sessions(account)

    def texts(self, *, to: str = "") -> list[Json]:
        """Texts that were accepted, whatever became of them: sid, to, from, body, status, error."""
        return self._twilio.sent(to=to)

    def letters(self, *, to: str = "", kind: str = "") -> list[Letter]:
        """What people have on their phones (``kind="sms"``) and in their mailboxes (``kind="mail"``)."""
        return self._inboxes.all(to=to, kind=kind)

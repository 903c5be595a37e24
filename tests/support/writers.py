"""One busy web process of a test: threads that take cash, take in notices and bring clients through their payment.

Run as `python -m tests.support.writers` with a Plan as a line of JSON on standard input; says `ready`, waits for one
more line, works, prints a Report. Whatever is no answer of the product that a person would see is an error in it.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from quittance.core.actor import Actor

_KEPT_ERRORS = 5


@dataclass(frozen=True, slots=True)
class Plan:
    """Each token is one client's; the cash visits are everybody's."""

    process: int
    threads: int
    seconds: float
    business_id: int
    location_id: int
    cash_visit_ids: list[int]
    tokens: list[str]
    webhook_token: str
    signing_secret: str


@dataclass
class Report:
    """What this process believes that it wrote: minor units of cash by visit, notices taken in, clients who paid.

    `refused`: somebody else was first, and the product said so. `waits`: seconds that each write took, by its kind;
    of what also asks the payment system, that too.
    """

    cash: dict[int, int] = field(default_factory=dict)
    notices: int = 0
    paid: int = 0
    errors: list[str] = field(default_factory=list)
    turns: int = 0
    refused: int = 0
    waits: dict[str, list[float]] = field(default_factory=dict)


class Writers:
    def __init__(self, plan: Plan) -> None:
        from quittance.core.actor import Actor, Right

        self.plan = plan
        self.report = Report()
        self._lock = threading.Lock()
        self._tokens = list(plan.tokens)
        self.actor: Actor = Actor(
            kind="staff", business_id=plan.business_id, user_id=7, rights={plan.location_id: frozenset(Right)}
        )

    def run(self) -> Report:
        works = (self._take_cash, self._take_in_notice, self._client_pays)
        threads = [
            threading.Thread(target=self._keep_at, args=(works[number % len(works)], number))
            for number in range(self.plan.threads)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        return self.report

    def _keep_at(self, work: Callable[[int, int], None], number: int) -> None:
        from django.db import connection

        from quittance.flows.errors import FlowError

        until, turn = time.monotonic() + self.plan.seconds, 0
        try:
            while time.monotonic() < until:
                turn += 1
                try:
                    work(number, turn)
                except FlowError:
                    with self._lock:
                        self.report.refused += 1
                except Exception as error:  # noqa: BLE001 - the test looks at what came back
                    with self._lock:
                        self.report.errors = [*self.report.errors, f"{work.__name__}: {error!r}"][:_KEPT_ERRORS]
                with self._lock:
                    self.report.turns += 1
        finally:
            connection.close()

    @contextmanager
    def _timed(self, kind: str) -> Iterator[None]:
        begun = time.monotonic()
        try:
            yield
        finally:
            took = round(time.monotonic() - begun, 4)
            with self._lock:
                self.report.waits.setdefault(kind, []).append(took)

    def _take_cash(self, number: int, turn: int) -> None:
        """All cash desks press on the same few visits, each from the version that it saw last."""
        from quittance.calendar.models import Visit
        from quittance.core.clock import now
        from quittance.core.money import Money
        from quittance.flows import take_tender

        visits = self.plan.cash_visit_ids
        visit = Visit.objects.select_related("bill").get(pk=visits[(number + turn) % len(visits)])
        with self._timed("cash"):
            take_tender.take(
                actor=self.actor,
                visit_id=visit.pk,
                kind="cash",
                amount=Money(100, visit.bill.currency),
                expected_version=visit.bill.version,
                now=now(),
            )
        with self._lock:
            self.report.cash[visit.pk] = self.report.cash.get(visit.pk, 0) + 100

    def _take_in_notice(self, number: int, turn: int) -> None:
        from quittance.core.clock import now
        from quittance.flows.accept_webhook import Answer, accept

        body = json.dumps(
            {
                "id": f"evt_{self.plan.process}_{number}_{turn}", "object": "event", "api_version": "2026-01-28.clover",
                "created": int(time.time()), "type": "payment_intent.succeeded", "livemode": False,
                "data": {"object": {"id": f"pi_{number}_{turn}", "object": "payment_intent", "metadata": {}}},
                "pending_webhooks": 1, "request": {"id": None, "idempotency_key": None},
            }
        ).encode()  # fmt: skip
        stamp = str(int(time.time()))
        mac = hmac.new(self.plan.signing_secret.encode(), f"{stamp}.".encode() + body, hashlib.sha256).hexdigest()
        with self._timed("notice"):
            answer = accept(
                system="stripe",
                address_token=self.plan.webhook_token,
                headers={"stripe-signature": f"t={stamp},v1={mac}"},
                body=body,
                path=f"/inbound/stripe/{self.plan.webhook_token}",
                now=now(),
            )
        assert answer is Answer.ACCEPTED, answer
        with self._lock:
            self.report.notices += 1

    def _client_pays(self, _number: int, _turn: int) -> None:
        """`Pay`, the hosted page, the return page; without clients left, what a reader of pages does."""
        from quittance.calendar.queries_pay import pay_page
        from quittance.cli.demo_seed_sandbox import pay_by_card
        from quittance.core.clock import now
        from quittance.flows import confirm_return, record_access, take_payment

        with self._lock:
            token = self._tokens.pop() if self._tokens else ""
        if not token:
            assert pay_page(token=self.plan.tokens[0], now=now()) is not None
            time.sleep(0.05)
            return
        with self._timed("page seen"):
            record_access.record(token=token, now=now())
        with self._timed("pay, with a call outside"):
            started = take_payment.start(token=token, now=now())
        assert started.outcome == "redirect", started
        pay_by_card(started.address)
        with self._timed("come back, with a call outside"):
            confirm_return.confirm(token=token, now=now())
        with self._lock:
            self.report.paid += 1


def main() -> None:
    import django

    plan = Plan(**json.loads(sys.stdin.readline()))
    django.setup()
    # Imported by one thread, so that the first press of each is not a wait for the SDK.
    import stripe  # noqa: F401

    print("ready", flush=True)
    sys.stdin.readline()
    sys.stdout.write(json.dumps(asdict(Writers(plan).run())))


if __name__ == "__main__":
    main()

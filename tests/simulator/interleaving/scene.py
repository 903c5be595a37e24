"""A scene: a fresh salon for each schedule, what happens before and after it, and the judge.

The judge reads our books (`audit_books`) and compares them with the bank's, amount by amount: after the schedule,
and again when the worker has come to rest.
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime
from decimal import Decimal
from itertools import count, cycle

from django.db import connection
from django.db.models import Q

from quittance.bills.models import MoneyCase
from quittance.calendar.models import Visit
from quittance.core.ids import new_key
from quittance.flows import ask_about_payments, follow_refund, return_excess
from quittance.flows.audit_books import audit_books
from quittance.flows.errors import FlowError
from quittance.payment_systems import registry
from quittance.payment_systems.fake import FAKE_LISTING, FakeBank, PageClosedError
from quittance.payment_systems.port import PaymentSystemError
from quittance.payments.account_health import may_be_asked
from quittance.payments.models import Dispute, Payment, PaymentReference, Refund
from quittance.worker.rounds import run_once
from quittance.worker.table import Job
from tests.simulator.interleaving import actors
from tests.simulator.interleaving.saved import forget_all_rows, save
from tests.support.salon import START, Salon, open_salon, refuse_open_transaction

# What a flow may answer by raising: a sentence for a person, or the bank's refusal.
EXPECTED = (FlowError, PageClosedError, PaymentSystemError)
MONEY_JOBS = (
    Job(name="payments", model=Payment, work=ask_about_payments.work, interval_seconds=1, only=may_be_asked),
    Job(name="refunds", model=Refund, work=follow_refund.work, interval_seconds=1),
    Job(name="money cases", model=MoneyCase, work=return_excess.work, interval_seconds=1),
)
_FIRST_ID = 10_000_000
_numbers = count(1)


@dataclass
class Scene:
    """The salon, the visit in question, and whatever a pair keeps for its two actors."""

    salon: Salon
    visit: Visit
    kept: dict[str, object] = field(default_factory=dict)

    @property
    def bank(self) -> FakeBank:
        return self.salon.bank

    def number(self, name: str) -> int:
        """The id that was kept under this name."""
        return int(str(self.kept[name]))

    @property
    def payment_id(self) -> int:
        return self.number("payment")

    @property
    def page(self) -> str:
        return str(self.kept["page"])

    def open_page(self) -> None:
        self.kept["page"] = self.salon.open_page(self.visit)
        self.kept["payment"] = self.salon.payment(self.visit).pk

    def rest(self, *, hours: float) -> None:
        """The worker is alive for so long; steps as its timers need them."""
        jobs = [replace(job, only=self._ours_of(job)) for job in MONEY_JOBS]
        for step in (1 / 60, 0.2, 1, hours):
            self.salon.wait(seconds=int(step * 3600))
            run_once(self.salon.now, jobs=jobs)

    def _ours_of(self, job: Job) -> Callable[[datetime], Q]:
        ours = Q(business_id=self.salon.business.pk)
        return lambda now: ours & job.only(now) if job.only else ours


@dataclass(frozen=True, slots=True)
class Pair:
    """Two flows that may meet. `prepare` makes what stands before; `check` says what else must be true at rest."""

    name: str
    roles: tuple[str, str]
    works: tuple[Callable[[Scene], object], Callable[[Scene], object]]
    prepare: Callable[[Scene], object]
    check: Callable[[Scene], str] = lambda _scene: ""
    rest_hours: float = 2.0


class Ground:
    """What stands before each schedule of a pair. `scene` gives it, the same each time."""

    def __init__(self, pair: Pair, *, bank: type[FakeBank] = FakeBank) -> None:
        self._pair, self._bank = pair, bank
        forget_all_rows()
        begin_ids_high()
        self._scene = _make_scene(pair, bank)
        self._rows = save()

    @contextmanager
    def scene(self) -> Iterator[Scene]:
        if self._rows is None:
            scene = _make_scene(self._pair, self._bank)
        else:
            self._rows.put_back()
            scene = _copy_of(self._scene)
        registry.register(FAKE_LISTING, scene.bank.open)
        try:
            yield scene
        finally:
            registry.unregister("fake")


def _make_scene(pair: Pair, kind: type[FakeBank]) -> Scene:
    """A business of its own, with a bank of its own, so that nothing of another run is in the way."""
    bank = kind()
    registry.register(FAKE_LISTING, bank.open)
    try:
        salon = open_salon(bank, owner=f"Ana {next(_numbers)}")
        salon.account.address_token = new_key()
        salon.account.save(update_fields=["address_token"])
        salon.now = START
        bank._now = lambda: salon.now
        scene = Scene(salon, salon.visit())
        pair.prepare(scene)
    finally:
        registry.unregister("fake")
    _listen(bank)
    return scene


def _copy_of(scene: Scene) -> Scene:
    """The same people, time and bank, whose changes are nobody else's."""
    bank = type(scene.bank)()
    bank.__dict__.update(copy.deepcopy({name: value for name, value in vars(scene.bank).items() if name != "_now"}))
    salon = replace(scene.salon, bank=bank, pages=[])
    bank._now = lambda: salon.now
    _listen(bank)
    return Scene(salon, scene.visit, dict(scene.kept))


def _listen(bank: FakeBank) -> None:
    bank.on_call = _before_call
    bank.on_answer = _after_answer


def _after_answer(operation: str) -> None:
    actors.pause("answer", f"the bank answers {operation}")


def begin_ids_high() -> None:
    """Ids of more digits than any amount: two runs are compared without them."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(
                "SELECT setval(oid, GREATEST(nextval(oid), %s)) FROM pg_class WHERE relkind = 'S'", [_FIRST_ID]
            )
            return
        cursor.execute("SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite%%'")
        for (table,) in cursor.fetchall():
            cursor.execute("INSERT INTO sqlite_sequence (name, seq) VALUES (%s, %s)", [table, _FIRST_ID])


def _before_call(operation: str) -> None:
    refuse_open_transaction(operation)
    actors.pause("call", f"asks the bank: {operation}")


def judge(pair: Pair, scene: Scene, answers: list[object]) -> list[str]:
    """Everything that is wrong, as sentences; empty when all is well."""
    wrong = [
        f"{role} raised {answer!r}"
        for role, answer in zip(cycle(pair.roles), answers, strict=False)
        if isinstance(answer, BaseException) and not isinstance(answer, EXPECTED)
    ]
    business_id = scene.salon.business.pk
    wrong += [f"at once: {finding}" for finding in audit_books(now=scene.salon.now, business_id=business_id)]
    scene.rest(hours=pair.rest_hours)
    wrong += [f"at rest: {finding}" for finding in audit_books(now=scene.salon.now, business_id=business_id)]
    wrong += unlike_the_bank(scene)
    unfinished = Payment.objects.filter(business_id=business_id).exclude(state__in=Payment.FINAL)
    wrong += [f"payment {row.pk} is still {row.state}" for row in unfinished]
    told = pair.check(scene)
    return [*wrong, told] if told else wrong


def unlike_the_bank(scene: Scene) -> list[str]:
    """L1: each capture, refund and dispute in the bank's books stands in ours with its amount, and no other."""
    business_id = scene.salon.business.pk
    ids = dict(
        PaymentReference.objects.filter(business_id=business_id, kind="checkout").values_list("value", "payment_id")
    )
    ours = {row.pk: row for row in Payment.objects.filter(business_id=business_id)}
    wrong = []
    theirs: set[tuple[str, str, int]] = set()
    for page in scene.bank.books.values():
        payment = ours.get(ids.get(page.id, 0))
        recorded = Decimal(payment.captured_minor or 0) / 100 if payment else Decimal(0)
        if recorded != page.captured:
            wrong.append(f"the bank captured {page.captured} on {page.id}, our books say {recorded}")
        theirs |= {(one.reference, str(one.state), one.amount.minor) for one in page.refunds.values()}
        theirs |= {(one.reference, str(one.state), one.amount.minor) for one in page.disputes.values()}
    # What failed moved nothing: whether it was known before it failed is chance.
    theirs = {item for item in theirs if item[1] != "failed"}
    refunds = Refund.objects.filter(business_id=business_id, payment__isnull=False).exclude(state="failed")
    known = {(row.reference or f"refund {row.pk}", row.state, row.amount_minor) for row in refunds}
    disputes = Dispute.objects.filter(business_id=business_id)
    known |= {(row.reference, row.state, row.amount_minor) for row in disputes}
    wrong += [f"only at the bank: {item}" for item in sorted(theirs - known)]
    return wrong + [f"only in our books: {item}" for item in sorted(known - theirs)]

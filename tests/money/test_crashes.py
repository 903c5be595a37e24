"""T14: kill the process at every point of every money flow; afterwards the books and the bank agree.

The sweep starts each flow anew for point 0, 1, 2 … until a run has no such point, so a point added to a
flow later is swept without anybody thinking of it.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import pytest

from quittance.bills.models import Tender
from quittance.calendar.models import Visit
from quittance.flows import cancel_visit, follow_refund, refund
from quittance.flows.audit_books import assert_books
from quittance.flows.change_due import Decision
from quittance.flows.errors import FlowError
from quittance.payment_systems.fake import PageClosedError
from quittance.payment_systems.port import UnavailableError
from quittance.payments.models import Payment, Refund
from quittance.worker.rounds import run_once
from quittance.worker.table import JOBS
from tests.support.crashes import MAX_POINTS, CrashPoints
from tests.support.salon import Salon

pytestmark = pytest.mark.django_db


def run_to_rest(salon: Salon) -> None:
    """Four hours of a worker that is alive, in steps short enough for every timer."""
    for _ in range(24):
        salon.wait(minutes=10)
        run_once(salon.now)


def assert_agreed(salon: Salon, visit: Visit) -> None:
    """L1 and L3: what the bank holds is what our books say came online, and nothing is left open."""
    assert_books(now=salon.now)
    online = sum(row.captured_minor or 0 for row in Payment.objects.filter(bill_id=visit.bill_id, state="paid"))
    assert salon.bank.captured_total("EUR") * 100 == online
    back = Refund.objects.filter(bill_id=visit.bill_id, payment__isnull=False, state="succeeded")
    assert salon.bank.refunded_total("EUR") * 100 == sum(row.amount_minor for row in back)
    assert not Refund.objects.filter(bill_id=visit.bill_id, state__in=("requested", "pending")).exists()
    assert not Payment.objects.exclude(state__in=Payment.FINAL).exists()


def sweep(
    salon: Salon,
    crashes: CrashPoints,
    *,
    prepare: Callable[[Visit], object],
    work: Callable[[Visit], object],
    afterwards: Callable[[Visit], object],
    check: Callable[[Visit], object] = lambda _visit: None,
) -> int:
    """How many points the flow has; each was killed once, followed by what people and the worker do then."""
    for point in range(MAX_POINTS):
        salon.bank.books.clear()
        visit = salon.visit()
        prepare(visit)
        killed = crashes.run(point, partial(work, visit))
        afterwards(visit)
        run_to_rest(salon)
        assert_agreed(salon, visit)
        check(visit)
        if not killed:
            return point
    raise AssertionError("a flow with more points than the sweep goes through")


def pay_whatever_is_open(salon: Salon, visit: Visit) -> None:
    """The client pays on the page that an honest screen shows them: the one that `Pay` gives now."""
    result = salon.press_pay(salon.link(visit))
    assert result.outcome == "redirect", result
    salon.bank.pay(result.address)


def test_t14_killed_while_a_page_is_opened(salon: Salon, crashes: CrashPoints) -> None:
    points = sweep(
        salon,
        crashes,
        prepare=salon.link,
        work=lambda visit: salon.press_pay(salon.link(visit)),
        afterwards=lambda visit: pay_whatever_is_open(salon, visit),
    )
    assert points >= 6


def test_t14_killed_while_a_page_is_opened_and_the_client_never_returns(salon: Salon, crashes: CrashPoints) -> None:
    sweep(
        salon,
        crashes,
        prepare=salon.link,
        work=lambda visit: salon.press_pay(salon.link(visit)),
        afterwards=lambda _visit: None,
    )


def test_t14_killed_while_money_is_settled(salon: Salon, crashes: CrashPoints) -> None:
    def prepare(visit: Visit) -> None:
        salon.bank.pay(salon.open_page(visit))

    points = sweep(salon, crashes, prepare=prepare, work=salon.settle, afterwards=lambda _visit: None)
    assert points >= 6


@pytest.mark.parametrize("client_pays", ["never", "before", "after"])
def test_t14_killed_while_the_desk_takes_cash_from_a_client_who_pays(
    salon: Salon, crashes: CrashPoints, client_pays: str
) -> None:
    pages: list[str] = []

    def prepare(visit: Visit) -> None:
        pages.append(salon.open_page(visit))
        if client_pays == "before":
            salon.bank.pay(pages[-1])

    def take_cash(visit: Visit) -> None:
        try:
            salon.cash(visit, 10_000, decision=Decision(stop_payment=True))
        except FlowError:
            return

    def afterwards(_visit: Visit) -> None:
        if client_pays == "after":
            try:
                salon.bank.pay(pages[-1])
            except PageClosedError:
                return

    points = sweep(salon, crashes, prepare=prepare, work=take_cash, afterwards=afterwards)
    assert points >= 8


def paid(salon: Salon, visit: Visit) -> None:
    salon.bank.pay(salon.open_page(visit))
    salon.settle(visit)


def give_back(salon: Salon, visit: Visit) -> None:
    tender = Tender.objects.get(bill_id=visit.bill_id)
    version = salon.bill(visit).version
    refund.refund(
        actor=salon.actor,
        visit_id=visit.pk,
        tender_id=tender.pk,
        amount=salon.eur(4_000),
        expected_version=version,
        now=salon.now,
    )


@pytest.mark.parametrize("trouble", ["none", "answer lost", "pending"])
def test_t14_killed_while_money_goes_back(salon: Salon, crashes: CrashPoints, trouble: str) -> None:
    """Whatever is killed where: what the desk began reaches the client once, or was never begun."""
    salon.bank.refunds_stay_pending = trouble == "pending"

    def work(visit: Visit) -> None:
        if trouble == "answer lost":
            salon.bank.lose_next_answer("refund")
        give_back(salon, visit)

    def afterwards(_visit: Visit) -> None:
        salon.bank._losses.clear()
        salon.wait(minutes=1)
        run_once(salon.now)
        for book in salon.bank.books.values():
            for reference, seen in book.refunds.items():
                if seen.state == "pending":
                    salon.bank.finish_refund(reference)

    points = sweep(salon, crashes, prepare=lambda visit: paid(salon, visit), work=work, afterwards=afterwards)
    assert points >= 5
    assert [row.amount_minor for row in Refund.objects.all()] == [4_000] * Refund.objects.count()


def test_t14_killed_while_the_worker_follows_a_refund(salon: Salon, crashes: CrashPoints) -> None:
    def prepare(visit: Visit) -> None:
        paid(salon, visit)
        salon.bank.refuse_next(UnavailableError("down", sent=False), "refund")
        give_back(salon, visit)
        salon.wait(seconds=31)

    def work(visit: Visit) -> None:
        row = Refund.objects.get(bill_id=visit.bill_id)
        follow_refund.follow(refund_id=row.pk, now=salon.now)

    points = sweep(salon, crashes, prepare=prepare, work=work, afterwards=lambda _visit: None)
    assert points >= 6


def test_t14_killed_while_a_paid_visit_is_cancelled_and_refunded(salon: Salon, crashes: CrashPoints) -> None:
    def cancel(visit: Visit) -> None:
        version = salon.bill(visit).version
        cancel_visit.cancel(
            actor=salon.actor, visit_id=visit.pk, expected_version=version, keep=salon.eur(1_000), now=salon.now
        )

    def check(visit: Visit) -> None:
        bill = salon.bill(visit)
        # The cancelling is whole or did not happen.
        expected = (10_000, 0) if bill.ended_at is None else (1_000, 9_000)
        assert (bill.settled_minor, bill.refunded_minor) == expected

    points = sweep(
        salon,
        crashes,
        prepare=lambda visit: paid(salon, visit),
        work=cancel,
        afterwards=lambda _visit: None,
        check=check,
    )
    assert points >= 5


def test_t14_killed_while_late_money_goes_back_by_itself(salon: Salon, crashes: CrashPoints) -> None:
    def prepare(visit: Visit) -> None:
        page = salon.open_page(visit)
        salon.bank.down = True
        cancel_visit.cancel(
            actor=salon.actor,
            visit_id=visit.pk,
            expected_version=salon.bill(visit).version,
            decision=Decision(stop_payment=True, take_anyway=True),
            now=salon.now,
        )
        salon.bank.down = False
        salon.bank.pay(page)
        salon.settle(visit)

    def work(_visit: Visit) -> None:
        run_once(salon.now, jobs=[job for job in JOBS if job.name == "money cases"])

    def check(visit: Visit) -> None:
        assert (salon.settled(visit), salon.bill(visit).refunded_minor) == (0, 10_000)

    points = sweep(salon, crashes, prepare=prepare, work=work, afterwards=lambda _visit: None, check=check)
    assert points >= 8


def test_t14_killed_while_refunds_and_disputes_are_mirrored(salon: Salon, crashes: CrashPoints) -> None:
    def prepare(visit: Visit) -> None:
        paid(salon, visit)
        page = salon.payment(visit).references.get(kind="checkout").value
        salon.bank.dashboard_refund(page, salon.eur(3_000))
        salon.bank.dashboard_refund(page, salon.eur(2_000))
        salon.bank.open_dispute(page, salon.eur(5_000))

    def afterwards(visit: Visit) -> None:
        salon.settle(visit)
        bill = salon.bill(visit)
        assert (bill.settled_minor, bill.refunded_minor, bill.disputed_minor) == (0, 5_000, 5_000)

    sweep(salon, crashes, prepare=prepare, work=salon.settle, afterwards=afterwards)


def test_a_freeze_left_by_a_killed_process_runs_out(salon: Salon, crashes: CrashPoints) -> None:
    visit = salon.visit()
    salon.open_page(visit)
    # Points of the flow: before and after the freezing transaction, then before the call outside.
    killed = crashes.run(2, lambda: salon.cash(visit, 10_000, decision=Decision(stop_payment=True)))
    assert killed
    with pytest.raises(FlowError, match="Another desk"):
        salon.cash(visit, 10_000, decision=Decision(stop_payment=True))
    salon.wait(seconds=60)
    salon.cash(visit, 10_000, decision=Decision(stop_payment=True))
    assert salon.settled(visit) == 10_000

"""T14: kill the process at every point of every money flow; afterwards the books and the bank agree.

The sweep starts each flow anew for point 0, 1, 2 … until a run has no such point, so a point added to a
flow later is swept without anybody thinking of it.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import pytest

from quittance.calendar.models import Visit
from quittance.flows.audit_books import assert_books
from quittance.flows.change_due import Decision
from quittance.flows.errors import FlowError
from quittance.payment_systems.fake import PageClosedError
from quittance.payments.models import Payment
from quittance.worker.rounds import run_once
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
    assert not Payment.objects.exclude(state__in=Payment.FINAL).exists()


def sweep(
    salon: Salon,
    crashes: CrashPoints,
    *,
    prepare: Callable[[Visit], object],
    work: Callable[[Visit], object],
    afterwards: Callable[[Visit], object],
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

"""The same actions as a Hypothesis state machine: few examples, and a failing one comes out as small as it can be."""

from __future__ import annotations

import os
from contextlib import ExitStack
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, consumes, multiple, rule, run_state_machine_as_test

from tests.simulator.closer import watching
from tests.simulator.engine import Engine
from tests.simulator.fresh import fresh_run
from tests.simulator.hours import TIMERS
from tests.simulator.people import CARDS
from tests.simulator.rest import come_to_rest
from tests.simulator.seeding import CLIENTS, PLACES
from tests.simulator.story import Fault, Step, Violation
from tests.simulator.world import open_world

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.usefixtures("empty_tables"),
    pytest.mark.timeout(900),
]

EXAMPLES = int(os.environ.get("QUITTANCE_SIMULATE_EXAMPLES", "6"))
AGREED = st.sampled_from(["", "s", "st", "sti", "i"])
VERSIONS = st.sampled_from(["now", "seen", "none"])
SHARES = st.sampled_from([None, 0.3, 0.5, 1.5])
FAULTS = st.one_of(
    st.none(),
    st.none(),
    st.builds(Fault, st.just("kill"), st.integers(0, 8)),
    st.builds(Fault, st.just("locked"), st.integers(0, 3), st.integers(1, 3)),
)


class Town(RuleBasedStateMachine):
    """People act in any sequence; after the last step all comes to rest."""

    visits: Bundle[str] = Bundle("visits")

    def __init__(self) -> None:
        super().__init__()
        self._stack = ExitStack()
        self._world = self._stack.enter_context(open_world(seed=7, run=fresh_run()))
        self._stack.enter_context(watching(self._world))
        self._engine = Engine(self._world)
        self._booked = 0
        self._broken = False

    def _do(self, name: str, who: str, fault: Fault | None = None, **given: Any) -> str:
        try:
            return self._engine.do(Step(name, who, given, after_ms=1_000, fault=fault))
        except Violation as found:
            self._broken = True
            raise AssertionError("\n".join([*self._engine.teller.lines, str(found)])) from found

    def _owner(self, visit: str) -> str:
        return self._world.visits[visit].owner if visit in self._world.visits else "Ana"

    @rule(target=visits, place=st.sampled_from(list(PLACES)), client=st.sampled_from([*CLIENTS, ""]))
    def book(self, place: str, client: str) -> Any:
        if self._booked >= 4:
            return multiple()
        self._booked += 1
        label = f"v{self._booked}"
        self._do("book", PLACES[place][-1], visit=label, place=place, client=client, services=[0])
        return label

    @rule(visit=visits, agree=AGREED, fault=FAULTS)
    def hand_out_link(self, visit: str, agree: str, fault: Fault | None) -> None:
        self._do("link", self._owner(visit), fault, visit=visit, agree=agree)

    @rule(visit=visits, fault=FAULTS)
    def press_pay(self, visit: str, fault: Fault | None) -> None:
        self._do("press_pay", "Chloe", fault, visit=visit)

    @rule(visit=visits, card=st.sampled_from([*CARDS, "debit"]), page=st.sampled_from([-1, 0]))
    def pay(self, visit: str, card: str, page: int) -> None:
        self._do("pay", "Chloe", visit=visit, card=card, page=page)

    @rule(visit=visits, name=st.sampled_from(["come_back", "check_again", "stop", "close_link"]), fault=FAULTS)
    def look_or_end(self, visit: str, name: str, fault: Fault | None) -> None:
        self._do(name, self._owner(visit), fault, visit=visit, agree="s")

    @rule(visit=visits, kind=st.sampled_from(["cash", "card_terminal"]), agree=AGREED, version=VERSIONS, fault=FAULTS)
    def take(self, visit: str, kind: str, agree: str, version: str, fault: Fault | None) -> None:
        self._do("take", self._owner(visit), fault, visit=visit, kind=kind, agree=agree, version=version)

    @rule(visit=visits, unit=st.sampled_from([0, 4_999, 13_000]), agree=AGREED, fault=FAULTS)
    def change_price(self, visit: str, unit: int, agree: str, fault: Fault | None) -> None:
        self._do("change_line", self._owner(visit), fault, visit=visit, unit_minor=unit, agree=agree)

    @rule(visit=visits, share=SHARES, fault=FAULTS)
    def refund(self, visit: str, share: float | None, fault: Fault | None) -> None:
        self._do("refund", self._owner(visit), fault, visit=visit, share=share)

    @rule(visit=consumes(visits), keep=st.sampled_from([None, 0, 1_000]), agree=AGREED, fault=FAULTS)
    def cancel(self, visit: str, keep: int | None, agree: str, fault: Fault | None) -> None:
        self._do("cancel", self._owner(visit), fault, visit=visit, keep=keep, agree=agree)

    @rule(who=st.sampled_from(["Ana", "Dan"]), case=st.integers(0, 2), n=st.integers(0, 3))
    def decide(self, who: str, case: int, n: int) -> None:
        self._do("decide", who, case=case, n=n)

    @rule(visit=visits, name=st.sampled_from(["dashboard_refund", "dispute"]), share=st.sampled_from([None, 0.5]))
    def bank(self, visit: str, name: str, share: float | None) -> None:
        self._do(name, "the bank", visit=visit, share=share)

    @rule(visit=visits, name=st.sampled_from(["refund_ends", "dispute_ends", "debit_decides"]), good=st.booleans())
    def bank_decides(self, visit: str, name: str, good: bool) -> None:
        self._do(name, "the bank", visit=visit, ok=good, won=good)

    @rule(pick=st.sampled_from(["all", "first", "last", "reversed"]), times=st.sampled_from([1, 2]))
    def post(self, pick: str, times: int) -> None:
        self._do("post", "", pick=pick, times=times)

    @rule()
    def lose_a_webhook(self) -> None:
        self._do("lose", "", n=0)

    @rule(seconds=st.sampled_from([5, 61, 900, 3_700, 90_000]), awake=st.booleans())
    def wait(self, seconds: int, awake: bool) -> None:
        self._do("wait", "", seconds=seconds, awake=awake)

    @rule(visit=visits, timer=st.sampled_from(TIMERS), ms=st.sampled_from([-1, 0, 1]))
    def jump(self, visit: str, timer: str, ms: int) -> None:
        self._do("jump", "", visit=visit, timer=timer, ms=ms)

    def teardown(self) -> None:
        try:
            if not self._broken:
                come_to_rest(self._world)
        except Violation as found:
            raise AssertionError("\n".join([*self._engine.teller.lines, str(found)])) from found
        finally:
            self._stack.close()


def test_any_sequence_of_actions_leaves_the_books_right() -> None:
    few = settings(
        max_examples=EXAMPLES,
        stateful_step_count=25,
        deadline=None,
        database=None,
        suppress_health_check=list(HealthCheck),
    )
    run_state_machine_as_test(Town, settings=few)

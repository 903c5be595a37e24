"""Run steps in a world, check after each, and find out whether all comes to rest. The API is in README.md."""

from __future__ import annotations

import random
import traceback
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import timedelta
from functools import partial

from django.core.exceptions import ObjectDoesNotExist
from django.db import OperationalError

from quittance.core.actor import NotAllowedError
from quittance.flows.errors import FlowError
from quittance.sandbox.stripe.errors import RefusalError
from tests.simulator import desk, hours, links, money_back, outside, pay_desks, people, till, together, value, writing  # noqa: F401 - they fill the table of actions
from tests.simulator.checks import check_all, check_step, refunds_known
from tests.simulator.closer import check_closer
from tests.simulator.pay_desks import check_pay_desks
from tests.simulator.people import leave_out, writes
from tests.simulator.registry import ACTIONS
from tests.simulator.seeding import DESK
from tests.simulator.story import KilledError, Step, Violation
from tests.simulator.till import check_drawers
from tests.simulator.value import check_handed_out, check_value
from tests.simulator.world import World

AUDIT_EVERY = 50
# These name a visit only so that the story reads well.
_NOT_OF_A_VISIT = {
    "book",
    "sale",
    "series",
    "decide",
    "new_secret",
    "link_life",
    "dashboard_refund",
    "work",
    "wait",
    "jump",
    "post",
}


@dataclass
class Teller:
    """Writes down what happened, for the story of a failing run."""

    lines: list[str] = field(default_factory=list)

    def note(self, world: World, step: Step, outcome: str, depth: int) -> None:
        local = world.now.strftime("%d %b %H:%M:%S.") + f"{world.now.microsecond // 1000:03d}"
        fault = f" [{step.fault.kind} at {step.fault.point}]" if step.fault and depth == 0 else ""
        self.lines.append(f"{local} {'    meanwhile ' if depth else ''}{step.words()}{fault}: {outcome}")


class Engine:
    """One world being lived in. `do` raises Violation."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.teller = Teller()
        self.steps: list[Step] = []
        self.outcomes: list[str] = []
        self._depth = 0
        world.points.meanwhile = self._meanwhile
        world.stripe.before = partial(refunds_known, world)

    def do(self, step: Step) -> str:
        """One step with its fault, then the checks."""
        self.steps.append(step)
        self.world.clocks.wait(timedelta(milliseconds=step.after_ms))
        self.world.points.arm(step.fault)
        try:
            outcome = self._act(step)
        finally:
            self.world.points.disarm()
        self.teller.note(self.world, step, outcome, 0)
        self.outcomes.append(outcome)
        check_step(self.world)
        check_closer(self.world)
        check_value(self.world)
        if len(self.steps) % AUDIT_EVERY == 0:
            check_all(self.world)
            check_handed_out(self.world)
            check_drawers(self.world)
            check_pay_desks(self.world)
        return outcome

    def do_all(self, steps: Iterable[Step]) -> None:
        for step in steps:
            self.do(step)

    def _act(self, step: Step) -> str:
        """What came of it, in words; what the product may not raise is a violation."""
        random.seed(step.salt)
        return self._try_foreign(step) if self._is_foreign(step) else self._try(step)

    def _try(self, step: Step) -> str:
        points = self.world.points
        try:
            return ACTIONS[step.name](self.world, step.who, step.given)
        except FlowError as error:
            return f"refused ({type(error).__name__}): {error}"
        except NotAllowedError as error:
            return f"not allowed: {error}"
        except RefusalError as refusal:
            return f"the payment system refused: {refusal.message}"
        except KilledError:
            return "the process died"
        except ObjectDoesNotExist:
            if step.given.get("foreign"):
                return "not found"
            raise Violation("crash", traceback.format_exc(limit=-6)) from None
        except OperationalError as error:
            if points.fired:
                return f"the database made trouble: {error}"
            raise Violation("crash", traceback.format_exc(limit=-6)) from None
        except Exception:  # noqa: BLE001 - whatever else comes out of a flow is a finding
            raise Violation("crash", traceback.format_exc(limit=-6)) from None

    def _is_foreign(self, step: Step) -> bool:
        """Whether somebody of another business reaches for this visit."""
        visit = self.world.visits.get(step.given.get("visit", ""))
        works = DESK.get(step.who)
        return visit is not None and works is not None and works[0] != visit.owner and step.name not in _NOT_OF_A_VISIT

    def _try_foreign(self, step: Step) -> str:
        """S12: it is refused, and nothing at all is written."""
        self.world.points.disarm()
        before = writes()
        try:
            outcome = ACTIONS[step.name](self.world, step.who, step.given)
        except (FlowError, NotAllowedError, ObjectDoesNotExist) as error:
            if writes() != before:
                raise Violation("S12", f"{step.words()} wrote something before it was refused") from None
            return f"refused ({type(error).__name__}): another business"
        if writes() != before or not outcome.startswith(("no ", "nothing", "version")):
            raise Violation("S12", f"{step.words()} was done for another business: {outcome}")
        return outcome

    def _meanwhile(self, step: Step) -> None:
        """Another actor acts while the first one's call is under way; no transaction is open now."""
        if self._depth >= 2:
            return
        self._depth += 1
        before = writes()
        try:
            self.world.clocks.wait(timedelta(milliseconds=step.after_ms))
            self.teller.note(self.world, step, self._act(step), self._depth)
        finally:
            self._depth -= 1
            leave_out(writes() - before)

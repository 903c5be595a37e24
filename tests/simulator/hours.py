"""Time and the worker: waiting, jumping to the edge of a timer, running what is due."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any

from django.apps import apps
from django.db import connection

from quittance.bills.models import Bill
from quittance.due.models import DueRow
from quittance.payments.models import Payment, PaymentLink
from quittance.worker import rounds
from quittance.worker.table import JOBS
from tests.simulator.outside import post
from tests.simulator.registry import action
from tests.simulator.world import VisitRef, World

_STEPS_WHILE_WAITING = 8
_ROUNDS = 200
_LONGEST_JUMP = timedelta(days=6)
# Nights in which clocks change where the salons are, and the day that most years do not have.
NIGHTS = (
    "2027-03-28T01:00:00",
    "2027-10-31T01:00:00",
    "2027-03-14T07:00:00",
    "2028-02-29T00:00:00",
    "2028-03-01T00:00:00",
)


@cache
def due_models() -> tuple[type[Any], ...]:
    """Those of a business; the house's own chores are nobody's money."""
    return tuple(model for model in apps.get_models() if issubclass(model, DueRow) and hasattr(model, "business_id"))


def _moments(world: World) -> list[tuple[type[Any], datetime]]:
    """For each kind of row the earliest moment at which one of ours is due, in one statement."""
    models = due_models()
    parts = [
        f"SELECT {place}, MIN(next_attempt_at) FROM {model._meta.db_table} WHERE business_id IN (%s, %s)"
        for place, model in enumerate(models)
    ]
    with connection.cursor() as cursor:
        cursor.execute(" UNION ALL ".join(parts), world.business_ids() * len(models))
        found = [(models[place], moment) for place, moment in cursor.fetchall() if moment is not None]
    return [(model, _aware(moment)) for model, moment in found]


def _aware(moment: datetime | str) -> datetime:
    """SQLite gives text without a zone."""
    if isinstance(moment, str):
        moment = datetime.fromisoformat(moment)
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def next_due(world: World) -> datetime | None:
    """When the next row of ours is due, by the product's clock."""
    return min((moment for _, moment in _moments(world)), default=None)


def work(world: World) -> int:
    """As `run_once`, but kinds of which nothing is due are not even asked for: that is where its time would go."""
    done = 0
    for _ in range(_ROUNDS):
        due = {model for model, moment in _moments(world) if moment <= world.now}
        jobs = [job for job in JOBS if job.model in due]
        worked = rounds.run_once(world.now, jobs=jobs, max_rounds=1) if jobs else 0
        if not worked:
            break
        done += worked
    return done


@action("work")
def run_worker(world: World, _who: str, _given: dict[str, Any]) -> str:
    return f"{work(world)} rows"


@action("wait")
def wait(world: World, who: str, given: dict[str, Any]) -> str:
    """`seconds` pass. `awake`: the worker does what falls due meanwhile; `posted`: webhooks come as they are due."""
    end = world.now + timedelta(seconds=given.get("seconds", 60))
    done = 0
    for _ in range(_STEPS_WHILE_WAITING):
        if given.get("posted"):
            post(world, who, {"pick": "due"})
        if not given.get("awake"):
            break
        done += work(world)
        following = next_due(world)
        if following is None or following >= end:
            break
        world.clocks.go_to(max(following, world.now + timedelta(seconds=1)))
    world.clocks.go_to(end)
    if given.get("awake"):
        done += work(world)
    return f"{done} rows" if given.get("awake") else "the worker slept"


def _edge(world: World, visit: VisitRef | None, timer: str) -> datetime | None:
    """The moment at which a timer of the visit ends."""
    if timer == "night":
        nights = [datetime.fromisoformat(night).replace(tzinfo=world.now.tzinfo) for night in NIGHTS]
        return next((night for night in sorted(nights) if night > world.now), None)
    if timer == "due":
        return next_due(world)
    if visit is None:
        return None
    if timer == "freeze":
        return Bill.objects.values_list("frozen_until", flat=True).get(pk=visit.bill_id)
    if timer == "link":
        links = PaymentLink.objects.filter(bill_id=visit.bill_id, expires_at__isnull=False).order_by("-pk")
        return links.values_list("expires_at", flat=True).first()
    payment = Payment.objects.filter(bill_id=visit.bill_id).order_by("-pk").first()
    if payment is None:
        return None
    return {
        "lock": payment.locked_until,
        "page": payment.expires_at,
        "renew": payment.expires_at - timedelta(minutes=5),
        "unknown": payment.started_at + timedelta(seconds=30),
        "search": payment.expires_at + timedelta(minutes=10),
        "repeat": payment.started_at + timedelta(hours=20),
        "lease": payment.lease_until,
        "ask": payment.next_attempt_at,
    }[timer]


TIMERS = ("lock", "page", "renew", "unknown", "search", "repeat", "lease", "ask", "freeze", "link", "due", "night")


@action("jump")
def jump(world: World, _who: str, given: dict[str, Any]) -> str:
    """To a timer's edge and `ms` beside it, if that lies ahead."""
    edge = _edge(world, world.visits.get(given.get("visit", "")), given["timer"])
    if edge is None:
        return "no such timer"
    edge += timedelta(milliseconds=given.get("ms", 0))
    if not world.now < edge <= world.now + _LONGEST_JUMP:
        return "not ahead"
    world.clocks.go_to(edge)
    return f"{given['timer']} {given.get('ms', 0):+d} ms"

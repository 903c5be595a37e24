"""A salon that reminds its clients, and a worker that the test tells to work."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from quittance.calendar.models import Appointment, Visit
from quittance.due import actions as due
from quittance.flows import dispatch_event, send_reminder, set_reminders
from quittance.flows.tests.post_office import LEASE_SECONDS, PostOffice
from quittance.messages.models import Message
from quittance.messages.types import REMINDERS
from quittance.outbox.models import Event
from quittance.reminders.models import Reminder
from quittance.reminders.rules import AFTER_SENDING, BEFORE_DEADLINE, BEFORE_VISIT, DAYS, HOURS, Policy, Rule

AFTER_A_DAY = Rule(AFTER_SENDING, 24, HOURS)
DAY_BEFORE = Rule(BEFORE_VISIT, 1, DAYS)
THREE_HOURS_BEFORE = Rule(BEFORE_VISIT, 3, HOURS)
BEFORE_ITS_END = Rule(BEFORE_DEADLINE, 5, HOURS)


@dataclass
class Reminding:
    office: PostOffice

    @property
    def now(self) -> datetime:
        return self.office.salon.now

    def rules(self, *payment: Rule, visit: tuple[Rule, ...] = (), expiring: int | None = None, **quiet: int) -> None:
        salon = self.office.salon
        policy = Policy(payment=payment, visit=visit, expiring_hours=expiring, **quiet)
        set_reminders.set_reminders(actor=salon.actor, location_id=salon.location.pk, policy=policy, now=salon.now)
        self.work()

    def visit(self, *, days: int = 3, **more: object) -> Visit:
        """At two o'clock in Berlin, so many days ahead."""
        visit = self.office.salon.visit(**more)  # type: ignore[arg-type]
        self.at(visit, self.now + timedelta(days=days))
        return visit

    def at(self, visit: Visit, starts_at: datetime) -> None:
        Visit.objects.filter(pk=visit.pk).update(starts_at=starts_at, ends_at=starts_at + timedelta(hours=1))
        Appointment.objects.filter(visit=visit).update(starts_at=starts_at, ends_at=starts_at + timedelta(hours=1))
        visit.refresh_from_db()

    def sent(self, visit: Visit, *channels: str) -> Visit:
        self.office.send(visit, *(channels or ("sms",)))
        self.office.salon.wait(seconds=5)
        self.work()
        return visit

    def work(self) -> None:
        """As the worker does it, until nothing is due."""
        while self.dispatch() + self.fire() + len(self.office.work()):
            pass

    def dispatch(self) -> int:
        rows = due.claim(Event, limit=20, lease_seconds=LEASE_SECONDS, now=self.now)
        for row in rows:
            dispatch_event.work(event_id=row.id, lease_token=row.lease_token, now=self.now)
        return len(rows)

    def fire(self) -> int:
        rows = due.claim(Reminder, limit=20, lease_seconds=LEASE_SECONDS, now=self.now)
        for row in rows:
            send_reminder.work(row_id=row.id, lease_token=row.lease_token, now=self.now)
        return len(rows)

    def wait(self, **amount: int) -> None:
        self.office.salon.wait(**amount)
        self.work()

    def planned(self, visit: Visit) -> list[tuple[str, str, datetime]]:
        rows = Reminder.objects.filter(visit_id=visit.pk).order_by("due_at", "pk")
        return [(row.type, row.state, row.due_at) for row in rows]

    def states(self, visit: Visit) -> list[str]:
        return [state for _, state, _ in self.planned(visit)]

    def outcome(self, visit: Visit) -> str:
        return Reminder.objects.filter(visit_id=visit.pk).latest("pk").outcome

    def messages(self, visit: Visit) -> list[tuple[str, str]]:
        rows = Message.objects.filter(visit_id=visit.pk, type__in=REMINDERS).order_by("pk")
        return [(row.type, row.state) for row in rows]

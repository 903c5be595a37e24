"""What is measured on: a full day (20 staff, 300 appointments), 10,000 links before it, a connected bank."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django.conf import settings
from django.test import Client as Browser

from quittance.businesses import actions as businesses
from quittance.businesses.models import Location, StaffMember, User
from quittance.businesses.queries import actor_for
from quittance.calendar.models import Appointment, Visit
from quittance.cli.demo_seed_sandbox import connect_all
from quittance.clients.models import Client, ContactPoint
from quittance.core.actor import Actor
from quittance.core.ids import new_key
from quittance.due.models import WorkerHeartbeat
from quittance.flows import make_link
from quittance.payments.models import PaymentAccount
from tests.bench.seed_links import add_bills, add_history

STAFF, APPOINTMENTS = 20, 300


@dataclass(frozen=True, slots=True)
class Seeded:
    actor: Actor
    day: str
    cookie: str
    visits: list[Visit]
    token: str
    webhook_path: str
    signing_secret: str
    client_ids: list[int]


def seed(*, now: datetime) -> Seeded:
    business = businesses.create_business(name="Bench")
    place = businesses.NewLocation(name="Mitte", currency="EUR", time_zone="Europe/Berlin", country="DE")
    location = businesses.add_location(business=business, new=place)
    user = businesses.create_user(email="owner@bench.example", name="Owner", password="bench-bench-bench-7")
    businesses.assign_role(user=user, business=business, role_slug="owner")
    actor = actor_for(user=user, business_id=business.pk)
    assert actor is not None
    connect_all(actor=actor, name="bench", sender_email="a@bench.example", sender_phone="+493023125010", now=now)
    staff = [businesses.add_staff(location=location, name=f"Staff {number}") for number in range(STAFF)]
    WorkerHeartbeat.objects.bulk_create(
        WorkerHeartbeat(name=f"bench-{number}", seen_at=now, started_at=now) for number in range(64)
    )
    people = _people(location, now)
    visits = _day(location, staff, people, now)
    account = PaymentAccount.objects.get()
    day = now.astimezone(ZoneInfo(location.time_zone)).date()
    add_history(location, people, account, now)
    return Seeded(
        actor=actor,
        day=day.isoformat(),
        cookie=_cookie(user),
        visits=visits,
        token=make_link.make(actor=actor, visit_id=visits[-1].pk, now=now).token,
        webhook_path=f"/inbound/stripe/{account.address_token}",
        signing_secret=_signing_secret(account),
        client_ids=[person.pk for person in people],
    )


def _people(location: Location, now: datetime) -> list[Client]:
    business = location.business
    people = Client.objects.bulk_create(
        Client(business=business, name=f"Client {number}", created_at=now) for number in range(500)
    )
    ContactPoint.objects.bulk_create(
        ContactPoint(business=business, client=person, kind="email", value=f"client{person.pk}@bench.example")
        for person in people
    )
    return people


def _day(location: Location, staff: list[StaffMember], people: list[Client], now: datetime) -> list[Visit]:
    """Fifteen half-hour slots a person, from nine o'clock, at this day's wall clock."""
    bills = add_bills(location, people, [now] * APPOINTMENTS)
    opens = now.astimezone(ZoneInfo(location.time_zone)).replace(hour=9, minute=0, second=0, microsecond=0)
    starts = [opens + timedelta(minutes=30 * (number // STAFF)) for number in range(APPOINTMENTS)]
    visits = Visit.objects.bulk_create(
        Visit(
            business=location.business, location=location, client=bill.client, bill=bill,
            starts_at=start, ends_at=start + timedelta(minutes=30), created_at=now,
        )
        for bill, start in zip(bills, starts, strict=True)
    )  # fmt: skip
    Appointment.objects.bulk_create(
        Appointment(
            business=location.business, location=location, visit=visit, staff=staff[number % STAFF],
            service_name="Cut and colour", starts_at=start, ends_at=start + timedelta(minutes=30),
        )
        for number, (visit, start) in enumerate(zip(visits, starts, strict=True))
    )  # fmt: skip
    return visits


def _cookie(user: User) -> str:
    browser = Browser()
    browser.force_login(user)
    return f"{settings.SESSION_COOKIE_NAME}={browser.cookies[settings.SESSION_COOKIE_NAME].value}"


def _signing_secret(account: PaymentAccount) -> str:
    def texts(value: object) -> Iterator[str]:
        for one in value if isinstance(value, list) else [value]:
            yield str(one)

    held = json.loads(account.credentials.reveal())
    return next(text for value in held.values() for text in texts(value) if text.startswith("whsec_"))


def event(number: str) -> str:
    """An authentic event about something that is not ours: verified, stored, answered."""
    about = {"id": f"pi_{new_key()}", "object": "payment_intent", "metadata": {}, "livemode": False}
    envelope = {
        "id": f"evt_bench_{number}", "object": "event", "api_version": "2026-01-28.clover", "created": 1_790_000_000,
        "type": "payment_intent.succeeded", "livemode": False, "data": {"object": about},
        "pending_webhooks": 1, "request": {"id": None, "idempotency_key": None},
    }  # fmt: skip
    return json.dumps(envelope)

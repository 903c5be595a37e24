"""One world of one run: the rows, the sandbox that judges, the wires between them, and who knows what."""

from __future__ import annotations

import smtplib
import time as real_time
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field, replace
from typing import Any
from unittest import mock

from django.conf import settings
from django.core.cache import cache
from django.test import Client as Browser
from django.test import override_settings

from quittance.core import clock, http
from quittance.core.actor import Actor
from quittance.flows import take_payment
from quittance.rows import locking
from quittance.sandbox import Sandbox
from quittance.worker import rounds
from tests.simulator.clocks import STARTS, Clocks
from tests.simulator.points import Points
from tests.simulator.seeding import House, Place, Town, settle_town
from tests.simulator.story import KilledError, Violation
from tests.simulator.wires import MAIL_SERVICES, STRIPE, TWILIO, WEB, WHATSAPP, Line, Post


@dataclass(slots=True)
class VisitRef:
    """A visit as the run knows it: `label` is its name in the steps."""

    label: str
    owner: str
    place: str
    client: str
    visit_id: int
    bill_id: int
    currency: str
    lines: int = 1
    # Addresses handed out: link tokens, and the sessions whose pages the client has open in a tab.
    tokens: list[str] = field(default_factory=list)
    pages: list[str] = field(default_factory=list)
    seen_version: int | None = None


@dataclass
class World:
    """Everything that the actions need. `touched` is the label of the visit that the last step was about."""

    seed: int
    run: str
    clocks: Clocks
    sandbox: Sandbox
    points: Points
    stripe: Line
    twilio: Line
    whatsapp: Line
    mail_services: Line
    post: Post
    town: Town
    browser: Browser
    visits: dict[str, VisitRef] = field(default_factory=dict)
    requests: dict[str, Any] = field(default_factory=dict)
    # What people were told had worked: label of the request -> (visit, kind, minor units).
    done: dict[str, tuple[str, str, int]] = field(default_factory=dict)
    unsure: dict[str, tuple[str, str, int]] = field(default_factory=dict)
    facts: dict[str, Any] = field(default_factory=dict)

    @property
    def now(self) -> Any:
        return self.clocks.now()

    def house_of(self, visit: VisitRef) -> House:
        return self.town.houses[visit.owner]

    def place_of(self, visit: VisitRef) -> Place:
        return self.town.places[visit.place]

    def person(self, name: str, request: str = "") -> Actor:
        return replace(self.town.people[name], request_id=f"{self.run}-{request}" if request else "")

    def business_ids(self) -> list[int]:
        return [house.business.pk for house in self.town.houses.values()]

    def deliver(self, url: str, headers: Mapping[str, str], body: bytes) -> int:
        """A webhook or callback, through the product's own front door. 0 when the process died under it."""
        path = url.removeprefix(WEB)
        try:
            answer = self.browser.post(
                path, data=body, content_type=headers.get("Content-Type", "application/json"), headers=dict(headers)
            )
        except KilledError:
            self.facts["killed"] = True
            return 0
        if answer.status_code >= 500 and not self.points.fired:
            raise Violation("crash", f"a webhook was answered {answer.status_code}")
        return int(answer.status_code)


class _WorkerLog:
    """Stands in for the worker's log: what it swallows and did not expect, the run must hear of."""

    def __init__(self, expected: Callable[[BaseException | None], bool]) -> None:
        self._expected = expected

    def exception(self, event: str, **more: Any) -> None:
        import sys
        import traceback

        error = sys.exc_info()[1]
        if self._expected(error):
            return
        where = "".join(traceback.format_exception(error)[-6:]) if error else ""
        raise Violation("crash", f"the worker met {error!r} ({event} {more})\n{where}")

    def __getattr__(self, _name: str) -> Callable[..., None]:
        return lambda *_args, **_more: None


@contextmanager
def open_world(*, seed: int, run: str, start: int | None = None) -> Iterator[World]:
    """A fresh world on the database as it is: tables empty, or holding runs that are over."""
    clocks = Clocks(STARTS[(seed if start is None else start) % len(STARTS)])
    points = Points()
    held: list[World] = []

    def deliver(url: str, headers: Mapping[str, str], body: bytes) -> int:
        return held[0].deliver(url, headers, body)

    sandbox = Sandbox(clock=clocks.true, seed=seed, deliver=deliver)
    sandbox.stripe.directory.site.url = STRIPE
    services = ("stripe", "twilio", "whatsapp", "mail_services")
    lines = stripe, twilio, whatsapp, mail_services = [Line(sandbox, points, service) for service in services]
    post = Post(points)
    with ExitStack() as stack:
        for patch in _patches(clocks, points, post):
            stack.enter_context(patch)
        for url, line in zip((STRIPE, TWILIO, WHATSAPP, MAIL_SERVICES), lines, strict=True):
            stack.enter_context(http.mounted(url, line))
        cache.clear()
        town = settle_town(run=run, seed=seed, sandbox=sandbox, web=WEB, now=clocks.now())
        browser = Browser(raise_request_exception=False, headers={"host": "salon.sim"})
        world = World(seed, run, clocks, sandbox, points, stripe, twilio, whatsapp, mail_services, post, town, browser)
        held.append(world)
        yield world


def _patches(clocks: Clocks, points: Points, post: Post) -> list[Any]:
    """The product's clock, transactions, mail line and log; nothing of its own work."""

    def is_expected(error: BaseException | None) -> bool:
        return points.fired and type(error).__name__ == "OperationalError"

    no_sleep = mock.Mock(wraps=real_time)
    no_sleep.sleep = lambda _seconds: None
    return [
        mock.patch.object(clock, "now", clocks.now),
        mock.patch.object(locking, "transaction", points),
        mock.patch.object(locking, "time", no_sleep),
        mock.patch.dict(take_payment.start.__kwdefaults__, {"wait": lambda _seconds: None}),
        mock.patch.object(smtplib, "SMTP", post.connection),
        mock.patch.object(rounds, "_log", _WorkerLog(is_expected)),
        override_settings(
            QUITTANCE_STRIPE_API_URL=STRIPE,
            QUITTANCE_TWILIO_API_URL=TWILIO,
            QUITTANCE_WHATSAPP_API_URL=WHATSAPP,
            QUITTANCE_MAIL_SERVICES_API_URL=MAIL_SERVICES,
            QUITTANCE_BASE_URL=WEB,
            ALLOWED_HOSTS=[*settings.ALLOWED_HOSTS, "salon.sim"],
        ),
    ]

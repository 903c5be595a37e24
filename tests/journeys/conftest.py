"""Every journey ends with the books audited here and compared with the payment system's own."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage

from tests.journeys.ana import Ana, open_ana
from tests.journeys.camera import Camera, camera_from_environment
from tests.journeys.people import Desk, Phone
from tests.support.house import House

_FAILURES = Path(__file__).resolve().parents[2] / ".cache" / "journeys"
_OUTCOME = pytest.StashKey[bool]()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo[None]) -> Any:
    report = yield
    if report.when == "call":
        item.stash[_OUTCOME] = report.failed
    return report


class Watch:
    """What the browsers complain about on our pages. A refusal that a test provokes on purpose is named by it."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._refusals: set[int] = set()
        self.complaints: list[str] = []

    def expect_refusal(self, *statuses: int) -> None:
        self._refusals |= set(statuses)

    def hear(self, message: ConsoleMessage) -> None:
        where = message.location.get("url", "")
        if message.type != "error" or not where.startswith(self._url):
            return
        if not any(f"status of {status}" in message.text for status in self._refusals):
            self.complaints.append(f"{where}: {message.text}")


@pytest.fixture
def watch(house: House) -> Iterator[Watch]:
    watch = Watch(house.url)
    yield watch
    assert watch.complaints == [], "the browser's console shows errors"


NewContext = Callable[..., BrowserContext]


@pytest.fixture
def new_context(browser: Browser, watch: Watch, request: pytest.FixtureRequest) -> Iterator[NewContext]:
    """A browser of somebody's own: nothing is shared with the others."""
    opened: list[BrowserContext] = []

    def open_one(**options: Any) -> BrowserContext:
        settings = {"viewport": {"width": 1440, "height": 900}, "locale": "en-GB", "timezone_id": "Europe/Berlin"}
        context = browser.new_context(**{**settings, **options})
        context.set_default_timeout(10_000)
        context.on("console", watch.hear)
        context.on("weberror", lambda error: watch.complaints.append(str(error.error)))
        opened.append(context)
        return context

    yield open_one
    failed = request.node.stash.get(_OUTCOME, False)
    for number, page in enumerate(page for context in opened for page in context.pages):
        if failed:
            _FAILURES.mkdir(parents=True, exist_ok=True)
            page.screenshot(path=_FAILURES / f"{request.node.name}-{number}.png")
    for context in opened:
        context.close()


@pytest.fixture
def ana(house: House) -> Iterator[Ana]:
    ana = open_ana(house)
    yield ana
    ana.close_the_books()


@pytest.fixture
def desk(ana: Ana, new_context: NewContext) -> Desk:
    """Eva, the receptionist, logged in and looking at today's calendar."""
    context = new_context(permissions=["clipboard-read", "clipboard-write"])
    desk = Desk(context.new_page(), ana)
    desk.log_in()
    return desk


@pytest.fixture
def new_phone(ana: Ana, new_context: NewContext) -> Callable[..., Phone]:
    def open_one(**options: Any) -> Phone:
        context = new_context(**{"viewport": {"width": 360, "height": 740}, "has_touch": True, **options})
        return Phone(context.new_page(), ana)

    return open_one


@pytest.fixture
def phone(new_phone: Callable[..., Phone]) -> Phone:
    """Chloe's."""
    return new_phone()


@pytest.fixture
def camera() -> Camera:
    return camera_from_environment()

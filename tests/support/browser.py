"""A real Chromium for the journeys: one browser a run, one fresh profile a test."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext, Page

_PLACES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
# A test machine has no network: without these, Chromium calls its maker's hosts at every start.
_FLAGS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-dev-shm-usage",
]
_MISSING = "No Chromium here. Install Debian's package chromium (`apt-get install chromium`) or set QUITTANCE_CHROMIUM."


def chromium_path() -> str | None:
    given = os.environ.get("QUITTANCE_CHROMIUM")
    if given:
        return given
    return next((found for name in _PLACES if (found := shutil.which(name))), None)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    from playwright.sync_api import sync_playwright

    path = chromium_path()
    if path is None:
        pytest.fail(_MISSING, pytrace=False)
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=path, args=_FLAGS, headless=True)
        yield started
        started.close()


@pytest.fixture
def browser_context(browser: Browser, request: pytest.FixtureRequest) -> Iterator[BrowserContext]:
    """A desk of 1440 px; `console_errors` on it is asserted empty at the end of the test."""
    context = browser.new_context(viewport={"width": 1440, "height": 900}, locale="en-GB", timezone_id="Europe/Berlin")
    context.set_default_timeout(15_000)
    errors: list[str] = []
    context.on("console", lambda message: errors.append(message.text) if message.type == "error" else None)
    context.on("weberror", lambda error: errors.append(str(error.error)))
    yield context
    keep = os.environ.get("QUITTANCE_SCREENSHOTS")
    if keep:
        for number, page in enumerate(context.pages):
            page.screenshot(path=str(Path(keep) / f"{request.node.name}-{number}.png"), full_page=True)
    context.close()
    allowed = request.node.get_closest_marker("allow_console")
    if allowed is None:
        assert errors == [], "the browser's console shows errors"


@pytest.fixture
def page(browser_context: BrowserContext) -> Page:
    return browser_context.new_page()

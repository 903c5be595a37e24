"""What goes over the wire to a real browser, and to whom."""

from __future__ import annotations

from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.ana import Ana
from tests.journeys.conftest import NewContext
from tests.journeys.people import Desk

pytestmark = pytest.mark.journey

PAY_PAGE_BYTES = 30 * 1024
FIRST_DESK_BYTES = 250 * 1024
LATER_DESK_BYTES = 30 * 1024


class Wire:
    """Bytes as they were transferred, headers with them, and the hosts that were asked."""

    def __init__(self, page: Page) -> None:
        self.received = 0
        self.hosts: set[str] = set()
        line = page.context.new_cdp_session(page)
        line.send("Network.enable")
        line.on("Network.loadingFinished", self._count)
        page.on("request", lambda request: self.hosts.add(urlsplit(request.url).netloc))

    def _count(self, event: dict[str, float]) -> None:
        self.received += int(event["encodedDataLength"])

    def since(self) -> int:
        taken, self.received = self.received, 0
        return taken


@pytest.mark.row("C11")
def test_the_pay_page_is_small_and_asks_nobody_else(ana: Ana, new_context: NewContext):
    address = ana.link(ana.visit())
    page = new_context(viewport={"width": 360, "height": 740}).new_page()
    wire = Wire(page)
    page.goto(address, wait_until="networkidle")
    expect(page.locator(".due-amount")).to_be_visible()
    assert 0 < wire.since() <= PAY_PAGE_BYTES
    assert wire.hosts == {urlsplit(ana.house.url).netloc}
    moved = page.evaluate(
        """() => new Promise(done => {
          let sum = 0;
          new PerformanceObserver(list => list.getEntries().forEach(one => { sum += one.value; }))
            .observe({ type: 'layout-shift', buffered: true });
          setTimeout(() => done(sum), 300);
        })"""
    )
    assert moved == 0
    assert page.context.cookies() == []


@pytest.mark.row("B1", "B2")
def test_the_desk_loads_little_at_first_and_less_later(ana: Ana, desk: Desk, new_context: NewContext):
    visit = ana.visit()
    page = new_context(storage_state=desk.page.context.storage_state()).new_page()
    wire = Wire(page)
    page.goto(ana.house.at("/calendar"), wait_until="networkidle")
    assert 0 < wire.since() <= FIRST_DESK_BYTES
    page.locator(".visit-card").click()
    expect(page.locator("#visit")).to_be_visible()
    page.wait_for_load_state("networkidle")
    assert 0 < wire.since() <= LATER_DESK_BYTES
    page.goto(ana.house.at(f"/visits/{visit.pk}?tab=checkout"), wait_until="networkidle")
    assert 0 < wire.since() <= LATER_DESK_BYTES
    assert wire.hosts == {urlsplit(ana.house.url).netloc}

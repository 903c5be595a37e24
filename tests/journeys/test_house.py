"""The house itself stands: a real browser reaches web and sandbox, and the worker beats."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.support.house import House

pytestmark = pytest.mark.journey


@pytest.mark.row("M2")
def test_web_worker_and_sandbox_answer_a_real_browser(house: House, page: Page):
    assert page.request.get(house.at("/healthz")).json()["status"] == "ok"
    page.goto(house.sandbox.url + "/phone")
    expect(page.get_by_role("heading", name="Phones and mailboxes")).to_be_visible()
    for _ in range(100):
        response = page.request.get(house.at("/readyz"))
        if response.status == 200:
            break
        page.wait_for_timeout(100)
    assert response.json()["checks"]["worker"] == {"ok": True, "text": "The worker is at work."}

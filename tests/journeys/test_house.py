"""The house itself stands: a real browser reaches web and sandbox, and the worker beats."""

from __future__ import annotations

import json
import time

import pytest
from playwright.sync_api import Page

from tests.support.house import House

pytestmark = pytest.mark.journey


@pytest.mark.row("M2")
def test_web_worker_and_sandbox_answer_a_real_browser(house: House, page: Page):
    page.goto(house.at("/healthz"))
    assert json.loads(page.inner_text("body"))["status"] == "ok"
    page.goto(house.sandbox.url + "/phone")
    assert "Phones" in page.title() or page.get_by_role("heading").first.is_visible()
    deadline = time.monotonic() + 10
    while time.monotonic() < deadline:
        response = page.request.get(house.at("/readyz"))
        if response.status == 200:
            break
        time.sleep(0.1)
    assert response.json()["checks"]["worker"] == {"ok": True, "text": "The worker is at work."}

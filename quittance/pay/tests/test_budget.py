"""The pay page's budget: 30 KB over the wire, with everything it loads, nothing from elsewhere."""

from __future__ import annotations

import gzip
import re
from pathlib import Path

import pytest
from django.conf import settings
from django.test import Client as Browser

from tests.support.salon import Salon

pytestmark = pytest.mark.django_db
BUDGET_BYTES = 30 * 1024


def on_the_wire(address: str) -> int:
    """The compressed copy that the server hands out, or the file where it has none."""
    path = Path(settings.ASSETS_DIR).parents[1] / address.removeprefix("/static/")
    compressed = path.with_name(path.name + ".gz")
    return (compressed if compressed.exists() else path).stat().st_size


@pytest.mark.row("C11")
@pytest.mark.parametrize("language", ["en", "de"])
def test_the_whole_pay_page_fits_its_budget(at_salon: Salon, language: str):
    business = at_salon.business
    business.cancellation_policy = business.refund_policy = "Free of charge until 24 hours before the visit. " * 20
    business.save()
    token = at_salon.link(at_salon.visit())
    browser = Browser()

    page = browser.get(f"/p/{token}?lang={language}").content
    loaded = set(re.findall(r'(?:src|href)="(/static/[^"#]+)', page.decode()))

    assert {address.rsplit(".", 1)[-1] for address in loaded} == {"css", "js", "svg"}
    assert len(gzip.compress(page)) + sum(map(on_the_wire, loaded)) <= BUDGET_BYTES


@pytest.mark.row("C11")
def test_nothing_is_loaded_from_other_hosts_and_no_font_at_all(at_salon: Salon):
    page = Browser().get(f"/p/{at_salon.link(at_salon.visit())}").content.decode()

    assert re.findall(r'(?:src|srcset|action)="(?!/)[^"]*"', page) == []
    assert re.findall(r'<link[^>]+href="(?!/)[^"]*"', page) == []
    assert ".woff" not in page


@pytest.mark.row("C11")
def test_the_pay_page_works_without_its_script(at_salon: Salon):
    page = Browser().get(f"/p/{at_salon.link(at_salon.visit())}").content.decode()
    form = re.search(r"<form[^>]+>.*?</form>", page, re.DOTALL)

    assert form is not None
    assert 'method="post"' in form.group()
    assert 'type="submit"' in form.group()
    assert re.findall(r"<script[^>]*>", page) == re.findall(r'<script type="module"[^>]* src="[^"]+"[^>]*>', page)

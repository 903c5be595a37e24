"""The pay page's budget: 30 KB over the wire, with everything it loads, nothing from elsewhere."""

from __future__ import annotations

import gzip
import random
import re
from io import BytesIO
from pathlib import Path

import pytest
from django.conf import settings
from django.test import Client as Browser
from PIL import Image

from quittance.businesses import look
from quittance.documents.logo_image import read_logo
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
def test_the_page_fits_its_budget_in_its_business_s_look_too(at_salon: Salon):
    """With a logo of nothing but noise, which no format makes small."""
    logo = read_logo(picture_of_noise())
    business = at_salon.business
    look.change_logo(
        business=business, key=logo.key, png=logo.png, width=logo.width, height=logo.height, now=at_salon.now
    )
    business.accent = "#1a4ca3"
    business.save()
    browser = Browser()

    page = browser.get(f"/p/{at_salon.link(at_salon.visit())}?lang=de").content
    loaded = set(re.findall(r'(?:src|href)="(/(?:static|look)/[^"#]+)', page.decode()))
    ours = [address for address in loaded if address.startswith("/look/")]

    assert {address.rsplit(".", 1)[-1] for address in ours} == {"css", "png"}
    weight = sum(len(gzip.compress(browser.get(address).content)) for address in ours)
    weight += sum(on_the_wire(address) for address in loaded if address not in ours)
    assert len(gzip.compress(page)) + weight <= BUDGET_BYTES


def picture_of_noise() -> bytes:
    file = BytesIO()
    Image.frombytes("RGB", (400, 110), random.Random(7).randbytes(400 * 110 * 3)).save(file, "PNG")
    return file.getvalue()


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

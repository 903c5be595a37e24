"""The stylesheet of a business's colour and its logo, as client pages load them."""

from __future__ import annotations

import pytest
from django.test import Client as Browser

from quittance.businesses.models import Logo
from quittance.core.colour import contrast
from tests.support.salon import Salon

pytestmark = pytest.mark.django_db
KEY = "f0e1" * 8


def test_a_colour_has_one_address_and_what_cannot_be_read_has_none() -> None:
    browser = Browser()
    sheet = browser.get("/look/1a4ca3.css")
    assert sheet.status_code == 200
    assert sheet["Content-Type"] == "text/css; charset=utf-8"
    assert sheet["Cache-Control"] == "public, max-age=31536000, immutable"
    text = sheet.content.decode()
    assert text.startswith(":root{--q-accent:#1a4ca3;") and text.count("{") == text.count("}")
    dark = text.split('[data-theme="dark"]{--q-accent:')[1][:7]
    assert contrast(dark, "#191d23") >= 4.5
    for odd in ("1A4CA3", "ffd400", "red", "1a4ca", "1a4ca3-", "1a4ca3aa"):
        assert browser.get(f"/look/{odd}.css").status_code == 404
        assert browser.get(f"/look/{odd}/preview.css").status_code == 404
    assert b".look-sample" in browser.get("/look/1a4ca3/preview.css").content
    assert b":root" not in browser.get("/look/1a4ca3/preview.css").content


def test_a_logo_is_a_picture_and_nothing_else(at_salon: Salon) -> None:
    Logo.objects.create(business=at_salon.business, key=KEY, png=b"\x89PNG and so on", made_at=at_salon.now)
    answer = Browser().get(f"/look/{KEY}.png")
    assert answer.content == b"\x89PNG and so on"
    assert answer["Content-Type"] == "image/png"
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert "default-src 'none'" in answer["Content-Security-Policy"]
    assert answer["Cross-Origin-Resource-Policy"] == "same-origin"
    assert "immutable" in answer["Cache-Control"]
    assert not answer.cookies
    assert Browser().get(f"/look/{'b' * 32}.png").status_code == 404


def test_the_pay_page_wears_the_look_of_its_business_for_no_query_more(
    at_salon: Salon, django_assert_max_num_queries
) -> None:
    business = at_salon.business
    token = at_salon.link(at_salon.visit())
    bare = Browser().get(f"/p/{token}").content.decode()
    assert "/look/" not in bare and 'class="monogram"' in bare
    business.accent, business.logo_key, business.logo_width, business.logo_height = "#1a4ca3", KEY, 176, 88
    business.save()
    with django_assert_max_num_queries(5):
        page = Browser(headers={"user-agent": "Mozilla/5.0"}).get(f"/p/{token}").content.decode()
    assert '<link rel="stylesheet"' in page and "/look/1a4ca3.css" in page
    assert f'src="/look/{KEY}.png"' in page and 'width="176"' in page
    assert page.index("/static/") < page.index("/look/1a4ca3.css"), "ours must come first, to be overruled"
    assert 'class="monogram"' not in page and "style=" not in page

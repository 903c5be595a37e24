from __future__ import annotations

import pytest
from django.template.loader import render_to_string
from django.test import RequestFactory, override_settings

from quittance.ui.gallery import gallery


@pytest.mark.parametrize("name", ["400", "403", "403_csrf", "404", "500"])
def test_an_error_page_needs_no_request_and_says_what_to_do(name):
    page = render_to_string(f"{name}.html")

    assert "<h1>" in page
    assert 'name="robots" content="noindex, nofollow"' in page
    assert "Traceback" not in page


@override_settings(ROOT_URLCONF="quittance.ui.gallery")
def test_the_gallery_draws_every_component():
    page = gallery(RequestFactory().get("/_gallery")).content.decode()

    for word in ["Copy payment link", "status-badge", "timeline", "tab-list", "chip", "drawer-panel", "toasts"]:
        assert word in page


@override_settings(ROOT_URLCONF="quittance.ui.gallery")
def test_the_frame_of_the_desk_draws_only_entries_that_exist():
    page = gallery(RequestFactory().get("/_gallery")).content.decode()

    assert page.count('class="rail-link"') == 3
    assert 'aria-current="page"' in page
    assert 'type="search"' not in page

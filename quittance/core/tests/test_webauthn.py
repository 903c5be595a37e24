from __future__ import annotations

import pytest

from quittance.core.webauthn import NotProvedError, claimed_id, question_for_known, site_at


@pytest.mark.parametrize(
    ("address", "host", "origin", "possible"),
    [
        ("https://pay.salon.example", "pay.salon.example", "https://pay.salon.example", True),
        ("https://Pay.Salon.example:443/quittance/", "pay.salon.example", "https://pay.salon.example", True),
        ("https://pay.salon.example:8443", "pay.salon.example", "https://pay.salon.example:8443", True),
        ("http://localhost:8000", "localhost", "http://localhost:8000", True),
        ("http://pay.salon.example", "pay.salon.example", "http://pay.salon.example", False),
        ("https://192.0.2.7", "192.0.2.7", "https://192.0.2.7", False),
        ("", "", "://", False),
    ],
)
def test_the_site_is_the_configured_address_as_browsers_write_it(address: str, host: str, origin: str, possible: bool):
    site = site_at(address)
    assert (site.host, site.origin, site.can_have_passkeys) == (host, origin, possible)


def test_a_question_at_the_log_in_page_names_nobody():
    question = question_for_known(site=site_at("https://pay.salon.example"), challenge="A" * 43)
    assert question["rpId"] == "pay.salon.example"
    assert question["userVerification"] == "required"
    assert "allowCredentials" not in question


def test_an_answer_that_is_too_long_is_not_even_read():
    with pytest.raises(NotProvedError, match="longer"):
        claimed_id(answer="[" * 40_000)
    assert claimed_id(answer='{"rawId": "abc"}') == "abc"
    assert claimed_id(answer='{"rawId": ["abc"]}') == ""

"""Opening an account at its payment system: keys as they were typed, or a sentence why not."""

from __future__ import annotations

import pytest

from quittance.core.secret import UndecipherableError
from quittance.flows._systems import open_system
from quittance.payment_systems import registry
from quittance.payment_systems.fake import FAKE_LISTING
from quittance.payment_systems.port import MisconfiguredError

pytestmark = pytest.mark.django_db


class Held:
    """Stands for an encrypted column that opens to `text`, or not at all."""

    def __init__(self, text):
        self.text = text

    def reveal(self):
        if self.text is None:
            raise UndecipherableError("no key of the ring opens it")
        return self.text


@pytest.fixture
def opened(salon):
    """What the adapter was opened with."""
    seen = []

    def opener(credentials, base_url, timeout_seconds):
        seen.append((dict(credentials), base_url))
        return salon.bank.open(credentials, base_url, timeout_seconds)

    registry.register(FAKE_LISTING, opener)
    return seen


def account_with(salon, text):
    salon.account.__dict__["credentials"] = Held(text)
    return salon.account


@pytest.mark.parametrize(
    ("text", "credentials"),
    [
        ("", {}),
        ('{"secret_key": "sk_1"}', {"secret_key": "sk_1"}),
        ('{"signing_secrets": ["one", 2], "port": 587}', {"signing_secrets": ["one", "2"], "port": "587"}),
    ],
)
def test_keys_are_handed_over_as_they_were_typed(salon, opened, text, credentials):
    open_system(account_with(salon, text))
    assert opened == [(credentials, None)]


@pytest.mark.parametrize("text", [None, "not json", "[1, 2]", '"text"'])
def test_keys_that_cannot_be_read_are_told_and_nothing_is_opened(salon, opened, text):
    with pytest.raises(MisconfiguredError, match="cannot be read; enter them again"):
        open_system(account_with(salon, text))
    assert opened == []


def test_only_the_sandbox_s_address_replaces_the_system_s_own(salon, opened, settings):
    settings.QUITTANCE_FAKE_API_URL = "http://127.0.0.1:9"
    open_system(account_with(salon, "{}"))
    assert opened == [({}, "http://127.0.0.1:9")]

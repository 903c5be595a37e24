"""Ana's salon and Dan's, and the fakes that both work with."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from quittance.core import clock
from quittance.flows.audit_books import assert_books
from quittance.message_channels.fake import fake_channels
from quittance.payment_systems.fake import FakeBank
from tests.attacks.world import Place, furnish
from tests.support.salon import open_salon, refuse_open_transaction


@pytest.fixture
def ana(db: None, bank: FakeBank, monkeypatch: pytest.MonkeyPatch) -> Iterator[Place]:
    with fake_channels() as fakes:
        fakes.email.on_call = fakes.sms.on_call = refuse_open_transaction
        salon = open_salon(bank)
        bank._now = lambda: salon.now
        monkeypatch.setattr(clock, "now", lambda: salon.now)
        yield furnish(salon, "Ana")
        assert_books(now=salon.now)


@pytest.fixture
def dan(ana: Place, bank: FakeBank) -> Place:
    return furnish(open_salon(bank, owner="Dan"), "Dan")

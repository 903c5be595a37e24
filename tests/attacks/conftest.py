"""Ana's salon and Dan's, and the fakes that both work with.

They are furnished once for the tests of a file, in a transaction that stays open around them; each test gets a copy
of what stands in memory, and its own writes are rolled back to where it began. A file whose tests commit for good,
or open a business of their own, says `COMMITS = True` and furnishes anew for each test.
"""

from __future__ import annotations

import copy
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from unittest import mock

import pytest
from django.db import transaction

from quittance.core import clock
from quittance.flows.audit_books import assert_books
from quittance.message_channels.fake import fake_channels
from quittance.payment_systems import registry
from quittance.payment_systems.fake import FAKE_LISTING, FakeBank
from tests.attacks.world import Place, furnish
from tests.support.salon import START, open_salon, refuse_open_transaction


@dataclass(frozen=True, slots=True)
class Furnished:
    """Both businesses as they are found by each test, and the bank that they have accounts with."""

    bank: FakeBank
    ana: Place
    dan: Place | None


@pytest.fixture(scope="module")
def furnished(
    request: pytest.FixtureRequest, django_db_setup: None, django_db_blocker: Any
) -> Iterator[Furnished | None]:
    if getattr(request.module, "COMMITS", False):
        yield None
        return
    with django_db_blocker.unblock(), _undone_in_the_end():
        with mock.patch.object(clock, "now", return_value=START), fake_channels():
            bank = _bank()
            registry.register(FAKE_LISTING, bank.open)
            try:
                made = Furnished(bank, furnish(open_salon(bank), "Ana"), furnish(open_salon(bank, owner="Dan"), "Dan"))
            finally:
                registry.unregister("fake")
        yield made


@pytest.fixture
def found(
    furnished: Furnished | None, db: None, bank: FakeBank, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Furnished]:
    with fake_channels() as fakes:
        fakes.email.on_call = fakes.sms.on_call = refuse_open_transaction
        held: list[Furnished] = []

        def now() -> datetime:
            return held[0].ana.salon.now if held else START

        monkeypatch.setattr(clock, "now", now)
        held.append(_copied(furnished, bank) if furnished else Furnished(bank, furnish(open_salon(bank), "Ana"), None))
        bank._now = now
        yield held[0]
        assert_books(now=now())


@pytest.fixture
def ana(found: Furnished) -> Place:
    return found.ana


@pytest.fixture
def dan(found: Furnished, bank: FakeBank) -> Place:
    return found.dan if found.dan is not None else furnish(open_salon(bank, owner="Dan"), "Dan")


def _bank() -> FakeBank:
    bank = FakeBank(now=lambda: START)
    bank.on_call = refuse_open_transaction
    return bank


def _copied(furnished: Furnished, bank: FakeBank) -> Furnished:
    """`bank` becomes what the furnished one is; its counters go on, so nothing is numbered twice."""
    memo: dict[int, Any] = {id(furnished.bank): bank}
    for value in vars(furnished.bank).values():
        if type(value).__module__ == "itertools":
            memo[id(value)] = value
    own = copy.deepcopy(vars(furnished.bank), memo)
    vars(bank).update(own)
    return Furnished(bank, copy.deepcopy(furnished.ana, memo), copy.deepcopy(furnished.dan, memo))


@contextmanager
def _undone_in_the_end() -> Iterator[None]:
    """A transaction around many tests; it counts as theirs, so that none takes it for one of the product's."""
    around = transaction.atomic()
    around._from_testcase = True  # type: ignore[attr-defined]
    with around:
        yield
        transaction.set_rollback(True)

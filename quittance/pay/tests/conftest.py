from __future__ import annotations

import pytest

from quittance.core import clock
from tests.support.salon import Salon


@pytest.fixture(autouse=True)
def only_client_pages(settings):
    settings.ROOT_URLCONF = "quittance.pay.tests.urls_alone"


@pytest.fixture
def at_salon(salon: Salon, monkeypatch: pytest.MonkeyPatch) -> Salon:
    """The salon, and a web clock that shows its time."""
    monkeypatch.setattr(clock, "now", lambda: salon.now)
    return salon

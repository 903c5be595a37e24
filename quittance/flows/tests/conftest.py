from __future__ import annotations

from collections.abc import Iterator

import pytest

from quittance.flows.tests.post_office import PostOffice, open_post_office
from tests.support.salon import Salon


@pytest.fixture
def office(salon: Salon) -> Iterator[PostOffice]:
    with open_post_office(salon) as office:
        yield office

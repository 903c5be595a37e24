from collections.abc import Iterator

import pytest

from quittance.sandbox.tests.support import Shop


@pytest.fixture
def shop() -> Iterator[Shop]:
    opened = Shop()
    with opened.sandbox:
        yield opened

from __future__ import annotations

from collections.abc import Iterator

import pytest

from quittance.message_channels.mail_services.tests.benches import SLUGS, ServiceBench
from quittance.sandbox import Sandbox


@pytest.fixture(params=SLUGS)
def bench(request: pytest.FixtureRequest) -> Iterator[ServiceBench]:
    with Sandbox(deliver=lambda _url, _headers, _body: 200) as sandbox:
        yield ServiceBench(sandbox, request.param)

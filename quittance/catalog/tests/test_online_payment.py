"""F2: which status holds when a service and a person have different ones."""

from __future__ import annotations

import pytest

from quittance.businesses.online_payment import OnlinePayment, OnlinePaymentRule
from quittance.catalog.online_payment import effective_status

R, A, N = OnlinePayment.REQUIRED, OnlinePayment.AVAILABLE, OnlinePayment.NOT_AVAILABLE
FIRST, STRICTEST = OnlinePaymentRule.NOT_AVAILABLE_FIRST, OnlinePaymentRule.STRICTEST


@pytest.mark.row("F2")
@pytest.mark.parametrize(
    ("service", "staff", "first", "strictest"),
    [
        (R, R, R, R),
        (R, A, R, R),
        (R, N, N, R),
        (A, R, R, R),
        (A, A, A, A),
        (A, N, N, A),
        (N, R, N, R),
        (N, A, N, A),
        (N, N, N, N),
    ],
)
def test_every_pair_under_both_rules(
    service: OnlinePayment, staff: OnlinePayment, first: OnlinePayment, strictest: OnlinePayment
) -> None:
    assert effective_status(service=service, staff=staff, rule=FIRST) is first
    assert effective_status(service=service, staff=staff, rule=STRICTEST) is strictest

"""The words of credit lines: they stand on the client's papers, in the client's language."""

from __future__ import annotations

import pytest
from django.utils.translation import override

from quittance.bills.credits import _NAMES, _name
from quittance.bills.models import Bill
from quittance.businesses.models import Location
from quittance.clients.models import Client


@pytest.mark.row("I1")
@pytest.mark.parametrize("reason", _NAMES)
def test_every_reason_has_its_german_word(reason: str) -> None:
    bill = Bill(client=Client(language="de"), location=Location(language="en"))
    with override("en"):
        german = _name(bill, reason)
    assert german != _NAMES[reason]


def test_a_bill_without_a_client_speaks_the_locations_language() -> None:
    assert _name(Bill(client=None, location=Location(language="de")), "refund") == "Erstattung"
    assert _name(Bill(client=None, location=Location(language="en")), "refund") == "Refund"

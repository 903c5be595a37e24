"""A receipt survives being stored and read again."""

import json

import pytest

from quittance.documents.receipt import ReceiptDocument, ReceiptLine, SnapshotError, TaxRow


def a_receipt(**changes: object) -> ReceiptDocument:
    plain: dict[str, object] = {
        "number": "2026-000042",
        "date_text": "26 Nov 2026",
        "time_text": "14:05",
        "currency": "EUR",
        "business_name": "Salon Ana",
        "legal_name": "Ana Ruiz Friseur GmbH",
        "legal_address": "Torstraße 1, 10119 Berlin",
        "tax_number": "DE123456789",
        "location_name": "Mitte",
        "location_address": "Torstraße 1, 10119 Berlin",
        "client_name": "Chloe Martin",
        "total_minor": 6000,
        "amount_minor": 6000,
        "tender_label": "Visa ·4242",
        "lines": (ReceiptLine(name="Cut and blow-dry", quantity=1, gross_minor=6000, tax_name="19 %"),),
        "tax_rows": (TaxRow(name="19 %", net_minor=5042, tax_minor=958, gross_minor=6000),),
    }
    return ReceiptDocument(**{**plain, **changes})  # type: ignore[arg-type]


def test_a_receipt_read_back_from_json_equals_the_one_that_was_stored() -> None:
    receipt = a_receipt(given_minor=7000, cancels_number="2026-000041", language="de")
    stored = json.loads(json.dumps(receipt.as_json()))
    assert ReceiptDocument.from_json(stored) == receipt


def test_a_receipt_of_the_first_release_is_read_as_a_receipt() -> None:
    stored = a_receipt().as_json()
    for added in ("kind", "refers_to_number", "excess_minor", "unused_minor", "overpaid_minor", "came_late"):
        del stored[added]
    assert ReceiptDocument.from_json(stored) == a_receipt()
    assert not ReceiptDocument.from_json(stored).is_credit_note


def test_fields_that_later_versions_added_do_not_stop_an_older_reader() -> None:
    assert ReceiptDocument.from_json({**a_receipt().as_json(), "tip_minor": 5}) == a_receipt()


@pytest.mark.parametrize(
    ("change", "named"),
    [({"amount_minor": "60"}, "amount_minor"), ({"lines": "none"}, "lines"), ({"total_minor": True}, "total_minor")],
)
def test_a_damaged_snapshot_is_refused_naming_the_field(change: dict[str, object], named: str) -> None:
    with pytest.raises(SnapshotError, match=named):
        ReceiptDocument.from_json({**a_receipt().as_json(), **change})


def test_a_snapshot_without_its_number_is_refused() -> None:
    stored = a_receipt().as_json()
    del stored["number"]
    with pytest.raises(SnapshotError, match="number"):
        ReceiptDocument.from_json(stored)


def test_a_line_without_an_amount_is_refused() -> None:
    stored = a_receipt().as_json()
    stored["lines"] = [{"name": "Cut"}]
    with pytest.raises(SnapshotError, match="gross_minor"):
        ReceiptDocument.from_json(stored)


def test_change_is_what_was_given_above_the_amount() -> None:
    assert a_receipt(given_minor=7000).change_minor == 1000
    assert a_receipt().change_minor is None


def test_amounts_are_written_in_the_receipts_language() -> None:
    assert a_receipt(language="de").money_text(6000) == "60,00\u00a0€"
    assert a_receipt(language="en").money_text(6000) == "€60.00"

"""The printed receipt: readable in many scripts, quick, and deaf to what names would like it to do."""

import json
from io import BytesIO

import pytest
from PIL import Image

from quittance.documents.labels import RECEIPT_LABELS, labels_for
from quittance.documents.receipt import ReceiptDocument, ReceiptLine, TaxRow
from quittance.documents.receipt_pdf import _as_printed, receipt_pdf
from quittance.documents.tests.test_inert import HOSTILE
from quittance.documents.tests.test_receipt import a_receipt


def test_a_receipt_is_a_tagged_pdf_for_screen_readers() -> None:
    pdf = receipt_pdf(a_receipt())
    assert pdf.startswith(b"%PDF-")
    assert b"pdfuaid" in pdf


def test_a_logo_and_a_colour_stand_on_it_and_it_stays_readable_aloud() -> None:
    file = BytesIO()
    Image.new("RGBA", (176, 88), "#0b5d6b").save(file, "PNG")
    pdf = receipt_pdf(a_receipt(accent="#1a4ca3"), logo=file.getvalue())
    assert b"pdfuaid" in pdf
    assert b"/Subtype/Image" in pdf.replace(b" ", b"")
    assert b"/Subtype/Image" not in receipt_pdf(a_receipt()).replace(b" ", b"")


def test_the_same_receipt_is_the_same_file() -> None:
    assert receipt_pdf(a_receipt()) == receipt_pdf(a_receipt())


@pytest.mark.parametrize(
    "name",
    [
        "محمد الأمين",
        "王小明",
        "田中さくら",
        "김민준",
        "Зоя Коваль",
        "Ελένη",
        "דנה לוי",
        "प्रिया",
        "สมชาย",
        "Անի",
        "ნინო",
    ],
)
def test_names_of_many_scripts_are_drawn_by_the_shipped_fonts(name: str) -> None:
    # PDF/UA refuses a character without a glyph; staying PDF/UA proves that every character has one.
    assert b"pdfuaid" in receipt_pdf(a_receipt(client_name=name))


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_names_are_placed_as_text_and_never_evaluated(name: str) -> None:
    receipt = a_receipt(
        client_name=name,
        business_name=name or "x",
        lines=(ReceiptLine(name=name, quantity=1, gross_minor=6000, tax_name=name),),
    )
    assert receipt_pdf(receipt).startswith(b"%PDF-")


def test_a_character_that_no_font_has_still_gives_a_receipt() -> None:
    assert receipt_pdf(a_receipt(client_name="Chloe 🦄")).startswith(b"%PDF-")


def test_a_cancellation_says_which_receipt_it_cancels() -> None:
    printed = _as_printed(a_receipt(cancels_number="2026-000041", language="de"))
    assert printed["heading"] == "Stornobeleg"
    assert printed["subject_lines"] == ["Storniert den Beleg 2026-000041"]
    assert printed["payments"][0][0] == "Storniert · Visa ·4242"


def test_cash_shows_what_was_given_and_what_went_back_and_what_is_still_due() -> None:
    printed = _as_printed(a_receipt(amount_minor=5000, given_minor=7000, remaining_minor=1000, tender_label="Cash"))
    assert printed["payments"] == [
        ("Paid · Cash", "€50.00"),
        ("Cash given", "€70.00"),
        ("Change", "€20.00"),
        ("Still due", "€10.00"),
    ]


@pytest.mark.row("I1")
def test_money_that_came_too_late_or_is_too_much_is_called_so() -> None:
    late = _as_printed(a_receipt(total_minor=0, overpaid_minor=6000, came_late=True))
    assert late["payments"] == [("Paid · Visa ·4242", "€60.00"), ("Paid too much", "€60.00")]
    assert late["note"] == "This payment arrived after the visit was cancelled."


def a_credit_note(**changes: object) -> ReceiptDocument:
    plain: dict[str, object] = {
        "kind": "credit_note",
        "number": "CN-000001",
        "refers_to_number": "000042",
        "total_minor": 4000,
        "amount_minor": 4000,
        "lines": (ReceiptLine(name="Refund", quantity=1, gross_minor=4000, tax_name="19 %"),),
        "tax_rows": (TaxRow(name="19 %", net_minor=3361, tax_minor=639, gross_minor=4000),),
    }
    return a_receipt(**{**plain, **changes})


@pytest.mark.row("I1", "H1")
def test_a_credit_note_says_what_was_credited_its_tax_and_where_the_money_went() -> None:
    printed = _as_printed(a_credit_note())
    assert printed["heading"] == "Credit note"
    assert (printed["number"], printed["subject_lines"]) == ("CN-000001", ["Refers to receipt 000042"])
    assert [(row["name"], row["tax_name"], row["amount"]) for row in printed["lines"]] == [("Refund", "19 %", "€40.00")]
    assert (printed["total"], printed["payments"]) == ("€40.00", [("Refunded · Visa ·4242", "€40.00")])
    assert printed["tax_rows"] == [["19 %", "€33.61", "€6.39", "€40.00"]]
    assert printed["note"] == ""


@pytest.mark.row("I1")
def test_returning_an_overpayment_is_named_and_shows_no_tax() -> None:
    printed = _as_printed(a_credit_note(lines=(), tax_rows=(), excess_minor=4000, language="de"))
    assert printed["heading"] == "Erstattungsbeleg"
    assert printed["lines"] == [
        {"name": "Erstattung einer Überzahlung", "quantity": "", "tax_name": "", "amount": "40,00\u00a0€"}
    ]
    assert printed["tax_rows"] == []
    assert printed["note"] == "Die Rückgabe von zu viel Gezahltem ändert weder den Preis noch seine Steuern."


def test_both_parts_of_a_refund_stand_on_the_credit_note() -> None:
    printed = _as_printed(a_credit_note(total_minor=5500, amount_minor=5500, excess_minor=1000, unused_minor=500))
    assert [row["name"] for row in printed["lines"]] == [
        "Refund",
        "Refund of an overpayment",
        "Refund of a payment that was for nothing",
    ]


@pytest.mark.row("I1")
@pytest.mark.parametrize("language", ["en", "de"])
def test_a_credit_note_of_a_refund_that_failed_is_cancelled_on_paper(language: str) -> None:
    cancelling = a_credit_note(number="CN-000002", cancels_number="CN-000001", language=language)
    printed = _as_printed(cancelling)
    words = labels_for(language)
    assert printed["heading"] == words["credit_note_cancellation"]
    assert printed["subject_lines"] == [f"{words['cancels_credit_note']} CN-000001", words["not_refunded"]]
    assert printed["payments"] == [(f"{words['cancelled']} · Visa ·4242", cancelling.money_text(4000))]


@pytest.mark.parametrize("language", ["en", "de"])
def test_a_credit_note_is_as_readable_as_a_receipt(language: str) -> None:
    assert b"pdfuaid" in receipt_pdf(a_credit_note(language=language, excess_minor=100))


def test_the_words_of_a_country_are_those_of_its_language() -> None:
    assert labels_for("de-AT") is RECEIPT_LABELS["de"]
    assert labels_for("xx") is RECEIPT_LABELS["en"]


def test_an_odd_language_code_does_not_stop_the_printer() -> None:
    assert receipt_pdf(a_receipt(language="x-klingon")).startswith(b"%PDF-")


def test_a_receipt_of_a_hundred_lines_goes_over_several_pages() -> None:
    lines = tuple(ReceiptLine(name=f"Wash {n}", quantity=1, gross_minor=60, tax_name="19 %") for n in range(100))
    assert b"/Count 3" in receipt_pdf(a_receipt(lines=lines))


def test_what_is_printed_is_plain_json() -> None:
    assert json.loads(json.dumps(_as_printed(a_receipt())))["total"] == "€60.00"

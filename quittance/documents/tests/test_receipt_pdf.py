"""The printed receipt: readable in many scripts, quick, and deaf to what names would like it to do."""

import json

import pytest

from quittance.documents.receipt import ReceiptLine
from quittance.documents.receipt_labels import LABELS, labels_for
from quittance.documents.receipt_pdf import _as_printed, receipt_pdf
from quittance.documents.tests.test_inert import HOSTILE
from quittance.documents.tests.test_receipt import a_receipt


def test_a_receipt_is_a_tagged_pdf_for_screen_readers() -> None:
    pdf = receipt_pdf(a_receipt())
    assert pdf.startswith(b"%PDF-")
    assert b"pdfuaid" in pdf


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
    assert printed["cancels_text"] == "Storniert den Beleg 2026-000041"
    assert printed["payments"][0][0] == "Storniert · Visa ·4242"


def test_cash_shows_what_was_given_and_what_went_back_and_what_is_still_due() -> None:
    printed = _as_printed(a_receipt(amount_minor=5000, given_minor=7000, remaining_minor=1000, tender_label="Cash"))
    assert printed["payments"] == [
        ("Paid · Cash", "€50.00"),
        ("Cash given", "€70.00"),
        ("Change", "€20.00"),
        ("Still due", "€10.00"),
    ]


def test_every_language_has_every_word() -> None:
    assert {tuple(sorted(words)) for words in LABELS.values()} == {tuple(sorted(LABELS["en"]))}
    assert labels_for("de-AT") is LABELS["de"]
    assert labels_for("xx") is LABELS["en"]


def test_an_odd_language_code_does_not_stop_the_printer() -> None:
    assert receipt_pdf(a_receipt(language="x-klingon")).startswith(b"%PDF-")


def test_a_receipt_of_a_hundred_lines_goes_over_several_pages() -> None:
    lines = tuple(ReceiptLine(name=f"Wash {n}", quantity=1, gross_minor=60, tax_name="19 %") for n in range(100))
    assert b"/Count 3" in receipt_pdf(a_receipt(lines=lines))


def test_what_is_printed_is_plain_json() -> None:
    assert json.loads(json.dumps(_as_printed(a_receipt())))["total"] == "€60.00"

"""Papers in every language: their words are in the file, every sign has a glyph, and nothing runs backwards."""

from __future__ import annotations

import re
import zlib
from datetime import date

import pytest

from quittance.core.money import Money
from quittance.documents.gift_card_pdf import GiftCardDocument, gift_card_pdf
from quittance.documents.labels import RECEIPT_LABELS, gift_card_labels_for, labels_for
from quittance.documents.receipt_pdf import _as_printed, receipt_pdf
from quittance.documents.tests.test_receipt import a_receipt

LANGUAGES = sorted(RECEIPT_LABELS)


def letters_in(pdf: bytes) -> set[str]:
    """What the fonts in the file say that their glyphs stand for: what a reader's search and voice go by."""
    found: set[str] = set()
    for stream in re.finditer(rb"stream\r?\n(.*?)\r?\nendstream", pdf, re.DOTALL):
        try:
            text = zlib.decompress(stream.group(1))
        except zlib.error:
            continue
        if b"beginbfchar" in text or b"beginbfrange" in text:
            for letters in re.findall(rb"<[0-9a-fA-F]{2,4}>\s*<([0-9a-fA-F]+)>", text):
                found |= set(bytes.fromhex(letters.decode()).decode("utf-16-be"))
    return found


def missing_letters(pdf: bytes, words: list[str]) -> set[str]:
    return {letter for word in words for letter in word if letter.isalnum()} - letters_in(pdf)


@pytest.mark.row("I1", "C11")
@pytest.mark.parametrize("language", LANGUAGES)
def test_a_receipt_holds_its_words_and_every_sign_has_a_glyph(language: str) -> None:
    document = a_receipt(language=language, given_minor=7000, remaining_minor=1000, client_name="Chloe Müller")
    words = labels_for(language)
    pdf = receipt_pdf(document)
    said = [words[key] for key in ("title", "number", "item", "quantity", "tax", "amount", "total", "given", "change")]
    assert b"pdfuaid" in pdf
    assert missing_letters(pdf, [*said, document.client_name, document.money_text(6000)]) == set()


@pytest.mark.row("I1", "C11")
@pytest.mark.parametrize("language", LANGUAGES)
def test_a_credit_note_holds_its_words_and_every_sign_has_a_glyph(language: str) -> None:
    document = a_receipt(language=language, kind="credit_note", refers_to_number="000042", excess_minor=1000)
    words = labels_for(language)
    pdf = receipt_pdf(document)
    said = [words[key] for key in ("credit_note", "refers", "excess", "refunded", "same_price")]
    assert b"pdfuaid" in pdf
    assert missing_letters(pdf, said) == set()


@pytest.mark.row("G1", "C11")
@pytest.mark.parametrize("language", LANGUAGES)
def test_a_gift_card_holds_its_words_and_every_sign_has_a_glyph(language: str) -> None:
    pdf = gift_card_pdf(
        GiftCardDocument(
            business_name="Ana's Salon",
            nominal=Money(5000, "EUR"),
            code="2345-EFGH-JKLM-NPQR",
            last_date=date(2027, 11, 26),
            language=language,
            location_phone="+49 30 555000",
        )
    )
    assert b"pdfuaid" in pdf
    assert missing_letters(pdf, [*gift_card_labels_for(language).values(), "2345EFGHJKLMNPQR"]) == set()


@pytest.mark.row("C11")
def test_on_an_arabic_receipt_numbers_and_latin_names_stand_alone() -> None:
    printed = _as_printed(a_receipt(language="ar", client_name="Chloe Martin", tax_number="12-345"))
    assert printed["number"] == "\u20682026-000042\u2069"
    assert printed["about"][0] == ("العميل", "\u2068Chloe Martin\u2069")
    assert printed["sender_lines"][-1] == "الرقم الضريبي: \u206812-345\u2069"
    assert printed["payments"][0][0] == "مدفوع · \u2068Visa ·4242\u2069"
    assert printed["issued"].count("،") == 1


@pytest.mark.row("C11")
def test_a_name_brings_no_wall_of_its_own_onto_paper() -> None:
    printed = _as_printed(a_receipt(language="ar", client_name="Chloe\u2069\u202e\u2068 Martin"))
    assert printed["about"][0][1] == "\u2068Chloe Martin\u2069"

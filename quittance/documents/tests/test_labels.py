from __future__ import annotations

import pytest

from quittance.documents.labels import GIFT_CARD_LABELS, RECEIPT_LABELS
from quittance.documents.receipt_pdf import receipt_pdf
from quittance.documents.tests.test_receipt import a_receipt

# Words of papers that a language shares with English, read and found right.
SAME_AS_ENGLISH = {
    "de": {"code", "patient"},
    "es": {"total"},
    "fr": {"client", "code", "date", "patient"},
    "nl": {"code"},
    "pt": {"total"},
}


@pytest.mark.parametrize("labels", [RECEIPT_LABELS, GIFT_CARD_LABELS])
def test_every_language_has_every_word_of_papers(labels: dict[str, dict[str, str]]) -> None:
    for language, words in labels.items():
        assert set(words) == set(labels["en"]), language
        assert all(word.strip() for word in words.values()), language


@pytest.mark.parametrize("language", [language for language in RECEIPT_LABELS if language != "en"])
def test_no_word_of_papers_stays_english(language: str) -> None:
    english = RECEIPT_LABELS["en"] | {f"card {key}": word for key, word in GIFT_CARD_LABELS["en"].items()}
    theirs = RECEIPT_LABELS[language] | {f"card {key}": word for key, word in GIFT_CARD_LABELS[language].items()}
    same = {key.removeprefix("card ") for key, word in theirs.items() if word == english[key]}
    assert same == SAME_AS_ENGLISH.get(language, set())


@pytest.mark.parametrize("language", RECEIPT_LABELS)
def test_the_fonts_have_every_sign_of_every_language(language: str) -> None:
    """PDF/UA forbids a sign that no font has: a receipt with one would come out as a plain PDF."""
    assert b"pdfuaid" in receipt_pdf(a_receipt(language=language))

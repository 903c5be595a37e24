"""The printed words of papers, a file for each language; English stands in where a language is missing."""

from __future__ import annotations

from typing import Final

from quittance.core.language_files import language_files

_FILES: Final = language_files(__name__, __path__)
RECEIPT_LABELS: Final[dict[str, dict[str, str]]] = {code: file.RECEIPT for code, file in _FILES.items()}
GIFT_CARD_LABELS: Final[dict[str, dict[str, str]]] = {code: file.GIFT_CARD for code, file in _FILES.items()}
# A language whose posters are not written yet has none.
QR_POSTER_LABELS: Final[dict[str, dict[str, str]]] = {
    code: file.QR_POSTER for code, file in _FILES.items() if hasattr(file, "QR_POSTER")
}


def labels_for(language: str) -> dict[str, str]:
    """The words of `de-AT` are those of `de`."""
    return RECEIPT_LABELS.get(_base(language), RECEIPT_LABELS["en"])


def gift_card_labels_for(language: str) -> dict[str, str]:
    return GIFT_CARD_LABELS.get(_base(language), GIFT_CARD_LABELS["en"])


def _base(language: str) -> str:
    return language.replace("_", "-").split("-")[0].lower()

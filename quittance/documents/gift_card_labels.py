"""The printed words of gift cards, by language."""

from __future__ import annotations

from typing import Final

GIFT_CARD_LABELS: Final[dict[str, dict[str, str]]] = {
    "en": {
        "title": "Gift card",
        "code": "Code",
        "until": "Good until",
        "hint": (
            "Give the code at the desk, or type it where you pay online. "
            "Whoever has the code can use the card: keep it safe."
        ),
    },
    "de": {
        "title": "Gutschein",
        "code": "Code",
        "until": "Gültig bis",
        "hint": (
            "Nennen Sie den Code am Empfang, oder geben Sie ihn beim Bezahlen im Internet ein. "
            "Wer den Code hat, kann den Gutschein einlösen: Bewahren Sie ihn gut auf."
        ),
    },
}

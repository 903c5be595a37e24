"""The printed words beside a desk's QR code, by language. No service is named: clinics use them too."""

from __future__ import annotations

from typing import Final

QR_POSTER_LABELS: Final[dict[str, dict[str, str]]] = {
    "en": {
        "title": "Pay with your phone",
        "scan": "Scan the code with your camera",
        "check": "Check that it is your visit",
        "pay": "Pay and keep the receipt",
        "foot": "No app and no account needed",
        "qr": "QR code of the page where visits are paid",
    },
    "de": {
        "title": "Mit dem Handy bezahlen",
        "scan": "Code mit der Kamera scannen",
        "check": "Prüfen, ob es Ihr Termin ist",
        "pay": "Bezahlen und Beleg behalten",
        "foot": "Ohne App und ohne Konto",
        "qr": "QR-Code der Seite, auf der Termine bezahlt werden",
    },
}

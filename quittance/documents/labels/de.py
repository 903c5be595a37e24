"""The printed words of receipts, credit notes and gift cards in German."""

from __future__ import annotations

from typing import Final

RECEIPT: Final = {
    "title": "Beleg",
    "cancellation": "Stornobeleg",
    "cancels": "Storniert den Beleg",
    "number": "Nr.",
    "date": "Datum",
    "client": "Kunde",
    "patient": "Patient",
    "visit": "Termin",
    "item": "Leistung",
    "quantity": "Menge",
    "tax": "Steuer",
    "amount": "Betrag",
    "total": "Summe",
    "tax_included": "Preise enthalten die Steuer.",
    "net": "Netto",
    "gross": "Brutto",
    "rate": "Satz",
    "paid": "Bezahlt",
    "cancelled": "Storniert",
    "given": "Bar gegeben",
    "change": "Rückgeld",
    "remaining": "Noch offen",
    "tax_number": "Steuernummer",
    "credit_note": "Erstattungsbeleg",
    "credit_note_cancellation": "Storno eines Erstattungsbelegs",
    "refers": "Zum Beleg",
    "cancels_credit_note": "Storniert den Erstattungsbeleg",
    "not_refunded": "Die Erstattung ist nicht zustande gekommen.",
    "refunded": "Erstattet",
    "excess": "Erstattung einer Überzahlung",
    "unused": "Erstattung einer Zahlung ohne Leistung",
    "overpaid": "Zu viel bezahlt",
    "came_late": "Diese Zahlung kam an, nachdem der Termin abgesagt war.",
    "same_price": "Die Rückgabe von zu viel Gezahltem ändert weder den Preis noch seine Steuern.",
}
GIFT_CARD: Final = {
    "title": "Gutschein",
    "code": "Code",
    "until": "Gültig bis",
    "hint": (
        "Nennen Sie den Code am Empfang, oder geben Sie ihn beim Bezahlen im Internet ein. "
        "Wer den Code hat, kann den Gutschein einlösen: Bewahren Sie ihn gut auf."
    ),
}

QR_POSTER: Final = {
    "title": "Mit dem Handy bezahlen",
    "scan": "Code mit der Kamera scannen",
    "check": "Prüfen, ob es Ihr Termin ist",
    "pay": "Bezahlen und Beleg behalten",
    "foot": "Ohne App und ohne Konto",
    "qr": "QR-Code der Seite, auf der Termine bezahlt werden",
}

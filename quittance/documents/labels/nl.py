"""The printed words of receipts, credit notes and gift cards in Dutch."""

from __future__ import annotations

from typing import Final

RECEIPT: Final = {
    "title": "Bon",
    "cancellation": "Annulering van bon",
    "cancels": "Annuleert bon",
    "number": "Nr.",
    "date": "Datum",
    "client": "Klant",
    "patient": "Patiënt",
    "visit": "Afspraak",
    "item": "Omschrijving",
    "quantity": "Aantal",
    "tax": "Btw",
    "amount": "Bedrag",
    "total": "Totaal",
    "tax_included": "Prijzen zijn inclusief btw.",
    "net": "Excl. btw",
    "gross": "Incl. btw",
    "rate": "Tarief",
    "paid": "Betaald",
    "cancelled": "Geannuleerd",
    "given": "Contant ontvangen",
    "change": "Wisselgeld",
    "remaining": "Nog te betalen",
    "tax_number": "Btw-nummer",
    "credit_note": "Creditnota",
    "credit_note_cancellation": "Annulering van creditnota",
    "refers": "Betreft bon",
    "cancels_credit_note": "Annuleert creditnota",
    "not_refunded": "De terugbetaling is niet gelukt.",
    "refunded": "Terugbetaald",
    "excess": "Terugbetaling van te veel betaald bedrag",
    "unused": "Terugbetaling van een betaling zonder dienst",
    "overpaid": "Te veel betaald",
    "came_late": "Deze betaling kwam binnen nadat de afspraak was geannuleerd.",
    "same_price": "Terugbetalen van wat te veel betaald is, verandert noch de prijs, noch de btw.",
}
GIFT_CARD: Final = {
    "title": "Cadeaubon",
    "code": "Code",
    "until": "Geldig tot en met",
    "hint": (
        "Noem de code aan de balie of vul hem in als u online betaalt. "
        "Wie de code heeft, kan de bon gebruiken: bewaar hem goed."
    ),
}
QR_POSTER: Final = {
    "title": "Betaal met uw telefoon",
    "scan": "Scan de code met uw camera",
    "check": "Controleer of het uw afspraak is",
    "pay": "Betaal en bewaar de bon",
    "foot": "Geen app en geen account nodig",
    "qr": "QR-code van de pagina waarop afspraken worden betaald",
}

"""The printed words of receipts and credit notes, by language; English stands in where a language is missing."""

from __future__ import annotations

from typing import Final

LABELS: Final[dict[str, dict[str, str]]] = {
    "en": {
        "title": "Receipt",
        "cancellation": "Cancellation of receipt",
        "cancels": "This cancels receipt",
        "number": "No.",
        "date": "Date",
        "client": "Client",
        "visit": "Visit",
        "item": "Item",
        "quantity": "Qty",
        "tax": "Tax",
        "amount": "Amount",
        "total": "Total",
        "tax_included": "Prices include tax.",
        "net": "Net",
        "gross": "Gross",
        "rate": "Rate",
        "paid": "Paid",
        "cancelled": "Cancelled",
        "given": "Cash given",
        "change": "Change",
        "remaining": "Still due",
        "tax_number": "Tax number",
        "credit_note": "Credit note",
        "credit_note_cancellation": "Cancellation of credit note",
        "refers": "Refers to receipt",
        "cancels_credit_note": "This cancels credit note",
        "not_refunded": "The refund did not go through.",
        "refunded": "Refunded",
        "excess": "Refund of an overpayment",
        "unused": "Refund of a payment that was for nothing",
        "same_price": "Returning what was paid too much changes neither the price nor its taxes.",
    },
    "de": {
        "title": "Beleg",
        "cancellation": "Stornobeleg",
        "cancels": "Storniert den Beleg",
        "number": "Nr.",
        "date": "Datum",
        "client": "Kunde",
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
        "same_price": "Die Rückgabe von zu viel Gezahltem ändert weder den Preis noch seine Steuern.",
    },
}


def labels_for(language: str) -> dict[str, str]:
    """The words of `de-AT` are those of `de`."""
    return LABELS.get(language.replace("_", "-").split("-")[0].lower(), LABELS["en"])

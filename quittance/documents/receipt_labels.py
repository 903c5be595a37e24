"""The printed words of a receipt, by language; English stands in where a language is missing."""

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
    },
}


def labels_for(language: str) -> dict[str, str]:
    """The words of `de-AT` are those of `de`."""
    return LABELS.get(language.replace("_", "-").split("-")[0].lower(), LABELS["en"])

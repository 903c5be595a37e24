"""The printed words of receipts, credit notes and gift cards in Polish."""

from __future__ import annotations

from typing import Final

RECEIPT: Final = {
    "title": "Pokwitowanie",
    "cancellation": "Anulowanie pokwitowania",
    "cancels": "Anuluje pokwitowanie",
    "number": "Nr",
    "date": "Data",
    "client": "Klient",
    "patient": "Pacjent",
    "visit": "Wizyta",
    "item": "Usługa",
    "quantity": "Ilość",
    "tax": "Podatek",
    "amount": "Kwota",
    "total": "Razem",
    "tax_included": "Ceny zawierają podatek.",
    "net": "Netto",
    "gross": "Brutto",
    "rate": "Stawka",
    "paid": "Zapłacono",
    "cancelled": "Anulowano",
    "given": "Gotówka otrzymana",
    "change": "Reszta",
    "remaining": "Pozostaje do zapłaty",
    "tax_number": "Numer podatkowy",
    "credit_note": "Potwierdzenie zwrotu",
    "credit_note_cancellation": "Anulowanie potwierdzenia zwrotu",
    "refers": "Dotyczy pokwitowania",
    "cancels_credit_note": "Anuluje potwierdzenie zwrotu",
    "not_refunded": "Zwrot nie doszedł do skutku.",
    "refunded": "Zwrócono",
    "excess": "Zwrot nadpłaty",
    "unused": "Zwrot płatności bez świadczenia",
    "overpaid": "Nadpłata",
    "came_late": "Ta płatność dotarła po odwołaniu wizyty.",
    "same_price": "Zwrot nadpłaty nie zmienia ceny ani podatku.",
}
GIFT_CARD: Final = {
    "title": "Karta podarunkowa",
    "code": "Kod",
    "until": "Ważna do",
    "hint": (
        "Kod można podać w recepcji albo wpisać przy płatności online. Kto ma kod, może użyć karty: "
        "prosimy dobrze go strzec."
    ),
}
QR_POSTER: Final = {
    "title": "Zapłać telefonem",
    "scan": "Zeskanuj kod aparatem telefonu",
    "check": "Sprawdź, czy to właściwa wizyta",
    "pay": "Zapłać i zachowaj pokwitowanie",
    "foot": "Bez aplikacji i bez konta",
    "qr": "Kod QR strony, na której płaci się za wizyty",
}

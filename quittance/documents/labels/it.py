"""The printed words of receipts, credit notes, gift cards and desk QR codes in Italian."""

from __future__ import annotations

from typing import Final

RECEIPT: Final = {
    "title": "Ricevuta",
    "cancellation": "Annullamento di ricevuta",
    "cancels": "Annulla la ricevuta",
    "number": "N.",
    "date": "Data",
    "client": "Cliente",
    "patient": "Paziente",
    "visit": "Appuntamento",
    "item": "Descrizione",
    "quantity": "Qtà",
    "tax": "IVA",
    "amount": "Importo",
    "total": "Totale",
    "tax_included": "Prezzi IVA inclusa.",
    "net": "Imponibile",
    "gross": "Totale",
    "rate": "Aliquota",
    "paid": "Pagato",
    "cancelled": "Annullato",
    "given": "Contanti ricevuti",
    "change": "Resto",
    "remaining": "Ancora da pagare",
    "tax_number": "Partita IVA",
    "credit_note": "Ricevuta di rimborso",
    "credit_note_cancellation": "Annullamento di ricevuta di rimborso",
    "refers": "Relativa alla ricevuta",
    "cancels_credit_note": "Annulla la ricevuta di rimborso",
    "not_refunded": "Il rimborso non è andato a buon fine.",
    "refunded": "Rimborsato",
    "excess": "Rimborso di un pagamento in eccesso",
    "unused": "Rimborso di un pagamento senza prestazione",
    "overpaid": "Pagato in eccesso",
    "came_late": "Questo pagamento è arrivato dopo l’annullamento dell’appuntamento.",
    "same_price": "La restituzione di quanto pagato in eccesso non modifica né il prezzo né l’IVA.",
}
GIFT_CARD: Final = {
    "title": "Buono regalo",
    "code": "Codice",
    "until": "Valido fino al",
    "hint": (
        "Comunichi il codice alla reception oppure lo inserisca quando paga online. "
        "Chi ha il codice può usare il buono: lo conservi con cura."
    ),
}
QR_POSTER: Final = {
    "title": "Paghi con il telefono",
    "scan": "Inquadri il codice con la fotocamera",
    "check": "Verifichi che sia il Suo appuntamento",
    "pay": "Paghi e conservi la ricevuta",
    "foot": "Senza app e senza account",
    "qr": "Codice QR della pagina in cui si pagano gli appuntamenti",
}

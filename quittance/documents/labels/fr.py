"""The printed words of receipts, credit notes, gift cards and desk QR codes in French."""

from __future__ import annotations

from typing import Final

RECEIPT: Final = {
    "title": "Reçu",
    "cancellation": "Annulation d’un reçu",
    "cancels": "Annule le reçu",
    "number": "N°",
    "date": "Date",
    "client": "Client",
    "patient": "Patient",
    "visit": "Rendez-vous",
    "item": "Désignation",
    "quantity": "Qté",
    "tax": "TVA",
    "amount": "Montant",
    "total": "Total TTC",
    "tax_included": "Les prix s’entendent TTC.",
    "net": "HT",
    "gross": "TTC",
    "rate": "Taux",
    "paid": "Payé",
    "cancelled": "Annulé",
    "given": "Espèces reçues",
    "change": "Monnaie rendue",
    "remaining": "Reste à payer",
    "tax_number": "N° de TVA",
    "credit_note": "Justificatif de remboursement",
    "credit_note_cancellation": "Annulation d’un justificatif de remboursement",
    "refers": "Concerne le reçu",
    "cancels_credit_note": "Annule le justificatif de remboursement",
    "not_refunded": "Le remboursement n’a pas abouti.",
    "refunded": "Remboursé",
    "excess": "Remboursement d’un trop-perçu",
    "unused": "Remboursement d’un paiement sans prestation",
    "overpaid": "Trop-perçu",
    "came_late": "Ce paiement est arrivé après l’annulation du rendez-vous.",
    "same_price": "Le remboursement d’un trop-perçu ne modifie ni le prix ni la TVA.",
}
GIFT_CARD: Final = {
    "title": "Carte cadeau",
    "code": "Code",
    "until": "Valable jusqu’au",
    "hint": (
        "Présentez le code à l’accueil ou saisissez-le lors du paiement en ligne. "
        "Toute personne qui a le code peut utiliser la carte\u202f: conservez-le en lieu sûr."
    ),
}
QR_POSTER: Final = {
    "title": "Payez avec votre téléphone",
    "scan": "Scannez le code avec l’appareil photo",
    "check": "Vérifiez qu’il s’agit de votre rendez-vous",
    "pay": "Payez et gardez votre reçu",
    "foot": "Sans application ni compte",
    "qr": "QR code de la page où se paient les rendez-vous",
}

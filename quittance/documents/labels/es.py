"""The printed words of receipts, credit notes, gift cards and desk QR codes in Spanish."""

from __future__ import annotations

from typing import Final

RECEIPT: Final = {
    "title": "Recibo",
    "cancellation": "Anulación de recibo",
    "cancels": "Anula el recibo",
    "number": "N.º",
    "date": "Fecha",
    "client": "Cliente",
    "patient": "Paciente",
    "visit": "Cita",
    "item": "Concepto",
    "quantity": "Cant.",
    "tax": "Impuesto",
    "amount": "Importe",
    "total": "Total",
    "tax_included": "Precios con impuestos incluidos.",
    "net": "Base imponible",
    "gross": "Total",
    "rate": "Tipo",
    "paid": "Pagado",
    "cancelled": "Anulado",
    "given": "Efectivo entregado",
    "change": "Cambio",
    "remaining": "Pendiente de pago",
    "tax_number": "NIF",
    "credit_note": "Comprobante de reembolso",
    "credit_note_cancellation": "Anulación de comprobante de reembolso",
    "refers": "Corresponde al recibo",
    "cancels_credit_note": "Anula el comprobante de reembolso",
    "not_refunded": "El reembolso no se ha podido realizar.",
    "refunded": "Reembolsado",
    "excess": "Reembolso de un pago en exceso",
    "unused": "Reembolso de un pago sin servicio",
    "overpaid": "Pagado en exceso",
    "came_late": "Este pago llegó después de cancelarse la cita.",
    "same_price": "La devolución de lo pagado en exceso no cambia ni el precio ni sus impuestos.",
}
GIFT_CARD: Final = {
    "title": "Tarjeta regalo",
    "code": "Código",
    "until": "Válida hasta el",
    "hint": (
        "Indique el código en recepción o introdúzcalo al pagar en línea. "
        "Quien tenga el código puede usar la tarjeta: guárdelo bien."
    ),
}
QR_POSTER: Final = {
    "title": "Pague con el móvil",
    "scan": "Escanee el código con la cámara",
    "check": "Compruebe que es su cita",
    "pay": "Pague y guarde el recibo",
    "foot": "Sin aplicación ni cuenta",
    "qr": "Código QR de la página donde se pagan las citas",
}

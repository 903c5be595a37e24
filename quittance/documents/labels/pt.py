"""The printed words of receipts, credit notes, gift cards and desk QR codes in Portuguese."""

from __future__ import annotations

from typing import Final

RECEIPT: Final = {
    "title": "Recibo",
    "cancellation": "Anulação de recibo",
    "cancels": "Anula o recibo",
    "number": "N.º",
    "date": "Data",
    "client": "Cliente",
    "patient": "Paciente",
    "visit": "Marcação",
    "item": "Descrição",
    "quantity": "Qtd.",
    "tax": "IVA",
    "amount": "Valor",
    "total": "Total",
    "tax_included": "Preços com IVA incluído.",
    "net": "Valor sem IVA",
    "gross": "Valor com IVA",
    "rate": "Taxa",
    "paid": "Pago",
    "cancelled": "Anulado",
    "given": "Numerário entregue",
    "change": "Troco",
    "remaining": "Ainda por pagar",
    "tax_number": "NIF",
    "credit_note": "Recibo de reembolso",
    "credit_note_cancellation": "Anulação de recibo de reembolso",
    "refers": "Refere-se ao recibo",
    "cancels_credit_note": "Anula o recibo de reembolso",
    "not_refunded": "O reembolso não foi concluído.",
    "refunded": "Reembolsado",
    "excess": "Reembolso de um pagamento em excesso",
    "unused": "Reembolso de um pagamento sem serviço",
    "overpaid": "Pago em excesso",
    "came_late": "Este pagamento chegou depois de a marcação ter sido cancelada.",
    "same_price": "A devolução do que foi pago em excesso não altera o preço nem o IVA.",
}
GIFT_CARD: Final = {
    "title": "Cartão-presente",
    "code": "Código",
    "until": "Válido até",
    "hint": (
        "Indique o código na receção ou introduza-o ao pagar online. "
        "Quem tiver o código pode usar o cartão: guarde-o bem."
    ),
}
QR_POSTER: Final = {
    "title": "Pague com o telemóvel",
    "scan": "Leia o código com a câmara",
    "check": "Confirme que é a sua marcação",
    "pay": "Pague e guarde o recibo",
    "foot": "Sem aplicação e sem conta",
    "qr": "Código QR da página onde se pagam as marcações",
}

"""The printed words of receipts, credit notes and gift cards in Russian."""

from __future__ import annotations

from typing import Final

RECEIPT: Final = {
    "title": "Квитанция",
    "cancellation": "Аннулирование квитанции",
    "cancels": "Аннулирует квитанцию",
    "number": "№",
    "date": "Дата",
    "client": "Клиент",
    "patient": "Пациент",
    "visit": "Визит",
    "item": "Услуга",
    "quantity": "Кол-во",
    "tax": "Налог",
    "amount": "Сумма",
    "total": "Итого",
    "tax_included": "Цены включают налог.",
    "net": "Без налога",
    "gross": "С налогом",
    "rate": "Ставка",
    "paid": "Оплачено",
    "cancelled": "Аннулировано",
    "given": "Получено наличными",
    "change": "Сдача",
    "remaining": "Осталось оплатить",
    "tax_number": "Налоговый номер",
    "credit_note": "Квитанция о возврате",
    "credit_note_cancellation": "Аннулирование квитанции о возврате",
    "refers": "К квитанции",
    "cancels_credit_note": "Аннулирует квитанцию о возврате",
    "not_refunded": "Возврат не состоялся.",
    "refunded": "Возвращено",
    "excess": "Возврат переплаты",
    "unused": "Возврат платежа без услуги",
    "overpaid": "Переплата",
    "came_late": "Этот платёж поступил после отмены визита.",
    "same_price": "Возврат переплаты не меняет ни цену, ни налог.",
}
GIFT_CARD: Final = {
    "title": "Подарочная карта",
    "code": "Код",
    "until": "Действует до",
    "hint": (
        "Назовите код на стойке или введите его при онлайн-оплате. Воспользоваться картой может любой, у "
        "кого есть код: храните его."
    ),
}

"""The printed words of receipts, credit notes and gift cards in Ukrainian."""

from __future__ import annotations

from typing import Final

RECEIPT: Final = {
    "title": "Квитанція",
    "cancellation": "Анулювання квитанції",
    "cancels": "Анулює квитанцію",
    "number": "№",
    "date": "Дата",
    "client": "Клієнт",
    "patient": "Пацієнт",
    "visit": "Візит",
    "item": "Послуга",
    "quantity": "К-сть",
    "tax": "Податок",
    "amount": "Сума",
    "total": "Разом",
    "tax_included": "Ціни містять податок.",
    "net": "Без податку",
    "gross": "З податком",
    "rate": "Ставка",
    "paid": "Сплачено",
    "cancelled": "Анульовано",
    "given": "Отримано готівкою",
    "change": "Решта",
    "remaining": "Залишилося сплатити",
    "tax_number": "Податковий номер",
    "credit_note": "Квитанція про повернення",
    "credit_note_cancellation": "Анулювання квитанції про повернення",
    "refers": "До квитанції",
    "cancels_credit_note": "Анулює квитанцію про повернення",
    "not_refunded": "Повернення не відбулося.",
    "refunded": "Повернено",
    "excess": "Повернення переплати",
    "unused": "Повернення платежу без послуги",
    "overpaid": "Переплата",
    "came_late": "Цей платіж надійшов після скасування візиту.",
    "same_price": "Повернення переплати не змінює ні ціни, ні податку.",
}
GIFT_CARD: Final = {
    "title": "Подарункова картка",
    "code": "Код",
    "until": "Діє до",
    "hint": (
        "Назвіть код на рецепції або введіть його під час онлайн-оплати. Скористатися карткою може "
        "кожен, хто має код: зберігайте його."
    ),
}

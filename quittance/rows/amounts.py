"""An amount within a sentence, as whoever reads it now writes it."""

from __future__ import annotations

from django.utils.translation import get_language

from quittance.core.locale_format import format_money
from quittance.core.money import Money


def amount_words(amount: Money) -> str:
    """`70,00 €` where German is spoken, `€70.00` in English."""
    return format_money(amount, get_language() or "en")

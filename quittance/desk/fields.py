"""What people type at the desk: amounts, discounts, quantities; each says in a sentence what to type instead."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from quittance.core.money import AmountError, Money, parse_amount

_LONGEST = 30


class AmountField(forms.CharField):
    """Cleans to Money, or None when it may be left empty."""

    def __init__(self, *, currency: str, allow_zero: bool = False, **options: Any) -> None:
        widget = forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off", "maxlength": _LONGEST})
        super().__init__(max_length=_LONGEST, **{"widget": widget, **options})
        self.currency = currency
        self.allow_zero = allow_zero
        self.error_messages["required"] = _("Type an amount.")

    def clean(self, value: object) -> Money | None:
        text = super().clean(value)
        if not text:
            return None
        try:
            amount = parse_amount(text, self.currency)
        except AmountError as error:
            raise ValidationError(str(error)) from None
        if amount.minor < 0 or (amount.is_zero and not self.allow_zero):
            raise ValidationError(_("Type an amount above zero."))
        return amount


@dataclass(frozen=True, slots=True)
class Discount:
    """One of the two is zero; both are where there is none."""

    ppm: int = 0
    minor: int = 0


class DiscountField(forms.CharField):
    """`10 %` or an amount; empty means none."""

    def __init__(self, *, currency: str, **options: Any) -> None:
        widget = forms.TextInput(attrs={"inputmode": "text", "autocomplete": "off", "maxlength": _LONGEST})
        super().__init__(max_length=_LONGEST, required=False, **{"widget": widget, **options})
        self.currency = currency

    def clean(self, value: object) -> Discount:
        text = super().clean(value)
        if not text:
            return Discount()
        if text.endswith("%"):
            return Discount(ppm=_percent_ppm(text.removesuffix("%").strip()))
        try:
            amount = parse_amount(text, self.currency)
        except AmountError:
            raise ValidationError(_("Type the discount as 10 % or as an amount, for example 5.00.")) from None
        if amount.minor < 0:
            raise ValidationError(_("A discount cannot be below zero. Change the price instead."))
        return Discount(minor=amount.minor)


def _percent_ppm(text: str) -> int:
    if not re.fullmatch(r"[0-9]{1,3}(?:[.,][0-9]{1,4})?", text):
        raise ValidationError(_("Type the percentage in digits, for example 10 %."))
    try:
        ppm = int(Decimal(text.replace(",", ".")) * 10_000)
    except InvalidOperation:
        raise ValidationError(_("Type the percentage in digits, for example 10 %.")) from None
    if ppm > 1_000_000:
        raise ValidationError(_("A discount is at most 100 %."))
    return ppm


def typed_amount(amount: Money) -> str:
    """The amount as a person would type it, for the field's first value."""
    return f"{amount.decimal:f}"


def typed_percent(ppm: int) -> str:
    """`10 %`, `12.5 %`."""
    return f"{(Decimal(ppm) / 10_000).normalize():f} %"

"""What people type at the desk: amounts, discounts, quantities; each says in a sentence what to type instead."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any, Final

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from quittance.core.money import AmountError, Money, parse_amount

_LONGEST = 30
# Days that a calendar can be asked for; beyond them no clock of a place can be read any more.
EARLIEST_DAY: Final = date(2000, 1, 1)
LATEST_DAY: Final = date(2199, 12, 31)
_LARGEST_ID: Final = 10**18


def row_id(text: str) -> int | None:
    """The number of a row as a page of ours writes it; None for anything else."""
    return int(text) if text.isascii() and text.isdigit() and len(text) <= 18 else None


class RowField(forms.IntegerField):
    """A row that is chosen from a list; a number that no row has is answered like one that is no number."""

    def clean(self, value: Any) -> int | None:
        chosen: int | None = super().clean(value)
        if chosen is not None and not 0 < chosen <= _LARGEST_ID:
            raise ValidationError(self.error_messages["invalid"])
        return chosen


class DayField(forms.DateField):
    """A day that a calendar can show."""

    def __init__(self, **options: Any) -> None:
        super().__init__(input_formats=["%Y-%m-%d"], **options)

    def clean(self, value: Any) -> date | None:
        day: date | None = super().clean(value)
        if day is not None and not EARLIEST_DAY <= day <= LATEST_DAY:
            raise ValidationError(self.error_messages["invalid"])
        return day


class AmountField(forms.CharField):
    """Cleans to Money, or None when it may be left empty."""

    def __init__(self, *, currency: str, allow_zero: bool = False, **options: Any) -> None:
        widget = forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off", "maxlength": _LONGEST})
        super().__init__(max_length=_LONGEST, **{"widget": widget, **options})
        self.currency = currency
        self.allow_zero = allow_zero
        self.error_messages["required"] = gettext_lazy("Type an amount.")

    def clean(self, value: object) -> Money | None:
        text = super().clean(value)
        if not text:
            return None
        try:
            amount = parse_amount(text, self.currency)
        except AmountError as error:
            raise ValidationError(_(str(error))) from None
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
        hint = gettext_lazy("10 % or 5.00")
        widget = forms.TextInput(attrs={"placeholder": hint, "autocomplete": "off", "maxlength": _LONGEST})
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


class PercentField(forms.CharField):
    """`19`, `8.875 %`; cleans to millionths."""

    def __init__(self, **options: Any) -> None:
        widget = forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off", "maxlength": _LONGEST})
        super().__init__(max_length=_LONGEST, **{"widget": widget, **options})
        self.error_messages["required"] = gettext_lazy("Type a percentage, for example 19 %.")

    def clean(self, value: object) -> int:
        text = str(super().clean(value)).removesuffix("%").strip()
        if not re.fullmatch(r"[0-9]{1,3}(?:[.,][0-9]{1,4})?", text):
            raise ValidationError(_("Type the percentage in digits, for example 19 % or 8.875 %."))
        ppm = int(Decimal(text.replace(",", ".")) * 10_000)
        if ppm > 1_000_000:
            raise ValidationError(_("A percentage is at most 100 %."))
        return ppm


def typed_amount(amount: Money) -> str:
    """The amount as a person would type it, for the field's first value."""
    return f"{amount.decimal:f}"


def typed_percent(ppm: int) -> str:
    """`10 %`, `12.5 %`."""
    return f"{(Decimal(ppm) / 10_000).normalize():f} %"

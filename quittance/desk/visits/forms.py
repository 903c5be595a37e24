"""The forms of the visit window."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from quittance.bills.lines import LineChange
from quittance.bills.models import BillLine
from quittance.calendar.queries_visit import VisitWindow
from quittance.core.money import Money, in_coins
from quittance.desk.fields import AmountField, Discount, DiscountField, typed_amount, typed_percent


class TenderForm(forms.Form):
    """Cash, card terminal or bank transfer. Cash for all that is due is asked for in coins that exist."""

    def __init__(self, *args: Any, kind: str, owed: Money, **options: Any) -> None:
        super().__init__(*args, **{"auto_id": f"{kind}-%s", **options})
        self.kind = kind
        self.owed = owed
        asked = in_coins(owed) if kind == "cash" and in_coins(owed).is_positive else owed
        self.fields["amount"] = AmountField(
            currency=owed.currency, label=_("Amount"), initial=typed_amount(asked) if owed.is_positive else ""
        )
        if kind == "cash":
            self.fields["given"] = AmountField(currency=owed.currency, label=_("Cash given"), required=False)

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        amount, given = cleaned.get("amount"), cleaned.get("given")
        if amount is not None and given is not None and given < in_coins(amount):
            self.add_error("given", _("This is less than the amount. Type what the client gave you."))
        return cleaned


class VoidForm(forms.Form):
    reason = forms.CharField(max_length=200, error_messages={"required": gettext_lazy("Say why this entry is wrong.")})

    def __init__(self, *args: Any, tender_id: int, **options: Any) -> None:
        super().__init__(*args, **{"auto_id": f"void-{tender_id}-%s", **options})
        self.fields["reason"].label = _("Why is this entry wrong?")


class LineForm(forms.Form):
    """Quantity, and for those who may, price and discount. An open price stays empty until it is set."""

    def __init__(self, *args: Any, line: BillLine, currency: str, may_edit_price: bool, **options: Any) -> None:
        super().__init__(*args, **{"auto_id": f"line-{line.pk}-%s", **options})
        self.line = line
        self.fields["quantity"] = forms.IntegerField(
            label=_("Quantity"),
            initial=line.quantity,
            min_value=1,
            max_value=10_000,
            error_messages={"required": _("Type how many."), "invalid": _("Type a whole number, for example 2.")},
        )
        if not may_edit_price:
            return
        price = Money(line.unit_minor, currency)
        self.fields["price"] = AmountField(
            currency=currency,
            label=_("Price"),
            allow_zero=True,
            required=not line.price_open,
            initial="" if line.price_open else typed_amount(price),
        )
        self.fields["discount"] = DiscountField(
            currency=currency, label=_("Discount"), initial=typed_discount(line, currency)
        )

    def line_change(self) -> LineChange:
        """Only what differs from the line, so that a change of quantity needs no right to change prices."""
        line, cleaned = self.line, self.cleaned_data
        price: Money | None = cleaned.get("price")
        discount: Discount | None = cleaned.get("discount")
        same_price = price is None or (price.minor == line.unit_minor and not line.price_open)
        same_discount = discount is None or (discount.ppm, discount.minor) == (line.discount_ppm, line.discount_minor)
        return LineChange(
            quantity=None if cleaned["quantity"] == line.quantity else cleaned["quantity"],
            unit_minor=None if same_price or price is None else price.minor,
            discount_ppm=None if same_discount or discount is None else discount.ppm,
            discount_minor=None if same_discount or discount is None else discount.minor,
        )


class LinkForm(forms.Form):
    """The payment link panel: what to ask for, and where else to send it this once."""

    ask = forms.ChoiceField(choices=[(one, one) for one in ("all", "deposit", "amount", "")], required=False)

    def __init__(self, *args: Any, currency: str, **options: Any) -> None:
        super().__init__(*args, **{"auto_id": "link-%s", **options})
        self.fields["amount"] = AmountField(currency=currency, label=_("Other amount"), required=False)
        self.fields["once_to"] = forms.CharField(
            label=_("Once to another number or address"),
            required=False,
            max_length=254,
            widget=forms.TextInput(attrs={"autocomplete": "off"}),
        )

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        if cleaned.get("ask") == "amount" and cleaned.get("amount") is None and "amount" not in self.errors:
            self.add_error("amount", _("Type the amount to ask for."))
        return cleaned


def first_ask(window: VisitWindow, *, deposit: Money) -> dict[str, str]:
    """What the panel's form shows before anything is typed: the live link's own ask, else an open deposit."""
    live = window.live_link
    if live is not None and live.link.ask == "deposit":
        return {"ask": "deposit"}
    if live is None and deposit.is_positive:
        return {"ask": "deposit"}
    if live is None or live.link.ask_minor is None:
        return {"ask": "all"}
    return {"ask": "amount", "amount": typed_amount(Money(live.link.ask_minor, window.bill.currency))}


def typed_discount(line: BillLine, currency: str) -> str:
    """The line's discount as a person would type it; empty where there is none."""
    if line.discount_ppm:
        return typed_percent(line.discount_ppm)
    return typed_amount(Money(line.discount_minor, currency)) if line.discount_minor else ""

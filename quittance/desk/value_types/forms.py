"""The forms of memberships, gift cards and what a purchase earns."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext as _

from quittance.catalog.models import EarningRule, GiftCardType, MembershipType, Service
from quittance.catalog.value_actions import MAX_MONTHS, MAX_VISITS, ValueTerms
from quittance.core.money import Money
from quittance.desk.fields import AmountField, typed_amount

_PPM_OF_PERCENT = 10_000


class _TermsForm(forms.Form):
    """Name, price and validity."""

    def __init__(self, *args: Any, currency: str, type_: MembershipType | GiftCardType | None, **options: Any) -> None:
        super().__init__(*args, **{"auto_id": "type-%s", **options})
        self.currency = currency
        self.fields["name"] = forms.CharField(
            label=_("Name"),
            max_length=160,
            initial=type_.name if type_ else "",
            error_messages={"required": _("Type a name.")},
        )
        price = typed_amount(Money(type_.price_minor, currency)) if type_ else ""
        self.fields["price"] = AmountField(currency=currency, label=_("Price"), allow_zero=True, initial=price)
        months: int | str | None = type_.valid_months if type_ else 12
        self.fields["valid_months"] = forms.IntegerField(
            label=_("Valid for months"),
            required=False,
            min_value=1,
            max_value=MAX_MONTHS,
            initial=months,
            help_text=_("Counted from the day it is paid. Empty: it never ends."),
        )

    def terms(self) -> ValueTerms:
        cleaned = self.cleaned_data
        return ValueTerms(name=cleaned["name"], price=cleaned["price"], valid_months=cleaned["valid_months"])


class MembershipForm(_TermsForm):
    def __init__(
        self,
        *args: Any,
        currency: str,
        type_: MembershipType | None,
        services: list[Service],
        covered: list[int],
        **options: Any,
    ) -> None:
        super().__init__(*args, currency=currency, type_=type_, **options)
        self.fields["visits"] = forms.IntegerField(
            label=_("Visits"),
            required=False,
            min_value=1,
            max_value=MAX_VISITS,
            initial=type_.visits if type_ else 10,
            help_text=_("Empty: as often as the client likes, until it ends."),
        )
        self.fields["services"] = forms.TypedMultipleChoiceField(
            label=_("Services it pays for"),
            required=False,
            coerce=int,
            choices=[(row.pk, row.name) for row in services],
            widget=forms.CheckboxSelectMultiple,
            initial=covered,
            error_messages={"invalid_choice": _("Choose services from the list.")},
        )


class GiftCardForm(_TermsForm):
    def __init__(self, *args: Any, currency: str, type_: GiftCardType | None, **options: Any) -> None:
        super().__init__(*args, currency=currency, type_=type_, **options)
        nominal = typed_amount(Money(type_.nominal_minor, currency)) if type_ else ""
        self.fields["nominal"] = AmountField(
            currency=currency, label=_("Worth"), initial=nominal, help_text=_("What can be paid with the card.")
        )


class EarningForm(forms.Form):
    def __init__(self, *args: Any, currency: str, rule: EarningRule | None, **options: Any) -> None:
        super().__init__(*args, **{"auto_id": "earning-%s", **options})
        unit = _("Points for each whole %(currency)s paid") % {"currency": currency}
        self.fields["points_per_unit"] = forms.IntegerField(
            label=unit,
            min_value=0,
            max_value=1_000,
            initial=rule.points_per_unit if rule else 0,
            help_text=_("0: no points."),
        )
        value = Money(rule.point_value_minor if rule else 0, currency)
        self.fields["point_value"] = AmountField(
            currency=currency,
            label=_("What one point pays"),
            allow_zero=True,
            initial=typed_amount(value),
            help_text=_("0: points are collected and cannot be spent yet."),
        )
        percent = (Decimal(rule.cashback_ppm if rule else 0) / _PPM_OF_PERCENT).normalize()
        self.fields["cashback"] = forms.DecimalField(
            label=_("Cashback in percent"),
            min_value=Decimal(0),
            max_value=Decimal(100),
            decimal_places=2,
            initial=f"{percent:f}",
            help_text=_("0: no cashback."),
        )

    def cashback_ppm(self) -> int:
        return int(self.cleaned_data["cashback"] * _PPM_OF_PERCENT)

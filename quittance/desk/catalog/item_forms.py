"""The cards of a service and of a product."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django import forms
from django.forms import BoundField
from django.utils.translation import gettext as _

from quittance.businesses.models import StaffMember
from quittance.catalog.actions import DepositRule, NewItem, Performer
from quittance.catalog.models import Category, Product, Service, ServiceStaff, TaxRate
from quittance.catalog.queries import categories_of, tax_rates_of, taxation_systems_of
from quittance.core.money import Money
from quittance.desk.access import Desk
from quittance.desk.fields import AmountField, DiscountField, typed_amount, typed_percent
from quittance.flows.save_product import ProductCard
from quittance.flows.save_service import ServiceCard


class ItemForm(forms.Form):
    """What both cards have."""

    def __init__(self, *args: Any, desk: Desk, kind: str, item: Service | Product | None, **options: Any) -> None:
        self.desk, self.item, self.currency = desk, item, desk.location.currency
        here = {"business_id": desk.business.pk, "location_id": desk.location.pk}
        self.categories = [row.name for row in categories_of(**here, kind=kind)]
        self.systems = taxation_systems_of(**here)
        self.rates: dict[str, TaxRate] = {str(rate.pk): rate for rate in tax_rates_of(**here)}
        default = next((key for key, rate in self.rates.items() if rate.is_default), "")
        if item is not None and item.tax_rate is not None:
            # An archived one stays with what has it.
            self.rates.setdefault(str(item.tax_rate.pk), item.tax_rate)
        initial = {"tax_rate": default} if item is None else self.first_values(item)
        super().__init__(*args, **{"auto_id": "item-%s", "initial": initial, **options})
        self.fields["name"] = forms.CharField(
            label=_("Name"), max_length=160, error_messages={"required": _("Type a name.")}
        )
        self.fields["category"] = forms.CharField(
            label=_("Category"),
            max_length=80,
            required=False,
            widget=forms.TextInput(attrs={"list": "categories", "autocomplete": "off"}),
        )
        self.fields["price"] = AmountField(currency=self.currency, label=_("Price"), allow_zero=True)

    def add_tax_fields(self) -> None:
        choices = [("", _("No tax")), *((key, _rate_name(rate)) for key, rate in self.rates.items())]
        self.fields["tax_rate"] = forms.ChoiceField(
            label=_("Tax"),
            choices=choices,
            required=False,
            error_messages={"invalid_choice": _("Choose one from the list.")},
        )
        self.fields["taxation_system"] = forms.CharField(
            label=_("Taxation system"),
            max_length=40,
            required=False,
            help_text=_("One payment link takes one only."),
            widget=forms.TextInput(attrs={"list": "taxation-systems", "autocomplete": "off"}),
        )

    def first_values(self, item: Service | Product) -> dict[str, Any]:
        return {
            "name": item.name,
            "category": item.category.name if item.category else "",
            "price": typed_amount(Money(item.price_minor, self.currency)),
            "tax_rate": str(item.tax_rate_id or ""),
            "taxation_system": item.taxation_system,
        }

    def new_item(self) -> NewItem:
        typed = self.cleaned_data
        return NewItem(
            name=typed["name"],
            price=typed["price"],
            category=typed["category"],
            tax_rate=self.rates.get(typed["tax_rate"]),
            taxation_system=typed["taxation_system"],
        )


@dataclass(frozen=True, slots=True)
class PerformerRow:
    staff: StaffMember
    does: BoundField
    price: BoundField
    minutes: BoundField


class ServiceForm(ItemForm):
    """The deposit's boxes are read only where its rule needs them."""

    def __init__(
        self,
        *args: Any,
        desk: Desk,
        item: Service | None,
        staff: Iterable[StaffMember],
        performers: dict[int, ServiceStaff],
        **options: Any,
    ) -> None:
        self.staff, self.performers = list(staff), performers
        super().__init__(*args, desk=desk, kind=Category.SERVICE, item=item, **options)
        self.fields["price"].label = _("Price, or the lowest of a range")
        self.fields["price_max"] = AmountField(
            currency=self.currency,
            label=_("Highest price of a range"),
            required=False,
            help_text=_("Empty for one price."),
        )
        self.fields["minutes"] = _minutes_field(label=_("Minutes"), required=True)
        self.add_tax_fields()
        self._add_deposit()
        for member in self.staff:
            self.fields[f"does-{member.pk}"] = forms.BooleanField(label=member.name, required=False)
            self.fields[f"price-{member.pk}"] = AmountField(
                currency=self.currency, label=_("Own price"), required=False, allow_zero=True
            )
            self.fields[f"minutes-{member.pk}"] = _minutes_field(label=_("Own minutes"), required=False)

    def first_values(self, item: Service | Product) -> dict[str, Any]:
        if not isinstance(item, Service):
            raise TypeError("a service is drawn here")
        first = super().first_values(item) | {
            "minutes": item.duration_minutes,
            "price_max": self._typed(item.price_max_minor),
            "deposit_kind": item.deposit_kind,
            "deposit_amount": self._typed(item.deposit_minor),
            "deposit_percent": typed_percent(item.deposit_ppm) if item.deposit_ppm else "",
            "deposit_from": self._typed(item.deposit_from_minor),
            "deposit_new_only": item.deposit_new_clients_only,
        }
        for staff_id, row in self.performers.items():
            first |= {
                f"does-{staff_id}": True,
                f"price-{staff_id}": self._typed(row.price_minor),
                f"minutes-{staff_id}": row.duration_minutes or "",
            }
        return first

    def performer_rows(self) -> list[PerformerRow]:
        return [
            PerformerRow(one, self[f"does-{one.pk}"], self[f"price-{one.pk}"], self[f"minutes-{one.pk}"])
            for one in self.staff
        ]

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        kind = cleaned.get("deposit_kind")
        if kind == Service.FIXED and cleaned.get("deposit_amount") is None and "deposit_amount" not in self.errors:
            self.add_error("deposit_amount", _("Type the amount of the deposit."))
        if kind == Service.PERCENT and "deposit_percent" not in self.errors and not cleaned["deposit_percent"].ppm:
            self.add_error("deposit_percent", _("Type the percentage, for example 20 %."))
        return cleaned

    def card(self) -> ServiceCard:
        typed = self.cleaned_data
        kind = typed["deposit_kind"]
        is_asked = kind != Service.NO_DEPOSIT
        return ServiceCard(
            item=self.new_item(),
            duration_minutes=typed["minutes"],
            price_max=typed["price_max"],
            deposit=DepositRule(
                kind=kind,
                amount=typed["deposit_amount"] if kind == Service.FIXED else None,
                ppm=typed["deposit_percent"].ppm if kind == Service.PERCENT else None,
                from_price=typed["deposit_from"] if is_asked else None,
                new_clients_only=is_asked and typed["deposit_new_only"],
            ),
            performers=tuple(
                Performer(staff_id=one.pk, price=typed[f"price-{one.pk}"], duration_minutes=typed[f"minutes-{one.pk}"])
                for one in self.staff
                if typed[f"does-{one.pk}"]
            ),
        )

    def _add_deposit(self) -> None:
        self.fields["deposit_kind"] = forms.ChoiceField(
            label=_("Deposit at booking"),
            choices=[
                (Service.NO_DEPOSIT, _("None")),
                (Service.FIXED, _("A fixed amount")),
                (Service.PERCENT, _("A share of the price")),
            ],
            initial=Service.NO_DEPOSIT,
            error_messages={"invalid_choice": _("Choose one from the list.")},
        )
        self.fields["deposit_amount"] = AmountField(currency=self.currency, label=_("Amount"), required=False)
        self.fields["deposit_percent"] = DiscountField(currency=self.currency, label=_("Share"))
        self.fields["deposit_percent"].widget.attrs["placeholder"] = _("20 %")
        self.fields["deposit_from"] = AmountField(
            currency=self.currency, label=_("Only from this price on"), required=False
        )
        self.fields["deposit_new_only"] = forms.BooleanField(
            label=_("Only from new clients"),
            required=False,
            help_text=_("New is who has no earlier visit that was not cancelled."),
        )

    def _typed(self, minor: int | None) -> str:
        return "" if minor is None else typed_amount(Money(minor, self.currency))


class ProductForm(ItemForm):
    def __init__(self, *args: Any, desk: Desk, item: Product | None, **options: Any) -> None:
        super().__init__(*args, desk=desk, kind=Category.PRODUCT, item=item, **options)
        self.fields["sku"] = forms.CharField(label=_("SKU"), max_length=60, required=False)
        self.fields["barcode"] = forms.CharField(
            label=_("Barcode"),
            max_length=60,
            required=False,
            help_text=_("Click here and scan it."),
            widget=forms.TextInput(attrs={"autocomplete": "off", "inputmode": "numeric"}),
        )
        self.add_tax_fields()
        self.fields["counts_stock"] = forms.BooleanField(
            label=_("Count the stock"),
            required=False,
            help_text=_("Each sale takes one off. Selling is never refused: a count below zero asks for counting."),
        )

    def first_values(self, item: Service | Product) -> dict[str, Any]:
        if not isinstance(item, Product):
            raise TypeError("a product is drawn here")
        more = {"sku": item.sku, "barcode": item.barcode, "counts_stock": item.counts_stock}
        return super().first_values(item) | more

    def card(self) -> ProductCard:
        typed = self.cleaned_data
        return ProductCard(
            item=self.new_item(), sku=typed["sku"], barcode=typed["barcode"], counts_stock=typed["counts_stock"]
        )


class CountForm(forms.Form):
    counted = forms.IntegerField(min_value=0, max_value=1_000_000)
    note = forms.CharField(max_length=200, required=False)

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **{"auto_id": "stock-%s", **options})
        sentence = _("Type how many there are, for example 12.")
        self.fields["counted"].label = _("Counted now")
        self.fields["note"].label = _("Why")
        names = ("required", "invalid", "min_value", "max_value")
        self.fields["counted"].error_messages |= dict.fromkeys(names, sentence)


def _rate_name(rate: TaxRate) -> str:
    return rate.name if rate.archived_at is None else _("%(name)s (archived)") % {"name": rate.name}


def _minutes_field(*, label: str, required: bool) -> forms.IntegerField:
    sentence = _("Type minutes between 5 and 1440, for example 45.")
    return forms.IntegerField(
        label=label,
        required=required,
        min_value=5,
        max_value=1440,
        widget=forms.NumberInput(attrs={"inputmode": "numeric", "step": 5}),
        error_messages=dict.fromkeys(("required", "invalid", "min_value", "max_value"), sentence),
    )

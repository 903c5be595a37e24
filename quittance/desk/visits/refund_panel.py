"""The open panel below a payment: how much goes back, and the sentence that says what it will do."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils.translation import gettext as _

from quittance.calendar.queries_refunds import RefundOffer, TenderOffer
from quittance.core.money import Money, smaller
from quittance.desk.fields import AmountField, typed_amount
from quittance.desk.settings.keys_form import PASSWORD_FIELD
from quittance.desk.visits.refund_words import RefundWords, money_words, words_of


class PasswordBox(forms.CharField):
    """The person's own password; what is wrong with it is said by the check itself."""

    def __init__(self) -> None:
        super().__init__(
            label=_("Your password"),
            help_text=_("The one you log in with: money leaves."),
            strip=False,
            widget=forms.PasswordInput(attrs={"autocomplete": "current-password", "maxlength": 128}),
        )

    def validate(self, value: object) -> None: ...


class RefundForm(forms.Form):
    """`first` stands in the box before anything is typed."""

    use_required_attribute = False

    def __init__(
        self, *args: Any, visit_id: int, tender: TenderOffer, first: Money, asks_password: bool, **options: Any
    ) -> None:
        super().__init__(*args, **{"auto_id": "refund-%s", **options})
        self.tender = tender
        self.first = first
        amount = AmountField(currency=first.currency, label=_("Amount"), initial=typed_amount(first))
        ids = {"visit_id": visit_id, "tender_id": tender.tender.pk}
        # The sentence and the button follow what is typed; without scripts they are shown once more to be confirmed.
        amount.widget.attrs |= {
            "hx-get": reverse("desk:refund_words", kwargs=ids),
            "hx-trigger": "input changed delay:200ms",
            "hx-target": "#refund-words",
            "hx-swap": "innerHTML",
            "hx-sync": "this:replace",
        }
        self.fields["amount"] = amount
        self.fields["reason"] = forms.CharField(
            label=_("Reason"),
            required=False,
            max_length=200,
            widget=forms.TextInput(
                attrs={"autocomplete": "off", "placeholder": _("For your team, not for the client")}
            ),
        )
        if asks_password:
            self.fields[PASSWORD_FIELD] = PasswordBox()

    def clean_amount(self) -> Money:
        amount: Money = self.cleaned_data["amount"]
        if amount > self.tender.refundable:
            raise ValidationError(most_words(self.tender))
        return amount


@dataclass(frozen=True, slots=True)
class RefundPanel:
    """The open panel below one payment; no words while the amount cannot be."""

    tender_id: int
    form: RefundForm
    words: RefundWords | None
    leave_url: str


@dataclass(frozen=True, slots=True)
class PanelAsk:
    """`excess_only`: what was too much stands in the box; else all that can go back."""

    excess_only: bool
    password: bool


def most_words(tender: TenderOffer) -> str:
    return _("Only %(amount)s of this payment can still be refunded.") % {"amount": money_words(tender.refundable)}


def panel_of(
    offer: RefundOffer, tender_id: int, *, visit_id: int, filled: Mapping[str, forms.Form], asked: PanelAsk
) -> RefundPanel | None:
    """None where no panel is asked for, or nothing of that payment can go back."""
    tender = offer.of(tender_id)
    if tender is None or not tender.refundable.is_positive:
        return None
    bound = filled.get("refund")
    form = bound if isinstance(bound, RefundForm) else None
    if form is None:
        first = tender.refundable
        if asked.excess_only and offer.excess.is_positive:
            first = smaller(offer.excess, tender.refundable)
        form = RefundForm(visit_id=visit_id, tender=tender, first=first, asks_password=asked.password)
    amount = form.first if not form.is_bound else getattr(form, "cleaned_data", {}).get("amount")
    words = words_of(offer, tender, amount) if amount is not None else None
    return RefundPanel(tender.tender.pk, form, words, leave_url(visit_id))


def leave_url(visit_id: int) -> str:
    return reverse("desk:visit", kwargs={"visit_id": visit_id}) + "?tab=checkout"

"""Cancelling a visit that was paid: what happens with the money, each way with its amounts, before it happens."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from quittance.calendar.queries_refunds import RefundOffer
from quittance.core.money import Money
from quittance.desk.fields import AmountField
from quittance.desk.settings.keys_form import PASSWORD_FIELD
from quittance.desk.visits.refund_panel import PasswordBox
from quittance.desk.visits.refund_words import money_words, portions_words

REFUND, CREDIT, KEEP, PART, LATER = "refund", "credit", "keep", "part", "later"
MONEY: Final = (REFUND, CREDIT, KEEP, PART, LATER)


@dataclass(frozen=True, slots=True)
class Choice:
    """One button; `text` says what it does with the money. `with_amount`: the box beside it counts."""

    value: str
    label: str
    text: str
    with_amount: bool = False


@dataclass(frozen=True, slots=True)
class CancelPanel:
    form: CancelForm
    choices: tuple[Choice, ...]
    taken: Money
    needs_right: bool


class CancelForm(forms.Form):
    """`kept` is asked for when a part is kept."""

    use_required_attribute = False

    def __init__(self, *args: Any, offer: RefundOffer, asks_password: bool, **options: Any) -> None:
        super().__init__(*args, **{"auto_id": "cancel-%s", **options})
        self.offer = offer
        self.fields["money"] = forms.ChoiceField(
            choices=[(one, one) for one in MONEY],
            error_messages={"required": _("Say what happens with the money."), "invalid_choice": _("Choose one.")},
        )
        self.fields["kept"] = AmountField(currency=offer.total.currency, label=_("Keep"), required=False)
        self.fields["kept"].widget.attrs["class"] = "input input-amount"
        if asks_password:
            self.fields[PASSWORD_FIELD] = PasswordBox()

    def clean_kept(self) -> Money | None:
        kept: Money | None = self.cleaned_data["kept"]
        if self.cleaned_data.get("money") != PART:
            return None
        if kept is None:
            raise ValidationError(_("Type how much you keep."))
        if kept >= self.offer.refundable:
            most = money_words(self.offer.refundable)
            raise ValidationError(_("%(most)s was paid. Type less than that, or keep all of it.") % {"most": most})
        return kept

    def keep(self) -> Money | None:
        """What stays with the business; None when somebody decides later."""
        money = self.cleaned_data["money"]
        if money in (REFUND, CREDIT):
            return Money.zero(self.offer.total.currency)
        if money == KEEP:
            return self.offer.refundable
        kept: Money | None = self.cleaned_data["kept"]
        return kept

    def back(self) -> Money:
        """What goes back."""
        keep = self.keep()
        return Money.zero(self.offer.total.currency) if keep is None else self.offer.refundable - keep


def cancel_panel_of(
    offer: RefundOffer,
    *,
    may_refund: bool,
    can_credit: bool,
    asks_password: bool,
    filled: Mapping[str, forms.Form],
) -> CancelPanel:
    bound = filled.get("cancel")
    form = bound if isinstance(bound, CancelForm) else CancelForm(offer=offer, asks_password=asks_password)
    taken = offer.refundable
    credit = Choice(
        CREDIT,
        _("Cancel and credit %(amount)s to the client") % {"amount": money_words(taken)},
        _("No money leaves. The client pays with it at the next visit; gift cards and the like get back theirs."),
    )
    words = {"amount": money_words(taken)}
    refunding = (
        Choice(REFUND, _("Cancel and refund %(amount)s") % words, f"{portions_words(offer.portions(taken))}."),
        Choice(PART, _("Cancel and keep a part"), _("The rest goes back; you see to where before it does."), True),
    )
    choices = (
        *(refunding[:1] if may_refund else ()),
        *((credit,) if may_refund and can_credit else ()),
        Choice(KEEP, _("Cancel and keep %(amount)s") % words, _("No money moves. It becomes the price of cancelling.")),
        *(refunding[1:] if may_refund else ()),
        Choice(
            LATER,
            _("Cancel and decide later"),
            _("No money moves. It stands under Finance › Money cases until somebody decides."),
        ),
    )
    return CancelPanel(form, choices, taken, needs_right=not may_refund)

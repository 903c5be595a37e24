"""What the client can pay with besides money, in words, and the form of each."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from django import forms
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from quittance.bills.models import BillLine
from quittance.calendar.queries_value import Holding, VisitValue
from quittance.core.locale_format import format_date
from quittance.core.money import Money
from quittance.desk.fields import AmountField, RowField, typed_amount
from quittance.desk.visits.refund_words import money_words

GIFT_CARD, MEMBERSHIP = "gift_card", "membership"
VALUE_PAYS: Final = (GIFT_CARD, MEMBERSHIP, "points", "cashback", "credit")
_ICONS: Final = {
    GIFT_CARD: "gift",
    MEMBERSHIP: "ticket-check",
    "points": "star",
    "cashback": "coins",
    "credit": "wallet",
}


@dataclass(frozen=True, slots=True)
class ValueChoice:
    """One way to pay with value; `left` stands small beside its name."""

    kind: str
    label: str
    left: str
    icon: str


def label_of(kind: str) -> str:
    return {
        GIFT_CARD: _("Gift card"),
        MEMBERSHIP: _("Membership"),
        "points": _("Points"),
        "cashback": _("Cashback"),
        "credit": _("Credit"),
    }[kind]


def icon_of(kind: str) -> str:
    return _ICONS[kind]


def choices_of(value: VisitValue) -> list[ValueChoice]:
    """A gift card always, since anybody may bring one; the rest where this client has something that fits."""
    choices = []
    for kind in VALUE_PAYS:
        own = value.of_kind(kind)
        if kind == MEMBERSHIP:
            own = [one for one in own if value.lines_for(one)]
        if own or kind == GIFT_CARD:
            choices.append(ValueChoice(kind, label_of(kind), left_of(own), icon_of(kind)))
    return choices


def left_of(own: Sequence[Holding]) -> str:
    """What all of one kind hold together; a number of memberships where there are several."""
    if not own:
        return ""
    if own[0].worth is None:
        return left_words(own[0]) if len(own) == 1 else str(len(own))
    return money_words(Money(sum(one.worth.minor for one in own if one.worth), own[0].worth.currency))


def left_words(one: Holding) -> str:
    """`€50.00`, `9 visits left`, `120 points, €1.20`."""
    wallet = one.wallet
    if wallet.unit == "visits":
        return ngettext("%(n)s visit left", "%(n)s visits left", one.units) % {"n": one.units}
    if wallet.unit == "period":
        return _("as often as needed")
    if wallet.unit == "points":
        points = ngettext("%(n)s point", "%(n)s points", one.units) % {"n": one.units}
        return f"{points}, {money_words(one.worth)}" if one.worth is not None else points
    return money_words(one.worth) if one.worth is not None else ""


def name_of(one: Holding) -> str:
    """Which of several: the card's last letters, the membership's name, with what is left and until when."""
    wallet = one.wallet
    name = f"{wallet.name} ·{wallet.last4}" if wallet.last4 else wallet.name or label_of(wallet.kind)
    parts = [name, left_words(one)]
    if wallet.expires_at is not None:
        parts.append(_("until %(day)s") % {"day": format_date(one.last_date, get_language() or "en")})
    return " · ".join(part for part in parts if part)


class ValueForm(forms.Form):
    """Which of the client's wallets, or a card's code; how much, where that is a question."""

    def __init__(self, *args: Any, kind: str, value: VisitValue, owed: Money, **options: Any) -> None:
        super().__init__(*args, **{"auto_id": f"{kind}-%s", **options})
        self.kind = kind
        own = value.of_kind(kind)
        if kind == MEMBERSHIP:
            own = [one for one in own if value.lines_for(one)]
        self.own = own
        if len(own) > 1 or (own and kind == GIFT_CARD):
            self._ask_which(own)
        if kind == GIFT_CARD:
            self._ask_code(has_own=bool(own))
        if kind == MEMBERSHIP:
            self._ask_line(value.open_services)
        else:
            self._ask_amount(own, owed)

    def wallet_id(self) -> int | None:
        """The client's own one that was chosen; None where a code was typed."""
        if self.kind == GIFT_CARD and self.cleaned_data.get("code"):
            return None
        chosen = self.cleaned_data.get("wallet")
        if chosen:
            return int(chosen)
        return self.own[0].wallet.pk if self.own else 0

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        if self.kind == GIFT_CARD and not cleaned.get("code") and not cleaned.get("wallet") and not self.errors:
            self.add_error("code", _("Type the code of the card."))
        return cleaned

    def _ask_which(self, own: Sequence[Holding]) -> None:
        choices = [(str(one.wallet.pk), name_of(one)) for one in own]
        if self.kind == GIFT_CARD:
            choices = [("", _("Another card, by its code")), *choices]
        self.fields["wallet"] = forms.ChoiceField(
            label=_("The client's own") if self.kind == GIFT_CARD else label_of(self.kind),
            choices=choices,
            required=self.kind != GIFT_CARD,
            initial=str(own[0].wallet.pk),
            error_messages={"invalid_choice": _("Choose one from the list."), "required": _("Choose one.")},
        )

    def _ask_code(self, *, has_own: bool) -> None:
        attrs = {"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"}
        if not has_own:
            attrs["autofocus"] = "autofocus"
        self.fields["code"] = forms.CharField(
            label=_("Code on the card"), required=False, max_length=60, widget=forms.TextInput(attrs=attrs)
        )

    def _ask_line(self, services: Sequence[BillLine]) -> None:
        self.fields["line"] = RowField(
            label=_("Pays for"),
            widget=forms.Select(choices=[(line.pk, line.name) for line in services]),
            error_messages={"invalid": _("Choose a service."), "required": _("Choose a service.")},
        )

    def _ask_amount(self, own: Sequence[Holding], owed: Money) -> None:
        hint = _("all that fits")
        if self.kind != GIFT_CARD and own and own[0].worth is not None:
            fits = min(owed, own[0].worth, key=lambda one: one.minor)
            hint = typed_amount(fits)
        amount = AmountField(currency=owed.currency, label=_("Amount"), required=False)
        # Left empty, it is what stands there faintly.
        amount.widget.attrs["placeholder"] = hint
        self.fields["amount"] = amount


def form_of(kind: str, value: VisitValue, *, owed: Money, filled: Mapping[str, forms.Form]) -> ValueForm:
    """The one that came back with mistakes, else a new one."""
    bound = filled.get("value")
    return (
        bound if isinstance(bound, ValueForm) and bound.kind == kind else ValueForm(kind=kind, value=value, owed=owed)
    )

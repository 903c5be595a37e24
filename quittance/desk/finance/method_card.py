"""The card of a way to be paid online: on or off, by which account, and what it still needs, in words."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext as _

from quittance.desk.said import said
from quittance.flows.connect_payment_account import missing_setup
from quittance.payments.models import PaymentAccount, PaymentMethodSetting
from quittance.ui.statuses import Tone


@dataclass(frozen=True, slots=True)
class MethodCard:
    """`needs` is empty when nothing is missing; `can_switch_on` says whether the switch may be on."""

    enabled: bool
    account: PaymentAccount | None
    word: str
    tone: Tone
    icon: str
    needs: str

    @property
    def can_switch_on(self) -> bool:
        return self.account is not None


def card_of(setting: PaymentMethodSetting | None) -> MethodCard:
    account = setting.account if setting else None
    enabled = bool(setting and setting.enabled)
    if account is None:
        needs = _("No payment account is connected yet. Connect one, then switch payment links on.")
        return MethodCard(False, None, _("needs set-up"), "waiting", "circle-alert", needs)
    needs = missing_setup(account)
    if account.trouble:
        return MethodCard(enabled, account, _("needs you"), "alert", "triangle-alert", said(needs or account.trouble))
    if needs:
        return MethodCard(enabled, account, _("needs set-up"), "waiting", "circle-alert", needs)
    if enabled:
        return MethodCard(True, account, _("on"), "paid", "circle-check", "")
    return MethodCard(False, account, _("off"), "neutral", "ban", "")

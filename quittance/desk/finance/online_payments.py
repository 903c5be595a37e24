"""Online payments: the card of payment links with its switch, and the accounts that money comes to."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from django import forms
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_POST

from quittance.core.actor import Right
from quittance.core.ids import new_key
from quittance.desk.access import Desk, desk_view
from quittance.desk.done import done_url, done_words
from quittance.desk.finance.method_card import card_of
from quittance.desk.finance.sections import finance_context
from quittance.desk.said import said
from quittance.flows import connect_payment_account, set_link_life, set_payment_method
from quittance.flows.errors import GoneError, RefusedError
from quittance.messages.queries import channel_accounts
from quittance.messages.types import CHANNEL_LABELS
from quittance.payments import queries
from quittance.payments.models import PaymentAccount

_OFFERED_CHANNELS: Final = ("email", "sms")
_UNTIL_PAID: Final = "0"
_LIVES: Final[dict[str, str | Promise]] = {
    _UNTIL_PAID: gettext_lazy("Until it is paid"),
    str(24 * 60): gettext_lazy("24 hours"),
    str(48 * 60): gettext_lazy("48 hours"),
    str(7 * 24 * 60): gettext_lazy("7 days"),
    str(30 * 24 * 60): gettext_lazy("30 days"),
}


@dataclass(frozen=True, slots=True)
class AccountRow:
    account: PaymentAccount
    system_name: str
    is_chosen: bool
    needs: str


class LifeForm(forms.Form):
    """How long a new link lives; a length that was set otherwise stays in the list."""

    minutes = forms.ChoiceField(label=gettext_lazy("How long a link lives"))

    def __init__(self, *args: Any, current: int | None, **options: Any) -> None:
        super().__init__(*args, **options)
        value = str(current or _UNTIL_PAID)
        choices = dict(_LIVES)
        if value not in choices:
            choices[value] = _("%(hours)g hours") % {"hours": round(int(value) / 60, 1)}
        field = self.fields["minutes"]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101 - for the type; it is declared above
        field.choices = list(choices.items())
        field.initial = value


@require_GET
@desk_view(right=None)
def overview(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Seen by whoever sees finance; changed by whoever holds the right to set it up."""
    if not desk.may(Right.EDIT_PAYMENT_SETTINGS):
        desk.require(Right.SEE_FINANCE)
    return _page(request, desk)


@require_POST
@desk_view(Right.EDIT_PAYMENT_SETTINGS)
def switch(request: HttpRequest, desk: Desk) -> HttpResponse:
    """On or off; off keeps open links payable unless the form says to end them."""
    enabled = request.POST.get("enabled") == "1"
    end = request.POST.get("open_links") == "end"
    try:
        set_payment_method.switch(
            actor=desk.actor, method=queries.LINKS_METHOD, enabled=enabled, end_open_links=end, now=desk.now
        )
    except GoneError:
        raise
    except RefusedError as error:
        return _page(request, desk, problem=str(error), status=422)
    done = "links_on" if enabled else "links_ended" if end else "links_off"
    return HttpResponseRedirect(done_url(done, reverse("desk:online_payments")))


@require_POST
@desk_view(Right.EDIT_PAYMENT_SETTINGS)
def choose_account(request: HttpRequest, desk: Desk) -> HttpResponse:
    typed = request.POST.get("account", "")
    account_id = int(typed) if typed.isascii() and typed.isdigit() and len(typed) < 19 else 0
    try:
        set_payment_method.choose_account(
            actor=desk.actor, method=queries.LINKS_METHOD, account_id=account_id, now=desk.now
        )
    except GoneError:
        return _page(request, desk, problem=_("Choose one of the accounts below."), status=422)
    except RefusedError as error:
        return _page(request, desk, problem=str(error), status=422)
    return HttpResponseRedirect(done_url("account_chosen", reverse("desk:online_payments")))


@require_POST
@desk_view(Right.EDIT_SETTINGS)
def set_life(request: HttpRequest, desk: Desk) -> HttpResponse:
    """How long links of this location live."""
    form = LifeForm(request.POST, current=desk.location.link_life_minutes)
    if not form.is_valid():
        return _page(request, desk, life_form=form, status=422)
    minutes = int(form.cleaned_data["minutes"]) or None
    set_link_life.set_link_life(actor=desk.actor, location_id=desk.location.pk, minutes=minutes, now=desk.now)
    return HttpResponseRedirect(done_url("life_saved", reverse("desk:online_payments")))


def _page(
    request: HttpRequest, desk: Desk, *, problem: str = "", life_form: LifeForm | None = None, status: int = 200
) -> HttpResponse:
    setting = queries.method_setting(business_id=desk.business.pk)
    systems = {one.slug: one for one in connect_payment_account.listings()}
    rows = [
        AccountRow(
            account=account,
            system_name=systems[account.system].name if account.system in systems else account.system,
            is_chosen=setting is not None and setting.account_id == account.pk,
            needs=said(connect_payment_account.missing_setup(account)),
        )
        for account in queries.accounts_of(desk.business.pk)
    ]
    context = {
        **finance_context(request, desk, current="online_payments"),
        "card": card_of(setting),
        "rows": rows,
        "fee_notes": [_(listing.fee_note) for listing in systems.values() if listing.fee_note],
        "open_links": set_payment_method.open_link_count(business_id=desk.business.pk, now=desk.now),
        "channels": _channels(desk),
        "may_set_up": desk.may(Right.EDIT_PAYMENT_SETTINGS),
        "may_edit_settings": desk.may(Right.EDIT_SETTINGS),
        "life_form": life_form or LifeForm(current=desk.location.link_life_minutes),
        "problem": problem,
        "notice": done_words(request),
        "request_id": new_key(),
    }
    return render(request, "desk/finance/online_payments.html", context, status=status)


def _channels(desk: Desk) -> list[dict[str, str | bool]]:
    """How links leave besides Copy and QR."""
    connected = channel_accounts(business_id=desk.business.pk)
    icons = {"email": "mail", "sms": "message-square-text"}
    return [
        {
            "icon": icons[channel],
            "label": _(CHANNEL_LABELS[channel]),
            "word": _state_of_channel(channel in connected, channel in connected and connected[channel].enabled),
            "works": channel in connected and connected[channel].enabled,
        }
        for channel in _OFFERED_CHANNELS
    ]


def _state_of_channel(connected: bool, enabled: bool) -> str:  # noqa: FBT001 - two facts of one account
    if not connected:
        return _("not connected")
    return _("on") if enabled else _("switched off")

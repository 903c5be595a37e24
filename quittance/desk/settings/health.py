"""How the delivery channels do, in a line that says the last success, the last failure, and why."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from quittance.core.locale_format import format_datetime
from quittance.desk.access import Desk
from quittance.desk.said import said
from quittance.flows import connect_channel
from quittance.messages.models import ChannelAccount
from quittance.messages.queries import channel_accounts
from quittance.messages.types import CHANNEL_LABELS
from quittance.ui.statuses import Tone

_ICONS: Final = {"email": "mail", "sms": "message-square-text", "whatsapp": "message-circle"}


@dataclass(frozen=True, slots=True)
class ChannelState:
    """One channel as the settings show it; `account` is None where it is not connected."""

    channel: str
    label: str
    icon: str
    system: str
    system_name: str
    account: ChannelAccount | None
    word: str
    tone: Tone
    health: str
    failure: str
    has_choice: bool = False
    webhook_help: str = ""

    @property
    def connect_url(self) -> str:
        """Where it is connected: the choice first, where there is one."""
        if self.has_choice:
            return reverse("desk:channel_ways", kwargs={"channel": self.channel})
        return reverse("desk:connect_channel", kwargs={"system": self.system})

    @property
    def works(self) -> bool:
        return self.account is not None and self.account.enabled


def channel_states(desk: Desk) -> list[ChannelState]:
    """Every channel that can be connected, with the system that is connected, else the first listed."""
    accounts = channel_accounts(business_id=desk.business.pk)
    states: dict[str, ChannelState] = {}
    listings = connect_channel.listings()
    counts = Counter(one.channel for one in listings)
    for listing in listings:
        account = accounts.get(listing.channel)
        is_the_one = account is not None and account.system == listing.slug
        if listing.channel in states and not is_the_one:
            continue
        shown = account if is_the_one else None
        word, tone = _word(shown)
        states[listing.channel] = ChannelState(
            channel=listing.channel,
            label=_(CHANNEL_LABELS[listing.channel]),
            icon=_ICONS[listing.channel],
            system=listing.slug,
            system_name=_(listing.name),
            account=shown,
            word=word,
            tone=tone,
            health=_health(shown, desk.location.time_zone),
            failure=_failure(shown, desk.location.time_zone),
            has_choice=counts[listing.channel] > 1,
            webhook_help=listing.webhook_help,
        )
    return list(states.values())


def _word(account: ChannelAccount | None) -> tuple[str, Tone]:
    if account is None:
        return _("not connected"), "neutral"
    if not account.enabled:
        return _("off"), "neutral"
    if _failed_last(account):
        return _("needs you"), "alert"
    return _("on"), "paid"


def _failed_last(account: ChannelAccount) -> bool:
    failed, succeeded = account.last_failure_at, account.last_success_at
    return failed is not None and (succeeded is None or failed > succeeded)


def _health(account: ChannelAccount | None, time_zone: str) -> str:
    if account is None:
        return ""
    if account.last_success_at is None:
        return _("Nothing was sent by it yet.")
    return _("Last message accepted %(at)s.") % {"at": _at(account.last_success_at, time_zone)}


def _failure(account: ChannelAccount | None, time_zone: str) -> str:
    if account is None or account.last_failure_at is None:
        return ""
    words = {"at": _at(account.last_failure_at, time_zone), "why": said(account.last_failure)}
    return _("Last failure %(at)s: %(why)s") % words


def _at(moment: datetime, time_zone: str) -> str:
    return format_datetime(moment, get_language() or "en", time_zone)

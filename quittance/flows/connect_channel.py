"""Connect, try, switch and disconnect a way to send messages."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from django.utils.translation import gettext as _

from quittance.audit import actions as audit
from quittance.core.actor import Actor, Right, require
from quittance.core.secret import UndecipherableError
from quittance.flows._channels import WEB_LIMIT_SECONDS, base_url, open_channel
from quittance.flows._channels import webhook_address as _webhook_address
from quittance.flows._test_message import test_message
from quittance.flows.errors import FieldError, FlowError, GoneError, RefusedError
from quittance.message_channels import registry
from quittance.message_channels.port import (
    ChannelError,
    ChannelListing,
    MisconfiguredError,
    UnknownOutcomeError,
)
from quittance.messages import actions, queries, settings_actions
from quittance.messages.addresses import AddressError, read_address
from quittance.messages.models import ChannelAccount
from quittance.messages.settings_actions import Connection
from quittance.messages.types import CHANNEL_LABELS
from quittance.rows.locking import in_one_transaction

_LONGEST_FIELD = 254
# What channels sign their webhooks with.
_SIGNING = ("auth_token", "app_secret", "report_secret")


def connect(*, actor: Actor, system: str, fields: Mapping[str, str], now: datetime) -> ChannelAccount:
    """Check what was typed with the channel itself, then keep it and switch it on.

    A secret left blank keeps the stored one. The same account with new keys keeps its webhook address; its
    former token still verifies webhooks. Raises RefusedError with what to correct; nothing is changed then.
    """
    require(actor, Right.EDIT_SETTINGS, None)
    try:
        listing = registry.listing(system)
    except MisconfiguredError as error:
        raise RefusedError(str(error)) from None
    former = queries.channel_account(business_id=actor.business_id, channel=listing.channel)
    held = _held_fields(former) if former is not None and former.system == system else {}
    typed = _typed(listing, fields, held)
    same = former if former is not None and former.system == system and _is_same(listing, typed, held) else None
    if same is not None:
        typed = _with_former_token(typed, held)
    _check(system, typed)
    connection = Connection(
        channel=listing.channel,
        system=system,
        label=listing.name,
        sender=typed.get("sender", ""),
        credentials=typed,
        secret_last4=_last4(listing, typed),
    )

    def work() -> ChannelAccount:
        account = settings_actions.connect(business_id=actor.business_id, connection=connection, same=same, now=now)
        _audit(actor, "channel.connected", account.pk, listing.channel, now)
        return account

    return in_one_transaction(work)


def test_send(*, actor: Actor, channel: str, address: str, country: str, now: datetime) -> str:
    """Send a test message at once; returns the address as it was read.

    `country` reads numbers without a country code. Raises FlowError with the reason.
    """
    require(actor, Right.EDIT_SETTINGS, None)
    account = _account(actor, channel)
    try:
        typed = read_address(address, country=country)
    except AddressError as error:
        raise RefusedError(str(error)) from None
    if (typed.channel == "email") != (channel == "email"):
        sentence = (
            _("Type an email address for a test by %(channel)s.")
            if channel == "email"
            else _("Type a phone number for a test by %(channel)s.")
        )
        raise RefusedError(sentence % {"channel": _(CHANNEL_LABELS[channel])})
    try:
        channel_open = open_channel(account, limit_seconds=WEB_LIMIT_SECONDS)
        channel_open.send(test_message(account=account, address=typed.value, now=now))
    except UnknownOutcomeError:
        raise FlowError(_("The answer was lost. Look whether the message arrived before trying again.")) from None
    except ChannelError as error:
        reason = str(error)
        in_one_transaction(lambda: actions.note_failure(account_id=account.pk, reason=reason, now=now))
        raise FlowError(reason) from None
    in_one_transaction(lambda: actions.note_success(account_id=account.pk, now=now))
    return typed.value


def disconnect(*, actor: Actor, channel: str, now: datetime) -> None:
    """Nothing more leaves by it; what waits is dropped with this reason when its time comes."""
    require(actor, Right.EDIT_SETTINGS, None)
    account = _account(actor, channel)

    def work() -> None:
        settings_actions.retire(business_id=actor.business_id, channel=channel, now=now)
        _audit(actor, "channel.disconnected", account.pk, channel, now)

    in_one_transaction(work)


def switch(*, actor: Actor, channel: str, enabled: bool, now: datetime) -> None:
    """Switch a connected channel on or off; its keys stay."""
    require(actor, Right.EDIT_SETTINGS, None)
    account = _account(actor, channel)

    def work() -> None:
        settings_actions.switch(business_id=actor.business_id, channel=channel, enabled=enabled)
        _audit(actor, "channel.switched_on" if enabled else "channel.switched_off", account.pk, channel, now)

    in_one_transaction(work)


def listings() -> tuple[ChannelListing, ...]:
    """The ways to send that can be connected, with the boxes of their forms."""
    return registry.listings()


def webhook_address(account: ChannelAccount) -> str:
    """Where the channel tells of answers such as STOP; to be pasted where the channel asks for it."""
    return _webhook_address(account)


def hears_reports(account: ChannelAccount) -> bool:
    """Whether its delivery reports can be told from forged ones, where the channel signs them by a secret of theirs."""
    return bool(_held_fields(account).get("report_secret"))


def shown_fields(account: ChannelAccount) -> dict[str, str]:
    """What the form may show again of a connected account: everything but secrets."""
    secret = {field.name for field in registry.listing(account.system).fields if field.secret}
    secret |= {f"former_{name}" for name in _SIGNING}
    return {name: value for name, value in _held_fields(account).items() if name not in secret}


def _account(actor: Actor, channel: str) -> ChannelAccount:
    account = queries.channel_account(business_id=actor.business_id, channel=channel)
    if account is None:
        raise GoneError(_("%(channel)s is not connected.") % {"channel": CHANNEL_LABELS.get(channel, channel)})
    return account


def _held_fields(account: ChannelAccount) -> dict[str, str]:
    """Nothing where the key ring no longer opens them: they are typed anew then."""
    try:
        return queries.typed_fields(account)
    except (UndecipherableError, ValueError):
        return {}


def _typed(listing: ChannelListing, fields: Mapping[str, str], held: Mapping[str, str]) -> dict[str, str]:
    typed = {}
    for field in listing.fields:
        value = fields.get(field.name, "").strip() or (held.get(field.name, "") if field.secret else "")
        value = value or field.default
        if field.required and not value:
            raise FieldError(field.name, _("%(label)s is missing.") % {"label": _(field.label)})
        if len(value) > _LONGEST_FIELD or not value.isprintable():
            raise FieldError(
                field.name, _("%(label)s is too long or has signs that cannot stand there.") % {"label": _(field.label)}
            )
        typed[field.name] = value
    return _with_readable_sender(listing, typed)


def _with_readable_sender(listing: ChannelListing, typed: dict[str, str]) -> dict[str, str]:
    if listing.channel == "email" and "sender" in typed:
        if "@" not in typed["sender"]:
            raise FieldError("sender", _("The sender is an email address, for example hello@your-salon.example."))
        try:
            typed["sender"] = read_address(typed["sender"], country="").value
        except AddressError as error:
            raise FieldError("sender", str(error)) from None
    elif typed.get("sender", "").startswith("+"):
        typed["sender"] = "+" + "".join(sign for sign in typed["sender"] if sign.isdigit())
    return typed


def _is_same(listing: ChannelListing, typed: Mapping[str, str], held: Mapping[str, str]) -> bool:
    names = (*listing.identity, "sender")
    return bool(held) and all(typed.get(name) == held.get(name) for name in names)


def _with_former_token(typed: dict[str, str], held: Mapping[str, str]) -> dict[str, str]:
    """Webhooks of the hours around a rotation are signed with the old token."""
    former = {}
    for name in _SIGNING:
        old = held.get(name, "")
        if old and old != typed.get(name):
            former[f"former_{name}"] = old
        elif f"former_{name}" in held:
            former[f"former_{name}"] = held[f"former_{name}"]
    return typed | former


def _check(system: str, typed: Mapping[str, str]) -> None:
    try:
        registry.open_channel(system, typed, base_url(system), limit_seconds=WEB_LIMIT_SECONDS).check()
    except ChannelError as error:
        raise RefusedError(str(error)) from None


def _last4(listing: ChannelListing, typed: Mapping[str, str]) -> str:
    secret = next((typed[field.name] for field in listing.fields if field.secret), "")
    return secret[-4:] if len(secret) >= 12 else ""


def _audit(actor: Actor, action: str, account_id: int, channel: str, now: datetime) -> None:
    audit.record(
        actor=actor,
        location_id=None,
        action=action,
        subject=("channel_account", account_id),
        now=now,
        detail={"channel": channel},
    )

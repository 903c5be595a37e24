"""What is connected, what may be sent to whom, and what became of it. Every query takes the business."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.db.models import Exists, OuterRef, Q, Subquery
from django.utils.translation import gettext as _

from quittance.clients.models import ContactPoint
from quittance.messages.addresses import short_hash, unreadable
from quittance.messages.models import ChannelAccount, Message, NotificationSetting, Suppression
from quittance.messages.queries_templates import approved_template
from quittance.messages.texts.kinds import kinds_of
from quittance.messages.types import CHANNEL_LABELS, CHANNELS, CONTACT_KINDS, PAYMENT_LINK, TYPES, stopping_reasons

_OPEN = Q(state__in=("queued", "calling")) | Q(state="unknown", next_attempt_at__isnull=False)


@dataclass(frozen=True, slots=True)
class ChannelChoice:
    """A chip of the panel. `reason` says why it cannot be used, `mend` where to change that.

    `mend`: "client_card", "connect_email", "connect_sms", "connect_whatsapp", "notifications", "texts", or "".
    `chosen`: ticked when the panel opens (as the last time for this client, else all that can be used).
    """

    channel: str
    label: str
    address: str
    is_usable: bool
    chosen: bool
    account_id: int | None = None
    reason: str = ""
    mend: str = ""


@dataclass(frozen=True, slots=True)
class Notification:
    """One type as the business has set it; without a setting by every channel that it has a text for."""

    type: str
    label: str
    help: str
    enabled: bool
    channels: tuple[str, ...]
    possible_channels: tuple[str, ...]
    falls_back: bool = False


def channel_account(*, business_id: int, channel: str) -> ChannelAccount | None:
    """The account in use; it may be switched off."""
    return ChannelAccount.objects.filter(business_id=business_id, channel=channel, retired_at__isnull=True).first()


def channel_accounts(*, business_id: int) -> dict[str, ChannelAccount]:
    """Those in use, by channel."""
    rows = ChannelAccount.objects.filter(business_id=business_id, retired_at__isnull=True)
    return {row.channel: row for row in rows}


def account_by_token(address_token: str) -> ChannelAccount | None:
    """The account of a webhook address, retired ones too: late reports must still be understood."""
    return ChannelAccount.objects.filter(address_token=address_token).first()


def typed_fields(account: ChannelAccount) -> dict[str, str]:
    """What was typed when it was connected, secrets too: for flows, never for screens."""
    text = account.credentials.reveal()
    held = json.loads(text) if text else {}
    return {str(name): str(value) for name, value in held.items()}


def notification(*, business_id: int, type: str) -> Notification:  # noqa: A002 - the column's name
    row = NotificationSetting.objects.filter(business_id=business_id, type=type).first()
    return _notification(type, row)


def notifications(*, business_id: int) -> list[Notification]:
    """Every type, in the sequence in which the settings show them."""
    rows = {row.type: row for row in NotificationSetting.objects.filter(business_id=business_id)}
    return [_notification(type_, rows.get(type_)) for type_ in TYPES]


def channel_choices(
    *,
    business_id: int,
    client_id: int | None,
    type: str = PAYMENT_LINK,  # noqa: A002 - the column's name
) -> list[ChannelChoice]:
    """Every channel with the client's address, whether it can be used now, and if not, why and where to mend it.

    Three queries, four where WhatsApp is connected.
    """
    points = _points(business_id, client_id, type)
    accounts = channel_accounts(business_id=business_id)
    setting = notification(business_id=business_id, type=type)
    remembered = [one for point in points.values() for one in point.client.link_channels]
    choices = []
    for channel in CHANNELS:
        account = accounts.get(channel)
        point = points.get(CONTACT_KINDS[channel])
        address = point.value if point else ""
        refused = getattr(point, f"refused_{channel}", None)
        reason, mend = _obstacle(
            channel,
            account,
            setting,
            client_id is not None,
            address,
            refused,
            account is None or _has_text(business_id, channel, type),
        )
        choices.append(
            ChannelChoice(
                channel=channel,
                label=_(CHANNEL_LABELS[channel]),
                address=address,
                is_usable=not reason,
                chosen=not reason and (not remembered or channel in remembered),
                account_id=account.pk if account else None,
                reason=reason,
                mend=mend,
            )
        )
    if remembered and not any(choice.chosen for choice in choices):
        return [_ticked(choice) for choice in choices]
    return choices


def why_not(*, business_id: int, channel: str, address: str, type: str) -> str:  # noqa: A002 - the column's name
    """Why nothing of this type may go to this address by this channel now; empty when it may."""
    setting = notification(business_id=business_id, type=type)
    account = channel_account(business_id=business_id, channel=channel)
    refused = _suppressed(business_id, [address], type).get((channel, address))
    has_text = account is None or _has_text(business_id, channel, type)
    return _obstacle(channel, account, setting, True, address, refused, has_text)[0]


def occurrence(*, business_id: int, link_id: int, channel: str, address: str) -> int:
    """How often this link was said to this address and came to an end; what is still under way counts not.

    So pressing again while a message waits names the same purpose, and pressing again later a new one.
    """
    prefix = f"{PAYMENT_LINK}:{link_id}:{channel}:{short_hash(address)}:"
    rows = Message.objects.filter(business_id=business_id, link_id=link_id, purpose_key__startswith=prefix)
    return rows.exclude(_OPEN).count()


def link_purpose(*, link_id: int, channel: str, address: str, number: int) -> str:
    return f"{PAYMENT_LINK}:{link_id}:{channel}:{short_hash(address)}:{number}"


# The beginning of the purpose of a message that waits until online payment works again.
CALL_BACK: Final = f"{PAYMENT_LINK}:again:"


def waits_for(*, business_id: int, link_id: int, prefix: str) -> bool:
    """Whether a message of this link with such a purpose has still to leave."""
    rows = Message.objects.filter(business_id=business_id, link_id=link_id, purpose_key__startswith=prefix)
    return rows.filter(state__in=("queued", "calling", "unknown")).exists()


def count_of_link(*, business_id: int, link_id: int) -> int:
    """How many messages there are of this link, whatever became of them."""
    return Message.objects.filter(business_id=business_id, link_id=link_id).count()


def messages_by_id(*, business_id: int, message_ids: Sequence[int]) -> list[Message]:
    rows = Message.objects.filter(business_id=business_id, pk__in=list(message_ids))
    return list(rows.order_by("id").defer("body"))


def sent_of_link(*, business_id: int, link_id: int) -> list[Message]:
    """Messages that carried this link and were accepted, the newest first."""
    rows = Message.objects.filter(
        business_id=business_id, link_id=link_id, type=PAYMENT_LINK, state__in=("sent", "delivered")
    )
    return list(rows.order_by("-id").defer("body"))


def count_since(*, business_id: int, visit_id: int, type: str, since: datetime) -> int:  # noqa: A002 - the column's name
    """How many were queued for a visit since a moment, those taken back left out."""
    rows = Message.objects.filter(business_id=business_id, visit_id=visit_id, type=type, created_at__gte=since)
    return rows.exclude(state="dropped").count()


def is_told_otherwise(*, message: Message) -> bool:
    """Whether another message about the same thing has reached the client, or may still."""
    rows = Message.objects.filter(business_id=message.business_id, type=message.type)
    same = rows.filter(
        Q(client_id=message.client_id),
        link_id=message.link_id,
        visit_id=message.visit_id,
        payment_id=message.payment_id,
        refund_id=message.refund_id,
        wallet_id=message.wallet_id,
        created_at__gte=message.created_at,
    )
    return same.exclude(pk=message.pk).exclude(state__in=("failed", "dropped")).exists()


def reported_message(*, account: ChannelAccount, key: str, their_id: str) -> Message | None:
    """The message that a status notice is about: by our key, else by their id."""
    rows = Message.objects.filter(business_id=account.business_id, account_id=account.pk).defer("body")
    by_key = rows.filter(key=key).first() if key else None
    return by_key or (rows.filter(their_id=their_id).first() if their_id else None)


def taken_ids(*, message: Message) -> set[str]:
    """Their ids of our other messages to the same address: these cannot be the one that is looked for."""
    rows = Message.objects.filter(business_id=message.business_id, account_id=message.account_id)
    others = rows.filter(address=message.address).exclude(pk=message.pk).exclude(their_id="")
    return set(others.order_by("-id").values_list("their_id", flat=True)[:200])


def _notification(type_: str, row: NotificationSetting | None) -> Notification:
    known = TYPES[type_]
    channels: Sequence[str] = known.channels if row is None else row.channels
    return Notification(
        type=type_,
        label=known.label,
        help=known.help,
        enabled=known.is_on if row is None else row.enabled,
        channels=tuple(channel for channel in CHANNELS if channel in channels and channel in known.channels),
        possible_channels=known.channels,
        falls_back=row is not None and row.falls_back,
    )


def _points(business_id: int, client_id: int | None, type_: str) -> dict[str, ContactPoint]:
    """The first phone and the first email of the card, with what refuses them, in one query."""
    if client_id is None:
        return {}
    rows = ContactPoint.objects.filter(business_id=business_id, client_id=client_id).select_related("client")
    refusals = Suppression.objects.filter(
        business_id=business_id, address=OuterRef("value"), reason__in=stopping_reasons(type_)
    ).order_by("reason")
    found = {f"refused_{one}": Subquery(refusals.filter(channel=one).values("reason")[:1]) for one in CHANNELS}
    annotated = rows.annotate(**found, has_hidden=_hides_some(business_id))
    points: dict[str, ContactPoint] = {point.kind: point for point in annotated.order_by("-position", "-id")}
    # Only a business that erased somebody who wanted no messages has to look once more.
    if any(vars(point)["has_hidden"] for point in points.values()):
        refused = _suppressed(business_id, [point.value for point in points.values()], type_)
        for point in points.values():
            vars(point).update({f"refused_{channel}": refused.get((channel, point.value)) for channel in CHANNELS})
    return points


def _hides_some(business_id: int) -> Exists:
    return Exists(Suppression.objects.filter(business_id=business_id, address__startswith="mac:"))


def _has_text(business_id: int, channel: str, type_: str) -> bool:
    """WhatsApp sends only what it approved before; the other channels always have a text."""
    if channel != "whatsapp":
        return True
    kinds = [kind.key for kind in kinds_of(type_)]
    return approved_template(business_id=business_id, kinds=kinds, language="en") is not None


def _suppressed(business_id: int, addresses: Sequence[str], type_: str) -> dict[tuple[str, str], str]:
    """By channel and address, also of addresses that are kept unreadable."""
    readable = {form: one for one in addresses if one for form in (one, unreadable(one))}
    rows = Suppression.objects.filter(
        business_id=business_id, address__in=list(readable), reason__in=stopping_reasons(type_)
    ).order_by("-reason")
    return {(row.channel, readable[row.address]): row.reason for row in rows}


def _obstacle(
    channel: str,
    account: ChannelAccount | None,
    setting: Notification,
    has_client: bool,  # noqa: FBT001 - named where it is passed on
    address: str,
    refused: str | None,
    has_text: bool,  # noqa: FBT001 - named where it is passed on
) -> tuple[str, str]:
    """The first thing in the way, as (reason, where to mend it)."""
    reason, mend = _why_silent(channel, account, setting, has_text)
    if reason:
        return reason, mend
    if not address:
        return _missing(channel, has_client=has_client), "client_card" if has_client else ""
    if refused == "opted_out":
        return _("The client has opted out."), ""
    if refused == "unsubscribed":
        return _("The client has unsubscribed from these messages."), ""
    if refused == "complained":
        return _("The client reported our email as unwanted."), "client_card"
    if refused and channel == "whatsapp":
        return _("WhatsApp refused this number earlier."), "client_card"
    return (_("This address refused messages earlier."), "client_card") if refused else ("", "")


def _why_silent(
    channel: str,
    account: ChannelAccount | None,
    setting: Notification,
    has_text: bool,  # noqa: FBT001 - named where it is passed on
) -> tuple[str, str]:
    """What is in the way of every client."""
    label = _(CHANNEL_LABELS[channel])
    if not setting.enabled:
        return _("This notification is switched off."), "notifications"
    if account is None:
        return _("%(channel)s is not connected.") % {"channel": label}, f"connect_{channel}"
    if not account.enabled:
        return _("%(channel)s is switched off.") % {"channel": label}, f"connect_{channel}"
    if channel not in setting.channels:
        return _("This notification is not sent by %(channel)s.") % {"channel": label}, "notifications"
    if not has_text:
        return _("Enter the template that WhatsApp has approved for this message."), "texts"
    return "", ""


def _missing(channel: str, *, has_client: bool) -> str:
    if not has_client:
        return _("No client is chosen for this visit.")
    if CONTACT_KINDS[channel] == "email":
        return _("There is no email address in the client card.")
    return _("There is no phone number in the client card.")


def _ticked(choice: ChannelChoice) -> ChannelChoice:
    """What was chosen the last time cannot be used now: offer all that can."""
    return ChannelChoice(
        choice.channel,
        choice.label,
        choice.address,
        choice.is_usable,
        choice.is_usable,
        choice.account_id,
        choice.reason,
        choice.mend,
    )

"""Switch notification types on or off and choose their channels."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from django.utils.translation import gettext as _

from quittance.audit import actions as audit
from quittance.core.actor import Actor, Right, require
from quittance.flows._once import once
from quittance.flows._seen import Seen
from quittance.flows.errors import RefusedError
from quittance.messages import settings_actions
from quittance.messages.types import CHANNEL_LABELS, TYPES

# What somebody may have saved meanwhile: the whole table is one form.
SUBJECT: Final = "notifications"


@dataclass(frozen=True, slots=True)
class NotificationWish:
    """How one type shall be."""

    type: str
    enabled: bool
    channels: tuple[str, ...]
    falls_back: bool = False


def set_notification(
    *,
    actor: Actor,
    type: str,  # noqa: A002 - the column's name
    enabled: bool,
    channels: Sequence[str],
    falls_back: bool = False,
    now: datetime,
) -> None:
    """One type alone."""
    wish = NotificationWish(type, enabled, tuple(channels), falls_back)
    set_notifications(actor=actor, wishes=[wish], expected_version=None, now=now)


def set_notifications(
    *, actor: Actor, wishes: Sequence[NotificationWish], expected_version: int | None, now: datetime
) -> None:
    """All of them or none. Messages that wait are checked against it when their time comes.

    ChangedByOtherError when somebody saved since the form was drawn.
    """
    require(actor, Right.EDIT_SETTINGS, None)
    checked = [_checked(wish) for wish in wishes]

    def work() -> dict[str, Any]:
        for wish in checked:
            settings_actions.set_notification(
                business_id=actor.business_id,
                type=wish.type,
                enabled=wish.enabled,
                channels=wish.channels,
                falls_back=wish.falls_back,
            )
            audit.record(
                actor=actor,
                location_id=None,
                action="notification.set",
                subject=("notification", None),
                now=now,
                detail={
                    "type": wish.type,
                    "enabled": wish.enabled,
                    "channels": list(wish.channels),
                    "falls_back": wish.falls_back,
                },
            )
        return {}

    once(actor=actor, action="notification.set", now=now, work=work, seen=Seen(SUBJECT, expected_version))


def _checked(wish: NotificationWish) -> NotificationWish:
    known = TYPES.get(wish.type)
    if known is None:
        raise RefusedError(_("This notification does not exist."))
    chosen = tuple(dict.fromkeys(wish.channels))
    for channel in chosen:
        if channel not in known.channels:
            label = CHANNEL_LABELS.get(channel, channel)
            raise RefusedError(_("%(label)s has no text for this notification yet.") % {"label": label})
    if wish.enabled and not chosen:
        raise RefusedError(_("Choose at least one channel, or switch the notification off."))
    return NotificationWish(wish.type, wish.enabled, chosen, wish.falls_back)

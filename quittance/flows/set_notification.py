"""Switch a notification type on or off and choose its channels."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.utils.translation import gettext as _

from quittance.audit import actions as audit
from quittance.core.actor import Actor, Right, require
from quittance.flows.errors import RefusedError
from quittance.messages import settings_actions
from quittance.messages.types import CHANNEL_LABELS, TYPES
from quittance.rows.locking import in_one_transaction


def set_notification(
    *,
    actor: Actor,
    type: str,  # noqa: A002 - the column's name
    enabled: bool,
    channels: Sequence[str],
    falls_back: bool = False,
    now: datetime,
) -> None:
    """Messages that wait are checked against it when their time comes."""
    require(actor, Right.EDIT_SETTINGS, None)
    known = TYPES.get(type)
    if known is None:
        raise RefusedError(_("This notification does not exist."))
    chosen = list(dict.fromkeys(channels))
    for channel in chosen:
        if channel not in known.channels:
            label = CHANNEL_LABELS.get(channel, channel)
            raise RefusedError(_("%(label)s has no text for this notification yet.") % {"label": label})
    if enabled and not chosen:
        raise RefusedError(_("Choose at least one channel, or switch the notification off."))

    def work() -> None:
        settings_actions.set_notification(
            business_id=actor.business_id, type=type, enabled=enabled, channels=chosen, falls_back=falls_back
        )
        audit.record(
            actor=actor,
            location_id=None,
            action="notification.set",
            subject=("notification", None),
            now=now,
            detail={"type": type, "enabled": enabled, "channels": chosen, "falls_back": falls_back},
        )

    in_one_transaction(work)

"""Changes of what a business has connected and switched on."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from quittance.core.ids import new_key
from quittance.messages.models import ChannelAccount, MessageTemplate, NotificationSetting
from quittance.messages.texts import OwnText


@dataclass(frozen=True, slots=True)
class Connection:
    """What was typed and checked. `credentials` has every field, secret or not."""

    channel: str
    system: str
    label: str
    sender: str
    credentials: Mapping[str, str]
    secret_last4: str


def connect(*, business_id: int, connection: Connection, same: ChannelAccount | None, now: datetime) -> ChannelAccount:
    """Put it in use. `same` is the account that it renews; any other account of the channel is retired."""
    in_use = ChannelAccount.objects.filter(business_id=business_id, channel=connection.channel, retired_at__isnull=True)
    if same is not None:
        in_use.exclude(pk=same.pk).update(retired_at=now, enabled=False)
        same.sender, same.secret_last4 = connection.sender, connection.secret_last4
        same.credentials = json.dumps(dict(connection.credentials))
        same.enabled, same.last_failure, same.retired_at = True, "", None
        same.save(update_fields=["sender", "secret_last4", "credentials", "enabled", "last_failure", "retired_at"])
        return same
    in_use.update(retired_at=now, enabled=False)
    return ChannelAccount.objects.create(
        business_id=business_id,
        channel=connection.channel,
        system=connection.system,
        label=connection.label,
        sender=connection.sender,
        credentials=json.dumps(dict(connection.credentials)),
        secret_last4=connection.secret_last4,
        address_token=new_key(),
        enabled=True,
        created_at=now,
    )


def retire(*, business_id: int, channel: str, now: datetime) -> bool:
    """Its keys stay, so that reports on what it sent can still be verified."""
    rows = ChannelAccount.objects.filter(business_id=business_id, channel=channel, retired_at__isnull=True)
    return bool(rows.update(retired_at=now, enabled=False))


def switch(*, business_id: int, channel: str, enabled: bool) -> bool:
    rows = ChannelAccount.objects.filter(business_id=business_id, channel=channel, retired_at__isnull=True)
    return bool(rows.update(enabled=enabled))


def set_notification(
    *,
    business_id: int,
    type: str,  # noqa: A002 - the column's name
    enabled: bool,
    channels: Sequence[str],
    falls_back: bool,
) -> None:
    NotificationSetting.objects.update_or_create(
        business_id=business_id,
        type=type,
        defaults={"enabled": enabled, "channels": list(channels), "falls_back": falls_back},
    )


def save_template(
    *,
    business_id: int,
    kind: str,
    channel: str,
    language: str,
    text: OwnText,
    expected_version: int,
    now: datetime,
) -> int | None:
    """The new version; None when somebody else saved since. A blank body means that ours is said."""
    fields = {
        **text.boxes(),
        "their_name": text.their_name,
        "their_language": text.their_language,
        "has_link_button": text.has_link_button,
        "changed_at": now,
    }
    row = {"business_id": business_id, "kind": kind, "channel": channel, "language": language}
    if expected_version == 0:
        _, is_new = MessageTemplate.objects.get_or_create(**row, defaults=fields)
        return 1 if is_new else None
    rows = MessageTemplate.objects.filter(**row, version=expected_version)
    return expected_version + 1 if rows.update(**fields, version=expected_version + 1) else None

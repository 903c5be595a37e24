"""How many messages leave by one account in a minute: networks punish bursts, and a mistake must not cost much."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Final

from quittance.limits.actions import count_try
from quittance.messages.models import ChannelAccount

MOST_PER_MINUTE: Final = {"email": 300, "sms": 120, "whatsapp": 300}
_MINUTE: Final = timedelta(minutes=1)


def too_fast_until(*, account: ChannelAccount, now: datetime) -> datetime | None:
    """When the next minute begins, if this one is full; else the message counts and may leave."""
    count = count_try(key=f"messages {account.pk}", window=_MINUTE, now=now)
    if count <= MOST_PER_MINUTE.get(account.channel, 120):
        return None
    return datetime.fromtimestamp((int(now.timestamp()) // 60 + 1) * 60, tz=UTC)

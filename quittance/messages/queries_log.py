"""All messages of a business, the newest first."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from django.db.models import Q

from quittance.messages.models import Message

PAGE: Final = 50


@dataclass(frozen=True, slots=True)
class LogFilter:
    """Empty means all. `state` may be `trouble`: what did not arrive, or may not have."""

    state: str = ""
    channel: str = ""
    type: str = ""
    address: str = ""


@dataclass(frozen=True, slots=True)
class LogPage:
    rows: list[Message]
    next_cursor: int | None


def log_page(*, business_id: int, wanted: LogFilter, cursor: int | None) -> LogPage:
    """Keyset by id, so that a long history stays as quick as a short one. One query."""
    rows = Message.objects.filter(business_id=business_id).select_related("client").defer("body")
    if wanted.state == "trouble":
        rows = rows.filter(Q(state="failed") | Q(state="unknown", next_attempt_at__isnull=True))
    elif wanted.state:
        rows = rows.filter(state=wanted.state)
    if wanted.channel:
        rows = rows.filter(channel=wanted.channel)
    if wanted.type:
        rows = rows.filter(type=wanted.type)
    if wanted.address:
        rows = rows.filter(address=wanted.address)
    if cursor is not None:
        rows = rows.filter(pk__lt=cursor)
    found = list(rows.order_by("-pk")[: PAGE + 1])
    return LogPage(found[:PAGE], found[PAGE - 1].pk if len(found) > PAGE else None)


def resent_ids(*, business_id: int, message_ids: list[int]) -> set[int]:
    """Which of these have a newer message in their place."""
    rows = Message.objects.filter(business_id=business_id, instead_of_id__in=message_ids)
    return {number for number in rows.values_list("instead_of_id", flat=True) if number is not None}

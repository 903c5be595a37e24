"""Keep what others told us, once, before anything is made of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import sha256
from itertools import takewhile

from quittance.core.secret import UndecipherableError
from quittance.inbox.models import InboundWebhook

FOREIGN = "foreign"
RECEIVED = "received"
MATCHED = "matched"
UNMATCHED = "unmatched"


@dataclass(frozen=True, slots=True)
class Sender:
    """The account that a notice came for: `source` is the payment system's slug, or `messages`."""

    business_id: int
    source: str
    account_id: int


@dataclass(frozen=True, slots=True)
class NewNotice:
    """One verified notice; `references` are (kind, value) pairs of theirs."""

    event_id: str
    kind: str
    live: bool = False
    at: datetime | None = None
    references: Sequence[tuple[str, str]] = ()
    metadata: Mapping[str, str] = field(default_factory=dict)
    body: str = ""
    state: str = RECEIVED


@dataclass(frozen=True, slots=True)
class Shrunk:
    """`last_id` is the last one that is done."""

    last_id: int
    there_is_more: bool


def store(*, sender: Sender, notices: Sequence[NewNotice], now: datetime) -> None:
    """One statement. A notice that is here already is left as it is, however often it comes."""
    rows = [
        InboundWebhook(
            business_id=sender.business_id,
            source=sender.source,
            account_id=sender.account_id,
            event_id=_storable(notice.event_id)[:255],
            kind=_storable(notice.kind)[:100],
            live=notice.live,
            references=[[kind, _storable(value)] for kind, value in notice.references],
            metadata={_storable(name): _storable(value) for name, value in notice.metadata.items()},
            body=notice.body,
            body_hash=_hash(notice.body),
            event_at=notice.at,
            received_at=now,
            state=notice.state,
            next_attempt_at=now if notice.state == RECEIVED else None,
        )
        for notice in notices
    ]
    InboundWebhook.objects.bulk_create(rows, ignore_conflicts=True)


def store_new(*, sender: Sender, notices: Sequence[NewNotice], now: datetime) -> int:
    """The same for lists that mostly repeat what is known: nothing is written then. Returns how many were new."""
    shown = {_storable(notice.event_id)[:255]: notice for notice in notices}
    held = InboundWebhook.objects.filter(source=sender.source, account_id=sender.account_id, event_id__in=list(shown))
    known = set(held.values_list("event_id", flat=True))
    new = [notice for event_id, notice in shown.items() if event_id not in known]
    if new:
        store(sender=sender, notices=new, now=now)
    return len(new)


def shrink(*, after_id: int, older_than: datetime, limit: int) -> Shrunk:
    """Leave of notices that came before `older_than` only ids, times and the hash; the oldest first, `limit` at most.

    It stops at the first that is younger. What nobody could look into by then is given up.
    """
    rows = InboundWebhook.objects.filter(pk__gt=after_id).order_by("pk")
    looked_at = list(rows.values_list("pk", "received_at")[:limit])
    old = [pk for pk, _ in takewhile(lambda row: row[1] < older_than, looked_at)]
    if not old:
        return Shrunk(after_id, there_is_more=False)
    ours = InboundWebhook.objects.filter(pk__in=old)
    for row in ours.filter(body_hash="").exclude(body="").only("body"):
        _keep_hash(row)
    ours.filter(next_attempt_at__isnull=False).update(
        next_attempt_at=None, lease_until=None, lease_token="", state=UNMATCHED, outcome="given up after 90 days"
    )
    ours.update(body="", metadata={})
    return Shrunk(old[-1], there_is_more=len(old) == limit)


def _keep_hash(row: InboundWebhook) -> None:
    """Of those that came before hashes were kept."""
    try:
        text = row.body.reveal()
    except UndecipherableError:
        return
    InboundWebhook.objects.filter(pk=row.pk).update(body_hash=_hash(text))


def _hash(body: str) -> str:
    return sha256(body.encode("utf-8", "surrogatepass")).hexdigest() if body else ""


def _storable(text: str) -> str:
    """PostgreSQL refuses NUL and half surrogates, which JSON lets through."""
    return text.encode("utf-8", "replace").decode().replace("\x00", "")

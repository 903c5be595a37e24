"""Every change of a message: one function per change, each a counted UPDATE, so that of two only one happens.

queued → calling → sent → delivered; failed, dropped, unknown. What has become `delivered` stays so, whatever
is reported later. Changes by the worker are fenced by the token of its lease.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import F, Q, QuerySet, Value
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_noop

from quittance.core.ids import new_key
from quittance.messages.addresses import unreadable
from quittance.messages.models import ChannelAccount, Message, Suppression

_REST: dict[str, Any] = {"next_attempt_at": None, "lease_until": None, "lease_token": ""}
_LONGEST_REASON = 200
# Dropped before any call; one that was dropped after a call with a lost answer may have arrived all the same.
_NEVER_CALLED = Q(state="dropped", called_at__isnull=True)


@dataclass(frozen=True, slots=True)
class NewMessage:
    """What is to be said, to whom, about what. `purpose_key`: one purpose is queued once per business."""

    type: str
    channel: str
    account_id: int
    address: str
    language: str
    purpose_key: str
    client_id: int | None = None
    visit_id: int | None = None
    bill_id: int | None = None
    link_id: int | None = None
    payment_id: int | None = None
    refund_id: int | None = None
    wallet_id: int | None = None
    instead_of_id: int | None = None
    is_once: bool = False
    moved_from_at: datetime | None = None


def queue(
    *, business_id: int, new: NewMessage, due_at: datetime, created_by_id: int | None, now: datetime
) -> tuple[Message, bool]:
    """The message of this purpose, and whether this call queued it."""
    return Message.objects.get_or_create(
        business_id=business_id,
        purpose_key=new.purpose_key,
        defaults={
            "type": new.type,
            "channel": new.channel,
            "account_id": new.account_id,
            "address": new.address,
            "language": new.language,
            "client_id": new.client_id,
            "visit_id": new.visit_id,
            "bill_id": new.bill_id,
            "link_id": new.link_id,
            "payment_id": new.payment_id,
            "refund_id": new.refund_id,
            "wallet_id": new.wallet_id,
            "instead_of_id": new.instead_of_id,
            "is_once": new.is_once,
            "moved_from_at": new.moved_from_at,
            "key": new_key(),
            "created_at": now,
            "created_by_id": created_by_id,
            "next_attempt_at": due_at,
        },
    )


def put_off(*, message: Message, due_at: datetime) -> bool:
    """Let what no worker has touched yet wait until then."""
    rows = Message.objects.filter(pk=message.pk, state="queued", lease_token="")
    return rows.update(next_attempt_at=due_at) == 1


def undo(*, business_id: int, message_ids: Collection[int]) -> int:
    """Take back what no worker has begun to send; returns how many."""
    waiting = Message.objects.filter(business_id=business_id, pk__in=list(message_ids), state="queued")
    return waiting.update(state="dropped", failure=gettext_noop("Taken back before it was sent."), **_REST)


def begin_call(*, message: Message, lease_token: str, account_id: int, text: str, now: datetime) -> bool:
    """Written before the call that cannot be repeated."""
    rows = _leased(message, lease_token).filter(state="queued")
    changed = rows.update(
        state="calling", called_at=now, account_id=account_id, body=text, failure="", failure_class=""
    )
    return changed == 1


def mark_sent(*, message: Message, lease_token: str, their_id: str, delivered: bool, now: datetime) -> bool:
    """The channel has it. Counts even when the lease was lost meanwhile: what was accepted was accepted."""
    changes = _acceptance(their_id, delivered=delivered, now=now)
    if _leased(message, lease_token).filter(state__in=("calling", "unknown")).update(**changes):
        return True
    late = Message.objects.filter(pk=message.pk, state__in=("queued", "calling", "unknown"), their_id="")
    return late.update(**changes) == 1


def retry_later(*, message: Message, lease_token: str, at: datetime, reason: str) -> bool:
    """Nothing was sent; the reason for sending is checked anew at the next try."""
    rows = _leased(message, lease_token).filter(state__in=("queued", "calling", "unknown"))
    again = {**_REST, "next_attempt_at": at}
    return rows.update(state="queued", failure=reason[:_LONGEST_REASON], failure_class="transient", **again) == 1


def wait_until(*, message: Message, lease_token: str, at: datetime) -> bool:
    """It is only not the time to send: that counts as no attempt."""
    rows = _leased(message, lease_token).filter(state="queued", attempts__gt=0)
    return rows.update(**{**_REST, "next_attempt_at": at}, attempts=F("attempts") - 1) == 1


def mark_unknown(*, message: Message, lease_token: str, ask_at: datetime | None, reason: str) -> bool:
    """The outcome is not known. `ask_at` None: it cannot be found out, a person decides."""
    rows = _leased(message, lease_token).filter(state__in=("calling", "unknown"))
    waiting = {**_REST, "next_attempt_at": ask_at}
    return rows.update(state="unknown", failure=reason[:_LONGEST_REASON], failure_class="unknown", **waiting) == 1


def mark_failed(*, message: Message, lease_token: str, reason: str, failure_class: str) -> bool:
    rows = _leased(message, lease_token).filter(state__in=("queued", "calling", "unknown"))
    return rows.update(state="failed", failure=reason[:_LONGEST_REASON], failure_class=failure_class, **_REST) == 1


def drop(*, message: Message, lease_token: str, reason: str) -> bool:
    """The reason for sending is gone."""
    rows = _leased(message, lease_token).filter(state="queued")
    return rows.update(state="dropped", failure=reason[:_LONGEST_REASON], **_REST) == 1


def let_rest(*, message: Message, lease_token: str) -> bool:
    """The row has its outcome already; only the lease is given back."""
    return _leased(message, lease_token).update(**_REST) == 1


def report_sent(*, message: Message, their_id: str, now: datetime) -> bool:
    """A status notice says that the channel has it, whoever holds the lease."""
    rows = Message.objects.filter(pk=message.pk, state__in=("queued", "calling", "unknown"))
    return rows.update(**_acceptance(their_id, delivered=False, now=now)) == 1


def report_delivered(*, message: Message, their_id: str, now: datetime) -> bool:
    rows = Message.objects.filter(pk=message.pk).exclude(state="delivered").exclude(_NEVER_CALLED)
    return rows.update(**_acceptance(their_id, delivered=True, now=now)) == 1


def report_failed(*, message: Message, their_id: str, reason: str, failure_class: str) -> bool:
    rows = Message.objects.filter(pk=message.pk, state__in=("queued", "calling", "unknown", "sent"))
    changes = {"state": "failed", "failure": reason[:_LONGEST_REASON], "failure_class": failure_class}
    return rows.update(their_id=their_id, **changes, **_REST) == 1


def suppress(
    *,
    business_id: int,
    channel: str,
    address: str,
    reason: str,
    detail: str = "",
    now: datetime,
) -> bool:
    """Write to this address no more; whether that is new. An opt-out is never overwritten by a weaker reason."""
    rows = Suppression.objects.filter(business_id=business_id, channel=channel)
    weaker, stronger = ("refused",) if reason == "opted_out" else (), ("opted_out",) if reason == "refused" else ()
    hidden = unreadable(address)
    if rows.filter(address__in=(address, hidden), reason__in=(reason, *stronger)).exists():
        return False
    kept_as = hidden if rows.filter(address=hidden, reason__in=weaker).exists() else address
    _, is_new = Suppression.objects.get_or_create(
        business_id=business_id,
        channel=channel,
        address=kept_as,
        reason=reason,
        defaults={"detail": detail[:_LONGEST_REASON], "since_at": now},
    )
    rows.filter(address__in=(address, hidden), reason__in=weaker).delete()
    return is_new


def lift_suppression(*, business_id: int, channel: str, address: str, reasons: Collection[str] = ()) -> bool:
    """Without `reasons`, all of them."""
    rows = Suppression.objects.filter(business_id=business_id, channel=channel)
    if reasons:
        rows = rows.filter(reason__in=reasons)
    return bool(rows.filter(address__in=(address, unreadable(address))).delete()[0])


def forget_suppressed(*, business_id: int, addresses: Iterable[str]) -> None:
    """Who is erased stays unwritten to, and their address is kept only so that it is known when it is met again."""
    for address in addresses:
        hidden = unreadable(address)
        for row in Suppression.objects.filter(business_id=business_id, address=address):
            same = Suppression.objects.filter(
                business_id=business_id, channel=row.channel, address=hidden, reason=row.reason
            )
            if same.exists():
                row.delete()
            else:
                Suppression.objects.filter(pk=row.pk).update(address=hidden, detail="")


def note_success(*, account_id: int, now: datetime) -> None:
    ChannelAccount.objects.filter(pk=account_id).update(last_success_at=now)


def note_failure(*, account_id: int, reason: str, now: datetime) -> None:
    rows = ChannelAccount.objects.filter(pk=account_id)
    rows.update(last_failure_at=now, last_failure=reason[:_LONGEST_REASON])


def _leased(message: Message, lease_token: str) -> QuerySet[Message]:
    if not lease_token:
        raise ValueError("an empty token is nobody's lease")
    return Message.objects.filter(pk=message.pk, lease_token=lease_token)


def _acceptance(their_id: str, *, delivered: bool, now: datetime) -> dict[str, Any]:
    changes: dict[str, Any] = {**_REST, "their_id": their_id, "failure": "", "failure_class": ""}
    changes["sent_at"] = Coalesce(F("sent_at"), Value(now))
    changes["state"] = "delivered" if delivered else "sent"
    if delivered:
        changes["delivered_at"] = now
    return changes

"""What is known of desks. Every query takes the business, save the lookup by the printed code."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from quittance.pay_desks.models import CodeAsk, PayDesk, Push
from quittance.rows.fields import key_ring

CODE_LENGTH = 22
MOST_TRIES: Final = 5


def desks_of(*, business_id: int, location_id: int) -> list[PayDesk]:
    """Those in use, in the sequence in which they were added."""
    rows = PayDesk.objects.filter(business_id=business_id, location_id=location_id, archived_at__isnull=True)
    return list(rows.order_by("id"))


def desk_by_id(*, business_id: int, desk_id: int) -> PayDesk | None:
    rows = PayDesk.objects.filter(business_id=business_id, pk=desk_id, archived_at__isnull=True)
    return rows.select_related("location", "business").first()


def desk_by_code(code: str) -> PayDesk | None:
    """Every code that is not one of ours, or not any more, gives None in the same way."""
    if len(code) != CODE_LENGTH:
        return None
    rows = PayDesk.objects.filter(code_mac=key_ring().mac(code), archived_at__isnull=True)
    return rows.select_related("location", "business").first()


def push_at(*, desk: PayDesk, now: datetime) -> Push | None:
    """What is shown there by the clock; whether it is still due is asked of its bill."""
    rows = Push.objects.filter(business_id=desk.business_id, desk=desk, ended_at__isnull=True, expires_at__gt=now)
    return rows.select_related("bill", "bill__client").first()


def push_of_bill(*, business_id: int, bill_id: int, now: datetime) -> Push | None:
    rows = Push.objects.filter(business_id=business_id, bill_id=bill_id, ended_at__isnull=True, expires_at__gt=now)
    return rows.select_related("desk").first()


def ask_by_key(*, desk: PayDesk, key: str) -> CodeAsk | None:
    return CodeAsk.objects.filter(business_id=desk.business_id, desk=desk, key=key).first()


def is_over(ask: CodeAsk, *, now: datetime) -> bool:
    """Whether no further try is heard."""
    return ask.tries >= MOST_TRIES or ask.used_at is not None or ask.expires_at <= now


def ask_by_id(*, business_id: int, ask_id: int) -> CodeAsk | None:
    return CodeAsk.objects.filter(business_id=business_id, pk=ask_id).select_related("desk").first()


def ask_of_message(*, business_id: int, message_id: int) -> CodeAsk | None:
    return CodeAsk.objects.filter(business_id=business_id, message_id=message_id).select_related("business").first()

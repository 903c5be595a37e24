"""What is written about desks, what they show, and codes that were asked for."""

from __future__ import annotations

import hmac
from datetime import datetime, timedelta
from typing import Final

from django.db.models import F, Q

from quittance.bills.models import Bill
from quittance.businesses.models import Location
from quittance.core.ids import new_key, new_token
from quittance.pay_desks.models import CodeAsk, PayDesk, Push
from quittance.pay_desks.queries import MOST_TRIES
from quittance.rows.fields import key_ring

PUSH_MINUTES: Final = 10
CODE_MINUTES: Final = 10
_CODE_DIGITS: Final = 6


def add_desk(*, location: Location, name: str, now: datetime) -> PayDesk:
    code = new_token()
    return PayDesk.objects.create(
        business_id=location.business_id,
        location=location,
        name=name,
        code=code,
        code_mac=key_ring().mac(code),
        code_made_at=now,
        created_at=now,
    )


def lock_desk(*, business_id: int, desk_id: int) -> PayDesk | None:
    """After the bill. Only one that stands: an archived desk takes nothing."""
    rows = PayDesk.objects.select_for_update(no_key=True, of=("self",))
    return rows.filter(business_id=business_id, pk=desk_id, archived_at__isnull=True).first()


def rename_desk(*, desk: PayDesk, name: str) -> None:
    PayDesk.objects.filter(pk=desk.pk).update(name=name)


def make_new_code(*, desk: PayDesk, now: datetime) -> None:
    """The old code opens nothing from now on, and what it showed is taken off."""
    code = new_token()
    PayDesk.objects.filter(pk=desk.pk).update(code=code, code_mac=key_ring().mac(code), code_made_at=now)
    _forget(desk, reason="new_code", now=now)


def archive_desk(*, desk: PayDesk, now: datetime) -> None:
    PayDesk.objects.filter(pk=desk.pk).update(archived_at=now)
    _forget(desk, reason="archived", now=now)


def show_at(*, desk: PayDesk, bill: Bill, by_id: int | None, now: datetime) -> tuple[Push, int | None]:
    """Under the locks of bill and desk. The push, and the id of the bill whose live push it took the place of."""
    old = Push.objects.filter(desk=desk, ended_at__isnull=True).exclude(bill=bill).first()
    Push.objects.filter(Q(desk=desk) | Q(bill=bill), business_id=desk.business_id, ended_at__isnull=True).update(
        ended_at=now, ended_reason="replaced"
    )
    push = Push.objects.create(
        business_id=desk.business_id,
        desk=desk,
        bill=bill,
        key=new_key(),
        pushed_by_id=by_id,
        pushed_at=now,
        expires_at=now + timedelta(minutes=PUSH_MINUTES),
    )
    return push, old.bill_id if old is not None and old.expires_at > now else None


def take_off(*, bill: Bill, now: datetime) -> bool:
    rows = Push.objects.filter(business_id=bill.business_id, bill=bill, ended_at__isnull=True)
    return bool(rows.update(ended_at=now, ended_reason="withdrawn"))


def take_push(*, desk: PayDesk, key: str, now: datetime) -> int | None:
    """The id of the bill, for the one who said yes first; None for everybody after."""
    rows = Push.objects.filter(desk=desk, key=key, ended_at__isnull=True, taken_at__isnull=True, expires_at__gt=now)
    if not rows.update(taken_at=now):
        return None
    return Push.objects.values_list("bill_id", flat=True).get(key=key)


def ask_code(*, desk: PayDesk, phone: str, now: datetime) -> CodeAsk:
    return CodeAsk.objects.create(
        business_id=desk.business_id,
        desk=desk,
        key=new_key(),
        phone=phone,
        asked_at=now,
        expires_at=now + timedelta(minutes=CODE_MINUTES),
    )


def code_of(ask: CodeAsk) -> str:
    """Six digits that nobody can tell from the row alone."""
    number = int(key_ring().mac(f"desk code {ask.key}")[:16], 16)
    return f"{number % 10**_CODE_DIGITS:0{_CODE_DIGITS}d}"


def answer_ask(*, ask: CodeAsk, bill_id: int | None) -> None:
    """Whose number it was is known now; the number itself is not kept."""
    CodeAsk.objects.filter(pk=ask.pk).update(bill_id=bill_id, phone="")


def note_message(*, ask: CodeAsk, message_id: int) -> None:
    CodeAsk.objects.filter(pk=ask.pk).update(message_id=message_id)


def try_code(*, ask: CodeAsk, typed: str, now: datetime) -> bool:
    """Every try is counted before it is compared; a code is good once."""
    rows = CodeAsk.objects.filter(pk=ask.pk, used_at__isnull=True, expires_at__gt=now, tries__lt=MOST_TRIES)
    if not rows.update(tries=F("tries") + 1):
        return False
    fits = hmac.compare_digest(typed.encode(), code_of(ask).encode())
    # Compared also where no bill is behind it, so that both take the same time.
    if not fits or ask.bill_id is None:
        return False
    return bool(CodeAsk.objects.filter(pk=ask.pk, used_at__isnull=True).update(used_at=now))


def _forget(desk: PayDesk, *, reason: str, now: datetime) -> None:
    Push.objects.filter(desk=desk, ended_at__isnull=True).update(ended_at=now, ended_reason=reason)
    CodeAsk.objects.filter(desk=desk, used_at__isnull=True, expires_at__gt=now).update(expires_at=now)

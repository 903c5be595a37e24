"""A payment account whose system does not answer is left alone for a while; one question re-opens it."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from django.db.models import Q

from quittance.payments.models import EventSweep, Payment, PaymentAccount

_BELIEVED_AFTER: Final = timedelta(minutes=15)


def may_be_asked(now: datetime) -> Q:
    """Of payments: those whose account is not left alone at the moment."""
    return Q(account__not_before__isnull=True) | Q(account__not_before__lte=now)


def leave_alone(*, account_id: int, until: datetime) -> None:
    """No questions before then; an earlier, longer pause stays."""
    accounts = PaymentAccount.objects.filter(pk=account_id)
    accounts.filter(Q(not_before__isnull=True) | Q(not_before__lt=until)).update(not_before=until)


def take_probe(*, account: PaymentAccount, until: datetime) -> bool:
    """After a pause one caller may ask, the others wait for what it finds out."""
    if account.not_before is None:
        return True
    waiting = PaymentAccount.objects.filter(pk=account.pk, not_before=account.not_before)
    return waiting.update(not_before=until) == 1


def note_answering(*, account: PaymentAccount) -> None:
    """It answers: the pause is over and its trouble is history."""
    if account.not_before is not None or account.trouble:
        PaymentAccount.objects.filter(pk=account.pk).update(not_before=None, trouble="")


def wake_payments_of_key(*, account_id: int, key: str, now: datetime) -> int:
    """A notice names our key: ask about that payment soon. It is only a hint where to look."""
    waiting = Payment.objects.filter(account_id=account_id, key=key).exclude(state__in=Payment.FINAL)
    return waiting.filter(Q(next_attempt_at__isnull=True) | Q(next_attempt_at__gt=now)).update(next_attempt_at=now)


def has_answered_since(*, account: PaymentAccount, since: datetime, now: datetime) -> bool:
    """Whether it has shown since then that it works: its event list was read, and it is not left alone.

    Where nobody had anything to ask for a quarter of an hour, it is believed to work: the next who pays finds out.
    """
    if account.trouble or (account.not_before is not None and account.not_before > now):
        return False
    if EventSweep.objects.filter(account_id=account.pk, swept_at__gt=since).exists():
        return True
    return since + _BELIEVED_AFTER <= now

"""What is noted of a payment account when it does not answer, or answers again.

A system that is down or overrun is left alone for a moment, so that an outage is not hammered. Keys that are
refused are trouble that a person must mend: the account says so, and a case stands open until it answers.
"""

from __future__ import annotations

import random
from datetime import datetime, timedelta

from quittance.bills import cases
from quittance.businesses.models import Location
from quittance.due import actions as due
from quittance.payment_systems.port import (
    MisconfiguredError,
    PaymentSystemError,
    RateLimitedError,
    UnavailableError,
)
from quittance.payments import account_health
from quittance.payments import actions as payments
from quittance.payments.models import PaymentAccount
from quittance.rows.locking import in_one_transaction

PROBE_SECONDS = 30
_PAUSE_BASE_SECONDS = 10
_PAUSE_CAP_SECONDS = 5 * 60
_NO_BUSINESS_CURRENCY = "EUR"


def may_ask(*, account: PaymentAccount, now: datetime) -> bool:
    """After a pause one question goes ahead, the others wait for what it finds out.

    The pause may have begun after the caller's row was claimed: the others of its batch wait too.
    """
    if account.not_before is not None and account.not_before > now:
        return False
    return account_health.take_probe(account=account, until=now + timedelta(seconds=PROBE_SECONDS))


def wait_for_probe(*, now: datetime) -> datetime:
    """When to come again, for who may not ask."""
    return now + timedelta(seconds=random.uniform(5, PROBE_SECONDS))  # noqa: S311 - spreads, guards nothing


def note_silence(*, account_id: int, attempts: int, error: PaymentSystemError, now: datetime) -> None:
    """`attempts` is how often in a row the caller met it."""
    if isinstance(error, MisconfiguredError):
        in_one_transaction(lambda: note_trouble(account_id=account_id, trouble=str(error), now=now))
    elif isinstance(error, RateLimitedError):
        until = now + timedelta(seconds=error.retry_after_seconds)
        account_health.leave_alone(account_id=account_id, until=until)
    elif isinstance(error, UnavailableError):
        pause = due.backoff(attempts, base_seconds=_PAUSE_BASE_SECONDS, cap_seconds=_PAUSE_CAP_SECONDS)
        account_health.leave_alone(account_id=account_id, until=now + pause)


def note_trouble(*, account_id: int, trouble: str, now: datetime) -> None:
    """Inside the caller's transaction. A retired account troubles nobody any more."""
    account = payments.lock_account(account_id=account_id)
    payments.note_trouble(account_id=account_id, trouble=trouble)
    if account.retired_at is not None:
        return
    cases.open_account_case(
        business_id=account.business_id,
        account_id=account_id,
        currency=_currency(account.business_id),
        label=account.label,
        trouble=trouble,
        now=now,
    )


def note_answering(*, account: PaymentAccount, now: datetime) -> None:
    """`account` as it was read before the question; the pause is over and its trouble is history."""
    if account.trouble:
        in_one_transaction(lambda: _end_trouble(account, now))
    account_health.note_answering(account=account)


def _end_trouble(account: PaymentAccount, now: datetime) -> None:
    payments.lock_account(account_id=account.pk)
    payments.note_trouble(account_id=account.pk, trouble="")
    cases.close_account_case(
        business_id=account.business_id, account_id=account.pk, resolution="it answers again", now=now
    )


def _currency(business_id: int) -> str:
    """A case has an amount, here zero, and so a currency: that of the business's first location."""
    first = Location.objects.filter(business_id=business_id).order_by("pk").values_list("currency", flat=True).first()
    return first or _NO_BUSINESS_CURRENCY

"""Read an account's event list, whether webhooks come or not: dashboard refunds, lost webhooks, outages.

    1  the events after the cursor                                           (outside)
    2  store each in the inbox, exactly as if a webhook had brought it       (once per account and event)
    3  save the cursor, if the lease is still ours

A crash between 2 and 3 reads the same stretch again, and the inbox knows it. `process_webhook` does the rest.
"""

from __future__ import annotations

import random
from datetime import datetime, timedelta

from quittance.due import actions as due
from quittance.flows._ask_times import retry_ask_at
from quittance.flows._notices import inbox_notice, is_forgotten, sender_of
from quittance.flows._silence import may_ask, note_answering, note_silence, wait_for_probe
from quittance.flows._systems import open_system
from quittance.inbox import actions as inbox
from quittance.payment_systems.port import Feature, PaymentSystem, PaymentSystemError
from quittance.payments import settings_actions
from quittance.payments.models import EventSweep

INTERVAL = timedelta(minutes=5)
# Before an account was connected no event can be ours; a day of it bears any difference between two clocks.
_BEFORE_THE_FIRST = timedelta(days=1)
# Each may take the whole time of a call outside, and all of them must fit into the lease.
_MOST_CALLS = 3


def work(*, row_id: int, lease_token: str, now: datetime) -> None:
    """Read on for one leased account and say when it is read next; a long stretch goes on at once."""
    sweep = EventSweep.objects.select_related("account").filter(pk=row_id, lease_token=lease_token).first()
    if sweep is None:
        return
    account = sweep.account
    if is_forgotten(account.retired_at, now):
        due.finish(EventSweep, row_id, lease_token, attempts=0)
        return
    if not may_ask(account=account, now=now):
        at = wait_for_probe(now=now)
        due.finish(EventSweep, row_id, lease_token, next_attempt_at=at, attempts=sweep.attempts - 1)
        return
    try:
        system = open_system(account)
        if Feature.EVENT_LIST not in system.features:
            due.finish(EventSweep, row_id, lease_token, attempts=0)
            return
        reached_the_end = _read_on(sweep, system, lease_token, now)
    except PaymentSystemError as error:
        note_silence(account_id=account.pk, attempts=sweep.attempts, error=error, now=now)
        at = retry_ask_at(attempts=sweep.attempts, now=now)
        due.finish(EventSweep, row_id, lease_token, next_attempt_at=at)
        return
    note_answering(account=account, now=now)
    at = next_sweep_at(now=now, spread=random.random()) if reached_the_end else now  # noqa: S311 - spreads only
    due.finish(EventSweep, row_id, lease_token, next_attempt_at=at, attempts=0)


def next_sweep_at(*, now: datetime, spread: float) -> datetime:
    """`spread` (0 to 1) pulls it forward by up to a tenth, so that accounts do not march in step."""
    return now + INTERVAL * (1 - spread / 10)


def _read_on(sweep: EventSweep, system: PaymentSystem, lease_token: str, now: datetime) -> bool:
    """False: there may be more. The end is where the place moves no further."""
    account = sweep.account
    place = sweep.cursor or system.cursor_at(account.created_at - _BEFORE_THE_FIRST)
    for _ in range(_MOST_CALLS):
        notices, following = system.events_since(place)
        new = [inbox_notice(account, notice) for notice in notices]
        inbox.store_new(sender=sender_of(account), notices=new, now=now)
        if not settings_actions.save_place(sweep_id=sweep.pk, lease_token=lease_token, cursor=following, now=now):
            return True
        if following == place:
            return True
        place = following
    return False

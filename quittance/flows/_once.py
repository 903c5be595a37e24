"""One pressing of a button does its work once: a repeat of the request id shows the first result."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from quittance.audit import actions as audit
from quittance.core.actor import Actor
from quittance.flows._seen import Seen, check_seen
from quittance.flows.errors import FlowError
from quittance.rows.locking import in_one_transaction


class _AnsweredMeanwhileError(Exception):
    """Another process answered the same request first: undo ours, show theirs."""


def once(
    *, actor: Actor, action: str, now: datetime, work: Callable[[], dict[str, Any]], seen: Seen | None = None
) -> dict[str, Any]:
    """Run `work` in one durable transaction and remember its answer, which is plain JSON.

    `seen`: what the form edits, as of which version; ChangedByOtherError when somebody saved it since.
    """
    first = audit.first_answer(business_id=actor.business_id, request_id=actor.request_id)
    if first is not None:
        return first

    def remembered() -> dict[str, Any]:
        if seen is not None:
            check_seen(actor=actor, seen=seen, now=now)
        answer = work()
        if not audit.remember_answer(actor=actor, action=action, result=answer, now=now):
            raise _AnsweredMeanwhileError
        return answer

    try:
        return in_one_transaction(remembered)
    except (_AnsweredMeanwhileError, FlowError):
        # What stands in our way may be what the same pressing did a moment ago in another process.
        first = audit.first_answer(business_id=actor.business_id, request_id=actor.request_id)
        if first is None:
            raise
        return first

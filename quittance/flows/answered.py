"""Whether a pressing did its work before: its answer was lost on the way, and the same form arrives once more."""

from __future__ import annotations

from quittance.audit import actions as audit
from quittance.core.actor import Actor


def was_answered(*, actor: Actor) -> bool:
    """A face that judges what was typed asks this first: what the pressing did has changed what fits."""
    return audit.first_answer(business_id=actor.business_id, request_id=actor.request_id) is not None

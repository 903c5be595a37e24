"""A form that edits what is there carries the version it was drawn with: the last to save never wins unseen."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from quittance.audit import actions as audit
from quittance.core.actor import Actor
from quittance.flows.errors import ChangedByOtherError, RefusedError


@dataclass(frozen=True, slots=True)
class Seen:
    """What is edited (`location 5`), and the version that its person saw; None: no form was filled in."""

    subject: str
    version: int | None


def check_seen(*, actor: Actor, seen: Seen, now: datetime) -> None:
    """First in the transaction that saves: counts this saving, or raises ChangedByOtherError."""
    other = audit.revise(actor=actor, subject=seen.subject, expected=seen.version, now=now)
    if other is not None:
        raise ChangedByOtherError(by_id=other.by_id, at=other.at, version=other.version)


def refuse_stale(version: int, expected: int | None) -> None:
    """For a card that counts its own versions; None: no form was filled in."""
    if expected is not None and version != expected:
        raise RefusedError(_("Somebody changed this card meanwhile. Open it again, then repeat."))

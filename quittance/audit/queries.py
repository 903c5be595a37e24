"""Who did what, newest first; lists page by the last id they showed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from quittance.audit.models import AuditEntry, Revision


def of_subject(*, business_id: int, kind: str, subject_id: int, limit: int = 50) -> list[AuditEntry]:
    """The history of one row (`visit`, `payment`, `link` …), oldest first; at most the newest `limit`."""
    rows = AuditEntry.objects.filter(business_id=business_id, subject_kind=kind, subject_id=subject_id)
    return list(reversed(rows.order_by("-id")[:limit]))


def of_subjects(
    *, business_id: int, subjects: Sequence[tuple[str, int]], actions: Sequence[str] = (), limit: int = 100
) -> list[AuditEntry]:
    """The history of several rows together (a visit, its bill, its payments), oldest first, in one query.

    `actions` leaves out all others.
    """
    if not subjects:
        return []
    found = AuditEntry.objects.none()
    by_kind: dict[str, list[int]] = {}
    for kind, subject_id in subjects:
        by_kind.setdefault(kind, []).append(subject_id)
    for kind, ids in by_kind.items():
        found = found | AuditEntry.objects.filter(business_id=business_id, subject_kind=kind, subject_id__in=ids)
    if actions:
        found = found.filter(action__in=actions)
    return list(reversed(found.order_by("-id")[:limit]))


def recent(*, business_id: int, before_id: int | None = None, limit: int = 50) -> list[AuditEntry]:
    """The business's trail, newest first; pass the last id shown to go on."""
    rows = AuditEntry.objects.filter(business_id=business_id)
    if before_id is not None:
        rows = rows.filter(id__lt=before_id)
    return list(rows.order_by("-id")[:limit])


@dataclass(frozen=True, slots=True, kw_only=True)
class Filter:
    """What of the trail is asked for; empty leaves everything in.

    `location_ids` None is the whole business; a set leaves out what belongs to other places or to none.
    """

    location_ids: frozenset[int] | None = None
    actor_id: int | None = None
    actor_kind: str = ""
    actions: tuple[str, ...] = ()
    subject: tuple[str, int | None] | None = None
    since: datetime | None = None
    before: datetime | None = None


def page(*, business_id: int, wanted: Filter, before_id: int | None = None, limit: int = 50) -> list[AuditEntry]:
    """Newest first; pass the last id shown to go on."""
    rows = AuditEntry.objects.filter(business_id=business_id)
    if wanted.location_ids is not None:
        rows = rows.filter(location_id__in=wanted.location_ids)
    if wanted.actor_id is not None:
        rows = rows.filter(actor_id=wanted.actor_id)
    if wanted.actor_kind:
        rows = rows.filter(actor_kind=wanted.actor_kind)
    if wanted.actions:
        rows = rows.filter(action__in=wanted.actions)
    if wanted.subject is not None:
        kind, subject_id = wanted.subject
        rows = rows.filter(subject_kind=kind)
        rows = rows if subject_id is None else rows.filter(subject_id=subject_id)
    if wanted.since is not None:
        rows = rows.filter(at__gte=wanted.since)
    if wanted.before is not None:
        rows = rows.filter(at__lt=wanted.before)
    if before_id is not None:
        rows = rows.filter(id__lt=before_id)
    return list(rows.order_by("-id")[:limit])


def revisions(*, business_id: int, subjects: Sequence[str]) -> dict[str, int]:
    """How often each was saved so far: what a form is drawn with. One query."""
    rows = Revision.objects.filter(business_id=business_id, subject__in=subjects)
    held = dict(rows.values_list("subject", "version"))
    return {subject: held.get(subject, 0) for subject in subjects}

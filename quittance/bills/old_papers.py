"""Papers outlive the wish to be forgotten: the law keeps the name on them for years, and no longer."""

from __future__ import annotations

from datetime import date, datetime

from django.db.models import QuerySet

from quittance.bills.models import Receipt


def replace_names(*, business_id: int, client_id: int, issued_before: date, limit: int, now: datetime) -> int:
    """What the client is called on papers of days before `issued_before` becomes a number; how many were changed.

    The number still tells a bookkeeper which papers belong together. A paper changes once and nothing else of it:
    the database sees to that.
    """
    papers = _named(business_id, client_id).filter(local_date__lt=issued_before).order_by("local_date", "pk")[:limit]
    for paper in papers:
        snapshot = {**paper.snapshot, "client_name": pseudonym(client_id)}
        Receipt.objects.filter(pk=paper.pk, name_removed_at__isnull=True).update(snapshot=snapshot, name_removed_at=now)
    return len(papers)


def oldest_with_name(*, business_id: int, client_id: int) -> date | None:
    """The day of the oldest paper that still names the client."""
    return _named(business_id, client_id).order_by("local_date").values_list("local_date", flat=True).first()


def pseudonym(client_id: int) -> str:
    return f"#{client_id}"


def _named(business_id: int, client_id: int) -> QuerySet[Receipt]:
    return Receipt.objects.filter(business_id=business_id, client_id=client_id, name_removed_at__isnull=True)

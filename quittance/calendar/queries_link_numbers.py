"""What became of the links of the last days, by the day on which they were made."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from django.db.models import Count, Q
from django.db.models.functions import TruncDate

from quittance.calendar.times import day_period, local_date
from quittance.payments.models import PaymentLink

DAYS = 30


@dataclass(frozen=True, slots=True)
class LinkDay:
    """Links made on a day: how many were sent, seen by a person and paid, until now."""

    day: date
    sent: int = 0
    accessed: int = 0
    paid: int = 0


def link_days(*, business_id: int, location_ids: Sequence[int], time_zone: str, now: datetime) -> list[LinkDay]:
    """The last thirty days, today last; days without links too. One query on one stretch of an index."""
    today = local_date(now, time_zone=time_zone)
    first = today - timedelta(days=DAYS - 1)
    since = day_period(day=first, time_zone=time_zone).starts_at
    rows = PaymentLink.objects.filter(business_id=business_id, location_id__in=location_ids, created_at__gte=since)
    counted = (
        rows.annotate(day=TruncDate("created_at", tzinfo=ZoneInfo(time_zone)))
        .values("day")
        .annotate(
            # A copy or a QR was handed out by hand: what was seen or paid had been sent.
            sent=Count("pk", filter=Q(sent_at__isnull=False) | Q(accessed_at__isnull=False) | Q(closed_reason="paid")),
            accessed=Count("pk", filter=Q(accessed_at__isnull=False)),
            paid=Count("pk", filter=Q(closed_reason="paid")),
        )
        .order_by("day")
    )
    found = {row["day"]: LinkDay(row["day"], row["sent"], row["accessed"], row["paid"]) for row in counted}
    days = [first + timedelta(days=number) for number in range(DAYS)]
    return [found.get(day, LinkDay(day)) for day in days]

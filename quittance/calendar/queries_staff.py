"""Staff with what stands ahead of them."""

from __future__ import annotations

from datetime import datetime

from django.db.models import Count, Q

from quittance.businesses.models import Location, StaffMember
from quittance.calendar.models import Appointment

MAX_UPCOMING = 500


def upcoming_of(*, business_id: int, staff_id: int, now: datetime) -> list[Appointment]:
    """What is booked with them from now on, the next first."""
    rows = Appointment.objects.filter(business_id=business_id, staff_id=staff_id, ends_at__gt=now)
    ahead = rows.exclude(state__in=Appointment.GONE).select_related("visit__client")
    return list(ahead.order_by("starts_at", "id")[:MAX_UPCOMING])


def staff_with_hours(location: Location) -> list[StaffMember]:
    """All cards of a location, archived ones last, each with `plan_count`: how many stretches its week has."""
    rows = StaffMember.objects.filter(business_id=location.business_id, location=location)
    counted = rows.annotate(plan_count=Count("working_hours", filter=Q(working_hours__isnull=False)))
    return sorted(counted, key=lambda row: (row.archived_at is not None, row.position, row.pk))

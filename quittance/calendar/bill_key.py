"""From a bill to its visit: what settling money needs to know of the calendar."""

from __future__ import annotations

from quittance.calendar.models import Visit


def visit_id_of_bill(*, business_id: int, bill_id: int) -> int | None:
    """None for a bill that stands without a visit."""
    return Visit.objects.filter(business_id=business_id, bill_id=bill_id).values_list("pk", flat=True).first()


def lock_visit_of_bill(*, business_id: int, bill_id: int) -> Visit | None:
    """Locked before its bill, always in this sequence, so that two flows cannot wait for each other."""
    return (
        Visit.objects.select_for_update(no_key=True, of=("self",))
        .filter(business_id=business_id, bill_id=bill_id)
        .first()
    )

"""From a visit's id to its rows, within one business."""

from __future__ import annotations

from django.utils.translation import gettext as _

from quittance.bills.models import Bill
from quittance.calendar.models import Visit
from quittance.flows.errors import GoneError


def visit_by_id(*, business_id: int, visit_id: int) -> Visit:
    """GoneError for an unknown visit and for one of another business alike."""
    try:
        return Visit.objects.select_related(
            "bill", "location", "client", "business", "bill__location", "bill__client", "bill__business"
        ).get(business_id=business_id, pk=visit_id)
    except Visit.DoesNotExist:
        raise GoneError(_("This visit does not exist.")) from None


def bill_of_visit(*, business_id: int, visit_id: int) -> Bill:
    return visit_by_id(business_id=business_id, visit_id=visit_id).bill

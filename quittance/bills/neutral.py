"""What clients read of a bill's line where the place names no services."""

from __future__ import annotations

from typing import Final

from django.utils.translation import gettext, override

from quittance.bills.models import BillLine
from quittance.businesses.models import Location

# What stands for itself on a bill: it is bought as such and says nothing of a treatment.
_NAMED: Final = ("gift_card", "credit")


def name_for_clients(line: BillLine, *, location: Location, language: str) -> str:
    """The line's own name; a word for its kind where the location names no services."""
    if not location.names_no_services or line.kind in _NAMED:
        return line.name
    with override(language):
        return {"membership": gettext("Membership"), "product": gettext("Product")}.get(line.kind, gettext("Service"))

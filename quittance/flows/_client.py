"""A client's card, locked, within one business."""

from __future__ import annotations

from django.utils.translation import gettext as _

from quittance.clients.models import Client
from quittance.flows.errors import GoneError


def lock_client(*, business_id: int, client_id: int) -> Client:
    """A card that is in use; GoneError for an archived one and for one of another business alike."""
    rows = Client.objects.select_for_update(no_key=True, of=("self",))
    client = rows.filter(business_id=business_id, pk=client_id, archived_at__isnull=True).first()
    if client is None:
        raise GoneError(_("This client does not exist."))
    return client

"""A robot fetched a link's page. That is no access: it is kept apart, and only the link's activity tells it."""

from __future__ import annotations

from datetime import datetime

from django.db import OperationalError

from quittance.limits.actions import note_fetch
from quittance.payments.models import PaymentLink


def note(*, link: PaymentLink, robot: str, now: datetime) -> None:
    """A trace that a busy database may lose: the page is drawn all the same."""
    try:
        note_fetch(business_id=link.business_id, link_id=link.pk, robot=robot, now=now)
    except OperationalError:
        return

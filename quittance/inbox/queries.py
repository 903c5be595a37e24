"""What came in, for the settings page and for people who look for a lost notice."""

from __future__ import annotations

from django.db.models import QuerySet

from quittance.inbox.models import InboundWebhook


def recent(*, business_id: int, account_id: int, source: str, limit: int = 20) -> QuerySet[InboundWebhook]:
    """The account's newest notices, without their bodies."""
    rows = InboundWebhook.objects.filter(business_id=business_id, account_id=account_id, source=source)
    return rows.defer("body").order_by("-received_at", "-id")[:limit]


def leased(*, row_id: int, lease_token: str) -> InboundWebhook | None:
    """The row, if the lease is still the caller's."""
    return InboundWebhook.objects.filter(pk=row_id, lease_token=lease_token).first()

"""All that is held about one client: for the card, for merging, and for the copy that they may ask for."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from quittance.bills.models import Bill, Receipt, Tender
from quittance.calendar.models import Appointment, Visit
from quittance.calendar.queries import visits_of_client
from quittance.clients.models import Client
from quittance.clients.queries import consents_of, contact_points_of
from quittance.core.money import Money
from quittance.messages.models import Message
from quittance.payments.models import Payment
from quittance.wallets.models import Wallet

MAX_SHOWN = 50
MAX_HELD = 5_000


@dataclass(frozen=True, slots=True)
class ClientPayment:
    """Money that a client gave, by whichever way."""

    tender: Tender
    visit_id: int | None

    @property
    def amount(self) -> Money:
        return Money(self.tender.amount_minor, self.tender.currency)

    @property
    def returned(self) -> Money:
        return Money(self.tender.returned_minor, self.tender.currency)


@dataclass(frozen=True, slots=True)
class Held:
    """How much hangs on a card, for the sentence that says what will move."""

    visits: int
    bills: int
    messages: int
    wallets: int


def payments_of_client(*, business_id: int, client_id: int) -> list[ClientPayment]:
    """What still counts, the newest first; one query."""
    rows = Tender.objects.filter(business_id=business_id, bill__client_id=client_id, voided_at__isnull=True)
    return [
        ClientPayment(row, getattr(getattr(row.bill, "visit", None), "pk", None))
        for row in rows.select_related("bill__visit").order_by("-id")[:MAX_SHOWN]
    ]


def held_by(*, business_id: int, client_id: int) -> Held:
    mine: dict[str, Any] = {"business_id": business_id, "client_id": client_id}
    return Held(
        visits=Visit.objects.filter(**mine).count(),
        bills=Bill.objects.filter(**mine).count(),
        messages=Message.objects.filter(**mine).count(),
        wallets=Wallet.objects.filter(**mine, balance__gt=0).count(),
    )


def why_not_erasable(*, business_id: int, client_id: int, now: datetime) -> str:
    """What has to be finished first, as a sentence; empty when nothing is."""
    coming = Appointment.objects.filter(business_id=business_id, visit__client_id=client_id, ends_at__gt=now).exclude(
        state__in=Appointment.GONE
    )
    if coming.exists():
        return _("This client has a visit to come. Cancel it first, or wait until it is over.")
    open_payments = Payment.objects.filter(business_id=business_id, bill__client_id=client_id)
    if open_payments.exclude(state__in=Payment.FINAL).exists():
        return _("A payment of this client is still under way. Wait until it is settled.")
    return ""


def all_about(*, client: Client, now: datetime) -> dict[str, Any]:
    """As plain JSON: the card, what was agreed, visits with what was sold and paid, receipts, messages."""
    business_id = client.business_id
    mine: dict[str, Any] = {"business_id": business_id, "client_id": client.pk}
    return {
        "made_at": now.isoformat(),
        "card": {
            "number": client.pk,
            "name": client.name,
            "language": client.language,
            "note": client.note,
            "created_at": client.created_at.isoformat(),
            "link_channels": client.link_channels,
        },
        "contact_points": [
            {"kind": one.kind, "value": one.value}
            for one in contact_points_of(business_id=business_id, client_id=client.pk)
        ],
        "consents": [
            {"kind": one.kind, "given": one.given, "at": one.at.isoformat()}
            for one in consents_of(business_id=business_id, client_id=client.pk)
        ],
        "visits": [
            _visit(visit)
            for visit in Visit.objects.filter(**mine)
            .select_related("bill", "location")
            .prefetch_related("appointments__staff", "bill__lines", "bill__tenders")
            .order_by("starts_at", "id")[:MAX_HELD]
        ],
        "receipts": [
            {"number": one.number, "series": one.series, "issued_at": one.issued_at.isoformat(), "text": one.snapshot}
            for one in Receipt.objects.filter(business_id=business_id, bill__client_id=client.pk).order_by("id")[
                :MAX_HELD
            ]
        ],
        "messages": [
            {
                "type": one.type,
                "channel": one.channel,
                "address": one.address,
                "state": one.state,
                "created_at": one.created_at.isoformat(),
            }
            for one in Message.objects.filter(**mine).order_by("id")[:MAX_HELD]
        ],
        "holdings": [
            {
                "kind": one.kind,
                "name": one.name,
                "balance": one.balance,
                "unit": one.currency or one.unit,
                "since": one.starts_at.isoformat(),
                "until": one.expires_at.isoformat() if one.expires_at else None,
            }
            for one in Wallet.objects.filter(**mine).order_by("id")[:MAX_HELD]
        ],
    }


def _visit(visit: Visit) -> dict[str, Any]:
    currency = visit.bill.currency
    return {
        "number": visit.pk,
        "location": visit.location.name,
        "booked_at": visit.created_at.isoformat(),
        "cancelled_at": visit.cancelled_at.isoformat() if visit.cancelled_at else None,
        "note": visit.note,
        "appointments": [
            {
                "service": one.service_name,
                "with": one.staff.name,
                "starts_at": one.starts_at.isoformat(),
                "ends_at": one.ends_at.isoformat(),
                "state": one.state,
            }
            for one in visit.appointments.all()
        ],
        "total": str(Money(visit.bill.total_minor, currency)),
        "lines": [
            {"name": one.name, "quantity": one.quantity, "amount": str(Money(one.gross_minor, currency))}
            for one in visit.bill.lines.all()
            if one.removed_at is None
        ],
        "payments": [
            {
                "kind": one.kind,
                "amount": str(Money(one.amount_minor, one.currency)),
                "returned": str(Money(one.returned_minor, one.currency)),
                "at": one.taken_at.isoformat(),
                "voided": one.voided_at is not None,
            }
            for one in visit.bill.tenders.all()
        ],
    }


__all__ = [
    "ClientPayment",
    "Held",
    "all_about",
    "held_by",
    "payments_of_client",
    "visits_of_client",
    "why_not_erasable",
]

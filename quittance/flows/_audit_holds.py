"""The part of the audit about value that stands beside payments: S10, set aside while it can be paid, ended once."""

from __future__ import annotations

from collections.abc import Iterator

from django.db.models import Q

from quittance.bills.models import Tender
from quittance.flows._audit_returns import Finding
from quittance.payments.models import Payment
from quittance.wallets.models import WalletHold

_PAGE = 500


def hold_findings(scope: Q) -> Iterator[Finding]:
    holds = WalletHold.objects.filter(scope)
    payments = Payment.objects.filter(scope, pk__in=holds.values("payment_id")).defer("request", "address")
    payment_by_id = {row.pk: row for row in payments.iterator(chunk_size=_PAGE)}
    tender_by_id = {row.pk: row for row in Tender.objects.filter(scope, pk__in=holds.values("tender_id"))}
    value: dict[int, int] = {}
    seen: set[tuple[int, int]] = set()
    for hold in holds.iterator(chunk_size=_PAGE):
        row, payment = f"hold {hold.pk}", payment_by_id.get(hold.payment_id or 0)
        tender = tender_by_id.get(hold.tender_id or 0)
        if payment is None or payment.bill_id != hold.bill_id:
            yield Finding("S10", row, "stands beside no payment of its bill")
            continue
        if (hold.wallet_id, payment.pk) in seen:
            yield Finding("S10", row, f"a second hold of wallet {hold.wallet_id} for payment {payment.pk}")
        seen.add((hold.wallet_id, payment.pk))
        if (hold.state == "held") != _can_be_paid(payment):
            yield Finding("S10", row, f"is {hold.state}, but payment {payment.pk} is {payment.state}")
        if not _is_right(tender, hold):
            yield Finding("S10", row, f"is {hold.state}, and its tender is {hold.tender_id}")
        stands = hold.pays_minor if hold.state == "held" else tender.amount_minor if tender is not None else 0
        value[payment.pk] = value.get(payment.pk, 0) + stands
    for payment in Payment.objects.filter(scope).filter(Q(value_minor__gt=0) | Q(pk__in=value)):
        if payment.value_minor != value.get(payment.pk, 0):
            text = f"says {payment.value_minor} pays beside it, its holds say {value.get(payment.pk, 0)}"
            yield Finding("S10", f"payment {payment.pk}", text)


def _can_be_paid(payment: Payment) -> bool:
    return payment.superseded_at is None and payment.state in (*Payment.LIVE, "processing")


def _is_right(tender: Tender | None, hold: WalletHold) -> bool:
    """Captured: a tender of all of it. Held: none. Released: none, or what was taken anew of it."""
    if tender is None:
        return hold.tender_id is None and hold.state != "captured"
    whole = tender.amount_minor == hold.pays_minor and tender.units == hold.amount
    fits = whole if hold.state == "captured" else hold.state == "released" and tender.amount_minor <= hold.pays_minor
    return fits and tender.wallet_id == hold.wallet_id and tender.bill_id == hold.bill_id

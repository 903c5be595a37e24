"""What the tests of refunds do again and again: a visit that was paid, and money given back."""

from __future__ import annotations

from quittance.bills.models import Tender
from quittance.calendar.models import Visit
from quittance.flows import refund
from quittance.payment_systems.port import Checkout
from tests.support.salon import Salon


def paid_visit(salon: Salon, minor: int = 10_000) -> Visit:
    visit = salon.visit(minor=minor)
    salon.bank.pay(salon.open_page(visit))
    salon.settle(visit)
    return visit


def tender_of(visit: Visit) -> Tender:
    return Tender.objects.filter(bill_id=visit.bill_id).latest("pk")


def give_back(
    salon: Salon, visit: Visit, minor: int, *, tender: Tender | None = None, actor=None
) -> refund.RefundAnswer:
    return refund.refund(
        actor=actor or salon.actor,
        visit_id=visit.pk,
        tender_id=(tender or tender_of(visit)).pk,
        amount=salon.eur(minor),
        reason="The colour did not hold",
        expected_version=salon.bill(visit).version,
        now=salon.now,
    )


def page_of(salon: Salon, visit: Visit) -> Checkout:
    return salon.bank.book(salon.payment(visit).references.get(kind="checkout").value).checkout


def returned(salon: Salon, visit: Visit) -> list[int]:
    """What the bank has paid back, in minor units, by its own books."""
    page = salon.bank.book(page_of(salon, visit))
    return [seen.amount.minor for seen in page.refunds.values() if seen.state != "failed"]

"""What of a visit's money can go back, to where, and what that undoes: said before anything leaves."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from quittance.bills.law_13 import held_minor
from quittance.bills.models import Bill, Tender
from quittance.bills.queries import facts, tenders_of
from quittance.bills.receipts import tender_label
from quittance.calendar.models import Visit
from quittance.calendar.queries_visit import VisitWindow
from quittance.core.money import Money
from quittance.payments.models import Refund


@dataclass(frozen=True, slots=True)
class Undone:
    """What an amount undoes: first what was too much, then a part of the price, which is then `price_after`."""

    excess: Money
    price: Money
    price_after: Money


@dataclass(frozen=True, slots=True)
class TenderOffer:
    """One tender; `refundable` is what the business still holds of it."""

    tender: Tender
    label: str
    amount: Money
    refundable: Money
    disputed: Money
    refunds: tuple[Refund, ...]

    @property
    def kind(self) -> str:
        return self.tender.kind


@dataclass(frozen=True, slots=True)
class Portion:
    """What goes back to one tender."""

    offer: TenderOffer
    amount: Money


@dataclass(frozen=True, slots=True)
class RefundOffer:
    """`loose` are refunds of money that settled nothing, such as another currency's."""

    location_id: int
    version: int
    total: Money
    excess: Money
    tenders: tuple[TenderOffer, ...]
    loose: tuple[Refund, ...]

    def of(self, tender_id: int) -> TenderOffer | None:
        return next((one for one in self.tenders if one.tender.pk == tender_id), None)

    @property
    def refundable(self) -> Money:
        return Money(sum(one.refundable.minor for one in self.tenders), self.total.currency)

    @property
    def has_money(self) -> bool:
        """Whether some of it is money, which could become credit; value goes back to where it came from."""
        return any(one.refundable.is_positive and one.tender.wallet_id is None for one in self.tenders)

    def undoes(self, amount: Money) -> Undone:
        excess = Money(min(amount.minor, self.excess.minor), amount.currency)
        price = amount - excess
        return Undone(excess=excess, price=price, price_after=self.total - price)

    def portions(self, amount: Money) -> tuple[Portion, ...]:
        """Where the amount goes when nobody chooses: the newest online payment first, then what was taken by hand."""
        found: list[Portion] = []
        left = amount
        for one in sorted(self.tenders, key=lambda one: (one.kind != "online", -one.tender.pk)):
            part = Money(min(left.minor, one.refundable.minor), amount.currency)
            if part.is_positive:
                found.append(Portion(one, part))
                left -= part
        return tuple(found)


def refund_offer(*, business_id: int, visit_id: int) -> RefundOffer | None:
    """None for an unknown visit and for one of another business alike. Three queries."""
    visit = Visit.objects.select_related("bill").filter(business_id=business_id, pk=visit_id).first()
    if visit is None:
        return None
    refunds = Refund.objects.filter(business_id=business_id, bill_id=visit.bill_id).order_by("id")
    return _offer(visit.bill, tenders_of(visit.bill), refunds)


def offer_of_window(window: VisitWindow) -> RefundOffer:
    """The same from rows in memory."""
    return _offer(window.bill, window.tenders, window.refunds)


def offer_of_bill(*, bill: Bill) -> RefundOffer:
    """The same for a bill in memory. Two queries."""
    refunds = Refund.objects.filter(business_id=bill.business_id, bill_id=bill.pk).order_by("id")
    return _offer(bill, tenders_of(bill), refunds)


def _offer(bill: Bill, tenders: Sequence[Tender], refunds: Iterable[Refund]) -> RefundOffer:
    of_tender: dict[int | None, list[Refund]] = {}
    for refund in refunds:
        of_tender.setdefault(refund.tender_id, []).append(refund)
    money = facts(bill)
    return RefundOffer(
        location_id=bill.location_id,
        version=bill.version,
        total=money.total,
        excess=money.excess,
        tenders=tuple(_tender(one, of_tender.get(one.pk, [])) for one in tenders),
        loose=tuple(of_tender.get(None, [])),
    )


def _tender(tender: Tender, refunds: Sequence[Refund]) -> TenderOffer:
    return TenderOffer(
        tender=tender,
        label=tender_label(tender),
        amount=Money(tender.amount_minor, tender.currency),
        refundable=Money(held_minor(tender), tender.currency),
        disputed=Money(tender.disputed_minor, tender.currency),
        refunds=tuple(refunds),
    )

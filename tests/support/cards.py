"""What the salon sells as value, and doing so in one step."""

from __future__ import annotations

from typing import Any

from quittance.calendar.models import Visit
from quittance.catalog.models import GiftCardType, MembershipService, MembershipType, Service
from quittance.flows import change_lines, refund, spend_wallet, take_tender
from quittance.flows.change_lines import LinesForm
from quittance.flows.spend_wallet import Asked
from quittance.wallets.models import Wallet
from quittance.wallets.queries import shown_code
from tests.support.salon import Salon


def gift_card_type(
    salon: Salon, *, nominal: int = 5_000, price: int | None = None, months: int | None = 12
) -> GiftCardType:
    return GiftCardType.objects.create(
        business=salon.business,
        location=salon.location,
        name=f"Gift card {nominal // 100}",
        price_minor=nominal if price is None else price,
        nominal_minor=nominal,
        valid_months=months,
    )


def service(salon: Salon, *, name: str = "Massage", minor: int = 6_000) -> Service:
    return Service.objects.create(
        business=salon.business, location=salon.location, name=name, price_minor=minor, duration_minutes=60
    )


def membership_type(
    salon: Salon, *services: Service, visits: int | None = 10, months: int | None = 12
) -> MembershipType:
    type_ = MembershipType.objects.create(
        business=salon.business,
        location=salon.location,
        name="Ten massages",
        price_minor=50_000,
        visits=visits,
        valid_months=months,
    )
    for one in services:
        MembershipService.objects.create(business=salon.business, membership_type=type_, service=one)
    return type_


def form(salon: Salon, visit: Visit) -> LinesForm:
    return LinesForm(actor=salon.actor, visit_id=visit.pk, expected_version=None)


def without_lines(salon: Salon, visit: Visit) -> Visit:
    """The visit with nothing on its bill."""
    for line in salon.bill(visit).lines.filter(removed_at__isnull=True):
        change_lines.remove(form=form(salon, visit), line_id=line.pk, now=salon.now)
    return visit


def sell_card(salon: Salon, *, nominal: int = 5_000) -> tuple[Visit, Wallet]:
    """A visit that sold one gift card, paid in cash."""
    visit = without_lines(salon, salon.visit())
    type_ = gift_card_type(salon, nominal=nominal)
    line = change_lines.add_gift_card(form=form(salon, visit), gift_card_type_id=type_.pk, now=salon.now)
    salon.cash(visit, nominal)
    return visit, Wallet.objects.get(issued_line_id=line["line"])


def sell_membership(salon: Salon, *services: Service, **more: Any) -> tuple[Visit, Wallet]:
    visit = without_lines(salon, salon.visit())
    type_ = membership_type(salon, *services, **more)
    line = change_lines.add_membership(form=form(salon, visit), membership_type_id=type_.pk, now=salon.now)
    salon.cash(visit, type_.price_minor)
    return visit, Wallet.objects.get(issued_line_id=line["line"])


def pay_with(salon: Salon, visit: Visit, wallet: Wallet, minor: int | None = None, **more: Any) -> dict[str, Any]:
    """A card by its code, anything else as the client's own."""
    amount = None if minor is None else salon.eur(minor)
    named = {"code": shown_code(wallet)} if wallet.kind == "gift_card" else {"wallet_id": wallet.pk}
    asked = Asked(amount=amount, **{**named, **more})
    return spend_wallet.spend(actor=salon.actor, visit_id=visit.pk, asked=asked, expected_version=None, now=salon.now)


def balance(wallet: Wallet) -> int:
    wallet.refresh_from_db()
    return wallet.balance


def void(salon: Salon, visit: Visit, tender_id: int) -> None:
    take_tender.void(
        actor=salon.actor,
        visit_id=visit.pk,
        tender_id=tender_id,
        reason="typed twice",
        expected_version=None,
        now=salon.now,
    )


def give_back(salon: Salon, visit: Visit, tender_id: int, minor: int) -> refund.RefundAnswer:
    return refund.refund(
        actor=salon.actor,
        visit_id=visit.pk,
        tender_id=tender_id,
        amount=salon.eur(minor),
        expected_version=None,
        now=salon.now,
    )

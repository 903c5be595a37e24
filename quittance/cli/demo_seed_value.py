"""What the demo's clients hold, and what lies on its shelves: gift cards, memberships, points, a series, stock."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from quittance.bills.models import Bill, BillLine
from quittance.bills.queries import facts
from quittance.calendar.models import Visit
from quittance.calendar.times import instant_at, local_date
from quittance.catalog.value_actions import ValueTerms
from quittance.cli.demo_seed_bulk import DemoVisit
from quittance.cli.demo_seed_places import DemoPlace
from quittance.core.money import Money
from quittance.flows import change_lines, correct_stock, open_sale, set_value_types, spend_wallet, take_tender
from quittance.flows.book_series import Booking, Repeat, book_series
from quittance.flows.book_visit import Slot
from quittance.flows.change_lines import LinesForm
from quittance.flows.spend_wallet import Asked
from quittance.payments.queries import payment_states
from quittance.payments.status import VisitStatus
from quittance.wallets.models import Wallet

_BLOW_DRY: Final = "Blow-dry and styling"
_SERIES_STARTS_IN: Final = timedelta(days=9)


def fill_shelves(place: DemoPlace, *, now: datetime) -> None:
    """As counted some weeks ago; what was sold since is taken off by the sales themselves."""
    wanted = {sold.name: sold.stock for sold in place.table.sold if sold.stock}
    for product in place.products:
        if product.name in wanted:
            correct_stock.correct_stock(
                actor=place.manager,
                location_id=place.location.pk,
                product_id=product.pk,
                counted=wanted[product.name],
                note="Delivery",
                now=now,
            )


def seed_value(place: DemoPlace, visits: list[DemoVisit], *, now: datetime) -> None:
    """Sold and paid at the till, then partly spent on visits of today that nobody has paid yet."""
    card_50, card_100, five, club = _types(place, now)
    unpaid = _unpaid_today(visits, now)
    blow_dries = [visit for visit in unpaid if visit.service.name == _BLOW_DRY]
    others = [visit for visit in unpaid if visit.service.name != _BLOW_DRY]
    for visit, card in zip(others, (card_50, card_100, card_50), strict=False):
        wallet = _sell(visit, now, gift_card=card)
        if wallet is not None and card == card_100:
            _spend(visit, Asked(wallet_id=wallet.pk), now)
    for visit in blow_dries[:2]:
        wallet = _sell(visit, now, membership=five)
        if wallet is not None:
            line = BillLine.objects.get(bill__visit=visit.visit_id)
            _spend(visit, Asked(wallet_id=wallet.pk, line_id=line.pk), now)
    for visit in others[3:4]:
        _sell(visit, now, membership=club)
    _let_points_be_earned_and_spent(place, others[4:8], now)
    _book_series(place, now)


def _types(place: DemoPlace, now: datetime) -> tuple[int, int, int, int]:
    """The ids of two gift cards, of a membership of five visits, and of one that lasts a month."""
    manager, here, currency = place.manager, place.location.pk, place.location.currency

    def card(major: int) -> int:
        price = Money(major * 100, currency)
        terms = ValueTerms(name=f"Gift card {major}", price=price, valid_months=36)
        return set_value_types.save_gift_card_type(
            actor=manager, location_id=here, type_id=None, terms=terms, nominal=price, now=now
        )

    def membership(name: str, price: int, *, months: int, visits: int | None, services: set[str]) -> int:
        return set_value_types.save_membership_type(
            actor=manager,
            location_id=here,
            type_id=None,
            terms=ValueTerms(name=name, price=Money(price, currency), valid_months=months),
            visits=visits,
            service_ids=[one.pk for one in place.services if one.name in services],
            now=now,
        )

    set_value_types.set_earning_rule(
        actor=manager,
        location_id=here,
        points_per_unit=1,
        point_value=Money(5, currency),
        cashback_ppm=10_000,
        now=now,
    )
    return (
        card(50),
        card(100),
        membership("Five blow-dries", 14900, months=12, visits=5, services={_BLOW_DRY}),
        membership("Barber club", 5900, months=1, visits=None, services={"Beard trim", "Hot towel shave"}),
    )


def _unpaid_today(visits: list[DemoVisit], now: datetime) -> list[DemoVisit]:
    """Of clients who come once today, so that nobody holds what another visit of theirs might spend."""
    bills = dict(Visit.objects.filter(pk__in=[one.visit_id for one in visits]).values_list("pk", "bill_id"))
    today = [one for one in visits if _is_today(one, now)]
    place = visits[0].place
    states = payment_states(
        business_id=place.location.business_id, bill_ids=[bills[one.visit_id] for one in today], now=now
    )
    found: dict[int, DemoVisit] = {}
    for one in sorted(today, key=lambda one: (one.ends_at <= now, one.starts_at, one.visit_id)):
        state = states[bills[one.visit_id]]
        if state.status is VisitStatus.UNPAID and state.facts.due.is_positive and not state.facts.price_open:
            found.setdefault(one.client.pk, one)
    return list(found.values())


def _is_today(visit: DemoVisit, now: datetime) -> bool:
    zone = visit.place.location.time_zone
    return local_date(visit.starts_at, time_zone=zone) == local_date(now, time_zone=zone)


def _sell(
    visit: DemoVisit, now: datetime, *, gift_card: int | None = None, membership: int | None = None
) -> Wallet | None:
    """At the till, to the client of the visit; what they hold from now on."""
    place = visit.place
    sale = open_sale.open_sale(
        actor=place.desk, location_id=place.location.pk, client_id=visit.client.pk, now=now
    ).visit_id
    form = LinesForm(place.desk, sale, None)
    if gift_card is not None:
        change_lines.add_gift_card(form=form, gift_card_type_id=gift_card, now=now)
    if membership is not None:
        change_lines.add_membership(form=form, membership_type_id=membership, now=now)
    _pay(place, sale, now)
    line = BillLine.objects.get(bill__visit=sale)
    return Wallet.objects.filter(issued_line_id=line.pk).first()


def _spend(visit: DemoVisit, asked: Asked, now: datetime) -> None:
    spend_wallet.spend(actor=visit.place.desk, visit_id=visit.visit_id, asked=asked, expected_version=None, now=now)


def _let_points_be_earned_and_spent(place: DemoPlace, visits: list[DemoVisit], now: datetime) -> None:
    """Four clients pay and earn; the first of them buys something and pays a part of it with points."""
    for visit in visits:
        _pay(place, visit.visit_id, now)
    if not visits or not place.products:
        return
    first = visits[0]
    points = Wallet.objects.filter(client=first.client, kind="points", balance__gt=0).first()
    sale = open_sale.open_sale(
        actor=place.desk, location_id=place.location.pk, client_id=first.client.pk, now=now
    ).visit_id
    form = LinesForm(place.desk, sale, None)
    change_lines.add_product(form=form, product_id=place.products[0].pk, quantity=1, now=now)
    if points is not None:
        asked = Asked(wallet_id=points.pk)
        spend_wallet.spend(actor=place.desk, visit_id=sale, asked=asked, expected_version=None, now=now)
    _pay(place, sale, now)


def _pay(place: DemoPlace, visit_id: int, now: datetime) -> None:
    due = facts(Bill.objects.get(visit=visit_id)).due
    if due.is_positive:
        take_tender.take(
            actor=place.desk, visit_id=visit_id, kind="card_terminal", amount=due, expected_version=None, now=now
        )


def _book_series(place: DemoPlace, now: datetime) -> None:
    """Every four weeks at ten, from a day on that the calendar has not filled yet."""
    service = next(one for one in place.services if one.name == _BLOW_DRY)
    day = local_date(now, time_zone=place.location.time_zone) + _SERIES_STARTS_IN
    starts_at = instant_at(day=day, minute=10 * 60, time_zone=place.location.time_zone)
    booking = Booking(
        location_id=place.location.pk,
        client=place.clients[0].pk,
        appointments=[Slot(staff_id=place.staff[0].pk, service_id=service.pk, starts_at=starts_at)],
        note="Every four weeks",
    )
    book_series(actor=place.desk, booking=booking, repeat=Repeat(4, 6), when_taken="skip", now=now)

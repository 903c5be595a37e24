"""Gift cards, memberships, points, cashback and credit: sold, spent, given back, and what each ledger must say."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from quittance.bills.models import Tender
from quittance.catalog.models import GiftCardType, MembershipType
from quittance.core.money import Money
from quittance.flows import book_series, book_visit, change_lines, merge_clients, open_sale, spend_wallet
from quittance.flows.book_visit import BookedVisit
from quittance.wallets.models import Wallet
from quittance.wallets.queries import shown_code
from tests.simulator.checks import rows
from tests.simulator.desk import decision_of, due_of, line_of, lines_form, version_for
from tests.simulator.registry import action, needs_visit
from tests.simulator.seeding import DESK, Place
from tests.simulator.story import Violation
from tests.simulator.world import VisitRef, World


def _new_visit(world: World, label: str, place: Place, client: str, booked: BookedVisit) -> None:
    world.visits[label] = VisitRef(
        label, place.owner, place.name, client, booked.visit_id, booked.bill_id, place.location.currency
    )


@action("sale")
def sale(world: World, who: str, given: dict[str, Any]) -> str:
    """Somebody walks in without an appointment."""
    place = world.town.places.get(given["place"])
    if place is None or given["visit"] in world.visits:
        return "nothing to sell"
    client = given.get("client", "")
    booked = open_sale.open_sale(
        actor=world.person(who, given.get("request", "")),
        location_id=place.location.pk,
        client_id=world.town.houses[place.owner].clients.get(client),
        now=world.now,
    )
    if any(visit.visit_id == booked.visit_id for visit in world.visits.values()):
        return f"the empty sale of before, bill {booked.bill_id}"
    _new_visit(world, given["visit"], place, client, booked)
    return f"bill {booked.bill_id}"


@action("series")
def series(world: World, who: str, given: dict[str, Any]) -> str:
    """The same every two weeks; each time is a visit of its own."""
    place = world.town.places.get(given["place"])
    if place is None or given["visit"] in world.visits:
        return "nothing to book"
    number = world.facts["slots"] = world.facts.get("slots", 0) + 1
    slot = book_visit.Slot(
        staff_id=place.staff[0],
        service_id=place.services[0],
        starts_at=(world.now + timedelta(hours=1 + number)).replace(minute=30, second=0, microsecond=0),
        duration_minutes=30,
    )
    client = given.get("client", "")
    booked = book_series.book_series(
        actor=world.person(who, given.get("request", "")),
        booking=book_series.Booking(
            location_id=place.location.pk,
            client=world.town.houses[place.owner].clients.get(client),
            appointments=[slot],
        ),
        repeat=book_series.Repeat(every_weeks=2, times=given.get("times", 2)),
        when_taken=given.get("when_taken", "skip"),
        now=world.now,
    )
    for n, one in enumerate(booked):
        _new_visit(world, given["visit"] + "abc"[n] if n else given["visit"], place, client, one)
    return f"{len(booked)} times"


@needs_visit("sell")
def sell(world: World, who: str, visit: VisitRef, given: dict[str, Any]) -> str:
    """A gift card or a membership as a line of the visit."""
    place, form = world.place_of(visit), lines_form(world, who, visit, given)
    types: Any = GiftCardType if given["what"] == "card" else MembershipType
    ids = list(types.objects.filter(location=place.location).order_by("pk").values_list("pk", flat=True))
    chosen = ids[given.get("n", 0) % len(ids)]
    if given["what"] == "card":
        answer = change_lines.add_gift_card(form=form, gift_card_type_id=chosen, now=world.now)
    else:
        answer = change_lines.add_membership(form=form, membership_type_id=chosen, now=world.now)
    return f"version {answer['version']}"


@needs_visit("spend")
def spend(world: World, who: str, visit: VisitRef, given: dict[str, Any]) -> str:
    """A card by its code, whoever holds it, or what the visit's client holds; `share` of what is due, or all."""
    asked = _asked(world, visit, given)
    if asked is None:
        return "no such balance"
    label = given.get("request", "")
    if label and label not in world.done:
        world.unsure[label] = (visit.label, "value", 0)
    answer = spend_wallet.spend(
        actor=world.person(who, label),
        visit_id=visit.visit_id,
        asked=asked,
        expected_version=version_for(world, visit, given),
        decision=decision_of(given),
        now=world.now,
    )
    if label:
        world.unsure.pop(label, None)
        world.done.setdefault(label, (visit.label, "value", answer["amount_minor"]))
    return f"{answer['amount_minor']} {visit.currency}, tender {answer['tender']}"


def _asked(world: World, visit: VisitRef, given: dict[str, Any]) -> spend_wallet.Asked | None:
    owner = world.town.houses["Dan" if given.get("elsewhere") else visit.owner]
    held = Wallet.objects.filter(business=owner.business).order_by("-pk")
    by_code = given["with"] == "card"
    client = world.house_of(visit).clients.get(visit.client, 0)
    held = held.filter(kind="gift_card") if by_code else held.filter(client_id=client)
    found = list(held[:8])
    if not found:
        return None
    wallet = found[given.get("n", 0) % len(found)]
    share = given.get("share")
    amount = None if share is None else Money(max(1, int(due_of(visit.bill_id) * share)), visit.currency)
    line_id = line_of(visit, given) if wallet.kind == "membership" else None
    if by_code:
        return spend_wallet.Asked(code=shown_code(wallet), amount=amount)
    return spend_wallet.Asked(wallet_id=wallet.pk, amount=None if line_id else amount, line_id=line_id)


@action("merge")
def merge(world: World, who: str, given: dict[str, Any]) -> str:
    """Two cards of one person become one."""
    house = world.town.houses[DESK[who][0]]
    kept, emptied = house.clients[given["kept"]], house.clients[given["emptied"]]
    place = next(place for place in world.town.places.values() if place.owner == house.owner)
    merge_clients.merge_clients(
        actor=world.person(who, given.get("request", "")),
        location_id=place.location.pk,
        kept_id=kept,
        emptied_id=emptied,
        now=world.now,
    )
    for name, client_id in house.clients.items():
        if client_id == emptied:
            house.clients[name] = kept
    return f"{given['emptied']} is {given['kept']}"


# ---- what must hold after every step

_KEPT = "CASE WHEN t.voided_at IS NULL THEN t.units - t.units * t.returned_minor / t.amount_minor ELSE 0 END"
_WALLETS = f"""
SELECT w.id, w.kind, w.balance, w.held,
  COALESCE((SELECT SUM(e.change) FROM wallets_walletentry e WHERE e.wallet_id = w.id), 0),
  COALESCE((SELECT SUM(h.amount) FROM wallets_wallethold h WHERE h.wallet_id = w.id AND h.state = 'held'), 0),
  CASE WHEN w.issued_line_id IS NOT NULL THEN w.standing_units
    WHEN w.kind = 'credit' THEN COALESCE((SELECT SUM(r.amount_minor) FROM payments_refund r
      LEFT JOIN bills_tender t ON t.id = r.tender_id
      WHERE r.wallet_id = w.id AND r.state = 'succeeded' AND (t.wallet_id IS NULL OR t.wallet_id <> w.id)), 0)
    ELSE COALESCE((SELECT SUM(e.change) FROM wallets_walletentry e WHERE e.wallet_id = w.id AND e.why = 'earned'), 0)
  END,
  COALESCE((SELECT SUM({_KEPT}) FROM bills_tender t WHERE t.wallet_id = w.id), 0)
FROM wallets_wallet w WHERE w.business_id IN (%s, %s)
"""


def check_value(world: World) -> None:
    """S10: what a wallet has is what came to it less what its tenders keep; what is held is what open holds say."""
    for wallet, kind, balance, held, entries, holds, came, kept in rows(_WALLETS, world.business_ids()):
        if balance != entries or balance != came - kept:
            text = f"{kind} {wallet} has {balance}; its entries say {entries}, {came} came and {kept} pays for bills"
            raise Violation("S10", text)
        if not 0 <= held <= balance or held != holds:
            raise Violation("S10", f"{kind} {wallet} holds {held} of {balance}, open holds say {holds}")
    check_standing(world)
    check_holds(world)


_STANDING = """
SELECT w.id, w.kind, w.unit, w.standing_units, w.issued_units, l.gross_minor, l.removed_at,
  CASE WHEN b.settled_minor + b.disputed_minor < b.total_minor THEN b.settled_minor + b.disputed_minor
    ELSE b.total_minor END,
  w.held + COALESCE((SELECT SUM(CASE WHEN w.unit = 'period' THEN 1 ELSE t.units END) FROM bills_tender t
    WHERE t.wallet_id = w.id), 0)
FROM wallets_wallet w JOIN bills_billline l ON l.id = w.issued_line_id JOIN bills_bill b ON b.id = l.bill_id
WHERE w.business_id IN (%s, %s)
"""


def check_standing(world: World) -> None:
    """G1: of what was handed out, no more stands than is paid for, but for what was used before the money went back."""
    for wallet, kind, unit, standing, issued, price, removed, paid, used in rows(_STANDING, world.business_ids()):
        covered = 0 if removed else issued if paid >= price else issued * max(0, paid) // price
        if unit != "money" and covered < issued:
            covered = 0
        if standing > max(covered, used):
            text = f"of {kind} {wallet} {standing} units stand; {covered} are paid for, {used} were used"
            raise Violation("S10", text)


_IDLE_HOLDS = """
SELECT h.id, h.wallet_id, p.id, p.state FROM wallets_wallethold h LEFT JOIN payments_payment p ON p.id = h.payment_id
WHERE h.business_id IN (%s, %s) AND h.state = 'held'
  AND (p.id IS NULL OR p.state NOT IN ('creating', 'open', 'processing')
    OR (p.superseded_at IS NOT NULL AND p.state <> 'processing'))
"""


def check_holds(world: World) -> None:
    """S10: nothing is set aside for a payment that can no longer be paid."""
    for hold, wallet, payment, state in rows(_IDLE_HOLDS, world.business_ids()):
        raise Violation("S10", f"hold {hold} of wallet {wallet} stands beside payment {payment}, which is {state}")


_HANDED_OUT = """
SELECT l.id, COUNT(w.id) FROM bills_billline l JOIN wallets_wallet w ON w.issued_line_id = l.id
WHERE l.business_id IN (%s, %s) GROUP BY l.id HAVING COUNT(w.id) > 1
"""


def check_handed_out(world: World) -> None:
    """G1: what was sold once is handed out once; nobody pays with a card of another business."""
    for line, times in rows(_HANDED_OUT, world.business_ids()):
        raise Violation("S10", f"line {line} was handed out {times} times")
    stray = Tender.objects.filter(business_id__in=world.business_ids(), wallet__isnull=False)
    for tender in stray.select_related("wallet"):
        if tender.wallet is not None and tender.wallet.business_id != tender.business_id:
            raise Violation("S12", f"tender {tender.pk} was paid by a wallet of another business")

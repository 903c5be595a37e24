"""When all is quiet: trouble ends, what is under way arrives, the worker runs dry - and then the books must agree.

L1 is asked of the sandbox's own books, amount by amount, in its own units.
"""

from __future__ import annotations

from collections import Counter
from datetime import timedelta
from importlib.util import find_spec
from typing import Any
from urllib.parse import parse_qs, urlsplit

from django.db.models import Q

from quittance.bills.models import Bill, MoneyCase, Tender
from quittance.inbox.models import InboundWebhook
from quittance.messages.models import Message
from quittance.payments.models import Dispute, EventSweep, Payment, PaymentReference, Refund
from quittance.sandbox.stripe.ledger import Books
from quittance.worker.table import JOBS
from tests.simulator.checks import check_all, check_step, major, rows, their_major
from tests.simulator.closer import by_services, check_closer, check_late_money
from tests.simulator.hours import due_models, work
from tests.simulator.money_back import STEP
from tests.simulator.outside import all_well, books_of, bring_reports, in_flight, post
from tests.simulator.story import Violation
from tests.simulator.till import check_drawers
from tests.simulator.value import check_handed_out, check_value
from tests.simulator.world import World

MIRRORED = find_spec("quittance.flows._mirror") is not None
# A quarter of an hour, and again; then the end of every page, the last repeat of a request, law 13's day.
_FIRST = (0, 60, 120, 240, 480, 0, 60, 120, 240, 480, 900)
_LATER = (4_200, 7_200, 43_200, 46_800, 93_600, 3_600)
_DISPUTES = {"needs_response": "open", "won": "won", "lost": "lost"}


def come_to_rest(world: World, *, order: str = "all") -> None:
    """Raises Violation. `order` is how the webhooks that still wait are brought: all, reversed, twice, none."""
    all_well(world, "", {})
    world.points.arm(None)
    _banks_decide(world)
    if EventSweep not in {job.model for job in JOBS}:
        _find_the_lost(world)
    _bring(world, order)
    for seconds in _FIRST:
        _pass(world, seconds)
    check_step(world)
    check_money(world)
    check_all(world)
    for seconds in _LATER:
        _pass(world, seconds)
    check_step(world)
    check_closer(world)
    check_value(world)
    check_handed_out(world)
    check_drawers(world)
    check_money(world)
    check_all(world)
    check_law_13(world)
    check_late_money(world)
    check_nothing_stuck(world)
    check_messages(world)


def _bring(world: World, order: str) -> None:
    for _ in range(20):
        if not in_flight(world):
            return
        if order == "none":
            for _, delivery in in_flight(world):
                delivery["fate"] = "lost"
            return
        pick = "reversed" if order == "reversed" else "all"
        post(world, "", {"pick": pick, "times": 2 if order == "twice" else 1})
        work(world)


def _find_the_lost(world: World) -> None:
    """Without the event sweep nobody would ever hear of a dashboard refund whose webhook was lost."""
    for house in world.town.houses.values():
        for delivery in books_of(world, house).deliveries:
            if delivery["fate"] in {"lost", "given up"}:
                delivery["fate"] = "due"


def _pass(world: World, seconds: int) -> None:
    world.clocks.wait(timedelta(seconds=seconds))
    world.sandbox.stripe.expire_at_clock()
    post(world, "", {"pick": "due"})
    bring_reports(world)
    work(world)


def _banks_decide(world: World) -> None:
    """Debits land or bounce, pending refunds arrive; a dispute may stay open for months."""
    for house in world.town.houses.values():
        books = books_of(world, house)
        for number, session in enumerate(list(books.table("sessions").values())):
            if session["status"] == "complete" and session["payment_status"] == "unpaid":
                world.sandbox.stripe.finish_delayed(session["id"], ok=number % 3 != 0)
        for refund in list(books.table("refunds").values()):
            if refund["status"] == "pending":
                world.sandbox.stripe.finish_refund(refund["id"], ok=True)


# ---- L1


def check_money(world: World) -> None:
    """L1: what the payment system did is what we have, no more and no less."""
    for house in world.town.houses.values():
        books = books_of(world, house)
        stored = PaymentReference.objects.filter(account_id=house.account.pk, kind="checkout")
        payments = {row.value: row.payment for row in stored.select_related("payment")}
        for charge in books.table("charges").values():
            if charge["status"] == "succeeded":
                _check_charge(books, charge, payments)
        if MIRRORED:
            _check_refunds(house.account.pk, books)
            _check_disputes(house.account.pk, books)
    _check_held(world)
    _check_parked(world)


def _check_held(world: World) -> None:
    """L1: a tender holds what its payment brought, less what went back and what a bank has taken."""
    held = rows(_HELD, world.business_ids())
    for tender, brought, here, back, taken in held:
        if here != max(0, brought - back - taken):
            text = f"tender {tender} holds {here}; of {brought}, {back} went back and {taken} were taken by the bank"
            raise Violation("L1", text)


_HELD = """
SELECT t.id, t.amount_minor, t.amount_minor - t.returned_minor - t.disputed_minor,
  COALESCE((SELECT SUM(r.amount_minor) FROM payments_refund r WHERE r.tender_id = t.id AND r.state <> 'failed'), 0),
  COALESCE((SELECT SUM(d.amount_minor) FROM payments_dispute d WHERE d.payment_id = t.payment_id AND d.state <> 'won'), 0)
FROM bills_tender t WHERE t.payment_id IS NOT NULL AND t.business_id IN (%s, %s)
"""


def _check_charge(books: Books, charge: dict[str, Any], payments: dict[str, Payment]) -> None:
    session = books.get("intents", charge["payment_intent"])["_session"]
    true = their_major(charge["amount_captured"], charge["currency"])
    payment = payments.get(session)
    if payment is None or payment.state != "paid":
        state = payment.state if payment else "unknown"
        raise Violation("L1", f"{true} {charge['currency']} was taken, and payment {payment and payment.pk} is {state}")
    if major(payment.captured_minor or 0, payment.captured_currency) != true:
        text = f"{true} was taken, payment {payment.pk} says {payment.captured_minor} {payment.captured_currency}"
        raise Violation("L1", text)


def _check_refunds(account_id: int, books: Books) -> None:
    ours = {row.reference: row for row in Refund.objects.filter(account_id=account_id) if row.reference}
    for theirs in books.table("refunds").values():
        row = ours.pop(theirs["id"], None)
        true = their_major(theirs["amount"], theirs["currency"])
        if row is None and theirs["status"] == "failed":
            continue  # it failed before anybody told us of it: nothing moved in the end
        if row is None:
            raise Violation("L1", f"a refund of {true} {theirs['currency']} at the payment system is not in our books")
        if row.state != theirs["status"] or major(row.amount_minor, row.currency) != true:
            text = f"refund {row.pk}: {row.state} {row.amount_minor} here, {theirs['status']} {true} there"
            raise Violation("L1", text)
    if ours:
        raise Violation("L1", f"refunds that the payment system does not know: {sorted(map(str, ours))}")
    keys = Counter(key for one in books.table("refunds").values() for key in one["metadata"].values())
    twice = [key for key, count in keys.items() if count > 1]
    if twice:
        raise Violation("S6", f"one refund of ours was made {keys[twice[0]]} times")


def _check_disputes(account_id: int, books: Books) -> None:
    ours = {row.reference: row for row in Dispute.objects.filter(account_id=account_id)}
    for theirs in books.table("disputes").values():
        row = ours.pop(theirs["id"], None)
        if row is None:
            raise Violation("L1", f"dispute {theirs['id']} of {theirs['amount']} is not in our books")
        if row.state != _DISPUTES[theirs["status"]] or major(row.amount_minor, row.currency) != their_major(
            theirs["amount"], theirs["currency"]
        ):
            raise Violation("L1", f"dispute {row.pk}: {row.state} {row.amount_minor} here, {theirs['status']} there")
    if ours:
        raise Violation("L1", "a dispute that the payment system does not know")


def _check_parked(world: World) -> None:
    """L2: money that settles nothing is explained by a case."""
    parked = rows(
        "SELECT DISTINCT payment_id FROM bills_journalentry WHERE kind = 'unallocated' AND business_id IN (%s, %s)",
        world.business_ids(),
    )
    for (payment_id,) in parked:
        if not MoneyCase.objects.filter(kind="currency_differs", payment_id=payment_id).exists():
            raise Violation("L2", f"payment {payment_id} brought money of another currency, and nobody was told")


def check_law_13(world: World) -> None:
    """Only what two online payments, or money after the visit's end, made too much goes back by itself - and it does."""
    if world.facts.get("skewed"):
        return
    own = Q(business_id__in=world.business_ids())
    for refund in Refund.objects.filter(own, origin="itself").select_related("bill__location", "tender"):
        bill, tender = refund.bill, refund.tender
        is_late = tender is not None and bill.ended_at is not None and tender.taken_at >= bill.ended_at
        is_doubled = Tender.objects.filter(bill=bill, kind="online").count() > 1
        by_policy = (is_late and bill.location.late_refund_by_itself) or (
            is_doubled and bill.location.doubled_refund_hours is not None
        )
        if not by_policy:
            raise Violation("law 13", f"refund {refund.pk} of bill {bill.pk} went back by itself, late {is_late}")
    marked = Tender.objects.filter(
        own, returns_itself_minor__gt=0, returns_itself_at__lt=world.now - timedelta(hours=2)
    )
    for tender in marked.select_related("bill"):
        bill = tender.bill
        held = tender.amount_minor - tender.returned_minor - tender.disputed_minor
        too_much = min(bill.settled_minor - bill.total_minor, held, tender.returns_itself_minor)
        # The last digit of dinars cannot be sent by anybody: it waits for a person.
        too_much -= too_much % STEP.get(tender.currency, 1)
        is_held = MoneyCase.objects.filter(
            bill=bill, subject="", held_at__isnull=False, resolved_at__isnull=True
        ).exists()
        has_failed = Refund.objects.filter(bill=bill, state="failed").exists()
        if too_much > 0 and not is_held and not has_failed:
            raise Violation(
                "L4", f"{too_much} of tender {tender.pk} should have gone back at {tender.returns_itself_at}"
            )


# ---- L3, L4, L5


def check_nothing_stuck(world: World) -> None:
    own = Q(business_id__in=world.business_ids())
    stuck = Payment.objects.filter(own).exclude(state__in=Payment.FINAL).first()
    if stuck is not None:
        raise Violation(
            "L3", f"payment {stuck.pk} is {stuck.state}, asked {stuck.attempts} times, next {stuck.next_attempt_at}"
        )
    for model in due_models():
        late = model._default_manager.filter(own, next_attempt_at__lte=world.now).first()
        if late is not None:
            raise Violation(
                "L3", f"{model.__name__} {late.pk} is due since {late.next_attempt_at}, {late.attempts} attempts"
            )
    notice = InboundWebhook.objects.filter(own, state="received").first()
    if notice is not None:
        raise Violation("L3", f"notice {notice.pk} ({notice.kind}) was never looked into")
    waiting = Refund.objects.filter(own, state__in=("requested", "pending")).first()
    if waiting is not None:
        raise Violation("L4", f"refund {waiting.pk} is still {waiting.state}")
    frozen = Bill.objects.filter(own, frozen_until__gt=world.now).first()
    if frozen is not None:
        raise Violation("L3", f"bill {frozen.pk} is still frozen")


def check_messages(world: World) -> None:
    """L5: every message came to an end. S14: no purpose was served twice."""
    waiting = Message.objects.filter(
        Q(business_id__in=world.business_ids()) & Q(state__in=("queued", "calling"))
    ).first()
    if waiting is not None:
        raise Violation("L5", f"message {waiting.pk} is still {waiting.state}")
    mails = Counter(mark for mark, _ in world.post.taken) + by_services(world)
    texts = Counter(
        key
        for one in world.sandbox.twilio.messages.values()
        if one["direction"] != "inbound"
        for key in parse_qs(urlsplit(one["callback"]).query).get("m", [])
    )
    chats = Counter(one["echo"] for one in world.sandbox.whatsapp.sent())
    for kind, counted in (("mail", mails), ("text", texts), ("WhatsApp message", chats)):
        twice = [key for key, count in counted.items() if count > 1]
        if twice:
            raise Violation("S14", f"one {kind} left {counted[twice[0]]} times ({twice[0]})")


# ---- L6


def ledger_of(world: World) -> dict[str, Any]:
    """What the books say in the end, without ids and times: equal for every sequence of the same events."""
    by_visit: dict[str, Any] = {}
    for label, visit in sorted(world.visits.items()):
        bill = rows(
            "SELECT total_minor, settled_minor, refunding_minor, refunded_minor, disputed_minor FROM bills_bill WHERE id = %s",
            [visit.bill_id],
        )[0]
        by_visit[label] = {
            "bill": bill,
            # A page that we ended is told as expired by whoever is faster: our answer, or their event.
            "payments": sorted(
                (
                    ("ended" if state == "expired" else state, captured, currency)
                    for state, captured, currency in Payment.objects.filter(bill_id=visit.bill_id).values_list(
                        "state", "captured_minor", "captured_currency"
                    )
                ),
                key=str,
            ),
            "refunds": sorted(
                Refund.objects.filter(bill_id=visit.bill_id).values_list(
                    "state", "amount_minor", "price_minor", "excess_minor"
                ),
                key=str,
            ),
            "disputes": sorted(
                Dispute.objects.filter(bill_id=visit.bill_id).values_list("state", "within_minor"), key=str
            ),
            "tenders": sorted(
                rows("SELECT kind, amount_minor, disputed_minor FROM bills_tender WHERE bill_id = %s", [visit.bill_id])
            ),
            # Of two payments the one that landed last gives back what is too much: which one that is, the events decide.
            "returned": rows("SELECT SUM(returned_minor) FROM bills_tender WHERE bill_id = %s", [visit.bill_id]),
            "cases": sorted(
                MoneyCase.objects.filter(bill_id=visit.bill_id, resolved_at__isnull=True).values_list(
                    "kind", "amount_minor"
                )
            ),
        }
        paid = {captured for state, captured, _currency in by_visit[label]["payments"] if state == "paid"}
        if len(paid) > 1:
            # Which of two different payments is the doubled one, the events decide, and with it how much goes back.
            by_visit[label] = {name: by_visit[label][name] for name in ("payments", "tenders")}
    return by_visit

"""The worst pairs with money that goes back: desks, the dashboard, disputes, cancelling, and what acts by itself."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from quittance.bills.models import MoneyCase, Tender
from quittance.calendar.models import Visit
from quittance.core.money import Money
from quittance.due import actions as due
from quittance.flows import (
    cancel_visit,
    decide_case,
    follow_refund,
    refund,
    return_excess,
    settle_payment,
    take_tender,
)
from quittance.payments.models import Refund
from tests.simulator.interleaving import actors
from tests.simulator.interleaving.pairs import (
    INSIST,
    STOP,
    cash_all,
    cheaper,
    dearer,
    new_link,
    nothing,
    page_open,
    page_paid,
    pay_and_settle,
    press_pay_and_pay,
    price,
    settle,
    silent,
    take_cash,
)
from tests.simulator.interleaving.scene import Pair, Scene

# ---- what stands before


def paid(scene: Scene) -> None:
    page_paid(scene)
    settle(scene)
    scene.kept["tender"] = Tender.objects.get(payment_id=scene.payment_id).pk


def part_paid(scene: Scene) -> None:
    """4,000 of 10,000 came online; the rest is due."""
    scene.salon.link(scene.visit, ask="amount", amount=scene.salon.eur(4_000))
    scene.open_page()
    scene.bank.pay(scene.page)
    settle(scene)
    scene.kept["tender"] = Tender.objects.get(payment_id=scene.payment_id).pk
    scene.kept["token"] = scene.salon.link(scene.visit)


def paid_in_cash(scene: Scene) -> None:
    nothing(scene)
    take_cash(scene, 10_000, STOP)
    scene.kept["tender"] = Tender.objects.get(bill_id=scene.visit.bill_id).pk


def paid_twice(scene: Scene) -> None:
    """Two pages were paid, and law 13 gives one back: its hour has come."""
    page_open(scene)
    first, first_page = scene.payment_id, scene.page
    scene.bank.refuse_next(silent(), "end_checkout")
    dearer(scene)
    cheaper_again(scene)
    scene.open_page()
    for page in (first_page, scene.page):
        scene.bank.pay(page)
    for payment_id in (first, scene.payment_id):
        settle_payment.settle(payment_id=payment_id, now=scene.salon.now)
    scene.kept["tender"] = Tender.objects.get(payment_id=scene.payment_id).pk
    scene.kept["case"] = MoneyCase.objects.get(bill_id=scene.visit.bill_id, kind="overpaid").pk
    scene.salon.wait(hours=scene.salon.location.doubled_refund_hours or 0)


def cheaper_again(scene: Scene) -> None:
    price(scene, 10_000)


def refund_pending(scene: Scene) -> None:
    paid(scene)
    scene.bank.refunds_stay_pending = True
    give_back(scene, 6_000)
    scene.kept["refund"] = Refund.objects.get(bill_id=scene.visit.bill_id).pk


def refund_unanswered(scene: Scene) -> None:
    paid(scene)
    scene.bank.lose_next_answer("refund")
    give_back(scene, 6_000)
    scene.kept["refund"] = Refund.objects.get(bill_id=scene.visit.bill_id).pk


def disputed(scene: Scene) -> None:
    paid(scene)
    scene.kept["dispute"] = scene.bank.open_dispute(scene.page, scene.salon.eur(10_000))
    settle(scene)


def dispute_lost(scene: Scene) -> None:
    disputed(scene)
    scene.bank.close_dispute(str(scene.kept["dispute"]), won=False)
    settle(scene)
    scene.kept["case"] = MoneyCase.objects.get(bill_id=scene.visit.bill_id, kind="dispute_lost").pk


# ---- what people, the bank and the worker do


def give_back(scene: Scene, minor: int, *, request_id: str = "") -> object:
    salon, visit = scene.salon, scene.visit
    return refund.refund(
        actor=replace(salon.actor, request_id=request_id),
        visit_id=visit.pk,
        tender_id=scene.number("tender"),
        amount=salon.eur(minor),
        reason="The colour did not hold",
        expected_version=None if request_id else salon.bill(visit).version,
        now=salon.now,
    ).state


def refund_most(scene: Scene) -> object:
    return give_back(scene, 6_000)


def refund_some(scene: Scene) -> object:
    return give_back(scene, 2_000)


def refund_pressed_twice(scene: Scene) -> object:
    return give_back(scene, 4_000, request_id="one pressing")


def dashboard_refund(scene: Scene) -> object:
    """The owner gives money back at the bank itself; its notice makes us look."""
    actors.pause("call", "the owner refunds in the dashboard")
    scene.bank.dashboard_refund(scene.page, scene.salon.eur(6_000))
    actors.pause("answer", "refunded")
    return settle(scene)


def dispute_opens(scene: Scene) -> object:
    actors.pause("call", "the client disputes it at the bank")
    scene.bank.open_dispute(scene.page, scene.salon.eur(10_000))
    actors.pause("answer", "disputed")
    return settle(scene)


def dispute_won(scene: Scene) -> object:
    actors.pause("call", "the bank decides for the salon")
    scene.bank.close_dispute(str(scene.kept["dispute"]), won=True)
    actors.pause("answer", "decided")
    return settle(scene)


def refund_fails(scene: Scene) -> object:
    reference = Refund.objects.values_list("reference", flat=True).get(pk=scene.number("refund"))
    actors.pause("call", "the refund fails at the bank")
    scene.bank.finish_refund(str(reference), succeeded=False)
    actors.pause("answer", "failed")
    return settle(scene)


def worker_follows(scene: Scene) -> object:
    now = scene.salon.now
    Refund.objects.filter(pk=scene.number("refund"), state__in=("requested", "pending")).update(next_attempt_at=now)
    for row in due.claim(Refund, limit=5, lease_seconds=60, now=now):
        follow_refund.work(row_id=row.id, lease_token=row.lease_token, now=now)
    return "followed"


def worker_returns_excess(scene: Scene) -> object:
    now = scene.salon.now
    for row in due.claim(MoneyCase, limit=5, lease_seconds=60, now=now):
        return_excess.work(row_id=row.id, lease_token=row.lease_token, now=now)
    return "returned"


def decide(scene: Scene, decision: str) -> object:
    case_id = scene.number("case")
    decide_case.decide(actor=scene.salon.actor, case_id=case_id, decision=decision, now=scene.salon.now)
    return decision


def case_refund(scene: Scene) -> object:
    return decide(scene, "refund")


def case_keep(scene: Scene) -> object:
    return decide(scene, "keep")


def case_hold(scene: Scene) -> object:
    return decide(scene, "hold")


def case_write_off(scene: Scene) -> object:
    return decide(scene, "write_off")


def case_ask_again(scene: Scene) -> object:
    return decide(scene, "ask_again")


def cancel_keeping_nothing(scene: Scene) -> object:
    salon, visit = scene.salon, scene.visit
    return cancel_visit.cancel(
        actor=salon.actor,
        visit_id=visit.pk,
        expected_version=salon.bill(visit).version,
        decision=INSIST,
        keep=Money(0, "EUR"),
        now=salon.now,
    )


def void_tender(scene: Scene) -> object:
    salon, visit = scene.salon, scene.visit
    return take_tender.void(
        actor=salon.actor,
        visit_id=visit.pk,
        tender_id=scene.number("tender"),
        reason="typed twice",
        expected_version=salon.bill(visit).version,
        now=salon.now,
    )


# ---- what must be true besides


def gave_back_once(scene: Scene) -> str:
    minor = int(scene.bank.refunded_total("EUR") * 100)
    return "" if minor == 4_000 else f"one pressing gave back {minor}"


def at_most_the_double(scene: Scene) -> str:
    """Of two payments of 10,000 for a visit of 10,000, one may go back."""
    minor = int(scene.bank.refunded_total("EUR") * 100)
    return "" if minor <= 10_000 else f"{minor} went back of a double payment of 10000"


def nothing_left_over(scene: Scene) -> str:
    """L2: a visit that ended holds nothing, unless a person was told."""
    visit = Visit.objects.select_related("bill").get(pk=scene.visit.pk)
    told = MoneyCase.objects.filter(bill=visit.bill, resolved_at__isnull=True).exists()
    held = visit.bill.settled_minor
    return "" if visit.cancelled_at is None or not held or told else f"a cancelled visit keeps {held}, nobody was told"


_LONG = float(timedelta(days=3) / timedelta(hours=1))

PAIRS = (
    Pair("refund x refund", ("Ben refunds", "Eva refunds"), (refund_most, refund_most), paid),
    Pair("refund x itself", ("press", "press again"), (refund_pressed_twice,) * 2, paid, gave_back_once),
    Pair("refund x settle", ("Ben refunds", "webhook"), (refund_most, settle), paid),
    Pair("refund x dashboard", ("Ben refunds", "dashboard"), (refund_some, dashboard_refund), paid),
    Pair("refund x price", ("Ben refunds", "Eva's price"), (refund_most, cheaper), paid),
    Pair("refund x cash", ("Ben refunds", "Eva's cash"), (refund_some, cash_all), part_paid),
    Pair("refund x start", ("Ben refunds", "Chloe"), (refund_some, press_pay_and_pay), part_paid),
    Pair("refund x link", ("Ben refunds", "Eva's link"), (refund_some, new_link), part_paid),
    Pair("refund x void", ("Ben refunds", "Eva voids"), (refund_most, void_tender), paid_in_cash),
    Pair("refund x dispute", ("Ben refunds", "dispute"), (refund_most, dispute_opens), paid),
    Pair("refund x cancel", ("Ben refunds", "Eva cancels"), (refund_most, cancel_keeping_nothing), paid, nothing_left_over),
    Pair("cancel x landing", ("Ben cancels", "Chloe"), (cancel_keeping_nothing, pay_and_settle), page_open, nothing_left_over, _LONG),
    Pair("cancel x dashboard", ("Ben cancels", "dashboard"), (cancel_keeping_nothing, dashboard_refund), paid, nothing_left_over),
    Pair("cancel x dispute", ("Ben cancels", "dispute"), (cancel_keeping_nothing, dispute_opens), paid, nothing_left_over),
    Pair("law 13 x refund", ("worker", "Ben refunds"), (worker_returns_excess, refund_most), paid_twice, at_most_the_double, _LONG),
    Pair("law 13 x case refund", ("worker", "Ben decides"), (worker_returns_excess, case_refund), paid_twice, at_most_the_double, _LONG),
    Pair("law 13 x hold", ("worker", "Ben holds"), (worker_returns_excess, case_hold), paid_twice, at_most_the_double, _LONG),
    Pair("law 13 x keep", ("worker", "Ben keeps"), (worker_returns_excess, case_keep), paid_twice, at_most_the_double, _LONG),
    Pair("law 13 x dashboard", ("worker", "dashboard"), (worker_returns_excess, dashboard_refund), paid_twice, rest_hours=_LONG),
    Pair("follow x settle", ("worker", "webhook"), (worker_follows, settle), refund_unanswered),
    Pair("follow x refund", ("worker", "Ben refunds"), (worker_follows, refund_some), refund_unanswered),
    Pair("failed refund x refund", ("webhook", "Ben refunds"), (refund_fails, refund_some), refund_pending),
    Pair("failed refund x cancel", ("webhook", "Ben cancels"), (refund_fails, cancel_keeping_nothing), refund_pending, nothing_left_over),
    Pair("write off x ask again", ("Ben decides", "Eva decides"), (case_write_off, case_ask_again), dispute_lost),
    Pair("write off x won", ("Ben decides", "webhook"), (case_write_off, dispute_won), dispute_lost),
    Pair("won x cancel", ("webhook", "Ben cancels"), (dispute_won, cancel_keeping_nothing), disputed, nothing_left_over),
)  # fmt: skip

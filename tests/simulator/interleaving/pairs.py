"""The worst pairs of flows: paying against settling, cash, prices, cancelling, links and the worker."""

from __future__ import annotations

from quittance.bills.lines import LineChange
from quittance.bills.models import BillLine, Tender
from quittance.due import actions as due
from quittance.flows import (
    ask_about_payments,
    cancel_visit,
    change_lines,
    confirm_return,
    end_page,
    make_link,
    settle_payment,
    take_payment,
    take_tender,
)
from quittance.flows.change_due import Decision
from quittance.payment_systems.port import UnavailableError
from quittance.payments.models import Payment
from tests.simulator.interleaving import actors
from tests.simulator.interleaving.scene import Pair, Scene

STOP = Decision(stop_payment=True)
INSIST = Decision(stop_payment=True, take_anyway=True, insist=True)


# ---- what stands before


def nothing(scene: Scene) -> None:
    scene.kept["token"] = scene.salon.link(scene.visit)


def page_open(scene: Scene) -> None:
    nothing(scene)
    scene.open_page()


def page_paid(scene: Scene) -> None:
    page_open(scene)
    scene.bank.pay(scene.page)


def page_superseded(scene: Scene) -> None:
    """The desk took it anyway: the old page is still open at the bank, and the worker is to end it."""
    page_open(scene)
    scene.bank.refuse_next(silent(), "end_checkout")
    take_cash(scene, 4_000, Decision(stop_payment=True, take_anyway=True))


def part_in_cash(scene: Scene) -> None:
    nothing(scene)
    take_cash(scene, 4_000, STOP)
    scene.kept["tender"] = Tender.objects.get(bill_id=scene.visit.bill_id).pk
    scene.open_page()


# ---- what people and the worker do


def settle(scene: Scene) -> object:
    return settle_payment.settle(payment_id=scene.payment_id, now=scene.salon.now)


def pay_and_settle(scene: Scene) -> object:
    pay(scene)
    return settle(scene)


def pay(scene: Scene) -> None:
    """The client's hands at the bank's page: a thing of the bank alone."""
    actors.pause("call", "the client pays")
    scene.bank.pay(scene.page)
    actors.pause("answer", "paid")


def press_pay(scene: Scene) -> object:
    token = str(scene.kept["token"])
    started = take_payment.start(token=token, now=scene.salon.now, wait=lambda _s: actors.pause("wait", "waits"))
    return started.outcome


def press_pay_and_pay(scene: Scene) -> object:
    token = str(scene.kept["token"])
    started = take_payment.start(token=token, now=scene.salon.now, wait=lambda _s: actors.pause("wait", "waits"))
    if started.outcome == "redirect":
        actors.pause("call", "the client pays")
        scene.bank.pay(started.address)
        confirm_return.confirm(token=token, now=scene.salon.now)
    return started.outcome


def take_cash(scene: Scene, minor: int, decision: Decision) -> object:
    return scene.salon.cash(scene.visit, minor, decision=decision)


def cash_all(scene: Scene) -> object:
    return take_cash(scene, 10_000, STOP)


def cash_insisting(scene: Scene) -> object:
    return take_cash(scene, 10_000, INSIST)


def dearer(scene: Scene) -> object:
    return price(scene, 13_000)


def cheaper(scene: Scene) -> object:
    return price(scene, 3_000)


def price(scene: Scene, minor: int) -> object:
    salon, visit = scene.salon, scene.visit
    line = BillLine.objects.get(bill_id=visit.bill_id, kind="custom")
    form = change_lines.LinesForm(salon.actor, visit.pk, salon.bill(visit).version, INSIST)
    return change_lines.change(form=form, line_id=line.pk, line_change=LineChange(unit_minor=minor), now=salon.now)


def cancel(scene: Scene) -> object:
    salon, visit = scene.salon, scene.visit
    version = salon.bill(visit).version
    return cancel_visit.cancel(
        actor=salon.actor, visit_id=visit.pk, expected_version=version, decision=INSIST, now=salon.now
    )


def void_cash(scene: Scene) -> object:
    salon, visit = scene.salon, scene.visit
    return take_tender.void(
        actor=salon.actor,
        visit_id=visit.pk,
        tender_id=scene.number("tender"),
        reason="typed twice",
        expected_version=salon.bill(visit).version,
        decision=STOP,
        now=salon.now,
    )


def new_link(scene: Scene) -> object:
    salon = scene.salon
    made = make_link.make(
        actor=salon.actor, visit_id=scene.visit.pk, ask="amount", amount=salon.eur(2_500), decision=STOP, now=salon.now
    )
    return made.link_id


def worker_asks(scene: Scene) -> object:
    """The worker's question about the payment, under its lease."""
    now = scene.salon.now
    Payment.objects.filter(pk=scene.payment_id).exclude(state__in=Payment.FINAL).update(next_attempt_at=now)
    for row in due.claim(Payment, limit=5, lease_seconds=60, now=now):
        ask_about_payments.work(row_id=row.id, lease_token=row.lease_token, now=now)
    return "asked"


def worker_ends(scene: Scene) -> object:
    return end_page.end_page(payment_id=scene.payment_id, now=scene.salon.now).outcome


def silent() -> UnavailableError:
    return UnavailableError("The bank is down.", sent=False)


# ---- what must be true besides


def booked_once(scene: Scene) -> str:
    online = Tender.objects.filter(bill_id=scene.visit.bill_id, kind="online").count()
    return "" if online == 1 else f"one success made {online} tenders"


def one_page(scene: Scene) -> str:
    pages = len(scene.bank.books)
    return "" if pages == 1 else f"{pages} pages were opened at the bank"


PAIRS = (
    Pair("settle x settle", ("webhook", "return page"), (settle, settle), page_paid, booked_once),
    Pair("settle x cash", ("webhook", "Ben's cash"), (settle, cash_all), page_paid, booked_once),
    Pair("settle x cash insisting", ("webhook", "Ben's cash"), (settle, cash_insisting), page_paid, booked_once),
    Pair("pay x cash", ("Chloe", "Ben's cash"), (pay_and_settle, cash_all), page_open),
    Pair("settle x cancel", ("webhook", "Ben cancels"), (settle, cancel), page_paid, booked_once),
    Pair("settle x price", ("webhook", "Ben's price"), (settle, cheaper), page_paid, booked_once),
    Pair("start x start", ("phone", "tablet"), (press_pay, press_pay), nothing, one_page),
    Pair("start x price", ("Chloe", "Ben's price"), (press_pay_and_pay, dearer), nothing),
    Pair("start x cash", ("Chloe", "Ben's cash"), (press_pay_and_pay, cash_all), nothing),
    Pair("start x cancel", ("Chloe", "Ben cancels"), (press_pay_and_pay, cancel), nothing),
    Pair("void x price", ("Ben voids", "Eva's price"), (void_cash, cheaper), part_in_cash),
    Pair("void x pay", ("Ben voids", "Chloe"), (void_cash, pay_and_settle), part_in_cash),
    Pair("link x pay", ("Ben's new link", "Chloe"), (new_link, press_pay_and_pay), page_open),
    Pair("end page x pay", ("worker", "Chloe"), (worker_asks, pay_and_settle), page_superseded),
    Pair("end x settle", ("worker", "return page"), (worker_ends, pay_and_settle), page_open),
)

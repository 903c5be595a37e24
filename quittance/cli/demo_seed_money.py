"""What became of the demo's visits: every payment state, made by the same flows that the desk and clients use.

Money by hand is taken at the time of the visit. Online money moves now, since the payment system's clock
cannot be set back.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import cycle, islice

from quittance.bills.lines import LineChange
from quittance.bills.models import Bill, BillLine, Tender
from quittance.bills.queries import facts
from quittance.calendar.models import Visit
from quittance.cli import demo_seed_sandbox as sandbox
from quittance.cli.demo_seed_calendar import DemoVisit
from quittance.core.money import Money, round_half_up
from quittance.flows import (
    cancel_visit,
    change_lines,
    make_link,
    record_access,
    refund,
    send_link,
    set_visit_status,
    settle_payment,
    take_payment,
    take_tender,
)
from quittance.flows.change_due import Decision
from quittance.flows.change_lines import LinesForm
from quittance.messages.queries import channel_choices
from quittance.payments.models import Payment


@dataclass(frozen=True, slots=True)
class Story:
    """Something that happened to a visit, and when."""

    at: datetime
    happen: Callable[[], object]


Tale = Callable[[DemoVisit, datetime], None]


def stories_of(visits: list[DemoVisit], *, now: datetime, is_showcase: bool) -> list[Story]:
    """What is to happen to the visits of one place, in the sequence of time.

    `is_showcase`: this place shows every payment state today; elsewhere a few links are sent.
    """
    ordered = sorted(visits, key=lambda visit: (visit.starts_at, visit.visit_id))
    over = [visit for visit in ordered if visit.ends_at <= now]
    to_come = [visit for visit in ordered if visit.ends_at > now]
    fates = [*islice(cycle(_PAST), max(len(over) - 1, 0)), "overpaid"]
    stories = [story for visit, fate in zip(over, fates, strict=False) for story in _past(visit, fate, now)]
    stories += _attendance(to_come, now)
    tales = _SHOWCASE if is_showcase else _ELSEWHERE
    chosen = [visit for visit in to_come if not _has_range(visit)]
    stories += [
        Story(now, lambda tale=tale, visit=visit: tale(visit, now))  # type: ignore[misc]
        for visit, tale in zip(chosen, tales, strict=False)
    ]
    unreachable = [visit for visit in chosen[len(tales) :] if visit.client.name.startswith("Greta")]
    stories += [Story(now, lambda visit=visit: _sent(visit, now)) for visit in unreachable[:1]]  # type: ignore[misc]
    return sorted(stories, key=lambda story: story.at)


# ---- what is over: paid by hand mostly, some still owe

_PAST = (
    "cash",
    "terminal",
    "cash_and_product",
    "terminal",
    "no_show",
    "part",
    "terminal",
    "cash",
    "discount",
    "overpaid",
)
_RECENT_ONLINE = timedelta(hours=30)


def _past(visit: DemoVisit, fate: str, now: datetime) -> Iterator[Story]:
    at = visit.ends_at
    if fate == "no_show":
        yield Story(at, lambda: _state(visit, "no_show", at))
        return
    yield Story(at, lambda: _state(visit, "done", at))
    if _has_range(visit):
        yield Story(at, lambda: _set_price(visit, at))
    if fate == "cash_and_product" and visit.place.products:
        product = visit.place.products[visit.visit_id % len(visit.place.products)]
        yield Story(at, lambda: change_lines.add_product(form=_form(visit), product_id=product.pk, now=at))
    if fate == "discount":
        yield Story(at, lambda: _discount(visit, at))
    yield from _paid(visit, fate, at, now)


def _paid(visit: DemoVisit, fate: str, at: datetime, now: datetime) -> Iterator[Story]:
    if fate == "part":
        yield Story(at, lambda: _by_hand(visit, "cash", _due(visit).minor // 2, at))
        yield Story(now, lambda: _sent(visit, now))
    elif fate == "overpaid":
        yield Story(at, lambda: _by_hand(visit, "cash", _due(visit).minor + 500, at))
    elif fate == "terminal" and now - at < _RECENT_ONLINE and visit.visit_id % 3 == 0:
        yield Story(now, lambda: _paid_online(visit, now))
    else:
        kind = "card_terminal" if fate == "terminal" else "cash"
        yield Story(at, lambda: _by_hand(visit, kind, _due(visit).minor, at))


def _attendance(to_come: list[DemoVisit], now: datetime) -> list[Story]:
    """Who sits in the chair now, and who waits for it."""
    running = [visit for visit in to_come if visit.starts_at <= now]
    soon = [visit for visit in to_come if now < visit.starts_at <= now + timedelta(minutes=60)]
    stories = [Story(now, lambda visit=visit: _state(visit, "arrived", now)) for visit in running]  # type: ignore[misc]
    return stories + [Story(now, lambda visit=visit: _state(visit, "waiting", now)) for visit in soon[:2]]  # type: ignore[misc]


# ---- what is to come: links in every state


def _sent(visit: DemoVisit, now: datetime) -> None:
    """By every channel that reaches the client; without any the link is copied."""
    choices = channel_choices(business_id=visit.place.location.business_id, client_id=visit.client.pk)
    usable = [choice.channel for choice in choices if choice.is_usable]
    if usable:
        moment = now - timedelta(seconds=send_link.UNDO_SECONDS + 1)
        send_link.send(actor=visit.place.desk, visit_id=visit.visit_id, channels=usable, now=moment)
    else:
        _link(visit, now)


def _accessed(visit: DemoVisit, now: datetime) -> None:
    _sent(visit, now)
    record_access.record(token=_link(visit, now), now=now)


def _being_paid(visit: DemoVisit, now: datetime) -> None:
    _open_page(_link(visit, now), now)


def _processing(visit: DemoVisit, now: datetime) -> None:
    sandbox.pay_by_debit(_open_page(_link(visit, now), now))
    _settle(visit, now)


def _declined(visit: DemoVisit, now: datetime) -> None:
    sandbox.pay_by_card(_open_page(_link(visit, now), now), card=sandbox.DECLINED_CARD)
    _settle(visit, now)


def _paid_online(visit: DemoVisit, now: datetime) -> None:
    sandbox.pay_by_card(_open_page(_link(visit, now), now))
    _settle(visit, now)


def _part_online(visit: DemoVisit, now: datetime) -> None:
    amount = Money(_due(visit).minor // 2, visit.place.location.currency)
    sandbox.pay_by_card(_open_page(_link(visit, now, ask="amount", amount=amount), now))
    _settle(visit, now)


def _expired(visit: DemoVisit, now: datetime) -> None:
    made_at = now - timedelta(hours=30)
    make_link.make(
        actor=visit.place.desk, visit_id=visit.visit_id, expires_at=made_at + timedelta(hours=24), now=made_at
    )


def _replaced(visit: DemoVisit, now: datetime) -> None:
    amount = Money(_due(visit).minor // 3, visit.place.location.currency)
    _link(visit, now, ask="amount", amount=amount)
    _link(visit, now, ask="all")


def _cancelled(visit: DemoVisit, now: datetime) -> None:
    _link(visit, now)
    cancel_visit.cancel(actor=visit.place.desk, visit_id=visit.visit_id, expected_version=None, now=now)


def _refunded(visit: DemoVisit, now: datetime, *, percent: int = 100) -> None:
    _paid_online(visit, now)
    tender = Tender.objects.get(bill_id=_bill(visit).pk)
    part = round_half_up(tender.amount_minor * percent, 100)
    refund.refund(
        actor=visit.place.manager,
        visit_id=visit.visit_id,
        tender_id=tender.pk,
        amount=Money(part, tender.currency),
        reason="The client was not content",
        expected_version=None,
        now=now,
    )


def _refunded_in_part(visit: DemoVisit, now: datetime) -> None:
    _refunded(visit, now, percent=25)


def _paid_and_cancelled(visit: DemoVisit, now: datetime) -> None:
    """Nobody has said yet what becomes of the money: a case for whoever opens Finance."""
    _paid_online(visit, now)
    cancel_visit.cancel(actor=visit.place.desk, visit_id=visit.visit_id, expected_version=None, now=now)


def _disputed(visit: DemoVisit, now: datetime) -> None:
    _paid_online(visit, now)
    payment = Payment.objects.filter(bill_id=_bill(visit).pk).latest("pk")
    sandbox.dispute(payment.references.get(kind="intent").value)
    _settle(visit, now)


def _nothing(_visit: DemoVisit, _now: datetime) -> None:
    """Unpaid, no link yet: the first thing to try."""


_SHOWCASE: tuple[Tale, ...] = (
    _nothing,
    _sent,
    _being_paid,
    _paid_online,
    _accessed,
    _processing,
    _nothing,
    _part_online,
    _declined,
    _expired,
    _paid_online,
    _replaced,
    _cancelled,
    _sent,
    _nothing,
    _paid_online,
    _refunded_in_part,
    _paid_and_cancelled,
    _disputed,
    _refunded,
)
_ELSEWHERE: tuple[Tale, ...] = (_nothing, _sent, _paid_online, _nothing, _accessed)


# ---- the gestures


def _form(visit: DemoVisit) -> LinesForm:
    return LinesForm(visit.place.desk, visit.visit_id, None)


def _bill(visit: DemoVisit) -> Bill:
    return Visit.objects.select_related("bill").get(pk=visit.visit_id).bill


def _due(visit: DemoVisit) -> Money:
    return facts(_bill(visit)).due


def _has_range(visit: DemoVisit) -> bool:
    return visit.service.price_max_minor is not None


def _state(visit: DemoVisit, state: str, at: datetime) -> None:
    set_visit_status.set_state(
        actor=visit.place.desk, visit_id=visit.visit_id, state=state, expected_version=None, now=at
    )


def _set_price(visit: DemoVisit, at: datetime) -> None:
    line = BillLine.objects.get(bill_id=_bill(visit).pk, price_open=True)
    middle = (line.unit_minor + (line.unit_max_minor or line.unit_minor)) // 2
    change_lines.change(form=_form(visit), line_id=line.pk, line_change=LineChange(unit_minor=middle), now=at)


def _discount(visit: DemoVisit, at: datetime) -> None:
    line = BillLine.objects.filter(bill_id=_bill(visit).pk, removed_at__isnull=True).earliest("position")
    ten_percent = round_half_up(line.unit_minor * line.quantity, 10)
    change = LineChange(discount_minor=ten_percent)
    change_lines.change(form=_form(visit), line_id=line.pk, line_change=change, now=at)


def _by_hand(visit: DemoVisit, kind: str, minor: int, at: datetime) -> None:
    take_tender.take(
        actor=visit.place.desk,
        visit_id=visit.visit_id,
        kind=kind,
        amount=Money(minor, visit.place.location.currency),
        expected_version=None,
        decision=Decision(insist=True),
        now=at,
    )


def _link(visit: DemoVisit, now: datetime, *, ask: str | None = None, amount: Money | None = None) -> str:
    return make_link.make(actor=visit.place.desk, visit_id=visit.visit_id, ask=ask, amount=amount, now=now).token


def _open_page(token: str, now: datetime) -> str:
    """The address of the hosted page, after the client pressed `Pay`."""
    result = take_payment.start(token=token, now=now)
    if result.outcome != "redirect":
        raise RuntimeError(f"the demo's client could not pay: {result.outcome}")
    return result.address


def _settle(visit: DemoVisit, now: datetime) -> None:
    payment = Payment.objects.filter(bill_id=_bill(visit).pk).latest("pk")
    settle_payment.settle(payment_id=payment.pk, now=now)

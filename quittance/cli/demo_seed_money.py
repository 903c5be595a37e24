"""What became of the demo's visits: every payment state, made by the same flows that the desk and clients use.

Money by hand is taken at the time of the visit. Online money moves now, since the payment system's clock
cannot be set back.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import cycle, groupby

from quittance.bills.lines import LineChange
from quittance.bills.models import Bill, BillLine, Tender
from quittance.bills.queries import facts
from quittance.calendar.models import Visit
from quittance.calendar.times import local_date
from quittance.cli import demo_seed_sandbox as sandbox
from quittance.cli.demo_seed_bulk import DemoVisit
from quittance.cli.demo_seed_till import Ended, Fate, end_all
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
from quittance.rows.locking import in_one_transaction


@dataclass(frozen=True, slots=True)
class Story:
    """Something that happened to a visit, and when: a flow to run, or an end that many visits share."""

    at: datetime
    happen: Callable[[], object] | None = None
    ended: Ended | None = None


Tale = Callable[[DemoVisit, datetime], None]


def play(stories: list[Story]) -> None:
    """In the sequence of time, so that papers are numbered by it; runs of plain ones in one stroke."""
    ordered = sorted(stories, key=lambda story: story.at)
    for is_plain, run in groupby(ordered, key=lambda story: story.ended is not None):
        if is_plain:
            in_one_transaction(lambda: end_all([story.ended for story in run if story.ended]))  # noqa: B023 - run at once
            continue
        for story in run:
            if story.happen is not None:
                story.happen()


def stories_of(visits: list[DemoVisit], *, now: datetime, is_showcase: bool) -> list[Story]:
    """What is to happen to the visits of one place.

    `is_showcase`: this place shows every payment state today; elsewhere a few links are sent.
    """
    ordered = sorted(visits, key=lambda visit: (visit.starts_at, visit.visit_id))
    tales = _SHOWCASE if is_showcase else _ELSEWHERE
    chosen = _stage(ordered, len(tales), now)
    on_stage = {visit.visit_id for visit in chosen}
    rest = [visit for visit in ordered if visit.visit_id not in on_stage]
    over = [visit for visit in rest if visit.ends_at <= now]
    linked = _days_ago(over, now)[::_EVERY_NTH_IS_LINKED] if is_showcase else []
    over = [visit for visit in over if visit not in linked]
    to_come = [visit for visit in rest if visit.ends_at > now]
    stories = [*_over(over, now), *_attendance([*to_come, *(one for one in chosen if one.ends_at > now)], now)]
    stories += [
        Story(now, lambda tale=tale, visit=visit: tale(visit, now))  # type: ignore[misc]
        for visit, tale in zip(chosen, tales, strict=False)
    ]
    unreachable = [visit for visit in to_come if visit.client.name.startswith("Greta")]
    stories += [Story(now, lambda visit=visit: _sent(visit, now)) for visit in unreachable[:1]]  # type: ignore[misc]
    return [*stories, *(story for visit, fate in zip(linked, cycle(_LINKED)) for story in _linked(visit, fate))]


def _stage(ordered: list[DemoVisit], wanted: int, now: datetime) -> list[DemoVisit]:
    """Where links are shown in every state: spread over what is left of today, whatever the hour of the first start."""
    fixed = [visit for visit in ordered if not _has_range(visit)]
    day = [visit for visit in fixed if _is_today(visit, now)]
    left = [visit for visit in day if visit.ends_at > now]
    if len(left) < wanted:
        left = day[-wanted:]
    if len(left) < wanted:
        left = [visit for visit in fixed if visit.ends_at > now]
    return left[:: max(1, len(left) // wanted)][:wanted] if left else []


def _is_today(visit: DemoVisit, now: datetime) -> bool:
    zone = visit.place.location.time_zone
    return local_date(visit.starts_at, time_zone=zone) == local_date(now, time_zone=zone)


# ---- what is over: paid by hand mostly, some still owe

# What became of links that were handed out the day before: with them the chart of the links begins.
_LINKED = ("seen and paid", "seen and paid", "paid", "seen", "seen and paid")
_EVERY_NTH_IS_LINKED = 11


def _days_ago(over: list[DemoVisit], now: datetime) -> list[DemoVisit]:
    return [visit for visit in over if not _has_range(visit) and not _is_today(visit, now)]


def _linked(visit: DemoVisit, fate: str) -> Iterator[Story]:
    """Copied for the client, looked at or not, and paid at the desk or not at all."""
    handed_out, at = visit.starts_at - timedelta(hours=20), visit.ends_at
    yield Story(handed_out, lambda: _link(visit, handed_out))
    if "seen" in fate:
        seen = handed_out + timedelta(minutes=40)
        yield Story(seen, lambda: record_access.record(token=_link(visit, seen), now=seen))
    yield Story(at, lambda: _state(visit, "done", at))
    if "paid" in fate:
        yield Story(at, lambda: _by_hand(visit, "card_terminal", _due(visit).minor, at))


_PLAIN: tuple[Fate, ...] = (
    *("cash", "card_terminal", "card_terminal", "cash", "card_terminal", "no_show", "card_terminal", "cash"),
    *("card_terminal", "card_terminal", "cash", "card_terminal", "part", "card_terminal", "cash", "card_terminal"),
    *("cash", "card_terminal", "card_terminal", "unpaid"),
)
# Told by the flows of the desk, the last ones of what is over.
_SPECIAL = ("product", "discount", "online", "part_and_link", "product", "overpaid", "online", "product")
_SPECIALS = 24


def _over(over: list[DemoVisit], now: datetime) -> Iterator[Story]:
    """A dozen and a half of the newest ones come with more than money: products, discounts, links."""
    special = {visit.visit_id: kind for visit, kind in zip(over[-_SPECIALS::2], cycle(_SPECIAL), strict=False)}
    for visit, fate in zip(over, cycle(_PLAIN), strict=False):
        kind = special.get(visit.visit_id, "")
        if kind or _has_range(visit):
            yield from _told(visit, kind, now)
        else:
            yield Story(visit.ends_at, ended=Ended(visit, fate))


def _told(visit: DemoVisit, kind: str, now: datetime) -> Iterator[Story]:
    at = visit.ends_at
    yield Story(at, lambda: _state(visit, "done", at))
    if _has_range(visit):
        yield Story(at, lambda: _set_price(visit, at))
    if kind == "product" and visit.place.products:
        product = visit.place.products[visit.visit_id % len(visit.place.products)]
        yield Story(at, lambda: change_lines.add_product(form=_form(visit), product_id=product.pk, now=at))
    if kind == "discount":
        yield Story(at, lambda: _discount(visit, at))
    yield from _paid(visit, kind, at, now)


def _paid(visit: DemoVisit, kind: str, at: datetime, now: datetime) -> Iterator[Story]:
    if kind == "part_and_link":
        yield Story(at, lambda: _by_hand(visit, "cash", _due(visit).minor // 2, at))
        yield Story(now, lambda: _sent(visit, now))
    elif kind == "overpaid":
        yield Story(at, lambda: _by_hand(visit, "cash", _due(visit).minor + 500, at))
    elif kind == "online":
        yield Story(now, lambda: _paid_online(visit, now))
    else:
        tender = "card_terminal" if visit.visit_id % 2 else "cash"
        yield Story(at, lambda: _by_hand(visit, tender, _due(visit).minor, at))


def _attendance(to_come: list[DemoVisit], now: datetime) -> list[Story]:
    """Who sits in the chair now, and who waits for it."""
    running = [visit for visit in to_come if visit.starts_at <= now]
    soon = [visit for visit in to_come if now < visit.starts_at <= now + timedelta(minutes=20)]
    stories = [Story(now, lambda visit=visit: _state(visit, "arrived", now)) for visit in running]  # type: ignore[misc]
    return stories + [Story(now, lambda visit=visit: _state(visit, "waiting", now)) for visit in soon[:4]]  # type: ignore[misc]


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
    _sent,
    _nothing,
    _accessed,
    _paid_online,
    _sent,
    _nothing,
    _sent,
    _paid_online,
    _being_paid,
    _accessed,
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

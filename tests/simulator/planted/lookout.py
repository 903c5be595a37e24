"""What the simulator needs beside its own checks so that no planted bug slips through.

More places at which work can be interrupted (after each statement that commits by itself), things that happen
together while a call is under way, and invariants about requests, notices, messages and law 13.
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from datetime import timedelta
from typing import Any
from unittest import mock

from django.db import connection
from django.db.models import F

from quittance.bills.models import MoneyCase, Tender
from quittance.inbox.models import InboundWebhook
from quittance.messages.models import Message, Suppression
from quittance.messages.types import PAYMENT_LINK
from quittance.payment_systems.port import KEY_IN_METADATA
from quittance.payments.models import Payment, PaymentLink, Refund
from quittance.sandbox.stripe.ledger import Books
from tests.simulator import engine, simulate
from tests.simulator.checks import check_step
from tests.simulator.choose import PROFILES, Chooser, Profile
from tests.simulator.outside import books_of, in_flight
from tests.simulator.registry import ACTIONS, action
from tests.simulator.rest import come_to_rest
from tests.simulator.story import Step, Violation
from tests.simulator.world import VisitRef, World, open_world

OWN_PROFILES = {
    # Webhooks are lost, workers sleep long and die young: what only the event list can bring is at stake.
    "killed sweeps": Profile(kill=0.3, post=0.25, awake=0.3, worker=6.0, posted=0.2),
    # Whoever asks the payment system meets others who were faster.
    "crowd of answers": Profile(meanwhile=0.6, post=0.1, worker=6.0),
}
_WRITES = ("INSERT", "UPDATE", "DELETE")
_TOGETHER = 0.25
_ASKED_FOR = timedelta(days=4)


@contextmanager
def looking_closer() -> Iterator[None]:
    """While it is open, every run of this process is watched more closely."""

    def check_more(world: World) -> None:
        check_step(world)
        check_requests(world)
        check_notices(world)
        check_own_returns(world)
        check_followed(world)
        check_pages(world)
        check_mails(world)

    def rest_and_check(world: World, **given: Any) -> None:
        come_to_rest(world, **given)
        check_more(world)
        check_late_money(world)

    @contextmanager
    def watched_world(**given: Any) -> Iterator[World]:
        with open_world(**given) as world, _watched(world):
            yield world

    with ExitStack() as stack:
        for where, name, what in (
            (engine, "check_step", check_more),
            (simulate, "come_to_rest", rest_and_check),
            (simulate, "open_world", watched_world),
            (Chooser, "_aside", _aside(Chooser._aside)),
            (Chooser, "_page_choices", _page_choices(Chooser._page_choices)),
            (Chooser, "_post_trouble", _post_trouble(Chooser._post_trouble)),
        ):
            stack.enter_context(mock.patch.object(where, name, what))
        stack.enter_context(mock.patch.dict(PROFILES, OWN_PROFILES))
        yield


@contextmanager
def _watched(world: World) -> Iterator[None]:
    seen: set[tuple[Any, ...]] = set()
    place = world.points.place

    def look_and_go_on(what: str) -> None:
        if what == "after a transaction":
            check_sends(world, seen)
        place(what)

    def after_statement(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        result = execute(sql, params, many, context)
        if not connection.in_atomic_block and sql.lstrip()[:6].upper() in _WRITES:
            world.points.place("after a statement")
        return result

    with mock.patch.object(world.points, "place", look_and_go_on), connection.execute_wrapper(after_statement):
        yield


# ---- what happens together


@action("together")
def together(world: World, _who: str, given: dict[str, Any]) -> str:
    """Several things one after another, as one aside."""
    done = []
    for held in given["steps"]:
        act = ACTIONS.get(held["name"])
        done.append("nothing" if act is None else act(world, held.get("who", ""), held.get("given", {})))
    return "; ".join(done)


@action("same_id_elsewhere")
def same_id_elsewhere(world: World, _who: str, given: dict[str, Any]) -> str:
    """The other account sends an authentic notice that happens to bear the id of one that waits."""
    waiting = in_flight(world)
    if not waiting:
        return "nothing waits"
    books, delivery = waiting[given.get("n", 0) % len(waiting)]
    others = [house for house in world.town.houses.values() if books_of(world, house) is not books]
    event = dict(books.get("events", delivery["event"]))
    theirs = books_of(world, others[0])
    event["data"] = {"object": {"id": theirs.new_id("cus"), "object": "customer", "metadata": {}}}
    point = next(iter(theirs.table("endpoints").values()))
    answer = world.sandbox.stripe.webhooks._send_forged(theirs, event, point, "")
    return f"{event['id']} to {others[0].owner}: answered {answer.status}"


def _aside(choose_aside: Callable[[Chooser], Step]) -> Callable[[Chooser], Step]:
    def aside(self: Chooser) -> Step:
        plain = choose_aside(self)
        paid = [visit for visit in self.world.visits.values() if visit.pages]
        if not paid or self.dice.random() > _TOGETHER:
            return plain
        visit = self.dice.choice([*paid, *paid, *(one for one in paid if one.label == self._focus)])
        name, who, given = _bank_event(self.dice)
        steps = [
            {"name": name, "who": who, "given": {"visit": visit.label, "page": -1} | given},
            {"name": "post", "given": {"pick": "all"}},
            {"name": "work"},
        ]
        return replace(plain, name="together", who="", given={"steps": steps})

    return aside


def _page_choices(choose_page: Callable[..., Any]) -> Callable[..., Any]:
    """Money that is not what was asked for, more often than in life."""

    def choices(self: Chooser, visit: VisitRef) -> Any:
        session = books_of(self.world, self.world.house_of(visit)).table("sessions")[visit.pages[-1]]
        weight = 1.5 if session["status"] == "open" else 0
        who = visit.client or "somebody"
        return [
            *choose_page(self, visit),
            (weight, "pay", lambda: (who, {"page": -1, "other_currency": "gbp"})),
            (weight, "pay", lambda: (who, {"page": -1, "other_minor": 3_000})),
        ]

    return choices


@contextmanager
def favouring(names: tuple[str, ...]) -> Iterator[None]:
    """These actions happen six times as often."""
    plain = Chooser._choices

    def choices(self: Chooser, visit: VisitRef) -> Any:
        return [(weight * (6 if name in names else 1), name, make) for weight, name, make in plain(self, visit)]

    with mock.patch.object(Chooser, "_choices", choices):
        yield


def _bank_event(dice: random.Random) -> tuple[str, str, dict[str, Any]]:
    events: list[tuple[str, str, dict[str, Any]]] = [
        ("dispute", "the bank", {}),
        ("dispute_ends", "the bank", {"won": True}),
        ("dispute_ends", "the bank", {"won": False}),
        ("refund_ends", "the bank", {"ok": False}),
        ("refund_ends", "the bank", {"ok": True}),
        ("dashboard_refund", "Ana", {"share": 0.3}),
        ("pay", "Chloe", {"card": "good"}),
    ]
    return dice.choice(events)


def _post_trouble(choose_trouble: Callable[[Chooser], Any]) -> Callable[[Chooser], Any]:
    def trouble(self: Chooser) -> Any:
        if self.dice.random() < 0.1:
            return "same_id_elsewhere", {"n": self.dice.randrange(9)}
        return choose_trouble(self)

    return trouble


# ---- what must hold after every step


def _houses(world: World) -> Iterator[tuple[Any, Books]]:
    for house in world.town.houses.values():
        yield house, books_of(world, house)


def check_requests(world: World) -> None:
    """F1: one request of ours has one effect, and what it made is known as its own."""
    for house, books in _houses(world):
        pages = Counter(_key(one) for one in books.table("sessions").values())
        twice = [key for key, count in pages.items() if key and count > 1]
        if twice:
            raise Violation("F1", f"one request opened {pages[twice[0]]} pages at the payment system")
        theirs = [one for one in books.table("refunds").values() if _key(one)]
        if theirs:
            rows = Refund.objects.filter(account_id=house.account.pk)
            _check_echoes(theirs, list(rows.values_list("pk", "key", "reference")))


def _key(thing: dict[str, Any]) -> str:
    return str((thing.get("metadata") or {}).get(KEY_IN_METADATA, ""))


def _check_echoes(theirs: list[dict[str, Any]], ours: list[tuple[int, str, str | None]]) -> None:
    keys = {key for _, key, _ in ours}
    by_reference = {reference: (pk, key) for pk, key, reference in ours if reference}
    for one in theirs:
        if _key(one) not in keys:
            raise Violation("F1", f"refund {one['id']} was asked for with a key that stands in no row")
        pk, key = by_reference.get(one["id"], (0, _key(one)))
        if key != _key(one):
            raise Violation("S2", f"the echo of a refund of ours was recorded as another one, refund {pk}")


def check_notices(world: World) -> None:
    """S2: a notice is kept once an account. Law 11: one that was accepted is kept."""
    for house, books in _houses(world):
        kept = Counter(
            InboundWebhook.objects.filter(source="stripe", account_id=house.account.pk).values_list(
                "event_id", flat=True
            )
        )
        twice = [event for event, count in kept.items() if count > 1]
        if twice:
            raise Violation("S2", f"the notice {twice[0]} is kept {kept[twice[0]]} times for {house.owner}'s account")
        for delivery in books.deliveries:
            if delivery["fate"] == "delivered" and delivery["event"] not in kept:
                raise Violation("law 11", f"{delivery['type']} was accepted for {house.owner} and not kept")


def check_followed(world: World) -> None:
    """L3: while a payment of the last days is not final, somebody is going to ask about it."""
    asleep = Payment.objects.filter(
        business_id__in=world.business_ids(), next_attempt_at__isnull=True, lease_until__isnull=True
    ).exclude(state__in=Payment.FINAL)
    row = asleep.filter(expires_at__gt=world.now - _ASKED_FOR).only("state").first()
    if row is not None:
        raise Violation("L3", f"payment {row.pk} is {row.state}, and nobody will ask about it")


def check_pages(world: World) -> None:
    """S5: a page that can be paid asks for the bill as it is now."""
    live = Payment.objects.filter(
        business_id__in=world.business_ids(), state__in=Payment.LIVE, superseded_at__isnull=True
    ).exclude(bill_version=F("bill__version"))
    row = live.select_related("bill").first()
    if row is not None:
        text = f"payment {row.pk} asks for version {row.bill_version} of its bill, which is at {row.bill.version}"
        raise Violation("S5", text)


def check_mails(world: World) -> None:
    """S14: one mail leaves once."""
    twice = [mark for mark, count in Counter(mark for mark, _ in world.post.taken).items() if count > 1]
    if twice:
        raise Violation("S14", f"one mail left more than once ({twice[0]})")


def check_own_returns(world: World) -> None:
    """Law 13: what goes back by itself was too much when it was asked for; it never takes back a price."""
    wrong = Refund.objects.filter(
        business_id__in=world.business_ids(), origin="itself", moves__lte=2, price_minor__gt=0
    ).first()
    if wrong is not None:
        text = f"refund {wrong.pk} went back by itself, and {wrong.price_minor} {wrong.currency} of it were price"
        raise Violation("law 13", text)


def check_sends(world: World, seen: set[tuple[Any, ...]]) -> None:
    """S14: whoever begins to send has a reason at that moment, and the address may be written to."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT id, called_at FROM messages_message WHERE state = 'calling'")
        found = [row for row in cursor.fetchall() if row not in seen]
    for row in found:
        seen.add(row)
        message = Message.objects.get(pk=row[0])
        if message.business_id in world.business_ids():
            _check_send(message)


def _check_send(message: Message) -> None:
    where = {"business_id": message.business_id, "channel": message.channel, "address": message.address}
    if Suppression.objects.filter(**where).exists():
        raise Violation("S14", f"message {message.pk} is sent to an address that must not be written to")
    if message.type != PAYMENT_LINK:
        return
    link = PaymentLink.objects.select_related("bill").get(pk=message.link_id or 0)
    over = link.expires_at is not None and message.called_at is not None and link.expires_at <= message.called_at
    if link.closed_at is not None or over or link.bill.ended_at is not None:
        why = link.closed_reason or ("expired" if over else "the visit ended")
        raise Violation("S14", f"message {message.pk} sends a link that takes no money any more ({why})")


# ---- what must hold when all is quiet


def check_late_money(world: World) -> None:
    """Law 13: what came after the end of its visit, and is too much, has gone back where the place wants it so.

    Where a person or the bank had a hand in it (a hold, a failed refund, a dispute, a void) this says nothing.
    """
    late = Tender.objects.filter(
        business_id__in=world.business_ids(),
        kind="online",
        taken_at__gte=F("bill__ended_at"),
        bill__settled_minor__gt=F("bill__total_minor"),
        bill__location__late_refund_by_itself=True,
        amount_minor__gt=F("returned_minor") + F("disputed_minor"),
    )
    for tender in late.select_related("bill"):
        bill = tender.bill
        if Refund.objects.filter(bill=bill, state="failed").exists() or bill.disputes.exists():
            continue
        if MoneyCase.objects.filter(bill=bill, held_at__isnull=False).exists():
            continue
        if Tender.objects.filter(bill=bill, voided_at__isnull=False).exists():
            continue
        excess = bill.settled_minor - bill.total_minor
        text = f"tender {tender.pk} came after the end of bill {bill.pk}; {excess} {bill.currency} are still too much"
        raise Violation("law 13", text)

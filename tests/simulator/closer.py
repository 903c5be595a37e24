"""What a closer look shows after each step: requests, notices, messages, pages, and what goes back by itself.

The planted bugs asked for these: each is an invariant that a bug once slipped past.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import timedelta
from typing import Any
from unittest import mock

from django.db import connection
from django.db.models import F

from quittance.audit.models import AuditEntry
from quittance.bills.models import MoneyCase, Tender
from quittance.messages.models import Message, Suppression
from quittance.messages.types import PAYMENT_LINK, stopping_reasons
from quittance.payment_systems.port import KEY_IN_METADATA
from quittance.payments.models import PaymentLink, Refund
from quittance.sandbox.stripe.ledger import Books
from tests.simulator.channels import our_key
from tests.simulator.checks import rows
from tests.simulator.outside import books_of
from tests.simulator.reminders import check_reminder
from tests.simulator.story import Violation
from tests.simulator.world import World

_WRITES = ("INSERT", "UPDATE", "DELETE")
_ASKED_FOR = timedelta(days=4)


def check_closer(world: World) -> None:
    check_requests(world)
    check_notices(world)
    check_rows(world)
    check_mails(world)


@contextmanager
def watching(world: World) -> Iterator[None]:
    """A statement that commits by itself is a place for trouble too; each message is judged as its sending begins."""
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
            ours = rows("SELECT id, key, reference FROM payments_refund WHERE account_id = %s", [house.account.pk])
            _check_echoes(theirs, ours)


def _key(thing: dict[str, Any]) -> str:
    return str((thing.get("metadata") or {}).get(KEY_IN_METADATA, ""))


def _check_echoes(theirs: list[dict[str, Any]], ours: Sequence[tuple[Any, ...]]) -> None:
    keys = {key for _, key, _ in ours}
    by_reference = {reference: (pk, key) for pk, key, reference in ours if reference}
    for one in theirs:
        if _key(one) not in keys:
            raise Violation("F1", f"refund {one['id']} was asked for with a key that stands in no row")
        pk, key = by_reference.get(one["id"], (0, _key(one)))
        if key != _key(one):
            raise Violation("S2", f"the echo of a refund of ours was recorded as another one, refund {pk}")


_NOTICES = "SELECT event_id FROM inbox_inboundwebhook WHERE source = 'stripe' AND account_id = %s"


def check_notices(world: World) -> None:
    """S2: a notice is kept once an account. Law 11: one that was accepted is kept."""
    for house, books in _houses(world):
        kept = Counter(event for (event,) in rows(_NOTICES, [house.account.pk]))
        twice = [event for event, count in kept.items() if count > 1]
        if twice:
            raise Violation("S2", f"the notice {twice[0]} is kept {kept[twice[0]]} times for {house.owner}'s account")
        for delivery in books.deliveries:
            if delivery["fate"] == "delivered" and delivery["event"] not in kept:
                raise Violation("law 11", f"{delivery['type']} was accepted for {house.owner} and not kept")


_ROWS = """
SELECT 'L3', 'payment', p.id, p.state, 'and nobody will ask about it' FROM payments_payment p
WHERE p.business_id IN (%s, %s) AND p.state NOT IN ('paid', 'failed', 'expired', 'ended')
  AND p.next_attempt_at IS NULL AND p.lease_until IS NULL AND p.expires_at > %s
UNION ALL
SELECT 'S5', 'payment', p.id, p.state, 'and asks for another version of its bill' FROM payments_payment p
JOIN bills_bill b ON b.id = p.bill_id
WHERE p.business_id IN (%s, %s) AND p.state IN ('creating', 'open') AND p.superseded_at IS NULL
  AND p.bill_version <> b.version
UNION ALL
SELECT 'law 13', 'refund', r.id, r.state, 'and went back by itself although some of it is price' FROM payments_refund r
WHERE r.business_id IN (%s, %s) AND r.origin = 'itself' AND r.moves <= 2 AND r.price_minor > 0
"""


def check_rows(world: World) -> None:
    """One statement for three rules.

    L3: while a payment of the last days is not final, somebody is going to ask about it. S5: a page that can be paid
    asks for the bill as it is now. Law 13: what goes back by itself was too much when it was asked for.
    """
    own, since = world.business_ids(), connection.ops.adapt_datetimefield_value(world.now - _ASKED_FOR)
    for law, kind, pk, state, text in rows(_ROWS, [*own, since, *own, *own]):
        raise Violation(law, f"{kind} {pk} is {state}, {text}")


def check_mails(world: World) -> None:
    """S14: one mail leaves once."""
    left = Counter(mark for mark, _ in world.post.taken) + by_services(world)
    twice = [mark for mark, count in left.items() if count > 1]
    if twice:
        raise Violation("S14", f"one mail left more than once ({twice[0]})")


def by_services(world: World) -> Counter[str]:
    return Counter(our_key(mail) for mail in world.sandbox.mail_services.sent())


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
    if Suppression.objects.filter(**where, reason__in=stopping_reasons(message.type)).exists():
        raise Violation("S14", f"message {message.pk} is sent to an address that must not be written to")
    check_reminder(message)
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
        bill__ended_at__isnull=False,
        bill__settled_minor__gt=F("bill__total_minor"),
        bill__location__late_refund_by_itself=True,
        amount_minor__gt=F("returned_minor") + F("disputed_minor"),
    )
    for tender in late.select_related("bill"):
        bill = tender.bill
        if _was_there_before_the_end(tender):
            continue
        if Refund.objects.filter(bill=bill, state="failed").exists() or bill.disputes.exists():
            continue
        if MoneyCase.objects.filter(bill=bill, held_at__isnull=False).exists():
            continue
        if Tender.objects.filter(bill=bill, voided_at__isnull=False).exists():
            continue
        excess = bill.settled_minor - bill.total_minor
        text = f"tender {tender.pk} came after the end of bill {bill.pk}; {excess} {bill.currency} are still too much"
        raise Violation("law 13", text)


def _was_there_before_the_end(tender: Tender) -> bool:
    """By the sequence in which it was written down: clocks step back, and a moment can hold two things."""
    landed = AuditEntry.objects.filter(action="payment.paid", subject_kind="payment", subject_id=tender.payment_id)
    ended = AuditEntry.objects.filter(action="visit.cancelled", subject_kind="bill", subject_id=tender.bill_id)
    return landed.earliest("pk").pk < ended.earliest("pk").pk

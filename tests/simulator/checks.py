"""What must hold after every step, reckoned from the rows by plain SQL and from the sandbox's books.

None of it uses the product's own sums: `audit_books` does that, and runs beside it now and then.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import Any

from django.db import connection

from quittance.flows.audit_books import audit_books
from quittance.payments.models import Refund
from quittance.sandbox import currencies
from quittance.sandbox.answers import Call
from tests.simulator.outside import books_of
from tests.simulator.story import Violation
from tests.simulator.world import World

# How many digits stand behind the point in life; written down here once more on purpose.
EXPONENT = {"EUR": 2, "USD": 2, "CHF": 2, "JPY": 0, "KWD": 3, "ISK": 0, "GBP": 2}


def major(minor: int, currency: str) -> Decimal:
    return Decimal(minor).scaleb(-EXPONENT[currency.upper()])


def their_major(amount: int, currency: str) -> Decimal:
    return currencies.major(amount, currency.lower())


def rows(sql: str, parameters: Iterable[Any] = ()) -> Sequence[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql, list(parameters))
        return list(cursor.fetchall())


_BILLS = """
SELECT b.id, b.total_minor, b.settled_minor, b.refunding_minor, b.refunded_minor, b.disputed_minor,
  COALESCE((SELECT SUM(l.gross_minor) FROM bills_billline l WHERE l.bill_id = b.id AND l.removed_at IS NULL), 0),
  COALESCE((SELECT SUM(CASE WHEN j.to_account = 'bill' THEN j.amount_minor WHEN j.from_account = 'bill'
    THEN -j.amount_minor ELSE 0 END) FROM bills_journalentry j WHERE j.bill_id = b.id AND j.business_id = b.business_id), 0),
  COALESCE((SELECT SUM(t.amount_minor - t.returned_minor - t.disputed_minor) FROM bills_tender t
    WHERE t.bill_id = b.id AND t.voided_at IS NULL), 0),
  (SELECT COUNT(*) FROM payments_payment p WHERE p.bill_id = b.id AND p.state IN ('creating', 'open')
    AND p.superseded_at IS NULL),
  COALESCE((SELECT SUM(c.amount_minor) FROM bills_moneycase c WHERE c.bill_id = b.id AND c.subject = ''
    AND c.resolved_at IS NULL AND c.kind IN ('overpaid', 'cancelled_paid', 'late')), 0),
  b.currency, b.ended_at
FROM bills_bill b WHERE b.business_id IN (%s, %s)
"""


def check_bills(world: World) -> None:
    """S1, S3, S5 on every bill of the run; one statement, since a run has few bills."""
    for row in rows(_BILLS, world.business_ids()):
        bill, total, settled, refunding, refunded, disputed, lines, journal, tenders, live, case, currency, ended = row
        if total != lines:
            raise Violation("S1", f"bill {bill}: total {total}, its lines say {lines} {currency}")
        if not settled == journal == tenders:
            raise Violation("S1", f"bill {bill}: settled {settled}, journal {journal}, tenders {tenders} {currency}")
        if min(settled, refunding, refunded, disputed) < 0:
            raise Violation("S6", f"bill {bill}: {settled} settled, {refunding} refunding, {disputed} disputed")
        excess = max(0, settled - total)
        if excess != case:
            raise Violation("S3", f"bill {bill}: {excess} {currency} too much, open cases say {case}, ended {ended}")
        if live > 1:
            raise Violation("S5", f"bill {bill}: {live} payable pages at once")


_PAYMENTS = """
SELECT p.id, p.bill_id, p.state, p.captured_minor, p.captured_currency, p.amount_minor, p.currency, p.superseded_at,
  r.value, a.business_id,
  (SELECT COUNT(*) FROM bills_tender t WHERE t.payment_id = p.id),
  (SELECT COALESCE(SUM(t.amount_minor), 0) FROM bills_tender t WHERE t.payment_id = p.id),
  (SELECT COALESCE(SUM(j.amount_minor), 0) FROM bills_journalentry j WHERE j.payment_id = p.id AND j.kind = 'unallocated')
FROM payments_payment p JOIN payments_paymentaccount a ON a.id = p.account_id
LEFT JOIN payments_paymentreference r ON r.payment_id = p.id AND r.kind = 'checkout'
WHERE p.business_id IN (%s, %s)
"""


def check_payments(world: World) -> None:
    """S2, S5, S7: nothing is believed that the payment system does not say, and nothing paid is ever unpaid."""
    tables = {house.business.pk: books_of(world, house) for house in world.town.houses.values()}
    paid_before: dict[int, tuple[int, str]] = world.facts.setdefault("paid", {})
    for row in rows(_PAYMENTS, world.business_ids()):
        payment, bill, state, captured, code, _, _, _, session_id, business, tenders, tendered, parked = row
        books = tables[business]
        session = books.table("sessions").get(session_id or "")
        if state == "paid":
            _check_paid(payment, bill, books, session, captured, code, tenders, tendered + parked)
            if paid_before.setdefault(payment, (captured, code)) != (captured, code):
                raise Violation("S7", f"payment {payment}: captured {captured} {code}, was {paid_before[payment]}")
        elif payment in paid_before or tenders or parked:
            raise Violation("S7", f"payment {payment} is {state}, and was paid, or has money in the books")
        elif state in {"failed", "expired", "ended"} and session and session["status"] == "open":
            raise Violation("S5", f"payment {payment} is {state} here, and its page is open at the payment system")


def _check_paid(
    payment: int, bill: int, books: Any, session: Any, captured: int, code: str, tenders: int, recorded: int
) -> None:
    if session is None or session["payment_status"] != "paid":
        raise Violation("S2", f"payment {payment} of bill {bill} is paid here, the payment system says otherwise")
    charge = books.table("charges")[books.table("intents")[session["payment_intent"]]["latest_charge"]]
    true = their_major(charge["amount_captured"], charge["currency"])
    if major(captured, code) != true or code.lower() != charge["currency"]:
        raise Violation("S11", f"payment {payment}: {captured} {code} here, {true} {charge['currency']} was taken")
    if tenders > 1 or recorded != captured:
        raise Violation("S2", f"payment {payment}: captured {captured} {code}, the books hold {recorded} in {tenders}")


def check_shown(world: World) -> None:
    """After `Pay`: the page asks, in the payment system's own units, what the link asks now (S5, S11)."""
    shown = world.facts.pop("shown", None)
    if shown is None or world.points.fired:
        return
    label, _token, session_id = shown
    visit = world.visits[label]
    session = books_of(world, world.house_of(visit)).get("sessions", session_id)
    row = rows(
        "SELECT l.ask_minor - l.value_minor, l.id, b.total_minor - b.settled_minor - b.disputed_minor, b.ended_at, b.currency FROM "
        "payments_paymentlink l JOIN bills_bill b ON b.id = l.bill_id WHERE b.id = %s AND l.closed_at IS NULL",
        [visit.bill_id],
    )
    if session["status"] == "complete":
        return  # paid a moment ago: the page says so itself and leads back
    if session["status"] != "open" and not world.facts.get("skewed"):
        raise Violation("S5", f"Pay showed a page that is {session['status']}")
    if not row:
        raise Violation("S5", f"Pay showed a page of visit {label}, which has no live link")
    ask, link, due, ended, currency = row[0]
    used = rows(
        "SELECT COALESCE(SUM(CASE WHEN state = 'processing' THEN amount_minor + value_minor END), 0),"
        " COALESCE(SUM(CASE WHEN state IN ('creating', 'open') AND superseded_at IS NULL THEN value_minor END), 0),"
        " COALESCE(SUM(CASE WHEN link_id = %s AND state = 'processing' THEN amount_minor + value_minor WHEN link_id = %s AND state = 'paid' AND captured_currency ="
        " %s THEN captured_minor END), 0) FROM payments_payment WHERE bill_id = %s",
        [link, link, currency, visit.bill_id],
    )[0]
    # What stands beside the page that is shown pays a part of it.
    asked = min(due - used[0], due - used[0] if ask is None else ask - used[2]) - used[1]
    asked -= asked % 10 if currency == "KWD" else 0
    true = their_major(session["amount_total"], session["currency"])
    if ended or true != major(asked, currency) or session["currency"] != currency.lower():
        raise Violation(
            "S5", f"the page asks {true} {session['currency']}, the link asks {major(asked, currency)} {currency}"
        )


def check_answers(world: World) -> None:
    """What the payment system refused tells of mistakes of ours: a key used twice, more asked back than is left."""
    for call, answer, noted in world.stripe.answers:
        body = answer.body.decode()
        if "idempotency_error" in body and "same parameters" in body:
            raise Violation("F1", f"one key was used for two different requests: {call.method} {call.path}")
        if "greater than unrefunded" in body and not _was_blind(*noted):
            raise Violation("S6", "more was asked back than was left")
        if "parameter_unknown" in body or "Invalid" in body:
            raise Violation("contract", f"the payment system could not read {call.method} {call.path}: {body}")
    world.stripe.answers.clear()


def refunds_known(world: World, call: Call) -> tuple[int, int]:
    """How many refunds of this payment there are at the payment system, and how many of them we know."""
    if call.method != "POST" or call.path != "/v1/refunds":
        return 0, 0
    intent = call.fields.get("payment_intent", "")
    theirs = {
        one["id"]
        for house in world.town.houses.values()
        for one in books_of(world, house).table("refunds").values()
        if one["payment_intent"] == intent
    }
    return len(theirs), Refund.objects.filter(business_id__in=world.business_ids(), reference__in=theirs).count()


def _was_blind(left: tuple[int, int], arrived: tuple[int, int]) -> bool:
    """Whether the dashboard gave back what we could not know yet, or did so while our request was on its way."""
    return arrived[1] < arrived[0] or left[0] < arrived[0]


def check_done(world: World) -> None:
    """What the desk was told is done is done, once: tenders by hand and of value, by request (law 14)."""
    sums: dict[tuple[str, str], list[int]] = {}
    for label, kind, _minor in world.done.values():
        sums.setdefault((label, kind), [0, 0])[0] += 1
    for label, kind, _minor in world.unsure.values():
        sums.setdefault((label, kind), [0, 0])[1] += 1
    for (label, kind), (sure, unsure) in sums.items():
        if label not in world.visits:
            continue
        # What clients set aside on their own page bears nobody's name.
        which = "wallet_id IS NOT NULL AND taken_by_id IS NOT NULL" if kind == "value" else "kind = %s"
        asked = [world.visits[label].bill_id, *([] if kind == "value" else [kind])]
        held = rows(f"SELECT COUNT(*) FROM bills_tender WHERE bill_id = %s AND {which}", asked)
        if not sure <= held[0][0] <= sure + unsure:
            raise Violation("law 14", f"visit {label}: {sure} times {kind} was confirmed, the books hold {held[0][0]}")


def check_step(world: World) -> None:
    check_bills(world)
    check_payments(world)
    check_shown(world)
    check_answers(world)


def check_all(world: World) -> None:
    """The full audit of both businesses."""
    check_done(world)
    for business_id in world.business_ids():
        findings = audit_books(now=world.now, business_id=business_id)
        if findings:
            raise Violation(findings[0].invariant, f"audit: {'; '.join(map(str, findings[:5]))}")

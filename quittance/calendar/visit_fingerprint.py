"""Whether a visit window looks different: a short hash of everything in it that changes without the desk.

`of_window` makes it from rows that are loaded anyway, `current` from bare values. The hash has two parts,
`core.messages`; a window that has not loaded its messages carries the first part alone.
"""

from __future__ import annotations

import hashlib
from datetime import datetime

from quittance.bills.models import MoneyCase
from quittance.calendar.models import Appointment, Visit
from quittance.calendar.queries_visit import VisitWindow
from quittance.messages.models import Message
from quittance.payments.models import Payment, PaymentLink, Refund

_APPOINTMENT = ("pk", "state", "starts_at", "ends_at", "staff_id")
_PAYMENT = ("pk", "state", "locked_until", "expires_at", "superseded_at", "unknown_since", "decline_reason")
_LINK = ("pk", "sent_at", "accessed_at", "closed_reason", "expires_at")
_MESSAGE = ("pk", "state")
_REFUND = ("pk", "state", "unknown_since")
# A dispute that is lost moves nothing: only its case changes.
_CASE = ("pk", "kind", "amount_minor", "next_attempt_at", "held_at")


def of_window(window: VisitWindow, *, now: datetime, with_messages: bool) -> str:
    """From a loaded window; leave the messages out where they were not loaded."""
    core = _core(
        (window.visit.version, window.bill.version),
        [_values(row, _APPOINTMENT) for row in window.appointments],
        [_values(row, _PAYMENT) for row in window.payments],
        [_values(view.link, _LINK) for view in window.links],
        [_values(row, _REFUND) for row in window.refunds],
        [_values(row, _CASE) for row in window.cases],
        now,
    )
    if not with_messages:
        return core
    return f"{core}.{_hash([_values(row, _MESSAGE) for row in window.messages])}"


def current(*, business_id: int, visit_id: int, now: datetime) -> str | None:
    """From the database in seven queries of bare values; None where there is no such visit."""
    visits = Visit.objects.filter(business_id=business_id, pk=visit_id)
    visit = visits.values_list("version", "bill__version", "bill_id").first()
    if visit is None:
        return None
    of_visit = {"business_id": business_id, "visit_id": visit_id}
    of_bill = {"business_id": business_id, "bill_id": visit[2]}
    core = _core(
        visit[:2],
        list(Appointment.objects.filter(**of_visit).order_by("starts_at", "id").values_list(*_APPOINTMENT)),
        list(Payment.objects.filter(**of_bill).order_by("id").values_list(*_PAYMENT)),
        list(PaymentLink.objects.filter(**of_bill).order_by("id").values_list(*_LINK)),
        list(Refund.objects.filter(**of_bill).order_by("id").values_list(*_REFUND)),
        list(MoneyCase.objects.filter(**of_bill, resolved_at__isnull=True).order_by("id").values_list(*_CASE)),
        now,
    )
    messages = list(Message.objects.filter(**of_visit).order_by("id").values_list(*_MESSAGE))
    return f"{core}.{_hash(messages)}"


def is_same(shown: str, found: str) -> bool:
    """A window without messages compares the first part alone."""
    return shown == found or ("." not in shown and found.startswith(f"{shown}."))


def _core(
    versions: tuple[object, ...],
    appointments: list[tuple[object, ...]],
    payments: list[tuple[object, ...]],
    links: list[tuple[object, ...]],
    refunds: list[tuple[object, ...]],
    cases: list[tuple[object, ...]],
    now: datetime,
) -> str:
    """Instants become what the clock says about them: the window changes when one of them passes."""
    timed = [_passed(rows, now) for rows in (appointments, payments, links, cases)]
    return _hash([versions, timed, refunds])


def _passed(rows: list[tuple[object, ...]], now: datetime) -> list[object]:
    return [[(value, value <= now) if isinstance(value, datetime) else value for value in row] for row in rows]


def _values(row: object, fields: tuple[str, ...]) -> tuple[object, ...]:
    return tuple(getattr(row, field) for field in fields)


def _hash(facts: object) -> str:
    return hashlib.sha256(repr(facts).encode()).hexdigest()[:16]

"""One payment link with all that happened to it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from quittance.audit.models import AuditEntry
from quittance.audit.queries import of_subjects
from quittance.calendar.models import Visit
from quittance.calendar.queries_visit import LinkView, link_view
from quittance.limits.models import RobotFetch
from quittance.limits.queries import fetches_of
from quittance.messages.models import Message
from quittance.payments import queries as payment_queries
from quittance.payments.models import Payment, PaymentLink
from quittance.payments.queries import LinkUse
from quittance.payments.status import PaymentState

# What of the audit trail a link's activity tells; the rest is read from its own rows.
TOLD = ("link.extended", "link.expired", "link.renewed", "link.call_back")


@dataclass(frozen=True, slots=True)
class LinkTrail:
    """What people and robots did to links, beside what their rows say: by link."""

    entries: dict[int, list[AuditEntry]]
    fetches: dict[int, list[RobotFetch]]


@dataclass(frozen=True, slots=True)
class LinkDetail:
    """`payments` are the attempts through this link, `messages` those that carried it or told of it."""

    link: PaymentLink
    view: LinkView
    state: PaymentState
    use: LinkUse
    visit: Visit | None
    payments: list[Payment]
    messages: list[Message]
    trail: LinkTrail


def link_detail(*, business_id: int, link_id: int, now: datetime) -> LinkDetail | None:
    """None for an unknown link and for one of another business alike. Five queries."""
    rows = PaymentLink.objects.select_related("bill__client", "bill__location", "bill__visit")
    link = rows.filter(business_id=business_id, pk=link_id).first()
    if link is None:
        return None
    payments = payment_queries.payments_of(link.bill)
    link_sent = link.closed_at is None and link.sent_at is not None
    state = payment_queries.state_of(link.bill, now=now, payments=payments, link_sent=link_sent)
    messages = Message.objects.filter(business_id=business_id, link_id=link.pk).defer("body").order_by("id")
    return LinkDetail(
        link=link,
        view=link_view(link, state=state, payments=payments, now=now),
        state=state,
        use=payment_queries.link_use(link=link, payments=payments, currency=link.bill.currency),
        visit=getattr(link.bill, "visit", None),
        payments=[payment for payment in payments if payment.link_id == link.pk],
        messages=list(messages),
        trail=trail_of(business_id=business_id, links=[link]),
    )


def trail_of(*, business_id: int, links: Sequence[PaymentLink]) -> LinkTrail:
    """Two queries, none without links."""
    if not links:
        return LinkTrail({}, {})
    ids = [link.pk for link in links]
    subjects = [("link", pk) for pk in ids] + [("bill", bill_id) for bill_id in {link.bill_id for link in links}]
    entries: dict[int, list[AuditEntry]] = {}
    for entry in of_subjects(business_id=business_id, subjects=subjects, actions=TOLD):
        link_id = entry.subject_id if entry.subject_kind == "link" else entry.detail.get("link")
        if link_id in ids:
            entries.setdefault(link_id, []).append(entry)
    fetches: dict[int, list[RobotFetch]] = {}
    for fetch in fetches_of(business_id=business_id, link_ids=ids):
        fetches.setdefault(fetch.link_id, []).append(fetch)
    return LinkTrail(entries, fetches)

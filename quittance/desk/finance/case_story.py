"""How a case came about: payments, refunds, disputes and what people decided, in the sequence of time."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from quittance.audit.models import AuditEntry
from quittance.bills.models import Tender
from quittance.bills.receipts import tender_label
from quittance.calendar.queries_cases import CaseView
from quittance.core.money import Money
from quittance.desk.finance.case_words import how_it_ended, look_of_case
from quittance.desk.visits.refund_words import money_words
from quittance.desk.visits.timeline import of_dispute, of_payment, of_refund
from quittance.ui.shell import TimelineEntry

_DECIDED: Final[dict[str, str | Promise]] = {
    "case.refund": gettext_lazy("Refund decided"),
    "case.keep": gettext_lazy("Kept"),
    "case.hold": gettext_lazy("Told to wait"),
    "case.unhold": gettext_lazy("Left to go back by itself"),
    "case.close": gettext_lazy("Closed"),
    "case.retry": gettext_lazy("Refund asked for again"),
    "case.write_off": gettext_lazy("Written off"),
    "case.ask_again": gettext_lazy("Asked for again"),
}


def story_of(view: CaseView, *, names: dict[int, str]) -> list[TimelineEntry]:
    """The newest first, as in the visit."""
    entries = [*_of_case(view), *(entry for trace in view.traces for entry in _of_trace(trace, names))]
    if view.window is not None:
        entries += [entry for payment in view.window.payments for entry in of_payment(payment)]
        entries += [entry for tender in view.window.tenders for entry in _of_tender(tender, names)]
        entries += [entry for refund in view.window.refunds for entry in of_refund(refund, names)]
        entries += [entry for dispute in view.window.disputes for entry in of_dispute(dispute)]
        cancelled_at = view.window.visit.cancelled_at
        if cancelled_at is not None:
            entries.append(TimelineEntry(cancelled_at, _("Visit cancelled"), "calendar-off"))
    # What happened in the same moment is told backwards too.
    return sorted(entries, key=lambda entry: entry.at)[::-1]


def people_of(view: CaseView) -> set[int]:
    """Users whose names the story shows."""
    found: set[int | None] = {trace.actor_id for trace in view.traces if trace.actor_kind == "staff"}
    found.add(view.case.resolved_by_id)
    if view.window is not None:
        found |= {refund.requested_by_id for refund in view.window.refunds}
        for tender in view.window.tenders:
            found |= {tender.taken_by_id, tender.voided_by_id}
    return {user_id for user_id in found if user_id is not None}


def _of_case(view: CaseView) -> Iterator[TimelineEntry]:
    case = view.case
    title = _("Case opened: %(what)s") % {"what": look_of_case(case).title}
    yield TimelineEntry(case.opened_at, title, look_of_case(case).icon, "alert")
    if case.resolved_at is not None:
        yield TimelineEntry(case.resolved_at, _("Case closed"), "check", "paid", how_it_ended(case))


def _of_trace(trace: AuditEntry, names: dict[int, str]) -> Iterator[TimelineEntry]:
    what = _DECIDED.get(trace.action)
    if what is None:
        return
    name = names.get(trace.actor_id or 0, "")
    title = _("%(what)s by %(name)s") % {"what": what, "name": name} if name else str(what)
    note = trace.detail.get("note")
    yield TimelineEntry(trace.at, title, "user-check", detail=note if isinstance(note, str) else "")


def _of_tender(tender: Tender, names: dict[int, str]) -> Iterator[TimelineEntry]:
    """What was taken by hand; online money stands among the payments."""
    if tender.kind == "online":
        return
    amount = money_words(Money(tender.amount_minor, tender.currency))
    icon = "banknote" if tender.kind == "cash" else "credit-card"
    who = names.get(tender.taken_by_id or 0, "")
    title = _("Taken at the desk: %(amount)s, %(label)s") % {"amount": amount, "label": tender_label(tender)}
    yield TimelineEntry(tender.taken_at, title, icon, "paid", _("By %(name)s") % {"name": who} if who else "")
    if tender.voided_at is not None:
        voided = _("Voided: %(amount)s, %(label)s") % {"amount": amount, "label": tender_label(tender)}
        yield TimelineEntry(tender.voided_at, voided, "ban", detail=tender.void_reason)

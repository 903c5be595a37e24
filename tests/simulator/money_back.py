"""Refunds at the desk, and people who decide money cases."""

from __future__ import annotations

from typing import Any

from quittance.bills.cases import DECISIONS, decisions_for
from quittance.bills.models import MoneyCase, Tender
from quittance.core.money import Money
from quittance.flows import decide_case
from quittance.flows import refund as refunding
from tests.simulator.desk import version_for
from tests.simulator.registry import action, needs_visit
from tests.simulator.story import Violation
from tests.simulator.world import VisitRef, World

STEP = {"KWD": 10}
EVERY_DECISION = tuple(dict.fromkeys([*(word for words in DECISIONS.values() for word in words), "hold", "unhold"]))


@needs_visit("refund")
def refund(world: World, who: str, visit: VisitRef, given: dict[str, Any]) -> str:
    """`share` of what a tender holds, all of it without; above 1 is more than there is."""
    tenders = list(Tender.objects.filter(bill_id=visit.bill_id).order_by("pk"))
    if not tenders:
        return "no tender"
    tender = tenders[given.get("tender", 0) % len(tenders)]
    held = tender.amount_minor - tender.returned_minor - tender.disputed_minor
    share = given.get("share")
    minor = max(1, held if share is None else int(held * share))
    minor -= minor % STEP.get(visit.currency, 1) if tender.kind == "online" else 0
    label = given.get("request", "")
    answer = refunding.refund(
        actor=world.person(who, label),
        visit_id=visit.visit_id,
        tender_id=tender.pk,
        amount=Money(minor, visit.currency),
        reason="not satisfied",
        expected_version=version_for(world, visit, given),
        now=world.now,
    )
    known: dict[str, int] = world.facts.setdefault("refunds", {})
    if label and known.setdefault(label, answer.refund_id) != answer.refund_id:
        raise Violation("law 14", f"one pressing made refunds {known[label]} and {answer.refund_id}")
    return f"{minor} {visit.currency} of tender {tender.pk}, refund {answer.refund_id} {answer.state}"


@action("decide")
def decide(world: World, who: str, given: dict[str, Any]) -> str:
    """One of the open cases of the person's business, or an old one whose page was left open."""
    cases = MoneyCase.objects.filter(business_id=world.person(who).business_id).order_by("-pk")
    if not given.get("old"):
        cases = cases.filter(resolved_at__isnull=True)
    found = list(cases[:6])
    if not found:
        return "no case"
    case = found[given.get("case", 0) % len(found)]
    words = decisions_for(case)
    if given.get("any") or not words:
        words = EVERY_DECISION
    word = words[given.get("n", 0) % len(words)]
    decide_case.decide(
        actor=world.person(who, given.get("request", "")),
        case_id=case.pk,
        decision=word,
        note="talked to the client",
        now=world.now,
    )
    return f"{word} of case {case.pk} ({case.kind}, {case.amount_minor} {case.currency})"

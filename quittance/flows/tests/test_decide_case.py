"""A person decides a money case: what fits it, what it does, and that it is done once."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from quittance.audit.models import AuditEntry
from quittance.bills import actions as bills
from quittance.bills import cases
from quittance.bills.models import BillLine, MoneyCase
from quittance.bills.queries import facts
from quittance.core.actor import NotAllowedError, Right
from quittance.core.money import Money
from quittance.flows import cancel_visit, decide_case, end_page
from quittance.flows.change_due import Decision
from quittance.flows.errors import BusyError, FlowError, GoneError, RefusedError
from quittance.flows.refund import refund
from quittance.flows.settle_payment import settle
from quittance.payment_systems.port import DeclinedError
from quittance.payments.models import Dispute, Payment, Refund
from quittance.payments.status import VisitStatus

pytestmark = pytest.mark.django_db


def decide(salon, case, decision, **more):
    decide_case.decide(**{"actor": salon.actor, "case_id": case.pk, "decision": decision, "now": salon.now, **more})


def open_case(**about):
    return MoneyCase.objects.get(resolved_at=None, **about)


def pay(salon, visit, **how):
    page = salon.open_page(visit)
    salon.bank.pay(page, **how)
    salon.settle(visit)
    return page


@pytest.fixture
def overpaid(salon):
    """25 euros too much, taken in cash on purpose."""
    visit = salon.visit()
    salon.cash(visit, 12_500, decision=Decision(insist=True))
    return visit, open_case()


@pytest.fixture
def foreign(salon):
    """100 dollars for a bill in euros: it settles nothing."""
    visit = salon.visit()
    page = pay(salon, visit, amount=Money(10_000, "USD"))
    return visit, open_case(kind="currency_differs"), page


@pytest.fixture
def lost(salon):
    """A dispute over all of it that the bank decided against us."""
    visit = salon.visit()
    page = pay(salon, visit)
    salon.bank.close_dispute(salon.bank.open_dispute(page), won=False)
    salon.settle(visit)
    return visit, open_case(kind="dispute_lost")


class TestTooMuch:
    def test_refunding_it_hands_the_excess_back_and_closes_the_case(self, salon, overpaid):
        visit, case = overpaid
        decide(salon, case, "refund", note="  given  back ")
        row = Refund.objects.get()
        assert (row.state, row.amount_minor, row.excess_minor, row.reason) == ("succeeded", 2_500, 2_500, "given back")
        assert salon.status(visit) is VisitStatus.PAID
        case.refresh_from_db()
        assert case.resolved_at == salon.now
        entry = AuditEntry.objects.get(action="case.refund")
        assert entry.detail == {"kind": "overpaid", "amount_minor": 2_500, "note": "given back"}

    def test_keeping_it_makes_it_price(self, salon, overpaid):
        visit, case = overpaid
        decide(salon, case, "keep")
        assert salon.bill(visit).total_minor == 12_500
        assert BillLine.objects.latest("pk").name == "Kept overpayment"
        assert not MoneyCase.objects.filter(resolved_at=None).exists()

    def test_a_cancelled_visit_keeps_first_what_its_cancelling_took_back(self, salon):
        visit = salon.visit()
        salon.cash(visit, 11_000, decision=Decision(insist=True))
        cancel_visit.cancel(actor=salon.actor, visit_id=visit.pk, expected_version=None, now=salon.now)
        case = open_case()
        assert (case.kind, case.amount_minor) == ("cancelled_paid", 11_000)
        decide(salon, case, "keep")
        assert [line.gross_minor for line in BillLine.objects.filter(removed_at=None)] == [10_000, 1_000]
        assert (salon.bill(visit).total_minor, facts(salon.bill(visit)).excess.minor) == (11_000, 0)
        assert not MoneyCase.objects.filter(resolved_at=None).exists()

    def test_keeping_a_part_of_a_cancelled_visit_s_money_takes_back_the_rest_only(self, salon):
        visit = salon.visit()
        salon.cash(visit, 4_000)
        cancel_visit.cancel(actor=salon.actor, visit_id=visit.pk, expected_version=None, now=salon.now)
        decide(salon, open_case(), "keep")
        assert [line.gross_minor for line in BillLine.objects.filter(removed_at=None)] == [10_000, -6_000]
        assert salon.bill(visit).total_minor == 4_000

    @pytest.mark.parametrize("decision", ["refund", "keep"])
    def test_a_case_that_outlived_its_excess_does_nothing(self, salon, decision):
        visit = salon.visit()
        stale = cases.open_case(
            business_id=salon.business.pk, kind="overpaid", amount=salon.eur(1), now=salon.now, bill=salon.bill(visit)
        )
        with pytest.raises(RefusedError, match="Nothing is too much any more"):
            decide(salon, stale, decision)
        assert (Refund.objects.count(), salon.bill(visit).total_minor) == (0, 10_000)
        cases.resolve(case=stale, resolution="cleaned up", now=salon.now)


class TestMoneyOfAnotherCurrency:
    def test_it_goes_back_as_a_whole_once(self, salon, foreign):
        visit, case, page = foreign
        decide(salon, case, "refund")
        row = Refund.objects.get()
        assert (row.state, row.amount, row.other_minor) == ("succeeded", Money(10_000, "USD"), 10_000)
        assert [seen.amount for seen in salon.bank.book(page).refunds.values()] == [Money(10_000, "USD")]
        assert facts(salon.bill(visit)).due == salon.eur(10_000)
        case.refresh_from_db()
        assert case.resolution == "refunded"

    def test_what_is_on_its_way_is_not_sent_again(self, salon, foreign):
        _visit, case, _page = foreign
        salon.bank.refunds_stay_pending = True
        decide(salon, case, "refund")
        with pytest.raises(RefusedError, match="refunded before"):
            decide(salon, case, "refund")
        assert Refund.objects.count() == 1

    def test_one_that_failed_is_tried_again_as_a_whole(self, salon, foreign):
        visit, case, _page = foreign
        salon.bank.refunds_stay_pending = True
        decide(salon, case, "refund")
        salon.bank.finish_refund(Refund.objects.get().reference, succeeded=False)
        salon.settle(visit)
        salon.bank.refunds_stay_pending = False
        decide(salon, open_case(kind="refund_failed"), "retry")
        assert list(Refund.objects.order_by("pk").values_list("state", flat=True)) == ["failed", "succeeded"]


class TestARefundThatFailed:
    @pytest.fixture
    def failed(self, salon):
        visit = salon.visit()
        page = pay(salon, visit)
        salon.bank.refunds_stay_pending = True
        self.give_back(salon, visit, 4_000)
        salon.bank.finish_refund(Refund.objects.get().reference, succeeded=False)
        salon.settle(visit)
        salon.bank.refunds_stay_pending = False
        return visit, open_case(kind="refund_failed"), page

    @staticmethod
    def give_back(salon, visit, minor):
        tender = salon.bill(visit).tenders.latest("pk")
        refund(actor=salon.actor, visit_id=visit.pk, tender_id=tender.pk, amount=salon.eur(minor), reason="late",
               expected_version=None, now=salon.now)  # fmt: skip

    def test_trying_again_is_another_refund_of_the_same_amount(self, salon, failed):
        visit, case, _ = failed
        decide(salon, case, "retry")
        rows = Refund.objects.order_by("pk")
        assert [(row.state, row.amount_minor, row.reason) for row in rows] == [("failed", 4_000, "late"), ("succeeded", 4_000, "late")]  # fmt: skip
        assert rows[0].key != rows[1].key
        assert salon.settled(visit) == 6_000
        case.refresh_from_db()
        assert case.resolution == "tried again"

    def test_only_what_is_still_held_is_tried_again(self, salon, failed):
        visit, case, _ = failed
        self.give_back(salon, visit, 7_000)
        decide(salon, case, "retry")
        assert (Refund.objects.latest("pk").amount_minor, salon.settled(visit)) == (3_000, 0)

    def test_nothing_is_tried_again_when_nothing_is_left(self, salon, failed):
        visit, case, _ = failed
        self.give_back(salon, visit, 10_000)
        with pytest.raises(RefusedError, match="Nothing of this payment is left"):
            decide(salon, case, "retry")
        case.refresh_from_db()
        assert (case.resolved_at, Refund.objects.count()) == (None, 2)

    def test_a_refusal_is_said_and_leaves_no_case_twice(self, salon, failed):
        visit, case, _ = failed
        salon.bank.refuse_next(DeclinedError("The card was closed."), "refund")
        with pytest.raises(RefusedError, match="The card was closed"):
            decide(salon, case, "retry")
        assert (Refund.objects.latest("pk").state, salon.settled(visit)) == ("failed", 10_000)

    def test_closing_needs_to_say_what_was_done(self, salon, failed):
        _, case, _ = failed
        with pytest.raises(RefusedError, match="Say what was done"):
            decide(salon, case, "close", note=" \n ")
        decide(salon, case, "close", note="Paid back\nin cash ")
        case.refresh_from_db()
        assert (case.resolution, case.resolved_by_id) == ("Paid back in cash", 7)
        with pytest.raises(RefusedError, match="decided meanwhile"):
            decide(salon, case, "close", note="again")


class TestALostDispute:
    @pytest.mark.parametrize(("decision", "word", "due"), [("write_off", "written_off", 0), ("ask_again", "asked_again", 10_000)])  # fmt: skip
    def test_it_is_decided_once(self, salon, lost, decision, word, due):
        visit, case = lost
        decide(salon, case, decision)
        bill = salon.bill(visit)
        assert (facts(bill).due.minor, bill.disputed_minor, Dispute.objects.get().decision) == (due, 0, word)
        other = "ask_again" if decision == "write_off" else "write_off"
        for again in (decision, other):
            with pytest.raises(RefusedError, match="decided meanwhile"):
                decide(salon, case, again)
        assert facts(salon.bill(visit)).due.minor == due

    def test_a_decision_that_another_desk_took_first_stands(self, salon, lost):
        visit, case = lost
        Dispute.objects.update(decision="asked_again")
        with pytest.raises(RefusedError, match="decided meanwhile"):
            decide(salon, case, "write_off")
        case.refresh_from_db()
        assert (case.resolved_at, salon.bill(visit).total_minor) == (None, 10_000)
        Dispute.objects.update(decision="")

    def test_a_dispute_over_money_that_had_gone_back_moves_nothing(self, salon):
        visit = salon.visit()
        page = pay(salon, visit)
        salon.bank.dashboard_refund(page, salon.eur(10_000))
        salon.settle(visit)
        salon.bank.close_dispute(salon.bank.open_dispute(page, salon.eur(10_000)), won=False)
        salon.settle(visit)
        version = salon.bill(visit).version
        decide(salon, open_case(kind="dispute_lost"), "write_off")
        assert (salon.bill(visit).version, Dispute.objects.get().within_minor) == (version, 0)
        assert open_case().kind == "beyond"


class TestNoAnswer:
    @pytest.fixture
    def silent(self, salon):
        visit = salon.visit()
        page = salon.open_page(visit)
        case = cases.open_case(
            business_id=salon.business.pk,
            kind=cases.NO_ANSWER,
            amount=salon.eur(10_000),
            now=salon.now,
            bill=salon.bill(visit),
            payment_id=salon.payment(visit).pk,
        )
        return visit, page, case

    def test_an_answer_resolves_it(self, salon, silent):
        visit, page, case = silent
        salon.bank.pay(page)
        decide(salon, case, "check")
        case.refresh_from_db()
        assert (case.resolution, salon.settled(visit)) == ("answered", 10_000)

    def test_silence_is_told_and_leaves_it_open(self, salon, silent):
        _, _, case = silent
        salon.bank.down = True
        with pytest.raises(FlowError, match="does not answer"):
            decide(salon, case, "check")
        case.refresh_from_db()
        assert case.resolved_at is None

    def test_a_refund_without_an_answer_is_followed(self, salon):
        visit = salon.visit()
        pay(salon, visit)
        salon.bank.lose_next_answer("refund")
        TestARefundThatFailed.give_back(salon, visit, 4_000)
        row = Refund.objects.get()
        case = cases.open_case(
            business_id=salon.business.pk, kind=cases.NO_ANSWER, amount=row.amount, now=salon.now,
            bill=salon.bill(visit), payment_id=row.payment_id, subject=f"refund {row.pk}", detail={"refund": row.pk},
        )  # fmt: skip
        decide(salon, case, "check")
        row.refresh_from_db()
        assert (row.state, salon.bank.count("refund")) == ("succeeded", 1)

    def test_only_a_case_of_silence_can_be_checked(self, salon, overpaid):
        _, case = overpaid
        with pytest.raises(RefusedError, match="nothing to ask about"):
            decide(salon, case, "check")
        assert salon.bank.requests == []


def test_what_goes_back_by_itself_can_be_held_and_let_go_again(salon):
    visit = salon.visit()
    page = salon.open_page(visit)
    salon.bank.down = True
    cancel_visit.cancel(
        actor=salon.actor,
        visit_id=visit.pk,
        expected_version=None,
        decision=Decision(stop_payment=True, take_anyway=True),
        now=salon.now,
    )
    salon.bank.down = False
    salon.bank.pay(page)
    salon.settle(visit)
    case = open_case()
    assert (case.next_attempt_at, cases.decisions_for(case)) == (salon.now, ("refund", "keep", "hold"))
    decide(salon, case, "hold")
    case.refresh_from_db()
    assert (case.held_at, case.next_attempt_at, cases.decisions_for(case)) == (salon.now, None, ("refund", "keep", "unhold"))  # fmt: skip
    decide(salon, case, "unhold")
    case.refresh_from_db()
    assert (case.held_at, case.next_attempt_at) == (None, salon.now)


def test_a_case_without_a_visit_is_closed_and_nothing_else(salon):
    case = cases.open_case(
        business_id=salon.business.pk, kind=cases.UNMATCHED, amount=salon.eur(5), now=salon.now, subject="x"
    )
    for decision in ("refund", "keep", "retry"):
        with pytest.raises(RefusedError, match="decided meanwhile"):
            decide(salon, case, decision)
    MoneyCase.objects.filter(pk=case.pk).update(kind=cases.CURRENCY_DIFFERS)
    with pytest.raises(RefusedError, match="belongs to no visit"):
        decide(salon, case, "refund")
    decide(salon, case, "close", note="It was a test payment")
    case.refresh_from_db()
    assert case.resolution == "It was a test payment"


def test_while_another_desk_changes_the_visit_nothing_is_decided(salon, overpaid):
    visit, case = overpaid
    bills.freeze(bill=salon.bill(visit), by="f" * 32, now=salon.now)
    with pytest.raises(BusyError):
        decide(salon, case, "refund")
    assert Refund.objects.count() == 0
    salon.wait(seconds=61)
    decide(salon, case, "refund")
    assert Refund.objects.count() == 1


def test_one_pressing_decides_once(salon, overpaid):
    visit, case = overpaid
    pressed = replace(salon.actor, request_id="p" * 32)
    for _ in range(2):
        decide(salon, case, "refund", actor=pressed)
    assert (Refund.objects.count(), salon.settled(visit)) == (1, 10_000)


def test_deciding_needs_the_right_and_a_case_of_the_business(salon, overpaid):
    _, case = overpaid
    ben = replace(salon.actor, rights={salon.location.pk: frozenset(Right) - {Right.REFUND}})
    with pytest.raises(NotAllowedError):
        decide(salon, case, "refund", actor=ben)
    with pytest.raises(GoneError):
        decide(salon, case, "refund", actor=replace(salon.actor, business_id=salon.business.pk + 1))
    assert Refund.objects.count() == 0


def test_of_several_refunds_one_refusal_is_told_and_the_others_go(salon):
    visit = salon.visit()
    token = salon.link(visit)
    first = salon.press_pay(token).address
    Payment.objects.update(superseded_at=salon.now)
    second = salon.press_pay(token).address
    for page in (first, second):
        salon.bank.pay(page)
    for payment in Payment.objects.all():
        end_page.end_page(payment_id=payment.pk, now=salon.now)
        settle(payment_id=payment.pk, now=salon.now)
    salon.cash(visit, 1_000, decision=Decision(insist=True))
    case = open_case()
    assert case.amount_minor == 11_000
    salon.bank.refuse_next(DeclinedError("The card was closed."), "refund")
    with pytest.raises(RefusedError, match="The card was closed"):
        decide(salon, case, "refund", now=salon.now + timedelta(hours=1))
    states = dict(Refund.objects.values_list("amount_minor", "state"))
    assert states == {10_000: "failed", 1_000: "succeeded"}
    assert open_case(kind="overpaid").amount_minor == 10_000

"""Refunds and disputes that the payment system shows, whoever made them: recorded once, at any turn."""

from __future__ import annotations

import pytest

from quittance.bills import actions as bills
from quittance.bills.models import BillLine, JournalEntry, MoneyCase, Receipt
from quittance.bills.queries import facts
from quittance.core.money import Money
from quittance.flows import cancel_visit, decide_case
from quittance.flows.audit_books import audit_books
from quittance.flows.refund import refund
from quittance.flows.settle_payment import settle
from quittance.outbox.models import Event
from quittance.payment_systems.port import PaymentReport, PaymentState, SeenDispute, SeenRefund
from quittance.payments.models import Dispute, Payment, Refund
from quittance.payments.status import VisitStatus

pytestmark = pytest.mark.django_db


class Told:
    """What the payment system says of Chloe's payment from now on, in the test's own words."""

    def __init__(self, salon, visit, captured):
        self.salon, self.visit, self.captured = salon, visit, captured
        salon.bank.fetch_payment = lambda _references: self.report
        self.tell()

    def tell(self, *seen):
        self.report = PaymentReport(
            state=PaymentState.PAID,
            captured=self.captured,
            refunds=tuple(one for one in seen if isinstance(one, SeenRefund)),
            disputes=tuple(one for one in seen if isinstance(one, SeenDispute)),
        )
        return self

    def settle(self, *seen):
        self.tell(*seen)
        return self.salon.settle(self.visit)


@pytest.fixture
def told(salon):
    visit = salon.visit()
    salon.bank.pay(salon.open_page(visit))
    told = Told(salon, visit, salon.eur(10_000))
    assert told.settle().landed
    return told


def refunded(minor, state="succeeded", *, reference="re_1", currency="EUR", our_key=""):
    return SeenRefund(reference, Money(minor, currency), state, our_key)


def disputed(minor, state="open", *, reference="dp_1", currency="EUR"):
    return SeenDispute(reference, Money(minor, currency), state)


def books(told):
    """Settled, on its way back, refunded, disputed, total."""
    bill = told.salon.bill(told.visit)
    return bill.settled_minor, bill.refunding_minor, bill.refunded_minor, bill.disputed_minor, bill.total_minor


def open_cases():
    return {(case.kind, case.amount_minor) for case in MoneyCase.objects.filter(resolved_at=None)}


class TestRefunds:
    def test_nothing_new_changes_nothing(self, told):
        told.settle(refunded(4_000))
        version = told.salon.bill(told.visit).version
        told.settle(refunded(4_000))
        assert (told.salon.bill(told.visit).version, Refund.objects.count()) == (version, 1)
        assert Event.objects.filter(name="refund.succeeded").count() == 1

    def test_one_that_failed_before_we_heard_of_it_never_was(self, told):
        told.settle(refunded(4_000, "failed"))
        assert (Refund.objects.count(), books(told)) == (0, (10_000, 0, 0, 0, 10_000))

    def test_one_from_outside_goes_through_all_its_states(self, told):
        told.settle(refunded(4_000, "pending"))
        assert books(told) == (6_000, 4_000, 0, 0, 6_000)
        told.settle(refunded(4_000))
        assert books(told) == (6_000, 0, 4_000, 0, 6_000)
        told.settle(refunded(4_000, "pending"))
        assert Refund.objects.get().state == "succeeded"
        told.settle(refunded(4_000, "failed"))
        assert books(told) == (10_000, 0, 0, 0, 10_000)
        assert open_cases() == {("refund_failed", 4_000)}
        assert Refund.objects.get().origin == "outside"

    def test_one_taken_for_failed_that_moved_after_all_is_counted_anew(self, told):
        told.settle(refunded(4_000, "pending"))
        told.settle(refunded(4_000, "failed"))
        told.settle(refunded(4_000))
        assert books(told) == (6_000, 0, 4_000, 0, 6_000)
        assert (open_cases(), MoneyCase.objects.get().resolution) == (set(), "it moved after all")
        assert Receipt.objects.filter(refund_id=Refund.objects.get().pk).count() == 1

    def test_one_that_comes_back_to_life_beyond_what_is_left_says_so(self, told):
        told.settle(refunded(8_000, "pending"))
        told.settle(refunded(8_000, "failed"), refunded(7_000, reference="re_2"))
        told.settle(refunded(8_000), refunded(7_000, reference="re_2"))
        assert Refund.objects.get(reference="re_2").price_minor == 7_000
        first = Refund.objects.get(reference="re_1")
        assert (first.price_minor, first.other_minor, first.state) == (3_000, 5_000, "succeeded")
        assert books(told) == (0, 0, 10_000, 0, 0)
        assert open_cases() == {("beyond", 5_000)}

    def test_more_than_was_left_is_recorded_and_explained(self, told):
        told.settle(refunded(7_000), refunded(7_000, reference="re_2"))
        assert books(told) == (0, 0, 10_000, 0, 0)
        assert open_cases() == {("beyond", 4_000)}
        unallocated = JournalEntry.objects.get(from_account="unallocated")
        assert (unallocated.amount_minor, unallocated.to_account) == (4_000, f"online:{told.salon.account.pk}")
        told.settle(refunded(7_000), refunded(7_000, "failed", reference="re_2"))
        assert books(told) == (3_000, 0, 7_000, 0, 3_000)

    def test_another_amount_than_we_asked_for_is_a_case(self, told):
        told.salon.bank.lose_next_answer("refund")
        tender = told.salon.bill(told.visit).tenders.get()
        refund(actor=told.salon.actor, visit_id=told.visit.pk, tender_id=tender.pk, amount=told.salon.eur(4_000),
               expected_version=None, now=told.salon.now)  # fmt: skip
        ours = Refund.objects.get()
        told.settle(refunded(5_000, our_key=ours.key))
        ours.refresh_from_db()
        assert (ours.reference, ours.state, ours.amount_minor) == ("re_1", "succeeded", 4_000)
        assert open_cases() == {("amount_differs", 5_000)}

    def test_a_stranger_s_key_is_not_ours(self, told):
        told.settle(refunded(1_000, our_key="f" * 32))
        assert (Refund.objects.get().origin, Refund.objects.get().key != "f" * 32) == ("outside", True)

    def test_a_failed_refund_of_a_cancelled_visit_leaves_the_price_and_is_too_much(self, told):
        told.settle(refunded(4_000, "pending"))
        cancel_visit.cancel(
            actor=told.salon.actor,
            visit_id=told.visit.pk,
            expected_version=None,
            keep=told.salon.eur(6_000),
            now=told.salon.now,
        )
        assert books(told) == (6_000, 4_000, 0, 0, 6_000)
        told.settle(refunded(4_000, "failed"))
        assert books(told) == (10_000, 0, 0, 0, 6_000)
        assert open_cases() == {("refund_failed", 4_000), ("cancelled_paid", 4_000)}


class TestWhatWasBeyond:
    """What did not fit is counted again when money comes home to the payment."""

    def test_a_refund_fits_when_another_one_fails(self, told):
        told.settle(refunded(9_000, "pending"), refunded(5_000, reference="re_2"))
        assert books(told) == (0, 9_000, 1_000, 0, 0)
        assert open_cases() == {("beyond", 4_000)}
        told.settle(refunded(9_000, "failed"), refunded(5_000, reference="re_2"))
        assert books(told) == (5_000, 0, 5_000, 0, 5_000)
        assert open_cases() == {("refund_failed", 9_000)}
        second = Refund.objects.get(reference="re_2")
        assert (second.price_minor, second.other_minor) == (5_000, 0)
        notes = Receipt.objects.filter(refund_id=second.pk).order_by("pk")
        assert [(note.cancels_id, note.snapshot["total_minor"]) for note in notes] == [
            (None, 1_000),
            (notes[0].pk, 1_000),
            (None, 5_000),
        ]
        assert audit_books(now=told.salon.now) == []

    def test_one_that_is_still_under_way_gets_its_paper_in_the_end_only(self, told):
        told.settle(refunded(9_000, "pending"), refunded(5_000, "pending", reference="re_2"))
        told.settle(refunded(9_000, "failed"), refunded(5_000, "pending", reference="re_2"))
        assert books(told) == (5_000, 5_000, 0, 0, 5_000)
        assert not Receipt.objects.filter(refund_id__isnull=False).exists()
        told.settle(refunded(9_000, "failed"), refunded(5_000, reference="re_2"))
        assert books(told) == (5_000, 0, 5_000, 0, 5_000)
        assert audit_books(now=told.salon.now) == []

    def test_the_first_that_waits_gets_the_room_and_the_next_what_is_left(self, told):
        others = refunded(9_000, reference="re_2"), refunded(6_000, reference="re_3")
        told.settle(refunded(8_000, "pending"), *others)
        assert open_cases() == {("beyond", 7_000), ("beyond", 6_000)}
        told.settle(refunded(8_000, "failed"), *others)
        assert books(told) == (0, 0, 10_000, 0, 0)
        assert open_cases() == {("beyond", 5_000), ("refund_failed", 8_000)}
        assert audit_books(now=told.salon.now) == []

    def test_where_nothing_came_home_nothing_changes(self, told):
        others = refunded(10_000, reference="re_2"), refunded(6_000, reference="re_3")
        told.settle(refunded(8_000, "pending"), disputed(1_000), *others)
        told.settle(refunded(8_000, "failed"), disputed(1_000), *others)
        assert books(told) == (0, 0, 10_000, 0, 0)
        assert open_cases() >= {("beyond", 1_000), ("beyond", 6_000)}
        assert audit_books(now=told.salon.now) == []

    def test_a_dispute_holds_what_a_failed_refund_brings_home(self, told):
        told.settle(refunded(6_000, "pending"), disputed(10_000))
        assert books(told) == (0, 6_000, 0, 4_000, 4_000)
        told.settle(refunded(6_000, "failed"), disputed(10_000))
        assert books(told) == (0, 0, 0, 10_000, 10_000)
        assert open_cases() == {("refund_failed", 6_000), ("dispute", 10_000)}
        told.settle(refunded(6_000, "failed"), disputed(10_000, "won"))
        assert books(told) == (10_000, 0, 0, 0, 10_000)
        assert audit_books(now=told.salon.now) == []

    def test_a_dispute_that_is_won_makes_room_for_a_refund(self, told):
        told.settle(refunded(4_000), disputed(10_000))
        told.settle(refunded(4_000), disputed(10_000), refunded(5_000, reference="re_2"))
        assert books(told) == (0, 0, 4_000, 6_000, 6_000)
        told.settle(refunded(4_000), disputed(10_000, "won"), refunded(5_000, reference="re_2"))
        assert books(told) == (1_000, 0, 9_000, 0, 1_000)
        assert open_cases() == set()
        assert audit_books(now=told.salon.now) == []

    @pytest.mark.parametrize(("decision", "total"), [("write_off", 0), ("ask_again", 10_000)])
    def test_what_a_person_said_of_a_lost_one_holds_for_the_rest_of_it(self, told, decision, total):
        told.settle(refunded(6_000, "pending"), disputed(10_000, "lost"))
        case = MoneyCase.objects.get(kind="dispute_lost")
        decide_case.decide(actor=told.salon.actor, case_id=case.pk, decision=decision, now=told.salon.now)
        told.settle(refunded(6_000, "failed"), disputed(10_000, "lost"))
        assert Dispute.objects.get().within_minor == 10_000
        assert books(told) == (0, 0, 0, 0, total)
        assert audit_books(now=told.salon.now) == []
        told.settle(refunded(6_000, "failed"), disputed(10_000, "won"))
        assert books(told)[0] == 10_000
        assert audit_books(now=told.salon.now) == []

    def test_a_refund_of_a_cancelled_visit_that_failed_and_moved_after_all(self, told):
        cancel_visit.cancel(
            actor=told.salon.actor,
            visit_id=told.visit.pk,
            expected_version=None,
            keep=told.salon.eur(10_000),
            now=told.salon.now,
        )
        told.settle(refunded(4_000, "pending"))
        told.settle(refunded(4_000, "failed"))
        told.settle(refunded(4_000))
        assert books(told)[:4] == (6_000, 0, 4_000, 0)
        assert audit_books(now=told.salon.now) == []


class TestMoneyOfAnotherCurrency:
    @pytest.fixture
    def foreign(self, salon):
        visit = salon.visit()
        salon.open_page(visit)
        told = Told(salon, visit, Money(10_000, "USD"))
        told.settle()
        return told

    def test_its_refund_settles_nothing_and_closes_the_case_only_when_all_is_back(self, foreign):
        foreign.settle(refunded(4_000, currency="USD"))
        assert open_cases() == {("currency_differs", 10_000)}
        foreign.settle(refunded(4_000, currency="USD"), refunded(6_000, currency="USD", reference="re_2"))
        assert (open_cases(), books(foreign)) == (set(), (0, 0, 0, 0, 10_000))

    def test_a_refund_that_fails_later_puts_it_back(self, foreign):
        foreign.settle(refunded(10_000, currency="USD"))
        foreign.settle(refunded(10_000, "failed", currency="USD"))
        entries = JournalEntry.objects.filter(refund_id=Refund.objects.get().pk).order_by("serial")
        assert [(entry.from_account, entry.currency) for entry in entries] == [
            ("unallocated", "USD"),
            (f"online:{foreign.salon.account.pk}", "USD"),
        ]
        assert ("refund_failed", 10_000) in open_cases()

    def test_its_refund_can_fail_and_move_after_all(self, foreign):
        foreign.settle(refunded(10_000, "pending", currency="USD"))
        foreign.settle(refunded(10_000, "failed", currency="USD"))
        assert open_cases() == {("currency_differs", 10_000), ("refund_failed", 10_000)}
        foreign.settle(refunded(10_000, currency="USD"))
        assert open_cases() == set()
        assert audit_books(now=foreign.salon.now) == []

    def test_a_dispute_over_it_moves_nothing_of_the_bill(self, foreign):
        foreign.settle(disputed(10_000, currency="USD"))
        foreign.settle(disputed(10_000, "won", currency="USD"))
        assert books(foreign) == (0, 0, 0, 0, 10_000)
        assert open_cases() == {("currency_differs", 10_000)}  # won: the bank has taken nothing


class TestDisputes:
    @pytest.mark.parametrize("first", ["open", "lost"])
    def test_it_takes_what_the_tender_holds(self, told, first):
        told.settle(disputed(6_000, first))
        assert books(told) == (4_000, 0, 0, 6_000, 10_000)
        assert open_cases() == {("dispute" if first == "open" else "dispute_lost", 6_000)}
        assert facts(told.salon.bill(told.visit)).due.is_zero

    def test_one_that_was_won_before_we_heard_of_it_moved_nothing(self, told):
        told.settle(disputed(6_000, "won"))
        assert (books(told), open_cases()) == ((10_000, 0, 0, 0, 10_000), set())
        assert Dispute.objects.get().within_minor == 0

    def test_told_again_it_changes_nothing(self, told):
        told.settle(disputed(6_000))
        version = told.salon.bill(told.visit).version
        told.settle(disputed(6_000))
        assert (told.salon.bill(told.visit).version, Dispute.objects.count()) == (version, 1)

    def test_won_and_opened_anew_it_is_held_again(self, told):
        told.settle(disputed(6_000))
        told.settle(disputed(6_000, "won"))
        assert (books(told), open_cases()) == ((10_000, 0, 0, 0, 10_000), set())
        told.settle(disputed(6_000))
        assert (books(told), open_cases()) == ((4_000, 0, 0, 6_000, 10_000), {("dispute", 6_000)})
        assert told.salon.status(told.visit) is VisitStatus.DISPUTED

    def test_lost_and_then_open_again_stays_held_once(self, told):
        told.settle(disputed(6_000, "lost"))
        told.settle(disputed(6_000))
        assert (books(told), open_cases()) == ((4_000, 0, 0, 6_000, 10_000), {("dispute", 6_000)})

    @pytest.mark.parametrize(("decision", "excess"), [("write_off", 6_000), ("ask_again", 0)])
    def test_won_after_a_person_had_decided_the_money_is_back(self, told, decision, excess):
        told.settle(disputed(6_000, "lost"))
        case = MoneyCase.objects.get(resolved_at=None)
        decide_case.decide(actor=told.salon.actor, case_id=case.pk, decision=decision, now=told.salon.now)
        told.settle(disputed(6_000, "won"))
        settled, _, _, held, _ = books(told)
        assert (settled, held, Dispute.objects.get().decision) == (10_000, 0, "")
        assert facts(told.salon.bill(told.visit)).excess.minor == excess
        assert open_cases() == ({("overpaid", excess)} if excess else set())

    def test_d6_refund_and_dispute_together_never_take_more_than_was_captured(self, told):
        told.settle(refunded(7_000), disputed(10_000))
        assert books(told) == (0, 0, 7_000, 3_000, 3_000)
        assert open_cases() == {("dispute", 10_000), ("beyond", 7_000)}

    def test_lost_and_written_off_leaves_no_due_and_a_credit_line(self, told):
        told.settle(disputed(10_000, "lost"))
        case = MoneyCase.objects.get(resolved_at=None)
        decide_case.decide(actor=told.salon.actor, case_id=case.pk, decision="write_off", now=told.salon.now)
        assert books(told) == (0, 0, 0, 0, 0)
        credit = BillLine.objects.get(kind="credit")
        assert (credit.gross_minor, credit.name, credit.dispute_id) == (
            -10_000,
            "Lost dispute",
            Dispute.objects.get().pk,
        )

    def test_written_off_after_the_price_was_lowered_credits_only_what_is_short(self, told):
        told.settle(disputed(6_000, "lost"))
        BillLine.objects.filter(kind="custom").update(unit_minor=7_000, gross_minor=7_000, net_minor=7_000)
        bills.recompute(told.salon.bill(told.visit), now=told.salon.now)
        case = MoneyCase.objects.get(resolved_at=None, kind="dispute_lost")
        decide_case.decide(actor=told.salon.actor, case_id=case.pk, decision="write_off", now=told.salon.now)
        assert books(told) == (4_000, 0, 0, 0, 4_000)


def test_an_open_page_that_now_asks_too_much_gives_up_its_place(salon):
    """A dispute that is won while the client pays the rest again leaves nothing to pay."""
    visit = salon.visit()
    salon.open_page(visit)
    told = Told(salon, visit, salon.eur(10_000))
    told.settle()
    told.settle(disputed(10_000, "lost"))
    case = MoneyCase.objects.get(resolved_at=None)
    decide_case.decide(actor=salon.actor, case_id=case.pk, decision="ask_again", now=salon.now)
    assert salon.press_pay(salon.link(visit)).amount == salon.eur(10_000)
    first, second = Payment.objects.order_by("pk")
    told.tell(disputed(10_000, "won"))
    settle(payment_id=first.pk, now=salon.now)
    second.refresh_from_db()
    assert (second.state, second.superseded_at) == ("open", salon.now)
    assert salon.settled(visit) == 10_000

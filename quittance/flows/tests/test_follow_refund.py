"""A refund on its way: looked for before it is asked for again, followed for as long as it takes."""

from __future__ import annotations

from datetime import timedelta

import pytest

from quittance.bills.models import MoneyCase, Receipt, Tender
from quittance.due.actions import claim
from quittance.flows import follow_refund
from quittance.flows.refund import refund
from quittance.payment_systems.port import (
    DeclinedError,
    MisconfiguredError,
    MistakeError,
    RateLimitedError,
    UnavailableError,
)
from quittance.payments.models import PaymentAccount, Refund

pytestmark = pytest.mark.django_db


@pytest.fixture
def paid(salon):
    visit = salon.visit()
    page = salon.open_page(visit)
    salon.bank.pay(page)
    salon.settle(visit)
    return visit, page


def give_back(salon, visit, minor=4_000):
    tender = Tender.objects.get(bill_id=visit.bill_id)
    return refund(actor=salon.actor, visit_id=visit.pk, tender_id=tender.pk, amount=salon.eur(minor),
                  expected_version=None, now=salon.now)  # fmt: skip


@pytest.fixture
def unsent(salon, paid):
    """The bank was down: nothing reached it."""
    salon.bank.refuse_next(UnavailableError("down", sent=False), "refund")
    assert give_back(salon, paid[0]).state == "requested"
    return Refund.objects.get()


@pytest.fixture
def pending(salon, paid):
    salon.bank.refunds_stay_pending = True
    assert give_back(salon, paid[0]).state == "pending"
    return Refund.objects.get()


def follow(salon):
    return follow_refund.follow(refund_id=Refund.objects.get().pk, now=salon.now)


def work(salon):
    """What the worker does with refunds that are due; how many were."""
    rows = claim(Refund, limit=20, lease_seconds=60, now=salon.now)
    for row in rows:
        follow_refund.work(row_id=row.id, lease_token=row.lease_token, now=salon.now)
    return len(rows)


class TestFollow:
    def test_what_is_there_is_found_and_not_asked_for_again(self, salon, paid):
        salon.bank.lose_next_answer("refund")
        give_back(salon, paid[0])
        assert (follow(salon), salon.bank.count("refund")) == ("succeeded", 1)
        assert Refund.objects.get().unknown_since is None

    def test_what_is_not_there_is_asked_for_with_its_own_key(self, salon, unsent):
        assert follow(salon) == "succeeded"
        assert [note for name, note in salon.bank.requests if name == "refund"] == [unsent.key] * 2
        assert len({seen for page in salon.bank.books.values() for seen in page.refunds}) == 1

    @pytest.mark.parametrize("error", [DeclinedError("The card was closed."), MistakeError("Another request.")])
    def test_a_refusal_ends_it_with_a_case(self, salon, paid, unsent, error):
        salon.bank.refuse_next(error, "refund")
        assert follow(salon) == "failed"
        row = Refund.objects.get()
        assert (row.failure, row.next_attempt_at, salon.settled(paid[0])) == (str(error), None, 10_000)
        assert MoneyCase.objects.get().detail == {"refund": row.pk, "failure": str(error), "origin": "desk"}

    @pytest.mark.parametrize("error", [MisconfiguredError("The key was revoked."), RateLimitedError(9)])
    def test_what_is_no_answer_leaves_it_as_it_is(self, salon, paid, unsent, error):
        salon.bank.refuse_next(error, "refund")
        with pytest.raises(type(error)):
            follow(salon)
        assert (Refund.objects.get().state, salon.settled(paid[0])) == ("requested", 6_000)

    def test_a_key_is_repeated_for_twenty_hours_to_the_second(self, salon, unsent):
        just_before = unsent.requested_at + timedelta(hours=20) - timedelta(seconds=1)
        salon.bank.refuse_next(UnavailableError("down", sent=False), "refund")
        with pytest.raises(UnavailableError):
            follow_refund.follow(refund_id=unsent.pk, now=just_before)
        assert follow_refund.follow(refund_id=unsent.pk, now=just_before + timedelta(seconds=1)) == "failed"
        assert salon.bank.count("refund") == 2
        assert "knows nothing of this refund" in Refund.objects.get().failure

    def test_one_that_is_done_asks_nobody(self, salon, paid):
        give_back(salon, paid[0])
        asked = len(salon.bank.requests)
        assert (follow(salon), len(salon.bank.requests)) == ("succeeded", asked)

    def test_cash_that_was_handed_back_asks_nobody(self, salon):
        visit = salon.visit()
        salon.cash(visit, 10_000)
        give_back(salon, visit)
        assert (follow(salon), salon.bank.requests) == ("succeeded", [])


class TestFirstCall:
    def ask(self, salon, **more):
        return follow_refund.ask(refund_id=Refund.objects.get().pk, now=salon.now, tell_desk=True, **more)

    def test_it_is_made_by_whoever_wrote_the_intent_within_half_a_minute(self, salon, unsent):
        salon.wait(seconds=29)
        assert (self.ask(salon), salon.bank.count("refund")) == ("succeeded", 2)

    def test_later_only_who_looks_first_may_ask(self, salon, unsent):
        salon.wait(seconds=30)
        assert (self.ask(salon), salon.bank.count("refund")) == ("requested", 1)

    def test_after_a_lost_answer_only_who_looks_first_may_ask(self, salon, paid):
        salon.bank.lose_next_answer("refund")
        give_back(salon, paid[0])
        assert (self.ask(salon), salon.bank.count("refund")) == ("requested", 1)

    def test_a_refusal_is_a_case_where_nobody_stands_at_the_desk(self, salon, unsent):
        salon.bank.refuse_next(DeclinedError("The card was closed."), "refund")
        assert self.ask(salon) == "failed"
        assert MoneyCase.objects.get().kind == "refund_failed"

    def test_an_answer_that_the_report_overtook_changes_nothing_more(self, salon, paid):
        """The refund's notice is looked into while our own call is being answered."""

        def notice_first(operation):
            if operation == "refund":
                salon.bank.on_answer = None
                salon.settle(paid[0])

        salon.bank.on_answer = notice_first
        assert give_back(salon, paid[0]).state == "succeeded"
        assert Receipt.objects.filter(refund_id__isnull=False).count() == 1


class TestWork:
    def test_a_pending_one_is_looked_at_by_a_fifth_of_its_age(self, salon, pending):
        assert pending.next_attempt_at == salon.now + timedelta(minutes=2)
        salon.wait(minutes=2)
        assert work(salon) == 1
        assert Refund.objects.get().next_attempt_at == salon.now + timedelta(minutes=2)
        salon.wait(hours=1)
        work(salon)
        assert Refund.objects.get().next_attempt_at == salon.now + timedelta(minutes=62) / 5
        salon.wait(days=3)
        work(salon)
        assert Refund.objects.get().next_attempt_at == salon.now + timedelta(hours=6)
        salon.bank.finish_refund(pending.reference)
        salon.wait(hours=6)
        work(salon)
        row = Refund.objects.get()
        assert (row.state, row.next_attempt_at, row.attempts) == ("succeeded", None, 0)

    def test_silence_is_tried_again_and_a_day_of_it_tells_a_person_once(self, salon, unsent):
        salon.bank.down = True
        waits = []
        while salon.now < unsent.requested_at + timedelta(hours=25):
            salon.now = Refund.objects.get().next_attempt_at
            PaymentAccount.objects.update(not_before=None)
            work(salon)
            waits.append((Refund.objects.get().next_attempt_at - salon.now).total_seconds())
        assert 20 <= waits[0] <= 25 and 40 <= waits[1] <= 50 and max(waits) == 15 * 60
        case = MoneyCase.objects.get()
        assert (case.kind, case.subject, case.opened_at >= unsent.requested_at + timedelta(days=1)) == ("no_answer", f"refund {unsent.pk}", True)  # fmt: skip
        assert Refund.objects.get().state == "requested"

    def test_while_the_account_is_left_alone_one_asks_and_the_others_wait(self, salon, unsent):
        salon.wait(seconds=30)
        claimed = claim(Refund, limit=1, lease_seconds=60, now=salon.now)[0]
        stale = PaymentAccount.objects.get()
        PaymentAccount.objects.update(not_before=salon.now + timedelta(seconds=30))
        stale.not_before = salon.now
        asked = len(salon.bank.requests)
        with pytest.MonkeyPatch.context() as patched:
            patched.setattr(follow_refund, "may_ask", lambda **_: False)
            follow_refund.work(row_id=claimed.id, lease_token=claimed.lease_token, now=salon.now)
        row = Refund.objects.get()
        assert (len(salon.bank.requests), row.attempts, row.lease_token) == (asked, 0, "")
        assert timedelta(seconds=5) <= row.next_attempt_at - salon.now <= timedelta(seconds=30)

    def test_one_that_is_done_comes_to_rest_without_a_question(self, salon, paid):
        give_back(salon, paid[0])
        Refund.objects.update(next_attempt_at=salon.now)
        asked = len(salon.bank.requests)
        assert work(salon) == 1
        assert (Refund.objects.get().next_attempt_at, len(salon.bank.requests)) == (None, asked)

    def test_a_lost_lease_asks_nothing(self, salon, unsent):
        asked = len(salon.bank.requests)
        follow_refund.work(row_id=unsent.pk, lease_token="0" * 32, now=salon.now)
        assert (Refund.objects.get().state, len(salon.bank.requests)) == ("requested", asked)

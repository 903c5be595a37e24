"""Applying a report: which of its words change what, once, and what the desk and the trail are told."""

from __future__ import annotations

import pytest

from quittance.audit.models import AuditEntry
from quittance.bills.models import JournalEntry, MoneyCase, Tender
from quittance.core.money import Money
from quittance.flows import change_due
from quittance.flows._landing import Landing, apply_report, close_finished_link
from quittance.flows.change_due import Change
from quittance.flows.settle_payment import SettleResult, settle
from quittance.outbox.models import Event
from quittance.payment_systems.port import PaymentReport, PaymentState, Reference, UnavailableError
from quittance.payments import actions as payments
from quittance.payments.models import Payment, PaymentLink
from quittance.payments.status import VisitStatus
from quittance.rows.locking import in_one_transaction

pytestmark = pytest.mark.django_db


@pytest.fixture
def visit(salon):
    visit = salon.visit()
    salon.open_page(visit)
    return visit


def tell(salon, visit, state="paid", *, asked_no=None, **told):
    """One report of Chloe's payment, as the answer to the next question."""
    payment = salon.payment(visit)
    number = payments.next_question_number(payment_id=payment.pk) if asked_no is None else asked_no
    report = PaymentReport(state=PaymentState(state), **told)
    return in_one_transaction(
        lambda: apply_report(
            payment_id=payment.pk, business_id=salon.business.pk, asked_no=number, report=report, now=salon.now
        )
    )


def told_outside(name):
    return Event.objects.get(name=name)


def test_money_lands_once_as_tender_event_and_entry_in_the_trail(salon, visit):
    payment = salon.payment(visit)
    landed = tell(salon, visit, captured=salon.eur(10_000), method="card", method_detail="Visa 4242")
    assert landed == Landing("landed", "paid", payment.pk)
    tender = Tender.objects.get()
    assert (tender.kind, tender.amount_minor, tender.payment_id, tender.method_label, tender.taken_by_id) == (
        "online",
        10_000,
        payment.pk,
        "Visa 4242",
        None,
    )
    entry = JournalEntry.objects.get()
    assert (entry.from_account, entry.to_account, entry.actor_kind) == (
        f"online:{salon.account.pk}",
        "bill",
        "payment_system",
    )
    link = PaymentLink.objects.get()
    event = told_outside("payment.paid")
    assert event.subject == {"bill": visit.bill_id, "payment": payment.pk, "tender": tender.pk, "link": link.pk, "visit": visit.pk}  # fmt: skip
    assert (event.visible_at_desk, event.location_id, event.happened_at) == (True, salon.location.pk, salon.now)
    trail = AuditEntry.objects.get(action="payment.paid")
    assert (trail.subject_kind, trail.subject_id, trail.actor_kind, trail.location_id, trail.at) == (
        "payment",
        payment.pk,
        "payment_system",
        salon.location.pk,
        salon.now,
    )
    assert trail.detail == {"bill": visit.bill_id, "captured_minor": 10_000, "captured_currency": "EUR"}
    assert (link.closed_at, link.closed_reason) == (salon.now, "paid")
    again = tell(salon, visit, captured=salon.eur(10_000))
    assert (again.outcome, Tender.objects.count(), Event.objects.filter(name="payment.paid").count()) == ("unchanged", 1, 1)  # fmt: skip


def test_a_method_without_detail_names_the_tender(salon, visit):
    tell(salon, visit, captured=salon.eur(10_000), method="sepa_debit")
    assert Tender.objects.get().method_label == "sepa_debit"


@pytest.mark.parametrize("asked_no", [0, 1])
def test_an_answer_to_a_question_that_was_overtaken_changes_nothing(salon, visit, asked_no):
    payment = salon.payment(visit)
    assert payments.next_question_number(payment_id=payment.pk) == 1
    tell(salon, visit, "open", asked_no=1)
    stale = tell(salon, visit, asked_no=asked_no, captured=salon.eur(10_000))
    assert stale == Landing("stale", "open", payment.pk)
    assert Tender.objects.count() == 0


@pytest.mark.parametrize("captured", [None, 0])
def test_paid_without_money_is_not_paid(salon, visit, captured):
    amount = None if captured is None else salon.eur(captured)
    assert tell(salon, visit, "paid", captured=amount).outcome == "unchanged"
    assert (salon.payment(visit).state, Tender.objects.count()) == ("open", 0)


@pytest.mark.parametrize(
    ("state", "event", "visible"),
    [
        ("processing", "payment.processing", True),
        ("failed", "payment.failed", False),
        ("expired", "payment.expired", False),
        ("ended", "payment.ended", False),
    ],
)
def test_each_word_changes_the_payment_once_and_is_told_once(salon, visit, state, event, visible):
    assert tell(salon, visit, state) == Landing("changed", state, salon.payment(visit).pk)
    assert tell(salon, visit, state).outcome == "unchanged"
    told = told_outside(event)
    assert (told.visible_at_desk, told.subject["payment"]) == (visible, salon.payment(visit).pk)
    assert "tender" not in told.subject


def test_a_debit_that_fails_later_is_told_at_the_desk_as_failed(salon, visit):
    tell(salon, visit, "processing")
    salon.wait(days=3)
    assert tell(salon, visit, "expired", decline_reason="The account was closed.").outcome == "changed"
    assert told_outside("payment.failed").visible_at_desk
    assert not Event.objects.filter(name="payment.expired").exists()
    assert salon.payment(visit).decline_reason == "The account was closed."


@pytest.mark.parametrize("state", ["open", "unknown"])
def test_open_and_unknown_end_nothing(salon, visit, state):
    before = Event.objects.count()
    assert tell(salon, visit, state).outcome == "unchanged"
    payment = salon.payment(visit)
    assert (payment.state, payment.unknown_since) == ("open", salon.now if state == "unknown" else None)
    assert Event.objects.count() == before


@pytest.mark.parametrize("later", ["failed", "expired", "ended", "processing", "unknown"])
def test_t34_what_is_paid_stays_paid(salon, visit, later):
    tell(salon, visit, captured=salon.eur(10_000))
    assert tell(salon, visit, later).outcome == "unchanged"
    assert (salon.payment(visit).state, salon.status(visit)) == ("paid", VisitStatus.PAID)


class TestAmountsThatDiffer:
    @pytest.mark.parametrize("minor", [9_999, 10_001])
    def test_what_moved_is_booked_and_explained(self, salon, visit, minor):
        tell(salon, visit, captured=salon.eur(minor))
        assert salon.settled(visit) == minor
        case = MoneyCase.objects.get(kind="amount_differs")
        assert (case.amount_minor, case.currency, case.payment_id, case.bill_id) == (minor, "EUR", salon.payment(visit).pk, visit.bill_id)  # fmt: skip
        assert case.detail == {"asked_minor": 10_000, "asked_currency": "EUR"}

    def test_another_currency_settles_nothing_and_is_told_as_that_only(self, salon, visit):
        tell(salon, visit, captured=Money(10_000, "USD"))
        assert (salon.settled(visit), Tender.objects.count(), PaymentLink.objects.get().closed_at) == (0, 0, None)
        assert [case.kind for case in MoneyCase.objects.all()] == ["currency_differs"]
        assert "tender" not in told_outside("payment.paid").subject
        entry = JournalEntry.objects.get()
        assert (entry.kind, entry.currency, entry.from_account) == ("unallocated", "USD", f"online:{salon.account.pk}")

    @pytest.mark.parametrize("again", [Money(9_000, "EUR"), Money(10_000, "USD")])
    def test_an_amount_that_changes_after_it_landed_is_a_case_and_moves_nothing(self, salon, visit, again):
        tell(salon, visit, captured=salon.eur(10_000))
        assert tell(salon, visit, captured=again).outcome == "unchanged"
        case = MoneyCase.objects.get()
        assert (case.kind, case.amount_minor, case.currency) == ("amount_differs", again.minor, again.currency)
        assert salon.settled(visit) == 10_000


class TestTheLinkAfterwards:
    @pytest.mark.parametrize(("paid", "closed"), [(3_999, None), (4_000, "paid"), (4_001, "paid")])
    def test_it_closes_when_its_ask_is_paid(self, salon, paid, closed):
        visit = salon.visit()
        salon.open_page(visit, ask="amount", amount=salon.eur(4_000))
        tell(salon, visit, captured=salon.eur(paid))
        assert PaymentLink.objects.get().closed_reason == (closed or "")

    def test_it_stays_while_something_of_all_is_due(self, salon, visit):
        tell(salon, visit, captured=salon.eur(9_999))
        assert PaymentLink.objects.get().closed_at is None
        bill = salon.bill(visit)
        close_finished_link(bill=bill, now=salon.now)
        assert PaymentLink.objects.get().closed_at is None

    def test_without_a_live_link_there_is_nothing_to_close(self, salon):
        visit = salon.visit()
        change = Change(salon.actor, visit.bill_id, None, "x")
        assert change_due.change_due(change=change, now=salon.now, work=lambda _bill: {})["version"] == 2
        assert PaymentLink.objects.count() == 0


@pytest.mark.parametrize("told", [{"state": "processing"}, {"state": "paid", "captured": Money(10_000, "EUR")}])
def test_another_open_page_is_superseded_and_its_own_never(salon, visit, told):
    first = salon.payment(visit)
    payments.supersede(payment=first, now=salon.now)
    token = PaymentLink.objects.get().token.reveal()
    salon.press_pay(token)
    second = salon.payment(visit)
    report = PaymentReport(**{**told, "state": PaymentState(told["state"])})
    number = payments.next_question_number(payment_id=first.pk)
    in_one_transaction(
        lambda: apply_report(
            payment_id=first.pk,
            business_id=salon.business.pk,
            asked_no=number,
            report=report,
            now=salon.wait(minutes=1),
        )
    )
    second.refresh_from_db()
    assert (second.state, second.superseded_at, second.next_attempt_at) == ("open", salon.now, salon.now)


def test_ids_that_the_report_names_are_stored(salon, visit):
    tell(salon, visit, "open", references=(Reference("charge", "ch_1"),))
    assert salon.payment(visit).references.get(kind="charge").value == "ch_1"


class TestSettle:
    def test_a_payment_without_an_id_has_nothing_to_ask_about(self, salon):
        visit = salon.visit()
        salon.bank.lose_next_answer("start_checkout")
        salon.press_pay(salon.link(visit))
        assert salon.settle(visit) == SettleResult("creating", landed=False)
        assert (salon.bank.count("fetch_payment"), salon.payment(visit).asked_no) == (0, 0)

    def test_only_the_call_that_recorded_the_money_says_landed(self, salon, visit):
        salon.bank.pay(salon.bank.book(salon.payment(visit).references.get(kind="checkout").value).checkout)
        assert salon.settle(visit) == SettleResult("paid", landed=True)
        assert salon.settle(visit) == SettleResult("paid", landed=False)
        payment = Payment.objects.get()
        assert (payment.asked_no, payment.applied_no) == (2, 2)

    def test_silence_changes_nothing_but_the_number_of_questions(self, salon, visit):
        salon.bank.down = True
        with pytest.raises(UnavailableError):
            settle(payment_id=salon.payment(visit).pk, now=salon.now)
        payment = Payment.objects.get()
        assert (payment.state, payment.asked_no, payment.applied_no) == ("open", 1, 0)

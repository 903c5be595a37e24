"""Bills below the flows: what every change leaves in totals, version, journal and cases."""

from __future__ import annotations

from datetime import timedelta

import pytest

from quittance.bills import actions, cases, queries, returns
from quittance.bills.credits import add_credit, document_language, keep_more
from quittance.bills.lines import LineChange, NewLine
from quittance.bills.models import Bill, BillLine, JournalEntry, MoneyCase, Receipt, Tender
from quittance.bills.returns import Movement, TooMuchError, Undoes
from quittance.core.actor import Actor
from quittance.core.money import Money
from tests.support.salon import START

pytestmark = pytest.mark.django_db


@pytest.fixture
def shop(salon, monkeypatch):
    """The salon; these tests work below the flows that write the trail, so the books are not audited at the end."""
    monkeypatch.setattr("tests.support.salon.assert_books", lambda **_: None)
    return salon


@pytest.fixture
def bill(shop):
    return actions.open_bill(
        business_id=shop.business.pk, location=shop.location, client_id=shop.chloe.pk, service_date=START.date(), now=START
    )  # fmt: skip


def sell(bill, minor=10_000, **line):
    return actions.add_line(bill=bill, line=NewLine(**{"kind": "custom", "name": "Cut", "unit_minor": minor} | line), now=START)  # fmt: skip


def take(shop, bill, minor, **more):
    asked = {"kind": "cash", "actor": shop.actor, "now": START, **more}
    return actions.take_tender(bill=bill, amount=shop.eur(minor), **asked)


def stored(bill):
    return Bill.objects.get(pk=bill.pk)


def journal(**about):
    rows = JournalEntry.objects.filter(**about).order_by("pk")
    return [(row.kind, row.from_account, row.to_account, row.amount_minor, row.currency) for row in rows]


class TestLines:
    def test_they_stand_in_the_order_in_which_they_came_and_the_version_counts_each_change(self, bill):
        assert (bill.version, bill.currency, bill.prices_include_tax, bill.created_at) == (1, "EUR", True, START)
        first = sell(bill, 1_000, tax_name="19 %", tax_ppm=190_000, taxation_system="x", discount_minor=100)
        second = sell(bill, 2_000, quantity=2)
        assert ([first.position, second.position], stored(bill).version) == ([0, 1], 3)
        assert (stored(bill).total_minor, stored(bill).tax_minor) == (4_900, 144)
        first.refresh_from_db()
        assert (first.gross_minor, first.net_minor, first.tax_minor, first.taxation_system) == (900, 756, 144, "x")
        assert queries.lines_of(bill) == [first, second]

    def test_a_removed_line_counts_no_more(self, bill):
        first, second = sell(bill, 1_000), sell(bill, 2_000)
        actions.remove_line(bill=bill, line=first, now=START)
        assert (stored(bill).total_minor, stored(bill).version, queries.lines_of(bill)) == (2_000, 4, [second])
        assert sell(bill, 5).position == 2
        actions.remove_line(bill=bill, line=second, now=START)
        actions.remove_line(bill=bill, line=queries.lines_of(bill)[0], now=START)
        assert (stored(bill).total_minor, stored(bill).tax_minor) == (0, 0)

    def test_a_change_replaces_what_it_names_and_keeps_the_rest(self, bill):
        line = sell(bill, 1_000, quantity=2, discount_ppm=500_000)
        actions.change_line(bill=bill, line=line, change=LineChange(unit_minor=3_000), now=START)
        assert (line.quantity, line.discount_ppm, line.gross_minor) == (2, 500_000, 3_000)
        actions.change_line(bill=bill, line=line, change=LineChange(quantity=1), now=START)
        assert (line.unit_minor, line.gross_minor) == (3_000, 1_500)
        actions.change_line(bill=bill, line=line, change=LineChange(discount_minor=1), now=START)
        assert (line.discount_ppm, line.discount_minor, line.gross_minor) == (0, 1, 2_999)
        actions.change_line(bill=bill, line=line, change=LineChange(discount_ppm=0), now=START)
        line.refresh_from_db()
        assert (line.discount_ppm, line.discount_minor, line.gross_minor) == (0, 0, 3_000)
        assert stored(bill).total_minor == 3_000

    def test_a_range_keeps_the_price_open_until_it_is_set(self, bill):
        line = sell(bill, 1_000, unit_max_minor=2_000)
        assert (line.price_open, stored(bill).price_open) == (True, True)
        actions.change_line(bill=bill, line=line, change=LineChange(quantity=2), now=START)
        assert stored(bill).price_open
        # No service stands behind the line, so there is no range to check.
        actions.change_line(bill=bill, line=line, change=LineChange(unit_minor=9_000), now=START)
        assert (stored(bill).price_open, stored(bill).total_minor) == (False, 18_000)

    def test_moving_the_day_leaves_the_version(self, bill):
        actions.move_service_date(bill=bill, service_date=START.date() + timedelta(days=1))
        assert (stored(bill).service_date, stored(bill).version) == (START.date() + timedelta(days=1), 1)
        assert bill.service_date == stored(bill).service_date


class TestTenders:
    def test_one_is_a_row_a_receipt_and_a_journal_entry(self, shop, bill):
        sell(bill)
        tender = take(shop, bill, 4_000, given_minor=5_000)
        assert (stored(bill).settled_minor, stored(bill).version) == (4_000, 3)
        assert journal(tender_id=tender.pk) == [("tender", "cash", "bill", 4_000, "EUR")]
        entry = JournalEntry.objects.get()
        assert (entry.actor_kind, entry.actor_id, entry.at, entry.bill_id) == ("staff", 7, START, bill.pk)
        assert (tender.given_minor, tender.taken_by_id, tender.taken_at) == (5_000, 7, START)
        assert [paper.tender_id for paper in queries.receipts_of(bill)] == [tender.pk]
        assert queries.tenders_of(bill) == [tender]

    def test_money_of_another_currency_is_no_tender(self, shop, bill):
        sell(bill)
        with pytest.raises(ValueError, match="a bill in EUR takes no USD"):
            actions.take_tender(bill=bill, kind="cash", amount=Money(1, "USD"), actor=shop.actor, now=START)
        assert (Tender.objects.count(), JournalEntry.objects.count()) == (0, 0)

    def test_voiding_takes_it_back_with_a_paper_of_its_own(self, shop, bill):
        sell(bill)
        tender = take(shop, bill, 4_000, kind="card_terminal")
        assert actions.void_tender(bill=bill, tender=tender, reason="twice", actor=shop.actor, now=START)
        assert (tender.void_reason, tender.voided_by_id, tender.voided_at) == ("twice", 7, START)
        assert journal(kind="void") == [("void", "bill", "card_terminal", 4_000, "EUR")]
        assert (stored(bill).settled_minor, stored(bill).version) == (0, 4)
        assert queries.counting_receipts_of(bill) == []
        assert not actions.void_tender(bill=bill, tender=tender, reason="again", actor=shop.actor, now=START)
        assert (len(journal(kind="void")), stored(bill).settled_minor) == (1, 0)

    def test_online_money_is_never_voided(self, shop, bill):
        sell(bill)
        tender = take(
            shop, bill, 4_000, kind="online", source_account="online:1", payment_id=1, method_label="Visa 4242"
        )
        assert journal() == [("tender", "online:1", "bill", 4_000, "EUR")]
        with pytest.raises(ValueError, match="only tenders taken by hand"):
            actions.void_tender(bill=bill, tender=tender, reason="x", actor=shop.actor, now=START)
        tender.refresh_from_db()
        assert (tender.voided_at, tender.method_label) == (None, "Visa 4242")

    def test_money_that_settles_nothing_is_parked(self, shop, bill):
        actions.park_unallocated(
            bill=bill, amount=Money(7, "USD"), source_account="online:1", payment_id=9, actor=shop.actor, now=START
        )
        assert journal(payment_id=9) == [("unallocated", "online:1", "unallocated", 7, "USD")]
        assert stored(bill).settled_minor == 0


class TestEndingAndFreezing:
    @pytest.mark.parametrize(("keep", "credit"), [(0, -10_000), (4_000, -6_000), (10_000, 0)])
    def test_ending_takes_the_price_down_to_what_is_kept(self, bill, keep, credit):
        sell(bill, unit_max_minor=20_000)
        actions.end_bill(bill=bill, reason="cancelled", keep_minor=keep, now=START)
        row = stored(bill)
        assert (row.ended_at, row.ended_reason, row.total_minor, row.price_open) == (START, "cancelled", keep, False)
        assert sum(line.gross_minor for line in queries.credits_of(bill)) == credit

    def test_a_freeze_is_for_others_and_runs_out(self, bill):
        actions.freeze(bill=bill, by="desk 1", now=START)
        assert stored(bill).frozen_until == START + timedelta(seconds=60)
        just_before = START + timedelta(seconds=59)
        assert actions.is_frozen(bill, now=just_before)
        assert not actions.is_frozen(bill, now=just_before, by="desk 1")
        assert actions.is_frozen(bill, now=just_before, by="desk 2")
        assert not actions.is_frozen(bill, now=START + timedelta(seconds=60))
        actions.unfreeze(bill=bill)
        assert (stored(bill).frozen_by, stored(bill).frozen_until) == ("", None)
        assert not actions.is_frozen(bill, now=START)


class TestCredits:
    @pytest.mark.parametrize("minor", [0, -1, 10_001])
    def test_only_what_the_bill_costs_can_be_taken_back(self, bill, minor):
        sell(bill)
        with pytest.raises(ValueError, match=f"a credit of {minor} on a total of 10000"):
            add_credit(bill=bill, amount_minor=minor, reason="refund")
        assert BillLine.objects.filter(kind="credit").count() == 0

    def test_each_rate_gives_its_share_and_a_share_of_nothing_is_no_line(self, bill):
        sell(bill, 10_000, tax_name="19 %", tax_ppm=190_000)
        sell(bill, 5_000, tax_name="7 %", tax_ppm=70_000)
        sell(bill, 0, tax_name="0 %", tax_ppm=0)
        add_credit(bill=bill, amount_minor=3_000, reason="refund", refund_id=8)
        rows = queries.credits_of(bill)
        shown = [(row.tax_name, row.gross_minor, row.net_minor, row.tax_minor) for row in rows]
        assert shown == [("7 %", -1_000, -935, -65), ("19 %", -2_000, -1_681, -319)]
        assert [(row.position, row.name, row.refund_id, row.unit_minor) for row in rows] == [(3, "Refund", 8, 0), (4, "Refund", 8, 0)]  # fmt: skip
        actions.recompute(bill, now=START)
        add_credit(bill=bill, amount_minor=1, reason="refund")
        assert queries.credits_of(bill)[-1].gross_minor == -1
        assert len(queries.credits_of(bill)) == 3

    def test_the_last_credit_takes_the_whole_rest_of_the_tax(self, bill):
        sell(bill, 10_000, tax_name="19 %", tax_ppm=190_000)
        for minor in (3_333, 3_333, 3_334):
            add_credit(bill=bill, amount_minor=minor, reason="refund")
            actions.recompute(bill, now=START)
        assert (stored(bill).total_minor, stored(bill).tax_minor) == (0, 0)

    def test_a_price_cannot_be_lowered_below_what_was_taken_back(self, bill):
        line = sell(bill)
        add_credit(bill=bill, amount_minor=6_000, reason="refund")
        actions.recompute(bill, now=START)
        with pytest.raises(ValueError, match="taken back already"):
            actions.change_line(bill=bill, line=line, change=LineChange(unit_minor=5_999), now=START)


class TestKeepMore:
    def ended(self, shop, bill, *, keep=0, settled=10_000):
        sell(bill)
        take(shop, bill, settled)
        actions.end_bill(bill=bill, reason="cancelled", keep_minor=keep, now=START)

    @pytest.mark.parametrize(("more", "covered", "total"), [(1, 1, 1), (9_999, 9_999, 9_999), (10_000, 10_000, 10_000), (12_000, 10_000, 10_000)])  # fmt: skip
    def test_what_ending_took_back_is_given_up_first(self, shop, bill, more, covered, total):
        self.ended(shop, bill)
        assert keep_more(bill=bill, minor=more, now=START) == covered
        actions.recompute(bill, now=START)
        assert stored(bill).total_minor == total

    def test_where_ending_took_nothing_back_there_is_nothing_to_give_up(self, shop, bill):
        self.ended(shop, bill, keep=10_000)
        assert keep_more(bill=bill, minor=500, now=START) == 0
        assert stored(bill).total_minor == 10_000


class TestReturnsBelowTheFlows:
    def moved(self, shop, tender, **more):
        actor = Actor.system(shop.business.pk)
        about = {
            "source_account": "cash",
            "actor": actor,
            "at": START,
            "serial": 1,
            "refund_id": 5,
            "tender_id": tender.pk,
        }
        return Movement(**{**about, **more})

    def test_a_tender_never_gives_more_than_it_holds(self, shop, bill):
        sell(bill)
        tender = take(shop, bill, 10_000)
        with pytest.raises(TooMuchError):
            returns.start_return(
                bill=bill, tender=tender, undoes=Undoes(price_minor=10_001), movement=self.moved(shop, tender)
            )
        assert (stored(bill).settled_minor, journal(refund_id=5)) == (10_000, [])

    def test_a_voided_tender_gives_nothing(self, shop, bill):
        sell(bill)
        tender = take(shop, bill, 10_000)
        actions.void_tender(bill=bill, tender=tender, reason="x", actor=shop.actor, now=START)
        with pytest.raises(TooMuchError):
            returns.hold_disputed(bill=bill, tender=tender, within_minor=1, movement=self.moved(shop, tender))

    @pytest.mark.parametrize(
        ("amount", "parts"),
        [(400, Undoes(0, 400)), (500, Undoes(0, 500)), (600, Undoes(100, 500)), (10_500, Undoes(10_000, 500)), (10_600, Undoes(10_000, 500, 100))],
    )  # fmt: skip
    def test_excess_goes_first_then_price_then_nothing(self, shop, bill, amount, parts):
        sell(bill)
        tender = take(shop, bill, 10_500)
        assert returns.undone_by(bill=bill, tender=tender, amount=shop.eur(amount)) == parts
        assert returns.undone_by(bill=bill, tender=None, amount=shop.eur(amount)) == Undoes(other_minor=amount)
        assert returns.undone_by(bill=bill, tender=tender, amount=Money(amount, "USD")) == Undoes(other_minor=amount)


class TestCases:
    def test_a_case_about_a_subject_is_opened_once_for_ever(self, shop, bill):
        def opened(minor):
            return cases.open_case(
                business_id=shop.business.pk,
                kind="beyond",
                amount=shop.eur(minor),
                now=START,
                bill=bill,
                subject="refund 1",
            )

        first = opened(5)
        assert (first.location_id, first.amount_minor, first.opened_at) == (shop.location.pk, 5, START)
        assert cases.resolve(case=first, resolution="x" * 300, now=START, by_id=7)
        assert not cases.resolve(case=first, resolution="again", now=START)
        again = opened(6)
        assert (again.pk, again.amount_minor, again.resolution, again.resolved_by_id) == (first.pk, 5, "x" * 200, 7)

    def test_reopening_brings_a_resolved_case_back_and_leaves_an_open_one(self, shop, bill):
        def told(detail, at):
            return cases.reopen_case(
                bill=bill,
                kind="dispute",
                subject="dispute 1",
                amount=shop.eur(5),
                payment_id=None,
                detail=detail,
                now=at,
            )

        first = told({"n": 1}, START)
        later = START + timedelta(days=1)
        assert told({"n": 2}, later).detail == {"n": 1}
        cases.resolve(case=first, resolution="won", now=START, by_id=7)
        told({"n": 3}, later)
        row = MoneyCase.objects.get()
        assert (row.resolved_at, row.resolution, row.resolved_by_id, row.opened_at, row.detail) == (None, "", None, later, {"n": 3})  # fmt: skip

    @pytest.mark.parametrize(
        ("kind", "decisions"),
        [("overpaid", ("refund", "keep")), ("beyond", ("close",)), ("dispute", ()), ("dispute_lost", ("write_off", "ask_again")), ("currency_differs", ("refund", "close")), ("no_answer", ("check", "close")), ("something_new", ("close",)), ("account_trouble", ())],
    )  # fmt: skip
    def test_what_can_be_decided_of_each_kind(self, kind, decisions):
        case = MoneyCase(kind=kind)
        assert cases.decisions_for(case) == decisions
        case.resolved_at = START
        assert cases.decisions_for(case) == ()

    def test_the_excess_of_a_live_bill_has_one_case_of_exactly_its_amount(self, shop, bill):
        line = sell(bill)
        take(shop, bill, 12_000)
        assert [case.amount_minor for case in queries.open_cases_of(bill)] == [2_000]
        actions.change_line(bill=bill, line=line, change=LineChange(unit_minor=11_999), now=START)
        assert [case.amount_minor for case in queries.open_cases_of(bill)] == [1]
        actions.change_line(bill=bill, line=line, change=LineChange(unit_minor=12_000), now=START)
        assert queries.open_cases_of(bill) == []
        assert MoneyCase.objects.get().resolution == "no longer too much"

    def test_ending_the_visit_makes_it_another_kind_of_case(self, shop, bill):
        sell(bill)
        take(shop, bill, 12_000)
        actions.end_bill(bill=bill, reason="released", now=START)
        old, new = MoneyCase.objects.order_by("pk")
        assert (old.kind, old.resolution) == ("overpaid", "the visit ended")
        assert (new.kind, new.amount_minor, new.resolved_at) == ("late", 12_000, None)


class TestQueries:
    def test_rows_of_another_business_do_not_exist(self, shop, bill):
        sell(bill)
        tender = take(shop, bill, 100)
        stranger = shop.business.pk + 1
        assert queries.bill_by_id(business_id=shop.business.pk, bill_id=bill.pk) == bill
        with pytest.raises(Bill.DoesNotExist):
            queries.bill_by_id(business_id=stranger, bill_id=bill.pk)
        receipt = Receipt.objects.get()
        assert queries.receipt_by_id(business_id=shop.business.pk, receipt_id=receipt.pk) == receipt
        with pytest.raises(Receipt.DoesNotExist):
            queries.receipt_by_id(business_id=stranger, receipt_id=receipt.pk)
        assert queries.receipt_of_tender(business_id=shop.business.pk, tender_id=tender.pk) == receipt
        assert queries.receipt_of_tender(business_id=stranger, tender_id=tender.pk) is None
        assert queries.settled_by_journal(business_id=shop.business.pk, bill_ids=[bill.pk]) == {bill.pk: 100}
        assert queries.settled_by_journal(business_id=stranger, bill_ids=[bill.pk]) == {}

    def test_an_account_of_the_journal_holds_what_came_less_what_left(self, shop, bill):
        other = actions.open_bill(
            business_id=shop.business.pk, location=shop.location, client_id=None, service_date=START.date(), now=START
        )
        actions.void_tender(bill=bill, tender=take(shop, bill, 100), reason="x", actor=shop.actor, now=START)
        for minor in (30, 5):
            take(shop, bill, minor)
        take(shop, other, 50)
        here = shop.business.pk
        assert queries.settled_by_journal(business_id=here, bill_ids=[bill.pk]) == {bill.pk: 35}
        both = [bill.pk, other.pk]
        assert queries.settled_by_journal(business_id=here, bill_ids=both, account="cash") == {
            bill.pk: -35,
            other.pk: -50,
        }

    def test_rows_of_another_bill_of_the_business_are_left_out(self, shop, bill):
        other = actions.open_bill(
            business_id=shop.business.pk, location=shop.location, client_id=None, service_date=START.date(), now=START
        )
        for one in (bill, other):
            sell(one, 100)
        theirs = take(shop, other, 150)
        assert (queries.tenders_of(bill), queries.receipts_of(bill), queries.open_cases_of(bill)) == ([], [], [])
        assert (queries.lines_and_credits_of(bill)[0].bill_id, queries.counting_papers_of(bill)) == (bill.pk, [])
        assert (queries.tenders_of(other), len(queries.receipts_of(other))) == ([theirs], 1)
        assert [case.amount_minor for case in queries.open_cases_of(other)] == [50]

    def test_a_document_speaks_the_client_s_language_else_the_location_s(self, bill):
        assert document_language(bill) == "en"
        bill.client.language = ""
        bill.location.language = "de"
        assert document_language(bill) == "de"
        bill.client = None
        assert document_language(bill) == "de"

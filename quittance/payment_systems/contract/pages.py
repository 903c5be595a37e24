"""Laws of hosted pages: opening, the truth about them, ending, the list of events."""
# ruff: noqa: S101, PT018 - a contract is asserts

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest

from quittance.core.ids import new_key
from quittance.core.money import Money
from quittance.payment_systems.contract.bench import Bench, paid_page, refs, wish
from quittance.payment_systems.port import (
    CheckoutLine,
    DeclinedError,
    EndState,
    MisconfiguredError,
    MistakeError,
    PaymentState,
    Reference,
    References,
    UnavailableError,
)


class PageContract:
    # ---- starting

    def test_the_keys_say_whose_account_it_is(self, bench: Bench) -> None:
        report = bench.system.check_credentials()
        assert report.their_account_id and report.name
        assert (report.live, report.country, report.default_currency) == (False, "DE", "EUR")

    def test_the_same_request_with_the_same_key_is_the_same_page(self, bench: Bench) -> None:
        new = wish(bench, Money(6000, "EUR"))
        first = bench.system.start_checkout(new)
        assert bench.system.start_checkout(new) == first
        assert bench.pages() == 1
        assert first.address.startswith("http") and first.expires_at == new.expires_at

    def test_a_key_is_never_good_for_two_prices(self, bench: Bench) -> None:
        new = wish(bench, Money(6000, "EUR"))
        bench.system.start_checkout(new)
        with pytest.raises(MistakeError):
            bench.system.start_checkout(wish(bench, Money(7000, "EUR"), key=new.key))
        assert bench.pages() == 1
        bench.system.start_checkout(wish(bench, Money(7000, "EUR")))
        assert bench.pages() == 2

    def test_a_start_whose_answer_is_lost_is_repeated_without_a_second_page(self, bench: Bench) -> None:
        new = wish(bench, Money(6000, "EUR"))
        bench.lose_next_answer()
        with pytest.raises(UnavailableError) as caught:
            bench.system.start_checkout(new)
        assert caught.value.sent is True
        page = bench.system.start_checkout(new)
        assert bench.pages() == 1
        assert bench.pay(page)

    def test_a_start_whose_answer_is_lost_is_found_by_its_key(self, bench: Bench) -> None:
        new, started_at = wish(bench, Money(6000, "EUR")), bench.now()
        bench.lose_next_answer()
        with pytest.raises(UnavailableError):
            bench.system.start_checkout(new)
        found = bench.system.find_checkout(new.key, started_at)
        assert found is not None
        assert found == bench.system.start_checkout(new)
        assert bench.system.find_checkout(new_key(), started_at) is None
        assert bench.system.find_checkout(new.key, started_at + timedelta(hours=2)) is None

    def test_while_it_is_down_nothing_happens_and_nothing_is_claimed(self, bench: Bench) -> None:
        new = wish(bench, Money(6000, "EUR"))
        bench.go_down()
        with pytest.raises(UnavailableError):
            bench.system.start_checkout(new)
        bench.come_back()
        assert bench.pages() == 0
        bench.system.start_checkout(new)

    @pytest.mark.parametrize("minor", [1, 49])
    def test_less_than_the_minimum_is_refused_in_a_sentence_for_the_client(self, bench: Bench, minor: int) -> None:
        assert bench.system.minimum("EUR") == Money(50, "EUR")
        with pytest.raises(DeclinedError, match=r"amount"):
            bench.system.start_checkout(wish(bench, Money(minor, "EUR")))
        assert bench.pages() == 0
        bench.system.start_checkout(wish(bench, Money(50, "EUR")))

    def test_more_than_the_maximum_is_refused(self, bench: Bench) -> None:
        with pytest.raises(DeclinedError):
            bench.system.start_checkout(wish(bench, bench.system.maximum("EUR") + Money(1, "EUR")))
        assert bench.pages() == 0

    def test_lines_that_do_not_add_up_are_our_mistake_and_open_nothing(self, bench: Bench) -> None:
        lines = (CheckoutLine("Haircut", 1, Money(5999, "EUR")),)
        with pytest.raises(MistakeError):
            bench.system.start_checkout(wish(bench, Money(6000, "EUR"), lines=lines))
        assert bench.pages() == 0

    # ---- what is true of a payment

    def test_an_untouched_page_is_open_and_holds_nothing(self, bench: Bench) -> None:
        page = bench.system.start_checkout(wish(bench, Money(6000, "EUR")))
        report = bench.system.fetch_payment(refs(page))
        assert (report.state, report.captured, report.refunds, report.disputes) == (PaymentState.OPEN, None, (), ())
        assert report.references == page.references and report.live is False

    def test_a_paid_page_reports_the_total_the_method_the_fee_and_every_reference(self, bench: Bench) -> None:
        amount = Money(6000, "EUR")
        page = bench.system.start_checkout(wish(bench, amount))
        assert bench.pay(page)
        report = bench.system.fetch_payment(refs(page))
        assert (report.state, report.captured) == (PaymentState.PAID, amount)
        assert (report.method, report.method_detail, report.decline_reason) == ("card", "Visa ·4242", "")
        assert report.fee is not None and report.net is not None and report.fee + report.net == amount
        assert [reference.kind for reference in report.references] == ["checkout", "intent", "charge"]
        assert report.references[0] == page.references[0]

    def test_a_report_holds_totals_so_reading_it_twice_says_the_same(self, bench: Bench) -> None:
        page = bench.system.start_checkout(wish(bench, Money(6000, "EUR")))
        bench.pay(page)
        bench.dashboard_refund(page, Money(1000, "EUR"))
        assert bench.system.fetch_payment(refs(page)) == bench.system.fetch_payment(refs(page))

    @pytest.mark.parametrize("taken", [Money(5500, "EUR"), Money(6500, "EUR"), Money(6000, "USD")], ids=str)
    def test_what_they_took_counts_not_what_we_asked(self, bench: Bench, taken: Money) -> None:
        """T29."""
        page = bench.system.start_checkout(wish(bench, Money(6000, "EUR")))
        assert bench.pay(page, amount=taken)
        report = bench.system.fetch_payment(refs(page))
        assert (report.state, report.captured) == (PaymentState.PAID, taken)

    def test_a_refused_card_leaves_the_page_open_with_a_reason_and_success_clears_it(self, bench: Bench) -> None:
        page = bench.system.start_checkout(wish(bench, Money(6000, "EUR")))
        bench.decline(page)
        report = bench.system.fetch_payment(refs(page))
        assert (report.state, report.captured) == (PaymentState.OPEN, None)
        assert report.decline_reason.endswith(".")
        assert bench.pay(page)
        assert bench.system.fetch_payment(refs(page)).decline_reason == ""

    def test_a_complete_page_whose_money_is_on_its_way_is_not_paid(self, bench: Bench) -> None:
        page = bench.system.start_checkout(wish(bench, Money(6000, "EUR")))
        assert bench.delay(page)
        report = bench.system.fetch_payment(refs(page))
        assert (report.state, report.captured) == (PaymentState.PROCESSING, None)
        bench.finish_delayed(page, succeeded=True)
        report = bench.system.fetch_payment(refs(page))
        assert (report.state, report.captured) == (PaymentState.PAID, Money(6000, "EUR"))

    def test_a_slow_payment_that_fails_took_nothing_and_says_why(self, bench: Bench) -> None:
        page = bench.system.start_checkout(wish(bench, Money(6000, "EUR")))
        bench.delay(page)
        bench.finish_delayed(page, succeeded=False)
        report = bench.system.fetch_payment(refs(page))
        assert (report.state, report.captured) == (PaymentState.FAILED, None)
        assert "bank" in report.decline_reason
        assert bench.captured(page) == 0

    def test_where_slow_methods_are_off_none_is_offered(self, bench: Bench) -> None:
        page = bench.system.start_checkout(wish(bench, Money(6000, "EUR"), delayed_methods=False))
        assert not bench.delay(page)
        assert bench.pay(page)

    def test_a_page_past_its_hour_has_expired_and_takes_nothing(self, bench: Bench) -> None:
        page = bench.system.start_checkout(wish(bench, Money(6000, "EUR")))
        bench.advance(timedelta(hours=1, seconds=1))
        assert not bench.pay(page)
        report = bench.system.fetch_payment(refs(page))
        assert (report.state, report.captured) == (PaymentState.EXPIRED, None)

    def test_a_payment_that_they_do_not_know_is_an_error_and_no_state(self, bench: Bench) -> None:
        unknown = References((Reference("checkout", "cs_test_from_another_account"),))
        with pytest.raises(MisconfiguredError):
            bench.system.fetch_payment(unknown)
        with pytest.raises(MisconfiguredError):
            bench.system.end_checkout(unknown)

    # ---- ending

    def test_an_ended_page_takes_no_money_and_ending_twice_says_the_same(self, bench: Bench) -> None:
        page = bench.system.start_checkout(wish(bench, Money(6000, "EUR")))
        assert bench.system.end_checkout(refs(page)).state is EndState.ENDED
        assert bench.system.end_checkout(refs(page)).state is EndState.ENDED
        assert not bench.pay(page)
        assert bench.captured(page) == 0
        assert bench.system.fetch_payment(refs(page)).state in {PaymentState.EXPIRED, PaymentState.ENDED}

    def test_an_end_whose_answer_is_lost_can_be_asked_again(self, bench: Bench) -> None:
        page = bench.system.start_checkout(wish(bench, Money(6000, "EUR")))
        bench.lose_next_answer()
        with pytest.raises(UnavailableError) as caught:
            bench.system.end_checkout(refs(page))
        assert caught.value.sent is True
        assert bench.system.end_checkout(refs(page)).state is EndState.ENDED

    def test_ending_a_paid_page_says_that_it_is_paid(self, bench: Bench) -> None:
        page = bench.system.start_checkout(wish(bench, Money(6000, "EUR")))
        bench.pay(page)
        assert bench.system.end_checkout(refs(page)).state is EndState.COMPLETE
        assert bench.captured(page) == Decimal(60)

    def test_ending_a_page_whose_money_is_on_its_way_says_so(self, bench: Bench) -> None:
        page = bench.system.start_checkout(wish(bench, Money(6000, "EUR")))
        bench.delay(page)
        assert bench.system.end_checkout(refs(page)).state is EndState.PROCESSING
        bench.finish_delayed(page, succeeded=False)
        assert bench.system.end_checkout(refs(page)).state is EndState.ENDED

    # ---- the list of events

    def test_events_since_a_place_bring_all_that_came_after_it_and_may_repeat(self, bench: Bench) -> None:
        _, cursor = bench.system.events_since("")
        page = bench.system.start_checkout(wish(bench, Money(6000, "EUR")))
        bench.pay(page)
        notices, cursor = bench.system.events_since(cursor)
        assert any(page.references[0] in notice.references for notice in notices)
        bench.advance(timedelta(minutes=5))
        again, cursor = bench.system.events_since(cursor)
        assert {notice.event_id for notice in again} >= {notice.event_id for notice in notices}
        bench.advance(timedelta(minutes=20))
        bench.dashboard_refund(page, Money(1000, "EUR"))
        later, cursor = bench.system.events_since(cursor)
        assert {notice.event_id for notice in later} - {notice.event_id for notice in again}
        quiet, _ = bench.system.events_since(cursor)
        assert not {notice.event_id for notice in quiet} & {notice.event_id for notice in notices}

    def test_events_can_be_read_again_from_a_moment(self, bench: Bench) -> None:
        before = bench.now()
        page = paid_page(bench)
        bench.advance(timedelta(hours=6))
        notices, _ = bench.system.events_since(bench.system.cursor_at(before))
        assert any(page.references[0] in notice.references for notice in notices)
        notices, _ = bench.system.events_since(bench.system.cursor_at(bench.now()))
        assert list(notices) == []

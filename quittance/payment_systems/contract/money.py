"""Laws of money: exact amounts in every currency, totals, refunds, disputes."""
# ruff: noqa: S101 - a contract is asserts

from __future__ import annotations

from decimal import Decimal

import pytest

from quittance.core.ids import new_key
from quittance.core.money import Money
from quittance.payment_systems.contract.bench import Bench, paid_page, refs, wish
from quittance.payment_systems.port import (
    Checkout,
    DeclinedError,
    MistakeError,
    PaymentState,
    References,
    UnavailableError,
)

# T03: what is asked in our minor units, and what the card holder's bank must say in major units.
AMOUNTS = (
    (Money(1234, "EUR"), "12.34"),
    (Money(5000, "JPY"), "5000"),
    (Money(5120, "KWD"), "5.12"),
    (Money(500, "ISK"), "500"),
    (Money(1000, "UGX"), "1000"),
    (Money(30000, "HUF"), "300"),
    (Money(20050, "TWD"), "200.5"),
    (Money(10000, "KRW"), "10000"),
)


class MoneyContract:
    # ---- money, judged by somebody else's books

    @pytest.mark.parametrize(("amount", "major"), AMOUNTS, ids=[amount.currency for amount, _ in AMOUNTS])
    def test_the_card_holder_is_charged_exactly_what_we_asked(self, bench: Bench, amount: Money, major: str) -> None:
        """T03."""
        assert bench.system.payable_amount(amount) == amount
        page = bench.system.start_checkout(wish(bench, amount))
        assert bench.pay(page)
        assert bench.captured(page) == Decimal(major)
        assert bench.system.fetch_payment(refs(page)).captured == amount

    def test_a_dinar_that_cannot_be_charged_is_rounded_down_before_and_never_by_the_way(self, bench: Bench) -> None:
        """T03."""
        odd = Money(5124, "KWD")
        assert bench.system.payable_amount(odd) == Money(5120, "KWD")
        with pytest.raises(MistakeError):
            bench.system.start_checkout(wish(bench, odd))
        assert bench.pages() == 0

    def test_a_dinar_that_cannot_be_sent_back_is_refused_before_it_leaves(self, bench: Bench) -> None:
        """T03."""
        page = bench.system.start_checkout(wish(bench, Money(5120, "KWD")))
        assert bench.pay(page)
        with pytest.raises(MistakeError):
            bench.system.refund(refs(page), Money(1204, "KWD"), key=new_key())
        assert bench.system.fetch_payment(refs(page)).refunds == ()

    # ---- refunds and disputes

    def test_refunds_in_parts_are_all_reported_with_our_keys(self, bench: Bench) -> None:
        page = paid_page(bench)
        keys = [new_key(), new_key()]
        parts = [Money(3000, "EUR"), Money(2000, "EUR")]
        reports = [bench.system.refund(refs(page), part, key=key) for part, key in zip(parts, keys, strict=True)]
        assert [report.state for report in reports] == ["succeeded", "succeeded"]
        seen = bench.system.fetch_payment(refs(page)).refunds
        assert {(one.our_key, one.amount, one.reference, one.state) for one in seen} == {
            (key, part, report.reference, "succeeded") for key, part, report in zip(keys, parts, reports, strict=True)
        }
        assert bench.refunded(page) == Decimal(50)

    def test_the_same_refund_with_the_same_key_is_made_once(self, bench: Bench) -> None:
        page, key = paid_page(bench), new_key()
        bench.lose_next_answer()
        with pytest.raises(UnavailableError) as caught:
            bench.system.refund(_whole(bench, page), Money(3000, "EUR"), key=key)
        assert caught.value.sent is True
        first = bench.system.refund(_whole(bench, page), Money(3000, "EUR"), key=key)
        assert bench.system.refund(_whole(bench, page), Money(3000, "EUR"), key=key) == first
        assert bench.refunded(page) == Decimal(30)
        with pytest.raises(MistakeError):
            bench.system.refund(_whole(bench, page), Money(2000, "EUR"), key=key)
        assert bench.refunded(page) == Decimal(30)

    def test_no_more_is_refunded_than_was_taken(self, bench: Bench) -> None:
        page = paid_page(bench)
        bench.system.refund(refs(page), Money(4000, "EUR"), key=new_key())
        with pytest.raises(DeclinedError):
            bench.system.refund(refs(page), Money(2001, "EUR"), key=new_key())
        bench.system.refund(refs(page), Money(2000, "EUR"), key=new_key())
        with pytest.raises(DeclinedError):
            bench.system.refund(refs(page), Money(1, "EUR"), key=new_key())
        assert bench.refunded(page) == Decimal(60)

    def test_a_refund_made_in_their_dashboard_is_reported_without_a_key_of_ours(self, bench: Bench) -> None:
        page = paid_page(bench)
        bench.dashboard_refund(page, Money(1500, "EUR"))
        (seen,) = bench.system.fetch_payment(refs(page)).refunds
        assert (seen.amount, seen.state, seen.our_key) == (Money(1500, "EUR"), "succeeded", "")
        assert bench.system.fetch_payment(refs(page)).captured == Money(6000, "EUR")

    @pytest.mark.parametrize(("succeeded", "state"), [(True, "succeeded"), (False, "failed")])
    def test_a_refund_is_pending_until_it_is_not(self, bench: Bench, succeeded: bool, state: str) -> None:  # noqa: FBT001
        page = paid_page(bench)
        bench.keep_refunds_pending()
        report = bench.system.refund(refs(page), Money(6000, "EUR"), key=new_key())
        assert report.state == "pending"
        assert [one.state for one in bench.system.fetch_payment(refs(page)).refunds] == ["pending"]
        bench.finish_refund(report.reference, succeeded=succeeded)
        assert [one.state for one in bench.system.fetch_payment(refs(page)).refunds] == [state]

    @pytest.mark.parametrize(("won", "state"), [(True, "won"), (False, "lost")])
    def test_a_dispute_is_followed_to_its_end(self, bench: Bench, won: bool, state: str) -> None:  # noqa: FBT001
        page = paid_page(bench)
        reference = bench.open_dispute(page)
        report = bench.system.fetch_payment(refs(page))
        assert [(one.reference, one.amount, one.state) for one in report.disputes] == [
            (reference, Money(6000, "EUR"), "open")
        ]
        assert (report.state, report.captured) == (PaymentState.PAID, Money(6000, "EUR"))
        bench.close_dispute(reference, won=won)
        assert [one.state for one in bench.system.fetch_payment(refs(page)).disputes] == [state]


def _whole(bench: Bench, page: Checkout) -> References:
    """All references, as we hold them once the payment was settled."""
    return References(bench.system.fetch_payment(refs(page)).references)

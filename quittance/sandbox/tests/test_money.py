"""The judge's arithmetic: what card holders are charged, refunds, disputes, fees."""

from decimal import Decimal

import pytest
import stripe

from quittance.sandbox import currencies
from quittance.sandbox.tests.support import Shop


@pytest.mark.parametrize(
    ("amount", "currency", "statement"),
    [
        (1234, "eur", "12.34"), (5000, "jpy", "5000"), (5120, "kwd", "5.120"), (50_000, "isk", "500"), (100_000, "ugx", "1000"),
        (10_000, "huf", "100.00"), (1050, "twd", "10.50"), (300, "krw", "300"), (12_340, "tnd", "12.340"),
    ],
)  # fmt: skip
def test_the_bank_statement_shows_major_units_by_the_sandboxs_own_table(
    shop: Shop, amount: int, currency: str, statement: str
) -> None:
    shop.sandbox.stripe.set_minimum(currency, 1, account="salon")
    opened = shop.open(amount=amount, currency=currency)
    shop.sandbox.stripe.pay(opened.id)
    [record] = shop.sandbox.books.charges()
    assert str(record.major) == statement
    assert shop.sandbox.books.charged(currency) == Decimal(statement)


def test_every_currency_has_exactly_one_exponent() -> None:
    assert currencies.ZERO_DECIMAL <= currencies.ALL
    assert currencies.THREE_DECIMAL <= currencies.ALL
    assert not currencies.ZERO_DECIMAL & currencies.THREE_DECIMAL
    assert set(currencies.MINIMUM) <= currencies.ALL
    assert {currencies.exponent(one) for one in currencies.ALL} == {0, 2, 3}


def test_trouble_can_charge_another_amount_in_another_currency(shop: Shop) -> None:
    opened = shop.open()
    shop.sandbox.stripe.pay(opened.id, amount=5500, currency="usd")
    seen = shop.client().v1.checkout.sessions.retrieve(opened.id, {"expand": ["payment_intent.latest_charge"]})
    charge = seen.payment_intent.latest_charge
    assert (seen.amount_total, seen.currency, charge.amount, charge.currency) == (6000, "eur", 5500, "usd")


def test_fee_and_net_may_be_in_the_currency_of_the_payout(shop: Shop) -> None:
    shop.sandbox.stripe.settle_in("eur", rate="0.90", account="salon")
    opened = shop.open(currency="usd", amount=10_000)
    shop.sandbox.stripe.pay(opened.id)
    expand = ["payment_intent.latest_charge.balance_transaction"]
    entry = shop.client().v1.checkout.sessions.retrieve(opened.id, {"expand": expand}).payment_intent.latest_charge
    balance = entry.balance_transaction
    assert (balance.currency, balance.amount, balance.fee, balance.net) == ("eur", 9000, 160, 8840)


def paid(shop: Shop) -> str:
    opened = shop.open()
    return shop.sandbox.stripe.pay(opened.id).intent_id


def test_partial_refunds_add_up_and_never_pass_the_charge(shop: Shop) -> None:
    intent, refunds = paid(shop), shop.client().v1.refunds
    refunds.create({"payment_intent": intent, "amount": 2500})
    shop.sandbox.stripe.refund_in_dashboard(intent, amount=500)
    with pytest.raises(stripe.InvalidRequestError, match="greater than unrefunded amount") as refused:
        refunds.create({"payment_intent": intent, "amount": 3001})
    assert refused.value.param == "amount"
    assert refunds.create({"payment_intent": intent}).amount == 3000
    with pytest.raises(stripe.InvalidRequestError) as refused:
        refunds.create({"payment_intent": intent, "amount": 1})
    assert refused.value.code == "charge_already_refunded"
    assert sum(one.amount for one in refunds.list({"payment_intent": intent}).data) == 6000
    assert shop.sandbox.books.charges()[0].refunded == 6000


def test_a_refund_that_fails_gives_the_money_back_to_the_charge(shop: Shop) -> None:
    intent = paid(shop)
    shop.sandbox.stripe.refunds_behave("pending", account="salon")
    refund = shop.client().v1.refunds.create({"payment_intent": intent, "amount": 4000})
    assert (refund.status, shop.sandbox.books.charges()[0].refunded) == ("pending", 4000)
    shop.sandbox.stripe.finish_refund(refund.id, ok=False)
    assert shop.client().v1.refunds.retrieve(refund.id).status == "failed"
    assert shop.sandbox.books.charges()[0].refunded == 0
    names = [one["type"] for one in shop.sandbox.stripe.events()]
    assert names[-3:] == ["refund.updated", "charge.refund.updated", "refund.failed"]


@pytest.mark.parametrize(("card", "status"), [("4000000000007726", "pending"), ("4000000000005126", "succeeded")])
def test_some_cards_decide_how_their_refund_goes(shop: Shop, card: str, status: str) -> None:
    opened = shop.open()
    intent = shop.sandbox.stripe.pay(opened.id, card=card).intent_id
    assert shop.client().v1.refunds.create({"payment_intent": intent}).status == status


def test_nothing_is_refunded_before_it_was_paid(shop: Shop) -> None:
    opened = shop.open()
    started = shop.sandbox.stripe.start_delayed(opened.id)
    with pytest.raises(stripe.InvalidRequestError, match="does not have a successful charge"):
        shop.client().v1.refunds.create({"payment_intent": started.intent_id})


def test_disputed_money_is_not_refundable_until_it_is_won(shop: Shop) -> None:
    intent = paid(shop)
    dispute = shop.sandbox.stripe.open_dispute(intent)
    assert shop.sandbox.books.charges()[0].disputed == 6000
    with pytest.raises(stripe.InvalidRequestError) as refused:
        shop.client().v1.refunds.create({"payment_intent": intent, "amount": 1})
    assert refused.value.code == "charge_disputed"
    shop.sandbox.stripe.close_dispute(dispute["id"], won=True)
    assert shop.sandbox.books.charges()[0].disputed == 0
    assert shop.client().v1.refunds.create({"payment_intent": intent, "amount": 1}).status == "succeeded"


def test_a_lost_dispute_keeps_the_money_away(shop: Shop) -> None:
    opened = shop.open()
    shop.sandbox.stripe.pay(opened.id, card="4000000000000259")
    [dispute] = shop.sandbox.books.disputes()
    shop.sandbox.stripe.close_dispute(dispute["id"], won=False)
    seen = shop.client().v1.disputes.retrieve(dispute["id"], {"expand": ["charge"]})
    assert (seen.status, seen.charge.disputed, shop.sandbox.books.charges()[0].disputed) == ("lost", True, 6000)

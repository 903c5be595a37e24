from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import Error, IntegrityError, transaction

from quittance.catalog.models import GiftCardType
from quittance.core.actor import Actor
from quittance.wallets import actions, queries
from quittance.wallets.actions import Because, Beside, NotEnoughError
from quittance.wallets.models import CREDIT, Wallet, WalletEntry, WalletHold
from tests.support.salon import open_salon

pytestmark = pytest.mark.django_db


def card(salon, *, nominal=5_000, line_id=901, expires_at=None):
    """A gift card that is paid for, outside any bill."""
    type_ = GiftCardType.objects.create(
        business=salon.business, location=salon.location, name="Gift card 50", price_minor=5_000, nominal_minor=nominal
    )
    wallet = actions.issue_gift_card(
        type_=type_, line_id=line_id, client_id=None, currency="EUR", expires_at=expires_at, now=salon.now
    )
    moved = actions.stand(wallet=wallet, units=nominal, now=salon.now)
    note(salon, moved, "issued")
    return wallet


def note(salon, moved, why):
    return actions.note(moved=moved, because=Because(why=why), actor=Actor.system(salon.business.pk), now=salon.now)


def beside(payment_id):
    return Beside(bill_id=1, payment_id=payment_id, pays_minor=1_000)


@pytest.fixture
def salon_ledger(db, bank):
    """Ana's salon without the audit at the end: these cards were sold on no bill."""
    return open_salon(bank)


def test_a_balance_never_falls_below_zero_and_each_change_has_its_number(salon_ledger):
    salon = salon_ledger
    wallet = card(salon)
    first = actions.spend(wallet=wallet, units=2_000, now=salon.now)
    note(salon, first, "spent")
    with pytest.raises(NotEnoughError):
        actions.spend(wallet=wallet, units=3_001, now=salon.now)
    note(salon, actions.spend(wallet=wallet, units=3_000, now=salon.now), "spent")
    with pytest.raises(NotEnoughError):
        actions.spend(wallet=wallet, units=1, now=salon.now)
    assert list(wallet.entries.order_by("serial").values_list("serial", "change")) == [
        (1, 5_000),
        (2, -2_000),
        (3, -3_000),
    ]
    assert Wallet.objects.get().balance == 0


@pytest.mark.parametrize("units", [0, -1, -5_000])
def test_nothing_and_less_than_nothing_cannot_be_spent(salon_ledger, units):
    wallet = card(salon_ledger)
    with pytest.raises(NotEnoughError):
        actions.spend(wallet=wallet, units=units, now=salon_ledger.now)
    assert Wallet.objects.get().balance == 5_000


def test_a_stale_copy_of_a_wallet_spends_nothing_twice(salon_ledger):
    salon = salon_ledger
    wallet = card(salon)
    stale = Wallet.objects.get(pk=wallet.pk)
    actions.spend(wallet=wallet, units=5_000, now=salon.now)
    with pytest.raises(NotEnoughError):
        actions.spend(wallet=stale, units=5_000, now=salon.now)


def test_what_is_held_is_not_spent_and_a_hold_ends_once(salon_ledger):
    salon = salon_ledger
    wallet = card(salon)
    held = actions.hold(wallet=wallet, units=4_000, beside=beside(1), now=salon.now)
    with pytest.raises(NotEnoughError):
        actions.spend(wallet=wallet, units=1_001, now=salon.now)
    with pytest.raises(NotEnoughError):
        actions.hold(wallet=wallet, units=1_001, beside=beside(2), now=salon.now)
    with pytest.raises(IntegrityError), transaction.atomic():
        actions.hold(wallet=wallet, units=1, beside=beside(1), now=salon.now)
    stale = WalletHold.objects.get(pk=held.pk)
    captured = actions.capture(held=held, now=salon.now)
    assert captured is not None and captured.change == -4_000
    assert actions.capture(held=stale, now=salon.now) is None
    assert actions.release(held=stale, now=salon.now) is False
    wallet.refresh_from_db()
    assert (wallet.balance, wallet.held) == (1_000, 0)


def test_what_is_released_is_free_again(salon_ledger):
    salon = salon_ledger
    wallet = card(salon)
    held = actions.hold(wallet=wallet, units=5_000, beside=beside(1), now=salon.now)
    assert actions.release(held=held, now=salon.now) is True
    assert actions.release(held=held, now=salon.now) is False
    actions.spend(wallet=wallet, units=5_000, now=salon.now)
    assert Wallet.objects.get().held == 0


def test_a_card_that_has_ended_or_was_taken_back_pays_nothing(salon_ledger):
    salon = salon_ledger
    wallet = card(salon, expires_at=salon.now + timedelta(days=1))
    with pytest.raises(NotEnoughError):
        actions.spend(wallet=wallet, units=1, now=salon.now + timedelta(days=1))
    actions.stand(wallet=wallet, units=0, now=salon.now)
    assert (wallet.balance, wallet.blocked_at) == (0, salon.now)
    actions.stand(wallet=wallet, units=5_000, now=salon.now)
    assert (wallet.balance, wallet.blocked_at) == (5_000, None)


def test_what_was_spent_cannot_be_taken_back(salon_ledger):
    salon = salon_ledger
    wallet = card(salon)
    actions.spend(wallet=wallet, units=1, now=salon.now)
    with pytest.raises(NotEnoughError):
        actions.stand(wallet=wallet, units=0, now=salon.now)
    actions.stand(wallet=wallet, units=1, now=salon.now)
    assert wallet.balance == 0


def test_one_line_hands_out_one_card(salon_ledger):
    card(salon_ledger)
    with pytest.raises(IntegrityError), transaction.atomic():
        card(salon_ledger)


def test_a_client_has_one_wallet_of_each_kind(salon_ledger):
    salon = salon_ledger
    asked = {"business_id": salon.business.pk, "client_id": salon.chloe.pk, "kind": CREDIT, "currency": "EUR"}
    first = actions.wallet_of_client(**asked, now=salon.now)
    assert actions.wallet_of_client(**asked, now=salon.now) == first
    other = {**asked, "currency": "CHF"}
    assert actions.wallet_of_client(**other, now=salon.now) != first


def test_a_code_is_found_as_people_type_it_and_is_not_readable_in_the_table(salon_ledger):
    salon = salon_ledger
    wallet = card(salon)
    shown = queries.shown_code(wallet)
    assert len(shown) == 19
    for typed in (shown, shown.lower(), shown.replace("-", " "), f" {shown.replace('-', '')} "):
        assert queries.card_by_code(business_id=salon.business.pk, code=typed) == wallet
    assert queries.card_by_code(business_id=salon.business.pk + 1, code=shown) is None
    assert queries.card_by_code(business_id=salon.business.pk, code="") is None
    assert queries.card_by_code(business_id=salon.business.pk, code=wallet.last4) is None
    row = Wallet.objects.extra(select={"raw": "code"}).values("raw", "code_mac").get()
    assert shown.replace("-", "") not in str(row)


def test_entries_are_never_changed(salon_ledger):
    entry = card(salon_ledger).entries.get()
    with pytest.raises(Error, match="append-only"), transaction.atomic():
        WalletEntry.objects.filter(pk=entry.pk).update(change=1)
    with pytest.raises(Error, match="append-only"), transaction.atomic():
        entry.delete()

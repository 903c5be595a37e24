"""The one live link of a visit: handed out again, replaced by another ask, with the life that was chosen."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from quittance.bills import actions as bills
from quittance.bills.lines import NewLine
from quittance.core.actor import NotAllowedError, Right
from quittance.core.money import Money
from quittance.flows import cancel_visit, make_link
from quittance.flows._link_life import UNTIL_PAID
from quittance.flows.change_due import Decision, change_due
from quittance.flows.errors import ClientIsPayingError, GoneError, RefusedError
from quittance.payment_systems.fake import PageClosedError
from quittance.payments.models import PaymentLink, PaymentMethodSetting
from quittance.rows.locking import in_one_transaction

pytestmark = pytest.mark.django_db

STOP = Decision(stop_payment=True)


def make(salon, visit, **asked):
    return make_link.make(**{"actor": salon.actor, "visit_id": visit.pk, "now": salon.now, **asked})


def test_send_copy_and_qr_hand_out_the_same_link(salon, settings):
    settings.QUITTANCE_BASE_URL = "https://pay.ana.example/"
    visit = salon.visit()
    first, again = make(salon, visit), make(salon, visit)
    assert (first.is_new, again.is_new) == (True, False)
    assert (again.link_id, again.token) == (first.link_id, first.token)
    assert first.address == f"https://pay.ana.example/p/{first.token}"
    assert make_link.address_of(PaymentLink.objects.get()) == first.address


def test_asking_for_the_same_amount_again_keeps_the_link_and_all_of_it_replaces_it(salon):
    visit = salon.visit()
    part = make(salon, visit, ask="amount", amount=salon.eur(4_000))
    assert make(salon, visit, ask="amount", amount=salon.eur(4_000)).link_id == part.link_id
    assert make(salon, visit).link_id == part.link_id
    whole = make(salon, visit, ask="all")
    assert (whole.is_new, PaymentLink.objects.get(pk=part.link_id).closed_reason) == (True, "replaced")
    assert PaymentLink.objects.get(pk=whole.link_id).ask_minor is None


def test_an_expired_link_is_closed_as_expired_when_the_next_one_is_made(salon):
    visit = salon.visit()
    old = make(salon, visit, expires_at=salon.now + timedelta(minutes=10))
    salon.wait(minutes=10)
    new = make(salon, visit)
    assert new.is_new
    assert PaymentLink.objects.get(pk=old.link_id).closed_reason == "expired"


def test_a_link_lives_as_long_as_the_location_says_unless_its_end_is_typed(salon):
    salon.location.link_life_minutes = 90
    salon.location.save()
    by_policy, typed = salon.visit(), salon.visit()
    make(salon, by_policy)
    make(salon, typed, expires_at=salon.now + timedelta(minutes=5))
    ends = dict(PaymentLink.objects.values_list("bill_id", "expires_at"))
    assert ends[by_policy.bill_id] == salon.now + timedelta(minutes=90)
    assert ends[typed.bill_id] == salon.now + timedelta(minutes=5)


@pytest.mark.parametrize("minutes", [0, -1])
def test_a_link_s_end_lies_in_the_future(salon, minutes):
    with pytest.raises(RefusedError, match="must lie in the future"):
        make(salon, salon.visit(), expires_at=salon.now + timedelta(minutes=minutes))
    assert PaymentLink.objects.count() == 0


@pytest.mark.parametrize(
    ("asked", "sentence"),
    [
        ({"ask": "half"}, "Choose what to ask for"),
        ({"ask": "amount"}, "Choose what to ask for"),
        ({"ask": "amount", "amount": Money(0, "EUR")}, "amount above zero"),
        ({"ask": "amount", "amount": Money(-1, "EUR")}, "amount above zero"),
        ({"ask": "amount", "amount": Money(100, "USD")}, "amount above zero"),
        ({"ask": "amount", "amount": Money(10_001, "EUR")}, "Only €100.00 is due"),
    ],
)
def test_an_ask_that_cannot_be_makes_no_link(salon, asked, sentence):
    with pytest.raises(RefusedError, match=sentence):
        make(salon, salon.visit(), **asked)
    assert PaymentLink.objects.count() == 0


def test_an_ask_of_all_that_is_due_may_be_typed_as_an_amount(salon):
    visit = salon.visit()
    link = PaymentLink.objects.get(pk=make(salon, visit, ask="amount", amount=salon.eur(10_000)).link_id)
    assert (link.ask, link.ask_minor) == ("amount", 10_000)


def test_nothing_due_and_a_cancelled_visit_have_no_link(salon):
    paid, cancelled = salon.visit(), salon.visit()
    salon.cash(paid, 10_000)
    cancel_visit.cancel(actor=salon.actor, visit_id=cancelled.pk, expected_version=None, now=salon.now)
    with pytest.raises(RefusedError, match="Nothing is due"):
        make(salon, paid)
    with pytest.raises(RefusedError, match="was cancelled"):
        make(salon, cancelled)
    assert PaymentLink.objects.count() == 0


def test_a_live_link_is_not_handed_out_while_links_are_switched_off(salon):
    visit = salon.visit()
    made = make(salon, visit)
    PaymentMethodSetting.objects.update(enabled=False)
    with pytest.raises(RefusedError, match="switched off"):
        make(salon, visit)
    PaymentMethodSetting.objects.update(account=None)
    with pytest.raises(RefusedError, match="No payment account"):
        make(salon, visit)
    PaymentMethodSetting.objects.all().delete()
    assert make_link.link_ready(business_id=salon.business.pk).startswith("No payment account")
    assert PaymentLink.objects.get(pk=made.link_id).closed_at is None


def test_another_ask_ends_the_client_s_page_first_and_only_when_the_desk_says_so(salon):
    visit = salon.visit()
    page = salon.open_page(visit)
    with pytest.raises(ClientIsPayingError):
        make(salon, visit, ask="amount", amount=salon.eur(4_000))
    assert PaymentLink.objects.get().closed_at is None
    made = make(salon, visit, ask="amount", amount=salon.eur(4_000), decision=STOP)
    with pytest.raises(PageClosedError):
        salon.bank.pay(page)
    assert made.is_new and salon.press_pay(made.token).amount == salon.eur(4_000)


def test_a_link_made_by_another_desk_in_the_same_moment_is_handed_out(salon, monkeypatch):
    visit = salon.visit()

    def other_desk_first(*, change, now, work):
        monkeypatch.undo()
        make(salon, visit)
        return change_due(change=change, now=now, work=work)

    monkeypatch.setattr("quittance.flows.make_link.change_due", other_desk_first)
    made = make(salon, visit)
    assert PaymentLink.objects.get().pk == made.link_id


def test_making_a_link_needs_its_right_and_a_visit_of_the_business(salon):
    visit = salon.visit()
    ben = replace(salon.actor, rights={salon.location.pk: frozenset({Right.SEE_CALENDAR})})
    dan = replace(salon.actor, business_id=salon.business.pk + 1)
    with pytest.raises(NotAllowedError):
        make(salon, visit, actor=ben)
    with pytest.raises(GoneError):
        make(salon, visit, actor=dan)
    assert PaymentLink.objects.count() == 0


def test_a_chosen_end_holds_for_a_new_link_and_for_the_one_that_is_live(salon):
    visit, tomorrow = salon.visit(), salon.now + timedelta(hours=24)
    salon.location.link_life_minutes = 60
    salon.location.save()
    assert make(salon, visit, expires_at=UNTIL_PAID).is_new
    assert PaymentLink.objects.get().expires_at is None
    assert not make(salon, visit, expires_at=tomorrow).is_new
    assert PaymentLink.objects.get().expires_at == tomorrow
    assert not make(salon, visit).is_new
    assert PaymentLink.objects.get().expires_at == tomorrow


def test_lines_of_two_taxation_systems_are_named_once_and_not_all_of_them(salon):
    visit = salon.visit(name="Cut")

    def add():
        bill = bills.lock_bill(business_id=salon.business.pk, bill_id=visit.bill_id)
        for name, system in (("Cut", ""), ("Colour", ""), ("Wash", ""), ("Foil", ""), ("Botox", "Medical")):
            line = NewLine(kind="custom", name=name, unit_minor=100, taxation_system=system)
            bills.add_line(bill=bill, line=line, now=salon.now)

    in_one_transaction(add)
    with pytest.raises(RefusedError) as refused:
        make(salon, visit)
    assert "Cut, Colour, Wash and 1 more (no taxation system); Botox (Medical)" in str(refused.value)

"""What is gone, changed or out of reach when its turn comes is answered with a sentence, and nothing is written."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from quittance.bills.models import Bill, Tender
from quittance.businesses.models import Location
from quittance.calendar import actions as calendar
from quittance.calendar.models import Visit
from quittance.calendar.queries_desk_qr import desk_page
from quittance.calendar.queries_pay import pay_page
from quittance.clients.models import Client
from quittance.core.money import MAX_MINOR, Money
from quittance.drawers import queries as drawer_queries
from quittance.flows import (
    cancel_visit,
    dispatch_event,
    extend_link,
    follow_refund,
    make_link,
    offer_value,
    push_visit,
    refund,
    set_online_payment,
    take_push,
)
from quittance.flows.close_day import close_day
from quittance.flows.errors import BusyError, ChangedMeanwhileError, FieldError, GoneError, RefusedError
from quittance.flows.move_cash import move_cash
from quittance.flows.tests.test_choose_client import choose, somebody, walk_in
from quittance.flows.tests.test_close_day import count_of
from quittance.flows.tests.test_process_webhook import deliver_own, look, only_row
from quittance.inbox.models import InboundWebhook
from quittance.outbox.models import Event
from quittance.pay_desks import actions as pay_desks
from quittance.payment_systems.port import MisconfiguredError
from quittance.payments import account_health, queries
from quittance.payments import actions as payments
from quittance.payments.models import PaymentLink, PaymentMethodSetting, Refund
from tests.support.salon import Salon

pytestmark = pytest.mark.django_db


def test_no_drawer_is_counted_or_filled_where_there_is_no_location_any_more(salon: Salon) -> None:
    count = count_of(salon, 0)
    Location.objects.filter(pk=salon.location.pk).update(archived_at=salon.now)
    here: dict[str, Any] = {"actor": salon.actor, "location_id": salon.location.pk, "now": salon.now}
    with pytest.raises(GoneError):
        close_day(count=count, **here)
    with pytest.raises(GoneError):
        move_cash(kind="change", amount=salon.eur(1), reason="", **here)


def test_a_first_count_of_long_ago_of_less_than_nothing_or_of_more_than_there_is_is_refused(salon: Salon) -> None:
    today = drawer_queries.business_day(location=salon.location, now=salon.now, previous=None)
    for changed, field in (
        ({"business_date": today - timedelta(days=2)}, "business_date"),
        ({"loose": salon.eur(-1)}, "loose"),
        ({"loose": Money(MAX_MINOR, "EUR"), "pieces": {500: 1}}, "loose"),
    ):
        count = count_of(salon, 0, **changed)
        with pytest.raises(FieldError) as refused:
            close_day(actor=salon.actor, location_id=salon.location.pk, count=count, now=salon.now)
        assert refused.value.field == field


def test_a_walk_in_whom_another_desk_named_or_is_changing_is_named_by_nobody_else(
    salon: Salon, monkeypatch: pytest.MonkeyPatch
) -> None:
    visit, eva = walk_in(salon), somebody(salon)
    lock = calendar.lock_visit

    def other_desk_was_first(**given: int) -> Visit:
        Visit.objects.filter(pk=visit.pk).update(client=salon.chloe)
        return lock(**given)

    with monkeypatch.context() as meanwhile:
        meanwhile.setattr(calendar, "lock_visit", other_desk_was_first)
        with pytest.raises(ChangedMeanwhileError):
            choose(salon, visit, eva.pk)
    Visit.objects.filter(pk=visit.pk).update(client=None)
    Bill.objects.filter(pk=visit.bill_id).update(frozen_until=salon.now + timedelta(seconds=30), frozen_by="eva")
    with pytest.raises(BusyError):
        choose(salon, visit, eva.pk)
    Bill.objects.filter(pk=visit.bill_id).update(frozen_until=None, frozen_by="")
    assert Client.objects.get(pk=choose(salon, visit, eva.pk)) == eva


def test_another_client_of_a_visit_without_a_link_closes_none(salon: Salon) -> None:
    visit, eva = salon.visit(), somebody(salon)
    assert choose(salon, visit, eva.pk) == eva.pk
    assert not PaymentLink.objects.exists()


def test_the_same_end_again_and_an_end_of_what_has_ended_change_nothing(salon: Salon) -> None:
    end = salon.now + timedelta(hours=1)
    salon.link(salon.visit(), expires_at=end)
    link = PaymentLink.objects.get()
    extend_link.extend(actor=salon.actor, link_id=link.pk, expires_at=end, now=salon.now)
    assert PaymentLink.objects.get().expires_at == link.expires_at
    salon.wait(hours=2)
    later = salon.now + timedelta(hours=5)
    assert payments.set_link_end(link=link, expires_at=later, now=salon.now) is False
    assert (link.expires_at, PaymentLink.objects.get().expires_at) == (end, end)


def test_no_deposit_is_asked_for_where_none_is_due(salon: Salon) -> None:
    with pytest.raises(RefusedError, match="No deposit"):
        make_link.make(actor=salon.actor, visit_id=salon.visit().pk, ask="deposit", now=salon.now)


def test_the_least_rest_is_nothing_where_the_payment_system_cannot_be_asked(
    salon: Salon, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = pay_page(token=salon.link(salon.visit()), now=salon.now)
    assert page is not None and offer_value._least(page).is_positive

    def unreadable(_account: object) -> None:
        raise MisconfiguredError("The keys cannot be read.")

    with monkeypatch.context() as broken:
        broken.setattr(offer_value, "open_system", unreadable)
        assert offer_value._least(page) == salon.eur(0)
    PaymentMethodSetting.objects.update(account=None)
    assert offer_value._least(page) == salon.eur(0)


def test_a_refund_whose_keys_cannot_be_read_is_not_rounded_beforehand(
    salon: Salon, monkeypatch: pytest.MonkeyPatch
) -> None:
    visit = salon.visit()
    salon.bank.pay(salon.open_page(visit))
    salon.settle(visit)

    def unreadable(_account: object) -> None:
        raise MisconfiguredError("The keys cannot be read.")

    monkeypatch.setattr(refund, "open_system", unreadable)
    assert refund.sendable(Tender.objects.get(), salon.eur(3)) == salon.eur(3)


def test_a_refund_that_the_dashboard_overtook_at_the_last_moment_is_not_asked_for(
    salon: Salon, monkeypatch: pytest.MonkeyPatch
) -> None:
    visit = salon.visit()
    salon.bank.pay(salon.open_page(visit))
    salon.settle(visit)
    monkeypatch.setattr(follow_refund, "_is_overtaken", lambda _refund: True)
    with pytest.raises(RefusedError):
        refund.refund(
            actor=salon.actor, visit_id=visit.pk, tender_id=Tender.objects.get().pk, amount=salon.eur(100),
            expected_version=None, now=salon.now,
        )  # fmt: skip
    assert (Refund.objects.get().state, salon.bank.count("refund")) == ("failed", 0)
    assert salon.settled(visit) == 10_000


def test_a_refund_without_a_payment_takes_nothing_of_one_and_credit_is_told_apart(salon: Salon) -> None:
    visit = salon.visit()
    salon.cash(visit, 10_000)
    cancel_visit.cancel(
        actor=salon.actor, visit_id=visit.pk, expected_version=None, keep=salon.eur(0), as_credit=True, now=salon.now
    )
    made = Refund.objects.get()
    assert queries.left_to_refund(made) == salon.eur(0)
    assert queries.refunds_to_wallets(business_id=salon.business.pk, refund_ids=[made.pk]) == {made.pk}
    assert queries.refunds_to_wallets(business_id=salon.business.pk, refund_ids=[]) == set()


def test_a_notice_that_fits_nothing_waits_while_its_account_is_left_alone(salon: Salon) -> None:
    deliver_own(salon, metadata={"account": "a" * 32, "epoch": "e" * 32})
    InboundWebhook.objects.update(received_at=salon.now - timedelta(minutes=31))
    account_health.leave_alone(account_id=salon.account.pk, until=salon.now + timedelta(minutes=1))
    look(salon)
    row = only_row()
    assert (row.state, row.outcome) == ("received", "the payment system is left alone")
    assert (salon.bank.count("fetch_payment"), row.attempts) == (0, 0)


def test_a_desk_that_is_gone_shows_no_visit_and_a_visit_without_a_link_opens_none(
    salon: Salon, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk, visit = pay_desks.add_desk(location=salon.location, name="Bar", now=salon.now), salon.visit()
    with monkeypatch.context() as gone:
        gone.setattr(pay_desks, "lock_desk", lambda **_given: None)
        with pytest.raises(GoneError):
            push_visit.push(actor=salon.actor, visit_id=visit.pk, desk_id=desk.pk, now=salon.now)
    push_visit.push(actor=salon.actor, visit_id=visit.pk, desk_id=desk.pk, now=salon.now)
    shown = desk_page(desk=desk, now=salon.now).visit
    assert shown is not None
    monkeypatch.setattr(take_push, "live_link_of", lambda _bill: None)
    assert take_push.take(desk=desk, key=shown.key, ip="", now=salon.now) == ""


def test_no_rule_is_written_for_a_location_that_is_gone_and_no_word_sent_of_a_wallet_that_is_not_there(
    salon: Salon,
) -> None:
    with pytest.raises(GoneError):
        set_online_payment._locked(salon.actor, 0, "online_payment.set", salon.now, lambda _location: {})
    event = Event(business_id=salon.business.pk, name="wallet.issued", subject={"wallet": 0})
    assert dispatch_event._wallet_issued(event, salon.now) == 0

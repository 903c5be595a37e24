from __future__ import annotations

from datetime import timedelta

import pytest

from quittance.bills.models import Tender
from quittance.due import actions as due
from quittance.due.actions import claim
from quittance.flows import accept_webhook, connect_payment_account, process_webhook, sweep_events
from quittance.inbox import actions as inbox
from quittance.inbox.models import InboundWebhook
from quittance.payment_systems.fake import FakeBank
from quittance.payment_systems.port import Feature, RateLimitedError
from quittance.payments import settings_actions
from quittance.payments.account_health import may_be_asked
from quittance.payments.models import EventSweep, PaymentAccount
from quittance.payments.status import VisitStatus

pytestmark = pytest.mark.django_db


def sweep(salon):
    """What the worker does with accounts whose list is due; returns how many were."""
    rows = claim(EventSweep, limit=20, lease_seconds=60, now=salon.now, only=may_be_asked(salon.now))
    for row in rows:
        sweep_events.work(row_id=row.id, lease_token=row.lease_token, now=salon.now)
    return len(rows)


def look(salon):
    for row in claim(InboundWebhook, limit=20, lease_seconds=60, now=salon.now):
        process_webhook.work(row_id=row.id, lease_token=row.lease_token, now=salon.now)


def deliver(salon, page):
    request = salon.bank.webhook(page)
    accept_webhook.accept(
        system="fake",
        address_token=salon.account.address_token,
        headers=request.headers,
        body=request.body,
        path="/inbound/fake/x",
        now=salon.now,
    )


def only_sweep():
    return EventSweep.objects.get()


@pytest.mark.row("A7")
def test_a_payment_without_a_webhook_is_found_in_the_list(salon):
    visit = salon.visit()
    salon.bank.pay(salon.open_page(visit))
    sweep(salon)
    row = InboundWebhook.objects.get()
    assert (row.source, row.account_id, row.kind, row.state) == (
        "fake",
        salon.account.pk,
        "checkout.completed",
        "received",
    )
    assert (row.event_id, row.event_at) == (salon.bank.events[0].event_id, salon.now)
    look(salon)
    assert salon.status(visit) is VisitStatus.PAID
    assert PaymentAccount.objects.get().last_webhook_at is None


def test_the_list_is_read_every_five_minutes_by_the_clock(salon):
    sweep(salon)
    row = only_sweep()
    assert timedelta(minutes=4.5) <= row.next_attempt_at - salon.now <= timedelta(minutes=5)
    assert (row.swept_at, row.attempts, row.lease_token) == (salon.now, 0, "")
    salon.wait(minutes=4)
    assert sweep(salon) == 0
    salon.wait(hours=7)
    assert sweep(salon) == 1
    assert only_sweep().next_attempt_at - salon.now <= timedelta(minutes=5)


def test_what_came_by_webhook_is_not_looked_into_twice(salon):
    visit = salon.visit()
    page = salon.open_page(visit)
    salon.bank.pay(page)
    deliver(salon, page)
    look(salon)
    asked = salon.bank.count("fetch_payment")
    for _ in range(3):
        sweep(salon)
        look(salon)
        salon.wait(minutes=5)
    assert salon.bank.count("fetch_payment") == asked == 1
    assert (InboundWebhook.objects.count(), Tender.objects.count()) == (1, 1)


def test_what_the_list_showed_first_is_not_looked_into_again_when_its_webhook_comes(salon):
    visit = salon.visit()
    page = salon.open_page(visit)
    salon.bank.pay(page)
    sweep(salon)
    look(salon)
    deliver(salon, page)
    look(salon)
    assert salon.bank.count("fetch_payment") == 1
    assert InboundWebhook.objects.get().state == "matched"


def test_a_list_that_shows_nothing_new_writes_nothing_into_the_inbox(salon, django_assert_num_queries):
    salon.bank.pay(salon.open_page(salon.visit()))
    sweep(salon)
    salon.wait(minutes=5)
    (row,) = claim(EventSweep, limit=1, lease_seconds=60, now=salon.now)
    # The sweep with its account, what the inbox knows, the place, the end.
    with django_assert_num_queries(4):
        sweep_events.work(row_id=row.id, lease_token=row.lease_token, now=salon.now)


def test_an_account_that_was_never_read_begins_where_it_was_connected(salon):
    """Also when the worker comes weeks later: nothing of ours can be older, and the newest alone may not be all."""
    salon.bank.pay(salon.open_page(salon.visit()))
    salon.wait(days=29)
    sweep(salon)
    begun_at = salon.account.created_at - timedelta(days=1)
    assert next(note for name, note in salon.bank.requests if name == "events_since") == begun_at.isoformat()
    assert InboundWebhook.objects.count() == 1


def test_t11_an_account_that_was_not_read_for_29_days_still_finds_everything(salon):
    sweep(salon)
    visits = [salon.visit(minor=1_000) for _ in range(3)]
    for visit in visits:
        salon.bank.pay(salon.open_page(visit))
        salon.wait(days=9, hours=16)
    assert salon.now - only_sweep().swept_at >= timedelta(days=29)
    sweep(salon)
    look(salon)
    assert [salon.status(visit) for visit in visits] == [VisitStatus.PAID] * 3


class InPieces(FakeBank):
    """Shows two new events at a time, as a system does whose list is long."""

    def events_since(self, cursor):
        super().events_since("")
        known = int(cursor) if cursor.isdigit() else 0
        shown = self.events[known : known + 2]
        return shown, str(known + len(shown))


@pytest.fixture
def long_list(salon):
    salon.bank.__class__ = InPieces
    visits = [salon.visit(minor=1_000) for _ in range(7)]
    for visit in visits:
        salon.bank.pay(salon.open_page(visit))
    return visits


def test_a_long_stretch_is_read_in_several_bounded_runs_that_follow_at_once(salon, long_list):
    before = salon.bank.count("events_since")
    sweep(salon)
    assert salon.bank.count("events_since") - before == 3
    assert only_sweep().next_attempt_at == salon.now
    assert (only_sweep().cursor, InboundWebhook.objects.count()) == ("6", 6)
    sweep(salon)
    assert (only_sweep().cursor, InboundWebhook.objects.count()) == ("7", 7)
    assert only_sweep().next_attempt_at > salon.now
    look(salon)
    assert {salon.status(visit) for visit in long_list} == {VisitStatus.PAID}


class TestACrash:
    """A run that dies anywhere leaves everything to the next, once its lease has run out."""

    def die_at(self, monkeypatch, target, name):
        def die(*_args, **_kwargs):
            raise KeyboardInterrupt

        monkeypatch.setattr(target, name, die)

    @pytest.mark.parametrize("moment", ["call", "inbox", "place", "end"])
    def test_loses_nothing(self, salon, monkeypatch, long_list, moment):
        target, name = {
            "call": (salon.bank, "events_since"),
            "inbox": (inbox, "store_new"),
            "place": (settings_actions, "save_place"),
            "end": (due, "finish"),
        }[moment]
        with monkeypatch.context() as crashing:
            self.die_at(crashing, target, name)
            with pytest.raises(KeyboardInterrupt):
                sweep(salon)
        held = {notice.event_id for notice in InboundWebhook.objects.all()}
        place = only_sweep().cursor
        behind = {event.event_id for event in salon.bank.events[: int(place or 0)]}
        assert behind <= held, "the place went ahead of the inbox"
        salon.wait(seconds=59)
        assert sweep(salon) == 0
        salon.wait(seconds=2)
        while sweep(salon):
            pass
        assert InboundWebhook.objects.count() == 7
        look(salon)
        assert {salon.status(visit) for visit in long_list} == {VisitStatus.PAID}


def test_a_run_whose_lease_went_to_somebody_else_does_not_move_the_place(salon):
    salon.bank.pay(salon.open_page(salon.visit()))
    (row,) = claim(EventSweep, limit=1, lease_seconds=60, now=salon.now)

    def lease_is_lost(operation):
        if operation == "events_since":
            EventSweep.objects.update(lease_token="b" * 32, cursor="theirs")

    salon.bank.on_answer = lease_is_lost
    sweep_events.work(row_id=row.id, lease_token=row.lease_token, now=salon.now)
    assert (only_sweep().cursor, only_sweep().lease_token) == ("theirs", "b" * 32)
    assert InboundWebhook.objects.count() == 1
    assert salon.bank.count("events_since") == 1


def test_a_lost_lease_asks_nothing(salon):
    sweep_events.work(row_id=only_sweep().pk, lease_token="0" * 32, now=salon.now)
    assert salon.bank.count("events_since") == 0


class TestNoAnswer:
    def test_it_waits_longer_each_time_up_to_a_quarter_of_an_hour_and_never_dies(self, salon):
        salon.bank.down = True
        waits = []
        for _ in range(90):
            assert sweep(salon) == 1
            row = only_sweep()
            waits.append(row.next_attempt_at - salon.now)
            salon.now = max(row.next_attempt_at, PaymentAccount.objects.get().not_before)
        assert waits[0] <= timedelta(seconds=25)
        assert waits[-1] == timedelta(minutes=15)
        salon.bank.down = False
        assert sweep(salon) == 1
        assert (only_sweep().attempts, PaymentAccount.objects.get().not_before) == (0, None)

    def test_an_account_that_is_down_is_left_alone(self, salon):
        PaymentAccount.objects.update(not_before=salon.now + timedelta(minutes=1))
        assert sweep(salon) == 0

    def test_while_somebody_else_probes_it_waits(self, salon, monkeypatch):
        (row,) = claim(EventSweep, limit=1, lease_seconds=60, now=salon.now)
        monkeypatch.setattr(sweep_events, "may_ask", lambda **_: False)
        sweep_events.work(row_id=row.id, lease_token=row.lease_token, now=salon.now)
        assert salon.bank.count("events_since") == 0
        wait = only_sweep().next_attempt_at - salon.now
        assert timedelta(seconds=5) <= wait <= timedelta(seconds=30)
        assert only_sweep().attempts == 0

    def test_asked_too_often_leaves_the_account_alone_as_long_as_it_says(self, salon):
        salon.bank.refuse_next(RateLimitedError(40))
        sweep(salon)
        assert PaymentAccount.objects.get().not_before == salon.now + timedelta(seconds=40)
        assert only_sweep().cursor == ""

    def test_a_lost_answer_is_asked_for_again_from_the_same_place(self, salon):
        salon.bank.pay(salon.open_page(salon.visit()))
        salon.bank.lose_next_answer("events_since")
        sweep(salon)
        assert (only_sweep().cursor, InboundWebhook.objects.count()) == ("", 0)
        salon.wait(minutes=1)
        sweep(salon)
        assert InboundWebhook.objects.count() == 1


class TestWhichAccountsAreRead:
    def test_a_connected_account_at_once_and_the_same_one_from_where_it_stood(self, salon):
        salon.bank.account_id = "second"
        account = connect_payment_account.connect(actor=salon.actor, system="fake", fields={}, now=salon.now)
        row = EventSweep.objects.get(account=account)
        assert (row.business_id, row.cursor, row.next_attempt_at) == (salon.business.pk, "", salon.now)
        sweep(salon)
        place = EventSweep.objects.get(account=account).cursor
        salon.wait(minutes=1)
        connect_payment_account.connect(
            actor=salon.actor, system="fake", fields={}, account_id=account.pk, now=salon.now
        )
        row = EventSweep.objects.get(account=account)
        assert (row.cursor, row.next_attempt_at) == (place, salon.now)

    def test_a_retired_one_for_180_days_and_no_longer(self, salon):
        connect_payment_account.retire(actor=salon.actor, account_id=salon.account.pk, now=salon.now)
        salon.wait(days=179)
        sweep(salon)
        assert salon.bank.count("events_since") == 1
        salon.wait(days=1)
        assert sweep(salon) == 1
        assert salon.bank.count("events_since") == 1
        assert only_sweep().next_attempt_at is None

    def test_one_that_is_connected_again_is_read_again(self, salon):
        connect_payment_account.retire(actor=salon.actor, account_id=salon.account.pk, now=salon.now)
        salon.wait(days=181)
        sweep(salon)
        connect_payment_account.connect(actor=salon.actor, system="fake", fields={}, now=salon.now)
        assert sweep(salon) == 1
        assert salon.bank.count("events_since") == 1

    def test_a_system_without_a_list_is_never_asked_for_one(self, salon, monkeypatch):
        monkeypatch.setattr(FakeBank, "features", FakeBank.features - {Feature.EVENT_LIST})
        sweep(salon)
        assert only_sweep().next_attempt_at is None
        assert salon.bank.count("events_since") == 0


def test_a_test_mode_event_at_a_live_account_is_kept_and_left_alone(salon):
    PaymentAccount.objects.update(live=True)
    salon.bank.pay(salon.open_page(salon.visit()))
    sweep(salon)
    assert InboundWebhook.objects.get().state == "foreign"

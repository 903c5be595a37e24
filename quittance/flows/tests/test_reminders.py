from __future__ import annotations

from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest

from quittance.calendar.models import Appointment, Visit
from quittance.clients.models import Consent, ContactPoint
from quittance.core.actor import Actor, Right
from quittance.due import actions as due
from quittance.flows import cancel_visit, move_appointment, send_reminder, set_notification, stop_reminders
from quittance.flows.errors import GoneError
from quittance.flows.tests.post_office import PHONE, PostOffice
from quittance.flows.tests.reminding import (
    AFTER_A_DAY,
    BEFORE_ITS_END,
    DAY_BEFORE,
    THREE_HOURS_BEFORE,
    Reminding,
)
from quittance.flows.tests.test_reminder_times import NIGHTS, ZONES
from quittance.messages.models import Message, Suppression
from quittance.outbox.models import Event
from quittance.payments.models import PaymentLink
from quittance.reminders import actions as reminder_actions
from quittance.reminders.models import Reminder
from quittance.reminders.rules import AFTER_SENDING, BEFORE_VISIT, HOURS, Rule


@pytest.fixture
def reminding(office: PostOffice) -> Reminding:
    return Reminding(office)


def move(reminding: Reminding, visit: Visit, **by: int) -> None:
    appointment = Appointment.objects.get(visit=visit)
    move_appointment.move(
        actor=reminding.office.salon.actor,
        appointment_id=appointment.pk,
        staff_id=appointment.staff_id,
        starts_at=appointment.starts_at + timedelta(**by),
        ends_at=appointment.ends_at + timedelta(**by),
        expected_version=None,
        now=reminding.now,
    )
    visit.refresh_from_db()


def cancel(reminding: Reminding, visit: Visit) -> None:
    salon = reminding.office.salon
    cancel_visit.cancel(actor=salon.actor, visit_id=visit.pk, expected_version=None, now=salon.now)


@pytest.mark.row("D6")
def test_nobody_is_reminded_until_somebody_sets_a_rule(reminding: Reminding):
    visit = reminding.sent(reminding.visit())
    reminding.wait(days=2)
    assert (reminding.planned(visit), reminding.messages(visit)) == ([], [])


@pytest.mark.row("D6")
def test_an_unpaid_link_is_reminded_of_a_day_later_with_what_is_open_then(reminding: Reminding):
    reminding.rules(AFTER_A_DAY)
    visit = reminding.sent(reminding.visit())
    reminding.office.salon.cash(visit, 4_000)
    reminding.wait(hours=23)
    assert reminding.messages(visit) == []
    reminding.wait(hours=1)
    assert reminding.messages(visit) == [("payment_reminder", "sent")]
    assert "reminder" in reminding.office.sms.accepted[-1].text and "€60.00" in reminding.office.sms.accepted[-1].text
    reminding.wait(days=1)
    assert len(reminding.messages(visit)) == 1


@pytest.mark.row("D6")
def test_before_the_deadline_before_the_visit_and_before_the_link_ends(reminding: Reminding):
    reminding.rules(BEFORE_ITS_END, THREE_HOURS_BEFORE, expiring=2)
    visit = reminding.visit(days=2)
    reminding.office.salon.link(visit, expires_at=reminding.now + timedelta(hours=24))
    reminding.sent(visit)
    link = PaymentLink.objects.get()
    assert link.expires_at is not None and visit.starts_at is not None
    # The visit lies behind the link's end, so nobody is reminded then.
    assert [(kind, at) for kind, _, at in reminding.planned(visit)] == [
        ("payment_reminder", link.expires_at - timedelta(hours=5)),
        ("link_expiring", link.expires_at - timedelta(hours=2)),
        ("payment_reminder", visit.starts_at - timedelta(hours=3)),
    ]
    reminding.wait(hours=19)
    reminding.wait(hours=3)
    reminding.wait(days=1)
    assert reminding.messages(visit) == [("payment_reminder", "sent"), ("link_expiring", "sent")]
    assert reminding.states(visit) == ["said", "said", "dropped"]


@pytest.mark.row("D1")
def test_a_visit_is_reminded_of_without_any_link(reminding: Reminding):
    reminding.rules(visit=(DAY_BEFORE, THREE_HOURS_BEFORE))
    visit = reminding.visit()
    Event.objects.all().delete()
    move(reminding, visit, hours=1)
    reminding.work()
    reminding.wait(days=2, hours=1)
    assert reminding.messages(visit) == [("visit_reminder", "sent")]
    assert "15:00" in reminding.office.email.accepted[-1].text
    assert "Amount" not in reminding.office.email.accepted[-1].text
    reminding.wait(hours=21)
    assert reminding.messages(visit) == [("visit_reminder", "sent")] * 2


@pytest.mark.row("D1", "D5")
def test_t58_a_visit_that_is_moved_is_reminded_of_at_its_new_time_only(reminding: Reminding):
    reminding.rules(visit=(DAY_BEFORE,))
    visit = reminding.visit(days=3)
    move(reminding, visit, hours=1)
    reminding.work()
    move(reminding, visit, days=2)
    reminding.work()
    assert reminding.states(visit) == ["dropped", "planned"]
    # Back again: the first plan counts again.
    move(reminding, visit, days=-2)
    reminding.work()
    assert reminding.states(visit) == ["planned", "dropped"]
    reminding.wait(days=5)
    reminding.wait(days=5)
    assert len(reminding.messages(visit)) <= 1


def pay(reminding: Reminding, visit: Visit) -> None:
    reminding.office.salon.cash(visit, 10_000)


def expire(reminding: Reminding, visit: Visit) -> None:
    PaymentLink.objects.update(expires_at=reminding.now)


def replace_link(reminding: Reminding, visit: Visit) -> None:
    reminding.office.salon.link(visit, ask="amount", amount=reminding.office.salon.eur(500))


def stop(reminding: Reminding, visit: Visit) -> None:
    assert stop_reminders.stop(actor=reminding.office.salon.actor, visit_id=visit.pk, now=reminding.now)


def want_none(reminding: Reminding, visit: Visit) -> None:
    salon = reminding.office.salon
    Consent.objects.create(business=salon.business, client=salon.chloe, kind="reminders", given=False, at=salon.now)


def opt_out(reminding: Reminding, visit: Visit) -> None:
    for channel, address in (("sms", PHONE), ("email", "chloe@client.example")):
        Suppression.objects.create(
            business=reminding.office.salon.business,
            channel=channel,
            address=address,
            reason="opted_out",
            since_at=reminding.now,
        )


def switch_off(reminding: Reminding, visit: Visit) -> None:
    set_notification.set_notification(
        actor=reminding.office.salon.actor, type="payment_reminder", enabled=False, channels=[], now=reminding.now
    )


def change_rules(reminding: Reminding, visit: Visit) -> None:
    reminding.rules()


GONE = [
    (pay, "Nothing is due any more."),
    (cancel, "The visit was cancelled."),
    (expire, "The link has expired."),
    (replace_link, "The link was not sent."),
    (stop, "Reminders of this link were stopped."),
    (want_none, "The client wants no reminders."),
    (opt_out, "The client cannot be reached."),
    (switch_off, "The client cannot be reached."),
    (change_rules, "The visit was moved, or the rule was changed."),
]


@pytest.mark.parametrize(("happens", "reason"), GONE)
@pytest.mark.row("D5", "D6")
def test_t58_a_reminder_whose_reason_is_gone_is_dropped_with_the_reason(reminding: Reminding, happens, reason):
    reminding.rules(AFTER_A_DAY)
    visit = reminding.sent(reminding.visit())
    happens(reminding, visit)
    reminding.wait(days=1)
    assert (reminding.states(visit)[0], reminding.messages(visit)) == ("dropped", [])
    assert Reminder.objects.filter(visit_id=visit.pk).earliest("pk").outcome == reason


@pytest.mark.parametrize(("happens", "reason"), GONE[:6])
@pytest.mark.row("D5", "D6")
def test_t58_it_is_checked_once_more_when_its_message_leaves(reminding: Reminding, happens, reason):
    """Between the reminder and its message there may be a night, or a channel that is down."""
    reminding.rules(AFTER_A_DAY)
    visit = reminding.sent(reminding.visit())
    reminding.office.salon.wait(days=1)
    said = due.claim(Reminder, limit=5, lease_seconds=60, now=reminding.now)
    send_reminder.work(row_id=said[0].id, lease_token=said[0].lease_token, now=reminding.now)
    assert reminding.messages(visit) == [("payment_reminder", "queued")]
    happens(reminding, visit)
    reminding.work()
    assert reminding.messages(visit) == [("payment_reminder", "dropped")]
    assert Message.objects.latest("pk").failure == reason


@pytest.mark.row("D5")
def test_what_is_due_again_is_reminded_of_again_if_its_time_is_still_to_come(reminding: Reminding):
    reminding.rules(AFTER_A_DAY)
    salon = reminding.office.salon
    visit = reminding.sent(reminding.visit())
    stop(reminding, visit)
    reminding.work()
    assert reminding.states(visit) == ["dropped"]
    assert stop_reminders.start_again(actor=salon.actor, visit_id=visit.pk, now=salon.now)
    reminding.work()
    assert reminding.states(visit) == ["planned"]
    stop(reminding, visit)
    reminding.wait(days=2)
    assert stop_reminders.start_again(actor=salon.actor, visit_id=visit.pk, now=salon.now)
    reminding.work()
    # Its time has passed: it is not made up for.
    assert (reminding.states(visit), reminding.messages(visit)) == (["dropped"], [])


@pytest.mark.row("D5")
def test_whoever_is_paying_at_this_moment_is_left_alone(reminding: Reminding):
    reminding.rules(AFTER_A_DAY)
    visit = reminding.sent(reminding.visit())
    reminding.office.salon.wait(hours=23, minutes=55)
    reminding.office.salon.open_page(visit)
    reminding.wait(minutes=6)
    assert (reminding.states(visit), reminding.messages(visit)) == (["planned"], [])
    reminding.wait(minutes=10)
    assert reminding.messages(visit) == [("payment_reminder", "sent")]


@pytest.mark.row("D5")
def test_quiet_hours_hold_a_reminder_back_until_the_morning(reminding: Reminding):
    """Sent at 14:00 in Berlin, so eight hours later it is night."""
    reminding.rules(Rule(AFTER_SENDING, 8, HOURS))
    visit = reminding.sent(reminding.visit())
    reminding.wait(hours=8)
    assert (reminding.states(visit), reminding.messages(visit)) == (["planned"], [])
    reminding.wait(hours=9, minutes=59)
    assert reminding.messages(visit) == []
    reminding.wait(minutes=1)
    assert reminding.messages(visit) == [("payment_reminder", "sent")]
    sent_at = Message.objects.latest("pk").sent_at
    assert sent_at is not None and sent_at.astimezone(ZoneInfo("Europe/Berlin")).hour == 8


@pytest.mark.row("D5")
def test_a_client_far_away_sleeps_by_their_own_clock(reminding: Reminding):
    ContactPoint.objects.filter(kind="phone").update(value="+12125550100")
    reminding.rules(Rule(AFTER_SENDING, 20, HOURS))
    # Ten in the morning in Berlin is four in New York.
    visit = reminding.sent(reminding.visit())
    reminding.wait(hours=20)
    assert reminding.messages(visit) == []
    reminding.wait(hours=4)
    assert reminding.messages(visit) == [("payment_reminder", "sent")]


@pytest.mark.row("D5")
def test_what_would_come_after_the_visit_has_begun_is_dropped(reminding: Reminding):
    reminding.rules(visit=(THREE_HOURS_BEFORE,))
    visit = reminding.visit()
    # At seven in the morning: three hours before is four o'clock, and quiet hours last until eight.
    reminding.at(visit, reminding.now + timedelta(days=2, hours=-8))
    move(reminding, visit, hours=1)
    reminding.work()
    reminding.wait(days=1, hours=16)
    assert (reminding.states(visit), reminding.messages(visit)) == (["dropped"], [])
    assert "quiet hours" in reminding.outcome(visit)


@pytest.mark.row("D5")
def test_two_that_waited_for_the_same_morning_leave_as_one(reminding: Reminding):
    reminding.rules(Rule(AFTER_SENDING, 8, HOURS), Rule(AFTER_SENDING, 10, HOURS))
    visit = reminding.sent(reminding.visit())
    for _ in range(24):
        reminding.wait(hours=1)
    assert reminding.messages(visit) == [("payment_reminder", "sent")]
    assert sorted(reminding.states(visit)) == ["dropped", "said"]


@pytest.mark.row("D5")
def test_two_of_a_visit_that_come_due_while_nobody_works_leave_as_one(reminding: Reminding):
    reminding.rules(visit=(THREE_HOURS_BEFORE, Rule(BEFORE_VISIT, 1, HOURS)))
    visit = reminding.visit()
    move(reminding, visit, hours=1)
    reminding.work()
    reminding.wait(days=3, minutes=30)
    assert reminding.messages(visit) == [("visit_reminder", "sent")]
    assert sorted(reminding.states(visit)) == ["dropped", "said"]


@pytest.mark.row("D5")
def test_what_is_sent_by_hand_is_never_held_back(reminding: Reminding):
    visit = reminding.visit()
    reminding.office.salon.wait(hours=9)
    reminding.sent(visit)
    assert reminding.office.message(visit).state == "sent"


@pytest.mark.row("D5", "D6")
def test_s14_killed_before_the_commit_it_is_due_again_and_killed_after_it_is_done(reminding: Reminding, monkeypatch):
    reminding.rules(AFTER_A_DAY)
    visit = reminding.sent(reminding.visit())
    reminding.office.salon.wait(days=1)

    class KilledError(BaseException):
        pass

    def die(**_: object) -> bool:
        raise KilledError

    row = due.claim(Reminder, limit=5, lease_seconds=60, now=reminding.now)[0]
    with monkeypatch.context() as patch:
        patch.setattr(reminder_actions, "mark_said", die)
        with pytest.raises(KilledError):
            send_reminder.work(row_id=row.id, lease_token=row.lease_token, now=reminding.now)
    assert reminding.messages(visit) == []
    reminding.wait(minutes=2)
    # The first worker was slow, not dead: its lease is gone, so it says nothing.
    send_reminder.work(row_id=row.id, lease_token=row.lease_token, now=reminding.now)
    assert reminding.messages(visit) == [("payment_reminder", "sent")]


@pytest.mark.row("D6")
def test_new_rules_hold_for_visits_that_are_booked_already(reminding: Reminding):
    visit = reminding.visit()
    reminding.sent(visit)
    reminding.rules(AFTER_A_DAY, visit=(DAY_BEFORE,))
    assert reminding.states(visit) == ["planned", "planned"]
    reminding.rules(visit=(DAY_BEFORE,))
    assert sorted(reminding.states(visit)) == ["dropped", "planned"]


@pytest.mark.row("D6")
def test_at_most_three_reminders_of_one_link(reminding: Reminding):
    reminding.rules(*(Rule(AFTER_SENDING, hours, HOURS) for hours in (20, 22, 24)), expiring=2)
    visit = reminding.visit(days=5)
    reminding.office.salon.link(visit, expires_at=reminding.now + timedelta(hours=48))
    reminding.sent(visit)
    for _ in range(48):
        reminding.wait(hours=1)
    assert reminding.messages(visit) == [("payment_reminder", "sent")] * 3
    assert reminding.outcome(visit) == "Three reminders of this link have gone out."


@pytest.mark.parametrize("zone", ZONES)
@pytest.mark.row("D1")
def test_t61_the_reminder_of_24_hours_before_leaves_once_over_the_night_that_changes_the_clocks(
    reminding: Reminding, zone: str
):
    salon = reminding.office.salon
    change = next(at for name, at in NIGHTS if (name == zone and at > salon.now) or name == "America/Sao_Paulo" == zone)
    type(salon.location).objects.filter(pk=salon.location.pk).update(time_zone=zone)
    ContactPoint.objects.filter(kind="phone").delete()
    salon.now = change - timedelta(hours=40)
    reminding.rules(visit=(Rule(BEFORE_VISIT, 24, HOURS),))
    visit = reminding.visit()
    # At half past two in the afternoon of the day that lost or won an hour.
    local = change.astimezone(ZoneInfo(zone)).replace(hour=14, minute=0, second=0, microsecond=0)
    reminding.at(visit, local.astimezone(salon.now.tzinfo))
    move(reminding, visit, minutes=30)
    for _ in range(50):
        reminding.wait(hours=1)
    rows = Message.objects.filter(visit_id=visit.pk, type="visit_reminder", state="sent")
    assert [row.sent_at is not None and visit.starts_at is not None for row in rows] == [True]
    early = visit.starts_at - timedelta(hours=24)  # type: ignore[operator]
    assert early <= rows[0].sent_at < early + timedelta(hours=1)  # type: ignore[operator]


def test_dan_cannot_stop_what_ana_sent(reminding: Reminding):
    visit = reminding.sent(reminding.visit())
    dan = Actor(kind="staff", business_id=999, user_id=9, rights={1: frozenset(Right)})
    with pytest.raises(GoneError):
        stop_reminders.stop(actor=dan, visit_id=visit.pk, now=reminding.now)

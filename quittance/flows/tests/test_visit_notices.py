"""A client is told of a visit that was booked, moved or cancelled: once, the truth of now, and only if that is wanted."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest

from quittance.businesses.models import StaffMember
from quittance.calendar.models import Visit
from quittance.clients.models import ContactPoint
from quittance.flows import book_visit, cancel_visit, move_appointment
from quittance.flows.book_visit import Slot
from quittance.flows.tests.post_office import EMAIL, PostOffice
from quittance.messages.models import Message, NotificationSetting
from quittance.wallets.models import Wallet
from tests.support.cards import sell_membership, service

BOOKED, MOVED, CANCELLED = "visit_booked", "visit_moved", "visit_cancelled"
DAY = timedelta(days=1)


def switch_on(office: PostOffice, *types: str) -> None:
    for type_ in types:
        NotificationSetting.objects.create(business=office.salon.business, type=type_, channels=["email", "sms"])


@pytest.fixture
def telling(office: PostOffice) -> PostOffice:
    switch_on(office, BOOKED, MOVED, CANCELLED)
    return office


def tomorrows(office: PostOffice) -> Visit:
    """Chloe's visit of tomorrow, of which she knows."""
    visit = office.salon.visit()
    office.salon.wait(days=-1)
    return visit


def book(office: PostOffice, **more: Any) -> int:
    salon = office.salon
    slot = Slot(staff_id=salon.ben.pk, service_id=service(salon).pk, starts_at=salon.now + 2 * DAY)
    form: dict[str, Any] = {
        "actor": salon.actor,
        "location_id": salon.location.pk,
        "client": salon.chloe.pk,
        "appointments": [slot],
    }
    return book_visit.book(**{**form, "now": salon.now, **more}).visit_id


def move(office: PostOffice, visit: Visit, *, by: timedelta = timedelta(0), **more: Any) -> None:
    row = visit.appointments.get()
    form: dict[str, Any] = {
        "actor": office.salon.actor,
        "appointment_id": row.pk,
        "staff_id": row.staff_id,
        "starts_at": row.starts_at + by,
        "ends_at": row.ends_at + by,
        "expected_version": None,
        "now": office.salon.now,
    }
    move_appointment.move(**{**form, **more})
    office.dispatch()


def cancel(office: PostOffice, visit: Visit, **more: Any) -> None:
    cancel_visit.cancel(
        actor=office.salon.actor, visit_id=visit.pk, expected_version=None, now=office.salon.now, **more
    )
    office.dispatch()


def after_a_while(office: PostOffice) -> list[str]:
    office.salon.wait(seconds=31)
    return office.work()


def told() -> list[tuple[str, str, str]]:
    return list(Message.objects.order_by("id").values_list("type", "state", "failure"))


@pytest.mark.row("D1")
def test_a_booking_is_confirmed_with_its_time_and_its_person(telling: PostOffice):
    book(telling)
    telling.dispatch()
    assert telling.work() == []
    assert after_a_while(telling) == ["sent"]
    mail = telling.email.accepted[0]
    assert mail.address == EMAIL
    assert mail.subject in ("Your visit on Sat, Nov 28 is booked", "Your visit on Sat 28 Nov is booked")
    assert "With: Ben" in mail.text and "<a " not in mail.html


@pytest.mark.row("D1")
@pytest.mark.parametrize("on", [None, BOOKED, MOVED, CANCELLED])
def test_nothing_is_told_until_the_business_switches_it_on(office: PostOffice, on: str | None):
    if on is not None:
        switch_on(office, on)
    visit = tomorrows(office)
    book(office)
    move(office, visit, by=5 * DAY)
    cancel(office, visit)
    assert [row[0] for row in told()] == ([] if on is None else [on])


@pytest.mark.row("D1")
def test_somebody_at_the_desk_may_leave_the_client_untold(telling: PostOffice):
    visit = tomorrows(telling)
    move(telling, visit, by=DAY, tell_client=False)
    cancel(telling, visit, tell_client=False)
    book(telling, tell_client=False)
    telling.dispatch()
    assert told() == []


@pytest.mark.row("D5")
def test_a_client_without_an_address_is_told_nothing(telling: PostOffice):
    ContactPoint.objects.all().delete()
    visit = tomorrows(telling)
    move(telling, visit, by=DAY)
    cancel(telling, visit)
    assert told() == []


@pytest.mark.row("D5")
def test_s14_a_move_that_is_undone_is_never_told(telling: PostOffice):
    visit = tomorrows(telling)
    move(telling, visit, by=DAY)
    telling.salon.wait(seconds=4)
    move(telling, visit, by=-DAY)
    telling.salon.wait(seconds=31)
    assert telling.work() == ["dropped"]
    assert told() == [(MOVED, "dropped", "The visit was moved back.")]


@pytest.mark.row("D5")
def test_s14_of_two_moves_the_client_hears_the_last_once(telling: PostOffice):
    visit = tomorrows(telling)
    move(telling, visit, by=timedelta(hours=1))
    telling.salon.wait(seconds=20)
    move(telling, visit, by=timedelta(hours=2))
    telling.salon.wait(seconds=20)
    assert telling.work() == []
    assert after_a_while(telling) == ["sent"]
    # Three in the afternoon in Berlin was two o'clock; three hours later it is five.
    assert "17:00" in telling.email.accepted[0].text or "5:00" in telling.email.accepted[0].text
    assert len(told()) == 1


def test_a_second_move_after_the_first_was_told_is_told_too(telling: PostOffice):
    visit = tomorrows(telling)
    for _ in range(2):
        move(telling, visit, by=timedelta(hours=1))
        assert after_a_while(telling) == ["sent"]
    assert [row[:2] for row in told()] == [(MOVED, "sent"), (MOVED, "sent")]


def test_t58_a_move_is_dropped_when_the_visit_is_cancelled_meanwhile_and_the_cancelling_is_told(telling: PostOffice):
    visit = tomorrows(telling)
    move(telling, visit, by=timedelta(hours=1))
    cancel(telling, visit)
    assert sorted(after_a_while(telling)) == ["dropped", "sent"]
    assert "is cancelled" in telling.email.accepted[0].subject


def test_a_booking_that_is_moved_before_it_was_told_is_told_once_with_its_new_time(telling: PostOffice):
    visit = Visit.objects.get(pk=book(telling))
    telling.dispatch()
    move(telling, visit, by=DAY)
    assert after_a_while(telling) == ["sent"]
    assert [row[0] for row in told()] == [BOOKED]
    assert "29" in telling.email.accepted[0].subject


def test_a_move_of_the_person_alone_changes_no_time_and_is_not_told(telling: PostOffice):
    salon = telling.salon
    eva = StaffMember.objects.create(business=salon.business, location=salon.location, name="Eva")
    move(telling, tomorrows(telling), staff_id=eva.pk)
    after_a_while(telling)
    assert telling.email.accepted == []


@pytest.mark.row("D5")
@pytest.mark.parametrize("by", [timedelta(hours=-2), timedelta(minutes=30)])
def test_a_visit_that_has_begun_or_is_past_is_told_of_by_mouth(telling: PostOffice, by: timedelta):
    visit = telling.salon.visit()
    telling.salon.wait(minutes=10)
    move(telling, visit, by=by)
    cancel(telling, visit, tell_client=by < timedelta(0))
    assert told() == []


def test_a_visit_that_was_missed_yesterday_is_told_its_new_time(telling: PostOffice):
    visit = telling.salon.visit()
    telling.salon.wait(days=1)
    move(telling, visit, by=2 * DAY)
    assert after_a_while(telling) == ["sent"]


def test_a_message_that_waited_past_the_visit_is_dropped(telling: PostOffice):
    visit = tomorrows(telling)
    move(telling, visit, by=timedelta(hours=1))
    telling.salon.wait(days=2)
    assert telling.work() == ["dropped"]


def test_another_client_in_the_visit_is_not_told_of_the_first_ones_move(telling: PostOffice):
    visit = tomorrows(telling)
    move(telling, visit, by=timedelta(hours=1))
    Visit.objects.filter(pk=visit.pk).update(client=None)
    telling.salon.wait(seconds=31)
    assert telling.work() == ["dropped"]


def test_a_salon_without_a_phone_is_not_to_be_called(telling: PostOffice):
    ContactPoint.objects.filter(kind="email").delete()
    telling.salon.location.phone = ""
    telling.salon.location.save()
    visit = tomorrows(telling)
    move(telling, visit, by=timedelta(hours=1))
    after_a_while(telling)
    assert "call" not in telling.sms.accepted[0].text and "It is now" in telling.sms.accepted[0].text


@pytest.mark.row("D1")
def test_a_paid_membership_is_told_to_its_client_once(office: PostOffice):
    _, held = sell_membership(office.salon)
    office.dispatch()
    office.work()
    mail = office.email.accepted[0]
    assert held.name in mail.subject and "Ten massages (10 visits) is paid and ready to use, until" in mail.text
    assert Message.objects.filter(type="membership").count() == 1


@pytest.mark.parametrize("gone", [{"standing_units": 0}, {"blocked_at": datetime.fromisoformat("2026-11-26T13:00Z")}])
def test_a_membership_that_was_taken_back_is_not_told(office: PostOffice, gone: dict[str, object]):
    sell_membership(office.salon)
    office.dispatch()
    before = Wallet.objects.values(*gone).get()
    Wallet.objects.update(**gone)
    assert office.work() == ["dropped"]
    # As it was, since the books are read at the end.
    Wallet.objects.update(**dict(before))

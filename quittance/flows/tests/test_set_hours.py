"""Working hours: the plan, days that differ, and what cannot be."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from quittance.audit.models import AuditEntry
from quittance.businesses.models import Business, StaffMember
from quittance.calendar import queries
from quittance.calendar.actions import Hours
from quittance.calendar.hours import OtherDay, hours_between, other_days, week_days, week_of
from quittance.calendar.models import OtherHours, WorkingHours
from quittance.calendar.times import Period
from quittance.core.actor import NotAllowedError, Right
from quittance.flows.errors import GoneError, RefusedError
from quittance.flows.set_hours import drop_day, set_days, set_week
from tests.support.salon import START, Salon

TODAY = START.date()
NINE_TO_SIX = [(540, 780), (840, 1080)]


def days(salon: Salon, first: date, last: date | None = None, stretches=(), **more) -> None:
    form = {"actor": salon.actor, "staff_id": salon.ben.pk, "now": salon.now, **more}
    set_days(first_day=first, last_day=last or first, stretches=stretches, **form)


def worked(salon: Salon, day: date) -> list[Period]:
    return (
        queries.day(business_id=salon.business.pk, location_id=salon.location.pk, day=day, now=salon.now)
        .columns[0]
        .hours
    )


@pytest.mark.row("B1")
def test_the_week_is_replaced_as_a_whole(salon):
    WorkingHours.objects.create(business=salon.business, staff=salon.ben, weekday=6, starts_minute=0, ends_minute=60)
    set_week(
        actor=salon.actor, staff_id=salon.ben.pk, hours=[Hours(3, *stretch) for stretch in NINE_TO_SIX], now=salon.now
    )
    assert week_of(business_id=salon.business.pk, staff_id=salon.ben.pk) == {3: NINE_TO_SIX}
    assert len(worked(salon, TODAY)) == 2
    assert AuditEntry.objects.get(action="hours.week_set").subject_id == salon.ben.pk


@pytest.mark.row("B1")
def test_other_hours_stand_in_place_of_the_plan_and_a_day_off_is_empty(salon):
    set_week(actor=salon.actor, staff_id=salon.ben.pk, hours=[Hours(3, 540, 1080), Hours(4, 540, 1080)], now=START)
    days(salon, TODAY, stretches=[(600, 660), (700, 760)], note="Training")
    days(salon, TODAY + timedelta(days=1), note="Holiday")
    assert [(one.starts_at.hour, one.ends_at.minute) for one in worked(salon, TODAY)] == [(9, 0), (10, 40)]
    assert worked(salon, TODAY + timedelta(days=1)) == []
    found = other_days(business_id=salon.business.pk, staff_id=salon.ben.pk, from_day=TODAY)
    assert found == [
        OtherDay(TODAY, ((600, 660), (700, 760)), "Training"),
        OtherDay(TODAY + timedelta(days=1), (), "Holiday"),
    ]
    drop_day(actor=salon.actor, staff_id=salon.ben.pk, day=TODAY, now=salon.now)
    assert len(worked(salon, TODAY)) == 1


def test_the_week_shows_both_plan_and_other_days(salon):
    set_week(actor=salon.actor, staff_id=salon.ben.pk, hours=[Hours(3, 540, 1080)], now=START)
    days(salon, TODAY + timedelta(days=1), stretches=[(600, 660)], note="Late")
    found = hours_between(location=salon.location, staff_id=salon.ben.pk, days=week_days(TODAY))
    assert {day.weekday(): (len(periods), note) for day, (periods, note) in found.items() if periods} == {
        3: (1, ""),
        4: (1, "Late"),
    }
    assert next(iter(found)).weekday() == 0


def test_holidays_of_two_weeks_are_one_pressing_and_setting_them_again_changes_nothing(salon):
    for _ in range(2):
        days(salon, TODAY, TODAY + timedelta(days=13), note="Holiday")
    assert OtherHours.objects.count() == 14


@pytest.mark.parametrize(
    ("day", "hours"),
    [
        (date(2027, 3, 28), (datetime(2027, 3, 28, 0, tzinfo=UTC), datetime(2027, 3, 28, 16, tzinfo=UTC))),
        (date(2027, 10, 31), (datetime(2027, 10, 30, 23, tzinfo=UTC), datetime(2027, 10, 31, 17, tzinfo=UTC))),
    ],
)
def test_hours_are_wall_clock_when_the_clocks_change(salon, day, hours):
    """From one in the morning to six in the evening: 16 hours in spring, 18 in autumn."""
    set_week(actor=salon.actor, staff_id=salon.ben.pk, hours=[Hours(6, 60, 1080)], now=START)
    assert worked(salon, day) == [Period(*hours)]


def test_a_stretch_inside_the_hour_that_is_skipped_is_none(salon):
    set_week(actor=salon.actor, staff_id=salon.ben.pk, hours=[Hours(6, 125, 175)], now=START)
    assert [one.ends_at - one.starts_at for one in worked(salon, date(2027, 3, 28))] in ([], [timedelta(minutes=50)])


@pytest.mark.parametrize(
    ("stretches", "said"),
    [
        ([(540, 540)], "the end must be after the start"),
        ([(540, 1441)], "the end must be after the start"),
        ([(540, 700), (690, 800)], "overlap"),
        ([(one * 10, one * 10 + 5) for one in range(7)], "more than 6"),
    ],
)
def test_hours_that_cannot_be_are_refused_naming_the_day(salon, stretches, said):
    with pytest.raises(RefusedError, match=said):
        days(salon, TODAY, stretches=stretches)
    with pytest.raises(RefusedError, match="Tuesday"):
        set_week(actor=salon.actor, staff_id=salon.ben.pk, hours=[Hours(1, *one) for one in stretches], now=START)
    assert not OtherHours.objects.exists()


def test_days_that_cannot_be_are_refused(salon):
    with pytest.raises(RefusedError, match="before the first"):
        days(salon, TODAY, TODAY - timedelta(days=1))
    with pytest.raises(RefusedError, match="at most a year"):
        days(salon, TODAY, TODAY + timedelta(days=400))
    with pytest.raises(RefusedError, match="at most a year"):
        days(salon, date(2199, 1, 1))


def test_hours_need_the_right_and_dan_changes_none_of_ours(salon):
    ben = replace(salon.actor, rights={salon.location.pk: frozenset(Right) - {Right.EDIT_SETTINGS}})
    with pytest.raises(NotAllowedError):
        days(salon, TODAY, actor=ben)
    clinic = Business.objects.create(name="Clinic Dan", slug="clinic-dan")
    dan = replace(salon.actor, business_id=clinic.pk)
    for press in (
        lambda: days(salon, TODAY, actor=dan),
        lambda: set_week(actor=dan, staff_id=salon.ben.pk, hours=[], now=START),
        lambda: drop_day(actor=dan, staff_id=salon.ben.pk, day=TODAY, now=START),
    ):
        with pytest.raises(GoneError):
            press()
    assert not OtherHours.objects.exists()
    assert StaffMember.objects.count() == 1

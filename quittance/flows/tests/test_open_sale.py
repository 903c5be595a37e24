"""A sale without an appointment."""

from dataclasses import replace
from datetime import timedelta

import pytest

from quittance.bills.lines import NewLine
from quittance.bills.models import Bill
from quittance.businesses.models import Business
from quittance.calendar.models import Appointment, Visit
from quittance.calendar.queries_sales import sales_between
from quittance.calendar.times import day_period
from quittance.core.actor import NotAllowedError, Right
from quittance.core.ids import new_key
from quittance.flows.audit_books import assert_books
from quittance.flows.errors import GoneError
from quittance.flows.open_sale import open_sale
from tests.support.salon import START, Salon


def opened(salon: Salon, **more) -> Visit:
    form = {"actor": salon.actor, "location_id": salon.location.pk, "now": salon.now, **more}
    return Visit.objects.get(pk=open_sale(**form).visit_id)


def sales(salon: Salon):
    return sales_between(
        location=salon.location, period=day_period(day=START.date(), time_zone="Europe/Berlin"), now=salon.now
    )


def sell(salon: Salon, visit: Visit, name: str = "Shampoo") -> None:
    from quittance.bills.actions import add_line
    from quittance.rows.locking import in_one_transaction

    line = NewLine(kind="product", name=name, unit_minor=1900)
    in_one_transaction(lambda: add_line(bill=salon.bill(visit), line=line, now=salon.now))


@pytest.mark.row("B15")
def test_a_walk_in_has_a_visit_without_a_slot_and_pays_like_any_other(salon):
    visit = opened(salon)
    assert (visit.client, visit.starts_at, visit.ends_at, Appointment.objects.count()) == (None, START, None, 0)
    assert Bill.objects.get(pk=visit.bill_id).service_date == START.date()
    sell(salon, visit)
    salon.cash(visit, 1900)
    assert salon.settled(visit) == 1900
    assert [(one.visit, one.items) for one in sales(salon)] == [(visit, ["Shampoo"])]
    assert_books(now=salon.now)


@pytest.mark.row("B15")
def test_a_sale_that_was_left_empty_is_taken_up_again_and_not_listed(salon):
    first = opened(salon)
    assert opened(salon) == first
    assert sales(salon) == []
    sell(salon, first)
    second = opened(salon)
    assert second != first
    assert opened(salon, client_id=salon.chloe.pk).client == salon.chloe
    salon.wait(days=1)
    assert opened(salon) not in {first, second}


def test_pressing_twice_opens_one(salon):
    actor = replace(salon.actor, request_id=new_key())
    first = opened(salon, actor=actor)
    sell(salon, first)
    assert opened(salon, actor=actor) == first


def test_a_visit_with_an_appointment_is_no_sale_even_when_cancelled(salon):
    visit = salon.visit()
    Appointment.objects.update(state="cancelled")
    Visit.objects.filter(pk=visit.pk).update(starts_at=START + timedelta(minutes=1))
    assert sales(salon) == []


def test_a_sale_needs_the_right_and_dan_opens_none_of_ours(salon):
    with pytest.raises(NotAllowedError):
        opened(salon, actor=replace(salon.actor, rights={salon.location.pk: frozenset({Right.SEE_CALENDAR})}))
    dan = replace(salon.actor, business_id=Business.objects.create(name="Clinic Dan", slug="clinic-dan").pk)
    with pytest.raises(GoneError):
        opened(salon, actor=dan)
    with pytest.raises(GoneError):
        opened(salon, client_id=10**9)
    assert not Visit.objects.exists()

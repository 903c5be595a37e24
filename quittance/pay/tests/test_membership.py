"""The page of a paid link says what membership it sold: how many visits it holds, and until when."""

from __future__ import annotations

import pytest
from django.test import Client as Browser

from quittance.flows import change_lines
from tests.support.cards import form, membership_type, without_lines
from tests.support.salon import Salon

pytestmark = [pytest.mark.django_db, pytest.mark.row("G1")]


def page_of_sold(salon: Salon, query: str = "", **type_: int | None) -> str:
    visit = without_lines(salon, salon.visit())
    sold = membership_type(salon, **type_)
    change_lines.add_membership(form=form(salon, visit), membership_type_id=sold.pk, now=salon.now)
    token = salon.link(visit)
    salon.bank.pay(salon.press_pay(token).address)
    assert "Your membership" not in Browser().get(f"/p/{token}").content.decode()
    salon.settle(visit)
    return " ".join(Browser().get(f"/p/{token}{query}").content.decode().split())


@pytest.mark.parametrize(
    ("query", "heading", "held", "until"),
    [
        ("", "Your membership", "Ten massages (10 visits)", "Good until 26 Nov 2027"),
        ("?lang=de", "Ihre Mitgliedschaft", "Ten massages (10 Besuche)", "Gültig bis 26.11.2027"),
        ("?lang=ar", "عضويتكم", "(10 زيارات)", "صالحة حتى 26 نوفمبر 2027"),
    ],
)
def test_a_membership_says_how_many_visits_it_holds_and_until_when(at_salon: Salon, query, heading, held, until):
    page = page_of_sold(at_salon, query)

    assert heading in page and held in page and until in page


def test_a_membership_by_time_has_no_number_and_one_without_end_no_day(at_salon: Salon):
    page = page_of_sold(at_salon, visits=None)
    assert "Your membership" in page and "Good until" in page and "visits)" not in page


def test_a_clinics_page_names_no_service(at_salon: Salon):
    at_salon.location.names_no_services = True
    at_salon.location.save()
    page = page_of_sold(at_salon, months=None)
    assert "Ten massages" not in page and "(10 visits)" in page and "Good until" not in page

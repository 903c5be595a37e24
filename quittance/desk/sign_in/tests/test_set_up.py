from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client

from quittance.businesses import first_owner
from quittance.businesses.models import Business, Location, SetUpCode, User
from quittance.core import clock
from quittance.desk.tests.counter import Counter, words
from tests.support.salon import Salon

PAGE = "/accounts/set-up/"
TYPED = {
    "business": "Salon Ana", "kind": "clinic", "country": "DE", "currency": "EUR", "time_zone": "Europe/Berlin",
    "name": "Ana", "email": "ana@salon.example", "password": "three words together",
}  # fmt: skip

pytestmark = [pytest.mark.django_db, pytest.mark.row("A6")]


def test_the_code_of_the_command_line_makes_the_first_owner_and_leads_to_the_first_steps():
    ana = Client()
    assert ana.get("/", follow=True).redirect_chain[-1][0] == PAGE
    code = first_owner.new_code(now=clock.now())
    assert code.replace("-", "") not in str(SetUpCode.objects.values())
    answer = ana.post(PAGE, {**TYPED, "code": code.lower()}, follow=True)
    assert answer.redirect_chain[-1][0] == "/settings/first-steps"
    assert "0 of 5 done" in words(answer)
    assert Location.objects.get().link_life_minutes == 48 * 60
    assert Location.objects.get().client_word == "patient"
    assert Client().get(PAGE).status_code == Client().post(PAGE, TYPED).status_code == 404


def test_without_the_right_code_nothing_is_made():
    code = first_owner.new_code(now=clock.now())
    newer = first_owner.new_code(now=clock.now())
    for wrong in ("", "AAAA-BBBB-CCCC", code):
        assert Client().post(PAGE, {**TYPED, "code": wrong}).status_code == 422
    SetUpCode.objects.update(expires_at=clock.now() - timedelta(seconds=1))
    assert Client().post(PAGE, {**TYPED, "code": newer}).status_code == 422
    assert not Business.objects.exists()
    assert not User.objects.exists()


def test_a_weak_password_leaves_the_code_good():
    code = first_owner.new_code(now=clock.now())
    assert Client().post(PAGE, {**TYPED, "code": code, "password": "ana"}).status_code == 422
    assert Client().post(PAGE, {**TYPED, "code": code}).status_code == 302


def test_guessing_the_code_is_stopped():
    code = first_owner.new_code(now=clock.now())
    for _try in range(10):
        Client().post(PAGE, {**TYPED, "code": "AAAA-BBBB-CCCC"})
    answer = Client().post(PAGE, {**TYPED, "code": code})
    assert answer.status_code == 422
    assert "Too many tries. Wait ten minutes, then try again." in words(answer)


def test_each_step_ticks_itself_and_the_list_can_be_put_away(at_noon: Salon, counter: Counter):
    Business.objects.update(first_steps_shown=True)
    page = "/settings/first-steps"
    # The salon of the tests has an account that takes links.
    assert "1 of 5 done" in words(counter.client.get(page))
    counter.service()
    assert "2 of 5 done" in words(counter.client.get(page))
    Business.objects.update(legal_name="Ana GmbH", legal_address="Musterstraße 12")
    Location.objects.update(address="Musterstraße 12")
    assert "3 of 5 done" in words(counter.client.get(page))
    visit = at_noon.visit()
    address = at_noon.open_page(visit)
    at_noon.bank.pay(address)
    at_noon.settle(visit)
    assert "4 of 5 done" in words(counter.client.get(page))
    assert "First steps" in words(counter.client.get("/calendar"))
    assert "Put away." in words(counter.client.post(f"{page}/away", follow=True))
    assert "First steps" not in words(counter.client.get("/calendar"))
    assert counter.client.get(page).status_code == 200

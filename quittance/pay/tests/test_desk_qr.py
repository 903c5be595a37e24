"""The page behind a desk's printed QR code: one visit that is asked about, or a code by SMS; never a list."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client as Browser
from django.test.utils import CaptureQueriesContext

from quittance.bills.models import Bill
from quittance.businesses.models import Location
from quittance.clients.models import Client, ContactPoint
from quittance.flows import cancel_visit, push_visit
from quittance.flows.ask_desk_code import MOST_AT_DESK, MOST_BY_ADDRESS, MOST_BY_PHONE
from quittance.flows.change_due import Decision
from quittance.flows.errors import RefusedError
from quittance.flows.tests.post_office import PHONE, PostOffice, open_post_office
from quittance.messages.models import Message
from quittance.pay.form_key import form_key
from quittance.pay_desks import actions
from quittance.pay_desks.models import CodeAsk, PayDesk, Push
from quittance.payments.models import PaymentLink
from tests.support.salon import Salon

pytestmark = [pytest.mark.django_db, pytest.mark.row("J2")]


class Phone:
    """A client's phone at the desk."""

    def __init__(self, desk: PayDesk) -> None:
        self.browser = Browser(enforce_csrf_checks=True)
        self.code = desk.code.reveal()

    def scan(self, rest: str = "") -> str:
        response = self.browser.get(f"/d/{self.code}{rest}")
        assert response.status_code == 200
        return words(response)

    def press(self, rest: str, **typed: str):
        return self.browser.post(f"/d/{self.code}/{rest}", {"key": form_key(self.code), **typed})

    def yes(self):
        page = self.browser.get(f"/d/{self.code}").content.decode()
        found = re.search(r'name="visit" value="([0-9a-f]{32})"', page)
        return self.press("yes", visit=found.group(1) if found else "")

    def ask(self, phone: str):
        return self.press("phone", phone=phone)

    def type_code(self, where: str, code: str):
        """The page that the pressing leads to."""
        answer = self.browser.post(where, {"key": form_key(self.code), "code": code})
        assert answer.status_code == 303
        return answer if answer["Location"].startswith("/p/") else self.browser.get(answer["Location"])


def words(response) -> str:
    text = re.sub(r"<(script|style|svg)\b.*?</\1>", " ", response.content.decode(), flags=re.DOTALL)
    return " ".join(re.sub(r"<[^>]+>", " ", text).replace("&#x27;", "'").split())


@pytest.fixture
def office(at_salon: Salon) -> Iterator[PostOffice]:
    with open_post_office(at_salon) as office:
        yield office


@pytest.fixture
def desk(at_salon: Salon) -> PayDesk:
    return actions.add_desk(location=at_salon.location, name="Front desk", now=at_salon.now)


@pytest.fixture
def phone(desk: PayDesk, office: PostOffice) -> Phone:
    return Phone(desk)


def test_without_a_way_to_send_a_code_none_is_promised(desk: PayDesk):
    phone = Phone(desk)
    page = phone.scan()
    assert "Ask at the desk to show your visit here." in page and "Your phone number" not in page
    assert phone.ask(PHONE)["Location"] == f"/d/{phone.code}"
    assert not CodeAsk.objects.exists()


def push(salon: Salon, visit, desk: PayDesk) -> push_visit.Pushed:
    return push_visit.push(actor=salon.actor, visit_id=visit.pk, desk_id=desk.pk, now=salon.now)


def sent_code(office: PostOffice) -> str:
    office.dispatch()
    office.deliver()
    found = re.search(r"\b(\d{6})\b", office.sms.sent_to(PHONE)[-1].text)
    assert found
    return found.group(1)


def test_a_shown_visit_is_asked_about_by_time_initials_and_amount_only(at_salon: Salon, desk: PayDesk, phone: Phone):
    at_salon.chloe.name = "Chloe Anne Martin"
    at_salon.chloe.save()
    visit = at_salon.visit(minor=6000, name="Wisdom tooth")
    push(at_salon, visit, desk)

    raw = phone.browser.get(f"/d/{phone.code}").content.decode()
    page = phone.scan()

    assert "Is this you?" in page and "Thu 26 Nov, 14:00" in page and "C. M." in page and "€60.00" in page
    assert not any(secret in raw for secret in ("Chloe", "Martin", "Wisdom", "Ben", "client.example", "/p/"))
    assert PaymentLink.objects.get().token.reveal() not in raw


def test_yes_leads_to_the_pay_page_and_a_second_phone_learns_nothing(at_salon: Salon, desk: PayDesk, phone: Phone):
    visit = at_salon.visit()
    push(at_salon, visit, desk)
    second = Phone(desk)
    question = second.browser.get(f"/d/{second.code}").content.decode()
    shown = re.search(r'name="visit" value="([0-9a-f]{32})"', question)
    assert shown

    answer = phone.yes()
    assert answer.status_code == 303
    assert answer["Location"] == f"/p/{at_salon.link(visit)}"

    late = second.press("yes", visit=shown.group(1))
    assert late["Location"] == f"/d/{second.code}"
    page = second.scan()
    assert "Somebody is paying here at this moment" in page and "€100.00" not in page


def test_a_yes_to_one_visit_never_opens_the_next_one(at_salon: Salon, desk: PayDesk, phone: Phone):
    push(at_salon, at_salon.visit(), desk)
    old = Push.objects.get().key
    push(at_salon, at_salon.visit(minor=2500), desk)

    assert phone.press("yes", visit=old)["Location"] == f"/d/{phone.code}"
    assert Push.objects.get(ended_at=None).taken_at is None


def test_one_visit_at_a_desk_and_one_desk_for_a_visit(at_salon: Salon, desk: PayDesk):
    other = actions.add_desk(location=at_salon.location, name="Bar", now=at_salon.now)
    first, second = at_salon.visit(), at_salon.visit()
    assert not push(at_salon, first, desk).replaced
    assert push(at_salon, second, desk).replaced
    assert not push(at_salon, second, other).replaced
    standing = Push.objects.filter(ended_at=None)
    assert [(one.desk_id, one.bill_id) for one in standing] == [(other.pk, second.bill_id)]


def test_it_is_shown_for_ten_minutes(at_salon: Salon, desk: PayDesk, phone: Phone):
    push(at_salon, at_salon.visit(), desk)
    at_salon.wait(minutes=9, seconds=59)
    assert "Is this you?" in phone.scan()
    at_salon.wait(seconds=1)
    assert "Pay your visit here" in phone.scan()


def test_what_is_paid_cancelled_or_taken_off_is_not_shown_any_more(at_salon: Salon, desk: PayDesk, phone: Phone):
    paid, cancelled, taken_off = at_salon.visit(), at_salon.visit(), at_salon.visit()
    push(at_salon, paid, desk)
    at_salon.cash(paid, 10_000)
    assert "Is this you?" not in phone.scan()
    push(at_salon, cancelled, desk)
    version = at_salon.bill(cancelled).version
    cancel_visit.cancel(
        actor=at_salon.actor, visit_id=cancelled.pk, expected_version=version, decision=Decision(), now=at_salon.now
    )
    assert "Is this you?" not in phone.scan()
    push(at_salon, taken_off, desk)
    assert push_visit.withdraw(actor=at_salon.actor, visit_id=taken_off.pk, now=at_salon.now)
    assert "Is this you?" not in phone.scan()
    assert not push_visit.withdraw(actor=at_salon.actor, visit_id=taken_off.pk, now=at_salon.now)


def test_no_leads_to_the_way_by_phone_and_the_state_tells_only_that_it_changed(
    at_salon: Salon, desk: PayDesk, phone: Phone
):
    assert phone.browser.get(f"/d/{phone.code}/state").json() == {"state": "empty"}
    push(at_salon, at_salon.visit(), desk)
    assert phone.browser.get(f"/d/{phone.code}/state").json()["state"].startswith("asking ")
    page = phone.scan("?other")
    assert "Is this you?" not in page and "Your phone number" in page and "€100.00" not in page


def test_a_desk_of_another_place_or_business_is_refused(at_salon: Salon, desk: PayDesk):
    elsewhere = Location.objects.create(
        business=at_salon.business, name="Away", currency="EUR", time_zone="Europe/Berlin", country="DE"
    )
    away = actions.add_desk(location=elsewhere, name="Front desk", now=at_salon.now)
    with pytest.raises(RefusedError, match="desk of this location"):
        push(at_salon, at_salon.visit(), away)


def test_a_new_code_kills_the_old_one_and_an_archived_desk_is_no_page(at_salon: Salon, desk: PayDesk, phone: Phone):
    push(at_salon, at_salon.visit(), desk)
    actions.make_new_code(desk=desk, now=at_salon.now)
    assert phone.browser.get(f"/d/{phone.code}").status_code == 404
    desk.refresh_from_db()
    fresh = Phone(desk)
    assert "Is this you?" not in fresh.scan()
    actions.archive_desk(desk=desk, now=at_salon.now)
    assert fresh.browser.get(f"/d/{fresh.code}").status_code == 404


@pytest.mark.row("C4")
def test_looking_changes_nothing(at_salon: Salon, desk: PayDesk, phone: Phone, django_assert_max_num_queries):
    push(at_salon, at_salon.visit(), desk)
    before = list(Push.objects.values()), list(PaymentLink.objects.values())
    with django_assert_max_num_queries(9):
        phone.scan()
    phone.scan("?other")
    assert (list(Push.objects.values()), list(PaymentLink.objects.values())) == before
    actions.take_off(bill=Bill.objects.get(), now=at_salon.now)
    with django_assert_max_num_queries(2):
        phone.browser.get(f"/d/{phone.code}/state")


def test_phone_and_code_lead_to_the_visit_that_is_due(at_salon: Salon, office: PostOffice, desk: PayDesk, phone: Phone):
    visit = at_salon.visit()
    asked = phone.ask("0151 12345678")
    assert asked.status_code == 303
    assert "If something is due for this number" in words(phone.browser.get(asked["Location"]))
    code = sent_code(office)
    answer = phone.browser.post(asked["Location"], {"key": form_key(phone.code), "code": f"{code[:3]} {code[3:]}"})
    assert answer.status_code == 303
    assert answer["Location"] == f"/p/{at_salon.link(visit)}"
    again = phone.type_code(asked["Location"], code)
    assert again.status_code == 200 and "This code is over" in words(again)


def test_nothing_tells_whether_a_number_is_known(at_salon: Salon, office: PostOffice, desk: PayDesk, phone: Phone):
    at_salon.visit()
    seen = {}
    for number in (PHONE, "+4915199999999"):
        with _queries() as counted:
            asked = phone.ask(number)
        page = phone.browser.get(asked["Location"])
        wrong = phone.type_code(asked["Location"], "000000")
        key = asked["Location"].rsplit("/", 1)[1]
        seen[number] = (
            len(counted), asked.status_code, words(page), len(page.content), words(wrong).replace(key, ""), wrong.status_code
        )  # fmt: skip
        assert CodeAsk.objects.filter(key=key).exists()
    assert len(set(seen.values())) == 1
    office.dispatch()
    office.deliver()
    assert len(office.sms.accepted) == 1
    assert not any(row.phone.reveal() for row in CodeAsk.objects.all()), "numbers are not kept"


def test_no_code_fits_where_nothing_is_due(at_salon: Salon, office: PostOffice, desk: PayDesk, phone: Phone):
    visit = at_salon.visit()
    at_salon.cash(visit, 10_000)
    asked = phone.ask(PHONE)
    office.dispatch()
    office.deliver()
    assert office.sms.accepted == []
    row = CodeAsk.objects.get()
    answer = phone.type_code(asked["Location"], actions.code_of(row))
    assert answer.status_code == 200 and "/p/" not in answer.content.decode()


def test_of_several_the_nearest_of_today_and_only_their_own(
    at_salon: Salon, office: PostOffice, desk: PayDesk, phone: Phone
):
    at_salon.now -= timedelta(hours=3)
    at_salon.visit(name="Earlier")
    at_salon.now += timedelta(hours=3, minutes=20)
    near = at_salon.visit(name="Near")
    dan = Client.objects.create(business=at_salon.business, name="Eve", created_at=at_salon.now)
    ContactPoint.objects.create(business=at_salon.business, client=dan, kind="phone", value="+4915155555555")
    at_salon.now -= timedelta(minutes=20)
    asked = phone.ask(PHONE)
    code = sent_code(office)
    answer = phone.type_code(asked["Location"], code)
    assert answer["Location"] == f"/p/{at_salon.link(near)}"


def test_a_code_opens_nothing_that_belongs_to_somebody_else_by_now(
    at_salon: Salon, office: PostOffice, desk: PayDesk, phone: Phone
):
    visit = at_salon.visit()
    asked = phone.ask(PHONE)
    code = sent_code(office)
    eve = Client.objects.create(business=at_salon.business, name="Eve", created_at=at_salon.now)
    Bill.objects.filter(pk=visit.bill_id).update(client=eve)
    answer = phone.type_code(asked["Location"], code)
    assert answer.status_code == 200 and "/p/" not in answer.content.decode()
    assert not PaymentLink.objects.exists()


def test_five_wrong_tries_end_a_code_and_ten_minutes_too(
    at_salon: Salon, office: PostOffice, desk: PayDesk, phone: Phone
):
    at_salon.visit()
    for late in (False, True):
        asked = phone.ask(PHONE)
        code = sent_code(office)
        wrong = "111111" if code != "111111" else "222222"
        if late:
            at_salon.wait(minutes=10)
        else:
            for _number in range(5):
                phone.type_code(asked["Location"], wrong)
        answer = phone.type_code(asked["Location"], code)
        assert answer.status_code == 200 and "This code is over" in words(answer)


def test_the_code_stands_in_no_row_and_is_said_in_the_clients_language(
    at_salon: Salon, office: PostOffice, desk: PayDesk, phone: Phone
):
    at_salon.chloe.language = "de"
    at_salon.chloe.save()
    at_salon.visit()
    phone.ask(PHONE)
    code = sent_code(office)
    assert "Ihr Code für den QR-Code am Empfang" in office.sms.sent_to(PHONE)[-1].text
    assert code not in str(list(CodeAsk.objects.values()))
    assert code not in str(list(Message.objects.values()))


@pytest.mark.parametrize("typed", ["", "chloe@client.example", "12", "x" * 400, "+49 151 \u202e12", "0" * 40])
def test_what_is_no_phone_number_gets_a_sentence(desk: PayDesk, phone: Phone, typed: str):
    answer = phone.ask(typed)
    assert answer.status_code == 422
    assert "Type your phone number" in words(answer)


def test_t53_codes_are_limited_by_number_by_connection_and_by_desk(at_salon: Salon, desk: PayDesk, phone: Phone):
    by_number = [phone.ask(PHONE).status_code for _number in range(MOST_BY_PHONE + 1)]
    assert by_number == [303] * MOST_BY_PHONE + [429]
    forged = {"X-Forwarded-For": "203.0.113.9", "X-Real-IP": "203.0.113.9", "Forwarded": "for=203.0.113.9"}
    left = MOST_BY_ADDRESS - MOST_BY_PHONE - 1
    answers = [
        phone.browser.post(
            f"/d/{phone.code}/phone",
            {"key": form_key(phone.code), "phone": f"+49151{number:08d}"},
            headers=forged | {"X-Forwarded-For": f"203.0.113.{number}"},
        ).status_code
        for number in range(left + 2)
    ]
    assert answers == [303] * left + [429, 429]
    elsewhere = [
        phone.browser.post(
            f"/d/{phone.code}/phone",
            {"key": form_key(phone.code), "phone": f"+49152{number:08d}"},
            REMOTE_ADDR=f"198.51.100.{number}",
        ).status_code
        for number in range(MOST_AT_DESK)
    ]
    assert elsewhere.count(429) == MOST_BY_ADDRESS - 1
    at_salon.wait(minutes=10)
    assert phone.ask(PHONE).status_code == 303


def test_a_form_of_another_site_asks_for_nothing(at_salon: Salon, desk: PayDesk, phone: Phone):
    push(at_salon, at_salon.visit(), desk)
    for rest in ("phone", "yes"):
        answer = phone.browser.post(f"/d/{phone.code}/{rest}", {"phone": PHONE, "visit": Push.objects.get().key})
        assert answer["Location"] == f"/d/{phone.code}"
    assert not CodeAsk.objects.exists() and Push.objects.get().taken_at is None


def _queries() -> CaptureQueriesContext:
    return CaptureQueriesContext(connection)

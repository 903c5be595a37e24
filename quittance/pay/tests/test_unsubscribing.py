"""The foot of a reminder: looking changes nothing, one press ends reminders, and receipts still come."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from email import message_from_bytes
from typing import Any

import pytest
from django.test import Client as Browser

from quittance.audit.models import AuditEntry
from quittance.flows.tests.post_office import EMAIL, PostOffice, open_post_office
from quittance.message_channels.smtp.translate import to_mime
from quittance.messages import actions, queries
from quittance.messages.models import Suppression
from quittance.messages.types import TYPES
from tests.support.salon import Salon

pytestmark = [pytest.mark.django_db, pytest.mark.row("D5")]


@pytest.fixture
def office(at_salon: Salon, monkeypatch: pytest.MonkeyPatch) -> Iterator[PostOffice]:
    """Payment links stand for a kind that may be unsubscribed from."""
    monkeypatch.setitem(TYPES, "payment_link", replace(TYPES["payment_link"], may_unsubscribe=True))
    with open_post_office(at_salon) as office:
        yield office


@pytest.fixture
def path(office: PostOffice) -> str:
    office.send(office.salon.visit(), "email")
    office.deliver()
    address = office.email.accepted[0].unsubscribe_url
    return "/u/" + address.rpartition("/u/")[2]


def why_not(office: PostOffice, type_: str) -> str:
    return queries.why_not(business_id=office.salon.business.pk, channel="email", address=EMAIL, type=type_)


def test_a_mail_that_may_be_unsubscribed_from_says_where_in_its_headers_and_its_foot(office: PostOffice, path: str):
    mail = office.email.accepted[0]
    parsed = message_from_bytes(to_mime(mail))
    assert parsed["List-Unsubscribe"] == f"<{mail.unsubscribe_url}>"
    assert parsed["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert f"No more of these emails:\n{mail.unsubscribe_url}" in mail.text and mail.unsubscribe_url in mail.html


def test_looking_changes_nothing_and_one_press_ends_reminders_only(office: PostOffice, path: str):
    browser = Browser(enforce_csrf_checks=True)
    for _ in range(2):
        assert "No more reminders by email?" in browser.get(path).content.decode()
    assert not Suppression.objects.exists()
    assert "You get no more reminders" in browser.post(path).content.decode()
    assert "unsubscribed" in why_not(office, "payment_link")
    assert not why_not(office, "payment_received") and not why_not(office, "refund")
    assert "You get no more reminders" in browser.get(path).content.decode()


def test_a_mail_program_may_press_by_itself_and_twice(office: PostOffice, path: str):
    for _ in range(2):
        answer = Browser(enforce_csrf_checks=True).post(path, {"List-Unsubscribe": "One-Click"})
        assert answer.status_code == 200 and not answer.cookies
    assert Suppression.objects.count() == 1
    assert [entry.action for entry in AuditEntry.objects.filter(action__startswith="client.")] == [
        "client.unsubscribed"
    ]


def test_it_can_be_taken_back(office: PostOffice, path: str):
    browser = Browser()
    browser.post(path)
    assert "You get reminders again" in browser.post(path, {"again": "1"}).content.decode()
    assert not why_not(office, "payment_link")


def test_what_waits_is_dropped(office: PostOffice, path: str):
    office.send(office.salon.visit(), "email")
    Browser().post(path)
    assert office.deliver() == ["dropped"]


@pytest.mark.parametrize(
    "spoil",
    [
        lambda path: path[:-1] + ("0" if path[-1] != "0" else "1"),
        lambda _: "/u/x",
        lambda path: re.sub("[0-9a-f]{32}-", "0" * 32 + "-", path),
    ],
)
def test_an_address_that_we_did_not_write_does_nothing(office: PostOffice, path: str, spoil):
    for answer in (Browser().get(spoil(path)), Browser().post(spoil(path))):
        assert answer.status_code == 404
    assert not Suppression.objects.exists()


def test_it_speaks_the_clients_language(office: PostOffice, path: str):
    assert "Keine Erinnerungen mehr per E-Mail?" in Browser().get(f"{path}?lang=de").content.decode()


def test_lifting_a_bounce_leaves_it_unsubscribed(office: PostOffice, path: str):
    Browser().post(path)
    own: dict[str, Any] = {"business_id": office.salon.business.pk, "channel": "email", "address": EMAIL}
    actions.suppress(**own, reason="refused", now=office.salon.now)
    assert why_not(office, "payment_received")
    actions.lift_suppression(**own, reasons=("refused",))
    assert not why_not(office, "payment_received") and why_not(office, "payment_link")


def test_a_type_that_is_owed_bears_no_such_address(office: PostOffice):
    visit = office.salon.visit()
    office.salon.bank.pay(office.salon.open_page(visit))
    office.salon.settle(visit)
    office.dispatch()
    office.work()
    assert office.email.accepted[0].unsubscribe_url == "" and "/u/" not in office.email.accepted[0].text

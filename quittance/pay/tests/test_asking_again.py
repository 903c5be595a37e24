"""An expired link asks for a new one, and an outage is told about when it is over."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.test import Client as Browser

from quittance.audit.models import AuditEntry
from quittance.calendar.models import Visit
from quittance.calendar.queries_pay import PayPage
from quittance.clients.models import ContactPoint
from quittance.core.money import Money
from quittance.flows import cancel_visit, renew_link
from quittance.flows._client_way import masked, way_to
from quittance.flows.errors import BusyError, FlowError, PaymentProcessingError, RefusedError
from quittance.flows.tests.post_office import EMAIL, PostOffice, open_post_office
from quittance.messages.models import Message
from quittance.messages.queries import ChannelChoice
from quittance.pay.form_key import form_key
from quittance.payment_systems.port import UnavailableError
from quittance.payments.models import EventSweep, PaymentLink
from tests.support.salon import Salon

pytestmark = pytest.mark.django_db


@pytest.fixture
def office(at_salon: Salon) -> Iterator[PostOffice]:
    with open_post_office(at_salon) as office:
        yield office


def text_of(response) -> str:
    return " ".join(response.content.decode().split())


def press(token: str, what: str, **more):
    return Browser(enforce_csrf_checks=True).post(f"/p/{token}/{what}", {"key": form_key(token)}, **more)


def expired(salon: Salon, **asked) -> str:
    token = salon.link(salon.visit(), expires_at=salon.now + timedelta(hours=1), **asked)
    salon.wait(hours=2)
    return token


def page(token: str) -> str:
    return text_of(Browser().get(f"/p/{token}"))


@pytest.mark.parametrize(
    ("trouble", "outcome"),
    [
        (RefusedError("Nothing is due."), "nobody"),
        (PaymentProcessingError(amount=Money(1, "EUR")), "answered"),
        (BusyError(), "busy"),
    ],
)
def test_what_stands_in_the_way_of_a_new_link_sends_nothing(
    at_salon: Salon, office: PostOffice, monkeypatch: pytest.MonkeyPatch, trouble: FlowError, outcome: str
):
    token = expired(at_salon)

    def in_the_way(**_asked: object) -> None:
        raise trouble

    monkeypatch.setattr(renew_link, "make", in_the_way)
    assert renew_link.renew(token=token, ip="", now=at_salon.now) == outcome
    assert not Message.objects.exists()


def test_a_client_whose_contacts_went_a_moment_ago_is_sent_nothing(
    at_salon: Salon, office: PostOffice, monkeypatch: pytest.MonkeyPatch
):
    token = expired(at_salon)
    looked: list[object] = []

    def at_first_only(page: PayPage) -> ChannelChoice | None:
        looked.append(page)
        return way_to(page) if len(looked) == 1 else None

    monkeypatch.setattr(renew_link, "way_to", at_first_only)
    assert renew_link.renew(token=token, ip="", now=at_salon.now) == "nobody"
    assert not Message.objects.exists()


@pytest.mark.row("C9")
@pytest.mark.parametrize("when", ["on the old page", "while paying"])
def test_the_new_link_speaks_the_language_that_was_chosen_on_the_old_one(
    at_salon: Salon, office: PostOffice, when: str
):
    token = expired(at_salon)
    if when == "while paying":
        PaymentLink.objects.update(language="fr")
    press(token, "renew" + ("?lang=fr" if when == "on the old page" else ""))
    office.work()
    new = PaymentLink.objects.latest("pk")
    assert (new.language, Message.objects.get().language) == ("fr", "fr")
    assert "Payer 100,00" in page(new.token.reveal())


@pytest.mark.row("C9")
def test_an_expired_link_sends_a_new_one_to_the_contact_in_the_card(at_salon: Salon, office: PostOffice):
    token = expired(at_salon)
    shown = page(token)
    assert "This link has expired" in shown and "Send me a new link" in shown
    assert "We send it to c•••@client.example." in shown and EMAIL not in shown
    answer = press(token, "renew")
    assert (answer.status_code, answer["Location"]) == (303, f"/p/{token}")
    office.work()
    new = PaymentLink.objects.latest("pk")
    assert [one.address for one in office.email.accepted] == [EMAIL]
    assert new.token.reveal() in office.email.sent_to(EMAIL)[0].text
    after = page(token)
    assert "A new link is on its way to c•••@client.example." in after
    assert "Send me a new link" not in after and new.token.reveal() not in after
    assert "Pay €100.00" in page(new.token.reveal())
    entry = AuditEntry.objects.get(action="link.renewed")
    assert (entry.actor_kind, entry.subject_id, entry.detail["new_link"]) == (
        "client",
        PaymentLink.objects.earliest("pk").pk,
        new.pk,
    )


@pytest.mark.row("C9")
def test_one_in_ten_minutes_and_six_a_day(at_salon: Salon, office: PostOffice):
    token = expired(at_salon)
    for _ in range(3):
        press(token, "renew")
    assert Message.objects.count() == 1
    for _ in range(8):
        at_salon.wait(minutes=21)
        press(token, "renew")
    assert Message.objects.count() == renew_link.MOST_A_DAY
    assert "ask Ana&#x27;s Salon for a new link" in page(token)
    assert PaymentLink.objects.count() == 2


@pytest.mark.row("C9")
def test_two_pressings_at_once_send_one(at_salon: Salon, office: PostOffice, monkeypatch: pytest.MonkeyPatch):
    """Both have passed the look at the pace: the unique purpose lets one through."""
    token = expired(at_salon)
    monkeypatch.setattr(renew_link, "_pace", lambda *_args: "can")
    outcomes = [renew_link.renew(token=token, ip="", now=at_salon.now) for _ in range(2)]
    assert (outcomes, Message.objects.count()) == (["sent", "wait"], 1)


@pytest.mark.row("C9")
def test_it_asks_what_the_old_one_asked(at_salon: Salon, office: PostOffice):
    token = expired(at_salon, ask="amount", amount=at_salon.eur(3000))
    press(token, "renew")
    new = PaymentLink.objects.latest("pk")
    assert (new.ask, new.ask_minor) == ("amount", 3000)


@pytest.mark.row("C9")
def test_a_link_that_the_desk_made_meanwhile_is_the_one_that_is_sent(at_salon: Salon, office: PostOffice):
    visit = at_salon.visit()
    token = at_salon.link(visit, expires_at=at_salon.now + timedelta(hours=1))
    at_salon.wait(hours=2)
    newer = at_salon.link(visit)
    press(token, "renew")
    office.work()
    assert newer in office.email.sent_to(EMAIL)[0].text
    assert PaymentLink.objects.count() == 2


@pytest.mark.row("C9")
def test_what_is_paid_or_cancelled_meanwhile_is_said_instead(at_salon: Salon, office: PostOffice):
    visit = at_salon.visit()
    token = at_salon.link(visit, expires_at=at_salon.now + timedelta(hours=1))
    at_salon.wait(hours=2)
    at_salon.link(visit)
    at_salon.cash(visit, 10_000)
    shown = page(token)
    assert "Nothing is to be paid for this visit any more." in shown and "Send me a new link" not in shown
    press(token, "renew")
    cancelled = at_salon.visit()
    other = at_salon.link(cancelled, expires_at=at_salon.now + timedelta(hours=1))
    at_salon.wait(hours=2)
    cancel_visit.cancel(actor=at_salon.actor, visit_id=cancelled.pk, expected_version=None, now=at_salon.now)
    press(other, "renew")
    assert "Send me a new link" not in page(other) and "cancelled" in page(other)
    assert Message.objects.count() == 0


@pytest.mark.row("C9")
def test_without_a_contact_the_page_says_whom_to_ask(at_salon: Salon, office: PostOffice):
    ContactPoint.objects.all().delete()
    token = expired(at_salon)
    assert "ask Ana&#x27;s Salon for a new link" in page(token)
    press(token, "renew")
    assert Message.objects.count() == 0 and PaymentLink.objects.count() == 1


@pytest.mark.row("C9")
def test_a_page_that_is_still_open_from_the_old_link_is_ended_first(at_salon: Salon, office: PostOffice):
    visit = at_salon.visit()
    at_salon.link(visit, expires_at=at_salon.now + timedelta(minutes=5))
    token = PaymentLink.objects.get().token.reveal()
    at_salon.open_page(visit)
    at_salon.wait(minutes=6)
    press(token, "renew")
    assert at_salon.payment(visit).state == "ended"
    assert Message.objects.count() == 1


def test_a_robot_that_posts_without_the_pages_key_sends_nothing(at_salon: Salon, office: PostOffice):
    token = expired(at_salon)
    for what in ("renew", "call-back"):
        assert Browser().post(f"/p/{token}/{what}", {"key": token}).status_code == 303
    assert Message.objects.count() == 0


@pytest.mark.parametrize(("address", "shown"), [("c@x.example", "c•••@x.example"), ("+4915112345678", "•••78")])
def test_an_address_is_shown_to_who_knows_it(address: str, shown: str):
    assert masked(address) == shown


class TestOutage:
    def down(self, salon: Salon) -> str:
        token = salon.link(salon.visit())
        salon.bank.refuse_next(UnavailableError("down", sent=False), "start_checkout")
        return token

    @pytest.mark.row("C10")
    def test_the_page_says_so_and_offers_a_message(self, at_salon: Salon, office: PostOffice):
        token = self.down(at_salon)
        shown = press(token, "pay")
        assert shown.status_code == 503
        assert "Online payment is not available at the moment" in text_of(shown)
        assert "Message me when it works again" in text_of(shown) and "We write to c•••@client.example" in text_of(
            shown
        )
        told = press(token, "call-back")
        assert (told.status_code, "We tell you when it works again" in text_of(told)) == (200, True)
        press(token, "call-back")
        assert Message.objects.count() == 1
        assert "Pay €100.00" in page(token)

    @pytest.mark.row("C10")
    def test_one_message_leaves_when_the_account_has_answered(self, at_salon: Salon, office: PostOffice):
        token = self.down(at_salon)
        press(token, "pay")
        press(token, "call-back")
        for _ in range(5):
            at_salon.wait(minutes=1)
            office.work()
        assert office.email.accepted == []
        EventSweep.objects.update(swept_at=at_salon.now)
        for _ in range(3):
            at_salon.wait(minutes=1)
            office.work()
        assert [one.subject for one in office.email.accepted] == ["You can pay €100.00 online again"]
        assert token in office.email.sent_to(EMAIL)[0].text
        assert Message.objects.get().attempts == 1

    @pytest.mark.row("C10")
    def test_whoever_has_paid_meanwhile_hears_nothing(self, at_salon: Salon, office: PostOffice):
        token = self.down(at_salon)
        press(token, "pay")
        press(token, "call-back")
        at_salon.bank.pay(at_salon.press_pay(token).address)
        at_salon.settle(Visit.objects.get())
        EventSweep.objects.update(swept_at=at_salon.now + timedelta(seconds=30))
        at_salon.wait(minutes=2)
        office.work()
        assert office.email.accepted == []
        assert Message.objects.earliest("pk").state == "dropped"

    def test_after_a_day_it_is_let_go(self, at_salon: Salon, office: PostOffice):
        token = self.down(at_salon)
        press(token, "call-back")
        at_salon.account.trouble = "The key was refused."
        at_salon.account.save()
        at_salon.wait(minutes=20)
        assert office.work() == ["queued"]
        at_salon.wait(hours=24)
        assert office.work() == ["dropped"]

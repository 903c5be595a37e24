from __future__ import annotations

import json
from html import unescape

import pytest

from quittance.clients.models import ContactPoint
from quittance.desk.tests.counter import Counter, words
from quittance.flows import record_access
from quittance.flows.tests.post_office import EMAIL, PHONE, PostOffice
from quittance.messages.models import Message
from quittance.payments.models import PaymentLink, PaymentMethodSetting
from tests.support.salon import Salon


@pytest.mark.row("B5")
@pytest.mark.row("B2")
def test_two_clicks_from_the_calendar_to_a_sent_link(at_noon: Salon, counter: Counter, office: PostOffice) -> None:
    visit = at_noon.visit()
    events = counter.client.get("/calendar/feed?date=2026-11-26").json()["events"]
    card = next(event for event in events if event.get("display") != "background")
    window = counter.get(card["extendedProps"]["url"])  # click one: the appointment
    assert f'hx-post="/visits/{visit.pk}/link/send"' in window.content.decode()
    answer = counter.press(f"/visits/{visit.pk}/link/send", {"quick": "1", "tab": "details"})  # click two: Send link
    assert answer.status_code == 200
    notice = json.loads(answer["HX-Trigger"])["notice"]
    assert notice["text"] == f"The link leaves by Email {EMAIL}, SMS {PHONE}."
    assert notice["undo"].startswith(f"/visits/{visit.pk}/link/undo?messages=") and notice["stay_seconds"] == 5
    office.deliver()
    assert "/p/" in office.sms.sent_to(PHONE)[0].text
    assert "link sent" in words(counter.get(f"/visits/{visit.pk}"))


@pytest.mark.row("B5")
def test_undo_within_five_seconds_sends_nothing(at_noon: Salon, counter: Counter, office: PostOffice) -> None:
    visit = at_noon.visit()
    answer = counter.press(f"/visits/{visit.pk}/link/send", {"quick": "1"})
    undo = json.loads(answer["HX-Trigger"])["notice"]["undo"]
    taken_back = counter.press(undo)
    assert taken_back.status_code == 204
    assert "Nothing was sent" in taken_back["HX-Trigger"]
    office.deliver()
    assert office.sms.accepted == [] and office.email.accepted == []
    assert "too late" not in taken_back["HX-Trigger"].lower()


@pytest.mark.row("B5")
def test_the_panel_shows_qr_link_chips_and_how_long_it_lives(
    at_noon: Salon, counter: Counter, office: PostOffice
) -> None:
    visit = at_noon.visit()
    made = counter.press(f"/visits/{visit.pk}/link/make")
    page, text = made.content.decode(), words(made)
    assert 'class="qr"' in page and "/p/" in page
    assert EMAIL in text and PHONE in text and "Valid until it is paid" in text
    assert "WhatsApp WhatsApp is not connected." in text
    assert "Asks for €100.00" in text
    part = counter.get(f"/visits/{visit.pk}/link")
    assert "QR code of the payment link" in part.content.decode()


@pytest.mark.row("B5")
def test_a_chip_says_why_a_channel_cannot_be_used_and_where_to_mend_it(
    at_noon: Salon, counter: Counter, office: PostOffice
) -> None:
    ContactPoint.objects.filter(kind="phone").delete()
    visit = at_noon.visit()
    made = counter.press(f"/visits/{visit.pk}/link/make")
    assert "There is no phone number in the client card." in words(made)
    assert f"/visits/{visit.pk}?tab=details&amp;edit=client" in made.content.decode()


@pytest.mark.row("B5")
def test_nothing_to_send_by_opens_the_panel_with_the_reason(at_noon: Salon, counter: Counter) -> None:
    visit = at_noon.visit()
    answer = counter.press(f"/visits/{visit.pk}/link/send", {"quick": "1"})
    assert answer.status_code == 422
    text = words(answer)
    assert "Choose at least one way to send the link, or copy it." in text
    assert "Email is not connected." in text and "SMS is not connected." in text


@pytest.mark.row("B5")
def test_once_to_another_address_and_a_wrong_one_stays_typed(
    at_noon: Salon, counter: Counter, office: PostOffice
) -> None:
    visit = at_noon.visit()
    path = f"/visits/{visit.pk}/link/send"
    wrong = counter.press(path, {"ask": "all", "once_to": "mother@", "channel": []})
    assert wrong.status_code == 422
    assert "This email address is not complete" in words(wrong) and 'value="mother@"' in wrong.content.decode()
    sent = counter.press(path, {"ask": "all", "once_to": "mother@home.example"})
    assert sent.status_code == 200
    assert [row.address for row in Message.objects.all()] == ["mother@home.example"]


@pytest.mark.row("B13")
def test_asking_for_another_amount_ends_the_earlier_link(at_noon: Salon, counter: Counter, office: PostOffice) -> None:
    visit = at_noon.visit()
    counter.press(f"/visits/{visit.pk}/link/make")
    asked = counter.press(f"/visits/{visit.pk}/link/make", {"ask": "amount", "amount": "12,5"})
    assert "Asks for €12.50" in words(asked)
    assert "The earlier one takes nothing any more" in asked["HX-Trigger"]
    assert sorted(PaymentLink.objects.values_list("closed_reason", flat=True)) == ["", "replaced"]
    too_much = counter.press(f"/visits/{visit.pk}/link/make", {"ask": "amount", "amount": "400"})
    assert too_much.status_code == 422 and "is due" in words(too_much)
    empty = counter.press(f"/visits/{visit.pk}/link/send", {"ask": "amount", "amount": ""})
    assert empty.status_code == 422 and "Type the amount to ask for." in words(empty)


@pytest.mark.row("B13")
def test_a_new_ask_while_the_client_pays_needs_the_payment_stopped(
    at_noon: Salon, counter: Counter, office: PostOffice
) -> None:
    visit = at_noon.visit()
    at_noon.open_page(visit)
    typed = {"ask": "amount", "amount": "30", "channel": ["sms"], "request_id": "ask-000001"}
    asked = counter.press(f"/visits/{visit.pk}/link/send", typed)
    assert asked.status_code == 409 and "Stop payment and continue" in words(asked)
    assert 'name="amount" value="30"' in asked.content.decode()
    sent = counter.press(f"/visits/{visit.pk}/link/send", {**typed, "decision": "stop_payment"})
    assert sent.status_code == 200 and "Asks for €30.00" in words(sent)


@pytest.mark.row("B5")
def test_copy_gives_the_same_link_as_send_and_qr(at_noon: Salon, counter: Counter, office: PostOffice) -> None:
    visit = at_noon.visit()
    copied = counter.press(f"/visits/{visit.pk}/link/make", Accept="application/json")
    address = copied.json()["address"]
    assert "/p/" in address
    counter.press(f"/visits/{visit.pk}/link/send", {"quick": "1"})
    assert address in counter.client.get(f"/visits/{visit.pk}/qr").content.decode() or PaymentLink.objects.count() == 1
    assert PaymentLink.objects.count() == 1
    at_noon.cash(visit, 10000)
    refused = counter.press(f"/visits/{visit.pk}/link/make", Accept="application/json")
    assert refused.status_code == 422 and "Nothing is due" in refused.json()["error"]


@pytest.mark.row("B5")
def test_links_switched_off_say_so(at_noon: Salon, counter: Counter, office: PostOffice) -> None:
    PaymentMethodSetting.objects.update(enabled=False)
    visit = at_noon.visit()
    answer = counter.press(f"/visits/{visit.pk}/link/send", {"quick": "1"})
    assert answer.status_code == 422 and "Payment links are switched off" in words(answer)


def test_the_timeline_tells_what_happened(at_noon: Salon, counter: Counter, office: PostOffice) -> None:
    visit = at_noon.visit()
    counter.press(f"/visits/{visit.pk}/link/send", {"quick": "1"})
    office.deliver()
    token = at_noon.link(visit)
    at_noon.wait(minutes=1)
    record_access.record(token=token, now=at_noon.now)
    page = at_noon.press_pay(token).address
    at_noon.bank.decline(page, "The card was declined.")
    at_noon.settle(visit)
    text = words(counter.get(f"/visits/{visit.pk}/link"))
    for part in (
        "Link made by Ana Fischer",
        f"Link to {PHONE} by SMS",
        "Opened by the client",
        "€100.00: payment started",
        "The card was declined.",
    ):
        assert part in text, part
    at_noon.bank.pay(page)
    at_noon.wait(minutes=1)
    at_noon.settle(visit)
    assert "Paid €100.00 Thu 26 Nov" in words(counter.get(f"/visits/{visit.pk}/link"))


def test_ending_the_link_by_hand(at_noon: Salon, counter: Counter) -> None:
    visit = at_noon.visit()
    counter.press(f"/visits/{visit.pk}/link/make")
    answer = counter.press(f"/visits/{visit.pk}/link/expire")
    assert answer.status_code == 200 and "The link has expired" in answer["HX-Trigger"]
    assert PaymentLink.objects.get().closed_reason == "expired"


@pytest.mark.row("B5")
def test_the_second_screen_shows_the_qr_and_thanks_by_itself(at_noon: Salon, counter: Counter) -> None:
    visit = at_noon.visit()
    path = f"/visits/{visit.pk}/qr"
    assert "No payment link yet" in words(counter.client.get(path))
    assert counter.client.post(path).status_code == 303
    shown = counter.client.get(path)
    assert "Please pay €100.00" in words(shown) and "QR code of the payment page" in shown.content.decode()
    poll = shown.content.decode().split('hx-get="')[1].split('"')[0]
    assert counter.get(poll).status_code == 204
    page = at_noon.open_page(visit)
    paying = counter.get(poll)
    assert "The payment page is open on your phone." in words(paying)
    at_noon.bank.pay(page)
    at_noon.settle(visit)
    assert "Paid, thank you" in words(counter.get(poll))


@pytest.mark.row("E4")
def test_every_desk_is_told_when_money_lands(at_noon: Salon, counter: Counter) -> None:
    visit = at_noon.visit()
    first = counter.get("/notices").content.decode()
    poll = unescape(first.split('hx-get="')[1].split('"')[0])
    assert counter.get(poll).status_code == 204
    at_noon.bank.pay(at_noon.open_page(visit))
    at_noon.settle(visit)
    told = counter.get(poll)
    notices = json.loads(told["HX-Trigger"])["notices"]["notices"]
    assert notices == [{"text": "Chloe paid €100.00", "url": f"/visits/{visit.pk}?tab=checkout", "label": "Open visit"}]
    again = unescape(told.content.decode().split('hx-get="')[1].split('"')[0])
    assert counter.get(again).status_code == 204

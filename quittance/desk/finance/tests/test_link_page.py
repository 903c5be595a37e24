"""One link's page: what happened to it, and what is done with it; the same in the visit's panel."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client as Browser

from quittance.core import clock
from quittance.desk.tests.conftest import sign_in
from quittance.desk.tests.counter import Counter, words
from quittance.flows._link_life import end_word
from quittance.flows.tests.post_office import EMAIL, PHONE, PostOffice
from quittance.message_channels.port import PermanentError
from quittance.payments.models import PaymentLink
from tests.support.salon import Salon, open_salon

CHROME = "Mozilla/5.0 (Linux; Android 15) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0 Mobile Safari/537.36"


def link() -> PaymentLink:
    return PaymentLink.objects.latest("pk")


def key_of(token: str) -> str:
    """What the page's beacon sends, read as a browser would."""
    shown = Browser(headers={"User-Agent": CHROME}).get(f"/p/{token}").content.decode()
    return shown.split('data-key="')[1].split('"')[0]


def page(counter: Counter) -> str:
    return words(counter.client.get(f"/finance/links/{link().pk}"))


def press(counter: Counter, what: str, **typed: str):
    values = {"request_id": counter.new_id(), **typed}
    return counter.client.post(f"/finance/links/{link().pk}/{what}", values)


@pytest.mark.row("E2")
def test_the_page_tells_all_that_happened_to_the_link(at_noon: Salon, counter: Counter, office: PostOffice):
    visit = at_noon.visit()
    office.sms.refuse_next(PermanentError("30005", "This number does not exist."))
    counter.press(f"/visits/{visit.pk}/link/send", {"quick": "1"})
    office.deliver()
    token = link().token.reveal()
    Browser().get(f"/p/{token}", headers={"User-Agent": "WhatsApp/2.24"})
    at_noon.wait(minutes=2)
    Browser(headers={"User-Agent": CHROME}).post(f"/p/{token}/seen", {"key": key_of(token)})
    at_noon.wait(minutes=1)
    at_noon.bank.pay(at_noon.press_pay(token).address)
    at_noon.settle(visit)
    text = page(counter)
    told = [
        "Paid €100.00",
        "payment started",
        "Link closed: nothing more to ask",
        "Opened by the client",
        "Preview fetched by WhatsApp",
        f"Link to {EMAIL} by Email",
        f"Link to {PHONE} by SMS",
        "Not delivered: This number does not exist.",
        "Link made by Ana Fischer",
    ]
    assert [one for one in told if one not in text] == []
    places = [text.index(one) for one in told if "Link to" not in one and "Not delivered" not in one]
    assert places == sorted(places)
    assert "It takes no money any more." in text and "Send again" not in text


@pytest.mark.row("E2", "C2")
def test_extend_and_expire_now_say_what_holds_from_then_on(at_noon: Salon, counter: Counter):
    at_noon.link(at_noon.visit(), expires_at=at_noon.now + timedelta(hours=3))
    assert "Expires in 3 h" in page(counter)
    seen = end_word(link().expires_at)
    assert press(counter, "extend", life="until", until="2026-11-27T14:00", seen_end=seen).status_code == 303
    text = page(counter)
    assert "Expires tomorrow at 14:00" in text
    assert "Given another end by Ana Fischer" in text and "Valid until Fri 27 Nov, 14:00" in text
    assert press(counter, "extend", life="paid", seen_end=seen).status_code == 409
    assert press(counter, "expire", seen_end=end_word(link().expires_at)).status_code == 303
    text = page(counter)
    assert "expired" in text and "Expired at once by Ana Fischer" in text
    refused = press(counter, "extend", life="paid", seen_end=end_word(link().expires_at))
    assert refused.status_code == 422 and "Send a new one" in words(refused)


@pytest.mark.row("C2")
@pytest.mark.parametrize(
    ("typed", "says"),
    [
        ({"life": "until"}, "Type a day and a time."),
        ({"life": "until", "until": "yesterday"}, "Type a day and a time."),
        ({"life": "until", "until": "2026-11-20T10:00"}, "must lie in the future"),
        ({"life": ""}, "Choose until when the link is to be valid."),
    ],
)
def test_what_is_no_end_is_refused_with_a_sentence(at_noon: Salon, counter: Counter, typed, says):
    visit = at_noon.visit()
    at_noon.link(visit)
    answer = press(counter, "extend", **typed, seen_end="-")
    assert (answer.status_code, says in words(answer)) == (422, True)
    answer = counter.press(f"/visits/{visit.pk}/link/extend", {**typed, "seen_end": "-"})
    assert (answer.status_code, says in words(answer)) == (422, True)
    assert link().expires_at is None


@pytest.mark.row("E2", "B9")
def test_expiring_while_the_client_pays_asks_first(at_noon: Salon, counter: Counter):
    visit = at_noon.visit()
    at_noon.open_page(visit)
    asked = press(counter, "expire", seen_end="-")
    assert asked.status_code == 409
    assert "Chloe is paying €100.00" in words(asked) and "Stop payment and continue" in words(asked)
    assert link().closed_at is None
    assert press(counter, "expire", seen_end="-", decision="stop_payment").status_code == 303
    assert (link().closed_reason, at_noon.payment(visit).state) == ("expired", "ended")


@pytest.mark.row("E2")
def test_send_again_goes_by_the_clients_usual_ways(at_noon: Salon, counter: Counter, office: PostOffice):
    at_noon.link(at_noon.visit())
    assert f"Email {EMAIL}" in page(counter)
    assert press(counter, "resend").status_code == 303
    office.deliver()
    assert len(office.email.sent_to(EMAIL)) == 1 and len(office.sms.sent_to(PHONE)) == 1
    assert PaymentLink.objects.count() == 1


@pytest.mark.row("C2")
def test_the_panel_makes_a_link_with_its_own_life_and_changes_it(at_noon: Salon, counter: Counter, office: PostOffice):
    visit = at_noon.visit()
    made = counter.press(f"/visits/{visit.pk}/link/make", {"life": "24h"})
    assert link().expires_at == at_noon.now + timedelta(hours=24)
    assert "Expires tomorrow at 14:00" in words(made)
    counter.press(f"/visits/{visit.pk}/link/send", {"channel": "sms", "life": "paid"})
    assert (PaymentLink.objects.count(), link().expires_at) == (1, None)
    extended = counter.press(f"/visits/{visit.pk}/link/extend", {"life": "48h", "seen_end": "-"})
    assert "Expires in 2 days" in words(extended) and "Given another end by Ana Fischer" in words(extended)
    gone = counter.press(f"/visits/{visit.pk}/link/expire")
    assert gone.status_code == 200
    assert link().closed_reason == "expired"


@pytest.mark.row("E2", "K1")
def test_who_only_reads_finance_has_no_buttons_and_dan_sees_nothing(at_noon: Salon, counter: Counter):
    at_noon.link(at_noon.visit())
    counter.client = sign_in(at_noon, "bookkeeper", "bo@salon.example")
    text = page(counter)
    assert "To send it or to change its end, ask somebody" in text and "/p/" not in text
    assert press(counter, "expire", seen_end="-").status_code == 403
    dan = open_salon(at_noon.bank, owner="Dan")
    counter.client = sign_in(dan, "owner", "dan@salon.example")
    for what in ("extend", "expire", "resend"):
        assert press(counter, what, life="paid").status_code == 404
    assert counter.client.get(f"/finance/links/{link().pk}").status_code == 404
    assert link().closed_at is None


@pytest.mark.row("C4")
def test_t44_staff_who_open_the_clients_page_do_not_count(at_noon: Salon, counter: Counter):
    token = at_noon.link(at_noon.visit())
    key = {"key": key_of(token)}
    counter.client.post(f"/p/{token}/seen", key, headers={"User-Agent": CHROME})
    assert link().accessed_at is None
    Browser(headers={"User-Agent": CHROME}).post(f"/p/{token}/seen", key)
    assert link().accessed_at == clock.now()

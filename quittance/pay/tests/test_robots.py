"""T44: previews and scanners are kept apart from people, and shown as what they are."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client as Browser
from django.test import RequestFactory

from quittance.limits.models import RobotFetch
from quittance.limits.queries import fetches_of
from quittance.outbox.models import Event
from quittance.pay.form_key import form_key
from quittance.pay.robots import robot_of
from quittance.payments.models import PaymentLink
from tests.support.salon import Salon

pytestmark = [pytest.mark.django_db, pytest.mark.row("C4")]
CHROME = "Mozilla/5.0 (Linux; Android 15) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0 Mobile Safari/537.36"
IMESSAGE = (
    "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_11_1) AppleWebKit/601.2.4 (KHTML, like Gecko) "
    "Version/9.0.1 Safari/601.2.4 facebookexternalhit/1.1 Facebot Twitterbot/1.0"
)


@pytest.mark.parametrize(
    ("headers", "name"),
    [
        ({"User-Agent": "WhatsApp/2.24.20.89 A"}, "WhatsApp"),
        ({"User-Agent": "facebookexternalhit/1.1"}, "Facebook"),
        ({"User-Agent": IMESSAGE}, "iMessage"),
        ({"User-Agent": "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)"}, "Google"),
        ({"User-Agent": ""}, "unnamed"),
        ({"User-Agent": "SomeMailScanner/3"}, "other"),
        ({"User-Agent": CHROME, "Sec-Purpose": "prefetch;prerender"}, "prefetch"),
        ({"User-Agent": CHROME}, ""),
    ],
)
def test_t44_a_robot_is_known_by_what_it_says_of_itself(headers, name):
    assert robot_of(RequestFactory().get("/p/x", headers=headers)) == name


def test_t44_a_preview_is_written_down_once_a_minute_and_is_no_access(at_salon: Salon):
    token = at_salon.link(at_salon.visit())
    link, events = PaymentLink.objects.get(), Event.objects.count()
    browser = Browser(headers={"User-Agent": "WhatsApp/2.24"})
    for _ in range(20):
        assert browser.get(f"/p/{token}").status_code == 200
        assert browser.head(f"/p/{token}").status_code == 200
    at_salon.wait(minutes=2)
    browser.get(f"/p/{token}", headers={"User-Agent": CHROME})
    browser.get(f"/p/{token}")
    found = fetches_of(business_id=at_salon.business.pk, link_ids=[link.pk])
    assert [(one.robot, one.count) for one in found] == [("WhatsApp", 2)]
    assert found[0].last_at - found[0].first_at == timedelta(minutes=2)
    assert PaymentLink.objects.get().accessed_at is None
    assert Event.objects.count() == events


def test_an_address_that_does_not_exist_leaves_no_trace(at_salon: Salon):
    assert Browser(headers={"User-Agent": "WhatsApp/2"}).get("/p/" + "x" * 22).status_code == 404
    assert not RobotFetch.objects.exists()


@pytest.mark.parametrize("agent", ["Mozilla/5.0 (compatible; Googlebot/2.1)", "WhatsApp/2.24", IMESSAGE])
def test_t44_a_robot_that_runs_the_beacon_is_not_counted(at_salon: Salon, agent: str):
    token = at_salon.link(at_salon.visit())
    Browser(headers={"User-Agent": agent}).post(f"/p/{token}/seen", {"key": form_key(token)})
    assert PaymentLink.objects.get().accessed_at is None
    Browser(headers={"User-Agent": CHROME}).post(f"/p/{token}/seen", {"key": form_key(token)})
    assert PaymentLink.objects.get().accessed_at == at_salon.now

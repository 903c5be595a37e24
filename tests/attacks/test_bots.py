"""T44: robots, previews and scanners fetch every link the moment it is sent; nothing may follow from that."""

from __future__ import annotations

import re
from html import unescape

import pytest

from quittance.payments.models import PaymentLink
from tests.attacks.world import Place, all_rows, browser

pytestmark = [pytest.mark.django_db, pytest.mark.row("C4")]
AGENTS = {
    "whatsapp": "WhatsApp/2.24.20.89 A",
    "facebook": "facebookexternalhit/1.1 (+http://www.facebook.com/externalhit_uatext.php)",
    "imessage": "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_11_1) AppleWebKit/601.2.4 (KHTML, like Gecko) "
    "Version/9.0.1 Safari/601.2.4 facebookexternalhit/1.1 Facebot Twitterbot/1.0",
    "googlebot": "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)",
    "blank": "",
    "chrome": "Mozilla/5.0 (Linux; Android 15) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0 Mobile Safari/537.36",
}
PATHS = ("", "/return", "/state", "/visit.ics", "/receipt.pdf")
PREFETCH = {"Sec-Purpose": "prefetch;prerender", "Purpose": "prefetch", "X-Moz": "prefetch"}


@pytest.mark.parametrize("agent", AGENTS.values(), ids=AGENTS)
def test_t44_forty_fetches_by_a_robot_start_nothing_and_the_link_stays_payable(ana: Place, agent: str) -> None:
    one = browser()
    before, asked = all_rows(), len(ana.salon.bank.requests)
    for number in range(20):
        path = f"/p/{ana.token}{PATHS[number % len(PATHS)]}"
        for headers in ({"User-Agent": agent}, {"User-Agent": agent, **PREFETCH}):
            assert one.get(path, headers=headers).status_code == 200
            assert one.head(path, headers=headers).status_code == 200
    assert all_rows() == before
    assert len(ana.salon.bank.requests) == asked
    assert PaymentLink.objects.get(bill=ana.visit.bill_id).accessed_at is None
    assert not one.cookies
    assert ana.salon.press_pay(ana.token).outcome == "redirect"


@pytest.mark.parametrize("path", ["pay", "check", "seen"])
def test_t44_a_robot_that_posts_to_every_address_starts_nothing(ana: Place, path: str) -> None:
    before, asked = all_rows(), len(ana.salon.bank.requests)
    for body in ({}, {"key": ""}, {"key": ana.token}):
        browser().post(f"/p/{ana.token}/{path}", body, headers={"User-Agent": AGENTS["googlebot"]})
    assert all_rows() == before
    assert len(ana.salon.bank.requests) == asked


@pytest.mark.parametrize("path", ["", "/return"])
def test_t44_what_a_preview_shows_names_nobody(ana: Place, path: str) -> None:
    """A preview is drawn from the title and the description, and shown to whoever sees the chat."""
    head = browser().get(f"/p/{ana.token}{path}").content.decode().split("</head>")[0]
    words = [
        unescape(word)
        for word in re.findall(r"<title>(.*?)</title>|content=\"(.*?)\"", head, re.DOTALL)
        for word in word
    ]
    shown = " ".join(words)
    for personal in ("Chloe", "Ben of", "@", ana.marks[6], ana.token, "Cut by", "Note of", "€", "EUR", "100"):
        assert personal not in shown, personal
    assert "Ana's Salon" in shown
    assert "noindex" in head


def test_t44_a_person_who_presses_pay_is_led_to_the_payment_page(ana: Place) -> None:
    """The control: with the page's own key the same address does start a payment."""
    page = browser().get(f"/p/{ana.token}").content.decode()
    key = page.split('name="key" value="')[1].split('"')[0]
    answer = browser().post(f"/p/{ana.token}/pay", {"key": key})
    assert answer.status_code == 303
    assert answer["Location"] == ana.salon.payment(ana.visit).address

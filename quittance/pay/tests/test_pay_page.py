"""What a client sees behind a link, and that looking changes nothing."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client as Browser

from quittance.bills.actions import add_line
from quittance.bills.lines import NewLine
from quittance.bills.models import Bill
from quittance.outbox.models import Event
from quittance.payments.models import Payment, PaymentLink
from quittance.rows.locking import in_one_transaction
from tests.support.salon import Salon

pytestmark = pytest.mark.django_db

ROBOTS = [
    "WhatsApp/2.23.20.0",
    "facebookexternalhit/1.1",
    "Mozilla/5.0 (Macintosh) AppleWebKit/601.2.4 facebookexternalhit/1.1 Facebot Twitterbot/1.0",
    "Mozilla/5.0 (compatible; Googlebot/2.1)",
    "",
    "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/130 Safari/537.36",
]


@pytest.fixture
def browser() -> Browser:
    return Browser(enforce_csrf_checks=True)


def text_of(response) -> str:
    return " ".join(response.content.decode().split())


@pytest.mark.row("C3")
def test_the_page_shows_the_visit_what_is_due_and_one_button(at_salon: Salon, browser: Browser):
    visit = at_salon.visit(minor=6000)
    token = at_salon.link(visit)

    page = text_of(browser.get(f"/p/{token}"))

    assert "Ana&#x27;s Salon" in page
    assert "Thu 26 Nov, 14:00" in page
    assert "with Ben" in page
    assert "Cut and colour" in page
    assert page.count("€60.00") >= 3
    assert "Pay €60.00 </button>" in page
    assert page.count("<button") == 1


@pytest.mark.row("C3")
def test_what_was_paid_in_cash_is_shown_and_the_page_asks_the_rest(at_salon: Salon, browser: Browser):
    visit = at_salon.visit(minor=6000)
    at_salon.cash(visit, 2000)

    page = text_of(browser.get(f"/p/{at_salon.link(visit)}"))

    assert "Paid so far" in page
    assert '<progress class="bar" value="2000" max="6000"' in page
    assert "Pay €40.00" in page


@pytest.mark.row("C2", "C3")
def test_the_deadline_is_shown_where_there_is_one(at_salon: Salon, browser: Browser):
    token = at_salon.link(at_salon.visit())
    assert "Please pay by" not in text_of(browser.get(f"/p/{token}"))

    PaymentLink.objects.update(expires_at=at_salon.now + timedelta(hours=48))
    shown = text_of(browser.get(f"/p/{token}"))
    assert "Please pay by Sat 28 Nov, 14:00." in shown and " left</strong>" not in shown
    at_salon.wait(hours=44, minutes=30)
    assert "<strong>3 h left</strong>" in text_of(browser.get(f"/p/{token}"))
    at_salon.wait(hours=3)
    assert "<strong>30 min left</strong>" in text_of(browser.get(f"/p/{token}?lang=en"))
    assert "<strong>noch 30 Min.</strong>" in text_of(browser.get(f"/p/{token}?lang=de"))


@pytest.mark.row("C15")
def test_a_deposit_reads_what_is_paid_now_and_at_the_visit(at_salon: Salon, browser: Browser):
    visit = at_salon.visit(minor=8000)
    token = at_salon.link(visit, ask="amount", amount=at_salon.eur(3000))
    PaymentLink.objects.update(ask="deposit")

    page = text_of(browser.get(f"/p/{token}"))

    assert "Deposit: €30.00 now, €50.00 at the visit." in page
    assert "Pay €30.00" in page


@pytest.mark.row("B13")
def test_a_typed_amount_is_asked_and_the_rest_is_named(at_salon: Salon, browser: Browser):
    visit = at_salon.visit(minor=8000)
    token = at_salon.link(visit, ask="amount", amount=at_salon.eur(3000))

    assert "€30.00 now, €50.00 at the visit." in text_of(browser.get(f"/p/{token}"))
    at_salon.wait(hours=1)
    assert "€30.00 now, €50.00 later." in text_of(browser.get(f"/p/{token}"))


@pytest.mark.row("B13")
def test_the_page_never_asks_more_than_is_due(at_salon: Salon, browser: Browser):
    visit = at_salon.visit(minor=8000)
    token = at_salon.link(visit, ask="amount", amount=at_salon.eur(3000))
    at_salon.cash(visit, 6000)

    assert "Pay €20.00" in text_of(browser.get(f"/p/{token}"))


@pytest.mark.row("C15")
def test_legal_details_and_policies_stand_above_the_button(at_salon: Salon, browser: Browser):
    business = at_salon.business
    business.legal_name, business.tax_number = "Ana Fischer GmbH", "DE123"
    business.cancellation_policy, business.refund_policy = "Free until 24 h before.", "Back to your card."
    business.save()

    page = text_of(browser.get(f"/p/{at_salon.link(at_salon.visit())}"))

    for words in ["Ana Fischer GmbH", "DE123", "Free until 24 h before.", "Back to your card."]:
        assert page.index(words) < page.index("Pay €100.00")


@pytest.mark.row("B8")
def test_a_price_that_is_not_set_yet_says_so(at_salon: Salon, browser: Browser):
    visit = at_salon.visit()
    line = NewLine(kind="custom", name="Balayage", unit_minor=9000, unit_max_minor=15000)
    in_one_transaction(lambda: add_line(bill=at_salon.bill(visit), line=line, now=at_salon.now))

    assert "from; the final price is set at the visit" in text_of(browser.get(f"/p/{at_salon.link(visit)}"))


@pytest.mark.row("C4")
@pytest.mark.parametrize("agent", ROBOTS)
def test_t44_fetching_changes_nothing(at_salon: Salon, browser: Browser, agent: str):
    token = at_salon.link(at_salon.visit())
    before = list(PaymentLink.objects.values()), list(Bill.objects.values()), Event.objects.count()

    for path in ["", "/return", "/state", "/visit.ics"]:
        for method in (browser.get, browser.head):
            answer = method(f"/p/{token}{path}", HTTP_USER_AGENT=agent, HTTP_SEC_PURPOSE="prefetch")
            assert answer.status_code == 200

    assert (list(PaymentLink.objects.values()), list(Bill.objects.values()), Event.objects.count()) == before
    assert not Payment.objects.exists()


@pytest.mark.row("C4")
def test_a_preview_shows_nothing_personal(at_salon: Salon, browser: Browser):
    page = text_of(browser.get(f"/p/{at_salon.link(at_salon.visit())}"))

    assert "Chloe" not in page
    assert "chloe@client.example" not in page
    assert "4915112345678" not in page


@pytest.mark.row("C4")
def test_only_the_beacon_of_a_page_that_is_seen_records_the_access(at_salon: Salon, browser: Browser):
    token = at_salon.link(at_salon.visit())
    page = browser.get(f"/p/{token}").content.decode()
    key = page.split('data-key="')[1].split('"')[0]

    assert browser.post(f"/p/{token}/seen", {"key": "robot"}).status_code == 204
    assert PaymentLink.objects.get().accessed_at is None

    assert browser.post(f"/p/{token}/seen", {"key": key}).status_code == 204
    assert PaymentLink.objects.get().accessed_at == at_salon.now


@pytest.mark.row("C11")
def test_the_page_asks_for_no_cookie_no_listing_and_no_referrer(at_salon: Salon, browser: Browser):
    answer = browser.get(f"/p/{at_salon.link(at_salon.visit())}")

    assert not answer.cookies
    assert answer["Referrer-Policy"] == "no-referrer"
    assert "noindex" in answer["X-Robots-Tag"]
    assert "no-store" in answer["Cache-Control"]
    assert "default-src 'none'" in answer["Content-Security-Policy"]
    assert "<script>" not in answer.content.decode()


@pytest.mark.row("C11")
def test_five_queries_draw_the_page(at_salon: Salon, browser: Browser, django_assert_max_num_queries):
    visit = at_salon.visit()
    at_salon.cash(visit, 1000)
    token = at_salon.link(visit)
    at_salon.press_pay(token)

    with django_assert_max_num_queries(5):
        browser.get(f"/p/{token}", HTTP_USER_AGENT=ROBOTS[-1])
    with django_assert_max_num_queries(5):
        browser.get(f"/p/{token}/return", HTTP_USER_AGENT=ROBOTS[-1])


@pytest.mark.row("C11")
@pytest.mark.parametrize(
    ("client", "accepted", "query", "words"),
    [
        ("en", "de", "", "What happens next"),
        ("de", "en", "", "Wie es weitergeht"),
        ("", "de-AT,de;q=0.9", "", "Wie es weitergeht"),
        ("", "xx", "", "What happens next"),
        ("ja", "de", "", "Wie es weitergeht"),
        ("en", "", "?lang=de", "Wie es weitergeht"),
        ("en", "", "?lang=klingon", "What happens next"),
    ],
)
def test_the_page_speaks_the_clients_language(at_salon: Salon, browser: Browser, client, accepted, query, words):
    at_salon.chloe.language = client
    at_salon.chloe.save()
    token = at_salon.link(at_salon.visit(minor=123450))

    page = text_of(browser.get(f"/p/{token}{query}", HTTP_ACCEPT_LANGUAGE=accepted))

    assert words in page
    if words.startswith("Wie"):
        assert '<html lang="de"' in page
        assert "1.234,50 € zahlen" in page
        assert "Do., 26. Nov., 14:00" in page


def test_a_chosen_language_goes_with_the_form(at_salon: Salon, browser: Browser):
    token = at_salon.link(at_salon.visit())

    assert f'action="/p/{token}/pay?lang=de"' in browser.get(f"/p/{token}?lang=de").content.decode()


@pytest.mark.row("C1")
def test_t45_whatever_is_no_link_of_ours_looks_the_same(at_salon: Salon, browser: Browser):
    token = at_salon.link(at_salon.visit())
    wrong = ["a" * 22, token[:-1], token + "A", token.swapcase(), "x", "ä" * 22]

    answers = [browser.get(f"/p/{candidate}{rest}") for candidate in wrong for rest in ("", "/return", "/receipt.pdf")]

    assert {answer.status_code for answer in answers} == {404}
    assert len({answer.content for answer in answers}) == 1
    assert "There is nothing at this address" in text_of(answers[0])


@pytest.mark.row("C1")
def test_t45_guessing_ends_in_a_wait_and_the_next_minute_is_free(at_salon: Salon, browser: Browser):
    token = at_salon.link(at_salon.visit())
    for number in range(50):
        assert browser.get(f"/p/{number:022d}").status_code == 404

    blocked = browser.get(f"/p/{token}")
    assert blocked.status_code == 429
    assert "Please wait a minute" in text_of(blocked)
    assert browser.get(f"/p/{token}", REMOTE_ADDR="192.0.2.9").status_code == 200

    at_salon.wait(minutes=1)
    assert browser.get(f"/p/{token}").status_code == 200


def test_t50_hostile_names_stay_text(at_salon: Salon, browser: Browser):
    at_salon.business.name = '<img src=x onerror="alert(1)">'
    at_salon.business.save()
    at_salon.ben.name = '"><script>alert(1)</script>'
    at_salon.ben.save()
    token = at_salon.link(at_salon.visit(name='=HYPERLINK("//evil")<b>'))

    page = browser.get(f"/p/{token}").content.decode()

    assert "<img" not in page
    assert "<script>" not in page
    assert "<b>" not in page


@pytest.mark.row("B16")
def test_a_moved_visit_shows_its_new_time_at_the_same_link(at_salon: Salon, browser: Browser):
    visit = at_salon.visit()
    token = at_salon.link(visit)
    later = at_salon.now + timedelta(days=1, hours=2)
    visit.appointments.update(starts_at=later, ends_at=later + timedelta(hours=1))

    assert "Fri 27 Nov, 16:00" in text_of(browser.get(f"/p/{token}"))

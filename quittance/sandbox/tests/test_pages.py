"""The pages: hosted payment, phone, panel. Plain HTTP, no scripts, everything that others wrote stays inert."""

import json
import smtplib
from email.message import EmailMessage
from typing import Any
from urllib.parse import quote

import pytest

from quittance.sandbox.tests.support import Page, Shop, browse
from quittance.sandbox.tests.test_twilio import CHLOE, send

CARD = {"method": "card", "number": "4242 4242 4242 4242", "expiry": "12 / 34", "cvc": "123", "name": "Chloe"}
HOSTILE = '"><script>alert(1)</script>'


def press(shop: Shop, session: Any, **changes: str) -> Page:
    return browse(f"{shop.sandbox.url}/c/pay/{session.id}", CARD | changes)


def test_the_client_pays_and_is_sent_back(shop: Shop) -> None:
    opened = shop.open()
    page = browse(opened.url)
    assert (page.status, "60.00 EUR" in page.text, "Cut" in page.text) == (200, True, True)
    assert "<script" not in page.text
    assert 'href="https://salon.example/p/abc"' in page.text
    back = press(shop, opened)
    assert (back.status, back.headers["Location"]) == (303, f"https://salon.example/back?s={opened.id}")
    assert len(shop.sandbox.books.charges()) == 1


def test_looking_at_the_page_changes_nothing(shop: Shop) -> None:
    opened = shop.open()
    for _ in range(3):
        browse(opened.url)
    assert shop.sandbox.stripe.events() == []


@pytest.mark.parametrize(
    ("changes", "words", "status"),
    [
        ({"number": ""}, "card number is incomplete", 422),
        ({"expiry": "13/34"}, "expiration date is incomplete", 422),
        ({"expiry": "01/20"}, "expiration year is in the past", 422),
        ({"cvc": "1"}, "security code is incomplete", 422),
        ({"email": "chloe"}, "email is incomplete", 422),
        ({"number": "4000000000000002"}, "Your card was declined.", 402),
        ({"method": "debit", "iban": "DE1"}, "account number is incomplete", 422),
        ({"method": "debit", "iban": "DE89370400440532013000"}, "name of the account", 422),
    ],
)
def test_what_is_wrong_is_said_and_what_was_typed_is_kept(
    shop: Shop, changes: dict[str, str], words: str, status: int
) -> None:
    page = press(shop, shop.open(), **changes)
    assert (page.status, words in page.text.replace("&#39;", "'")) == (status, True)
    assert 'value="Chloe"' in page.text
    assert shop.sandbox.books.charges() == []


@pytest.mark.parametrize(("answer", "charged"), [("complete", 1), ("fail", 0)])
def test_3d_secure_asks_on_a_page_of_its_own(shop: Shop, answer: str, charged: int) -> None:
    opened = shop.open()
    asked = press(shop, opened, number="4000002500003155")
    assert asked.headers["Location"].endswith("/check")
    assert "Complete" in browse(asked.headers["Location"]).text
    after = browse(asked.headers["Location"], {"answer": answer})
    assert after.status == (303 if charged else 402)
    assert len(shop.sandbox.books.charges()) == charged


def test_wallets_and_bank_debits_have_buttons(shop: Shop) -> None:
    wallet, debit = shop.open(), shop.open()
    assert press(shop, wallet, method="apple_pay", number="").status == 303
    back = press(shop, debit, method="debit", iban="DE89 3704 0044 0532 0130 00", holder="Chloe")
    assert back.status == 303
    assert shop.sandbox.stripe.session(debit.id)["payment_status"] == "unpaid"
    cards_only = shop.open(allowed_payment_method_types=["card"])
    assert "Bank debit" not in browse(cards_only.url).text


def test_a_page_that_was_ended_says_you_did_it_and_goes_back_unpaid(shop: Shop) -> None:
    opened = shop.open()
    shop.sandbox.stripe.expire(opened.id)
    assert "all done here" in browse(f"{shop.sandbox.url}/c/pay/{opened.id}").text
    left = press(shop, opened)
    assert left.headers["Location"] == f"/c/pay/{opened.id}/done"
    done = browse(shop.sandbox.url + left.headers["Location"])
    assert "You did it" in done.text
    assert f"https://salon.example/back?s={opened.id}" in done.text
    assert shop.sandbox.books.charges() == []


def test_hostile_names_are_inert_on_the_page(shop: Shop) -> None:
    asked = shop.asked()
    asked["line_items"][0]["price_data"]["product_data"]["name"] = HOSTILE
    asked["branding_settings"] = {"display_name": HOSTILE}
    opened = shop.client().v1.checkout.sessions.create(asked)
    assert "<script" not in browse(opened.url).text
    assert "<script" not in press(shop, opened, name=HOSTILE, number="1").text


@pytest.mark.parametrize(
    "path", ["/c/pay/cs_test_nothing1234", "/c/pay/x", "/nothing", "/phone/mail/mail_none1234", "/receipts/ch_x"]
)
def test_what_is_not_there_is_said_plainly(shop: Shop, path: str) -> None:
    page = browse(shop.sandbox.url + path)
    assert (page.status, "Not found" in page.text) == (404, True)


def test_the_phone_shows_texts_with_links_that_open(shop: Shop) -> None:
    send(shop, text=f"{HOSTILE} pay http://salon.example/p/1.")
    shop.sandbox.twilio.settle()
    page = browse(f"{shop.sandbox.url}/phone?to={quote(CHLOE)}")
    assert '<a href="http://salon.example/p/1" rel="noreferrer">' in page.text
    assert "<script>" not in page.text
    again = browse(f"{shop.sandbox.url}/phone?to={quote(CHLOE)}", headers={"If-None-Match": page.headers["ETag"]})
    assert again.status == 304
    browse(f"{shop.sandbox.url}/phone", {"to": CHLOE, "text": "STOP"})
    assert [one.text for one in shop.sandbox.books.letters(to=CHLOE) if one.outgoing] == ["STOP"]


def test_a_mail_is_shown_in_a_frame_without_scripts(shop: Shop) -> None:
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = "a@salon.example", "chloe@example.com", HOSTILE
    message.set_content("Pay here: http://salon.example/p/1")
    message.add_alternative(f"<p>{HOSTILE}</p>", subtype="html")
    with smtplib.SMTP(shop.sandbox.smtp_host, shop.sandbox.smtp_port, timeout=10) as line:
        line.send_message(message)
    page = browse(f"{shop.sandbox.url}/phone?to=chloe@example.com")
    assert "<script>" not in page.text
    assert 'sandbox="allow-popups allow-popups-to-escape-sandbox"' in page.text
    [letter] = shop.sandbox.mail.received()
    frame = browse(f"{shop.sandbox.url}/phone/mail/{letter.mark}")
    assert frame.headers["Content-Security-Policy"].startswith("sandbox allow-popups")


@pytest.mark.parametrize("tab", ["payments", "webhooks", "texts", "trouble"])
def test_every_tab_of_the_panel_shows_what_happened(shop: Shop, tab: str) -> None:
    assert browse(f"{shop.sandbox.url}/panel?tab={tab}").status == 200
    shop.sandbox.stripe.add_endpoint("http://salon.example/hook", account="salon", secret="whsec_salon")
    intent = shop.sandbox.stripe.pay(shop.open().id).intent_id
    shop.sandbox.stripe.refunds_behave("pending", account="salon")
    shop.sandbox.stripe.refund_in_dashboard(intent, amount=100)
    shop.sandbox.stripe.trouble.add("down", account="another")
    shop.sandbox.stripe.start_delayed(shop.open().id)
    send(shop)
    page = browse(f"{shop.sandbox.url}/panel?tab={tab}")
    words = {"payments": "Debit succeeds", "webhooks": "whsec_salon", "texts": "queued", "trouble": "another"}
    assert (page.status, words[tab] in page.text) == (200, True)


def test_the_panels_buttons_do_what_they_say(shop: Shop) -> None:
    opened = shop.open()
    done = browse(f"{shop.sandbox.url}/panel", {"order": "pay", "session": opened.id, "words": "Paid."})
    assert (done.status, "done=Paid." in done.headers["Location"]) == (303, True)
    sorry = browse(f"{shop.sandbox.url}/panel", {"order": "refund", "id": "ch_none"})
    assert "sorry=No+such+thing" in sorry.headers["Location"]


def order(shop: Shop, name: str, **fields: str) -> Any:
    page = browse(f"{shop.sandbox.url}/control/{name}", fields)
    return page.status, json.loads(page.text)


def test_the_control_interface_obeys_and_says_why_not(shop: Shop) -> None:
    opened, delayed = shop.open(), shop.open()
    assert order(shop, "pay", session=opened.id)[0] == 200
    charge = shop.sandbox.books.charges()[0].charge_id
    assert order(shop, "refund", id=charge, amount="100")[1]["result"]["amount"] == 100
    assert order(shop, "refund", id=charge, amount="a lot") == (
        400,
        {"error": "amount must be a whole number, not 'a lot'."},
    )
    dispute = order(shop, "dispute", id=charge)[1]["result"]["id"]
    assert order(shop, "dispute/close", id=dispute, won="1")[1]["result"]["status"] == "won"
    shop.sandbox.stripe.start_delayed(delayed.id)
    assert order(shop, "delayed", session=delayed.id, ok="1")[1]["result"] == {"decided": True}
    secret = order(shop, "endpoint", account="salon", url="http://salon.example/h", secret="whsec_x")[1]["result"]
    assert secret == {"secret": "whsec_x"}
    assert order(shop, "endpoint", account="salon", url="salon")[0] == 400
    assert order(shop, "webhooks", account="salon", on="0", lose="2", double="1", delay="5", reorder="1")[0] == 200
    habits = shop.sandbox.stripe.books("salon").habits
    assert (habits.webhooks_on, habits.lose_next, habits.delay_seconds, habits.reorder) == (False, 2, 5, True)
    assert order(shop, "trouble", kind="rate_limit", times="3")[0] == 200
    assert order(shop, "trouble", kind="nonsense")[0] == 400
    assert order(shop, "clear")[0] == 200
    assert shop.sandbox.stripe.trouble.standing() == []
    assert order(shop, "nonsense")[0] == 400
    assert order(shop, "refund")[0] == 400
    before = shop.clock.now()
    assert order(shop, "clock", minutes="60")[0] == 200
    assert (shop.clock.now() - before).total_seconds() == 3600
    assert (
        order(shop, "twilio/account", sid="AC" + "a" * 32, token="t", inbound_url="http://salon.example/in")[0] == 200
    )
    state = json.loads(browse(f"{shop.sandbox.url}/control/state").text)
    assert len(state["accounts"][0]["sessions"]) == 2
    assert json.loads(browse(f"{shop.sandbox.url}/control/letters").text) == []


def test_a_body_that_is_too_large_is_refused(shop: Shop) -> None:
    assert browse(f"{shop.sandbox.url}/panel", {"order": "x" * 1_100_000}).status == 413

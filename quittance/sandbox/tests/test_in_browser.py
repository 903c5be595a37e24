"""The sandbox's pages in a real browser: by keyboard, live, narrow and wide, light and dark, and through axe."""

import smtplib
from email.message import EmailMessage

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Page, expect

from quittance.sandbox.tests.support import Shop
from quittance.sandbox.tests.test_twilio import CHLOE, send

pytestmark = pytest.mark.journey
LINK = "http://salon.example/p/1"


def write_mail(shop: Shop, html: str) -> None:
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = "Salon <a@salon.example>", "chloe@example.com", "Your visit"
    message.set_content(f"Pay here: {LINK}")
    message.add_alternative(html, subtype="html")
    with smtplib.SMTP(shop.sandbox.smtp_host, shop.sandbox.smtp_port, timeout=10) as line:
        line.send_message(message)


@pytest.mark.parametrize("scripts", [True, False])
@pytest.mark.allow_console
def test_a_card_is_declined_then_another_pays_with_the_enter_key(shop: Shop, browser: Browser, scripts: bool) -> None:
    opened = shop.open(success_url=shop.sandbox.url + "/health?s={CHECKOUT_SESSION_ID}")
    context = browser.new_context(java_script_enabled=scripts)
    page = context.new_page()
    page.goto(opened.url)
    page.get_by_label("Card number").fill("4000 0000 0000 0002")
    page.get_by_label("Expiry").fill("12/34")
    page.get_by_label("CVC").fill("123")
    page.get_by_label("CVC").press("Enter")
    expect(page.get_by_role("alert")).to_have_text("Your card was declined.")
    page.get_by_label("Card number").fill("4242 4242 4242 4242")
    page.get_by_label("CVC").fill("123")
    page.get_by_role("button", name="Pay 60.00 EUR").press("Enter")
    page.wait_for_url(f"**/health?s={opened.id}")
    assert len(shop.sandbox.books.charges()) == 1
    context.close()


def test_a_text_appears_on_the_phone_by_itself_and_its_link_opens(shop: Shop, page: Page) -> None:
    page.goto(f"{shop.sandbox.url}/phone")
    expect(page.get_by_text("Nothing has arrived yet")).to_be_visible()
    link = f"{shop.sandbox.url}/health"
    send(shop, text=f"Pay here: {link}")
    shop.sandbox.twilio.settle()
    page.get_by_role("link", name=link).click()
    page.wait_for_url(link)


@pytest.mark.allow_console
def test_a_hostile_mail_runs_nothing_and_its_link_opens_beside(shop: Shop, browser_context: BrowserContext) -> None:
    page = browser_context.new_page()
    link = f"{shop.sandbox.url}/health"
    write_mail(shop, f'<h2 id="t">Hello</h2><a href="{link}">Pay</a><img src="x" onerror="top.location=\'/panel\'">')
    page.goto(f"{shop.sandbox.url}/phone?to=chloe@example.com")
    with browser_context.expect_page() as opened:
        page.frame_locator("iframe").get_by_role("link", name="Pay").click()
    assert opened.value.url == link
    assert page.url.endswith("/phone?to=chloe@example.com")


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [360, 1440])
def test_axe_finds_nothing_and_nothing_runs_off_the_side(shop: Shop, browser: Browser, scheme: str, width: int) -> None:
    paths = prepare(shop)
    context = browser.new_context(
        color_scheme="dark" if scheme == "dark" else "light", viewport={"width": width, "height": 800}
    )
    page = context.new_page()
    for path in paths:
        page.goto(shop.sandbox.url + path)
        found = Axe().run(page).response["violations"]
        assert [(path, one["id"]) for one in found] == []
        assert page.evaluate("document.documentElement.scrollWidth") <= width, path
    context.close()


def prepare(shop: Shop) -> list[str]:
    """Something to see on every page."""
    judge = shop.sandbox.stripe
    judge.add_endpoint("http://salon.example/hooks/a-rather-long-address", account="salon")
    opened, ended, debit = shop.open(), shop.open(), shop.open()
    judge.expire(ended.id)
    judge.start_delayed(debit.id)
    intent = judge.pay(shop.open().id).intent_id
    judge.refund_in_dashboard(intent, amount=100)
    judge.trouble.add("error_after", match="POST /v1/nothing")
    send(shop)
    shop.sandbox.twilio.settle()
    shop.sandbox.twilio.answer_from_phone(CHLOE, "STOP")
    write_mail(shop, "<html lang='en'><title>Mail</title><main><h1>Hello</h1></main></html>")
    page, over = f"/c/pay/{opened.id}", f"/c/pay/{ended.id}"
    tabs = [f"/panel?tab={tab}" for tab in ("payments", "webhooks", "texts", "trouble")]
    phones = ["/phone", "/phone?to=%2B4915112345678", "/phone?to=chloe@example.com"]
    return [page, f"{page}/check", over, f"{over}/done", "/", "/nothing", *phones, *tabs]

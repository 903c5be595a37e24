"""The people of a journey and what their hands do: Eva at the desk, Chloe with her phone."""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import quote

import cv2
import numpy as np
from playwright.sync_api import Locator, Page, expect

from quittance.calendar.models import Visit
from tests.journeys.ana import CHLOE_EMAIL, CHLOE_PHONE, EVA, PASSWORD, Ana

GOOD_CARD = "4242 4242 4242 4242"
DECLINED_CARD = "4000 0000 0000 0002"
CHALLENGED_CARD = "4000 0025 0000 3155"
# Long enough for a busy machine: undo of a message 5 s, the window's poll 2 s.
expect.set_options(timeout=15_000)

IBAN = "DE89 3704 0044 0532 0130 00"
BAD_IBAN = "DE62 3704 0044 0532 0130 01"


@dataclass
class Desk:
    """Eva's browser. `clicks` counts what she presses once she is logged in."""

    page: Page
    ana: Ana
    clicks: int = 0

    def log_in(self, email: str = EVA, *, password: str = PASSWORD) -> None:
        self.page.goto(self.ana.house.at("/"))
        self.page.get_by_label("Email address").fill(email)
        self.page.get_by_label("Password").fill(password)
        self.page.get_by_role("button", name="Log in", exact=True).click()
        expect(self.page.locator(".calendar-date")).to_contain_text("26 Nov")
        # Drawn by the script: from now on keys work too.
        expect(self.page.locator("#calendar .ec")).to_be_visible()

    def open_address(self, visit: Visit, *, tab: str = "checkout", pay: str = "") -> None:
        self.page.goto(self.ana.house.at(f"/visits/{visit.pk}?tab={tab}&pay={pay}"))
        expect(self.window).to_be_visible()
        self.mark()

    def mark(self) -> None:
        """From here on the page must not be loaded anew; `assert_never_reloaded` looks."""
        self.page.evaluate("window.journeyMark = 'kept'")

    def assert_never_reloaded(self) -> None:
        assert self.page.evaluate("window.journeyMark") == "kept"

    def press(self, what: Locator) -> None:
        self.clicks += 1
        what.click()

    # What is seen.

    @property
    def window(self) -> Locator:
        return self.page.locator("#visit")

    @property
    def badge(self) -> Locator:
        """The payment state in the visit window's header."""
        return self.window.locator(".visit-money .status-badge").first

    @property
    def link_badge(self) -> Locator:
        """The state of the link, beside its QR."""
        return self.window.locator(".link-state .status-badge")

    @property
    def banners(self) -> Locator:
        return self.window.locator(".banner")

    @property
    def timeline(self) -> Locator:
        return self.window.locator(".link-activity")

    @property
    def question(self) -> Locator:
        return self.window.get_by_role("alertdialog")

    def card(self, client: str = "Chloe Martin") -> Locator:
        return self.page.locator("#calendar .visit-card").filter(has_text=client)

    def button(self, name: str) -> Locator:
        return self.window.get_by_role("button", name=name)

    # What she does.

    def tab(self, name: str) -> None:
        self.press(self.window.get_by_role("link", name=name))
        expect(self.window.get_by_role("link", name=name)).to_have_attribute("aria-current", "page")

    def send_link(self) -> None:
        self.press(self.window.locator(".visit-head").get_by_role("button", name="Send link"))
        expect(self.page.locator("#toasts")).to_contain_text("The link leaves by")

    def pay_by_hand(self, kind: str, amount: str = "") -> None:
        """Take `amount`, or all that is due, by `Cash` or `Card terminal`."""
        self.press(self.window.locator(".tender-list").get_by_role("link", name=kind))
        form = self.window.locator(".tender-form")
        field = form.get_by_label("Amount", exact=True)
        expect(field).to_be_visible()
        if amount:
            field.fill(amount)
        self.press(form.get_by_role("button", name=re.compile("Take cash|Paid at the card terminal")))

    def change_price(self, line: str, price: str) -> None:
        row = self.window.locator(".line-list details").filter(has_text=line)
        self.press(row.locator("summary"))
        row.get_by_label("Price").fill(price)
        self.press(row.get_by_role("button", name="Save line"))

    def qr_text(self) -> str:
        """What a camera reads off the screen."""
        return read_qr(self.page.locator(".qr svg, .qr img").first)


def read_qr(code: Locator) -> str:
    """Hold the camera until it has read: something may still move before it."""
    expect(code).to_be_visible()
    for _ in range(20):
        if text := _decode(code.screenshot()):
            return text
        code.page.wait_for_timeout(250)
    raise AssertionError("no camera reads this code")


def _decode(picture: bytes) -> str:
    image = cv2.imdecode(np.frombuffer(picture, np.uint8), cv2.IMREAD_COLOR)
    assert image is not None
    # A quiet margin, as the screen around it gives a camera.
    framed = cv2.copyMakeBorder(image, 40, 40, 40, 40, cv2.BORDER_CONSTANT, value=(255, 255, 255))
    text, _points, _straight = cv2.QRCodeDetector().detectAndDecode(framed)
    return str(text)


@dataclass
class Phone:
    """Chloe's phone: her messages, the link, the hosted page."""

    page: Page
    ana: Ana

    # Messages.

    def open_texts(self, number: str = CHLOE_PHONE) -> None:
        self.page.goto(f"{self.ana.house.sandbox.url}/phone?to={quote(number)}")

    def open_mail(self, address: str = CHLOE_EMAIL) -> None:
        self.page.goto(f"{self.ana.house.sandbox.url}/phone?to={quote(address)}")

    def follow_text(self) -> None:
        """Wait for the text message, press its link."""
        self.open_texts()
        link = self.page.locator(".bubble.theirs a").last
        expect(link).to_be_visible()
        link.click()

    def open(self, address: str) -> None:
        self.page.goto(address)

    # Our page.

    @property
    def heading(self) -> Locator:
        return self.page.get_by_role("heading", level=1)

    @property
    def due(self) -> Locator:
        return self.page.locator(".due-amount")

    @property
    def pay_button(self) -> Locator:
        return self.page.locator(".button-pay")

    def press_pay(self) -> None:
        """To the hosted page."""
        self.pay_button.click()
        expect(self.hosted).to_be_visible()

    # The hosted page.

    @property
    def hosted(self) -> Locator:
        return self.page.locator("button[name=method][value=card]")

    def fill_card(self, number: str = GOOD_CARD) -> None:
        self.page.get_by_label("Card number").fill(number)
        self.page.get_by_label("Expiry").fill("12 / 39")
        self.page.get_by_label("CVC").fill("123")
        self.page.get_by_label("Name on card").fill("Chloe Martin")

    def pay_by_card(self, number: str = GOOD_CARD) -> None:
        self.fill_card(number)
        self.hosted.click()

    def pay_by_debit(self, iban: str = IBAN) -> None:
        self.page.locator("summary").filter(has_text="Bank debit").click()
        self.page.get_by_label("IBAN").fill(iban)
        self.page.get_by_label("Account holder").fill("Chloe Martin")
        self.page.get_by_role("button", name="Pay by bank debit").click()

    def expect_paid(self) -> None:
        expect(self.heading).to_have_text("Paid, thank you")

"""What clients read in other scripts, in a real browser: nothing wider than the phone, nothing backwards."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from tests.journeys.ana import Ana
from tests.journeys.camera import Camera, at_rest
from tests.journeys.people import Phone

pytestmark = pytest.mark.journey

PAY = {"ar": "ادفع", "pl": "Zapłać", "ru": "Оплатить", "tr": "öde", "uk": "Сплатити"}
PAID = {
    "ar": "تم الدفع، شكرًا لكم",
    "pl": "Zapłacono, dziękujemy",
    "ru": "Оплачено, спасибо",
    "tr": "Ödendi, teşekkür ederiz",
    "uk": "Сплачено, дякуємо",
}


def is_as_narrow_as_the_phone(page: Page) -> bool:
    return bool(page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth"))


@pytest.mark.row("C11")
@pytest.mark.parametrize("language", sorted(PAY))
def test_a_client_pays_in_her_language_and_gets_a_receipt_in_it(
    ana: Ana, new_phone: Callable[..., Phone], camera: Camera, language: str
):
    client = ana.client("Chloe Müller", email="chloe@client.example", language=language)
    phone = new_phone()
    phone.open(ana.link(ana.visit(client=client)))
    page = phone.page
    html = page.locator("html")
    expect(html).to_have_attribute("lang", language)
    expect(html).to_have_attribute("dir", "rtl" if language == "ar" else "ltr")
    assert is_as_narrow_as_the_phone(page)
    at_rest(page)
    assert Axe().run(page).violations_count == 0
    camera.take(page, f"{language}-pay")
    page.get_by_role("button", name=PAY[language]).click()
    phone.pay_by_card()
    expect(page.get_by_role("heading", name=PAID[language])).to_be_visible()
    assert is_as_narrow_as_the_phone(page)
    camera.take(page, f"{language}-paid")


@pytest.mark.row("C11")
def test_an_arabic_page_is_mirrored_and_its_phone_number_is_not(ana: Ana, new_phone: Callable[..., Phone]):
    phone = new_phone()
    phone.open(f"{ana.link(ana.visit())}?lang=ar")
    page = phone.page
    monogram = page.locator(".monogram").bounding_box()
    menu = page.locator(".languages").bounding_box()
    assert monogram is not None and menu is not None and monogram["x"] > menu["x"]
    name, amount = (page.locator(".line").first.locator(":scope > span").nth(at).bounding_box() for at in (0, 1))
    assert name is not None and amount is not None and name["x"] > amount["x"]
    # The plus is left of the last digit, as everywhere in the world.
    first, last = page.locator(".foot a[href^='tel:'] bdi").evaluate(
        """number => [0, number.textContent.length - 1].map(at => {
          const range = document.createRange();
          range.setStart(number.firstChild, at);
          range.setEnd(number.firstChild, at + 1);
          return range.getBoundingClientRect().x;
        })"""
    )
    assert first < last

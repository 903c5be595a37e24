"""A full day of the demo, twenty people and three hundred appointments, as four people go through it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from quittance.bills.models import Receipt, Tender
from quittance.businesses.models import StaffMember
from quittance.calendar.models import Appointment, Visit
from quittance.cli import demo_seed_tables as tables
from quittance.cli.demo_seed import seed_demo
from quittance.flows.audit_books import assert_books
from tests.journeys.camera import Camera
from tests.journeys.conftest import NewContext
from tests.journeys.people import Desk
from tests.support.house import House

# Not the end of `unpaid`.
PAID = re.compile(r"^\s*paid\s*$")

pytestmark = [pytest.mark.journey, pytest.mark.timeout(600)]


@dataclass
class FullDay:
    """What a desk asks of a salon: where it is."""

    house: House


@dataclass
class Four:
    house: House
    new_context: NewContext

    def desk(self, role: str, **options: Any) -> Desk:
        log_in = next(one for one in tables.LOG_INS if one.role == role and one.business == tables.SALON)
        desk = Desk(self.new_context(**options).new_page(), FullDay(self.house))  # type: ignore[arg-type]
        # Three hundred cards are drawn at once: on a busy machine that takes longer than anything else.
        desk.page.goto(self.house.at("/"))
        desk.page.get_by_label("Email address").fill(log_in.email)
        desk.page.get_by_label("Password").fill(tables.PASSWORD)
        desk.page.get_by_role("button", name="Log in", exact=True).click()
        expect(desk.page.locator("#calendar .ec")).to_be_visible(timeout=60_000)
        return desk


@pytest.mark.row("B1", "B2", "B4", "B12", "K1", "M1")
def test_four_people_go_through_a_full_day(house: House, new_context: NewContext, camera: Camera) -> None:
    seed_demo(now=house.clock.now())
    four = Four(house, new_context)
    receptionist(four.desk("receptionist"), camera)
    specialist(four.desk("specialist", viewport={"width": 360, "height": 740}, has_touch=True), camera)
    owner(four.desk("owner"), camera)
    bookkeeper(four.desk("bookkeeper"), camera)
    assert_books(now=house.clock.now())


def receptionist(eva: Desk, camera: Camera) -> None:
    """Saturday morning, a queue at the desk: who are you, what is it, thank you, next."""
    page = eva.page
    expect(page.locator(".ec-col-head", has_text="Hana Sato")).to_have_count(1)
    camera.take(page, "receptionist-day")
    waiting = Appointment.objects.filter(state="arrived", location__name=tables.BERLIN.name)
    visit = next(row.visit for row in waiting.order_by("pk") if not row.visit.bill.tenders.exists())
    assert visit.client is not None
    page.keyboard.press("/")
    page.keyboard.type(visit.client.name)
    page.keyboard.press("Enter")
    expect(eva.window.get_by_role("heading", name=visit.client.name)).to_be_visible()
    page.keyboard.press("c")
    eva.press(eva.window.locator(".tender-list").get_by_role("link", name="Card terminal"))
    expect(page.locator(".tender-form").get_by_label("Amount", exact=True)).to_be_focused()
    page.keyboard.press("Enter")
    expect(eva.badge).to_have_text(PAID)
    camera.take(page, "receptionist-paid")
    page.keyboard.press("Escape")
    page.keyboard.press("Escape")
    expect(eva.window).to_have_count(0)

    page.keyboard.press("f")
    page.locator(".calendar-filter-groups").get_by_role("button", name="Barber", exact=True).click()
    expect(page.locator(".calendar-filter summary")).to_contain_text("4 of 20")
    expect(page.locator(".ec-col-head", has_text="Hana Sato")).to_have_count(0)
    page.keyboard.press("Escape")
    page.keyboard.press("l")
    expect(page.locator(".list-filter")).to_be_visible()
    expect(page.locator(".day-row[data-now]")).to_have_count(1)
    page.wait_for_load_state()
    assert in_sight(page, ".day-row[data-now]")
    page.keyboard.press("u")
    expect(page.locator(".list-filter [aria-current]")).to_contain_text("To pay")
    camera.take(page, "receptionist-to-pay")


def specialist(ben: Desk, camera: Camera) -> None:
    """Between two chairs, with one thumb: the own column, who has come, the link."""
    page = ben.page
    expect(page.locator(".ec-col-head")).to_have_count(1)
    expect(page.locator(".ec-col-head")).to_contain_text("Ben Hofmann")
    camera.take(page, "specialist-day")
    member = StaffMember.objects.get(name="Ben Hofmann", location__name=tables.BERLIN.name)
    later = Appointment.objects.filter(staff=member, state="booked", starts_at__gt=ben.ana.house.clock.now())
    row = next(one for one in later.order_by("starts_at") if one.visit.bill.settled_minor == 0)
    card = page.locator(f'.visit-card[data-visit="{row.visit_id}"] button')
    card.scroll_into_view_if_needed()
    ben.press(card)
    ben.tab("Status")
    ben.press(ben.window.get_by_role("button", name="arrived", exact=True))
    expect(ben.window.get_by_role("button", name="arrived", exact=True)).to_have_attribute("aria-pressed", "true")
    camera.take(page, "specialist-arrived")
    # Nobody's refund, nobody's settings.
    expect(page.get_by_role("link", name="Settings")).to_have_count(0)
    assert Appointment.objects.get(pk=row.pk).state == "arrived"


def owner(ana: Desk, camera: Camera) -> None:
    """The first evening: what waits for a decision, what was asked by link, who owes."""
    page = ana.page
    expect(page.locator(".rail")).to_contain_text("Finance")
    page.get_by_role("link", name="Finance").click()
    camera.take(page, "owner-finance")
    page.goto(ana.ana.house.at("/finance/cases"))
    expect(page.locator(".case-row").first).to_be_visible()
    page.locator(".case-link").first.click()
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    camera.take(page, "owner-case")
    page.goto(ana.ana.house.at("/catalog/products"))
    expect(page.get_by_text("Matte paste")).to_be_visible()
    camera.take(page, "owner-products")


def bookkeeper(tomasz: Desk, camera: Camera) -> None:
    """The month's end: a receipt by its number, the links that were paid. Looks, and changes nothing."""
    page = tomasz.page
    before = (Tender.objects.count(), Visit.objects.count())
    receipt = Receipt.objects.filter(location__name=tables.BERLIN.name, refund_id__isnull=True).order_by("number")[7]
    page.keyboard.press("/")
    page.keyboard.type(f"{receipt.number:06d}")
    expect(page.locator("#search-found")).to_contain_text(f"Receipt {receipt.number:06d}")
    camera.take(page, "bookkeeper-search")
    page.keyboard.press("Enter")
    expect(tomasz.window).to_be_visible()
    tomasz.tab("Checkout")
    expect(tomasz.window.get_by_role("link", name="Receipt").first).to_be_visible()
    expect(tomasz.window.get_by_role("button", name="Send link")).to_have_count(0)
    expect(page.get_by_role("link", name="New appointment")).to_have_count(0)
    page.goto(tomasz.ana.house.at("/finance/links?tab=paid"))
    expect(page.locator(".links-table tbody tr").first).to_be_visible()
    camera.take(page, "bookkeeper-links")
    assert (Tender.objects.count(), Visit.objects.count()) == before


def in_sight(page: Page, selector: str) -> bool:
    look = """(selector) => {
      const box = document.querySelector(selector).getBoundingClientRect();
      return box.top >= 0 && box.bottom <= innerHeight;
    }"""
    return bool(page.evaluate(look, selector))

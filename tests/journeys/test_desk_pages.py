"""The desk in a real browser: two clicks to a sent link, live updates, keyboard, dragging, and through axe."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.test import Client as Visitor
from playwright.sync_api import Browser, BrowserContext, FloatRect, Page, expect

from quittance.businesses.models import Role, RoleAssignment, StaffMember, User
from quittance.calendar.models import Appointment, Visit, WorkingHours
from quittance.catalog.models import Product, Service
from quittance.core import clock
from quittance.core.actor import Right
from quittance.flows.tests.post_office import PostOffice, open_post_office
from tests.support.salon import Salon

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]


# Neither the page nor the drawer over it scrolls sideways.
FITS = """[document.documentElement, ...document.querySelectorAll(".drawer-body, .modal-box")].every(
  (box) => box.scrollWidth <= box.clientWidth)"""


@pytest.fixture
def at_salon(salon: Salon, monkeypatch: pytest.MonkeyPatch) -> Salon:
    """The salon with a second chair, working hours, something to sell, and a web clock that shows its time."""
    monkeypatch.setattr(clock, "now", lambda: salon.now)
    eva = StaffMember.objects.create(business=salon.business, location=salon.location, name="Eva", position=1)
    for member in (salon.ben, eva):
        for weekday in range(7):
            WorkingHours.objects.create(
                business=salon.business, staff=member, weekday=weekday, starts_minute=540, ends_minute=1080
            )
    Service.objects.create(
        business=salon.business, location=salon.location, name="Cut", price_minor=4500, duration_minutes=45
    )
    Product.objects.create(
        business=salon.business, location=salon.location, name="Shampoo", price_minor=1900, barcode="4001"
    )
    return salon


@pytest.fixture
def office(at_salon: Salon) -> Iterator[PostOffice]:
    with open_post_office(at_salon) as office:
        yield office


@pytest.fixture
def session_key(at_salon: Salon) -> str:
    role = Role.objects.create(
        business=at_salon.business, slug="all", name="Owner", rights=sorted(right.value for right in Right)
    )
    user = User.objects.create_user("ana@salon.example", "a long password", name="Ana Fischer")
    RoleAssignment.objects.create(business=at_salon.business, user=user, role=role)
    visitor = Visitor()
    visitor.force_login(user)
    return visitor.cookies["sessionid"].value


def _desk(browser: Browser, address: str, session_key: str, **options: object) -> BrowserContext:
    context = browser.new_context(**{"viewport": {"width": 1440, "height": 900}, "locale": "en-GB", **options})  # type: ignore[arg-type]
    context.set_default_timeout(10_000)
    context.add_cookies([{"name": "sessionid", "value": session_key, "url": address}])
    return context


@pytest.fixture
def desk(live_server, browser: Browser, session_key: str) -> Iterator[Page]:
    context = _desk(browser, live_server.url, session_key, permissions=["clipboard-read", "clipboard-write"])
    errors: list[str] = []
    context.on("console", lambda message: errors.append(message.text) if message.type == "error" else None)
    context.on("weberror", lambda error: errors.append(str(error.error)))
    page = context.new_page()
    page.goto(f"{live_server.url}/calendar")
    yield page
    context.close()
    # Browsers log every answer of 400 and above; ours that ask a person are such answers on purpose.
    assert [error for error in errors if "409" not in error and "422" not in error] == []


@pytest.mark.row("B1", "B2", "B5", "B10", "E4")
def test_two_clicks_to_a_sent_link_that_turns_paid_by_itself(desk: Page, at_salon: Salon, office: PostOffice) -> None:
    visit = at_salon.visit(minor=6000)
    desk.reload()
    desk.locator(".visit-card", has_text="Chloe").click()
    desk.get_by_role("button", name="Send link", exact=True).first.click()
    expect(desk.locator("#toasts")).to_contain_text("The link leaves by Email")
    office.deliver()
    expect(desk.locator("#visit .visit-money")).to_contain_text("link sent")
    page = at_salon.open_page(visit)
    expect(desk.locator("#visit")).to_contain_text("Chloe is paying €60.00 since")
    at_salon.bank.pay(page)
    at_salon.settle(visit)
    expect(desk.locator("#visit")).to_contain_text("Paid €60.00 by Visa ·4242")
    expect(desk.locator(".visit-card .visit-card-inner")).to_have_attribute("data-tone", "paid")
    expect(desk.locator("#toasts")).to_contain_text("Chloe paid €60.00", timeout=15_000)


@pytest.mark.row("B5")
def test_undo_takes_the_message_back(desk: Page, at_salon: Salon, office: PostOffice) -> None:
    at_salon.visit(minor=6000)
    desk.reload()
    desk.locator(".visit-card", has_text="Chloe").click()
    desk.get_by_role("button", name="Send link", exact=True).first.click()
    desk.get_by_role("button", name="Undo").click()
    expect(desk.locator("#toasts")).to_contain_text("Nothing was sent")
    office.deliver()
    assert office.sms.accepted == [] and office.email.accepted == []


@pytest.mark.row("B2", "B5")
def test_copy_payment_link_fills_the_clipboard(desk: Page, at_salon: Salon) -> None:
    visit = at_salon.visit(minor=6000)
    desk.reload()
    desk.locator(".visit-card", has_text="Chloe").click()
    desk.locator("#visit").get_by_role("button", name="Copy payment link").click()
    expect(desk.locator("#toasts")).to_contain_text("Payment link copied")
    assert desk.evaluate("navigator.clipboard.readText()") == _address(at_salon, visit)


@pytest.mark.row("B9", "B14")
def test_cash_while_the_client_pays_asks_in_place_and_keeps_what_was_typed(desk: Page, at_salon: Salon) -> None:
    visit = at_salon.visit(minor=6000)
    at_salon.open_page(visit)
    desk.goto(desk.url.split("/calendar")[0] + f"/visits/{visit.pk}?tab=checkout&pay=cash")
    desk.fill("#cash-given", "100")
    expect(desk.locator("[data-change-text]")).to_contain_text("40")
    desk.get_by_role("button", name="Take cash").click()
    expect(desk.get_by_role("alertdialog")).to_contain_text("Chloe is paying €60.00")
    assert desk.input_value("#cash-given") == "100"
    desk.get_by_role("button", name="Stop payment and continue").click()
    expect(desk.locator("#visit")).to_contain_text("Paid €60.00 by Cash")
    expect(desk.locator("#visit")).to_contain_text("change €40.00")


def test_what_is_being_typed_survives_a_change_from_outside(desk: Page, at_salon: Salon) -> None:
    visit = at_salon.visit(minor=6000)
    at_salon.link(visit)
    desk.goto(desk.url.split("/calendar")[0] + f"/visits/{visit.pk}?tab=details")
    desk.fill("#visit-note", "Half a sen")
    at_salon.open_page(visit)
    expect(desk.locator("#visit")).to_contain_text("Chloe is paying")
    assert desk.input_value("#visit-note") == "Half a sen"


@pytest.mark.row("B3")
def test_a_scanned_barcode_lands_on_the_bill(desk: Page, at_salon: Salon) -> None:
    visit = at_salon.visit(minor=6000)
    desk.goto(desk.url.split("/calendar")[0] + f"/visits/{visit.pk}?tab=checkout")
    desk.locator("#finder-q").click()
    expect(desk.locator("#finder-found")).to_contain_text("Cut")
    desk.keyboard.type("4001")
    desk.keyboard.press("Enter")
    expect(desk.locator("#visit .line-list")).to_contain_text("Shampoo")
    expect(desk.locator("#visit .visit-due")).to_contain_text("€79.00")
    assert desk.input_value("#finder-q") == ""


@pytest.mark.row("B1")
def test_an_appointment_is_dragged_undone_and_refused(desk: Page, at_salon: Salon) -> None:
    visit = at_salon.visit()
    at_salon.wait(hours=2)
    at_salon.visit(name="Beard")
    at_salon.wait(hours=-2)
    desk.reload()
    card = desk.locator(".visit-card", has_text="Cut and colour")
    target = desk.locator(".visit-card", has_text="Beard").bounding_box()
    box = card.bounding_box()
    assert box is not None and target is not None
    column = desk.locator(".ec-col-head").nth(1).bounding_box()
    assert column is not None
    # To Eva's column, an hour later.
    _drag(desk, box, column["x"] + column["width"] / 2, box["y"] + 10 + 88)
    expect(desk.locator("#toasts")).to_contain_text("with Eva")
    row = visit.appointments.get()
    assert row.staff.name == "Eva" and row.starts_at == at_salon.now + timedelta(hours=1)
    desk.get_by_role("button", name="Undo").click()
    expect(desk.locator("#toasts")).to_contain_text("Moved back")
    row.refresh_from_db()
    assert row.starts_at == at_salon.now
    expect(card).to_be_visible()
    desk.wait_for_timeout(500)
    box = card.bounding_box()
    assert box is not None
    _drag(desk, box, box["x"] + 40, target["y"] + 20)
    expect(desk.locator("#toasts [role=alert]")).to_contain_text("Ben is booked on Thu 26 Nov, 16:00 to 17:00")
    row.refresh_from_db()
    assert row.starts_at == at_salon.now


@pytest.mark.row("B6")
def test_a_new_appointment_by_keyboard_with_its_link_copied(desk: Page, at_salon: Salon) -> None:
    desk.keyboard.press("n")
    expect(desk.locator("#new-client_name")).to_be_focused()
    desk.keyboard.type("chl")
    expect(desk.locator("#new-clients")).to_contain_text("Chloe")
    desk.keyboard.press("ArrowDown")
    desk.keyboard.press("Space")
    desk.select_option("#new-service", label="Cut · 45 min · €45.00")
    desk.get_by_role("button", name="Save and copy payment link").click()
    expect(desk.locator("#toasts")).to_contain_text("Booked. Payment link copied.")
    expect(desk.locator("#visit")).to_contain_text("Asks for €45.00")
    expect(desk.locator("dialog#new-visit")).to_have_count(0)
    expect(desk.locator(".visit-card")).to_contain_text("Chloe")
    assert desk.evaluate("navigator.clipboard.readText()") == _address(at_salon, Visit.objects.get())


def test_keys_and_back_lead_where_they_should(desk: Page, at_salon: Salon) -> None:
    visit = at_salon.visit()
    desk.reload()
    desk.keyboard.press("ArrowRight")
    expect(desk.get_by_role("heading", level=1)).to_contain_text("Fri 27 Nov")
    desk.keyboard.press("t")
    expect(desk.get_by_role("heading", level=1)).to_contain_text("Thu 26 Nov")
    desk.locator(".visit-card button").focus()
    desk.keyboard.press("Enter")
    expect(desk.locator("#visit")).to_be_visible()
    assert desk.url.endswith(f"/visits/{visit.pk}")
    desk.keyboard.press("Escape")
    expect(desk.locator("#visit")).to_have_count(0)
    assert "/calendar" in desk.url
    desk.keyboard.press("n")
    expect(desk.locator("dialog#new-visit")).to_be_visible()
    desk.keyboard.press("Escape")
    expect(desk.locator("dialog#new-visit")).to_have_count(0)


@pytest.mark.row("C11")
@pytest.mark.parametrize("width", [360, 1440])
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_axe_finds_nothing_at_the_desk(
    live_server, browser: Browser, session_key: str, at_salon: Salon, office: PostOffice, width: int, theme: str
) -> None:
    visit = _busy_day(at_salon, office)
    context = _desk(
        browser,
        live_server.url,
        session_key,
        viewport={"width": width, "height": 900},
        color_scheme=theme,
        reduced_motion="reduce",
    )
    page = context.new_page()
    row = visit.appointments.get()
    paths = [
        "/calendar",
        "/calendar?view=list",
        "/calendar?date=2026-12-24&view=list",
        "/visits/new",
        f"/visits/{visit.pk}?tab=details&edit=client",
        f"/visits/{visit.pk}?tab=status",
        f"/visits/{visit.pk}?tab=checkout",
        f"/visits/{visit.pk}?tab=checkout&pay=cash",
        f"/appointments/{row.pk}/move",
        f"/visits/{visit.pk}/qr",
    ]
    found = {}
    for path in paths:
        page.goto(live_server.url + path)
        page.wait_for_timeout(400)
        results = Axe().run(page)
        if results.violations_count:
            found[path] = results.generate_report()
        assert page.evaluate(FITS), path
    context.close()
    assert found == {}, "\n".join(found.values())


def _busy_day(salon: Salon, office: PostOffice) -> Visit:
    """Every state that a card and a window can show; returns the visit with the fullest window."""
    paid = salon.visit(minor=5000)
    salon.cash(paid, 5000)
    salon.wait(hours=1)
    visit = salon.visit(minor=6000)
    salon.cash(visit, 1000)
    office.send(visit, "sms", "email")
    office.deliver()
    salon.open_page(visit)
    Appointment.objects.filter(visit=paid).update(state="done")
    return visit


def _drag(page: Page, box: FloatRect, x: float, y: float) -> None:
    page.mouse.move(box["x"] + 30, box["y"] + 10)
    page.mouse.down()
    page.mouse.move(x, y - 20, steps=8)
    page.mouse.move(x, y, steps=4)
    page.mouse.up()


def _address(salon: Salon, visit: Visit) -> str:
    """What every way of handing out the link must give."""
    from django.conf import settings

    return f"{settings.QUITTANCE_BASE_URL}/p/{salon.link(visit)}"

"""The calendar in a real browser: day, week and list, dragging into somebody's way, a phone, the keys, paper."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta

import pytest
from django.test import Client as Visitor
from playwright.sync_api import Browser, BrowserContext, Page, ViewportSize, expect

from quittance.businesses.models import Role, RoleAssignment, StaffMember, User
from quittance.calendar.actions import Hours
from quittance.calendar.models import Appointment, Visit
from quittance.catalog.models import Service
from quittance.clients.models import Client
from quittance.core import clock
from quittance.core.actor import Right
from quittance.flows.book_visit import Slot, book
from quittance.flows.set_hours import set_days, set_week
from tests.journeys.camera import Camera, camera_from_environment
from tests.support.salon import START, Salon

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]

HOUR = timedelta(hours=1)
# Neither the page nor a dialog over it scrolls sideways.
FITS = """[document.documentElement, ...document.querySelectorAll(".modal-box")].every(
  (box) => box.scrollWidth <= box.clientWidth)"""


@pytest.fixture
def at_salon(salon: Salon, monkeypatch: pytest.MonkeyPatch) -> Salon:
    """A salon with four chairs on a Thursday at two, half of it booked."""
    monkeypatch.setattr(clock, "now", lambda: salon.now)
    place = {"business": salon.business, "location": salon.location}
    staff = [
        salon.ben,
        *(
            StaffMember.objects.create(**place, name=name, position=n)
            for n, name in enumerate(("Eva", "Ida", "Jan"), 1)
        ),
    ]
    cut, colour = (
        Service.objects.create(**place, name=name, price_minor=minor, duration_minutes=minutes)
        for name, minor, minutes in (("Cut", 4500, 45), ("Colour", 8000, 90))
    )
    for one in staff:
        set_week(
            actor=salon.actor,
            staff_id=one.pk,
            hours=[Hours(day, *part) for day in range(6) for part in ((540, 780), (840, 1080))],
            now=salon.now,
        )
    today = START.date()
    set_days(
        actor=salon.actor,
        staff_id=staff[3].pk,
        first_day=today,
        last_day=today,
        stretches=[],
        note="Holiday",
        now=salon.now,
    )
    clients = [
        Client.objects.create(business=salon.business, name=name, search_name=name.lower(), created_at=START)
        for name in ("Zoë Adler", "Marie Koch", "Tom Weber", "Lina Vogt")
    ]
    for number, (who, slots) in enumerate(
        [
            (0, [(0, cut, 0), (1, colour, 45)]),
            (1, [(1, cut, -60)]),
            (2, [(2, colour, -90)]),
            (3, [(0, colour, -120)]),
            (1, [(2, cut, 30), (0, cut, 75)]),
            (3, [(0, cut, 24 * 60), (0, colour, 26 * 60)]),
        ]
    ):
        booked = book(
            actor=replace(salon.actor, request_id=f"number-{number}"),
            location_id=salon.location.pk,
            client=clients[who].pk,
            appointments=[
                Slot(staff_id=staff[chair].pk, service_id=service.pk, starts_at=START + timedelta(minutes=minutes))
                for chair, service, minutes in slots
            ],
            now=salon.now,
        )
        if number == 1:
            salon.cash(Visit.objects.get(pk=booked.visit_id), 4500)
    return salon


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


@pytest.fixture
def open_desk(live_server, browser: Browser, session_key: str) -> Iterator[Callable[..., Page]]:
    opened: list[BrowserContext] = []
    errors: list[str] = []

    def open_one(path: str = "/calendar", width: int = 1440, *, has_touch: bool = False) -> Page:
        size: ViewportSize = {"width": width, "height": 900 if width > 900 else 740}
        context = browser.new_context(viewport=size, locale="en-GB", timezone_id="Europe/Berlin", has_touch=has_touch)
        context.set_default_timeout(10_000)
        context.add_cookies([{"name": "sessionid", "value": session_key, "url": live_server.url}])
        context.on("console", lambda message: errors.append(message.text) if message.type == "error" else None)
        context.on("weberror", lambda error: errors.append(str(error.error)))
        opened.append(context)
        page = context.new_page()
        page.goto(f"{live_server.url}{path}")
        return page

    yield open_one
    for context in opened:
        context.close()
    assert [error for error in errors if "409" not in error and "422" not in error] == []


@pytest.fixture
def camera() -> Camera:
    return camera_from_environment()


def card(page: Page, name: str):
    return page.locator(".visit-card", has_text=name)


def drag(page: Page, name: str, *, right: int = 0, down: int = 0, drop: bool = True) -> None:
    box = card(page, name).first.bounding_box()
    assert box is not None
    at = (box["x"] + 40, box["y"] + 14)
    page.mouse.move(*at)
    page.mouse.down()
    page.mouse.move(at[0] + right / 2, at[1] + down / 2, steps=4)
    page.mouse.move(at[0] + right, at[1] + down, steps=4)
    if drop:
        page.mouse.up()


@pytest.mark.row("B1")
def test_day_week_and_list_are_a_key_away_and_keys_are_told(open_desk, at_salon: Salon, camera: Camera) -> None:
    page = open_desk()
    expect(card(page, "Zoë Adler")).to_have_count(2)
    expect(page.locator(".ec-col-head", has_text="Jan · Holiday")).to_be_visible()
    camera.take(page, "day")
    page.keyboard.press("w")
    expect(card(page, "Lina Vogt")).to_have_count(3)
    assert page.evaluate(FITS)
    camera.take(page, "week")
    page.locator("#calendar-staff").select_option("Eva")
    expect(card(page, "Zoë Adler")).to_have_count(1)
    page.keyboard.press("ArrowRight")
    expect(page.locator(".calendar-date")).to_contain_text("30 Nov")
    expect(page.locator("#calendar-staff")).to_have_value(str(StaffMember.objects.get(name="Eva").pk))
    page.keyboard.press("t")
    expect(page.locator(".calendar-date")).to_contain_text("this week")
    page.keyboard.press("l")
    expect(page.locator(".day-list")).to_contain_text("Marie Koch")
    camera.take(page, "list")
    page.keyboard.press("Shift+?")
    expect(page.locator("#keys")).to_be_visible()
    camera.take(page, "keys")
    page.keyboard.press("Escape")
    expect(page.locator("#keys")).to_be_hidden()


@pytest.mark.row("B1")
def test_the_day_on_paper_names_who_comes_when_for_what_and_what_is_due(
    open_desk, at_salon: Salon, camera: Camera
) -> None:
    page = open_desk()
    page.keyboard.press("p")
    expect(page.locator(".print-head")).to_contain_text("7 appointments")
    expect(page.locator(".print-person", has_text="Eva")).to_contain_text("13:00–13:45")
    expect(page.locator(".print-page")).not_to_contain_text("Holiday")
    camera.take(page, "print")


@pytest.mark.row("B15")
def test_a_sale_without_an_appointment_is_one_press_away(open_desk, at_salon: Salon, camera: Camera) -> None:
    page = open_desk()
    page.get_by_role("button", name="New sale").click()
    expect(page.locator("#visit")).to_contain_text("Sale without an appointment")
    camera.take(page, "sale")
    page.get_by_label("Add a service or product").or_(page.locator("#visit input[name=q]")).first.fill("Cut")
    page.locator("[data-finder-found] button", has_text="Cut").click()
    expect(page.locator("#visit .visit-due")).to_contain_text("€45.00")
    page.goto(page.url.split("/visits")[0] + "/calendar?view=list")
    expect(page.get_by_role("list", name="Sales without an appointment")).to_contain_text("Cut")


@pytest.mark.row("B1")
def test_a_card_that_is_dragged_says_who_is_in_the_way_before_it_is_dropped(
    open_desk, at_salon: Salon, camera: Camera
) -> None:
    page = open_desk()
    drag(page, "Marie Koch", down=130, drop=False)
    expect(page.locator(".visit-card-moving")).to_contain_text("Taken: Zoë Adler, 14:45 – 16:15")
    camera.shot(page, "drag")
    page.mouse.up()
    expect(page.locator("#toasts")).to_contain_text("Eva is booked on")
    row = Appointment.objects.get(staff__name="Eva", visit__client__name="Marie Koch")
    assert row.starts_at == START - HOUR
    page.get_by_role("button", name="Move anyway").click()
    expect(page.locator("#toasts")).to_contain_text("Moved to")
    row.refresh_from_db()
    assert row.starts_at == START + HOUR / 2
    page.get_by_role("button", name="Undo").click()
    expect(page.locator("#toasts")).to_contain_text("Moved back.")
    row.refresh_from_db()
    assert row.starts_at == START - HOUR


@pytest.mark.row("B1")
def test_a_card_moves_to_another_day_in_the_week(open_desk, at_salon: Salon) -> None:
    page = open_desk("/calendar?view=week")
    width = page.locator(".ec-col-head").nth(1).bounding_box()
    assert width is not None
    drag(page, "Zoë Adler", right=2 * int(width["width"]))
    expect(page.locator("#toasts")).to_contain_text("Moved to Sat 28 Nov, 14:00 with Ben.")


@pytest.mark.row("B1")
def test_drawing_on_free_space_opens_a_new_appointment_with_that_time(
    open_desk, at_salon: Salon, camera: Camera
) -> None:
    page = open_desk()
    box = card(page, "Marie Koch").first.bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + 60, box["y"] + box["height"] + 25)
    page.mouse.down()
    page.mouse.move(box["x"] + 60, box["y"] + box["height"] + 40, steps=3)
    page.mouse.move(box["x"] + 60, box["y"] + box["height"] + 55, steps=3)
    expect(page.locator(".visit-card-moving")).to_contain_text("14:0")
    page.mouse.up()
    expect(page.locator("#new-visit")).to_be_visible()
    camera.take(page, "new")
    page.keyboard.press("Escape")
    expect(page.locator(".visit-card-moving")).to_have_count(0)


@pytest.mark.row("B1")
def test_on_a_phone_the_day_is_one_persons_and_names_switch_it(open_desk, at_salon: Salon) -> None:
    page = open_desk(width=360, has_touch=True)
    expect(page.locator(".ec-col-head", has_text="Ben")).to_be_visible()
    expect(page.locator(".ec-col-head", has_text="Eva")).to_have_count(0)
    page.locator("[data-person]", has_text="Eva").tap()
    expect(card(page, "Zoë Adler")).to_have_count(1)
    page.reload()
    expect(page.locator(".ec-col-head", has_text="Eva")).to_be_visible()
    assert page.evaluate(FITS)


@pytest.mark.row("B1")
def test_two_services_with_two_people_in_one_dialog(open_desk, at_salon: Salon, camera: Camera) -> None:
    page = open_desk()
    page.keyboard.press("n")
    expect(page.locator("#new-client_name")).to_be_focused()
    page.keyboard.type("tom")
    page.locator("#new-clients label", has_text="Tom Weber").click()
    page.select_option("#new-service", label="Cut · 45 min · €45.00")
    page.get_by_role("button", name="Add a service").click()
    expect(page.locator("#new-service-1")).to_be_focused()
    expect(page.locator("#new-client_name")).to_have_value("Tom Weber")
    page.select_option("#new-service-1", label="Colour · 90 min · €80.00")
    page.select_option("#new-staff-1", label="Ida")
    page.locator("#new-time").fill("16:30")
    page.locator(".new-more summary").click()
    page.locator("#new-repeat").select_option("1")
    page.locator("#new-times").fill("2")
    camera.take(page, "new-two")
    page.get_by_role("button", name="Save", exact=True).last.click()
    expect(page.locator("#toasts")).to_contain_text("Booked 2 visits.")
    expect(card(page, "Tom Weber")).to_have_count(3)


@pytest.mark.row("B1")
def test_who_is_in_the_way_is_named_in_the_dialog(open_desk, at_salon: Salon, camera: Camera) -> None:
    page = open_desk()
    page.keyboard.press("n")
    expect(page.locator("#new-client_name")).to_be_focused()
    page.select_option("#new-service", label="Cut · 45 min · €45.00")
    page.locator("#new-time").fill("14:15")
    page.keyboard.press("Enter")
    expect(page.locator("#new-visit")).to_contain_text("Ben is booked on Thu 26 Nov, 14:00 to 14:45 (Zoë Adler)")
    camera.take(page, "new-taken")
    page.get_by_role("button", name="Book anyway").click()
    expect(page.locator("#toasts")).to_contain_text("Booked.")


def test_staff_and_hours_by_keyboard_and_by_dragging(open_desk, at_salon: Salon, camera: Camera) -> None:
    page = open_desk("/settings/staff")
    camera.take(page, "staff")
    page.locator("[data-row] .drag-grip").nth(1).drag_to(
        page.locator("[data-row]").nth(0), target_position={"x": 40, "y": 4}
    )
    expect(page.locator("[data-row]").first).to_contain_text("Eva")
    page.get_by_role("link", name="Jan").click()
    page.get_by_label("Monday").fill("10-13, 14-19")
    page.get_by_role("button", name="Same from Monday to Friday").click()
    expect(page.get_by_label("Friday")).to_have_value("10-13, 14-19")
    page.get_by_label("Friday").press("Enter")
    expect(page.locator("#toasts")).to_contain_text("Saved. The calendar shows it.")
    expect(page.get_by_label("Friday")).to_have_value("10:00–13:00, 14:00–19:00")
    assert page.evaluate(FITS)
    camera.take(page, "staff-card")

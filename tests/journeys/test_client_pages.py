"""The client's pages in a real browser: with scripts, without, by keyboard, and through axe."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Page, expect

from quittance.bills.models import Bill, MoneyCase, Tender
from quittance.calendar.models import Visit
from quittance.core import clock
from quittance.flows import cancel_visit, decide_case, refund, stop_payment
from quittance.pay.throttle import misses
from quittance.payments.models import PaymentLink
from tests.journeys.camera import Camera, at_rest
from tests.support.salon import Salon

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]

BANK_PAGE = "<!doctype html><title>Bank</title><h1>The bank's page</h1>"


@pytest.fixture
def at_salon(salon: Salon, monkeypatch: pytest.MonkeyPatch) -> Salon:
    """The salon, and a web clock that shows its time."""
    misses.forget()
    monkeypatch.setattr(clock, "now", lambda: salon.now)
    return salon


@pytest.fixture
def phone(browser: Browser) -> Iterator[BrowserContext]:
    """Chloe's phone. The bank's page is drawn here, since no call leaves the machine."""
    context = browser.new_context(viewport={"width": 360, "height": 740}, timezone_id="Europe/Berlin")
    errors: list[str] = []
    context.on("console", lambda message: errors.append(message.text) if message.type == "error" else None)
    context.on("weberror", lambda error: errors.append(str(error.error)))
    context.route("**/*", _from_here_or_the_bank)
    yield context
    context.close()
    assert errors == []


def _from_here_or_the_bank(route) -> None:
    if "localhost" in route.request.url or "127.0.0.1" in route.request.url:
        route.continue_()
    else:
        route.fulfill(body=BANK_PAGE, content_type="text/html")


def newest_address(salon: Salon, visit: Visit) -> str:
    return salon.payment(visit).address


@pytest.mark.row("C3", "C4", "C7", "C8", "A7")
def test_open_pay_come_back_and_see_it_turn_paid(live_server, at_salon: Salon, phone: BrowserContext):
    visit = at_salon.visit(minor=6000)
    token = at_salon.link(visit)
    page = phone.new_page()

    with page.expect_response("**/seen") as beacon:
        page.goto(f"{live_server.url}/p/{token}")
    assert beacon.value.status == 204
    assert PaymentLink.objects.get().accessed_at == at_salon.now

    page.get_by_role("button", name="Pay €60.00").click()
    expect(page.get_by_role("heading", name="The bank's page")).to_be_visible()
    at_salon.bank.pay(newest_address(at_salon, visit))

    page.goto(f"{live_server.url}/p/{token}/return")
    expect(page.get_by_role("heading", name="Paid, thank you")).to_be_visible()
    assert at_salon.settled(visit) == 6000
    assert phone.cookies() == []


@pytest.mark.row("C7")
def test_the_waiting_page_gives_up_only_when_the_payment_system_says_unpaid(
    live_server, at_salon: Salon, phone: BrowserContext
):
    visit = at_salon.visit(minor=6000)
    token = at_salon.link(visit)
    at_salon.press_pay(token)
    page = phone.new_page()

    page.goto(f"{live_server.url}/p/{token}/return")
    expect(page.get_by_role("heading", name="We are confirming with Fake")).to_be_visible()
    expect(page.get_by_role("button", name="Pay")).to_have_count(0)
    expect(page.get_by_role("button", name="Continue payment of €60.00")).to_be_visible(timeout=20_000)


@pytest.mark.row("C11")
def test_paying_needs_no_script_and_no_mouse(live_server, at_salon: Salon, browser: Browser):
    visit = at_salon.visit(minor=6000)
    token = at_salon.link(visit)
    context = browser.new_context(java_script_enabled=False, viewport={"width": 360, "height": 740})
    context.route("**/*", _from_here_or_the_bank)
    page = context.new_page()

    page.goto(f"{live_server.url}/p/{token}")
    for _ in range(10):
        page.keyboard.press("Tab")
        if page.locator("button:focus").count():
            break
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="The bank's page")).to_be_visible()
    at_salon.bank.pay(newest_address(at_salon, visit))

    page.goto(f"{live_server.url}/p/{token}/return")
    page.get_by_role("button", name="Check now").click()
    expect(page.get_by_role("heading", name="Paid, thank you")).to_be_visible()
    context.close()


@pytest.mark.row("C11")
def test_the_zone_is_named_only_where_the_phone_shows_another(live_server, at_salon: Salon, browser: Browser):
    token = at_salon.link(at_salon.visit())
    for zone, shown in (("Europe/Berlin", False), ("America/New_York", True)):
        context = browser.new_context(timezone_id=zone)
        page = context.new_page()
        page.goto(f"{live_server.url}/p/{token}")
        expect(page.get_by_text("(Berlin time)")).to_be_visible(visible=shown)
        context.close()


def every_screen(salon: Salon) -> dict[str, str]:
    """An address of each page that a client can meet."""
    found: dict[str, str] = {"missing": "/p/" + "a" * 22}

    def link(name: str, *, rest: str = "", **asked: object) -> Visit:
        visit = salon.visit(minor=6000)
        found[name] = f"/p/{salon.link(visit, **asked)}{rest}"
        return visit

    link("visit", expires_at=salon.now + timedelta(hours=48))
    salon.cash(link("part"), 1000)
    salon.press_pay(found["part"].removeprefix("/p/"))
    salon.cash(link("settled"), 6000)
    link("german", rest="?lang=de")
    paid = link("paid")
    salon.bank.pay(salon.open_page(paid))
    salon.settle(paid)
    waiting = link("waiting", rest="/return")
    salon.open_page(waiting)
    processing = link("processing")
    salon.bank.delay(salon.open_page(processing))
    salon.settle(processing)
    ended = link("not charged", rest="/return")
    salon.open_page(ended)
    stop_payment.stop(actor=salon.actor, visit_id=ended.pk, now=salon.now)
    for reason in ("expired", "cancelled", "replaced"):
        closed = link(reason)
        PaymentLink.objects.filter(bill_id=closed.bill_id).update(
            closed_at=salon.now, closed_reason=reason, expires_at=salon.now
        )
    changing = link("changing")
    until = salon.now + timedelta(minutes=1)
    Bill.objects.filter(pk=changing.bill_id).update(frozen_by="desk", frozen_until=until)
    return found | money_back(salon)


def money_back(salon: Salon) -> dict[str, str]:
    """The pages of links whose money did not stay."""
    found: dict[str, str] = {}

    def paid(name: str, *, delayed: bool = False) -> tuple[Visit, str]:
        visit = salon.visit(minor=6000)
        token = salon.link(visit)
        page = salon.press_pay(token).address
        (salon.bank.delay if delayed else salon.bank.pay)(page)
        salon.settle(visit)
        found[name] = f"/p/{token}"
        return visit, page

    def give_back(visit: Visit, minor: int) -> None:
        tender = Tender.objects.get(bill_id=visit.bill_id)
        refund.refund(
            actor=salon.actor,
            visit_id=visit.pk,
            tender_id=tender.pk,
            amount=salon.eur(minor),
            expected_version=None,
            now=salon.now,
        )

    give_back(paid("part refunded")[0], 2000)
    give_back(paid("refunded")[0], 6000)
    ended, _ = paid("cancelled and kept")
    cancel_visit.cancel(
        actor=salon.actor, visit_id=ended.pk, expected_version=None, keep=salon.eur(2000), now=salon.now
    )
    undecided, _ = paid("cancelled and undecided")
    cancel_visit.cancel(actor=salon.actor, visit_id=undecided.pk, expected_version=None, now=salon.now)
    late, page = paid("late", delayed=True)
    cancel_visit.cancel(actor=salon.actor, visit_id=late.pk, expected_version=None, now=salon.now)
    salon.bank.finish_delayed(page)
    salon.wait(minutes=1)
    salon.settle(late)
    disputed, page = paid("disputed")
    salon.bank.open_dispute(page)
    salon.settle(disputed)
    asked_again, page = paid("reopened")
    reference = salon.bank.open_dispute(page)
    salon.bank.close_dispute(reference, won=False)
    salon.settle(asked_again)
    case = MoneyCase.objects.get(bill_id=asked_again.bill_id, kind="dispute_lost")
    decide_case.decide(actor=salon.actor, case_id=case.pk, decision="ask_again", now=salon.now)
    salon.bank.refunds_stay_pending = True
    give_back(paid("returning")[0], 6000)
    found["refunded in german"] = f"{found['refunded']}?lang=de"
    return found


def faults(page: Page) -> list[str]:
    found = Axe().run(page).response["violations"]
    wide = page.evaluate("document.documentElement.scrollWidth > window.innerWidth")
    return [f"{fault['id']}: {fault['nodes'][0]['target']}" for fault in found] + (["overflow"] if wide else [])


@pytest.mark.row("C11")
@pytest.mark.allow_console
def test_axe_finds_nothing_on_any_page_in_both_themes_and_widths(
    live_server, at_salon: Salon, browser: Browser, camera: Camera
):
    context = browser.new_context()
    page = context.new_page()
    wrong = {}

    for name, address in every_screen(at_salon).items():
        page.goto(live_server.url + address)
        for width in (360, 1440):
            for theme in ("light", "dark"):
                page.set_viewport_size({"width": width, "height": 800})
                page.emulate_media(color_scheme=theme, reduced_motion="reduce")
                at_rest(page)
                if found := faults(page):
                    wrong[f"{name} {width} {theme}"] = found
        camera.take(page, f"client-{name.replace(' ', '-')}")
    context.close()

    assert wrong == {}

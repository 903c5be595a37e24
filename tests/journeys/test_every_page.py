"""Every page through axe, by day and by night, on a phone and on a desk; nothing wider than its screen."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import BrowserContext, Page

from quittance.calendar.models import Appointment
from quittance.core.money import Money
from quittance.flows import take_payment, take_tender
from quittance.flows.change_due import Decision
from quittance.payments.models import PaymentAccount
from tests.journeys.ana import ANA, Ana
from tests.journeys.camera import SIZES, THEMES, at_rest
from tests.journeys.conftest import NewContext, Watch
from tests.journeys.people import Desk

pytestmark = [pytest.mark.journey, pytest.mark.timeout(240)]

SIGN_IN = (
    "/accounts/login/",
    "/accounts/password/reset/",
    "/accounts/password/reset/done/",
    "/accounts/password/reset/key/abc-def/",
    "/accounts/password/reset/key/done/",
    "/accounts/inactive/",
)
MISSING = ("/p/" + "x" * 22, "/nothing-here")
DESK = (
    "/calendar",
    "/calendar?view=list",
    "/calendar?view=week",
    "/calendar/print",
    "/calendar?date=2026-11-29",
    "/calendar?date=2026-11-29&view=list",
    "/visits/new",
    "/accounts/password/change/",
    "/accounts/mine/",
    "/accounts/two-factor/",
    "/accounts/logout/",
    "/accounts/reauthenticate/",
)
MONEY = (
    "/finance/links",
    "/finance/links?tab=paid",
    "/finance/links?tab=follow_up",
    "/finance/links?tab=expired",
    "/finance/online-payments",
    "/finance/online-payments/connect",
    "/finance/online-payments/connect/stripe",
)
SETTINGS = (
    "/settings/",
    "/settings/people",
    "/settings/people/invite",
    "/settings/people/roles/new",
    "/settings/people/{owner}",
    "/settings/audit",
    "/settings/company",
    "/settings/locations",
    "/settings/locations/new",
    "/settings/first-steps",
    "/settings/staff",
    "/settings/notifications",
    "/settings/notifications/log",
    "/settings/notifications/texts",
    "/settings/notifications/texts/payment_link/sms/en",
    "/settings/notifications/texts/payment_received/email/de",
    "/settings/notifications/channels",
    "/settings/notifications/channels/email/ways",
    "/settings/notifications/channels/smtp/connect",
    "/settings/notifications/channels/mailgun/connect",
    "/settings/notifications/channels/twilio/connect",
    "/settings/notifications/channels/whatsapp/connect",
)


class Inspector:
    """Goes to a page and writes down what is wrong with it in any light and width."""

    def __init__(self, page: Page, ana: Ana) -> None:
        self._page, self._ana = page, ana
        self.wrong: dict[str, list[str]] = {}

    def look(self, address: str, *, name: str = "", within: str | None = None) -> None:
        """`within` leaves out what lies around it and is looked at elsewhere."""
        page = self._page
        page.goto(address if address.startswith("http") else self._ana.house.at(address))
        for width, height in SIZES:
            page.set_viewport_size({"width": width, "height": height})
            for theme in THEMES:
                page.emulate_media(color_scheme=theme, reduced_motion="reduce")
                at_rest(page)
                if faults := _faults(page, within):
                    self.wrong[f"{name or address} {width} {theme}"] = faults


def _faults(page: Page, within: str | None) -> list[str]:
    violations = Axe().run(page, context=within).response["violations"]
    found = [f"{one['id']}: {node['target']}" for one in violations for node in one["nodes"]]
    if page.evaluate("document.documentElement.scrollWidth > window.innerWidth"):
        found.append("wider than the screen")
    return found


@pytest.fixture
def owner(ana: Ana, new_context: NewContext) -> BrowserContext:
    context = new_context()
    Desk(context.new_page(), ana).log_in(ANA)
    return context


@pytest.mark.row("C11", "K1")
def test_signing_in_and_pages_that_are_not_there(ana: Ana, new_context: NewContext, watch: Watch):
    watch.expect_refusal(404)
    inspector = Inspector(new_context().new_page(), ana)
    for address in (*SIGN_IN, *MISSING):
        inspector.look(address)
    assert inspector.wrong == {}


@pytest.mark.row("B1", "B2")
def test_the_calendar_and_what_opens_from_it(ana: Ana, owner: BrowserContext, watch: Watch):
    watch.expect_refusal(404)
    ana.visit()
    ana.visit("Full colour", at="16:00")
    inspector = Inspector(owner.pages[0], ana)
    appointment = Appointment.objects.earliest("pk").pk
    for address in (*DESK, f"/appointments/{appointment}/move", "/visits/999999"):
        inspector.look(address)
    assert inspector.wrong == {}


@pytest.mark.row("B2", "B3", "B4", "B5")
def test_the_visit_window_in_every_state(ana: Ana, owner: BrowserContext):
    inspector = Inspector(owner.pages[0], ana)
    for state, make in _states(ana).items():
        visit = make()
        for tab in ("details", "status", "checkout"):
            if tab == "checkout" or state == "sent":
                inspector.look(f"/visits/{visit}?tab={tab}&pay=link", name=f"{state} {tab}", within="#drawer")
    inspector.look(f"/visits/{visit}?tab=checkout&pay=cash", name="cash", within="#drawer")
    inspector.look(f"/visits/{visit}?tab=details&edit=client", name="client card", within="#drawer")
    assert inspector.wrong == {}


@pytest.mark.row("A1", "A2", "A3", "E1", "E3")
def test_online_payments_and_links(ana: Ana, owner: BrowserContext):
    for make in _states(ana).values():
        make()
    account = PaymentAccount.objects.get().pk
    inspector = Inspector(owner.pages[0], ana)
    here = f"/finance/online-payments/accounts/{account}"
    for address in (*MONEY, here):
        inspector.look(address)
    assert inspector.wrong == {}


@pytest.mark.row("D1", "D2", "K1")
def test_settings(ana: Ana, owner: BrowserContext):
    inspector = Inspector(owner.pages[0], ana)
    for address in SETTINGS:
        inspector.look(address.replace("{owner}", str(ana.owner.user_id)))
    assert inspector.wrong == {}


def _states(ana: Ana) -> dict[str, Callable[[], int]]:
    """A visit in each payment state, made as people make it."""
    hours = iter(range(9, 18))

    def new() -> int:
        return int(ana.visit("Fringe trim", at=f"{next(hours):02d}:00").pk)

    def linked() -> int:
        visit = ana.visit("Fringe trim", at=f"{next(hours):02d}:00")
        ana.link(visit)
        return int(visit.pk)

    def paying() -> int:
        visit = ana.visit("Fringe trim", at=f"{next(hours):02d}:00")
        take_payment.start(token=ana.link(visit).rsplit("/", 1)[-1], now=ana.now)
        return int(visit.pk)

    def cash(minor: int) -> int:
        visit = ana.visit("Fringe trim", at=f"{next(hours):02d}:00")
        ana.link(visit)
        take_tender.take(
            actor=ana.owner,
            visit_id=visit.pk,
            kind="cash",
            amount=Money(minor, "EUR"),
            expected_version=None,
            decision=Decision(insist=True),
            now=ana.now,
        )
        return int(visit.pk)

    return {
        "unpaid": new,
        "sent": linked,
        "being paid": paying,
        "part paid": lambda: cash(500),
        "paid": lambda: cash(1200),
        "overpaid": lambda: cash(1700),
    }

"""The ten commonest tasks, counted: docs/usability.md says no less than is needed, and no more."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

import pytest
from playwright.sync_api import Locator, Page, expect

from quittance.bills.models import BillLine, Tender
from quittance.calendar.models import Appointment, Visit
from quittance.catalog.models import GiftCardType
from quittance.clients.models import Client
from quittance.core.money import Money
from quittance.flows import take_tender
from quittance.payments.models import Refund
from quittance.wallets.models import Wallet
from tests.journeys.ana import ANA, PASSWORD, Ana
from tests.journeys.conftest import NewContext
from tests.journeys.people import Desk

# Not the end of `unpaid`.
PAID = re.compile(r"^\s*paid\s*$")

pytestmark = pytest.mark.journey

_PAGE = Path(__file__).resolve().parents[2] / "docs" / "usability.md"
_ROW = re.compile(r"^\| (?P<task>[A-Z][^|]+?) \| (?P<clicks>\d+) \| (?P<keys>\d+) \|", re.MULTILINE)


class Count(NamedTuple):
    clicks: int
    keys: int


def written() -> dict[str, Count]:
    rows = _ROW.finditer(_PAGE.read_text())
    return {row["task"]: Count(int(row["clicks"]), int(row["keys"])) for row in rows}


@dataclass
class Hands:
    """Whoever sits at the desk; every press is counted."""

    desk: Desk
    clicks: int = 0
    keys: int = 0

    @property
    def page(self) -> Page:
        return self.desk.page

    def click(self, what: Locator, **where: object) -> None:
        self.clicks += 1
        what.click(**where)  # type: ignore[arg-type]

    def key(self, name: str) -> None:
        self.keys += 1
        self.page.keyboard.press(name)

    def type(self, text: str) -> None:
        self.keys += len(text)
        self.page.keyboard.type(text, delay=15)

    def scan(self, code: str) -> None:
        """The scanner is one press of its button."""
        self.keys += 1
        self.page.keyboard.type(code)
        self.page.keyboard.press("Enter")

    def drag(self, what: Locator, *, down: int) -> None:
        self.clicks += 1
        box = what.bounding_box()
        assert box is not None
        x, y = box["x"] + box["width"] / 2, box["y"] + 8
        self.page.mouse.move(x, y)
        self.page.mouse.down()
        for part in (0.3, 0.7, 1):
            self.page.mouse.move(x, y + down * part)
        self.page.mouse.up()

    def open_slot(self) -> None:
        """A free stretch of Ben's afternoon: the grid itself takes the press."""
        grid = self.page.locator("#calendar .ec-main")
        box = grid.bounding_box()
        assert box is not None
        self.clicks += 1
        column = self.page.locator("#calendar .ec-col-head, #calendar .ec-resource").filter(has_text="Ben").first
        head = column.bounding_box()
        assert head is not None
        self.page.mouse.click(head["x"] + head["width"] / 2, box["y"] + box["height"] * 0.75)
        expect(self.page.locator("#new-client_name")).to_be_focused()


@pytest.fixture
def owner(ana: Ana, new_context: NewContext) -> Hands:
    """Ana at the desk: some of this is not a receptionist's."""
    desk = Desk(new_context().new_page(), ana)
    desk.log_in(ANA, password=PASSWORD)
    return Hands(desk)


def told(hands: Hands) -> Count:
    return Count(hands.clicks, hands.keys)


def checkout(hands: Hands, client: str = "Chloe Martin") -> None:
    hands.click(hands.desk.card(client).locator("button"))
    expect(hands.desk.window).to_be_visible()
    hands.click(hands.desk.window.get_by_role("link", name="Checkout"))
    expect(hands.desk.window.get_by_role("link", name="Checkout")).to_have_attribute("aria-current", "page")


def book_known(hands: Hands) -> None:
    hands.open_slot()
    hands.type("chl")
    hands.key("Enter")
    expect(hands.page.locator("#new-service")).to_be_focused()
    hands.type("cut")
    hands.key("Enter")
    expect(hands.desk.card()).to_be_visible()
    assert Visit.objects.get().client == hands.desk.ana.chloe
    assert Appointment.objects.get().service_name == "Cut and blow-dry"


def book_new(hands: Hands) -> None:
    hands.open_slot()
    hands.type("Mia Berg-Holm")
    hands.key("Enter")
    expect(hands.page.locator("#new-phone")).to_be_focused()
    hands.key("Enter")
    expect(hands.page.locator("#new-service")).to_be_focused()
    hands.type("full")
    hands.key("Enter")
    expect(hands.desk.card("Mia Berg-Holm")).to_be_visible()
    assert Client.objects.filter(name="Mia Berg-Holm").count() == 1


def send_link(hands: Hands) -> None:
    hands.click(hands.desk.card().locator("button"))
    hands.click(hands.desk.window.locator(".visit-head").get_by_role("button", name="Send link"))
    expect(hands.page.locator("#toasts")).to_contain_text("The link leaves by")


def cash(hands: Hands) -> None:
    checkout(hands)
    hands.click(hands.desk.window.locator(".tender-list").get_by_role("link", name="Cash", exact=True))
    expect(hands.page.locator("#cash-given")).to_be_focused()
    hands.type("100")
    hands.key("Enter")
    expect(hands.desk.window).to_contain_text("change €40.00")
    assert Tender.objects.get().given_minor == 10_000


def terminal(hands: Hands) -> None:
    checkout(hands)
    hands.click(hands.desk.window.locator(".tender-list").get_by_role("link", name="Card terminal"))
    expect(hands.page.locator(".tender-form").get_by_label("Amount", exact=True)).to_be_focused()
    hands.key("Enter")
    expect(hands.desk.badge).to_have_text(PAID)
    assert Tender.objects.get().kind == "card_terminal"


def move(hands: Hands) -> None:
    before = Appointment.objects.get().starts_at
    hands.drag(hands.desk.card(), down=88)
    expect(hands.page.locator("#toasts")).to_contain_text("Moved to")
    assert Appointment.objects.get().starts_at > before


def scan(hands: Hands) -> None:
    checkout(hands)
    expect(hands.page.locator("#finder-q")).to_be_visible()
    hands.scan("4006381333931")
    expect(hands.desk.window.locator(".line-list")).to_contain_text("Shampoo")
    assert BillLine.objects.filter(kind="product").count() == 1


def give_back(hands: Hands) -> None:
    checkout(hands)
    hands.click(hands.desk.window.get_by_role("link", name="Refund"))
    form = hands.page.locator("#refund-form")
    expect(form).to_be_visible()
    password = form.locator("input[type=password]")
    if password.count():
        hands.click(password)
        hands.type(PASSWORD)
        hands.key("Enter")
    else:
        hands.click(form.locator("button[type=submit]").last)
    expect(hands.desk.window.locator(".visit-money")).to_contain_text("refunded")
    assert Refund.objects.get().state == "succeeded"


def sell_card(hands: Hands) -> None:
    hands.key("s")
    expect(hands.page.locator("#finder-q")).to_be_focused()
    hands.type("gi")
    found = hands.page.locator("#finder-found button", has_text="Gift card 50")
    hands.click(found)
    hands.click(hands.desk.window.locator(".tender-list").get_by_role("link", name="Card terminal"))
    expect(hands.page.locator(".tender-form").get_by_label("Amount", exact=True)).to_be_focused()
    hands.key("Enter")
    expect(hands.desk.badge).to_have_text(PAID)
    assert Wallet.objects.get().kind == "gift_card"


def who_owes(hands: Hands) -> None:
    hands.key("l")
    expect(hands.page.locator(".day-list")).to_be_visible()
    hands.key("u")
    expect(hands.page.locator(".list-filter [aria-current]")).to_contain_text("To pay 1")
    expect(hands.page.locator(".day-list")).to_contain_text("Chloe Martin")


def nothing(_ana: Ana) -> None:
    """Today is empty."""


def booked(ana: Ana) -> None:
    ana.visit()


def paid(ana: Ana) -> None:
    visit = ana.visit()
    take_tender.take(
        actor=ana.owner,
        visit_id=visit.pk,
        kind="card_terminal",
        amount=Money(6000, "EUR"),
        expected_version=None,
        now=ana.now,
    )


def cards_sold(ana: Ana) -> None:
    GiftCardType.objects.create(
        business=ana.business, location=ana.location, name="Gift card 50", price_minor=5000, nominal_minor=5000
    )


TASKS: dict[str, tuple[Callable[[Ana], None], Callable[[Hands], None]]] = {
    "Book for a known client": (nothing, book_known),
    "Book for a new client": (nothing, book_new),
    "Send the payment link": (booked, send_link),
    "Take cash, with change": (booked, cash),
    "Take the card terminal": (booked, terminal),
    "Move an appointment": (booked, move),
    "Add a product by barcode": (booked, scan),
    "Refund a payment": (paid, give_back),
    "Sell a gift card": (cards_sold, sell_card),
    "Find who has not paid": (booked, who_owes),
}


def test_the_page_names_the_tasks_that_are_counted() -> None:
    assert list(written()) == list(TASKS)


@pytest.mark.row("B1", "B2", "B3", "B4", "B5", "G1")
@pytest.mark.parametrize("task", TASKS)
def test_the_task_takes_as_many_actions_as_the_page_says(ana: Ana, owner: Hands, task: str) -> None:
    prepare, do = TASKS[task]
    prepare(ana)
    owner.page.reload()
    expect(owner.page.locator("#calendar .ec")).to_be_visible()
    do(owner)
    assert told(owner) == written()[task]

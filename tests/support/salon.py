"""Ana's salon for tests of money: a visit of Chloe's with Ben, a bank, and a clock that the test moves.

`salon` works inside one database transaction per test; a test with threads asks for
`@pytest.mark.django_db(transaction=True)` itself. At the end the books are audited.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.utils.text import slugify

from quittance.bills import actions as bills
from quittance.bills.lines import NewLine
from quittance.bills.models import Bill
from quittance.businesses.models import Business, Location, StaffMember
from quittance.calendar.models import Appointment, Visit
from quittance.clients.models import Client, ContactPoint
from quittance.core.actor import Actor, Right
from quittance.core.money import Money
from quittance.flows import make_link, settle_payment, take_payment, take_tender
from quittance.flows.audit_books import assert_books
from quittance.flows.change_due import Decision
from quittance.payment_systems import registry
from quittance.payment_systems.fake import FAKE_LISTING, FakeBank
from quittance.payments import queries
from quittance.payments.models import EventSweep, Payment, PaymentAccount, PaymentMethodSetting
from quittance.payments.status import VisitStatus
from quittance.rows.locking import in_one_transaction

START = datetime(2026, 11, 26, 13, 0, tzinfo=UTC)


@dataclass
class Salon:
    """People and the things they do, in the words of the product. `now` moves only when the test moves it."""

    bank: FakeBank
    business: Business
    location: Location
    ben: StaffMember
    chloe: Client
    account: PaymentAccount
    actor: Actor
    now: datetime = START
    pages: list[str] = field(default_factory=list)

    def eur(self, minor: int) -> Money:
        return Money(minor, self.location.currency)

    def wait(self, **amount: int) -> datetime:
        self.now += timedelta(**amount)
        return self.now

    def visit(self, *, minor: int = 10_000, name: str = "Cut and colour") -> Visit:
        """A booked visit of Chloe's with one line."""

        def book() -> Visit:
            bill = bills.open_bill(
                business_id=self.business.pk,
                location=self.location,
                client_id=self.chloe.pk,
                service_date=self.now.date(),
                now=self.now,
            )
            bills.add_line(bill=bill, line=NewLine(kind="custom", name=name, unit_minor=minor), now=self.now)
            visit = Visit.objects.create(
                business=self.business,
                location=self.location,
                client=self.chloe,
                bill=bill,
                starts_at=self.now,
                ends_at=self.now + timedelta(hours=1),
                created_at=self.now,
            )
            Appointment.objects.create(
                business=self.business,
                location=self.location,
                visit=visit,
                staff=self.ben,
                service_name=name,
                starts_at=self.now,
                ends_at=self.now + timedelta(hours=1),
            )
            return visit

        return in_one_transaction(book)

    def bill(self, visit: Visit) -> Bill:
        return Bill.objects.get(pk=visit.bill_id)

    def link(self, visit: Visit, **asked: object) -> str:
        """The token of the visit's link."""
        return make_link.make(actor=self.actor, visit_id=visit.pk, now=self.now, **asked).token  # type: ignore[arg-type]

    def press_pay(self, token: str) -> take_payment.StartResult:
        return take_payment.start(token=token, now=self.now, wait=lambda _seconds: None)

    def open_page(self, visit: Visit, **asked: object) -> str:
        """Send the link, press `Pay`: the address of the bank's page."""
        result = self.press_pay(self.link(visit, **asked))
        assert result.outcome == "redirect", result
        return result.address

    def payment(self, visit: Visit) -> Payment:
        """The newest payment of the visit."""
        return Payment.objects.filter(bill_id=visit.bill_id).latest("pk")

    def settle(self, visit: Visit) -> settle_payment.SettleResult:
        return settle_payment.settle(payment_id=self.payment(visit).pk, now=self.now)

    def cash(self, visit: Visit, minor: int, *, decision: Decision = Decision()) -> dict[str, object]:
        return take_tender.take(
            actor=self.actor,
            visit_id=visit.pk,
            kind="cash",
            amount=self.eur(minor),
            expected_version=self.bill(visit).version,
            decision=decision,
            now=self.now,
        )

    def status(self, visit: Visit) -> VisitStatus:
        states = queries.payment_states(business_id=self.business.pk, bill_ids=[visit.bill_id], now=self.now)
        return states[visit.bill_id].status

    def settled(self, visit: Visit) -> int:
        return self.bill(visit).settled_minor


def open_salon(bank: FakeBank, *, currency: str = "EUR", inclusive: bool = True, owner: str = "Ana") -> Salon:
    """Write the salon's rows; the bank must be registered already."""
    name = f"{owner}'s Salon"
    business = Business.objects.create(name=name, slug=slugify(name), installation_epoch="e" * 32)
    location = Location.objects.create(
        business=business,
        name="Mitte",
        currency=currency,
        time_zone="Europe/Berlin",
        country="DE",
        prices_include_tax=inclusive,
    )
    chloe = Client.objects.create(business=business, name="Chloe", language="en", created_at=START)
    ContactPoint.objects.create(business=business, client=chloe, kind="email", value="chloe@client.example")
    ContactPoint.objects.create(business=business, client=chloe, kind="phone", value="+4915112345678")
    account = PaymentAccount.objects.create(
        business=business,
        system="fake",
        their_account_id="fake_account",
        live=False,
        label="Fake bank",
        credentials="{}",
        address_token=owner[0].lower() * 32,
        created_at=START,
    )
    EventSweep.objects.create(business=business, account=account, next_attempt_at=START)
    PaymentMethodSetting.objects.create(business=business, method="payment_links", enabled=True, account=account)
    return Salon(
        bank=bank,
        business=business,
        location=location,
        ben=StaffMember.objects.create(business=business, location=location, name="Ben"),
        chloe=chloe,
        account=account,
        actor=Actor(
            kind="staff",
            business_id=business.pk,
            user_id=7,
            rights={location.pk: frozenset(Right)},
        ),
    )


def refuse_open_transaction(_operation: str) -> None:
    """Law 2: nothing may be called outside while a database transaction is open."""
    blocks = [block for block in connection.atomic_blocks if not block._from_testcase]  # type: ignore[attr-defined]
    assert not blocks, "a call outside while a database transaction is open"


@pytest.fixture
def bank() -> Iterator[FakeBank]:
    bank = FakeBank(now=lambda: bank_clock[0])
    bank_clock = [START]
    bank.on_call = refuse_open_transaction
    registry.register(FAKE_LISTING, bank.open)
    yield bank
    registry.unregister("fake")


@pytest.fixture
def salon(db: None, bank: FakeBank) -> Iterator[Salon]:
    salon = open_salon(bank)
    bank._now = lambda: salon.now
    yield salon
    assert_books(now=salon.now)

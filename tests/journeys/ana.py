"""Ana's salon with real parts: Stripe, email and SMS connected to the sandbox, a full team, and Chloe's visits."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from quittance.bills.models import Bill
from quittance.bills.queries import facts
from quittance.businesses import actions as businesses
from quittance.businesses.models import Business, Location, StaffMember
from quittance.businesses.queries import actor_for
from quittance.calendar.actions import Hours, set_working_hours
from quittance.calendar.models import Visit
from quittance.catalog import actions as catalog
from quittance.catalog.actions import NewItem
from quittance.catalog.models import Product, Service
from quittance.cli.demo_seed_sandbox import connect_all
from quittance.clients import actions as clients
from quittance.clients.actions import ClientCard
from quittance.clients.models import Client
from quittance.core.actor import Actor
from quittance.core.money import Money
from quittance.flows import make_link
from quittance.flows.audit_books import assert_books
from quittance.flows.book_visit import Slot, book
from quittance.payments.models import Payment, PaymentLink
from quittance.payments.queries import payment_states
from quittance.rows.locking import in_one_transaction
from quittance.worker.rounds import run_once
from tests.support.house import House

ACCOUNT = "salonana"
PASSWORD = "a-long-password"
EVA = "eva@salon.example"
ANA = "ana@salon.example"
CHLOE_PHONE = "+4915112345678"
CHLOE_EMAIL = "chloe@client.example"
_DAY = Hours(3, 9 * 60, 18 * 60)


@dataclass
class Ana:
    """Her salon. `owner` is Ana as the flows know her; Eva sits at the desk."""

    house: House
    business: Business
    location: Location
    owner: Actor
    ben: StaffMember
    services: dict[str, Service]
    products: dict[str, Product]
    chloe: Client

    @property
    def now(self) -> datetime:
        return self.house.clock.now()

    def visit(
        self,
        service: str = "Cut and blow-dry",
        *,
        client: Client | None = None,
        at: str = "15:00",
        staff: StaffMember | None = None,
    ) -> Visit:
        """Booked for today at that wall clock (Berlin is an hour ahead of UTC in November)."""
        hour, minute = (int(part) for part in at.split(":"))
        starts_at = self.now.replace(hour=hour - 1, minute=minute, second=0, microsecond=0)
        booked = book(
            actor=self.owner,
            location_id=self.location.pk,
            client=(client or self.chloe).pk,
            appointments=[
                Slot(
                    staff_id=(staff or self.ben).pk,
                    service_id=self.services[service].pk,
                    starts_at=starts_at,
                )
            ],
            now=self.now - timedelta(days=1),
        )
        return Visit.objects.get(pk=booked.visit_id)

    def client(self, name: str, *, phone: str = "", email: str = "", language: str = "en") -> Client:
        card = ClientCard(
            name=name, phones=(phone,) if phone else (), emails=(email,) if email else (), language=language
        )
        return in_one_transaction(
            lambda: clients.create_client(business_id=self.business.pk, card=card, country="DE", now=self.now)
        )

    def link(self, visit: Visit, **wish: Any) -> str:
        """The address of the visit's link, made as the desk makes it."""
        return make_link.make(actor=self.owner, visit_id=visit.pk, now=self.now, **wish).address

    def link_of(self, visit: Visit) -> PaymentLink:
        return PaymentLink.objects.filter(bill_id=visit.bill_id).latest("pk")

    def bill(self, visit: Visit) -> Bill:
        return Bill.objects.get(pk=visit.bill_id)

    def status(self, visit: Visit) -> str:
        states = payment_states(business_id=self.business.pk, bill_ids=[visit.bill_id], now=self.now)
        return str(states[visit.bill_id].status)

    def settled(self, visit: Visit) -> int:
        return facts(self.bill(visit)).settled.minor

    def payments(self, visit: Visit) -> list[Payment]:
        return list(Payment.objects.filter(bill_id=visit.bill_id).order_by("pk"))

    def until(self, happened: Callable[[], bool]) -> None:
        """For what no screen shows: the worker does it within seconds."""
        for _ in range(150):
            if happened():
                return
            time.sleep(0.1)
        raise AssertionError("it did not happen within 15 seconds")

    def close_the_books(self) -> None:
        """When all is quiet: our books balance, and the payment system's own books say the same (L1)."""
        self.house.worker.stop()
        self.house.sandbox.tick()
        run_once(self.now)
        assert_books(now=self.now)
        theirs = sorted(
            (charge.session_id, charge.amount, charge.currency.upper()) for charge in self.house.sandbox.books.charges()
        )
        paid = Payment.objects.filter(state="paid", account__system="stripe")
        ours = sorted(
            (
                payment.references.get(kind="checkout").value,
                payment.captured_minor,
                payment.captured_currency,
            )
            for payment in paid
        )
        assert ours == theirs


def open_ana(house: House) -> Ana:
    """The salon on the house's own day, connected to the house's sandbox."""
    now = house.clock.now()
    business = businesses.create_business(name="Ana's Salon")
    business = businesses.update_company_details(
        business_id=business.pk,
        details=businesses.CompanyDetails(
            legal_name="Ana Ruiz Friseur GmbH",
            legal_address="Musterstraße 12, 10115 Berlin, Germany",
            tax_number="DE000000000",
            refund_policy="Products can be returned unopened within 14 days.",
            cancellation_policy="Cancel free of charge until 24 hours before your visit.",
        ),
    )
    location = businesses.add_location(
        business=business,
        new=businesses.NewLocation(
            name="Mitte",
            currency="EUR",
            time_zone="Europe/Berlin",
            country="DE",
            address="Musterstraße 12, 10115 Berlin",
            phone="+49 30 23125 010",
            email="mitte@salon.example",
            opens_minute=9 * 60,
            closes_minute=19 * 60,
        ),
    )
    ana = businesses.create_user(email=ANA, name="Ana Ruiz", password=PASSWORD)
    businesses.assign_role(user=ana, business=business, role_slug="owner")
    eva = businesses.create_user(email=EVA, name="Eva Novak", password=PASSWORD)
    businesses.assign_role(user=eva, business=business, role_slug="receptionist")
    owner = actor_for(user=ana, business_id=business.pk)
    assert owner is not None
    connect_all(actor=owner, name=ACCOUNT, sender_email="hello@salon.example", sender_phone="+493023125010", now=now)
    salon = Ana(
        house=house,
        business=business,
        location=location,
        owner=owner,
        ben=_staff(location, "Ben Hofmann", "Senior stylist"),
        services={},
        products={},
        chloe=Client(),
    )
    _staff(location, "Lina Okafor", "Colourist")
    _stock(salon)
    salon.chloe = salon.client("Chloe Martin", phone=CHLOE_PHONE, email=CHLOE_EMAIL)
    return salon


def _staff(location: Location, name: str, title: str) -> StaffMember:
    member = businesses.add_staff(location=location, name=name, title=title)
    set_working_hours(staff=member, hours=[_DAY])
    return member


def _stock(salon: Ana) -> None:
    here = salon.location
    rate = catalog.add_tax_rate(location=here, name="VAT 19 %", ppm=190_000)
    for name, minor, minutes in (("Cut and blow-dry", 6000, 45), ("Full colour", 9500, 105), ("Fringe trim", 1200, 15)):
        item = NewItem(name=name, price=Money(minor, "EUR"), tax_rate=rate)
        salon.services[name] = catalog.add_service(location=here, item=item, duration_minutes=minutes)
    shampoo = NewItem(name="Shampoo", price=Money(1900, "EUR"), tax_rate=rate)
    salon.products["Shampoo"] = catalog.add_product(location=here, item=shampoo, sku="SH-1", barcode="4006381333931")

"""Put the tables of the demo into the database: businesses, places, people, what is sold, who comes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from quittance.businesses import actions as businesses
from quittance.businesses.models import Business, Location, StaffMember, User
from quittance.businesses.queries import actor_for
from quittance.calendar.actions import Hours, set_working_hours
from quittance.catalog import actions as catalog
from quittance.catalog.actions import DepositRule, NewItem, Performer
from quittance.catalog.models import Product, Service
from quittance.cli import demo_seed_tables as tables
from quittance.cli.demo_seed_people import seed_regulars
from quittance.cli.demo_seed_tables import Person, Place, Sold, Staff
from quittance.clients import actions as clients
from quittance.clients.actions import ClientCard
from quittance.clients.contact import email_address, phone_number
from quittance.clients.models import Client
from quittance.core.actor import Actor
from quittance.core.money import parse_amount
from quittance.messages import actions as messages
from quittance.rows.locking import in_one_transaction

_POLICIES = {
    "refund_policy": "Products can be returned unopened within 14 days. Services are not refunded once given.",
    "cancellation_policy": "Cancel free of charge until 24 hours before your visit.",
}
_COMPANIES = {
    tables.SALON: ("Ana Ruiz Friseur GmbH", "Musterstraße 12, 10115 Berlin, Germany", "DE000000000"),
    tables.CLINIC: ("Lakeside Clinic AG", "Beispielquai 4, 8008 Zürich, Switzerland", "CHE-000.000.000"),
}
# What somebody of that title performs, by the heading of the catalog; any other title performs everything.
SKILLS = {
    "Senior stylist": ("Hair", "Colour", "Care"),
    "Stylist": ("Hair", "Care"),
    "Junior stylist": ("Hair", "Care"),
    "Colourist": ("Colour", "Hair", "Care"),
    "Barber": ("Barber", "Hair"),
    "Nails and brows": ("Nails", "Brows"),
    "Brow artist": ("Brows",),
}
_IBANS = {tables.SALON: "DE89370400440532013000", tables.CLINIC: "CH9300762011623852957"}


@dataclass(frozen=True, slots=True)
class DemoPlace:
    """One location with all that bookings need; `desk` presses the buttons there, `manager` gives money back."""

    table: Place
    location: Location
    desk: Actor
    manager: Actor
    staff: list[StaffMember]
    services: list[Service]
    products: list[Product]
    clients: list[Client]


def seed_business(*, name: str, now: datetime) -> tuple[Business, Actor]:
    """The business with its people; the actor is its owner."""
    business = businesses.create_business(name=name)
    legal_name, legal_address, tax_number = _COMPANIES[name]
    details = businesses.CompanyDetails(
        legal_name=legal_name,
        legal_address=legal_address,
        tax_number=tax_number,
        bank_holder=legal_name,
        iban=_IBANS[name],
        refund_policy=_POLICIES["refund_policy"],
        cancellation_policy=_POLICIES["cancellation_policy"],
    )
    business = businesses.update_company_details(business_id=business.pk, details=details)
    for place in tables.PLACES:
        if place.business == name:
            _seed_place(business, place)
    for log_in in tables.LOG_INS:
        if log_in.business == name:
            user = businesses.create_user(
                email=log_in.email, name=log_in.name, password=tables.PASSWORD, language=log_in.language
            )
            businesses.assign_role(user=user, business=business, role_slug=log_in.role)
            StaffMember.objects.filter(business=business, name=log_in.name).update(user=user)
    people = tables.SALON_CLIENTS if name == tables.SALON else tables.CLINIC_CLIENTS
    for person in people:
        in_one_transaction(lambda: _seed_client(business, person, now))  # noqa: B023 - run at once
    if name == tables.SALON:
        in_one_transaction(lambda: seed_regulars(business, now))
    return business, actor_of(business, "owner")


def actor_of(business: Business, role: str) -> Actor:
    """The demo's user of that role, or the owner where the business has none."""
    emails = {log_in.role: log_in.email for log_in in tables.LOG_INS if log_in.business == business.name}
    user = User.objects.get(email=emails.get(role, emails["owner"]))
    actor = actor_for(user=user, business_id=business.pk)
    assert actor is not None  # noqa: S101 - the line above gave the role
    return actor


def demo_place(business: Business, table: Place) -> DemoPlace:
    location = Location.objects.get(business=business, name=table.name)
    here = {"business_id": business.pk, "location_id": location.pk}
    clients_here = [
        client
        for client in Client.objects.filter(business=business).order_by("pk")
        if business.name != tables.SALON or _lives_near(client.name, table)
    ]
    return DemoPlace(
        table=table,
        location=location,
        desk=actor_of(business, "receptionist"),
        manager=actor_of(business, "manager"),
        staff=list(StaffMember.objects.filter(**here).order_by("position")),
        services=list(Service.objects.select_related("category", "tax_rate").filter(**here).order_by("position")),
        products=list(Product.objects.filter(**here).order_by("position")),
        clients=clients_here,
    )


_AMERICANS = {person.name for person in tables.SALON_CLIENTS if person.phone.startswith("+1 ")} | {"Camila Torres"}


def _lives_near(name: str, table: Place) -> bool:
    return (name in _AMERICANS) == (table.country == "US")


def _seed_place(business: Business, table: Place) -> None:
    location = businesses.add_location(
        business=business,
        new=businesses.NewLocation(
            name=table.name,
            currency=table.currency,
            time_zone=table.time_zone,
            country=table.country,
            language=table.language,
            address=table.address,
            phone=table.phone,
            email=table.email,
            prices_include_tax=table.inclusive,
            link_life_minutes=table.link_life_minutes,
            opens_minute=min(staff.opens for staff in table.staff),
            closes_minute=max(staff.closes for staff in table.staff),
        ),
    )
    rates = {name: catalog.add_tax_rate(location=location, name=name, ppm=ppm) for name, ppm in table.taxes}
    team = [businesses.add_staff(location=location, name=staff.name, title=staff.title) for staff in table.staff]
    for staff, member in zip(table.staff, team, strict=True):
        set_working_hours(staff=member, hours=_week(staff))
    for sold in table.sold:
        item = NewItem(
            name=sold.name,
            price=parse_amount(sold.price, table.currency),
            category=sold.category,
            tax_rate=rates[sold.tax or table.taxes[0][0]],
        )
        _add_sold(location, sold, item, team)


def _add_sold(location: Location, sold: Sold, item: NewItem, team: list[StaffMember]) -> None:
    if sold.minutes:
        catalog.add_service(
            location=location,
            item=item,
            duration_minutes=sold.minutes,
            price_max=parse_amount(sold.price_max, location.currency) if sold.price_max else None,
            deposit=DepositRule(kind="percent", ppm=sold.deposit * 10_000) if sold.deposit else DepositRule(),
            performers=[Performer(staff_id=one.pk) for one in team if sold.category in SKILLS.get(one.title, ())],
        )
    else:
        catalog.add_product(
            location=location, item=item, sku=sold.sku, barcode=sold.barcode, counts_stock=bool(sold.stock)
        )


def _week(staff: Staff) -> list[Hours]:
    pause_starts, pause_ends = staff.pause
    return [
        stretch
        for day in staff.days
        for stretch in (Hours(day, staff.opens, pause_starts), Hours(day, pause_ends, staff.closes))
    ]


def _seed_client(business: Business, person: Person, now: datetime) -> None:
    card = ClientCard(
        name=person.name,
        phones=(person.phone,),
        emails=(person.email,),
        language=person.language,
        note=person.note,
    )
    clients.create_client(business_id=business.pk, card=card, country="DE", now=now)
    addresses = {"sms": person.phone and phone_number(person.phone, country="DE")}
    addresses["email"] = person.email and email_address(person.email)
    for channel in person.opted_out:
        messages.suppress(
            business_id=business.pk, channel=channel, address=addresses[channel], reason="opted_out", now=now
        )

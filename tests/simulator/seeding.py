"""The two businesses of every run: Ana's with four places and four currencies, and Dan's, who must see nothing."""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from quittance.businesses.models import Business, Location, StaffMember
from quittance.catalog.models import EarningRule, GiftCardType, MembershipType, Product, Service, TaxRate
from quittance.clients.models import Client, ContactPoint
from quittance.core.actor import Actor, Right
from quittance.flows import connect_channel, connect_payment_account, set_notification, set_payment_method
from quittance.messages.types import PAYMENT_LINK, TYPES
from quittance.pay_desks import actions as pay_desks
from quittance.payment_systems.stripe.credentials import WEBHOOK_EVENTS
from quittance.payments.models import PaymentAccount
from quittance.sandbox import Sandbox
from quittance.sandbox.mail_services.mails import Account
from tests.simulator.channels import connect_mail, connect_whatsapp, mail_service_of

# name: currency, inclusive, zone, country, language, tax in millionths, prices, owner
PLACES: dict[str, tuple[str, bool, str, str, str, int, tuple[int, ...], str]] = {
    "Mitte": ("EUR", True, "Europe/Berlin", "DE", "de", 190_000, (10_000, 4_250, 999), "Ana"),
    "Tokio": ("JPY", True, "Asia/Tokyo", "JP", "en", 100_000, (5_000, 1_320), "Ana"),
    "Kuwait": ("KWD", True, "Asia/Kuwait", "KW", "en", 0, (5_124, 12_345), "Ana"),
    "Soho": ("USD", False, "America/New_York", "US", "en", 88_750, (8_000, 3_333), "Ana"),
    "Reykjavik": ("ISK", True, "Atlantic/Reykjavik", "IS", "en", 240_000, (5_000, 12_001), "Dan"),
    "Bern": ("CHF", False, "Europe/Zurich", "CH", "de", 81_000, (9_990, 12_055), "Dan"),
}
CLIENTS: dict[str, tuple[tuple[str, str], ...]] = {
    "Chloe": (("email", "chloe@client.example"), ("phone", "+4915112345678")),
    "Emil": (("phone", "+4915198765432"),),
    "Frida": (),
    "Gustav": (("email", "nobody@client.example"),),
    "Hana": (("email", "hana@client.example"), ("phone", "+4915100030003")),
}
# What a place sells, in its smallest unit, and what its clients earn: points for each unit, what one pays, cashback.
_CARD, _MEMBERSHIP = 5_000, 20_000
_RULES = ((1, 5, 0), (0, 0, 50_000), (2, 10, 25_000))
_ALL = frozenset(Right)
_FRONT = frozenset({Right.SEE_CALENDAR, Right.EDIT_VISITS, Right.CASHLESS_PAYMENT, Right.TAKE_TENDERS})
_BACK = _FRONT | {Right.EDIT_PRICES, Right.VOID_TENDERS, Right.REFUND, Right.SEE_FINANCE}
# Who works, where, with which rights.
DESK: dict[str, tuple[str, tuple[str, ...], frozenset[Right]]] = {
    "Ana": ("Ana", ("Mitte", "Tokio", "Kuwait", "Soho"), _ALL),
    "Ben": ("Ana", ("Mitte", "Tokio"), _FRONT),
    "Eva": ("Ana", ("Mitte", "Tokio", "Kuwait", "Soho"), _BACK),
    "Dan": ("Dan", ("Reykjavik", "Bern"), _ALL),
}


@dataclass(slots=True)
class Place:
    name: str
    owner: str
    location: Location
    staff: list[int]
    services: list[int]
    products: list[int]
    desks: list[int]


@dataclass(slots=True)
class House:
    """One business and what belongs to it."""

    owner: str
    business: Business
    stripe_name: str
    account: Any = None
    secret: str = ""
    twilio_sid: str = ""
    # At the mail service; None where the business has a mail server of its own.
    mail_account: Account | None = None
    clients: dict[str, int] = field(default_factory=dict)


@dataclass(slots=True)
class Town:
    houses: dict[str, House]
    places: dict[str, Place]
    people: dict[str, Actor]


def settle_town(*, run: str, seed: int, sandbox: Sandbox, web: str, now: datetime) -> Town:
    """Write both businesses with everything connected. `run` keeps names of several runs apart in one database."""
    dice = random.Random(seed)
    town = Town({}, {}, {})
    for owner in ("Ana", "Dan"):
        business = Business.objects.create(
            name=f"{owner}'s Salon", slug=f"{owner.lower()}-{run}", installation_epoch=f"{run:0>32}"[-32:]
        )
        town.houses[owner] = House(owner, business, f"{owner.lower()}{run}")
        for name in PLACES:
            if PLACES[name][-1] == owner:
                town.places[name] = _place(business, name, dice, now)
        for name, points in CLIENTS.items():
            town.houses[owner].clients[name] = _client(business, name, points, now)
    for number, (name, (owner, places, rights)) in enumerate(DESK.items(), start=1):
        held = {town.places[place].location.pk: rights for place in places}
        town.people[name] = Actor("staff", town.houses[owner].business.pk, number, held)
    for house in town.houses.values():
        _connect(house, town.people[house.owner], sandbox, web, now, seed=seed)
    return town


def _place(business: Business, name: str, dice: random.Random, now: datetime) -> Place:
    currency, inclusive, zone, country, language, ppm, prices, owner = PLACES[name]
    location = Location.objects.create(
        business=business,
        name=name,
        currency=currency,
        time_zone=zone,
        country=country,
        language=language,
        prices_include_tax=inclusive,
        link_life_minutes=dice.choice([None, None, 2880, 45]),
        doubled_refund_hours=dice.choice([24, 24, 0, None]),
        late_refund_by_itself=dice.choice([True, True, False]),
    )
    staff = [StaffMember.objects.create(business=business, location=location, name=f"Staff {n}").pk for n in range(3)]
    rate = TaxRate.objects.create(business=business, location=location, name="Tax", ppm=ppm) if ppm else None
    own = {"business": business, "location": location, "tax_rate": rate}
    services = [
        Service.objects.create(**own, name=f"Service {n}", price_minor=price, duration_minutes=30).pk
        for n, price in enumerate(prices)
    ]
    services.append(
        Service.objects.create(
            **own, name="Range", price_minor=prices[0], price_max_minor=prices[0] * 2, duration_minutes=30
        ).pk
    )
    products = [Product.objects.create(**own, name="Shampoo", price_minor=prices[-1] // 2).pk]
    _stock_value(location, number=list(PLACES).index(name))
    desks = [pay_desks.add_desk(location=location, name=desk, now=now).pk for desk in ("Front desk", "Bar")]
    return Place(name, owner, location, staff, services, products, desks)


def _stock_value(location: Location, *, number: int) -> None:
    """Two gift cards, one of them cheaper than it is worth; ten visits of one service; a month of everything."""
    own: dict[str, Any] = {"business": location.business, "location": location}
    for name, price, nominal, months in (("Card", _CARD, _CARD, 12), ("Cheap card", 4_000, _CARD, None)):
        GiftCardType.objects.create(**own, name=name, price_minor=price, nominal_minor=nominal, valid_months=months)
    MembershipType.objects.create(**own, name="Three visits", price_minor=_MEMBERSHIP, visits=3, valid_months=None)
    MembershipType.objects.create(**own, name="A month", price_minor=_MEMBERSHIP, visits=None, valid_months=1)
    points, pays, cashback = _RULES[number % len(_RULES)]
    EarningRule.objects.create(**own, points_per_unit=points, point_value_minor=pays, cashback_ppm=cashback)


def _client(business: Business, name: str, points: tuple[tuple[str, str], ...], now: datetime) -> int:
    language = "de" if name == "Emil" else "en"
    client = Client.objects.create(business=business, name=name, language=language, created_at=now)
    for kind, value in points:
        ContactPoint.objects.create(business=business, client=client, kind=kind, value=value)
    return client.pk


def _connect(house: House, owner: Actor, sandbox: Sandbox, web: str, now: datetime, *, seed: int) -> None:
    """As the owner would: keys, webhook address, signing secret, switch on, then SMS and mail."""
    house.secret = f"whsec_{house.stripe_name}1"
    keys = {
        "publishable_key": f"pk_test_{house.stripe_name}",
        "secret_key": f"sk_test_{house.stripe_name}",
        "signing_secrets": house.secret,
    }
    account = connect_payment_account.connect(actor=owner, system="stripe", fields=keys, now=now)
    house.account = PaymentAccount.objects.get(pk=account.pk)
    set_payment_method.choose_account(actor=owner, method="payment_links", account_id=account.pk, now=now)
    set_payment_method.switch(actor=owner, method="payment_links", enabled=True, now=now)
    address = connect_payment_account.webhook_address(account)
    wanted = (*WEBHOOK_EVENTS, "payment_intent.requires_action", "charge.refund.updated")
    sandbox.stripe.add_endpoint(address, account=house.stripe_name, secret=house.secret, events=wanted)
    house.twilio_sid = f"AC{house.business.pk:032x}"
    sms = {"sender": "+49301234567", "account_sid": house.twilio_sid, "auth_token": "f" * 32}
    sandbox.twilio.register(house.twilio_sid, "f" * 32)
    phone = connect_channel.connect(actor=owner, system="twilio", fields=sms, now=now)
    sandbox.twilio.register(house.twilio_sid, "", inbound_url=f"{web}/inbound/messages/{phone.address_token}")
    service = mail_service_of(house.owner, seed=seed)
    house.mail_account = connect_mail(sandbox, owner=owner, name=house.owner, service=service, now=now)
    number_id = f"{house.business.pk:08}"
    connect_whatsapp(sandbox, owner=owner, number_id=number_id, web=web, now=now)
    for kind in TYPES:
        ways: list[str] = [way for way in ("email", "sms") if way in TYPES[kind].channels]
        ways += ["whatsapp"] if kind == PAYMENT_LINK else []
        set_notification.set_notification(actor=owner, type=kind, enabled=True, channels=ways, now=now)

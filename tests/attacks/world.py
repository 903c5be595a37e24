"""Two businesses with one of everything, so that an attacker has something of the other's to reach for."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, cast

from django.apps import apps
from django.contrib.auth.tokens import default_token_generator
from django.db import connection, models, transaction
from django.test import Client as Browser
from django.utils.http import int_to_base36

from quittance.bills import cases
from quittance.bills.models import Bill, BillLine, MoneyCase, Receipt, Tender
from quittance.businesses.models import (
    Invitation,
    Location,
    Logo,
    Passkey,
    Role,
    RoleAssignment,
    SecondFactor,
    User,
)
from quittance.businesses.people import token_hash
from quittance.businesses.shared_computers import mark
from quittance.calendar.models import Appointment, OtherHours, Visit
from quittance.catalog.models import Category, Photo, Product, Service, ServiceStaff, TaxationSystem, TaxRate
from quittance.clients.models import Client, ContactPoint
from quittance.core.actor import Right
from quittance.core.secret import Secret
from quittance.drawers.queries import open_day
from quittance.flows import send_link
from quittance.flows.close_day import Count, close_day
from quittance.flows.move_cash import move_cash
from quittance.flows.unsubscribe import unsubscribe_token
from quittance.messages.models import ChannelAccount, Message
from quittance.pay_desks import actions as pay_desks
from quittance.payments.actions import Ask, close_link, create_link
from quittance.payments.models import PaymentLink
from quittance.wallets.queries import shown_code
from tests.support.cards import membership_type, sell_card
from tests.support.salon import Salon

PASSWORD = "a long password"
# Reading, signing in and being alive leave these traces on purpose; nothing in them is anybody's business.
NOT_BUSINESS = {
    "sessions.session",
    "due.workerheartbeat",
    "contenttypes.contenttype",
    "auth.permission",
    "limits.trycount",  # somebody guessed
    "limits.robotfetch",  # a robot fetched a preview: no fact that anything is decided by
    "account.emailaddress",  # allauth's copy of the user's own address, made when it is first needed
}


@dataclass
class Place:
    """One business as an attacker meets it; `facts` fill the gaps of addresses and forms."""

    salon: Salon
    visit: Visit
    paying: Visit
    token: str
    paying_token: str
    facts: dict[str, str]
    marks: tuple[str, ...]

    def person(self, rights: frozenset[Right], *, name: str, location_id: int | None = None) -> User:
        """Somebody of this business who holds exactly these rights."""
        business = self.salon.business
        role = Role.objects.create(
            business=business, slug=name.lower(), name=name, rights=sorted(right.value for right in rights)
        )
        user = User.objects.create_user(f"{name.lower()}@{business.slug}.example", PASSWORD, name=name)
        RoleAssignment.objects.create(business=business, user=user, role=role, location_id=location_id)
        return user

    def names_anything_in(self, content: bytes) -> list[str]:
        """What of this business stands in a page that should show nothing of it."""
        text = content.decode("utf-8", "replace")
        return [mark for mark in self.marks if mark in text]


def furnish(salon: Salon, owner: str) -> Place:
    """One of everything; the names tell whose it is."""
    marks = _rename(salon, owner)
    visit, paying = salon.visit(name=f"Cut by {owner}"), salon.visit(name=f"Colour by {owner}")
    Visit.objects.filter(pk=visit.pk).update(note=f"Note of {owner}")
    _connect_channels(salon, owner)
    salon.cash(visit, 1000)
    sold, card = sell_card(salon)
    sold_link = create_link(bill=salon.bill(sold), ask=Ask(), expires_at=None, created_by_id=None, now=salon.now)
    close_link(link=sold_link, reason="paid", now=salon.now)
    membership = membership_type(salon)
    token, paying_token = salon.link(visit), salon.link(paying)
    result = send_link.send(actor=salon.actor, visit_id=visit.pk, channels=["email"], now=salon.now)
    salon.press_pay(paying_token)
    marks += (shown_code(card), token, paying_token, visit_name(visit), visit_name(paying), f"Note of {owner}")
    place = Place(salon, visit, paying, token, paying_token, {}, marks)
    place.facts |= _facts(place, message_id=result.messages[0].message_id)
    place.facts |= {
        "wallet": str(card.pk),
        "unsubscribe_token": unsubscribe_token(Message.objects.get(pk=result.messages[0].message_id)),
        "card_end": card.last4,
        "sold": str(sold.pk),
        "sold_token": sold_link.token.reveal(),
        "gift_card_type": str(card.gift_card_type_id),
        "membership_type": str(membership.pk),
        **_drawer(salon),
        **_front_desk(salon, visit),
    }
    return place


def _front_desk(salon: Salon, visit: Visit) -> dict[str, str]:
    """A printed code at which the visit is shown, and somebody who asked for a code by SMS."""
    desk = pay_desks.add_desk(location=salon.location, name=f"Desk of {salon.business.slug}", now=salon.now)
    pushed, _ = pay_desks.show_at(desk=desk, bill=salon.bill(visit), by_id=None, now=salon.now)
    asked = pay_desks.ask_code(desk=desk, phone="+4915112345678", now=salon.now)
    pay_desks.answer_ask(ask=asked, bill_id=visit.bill_id)
    facts = {"desk_code": desk.code.reveal(), "push": pushed.key, "code_ask": asked.key}
    return facts | {"pay_desk": str(desk.pk), "sms_code": pay_desks.code_of(asked)}


def _drawer(salon: Salon) -> dict[str, str]:
    """A day that was closed, and cash that was moved by hand since."""
    here: dict[str, Any] = {"actor": salon.actor, "location_id": salon.location.pk, "now": salon.now}
    day = open_day(location=salon.location, now=salon.now)
    zero, counted = salon.eur(0), day.expected(salon.eur(0))
    count = Count(
        serial=day.serial, seen=day.seen, business_date=salon.now.date(), opening=zero, loose=counted, kept=zero
    )
    closing = close_day(count=count, **here)
    moved = move_cash(kind="bank", amount=salon.eur(500), reason="", **here)
    day = open_day(location=salon.location, now=salon.now)
    return {"closing": str(closing), "cash_move": str(moved), "serial": str(day.serial), "seen": day.seen}


def visit_name(visit: Visit) -> str:
    return str(visit.appointments.values_list("service_name", flat=True)[0])


def _rename(salon: Salon, owner: str) -> tuple[str, ...]:
    """Names, phone and mail that no other business has."""
    salon.chloe.name = f"Chloe of {owner}"
    salon.chloe.search_name = salon.chloe.name.lower()
    salon.chloe.save()
    salon.ben.name = f"Ben of {owner}"
    salon.ben.save()
    email, phone = f"chloe@{owner.lower()}.client.example", f"+49151{sum(map(ord, owner)):08d}"
    for point in ContactPoint.objects.filter(client=salon.chloe):
        point.value = email if point.kind == "email" else phone
        point.save()
    second = f"Second client of {owner}"
    Client.objects.create(business=salon.business, name=second, search_name=second.lower(), created_at=salon.now)
    place = {"business": salon.business, "location": salon.location}
    heading = Category.objects.create(**place, kind="service", name=f"Category of {owner}")
    of_service = {"price_minor": 4500, "duration_minutes": 45, "category": heading}
    service = Service.objects.create(**place, name=f"Service of {owner}", **of_service)
    Service.objects.create(**place, name=f"Second of {owner}", position=1, **of_service)
    ServiceStaff.objects.create(business=salon.business, service=service, staff=salon.ben)
    OtherHours.objects.create(
        business=salon.business, staff=salon.ben, work_date=salon.now.date(), starts_minute=0, ends_minute=24 * 60
    )
    Photo.objects.create(**place, service=service, token=f"photo-of-{owner}", content=b"pixels", changed_at=salon.now)
    Product.objects.create(**place, name=f"Product of {owner}", price_minor=1900, sku=f"SKU-{owner}")
    Logo.objects.create(business=salon.business, key=f"logo-of-{owner.lower()}", png=b"\x89PNG", made_at=salon.now)
    TaxRate.objects.create(**place, name=f"Tax of {owner}", ppm=190_000)
    TaxationSystem.objects.create(**place, name=f"System of {owner}")
    return (
        f"Chloe of {owner}", f"Ben of {owner}", f"Service of {owner}", f"Product of {owner}", f"SKU-{owner}",
        email, phone, phone[4:], f"{owner}'s Salon", f"{owner}&#x27;s Salon",
        f"Second client of {owner}", f"Second of {owner}", f"Category of {owner}",
        f"Tax of {owner}", f"System of {owner}",
    )  # fmt: skip


def _connect_channels(salon: Salon, owner: str) -> None:
    for channel, sender in (("email", f"salon@{owner.lower()}.example"), ("sms", "+4930555000")):
        ChannelAccount.objects.create(
            business=salon.business,
            channel=channel,
            system=f"fake_{channel}",
            sender=sender,
            credentials=f'{{"sender": "{sender}", "password": "hidden"}}',
            address_token=f"{owner}{channel}".ljust(32, "0"),
            enabled=True,
            created_at=salon.now,
        )


def _facts(place: Place, *, message_id: int) -> dict[str, str]:
    salon, visit, bill = place.salon, place.visit, place.salon.bill(place.visit)
    user = place.person(frozenset(), name="Forgetful")
    invitation_token = f"invited-by-{salon.business.pk}".ljust(22, "x")
    former = place.person(frozenset(), name="Former")
    RoleAssignment.objects.filter(user=former).update(deactivated_at=salon.now)
    guest = Role.objects.create(
        business=salon.business, slug="guest", name=f"Guest of {salon.business.slug}", rights=[]
    )
    SecondFactor.objects.create(user=user, secret=Secret("A" * 32), activated_at=salon.now)
    passkey = Passkey.objects.create(
        user=user, credential_id=f"of-{salon.business.slug}", public_key="oA", user_handle="aA", name="Phone", created_at=salon.now
    )  # fmt: skip
    spare, closed = (
        _another_place(salon, name, archived_at) for name, archived_at in (("Spare", None), ("Closed", salon.now))
    )
    start = salon.now.strftime("%Y-%m-%d")
    facts: dict[str, Any] = {
        "visit": visit.pk,
        "paying": place.paying.pk,
        "appointment": Appointment.objects.get(visit=visit).pk,
        "line": BillLine.objects.get(bill=bill).pk,
        "tender": Tender.objects.get(bill=bill).pk,
        "receipt": Receipt.objects.get(bill=bill).pk,
        "payment": salon.payment(place.paying).pk,
        "case": _case(salon, bill).pk,
        "message": message_id,
        "failed_message": _failed_message(place).pk,
        "token": place.token,
        "link": PaymentLink.objects.get(bill=bill).pk,
        "paying_token": place.paying_token,
        "account": salon.account.pk,
        "address_token": salon.account.address_token,
        "client": salon.chloe.pk,
        "second_client": Client.objects.filter(business=salon.business).latest("pk").pk,
        "staff": salon.ben.pk,
        **_facts_of_shelves(salon),
        "location": salon.location.pk,
        "spare": spare.pk,
        "closed": closed.pk,
        "computer": mark(location=salon.location, name="Reception", by_user_id=None, now=salon.now)[0].pk,
        "passkey": passkey.pk,
        "role": guest.pk,
        "person": user.pk,
        "former": former.pk,
        "assignment": RoleAssignment.objects.create(business=salon.business, user=user, role=guest).pk,
        "invitation": Invitation.objects.create(
            business=salon.business,
            email=f"guest@{salon.business.slug}.example",
            role=guest,
            token_hash=token_hash(invitation_token),
            created_at=salon.now,
            expires_at=salon.now + timedelta(days=7),
        ).pk,
        "invitation_token": invitation_token,
        "version": bill.version,
        "paying_version": salon.bill(place.paying).version,
        "visit_version": Visit.objects.get(pk=visit.pk).version,
        "date": start,
        "password": PASSWORD,
        "email": user.email,
        "uidb36": int_to_base36(user.pk),
        "key": default_token_generator.make_token(user),
    }
    return {name: str(value) for name, value in facts.items()}


def _facts_of_shelves(salon: Salon) -> dict[str, Any]:
    return {
        "service": Service.objects.filter(business=salon.business).earliest("pk").pk,
        "second_service": Service.objects.filter(business=salon.business).latest("pk").pk,
        "category": Category.objects.get(business=salon.business).pk,
        "photo": Photo.objects.get(business=salon.business).token,
        "tax_rate": TaxRate.objects.get(business=salon.business).pk,
        "taxation_system": TaxationSystem.objects.get(business=salon.business).pk,
        "logo": Logo.objects.get(business=salon.business).key,
        "product": Product.objects.get(business=salon.business).pk,
    }


def _another_place(salon: Salon, name: str, archived_at: datetime | None) -> Location:
    return Location.objects.create(
        business=salon.business, name=name, currency="EUR", time_zone="Europe/Berlin", country="DE", position=9,
        archived_at=archived_at,
    )  # fmt: skip


def _failed_message(place: Place) -> Message:
    """One that can be sent again."""
    account = ChannelAccount.objects.get(business=place.salon.business, channel="sms")
    return Message.objects.create(
        business=place.salon.business,
        client=place.salon.chloe,
        type="payment_link",
        channel="sms",
        account=account,
        address="+4915112345678",
        visit_id=place.visit.pk,
        purpose_key="failed for the attackers",
        key=f"{place.salon.business.pk:032x}",
        state="failed",
        created_at=place.salon.now,
    )


def _case(salon: Salon, bill: Bill) -> MoneyCase:
    """One that only a person can close."""
    return cases.open_case(
        business_id=salon.business.pk,
        kind=cases.AMOUNT_DIFFERS,
        amount=salon.eur(1_234),
        now=salon.now,
        bill=bill,
        subject="payment 0",
    )


def browser(user: User | None = None, **more: Any) -> Browser:
    """A browser in which this person is signed in; without one, anybody's."""
    one = Browser(**more)
    if user is not None:
        one.force_login(user)
    return one


def rows_of(business_id: int) -> str:
    """A hash over every row that belongs to one business (S12), as it lies in the tables."""
    return _hash(lambda model: _of_business(model, business_id))


def all_rows() -> str:
    """A hash over every table of the product (S13), save the tries that sign-in counts: of it a HEAD is one."""
    return _hash(lambda model: "1 = 0" if model._meta.label_lower == "limits.sharednote" else "1 = 1")


def _of_business(model: type[models.Model], business_id: int) -> str:
    """The condition, in SQL; empty where the table belongs to no business."""
    if model._meta.label_lower == "businesses.business":
        return f"id = {business_id}"
    if model._meta.label_lower == "businesses.user":
        return f"id IN (SELECT user_id FROM businesses_roleassignment WHERE business_id = {business_id})"
    if model._meta.label_lower in {"businesses.secondfactor", "businesses.recoverycode", "businesses.passkey"}:
        return f"user_id IN (SELECT user_id FROM businesses_roleassignment WHERE business_id = {business_id})"
    has_column = "business_id" in {field.column for field in model._meta.concrete_fields}
    return f"business_id = {business_id}" if has_column else ""


def _hash(choose: Callable[[type[models.Model]], str]) -> str:
    found = hashlib.sha256()
    with connection.cursor() as cursor:
        for model in apps.get_models():
            condition = choose(model)
            if model._meta.label_lower in NOT_BUSINESS or not condition:
                continue
            # `last_login` is sign-in's own trace.
            columns = [field.column for field in model._meta.concrete_fields if field.column != "last_login"]
            names = ", ".join(f'"{column}"' for column in columns)
            cursor.execute(f'SELECT {names} FROM "{model._meta.db_table}" WHERE {condition} ORDER BY 1')
            found.update(repr((model._meta.label_lower, cursor.fetchall())).encode())
    return found.hexdigest()


@contextmanager
def tried() -> Iterator[None]:
    """What is done inside is undone at the end; flows may open their durable transactions in it."""
    block = transaction.atomic()
    cast("Any", block)._from_testcase = True
    with block:
        yield
        transaction.set_rollback(True)


__all__ = [
    "NOT_BUSINESS",
    "PASSWORD",
    "Client",
    "Message",
    "Place",
    "all_rows",
    "browser",
    "furnish",
    "rows_of",
    "tried",
]

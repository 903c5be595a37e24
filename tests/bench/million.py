"""A history of links of any length in some statements: one row of each table is made, the others are copies of it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

from django.db import connection, models

from quittance.bills.models import Bill
from quittance.businesses.models import Business, Location
from quittance.clients.models import Client
from quittance.core.ids import new_key
from quittance.messages.models import Message
from quittance.messages.types import PAYMENT_LINK
from quittance.payments.models import PaymentLink

if TYPE_CHECKING:
    from quittance.calendar.queries_link_ids import LinkFilter

NOW = datetime(2026, 11, 26, 12, tzinfo=UTC)
_CHUNK = 100_000
# Of these the newest: everything older has found its end.
_OPEN = 400
_FATE: Final = (
    "CASE WHEN i >= {open} THEN '' WHEN i % 7 < 4 THEN 'paid' WHEN i % 7 = 4 THEN 'expired'"
    " WHEN i % 7 = 5 THEN 'cancelled' ELSE 'replaced' END"
)
_MADE: Final = {
    "sqlite": "datetime('2026-11-26 12:00:00', '-' || (2 * ({count} - i)) || ' minutes')",
    "postgresql": "timestamptz '2026-11-26 12:00:00+00' - 2 * ({count} - i) * interval '1 minute'",
}
# Where in history what is rare stands: all of it together and long ago, which is the worst place.
_LONG_AGO = 0.1
_RARE = 40


def filters() -> dict[str, LinkFilter]:
    """Each filter with much and with little to find."""
    from quittance.calendar.queries_link_ids import LinkFilter

    return {
        "made by one of seven": LinkFilter(made_by=3),
        "made by one, forty long ago": LinkFilter(made_by=99),
        "by SMS": LinkFilter(channel="sms"),
        "by WhatsApp, forty long ago": LinkFilter(channel="whatsapp"),
        "copy or QR": LinkFilter(channel="none"),
        "1 % of the amounts": LinkFilter(least_minor=5_000, most_minor=5_089),
        "one amount of nine thousand": LinkFilter(least_minor=5_000, most_minor=5_000),
        "an amount asked forty times long ago": LinkFilter(least_minor=900_000),
        "amounts asked of 1 %, all long ago": LinkFilter(least_minor=700_000, most_minor=700_000),
        "an amount that nobody asked": LinkFilter(least_minor=900_000_000),
    }


def fill(count: int) -> tuple[int, int]:
    business = Business.objects.create(name="Bench", slug="bench", installation_epoch="e" * 32)
    place = Location.objects.create(
        business=business, name="Mitte", currency="EUR", time_zone="Europe/Berlin", country="DE"
    )
    people = Client.objects.bulk_create(
        Client(business=business, name=name, search_name=name.lower(), created_at=NOW)
        for name in ("Chloe", *(f"Client {number}" for number in range(1, 1_001)))
    )
    bill = Bill.objects.create(
        business=business, location=place, client=people[0], currency="EUR", service_date=NOW.date(),
        prices_include_tax=True, total_minor=1, created_at=NOW,
    )  # fmt: skip
    link = PaymentLink.objects.create(
        business=business, location=place, bill=bill, token="", token_mac="0", created_at=NOW, closed_at=NOW,
        closed_reason="replaced",
    )  # fmt: skip
    text = Message.objects.create(
        business=business, type=PAYMENT_LINK, channel="sms", address="chloe@client.example", link_id=link.pk,
        purpose_key="0", key=new_key(), state="delivered", created_at=NOW,
    )  # fmt: skip
    _without_indexes(lambda: _copies(count, bill, link, text, people[0].pk))
    return business.pk, place.pk


def _copies(count: int, bill: Bill, link: PaymentLink, text: Message, first_client: int) -> None:
    began, rare = int(count * _LONG_AGO), f"i BETWEEN {int(count * _LONG_AGO)} AND {int(count * _LONG_AGO) + _RARE - 1}"
    percent = f"i BETWEEN {began + 100} AND {began + 99 + count // 100}"
    at, fate = _MADE[connection.vendor].format(count=count), _FATE.format(open=count - _OPEN)
    _insert(
        bill,
        count,
        id=f"{bill.pk + 1} + i",
        client_id=f"{first_client} + CASE WHEN i % 2 = 0 THEN 0 ELSE 1 + i % 999 END",
        total_minor=f"CASE WHEN {rare} THEN 900000 WHEN {percent} THEN 700000 ELSE 2000 + i % 9000 END",
        created_at=at,
    )
    _insert(
        link,
        count,
        id=f"{link.pk + 1} + i",
        bill_id=f"{bill.pk + 1} + i",
        token_mac="'m' || i",
        created_at=at,
        created_by_id=f"CASE WHEN {rare} THEN 99 ELSE i % 7 END",
        sent_at=f"CASE WHEN i % 4 <> 0 OR {rare} THEN {at} END",
        accessed_at=f"CASE WHEN i % 3 <> 0 THEN {at} END",
        closed_at=f"CASE WHEN i < {count - _OPEN} THEN {at} END",
        closed_reason=fate,
    )
    _insert(
        text,
        count,
        where=f"i % 4 <> 0 OR {rare}",
        link_id=f"{link.pk + 1} + i",
        purpose_key="'p' || i",
        key="'k' || i",
        channel=f"CASE WHEN {rare} THEN 'whatsapp' WHEN i % 4 = 1 THEN 'email' ELSE 'sms' END",
        created_at=at,
    )


def _insert(like: models.Model, count: int, *, where: str = "1 = 1", **changed: str) -> None:
    """`count` rows as `like`, save the columns that are said; `i` counts them from 0."""
    table = like._meta.db_table
    columns = [str(field.column) for field in like._meta.concrete_fields]
    names = [name for name in columns if name != "id" or name in changed]
    values = ", ".join(changed.get(name, f"one.{name}") for name in names)
    named = ", ".join(names)
    with connection.cursor() as cursor:
        for begin in range(0, count, _CHUNK):
            end = min(begin + _CHUNK, count) - 1
            cursor.execute(
                f"WITH RECURSIVE numbers(i) AS (SELECT {begin} UNION ALL SELECT i + 1 FROM numbers WHERE i < {end})"
                f" INSERT INTO {table} ({named}) SELECT {values} FROM numbers CROSS JOIN {table} one"
                f" WHERE one.id = {like.pk} AND ({where})"
            )


def _without_indexes(work: Callable[[], None]) -> None:
    """They are built afterwards, which is a tenth of the work."""
    tables = (Bill, PaymentLink, Message)
    with connection.schema_editor() as editor:
        for model in tables:
            for index in model._meta.indexes:
                editor.remove_index(model, index)
    work()
    with connection.schema_editor() as editor:
        for model in tables:
            for index in model._meta.indexes:
                editor.add_index(model, index)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")

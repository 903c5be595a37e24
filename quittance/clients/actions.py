"""Every change of client cards. The caller is a flow with a transaction open."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from quittance.clients.contact import ContactError, email_address, phone_number, searchable
from quittance.clients.models import Client, ContactPoint

MAX_NAME = 200
MAX_NOTE = 4000
MAX_POINTS = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class ClientCard:
    """A card as it was typed; empty phones and emails are left out."""

    name: str
    phones: tuple[str, ...] = ()
    emails: tuple[str, ...] = ()
    language: str = ""
    note: str = ""


def create_client(*, business_id: int, card: ClientCard, country: str, now: datetime) -> Client:
    """Raises ContactError naming the field to mend. A phone without a country code is one of `country`."""
    name, points = _checked(card, country)
    client = Client.objects.create(
        business_id=business_id,
        name=name,
        search_name=searchable(name)[:MAX_NAME],
        language=card.language,
        note=_note(card.note),
        created_at=now,
    )
    _store_points(client, points)
    return client


def update_client(*, client: Client, card: ClientCard, country: str) -> Client:
    """The card becomes what was typed; a contact point that is left out is gone."""
    name, points = _checked(card, country)
    client.name = name
    client.search_name = searchable(name)[:MAX_NAME]
    client.language = card.language
    client.note = _note(card.note)
    client.save(update_fields=["name", "search_name", "language", "note"])
    kept = set(points)
    for row in ContactPoint.objects.filter(business_id=client.business_id, client=client):
        if (row.kind, row.value) not in kept:
            row.delete()
    _store_points(client, points)
    return client


def remember_link_channels(*, business_id: int, client_id: int, channels: list[str]) -> None:
    """The channels ticked when a link was sent, offered again the next time."""
    Client.objects.filter(business_id=business_id, pk=client_id).update(link_channels=channels)


def _checked(card: ClientCard, country: str) -> tuple[str, list[tuple[str, str]]]:
    name = " ".join(card.name.split())
    if not name:
        raise ContactError("name", "Type the client's name.")
    if len(name) > MAX_NAME:
        raise ContactError("name", f"This name is longer than {MAX_NAME} characters. Shorten it.")
    phones = [phone_number(text, country=country) for text in card.phones if text.strip()]
    emails = [email_address(text) for text in card.emails if text.strip()]
    points = [(ContactPoint.PHONE, value) for value in phones] + [(ContactPoint.EMAIL, value) for value in emails]
    unique = list(dict.fromkeys(points))
    if len(unique) > MAX_POINTS:
        raise ContactError("phone", f"A card holds at most {MAX_POINTS} phones and email addresses.")
    return name, unique


def _note(text: str) -> str:
    if len(text) > MAX_NOTE:
        raise ContactError("note", f"This note is longer than {MAX_NOTE} characters. Shorten it.")
    return text.strip()


def _store_points(client: Client, points: list[tuple[str, str]]) -> None:
    for position, (kind, value) in enumerate(points):
        ContactPoint.objects.update_or_create(
            business_id=client.business_id,
            client=client,
            kind=kind,
            value=value,
            defaults={"position": position},
        )

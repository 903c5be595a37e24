"""The regulars of the salon in Berlin: two hundred and forty cards, made up of common names, in two statements."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Final

from quittance.businesses.models import Business
from quittance.clients.contact import searchable
from quittance.clients.models import Client, ContactPoint

_FIRST: Final = (
    *("Amelie", "Aylin", "Ben", "Carla", "David", "Elif", "Emma", "Felix", "Frieda", "Hanna", "Ida", "Jakob"),
    *("Jonas", "Karim", "Lea", "Leon", "Mara", "Mila", "Nele", "Noah", "Paula", "Samir", "Thea", "Yara"),
)
_LAST: Final = (
    *("Albrecht", "Becker", "Demir", "Engel", "Fischer", "Hartmann", "Jansen", "Kaya", "Lang", "Nowak"),
    *("Pohl", "Richter", "Sommer", "Vogt", "Wagner", "Ziegler", "Brandt", "Costa", "Franke", "Lorenz"),
)
_NOTES: Final = {
    7: "Prefers the window seat.",
    31: "Sensitive scalp.",
    58: "Always ten minutes late.",
    96: "Tea, no milk.",
}
COUNT: Final = 240


def seed_regulars(business: Business, now: datetime) -> None:
    """Most have a phone and an email address, some one of them, a few neither."""
    cards = [
        Client(
            business=business,
            name=name,
            search_name=searchable(name),
            language="de" if number % 3 else "en",
            note=_NOTES.get(number, ""),
            created_at=now,
        )
        for number, name in enumerate(_names())
    ]
    Client.objects.bulk_create(cards)
    ContactPoint.objects.bulk_create(
        ContactPoint(business=business, client=card, kind=kind, value=value)
        for number, card in enumerate(cards)
        for kind, value in _points(number, card.name)
    )


def _names() -> list[str]:
    """Each first name meets ten of the last ones, so that a search for either finds several people."""
    pairs = [(first, _LAST[(at + step * 2) % len(_LAST)]) for step in range(10) for at, first in enumerate(_FIRST)]
    return [f"{first} {last}" for first, last in pairs][:COUNT]


def _points(number: int, name: str) -> Iterator[tuple[str, str]]:
    """Numbers and addresses that reach nobody: Berlin's are kept free for films, the domain for examples."""
    if number % 11 != 3:
        yield ContactPoint.PHONE, f"+493023125{100 + number:03d}"
    if number % 7 != 3:
        yield ContactPoint.EMAIL, f"{searchable(name).replace(' ', '.')}@client.example"

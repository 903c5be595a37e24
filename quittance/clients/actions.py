"""Every change of client cards. The caller is a flow with a transaction open."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from quittance.clients.contact import ContactError, email_address, phone_number, searchable
from quittance.clients.models import Client, Consent, ContactPoint, Erasure

MAX_NAME = 200
MAX_NOTE = 4000
MAX_POINTS = 5
ERASED_NAME = "Erased client"


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


def add_point(*, client: Client, typed: str, country: str) -> ContactPoint:
    """A phone or an email address, told apart by its @; the last of its kind. The card is locked."""
    points = ContactPoint.objects.filter(business_id=client.business_id, client=client)
    if points.count() >= MAX_POINTS:
        raise ContactError(
            "value", _("A card holds at most %(max_points)s phones and email addresses.") % {"max_points": MAX_POINTS}
        )
    is_email = "@" in typed
    kind = ContactPoint.EMAIL if is_email else ContactPoint.PHONE
    value = email_address(typed) if is_email else phone_number(typed, country=country)
    row, _created = ContactPoint.objects.get_or_create(
        business_id=client.business_id, client=client, kind=kind, value=value, defaults={"position": 100}
    )
    _number(client)
    return row


def remove_point(*, client: Client, point_id: int) -> bool:
    deleted, _rows = ContactPoint.objects.filter(business_id=client.business_id, client=client, pk=point_id).delete()
    _number(client)
    return bool(deleted)


def make_main(*, client: Client, point_id: int) -> bool:
    """The first of its kind from now on: what messages are sent to."""
    changed = ContactPoint.objects.filter(business_id=client.business_id, client=client, pk=point_id)
    if not changed.exists():
        return False
    _number(client, first=point_id)
    return True


def record_consent(
    *, client: Client, kind: str, given: bool, recorded_by_id: int | None, now: datetime
) -> Consent | None:
    """None when that was said already."""
    newest = Consent.objects.filter(business_id=client.business_id, client=client, kind=kind).order_by("-id").first()
    if newest is not None and newest.given == given:
        return None
    return Consent.objects.create(
        business_id=client.business_id,
        client=client,
        kind=kind,
        given=given,
        at=now,
        recorded_by_id=recorded_by_id,
    )


def empty_into(*, empty: Client, kept: Client, now: datetime) -> None:
    """What the card itself holds goes to the kept one; the emptied one is archived and points there."""
    has = set(ContactPoint.objects.filter(client=kept).values_list("kind", "value"))
    for point in ContactPoint.objects.filter(business_id=empty.business_id, client=empty).order_by("position", "pk"):
        if (point.kind, point.value) in has:
            point.delete()
            continue
        point.client, point.position = kept, 100
        point.save(update_fields=["client", "position"])
    _number(kept)
    Consent.objects.filter(business_id=empty.business_id, client=empty).update(client=kept)
    kept.note = "\n\n".join(one for one in (kept.note, empty.note) if one)[:MAX_NOTE]
    kept.language = kept.language or empty.language
    kept.save(update_fields=["note", "language"])
    empty.note, empty.link_channels = "", []
    empty.archived_at, empty.merged_into = now, kept
    empty.save(update_fields=["note", "link_channels", "archived_at", "merged_into"])
    Client.objects.filter(business_id=empty.business_id, merged_into=empty).update(merged_into=kept)


def erase(*, client: Client, now: datetime) -> None:
    """Nothing on the card tells any more who it was; its number stays, since money hangs on it."""
    ContactPoint.objects.filter(business_id=client.business_id, client=client).delete()
    client.name, client.search_name = ERASED_NAME, searchable(ERASED_NAME)
    client.language, client.note, client.link_channels = "", "", []
    client.archived_at, client.erased_at = now, now
    client.save(update_fields=["name", "search_name", "language", "note", "link_channels", "archived_at", "erased_at"])
    Erasure.objects.get_or_create(client=client, defaults={"business_id": client.business_id, "next_attempt_at": now})


def remember_link_channels(*, business_id: int, client_id: int, channels: list[str]) -> None:
    """The channels ticked when a link was sent, offered again the next time."""
    Client.objects.filter(business_id=business_id, pk=client_id).update(link_channels=channels)


def _checked(card: ClientCard, country: str) -> tuple[str, list[tuple[str, str]]]:
    name = " ".join(card.name.split())
    if not name:
        raise ContactError("name", _("Type the client's name."))
    if len(name) > MAX_NAME:
        raise ContactError(
            "name", _("This name is longer than %(max_name)s characters. Shorten it.") % {"max_name": MAX_NAME}
        )
    phones = [phone_number(text, country=country) for text in card.phones if text.strip()]
    emails = [email_address(text) for text in card.emails if text.strip()]
    points = [(ContactPoint.PHONE, value) for value in phones] + [(ContactPoint.EMAIL, value) for value in emails]
    unique = list(dict.fromkeys(points))
    if len(unique) > MAX_POINTS:
        raise ContactError(
            "phone", _("A card holds at most %(max_points)s phones and email addresses.") % {"max_points": MAX_POINTS}
        )
    return name, unique


def _note(text: str) -> str:
    if len(text) > MAX_NOTE:
        raise ContactError(
            "note", _("This note is longer than %(max_note)s characters. Shorten it.") % {"max_note": MAX_NOTE}
        )
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


def _number(client: Client, *, first: int | None = None) -> None:
    """Positions without gaps, `first` before all others."""
    rows = list(ContactPoint.objects.filter(business_id=client.business_id, client=client).order_by("position", "pk"))
    rows.sort(key=lambda row: row.pk != first)
    for position, row in enumerate(rows):
        if row.position != position:
            ContactPoint.objects.filter(pk=row.pk).update(position=position)


def look_at_old_papers_again(*, business_id: int, now: datetime) -> None:
    """The years that papers keep names have changed: what follows for those who were erased is found out anew."""
    Erasure.objects.filter(business_id=business_id).update(next_attempt_at=now)

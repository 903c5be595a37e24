"""The business's own words for its messages."""

from __future__ import annotations

from collections.abc import Collection

from quittance.messages.models import MessageTemplate
from quittance.messages.texts import OwnText


def stored_template(*, business_id: int, kind: str, channel: str, language: str) -> MessageTemplate | None:
    """The row, also where it was reset: its version counts on."""
    return MessageTemplate.objects.filter(
        business_id=business_id, kind=kind, channel=channel, language=language
    ).first()


def own_text(*, business_id: int, kind: str, channel: str, language: str) -> OwnText | None:
    """None where ours is said."""
    row = stored_template(business_id=business_id, kind=kind, channel=channel, language=language)
    return as_text(row) if row is not None and row.body else None


def own_texts(*, business_id: int) -> set[tuple[str, str, str]]:
    """Which texts are the business's own, as (kind, channel, language)."""
    rows = MessageTemplate.objects.filter(business_id=business_id).exclude(body="")
    return set(rows.values_list("kind", "channel", "language"))


def approved_template(*, business_id: int, kinds: Collection[str], language: str) -> MessageTemplate | None:
    """What WhatsApp has approved for one of these texts: in this language, else in English, else in any."""
    rows = MessageTemplate.objects.filter(business_id=business_id, channel="whatsapp", kind__in=list(kinds))
    found = sorted(rows.exclude(their_name="").exclude(body=""), key=lambda row: row.language)
    return min(found, key=lambda row: (row.language != language, row.language != "en"), default=None)


def as_text(row: MessageTemplate) -> OwnText:
    return OwnText(
        body=row.body,
        subject=row.subject,
        heading=row.heading,
        button=row.button,
        note=row.note,
        their_name=row.their_name,
        their_language=row.their_language,
        has_link_button=row.has_link_button,
    )

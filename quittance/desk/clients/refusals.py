"""Why a client's address is not written to, beside the address."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final
from zoneinfo import ZoneInfo

from django.utils.functional import Promise
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as lazy

from quittance.clients.models import ContactPoint
from quittance.core.locale_format import format_day
from quittance.desk.access import Desk
from quittance.desk.said import said
from quittance.flows.lift_refusal import LIFTABLE
from quittance.messages.models import Suppression
from quittance.messages.queries_telling import refused_addresses

_WORDS: Final[dict[tuple[str, str], str | Promise]] = {
    ("email", "refused"): lazy("Email bounced on %(day)s"),
    ("sms", "refused"): lazy("SMS refused on %(day)s"),
    ("whatsapp", "refused"): lazy("WhatsApp refused on %(day)s"),
    ("email", "complained"): lazy("Reported our email as unwanted on %(day)s; only receipts are sent"),
    ("email", "unsubscribed"): lazy("Wants no reminders by email since %(day)s"),
    ("email", "opted_out"): lazy("Wants no email since %(day)s"),
    ("sms", "opted_out"): lazy("Wants no SMS since %(day)s (STOP)"),
    ("whatsapp", "opted_out"): lazy("Wants no WhatsApp since %(day)s (STOP)"),
}


@dataclass(frozen=True, slots=True)
class Refusal:
    """`lift` is what the button `Try again` posts; empty where only the client can change it."""

    words: str
    lift: str = ""


@dataclass(frozen=True, slots=True)
class Point:
    pk: int
    kind: str
    value: str
    refusals: tuple[Refusal, ...]


def with_refusals(desk: Desk, points: Iterable[ContactPoint]) -> list[Point]:
    """One query."""
    mine = list(points)
    found = refused_addresses(business_id=desk.business.pk, addresses=[point.value for point in mine])
    return [
        Point(
            point.pk,
            point.kind,
            point.value,
            tuple(_refusal(desk, point, one) for one in found if one.address == point.value),
        )
        for point in mine
    ]


def _refusal(desk: Desk, point: ContactPoint, row: Suppression) -> Refusal:
    day = format_day(row.since_at.astimezone(ZoneInfo(desk.location.time_zone)).date(), get_language() or "en")
    words = str(_WORDS.get((row.channel, row.reason), _WORDS["sms", "refused"])) % {"day": day}
    detail = said(row.detail.strip()).rstrip(".")
    return Refusal(
        words=f"{words}: {detail}." if detail else f"{words}.",
        lift=f"{point.pk} {row.channel}" if row.reason == LIFTABLE else "",
    )

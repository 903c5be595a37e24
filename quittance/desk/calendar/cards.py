"""The cards of a calendar's answer: words, tones and wall clocks, ready to draw."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from quittance.calendar.queries import DayAppointment
from quittance.calendar.times import Period
from quittance.core.locale_format import format_money, format_time
from quittance.payments.status import VisitStatus
from quittance.ui.statuses import APPOINTMENT, look_of


def visit_addresses() -> Callable[[int], str]:
    """The addresses of many visits: finding one costs more than drawing its card, so it is found once for all."""
    before, _zero, after = reverse("desk:visit", kwargs={"visit_id": 0}).rpartition("0")
    return lambda visit_id: f"{before}{visit_id}{after}"


class Cards:
    """Draws the cards of one answer. What hundreds of cards share is looked up once: words, language, address."""

    def __init__(self, names: Mapping[int, str], zone: ZoneInfo, *, may_edit: bool) -> None:
        self._with = {staff_id: _("with %(name)s") % {"name": name} for staff_id, name in names.items()}
        self._zone = zone
        self._may_edit = may_edit
        self._language = get_language() or "en"
        self._payment_looks = {status: look_of(status) for status in VisitStatus}
        self._payment_words = {status: str(look.label) for status, look in self._payment_looks.items()}
        self._state_words = {state: str(look.label) for state, look in APPOINTMENT.items()}
        self._no_client = _("No client")
        self._visit_url = visit_addresses()

    def event(self, card: DayAppointment) -> dict[str, Any]:
        look, state = self._payment_looks[card.status], APPOINTMENT[card.state]
        return {
            "id": str(card.id),
            "resourceId": card.staff_id,
            "start": wall(card.period.starts_at, self._zone),
            "end": wall(card.period.ends_at, self._zone),
            "title": card.client_name or self._no_client,
            "editable": self._may_edit,
            "extendedProps": {
                "url": self._visit_url(card.visit_id),
                "visit": card.visit_id,
                "version": card.visit_version,
                "tone": look.tone,
                "icon": look.icon,
                "status": self._status(card),
                "services": card.service_name,
                "of_visit": self._of_visit(card),
                "part": f"{card.nth}/{card.of_visit}" if card.of_visit > 1 else "",
                "due": format_money(card.due, self._language) if card.due.is_positive else "",
                "staff": self._with.get(card.staff_id, ""),
                "unpaid": card.status is VisitStatus.UNPAID,
                "state": card.state,
                "state_icon": "" if card.state == "booked" else state.icon,
                "state_label": self._state_words[card.state],
                "time": format_time(card.period.starts_at, self._language, self._zone.key),
            },
        }

    def _status(self, card: DayAppointment) -> str:
        """The badge's words as the card says them."""
        word = self._payment_words[card.status]
        return _("%(status)s · price open") % {"status": word} if card.price_open else word

    def _of_visit(self, card: DayAppointment) -> str:
        return _("%(nth)s of %(n)s in this visit") % {"nth": card.nth, "n": card.of_visit} if card.of_visit > 1 else ""


def gaps(span: Period, hours: list[Period]) -> list[Period]:
    """What the working hours leave free of the time that is shown."""
    found, at = [], span.starts_at
    for stretch in hours:
        if stretch.starts_at > at:
            found.append(Period(at, min(stretch.starts_at, span.ends_at)))
        at = max(at, stretch.ends_at)
    if at < span.ends_at:
        found.append(Period(at, span.ends_at))
    return [gap for gap in found if gap.starts_at < gap.ends_at]


def wall(at: datetime, zone: ZoneInfo) -> str:
    """The location's wall clock without a zone, as the calendar's script takes it."""
    return at.astimezone(zone).replace(tzinfo=None).isoformat(timespec="seconds")

"""The links of thirty days as numbers and bars, drawn on the server."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from quittance.calendar.queries_link_numbers import LinkDay
from quittance.core.locale_format import format_day

HEIGHT: Final = 72
STEP: Final = 12
_BAR: Final = 8


@dataclass(frozen=True, slots=True)
class Bar:
    """One day: three bars that stand before one another, as paid is part of seen, and seen of sent."""

    x: int
    sent: int
    accessed: int
    paid: int
    label: str

    @property
    def width(self) -> int:
        return _BAR

    @property
    def sent_y(self) -> int:
        return HEIGHT - self.sent

    @property
    def accessed_y(self) -> int:
        return HEIGHT - self.accessed

    @property
    def paid_y(self) -> int:
        return HEIGHT - self.paid


@dataclass(frozen=True, slots=True)
class Chart:
    sent: int
    accessed: int
    paid: int
    bars: tuple[Bar, ...]
    first: str
    last: str

    @property
    def width(self) -> int:
        return STEP * len(self.bars)

    @property
    def height(self) -> int:
        return HEIGHT

    @property
    def paid_percent(self) -> int:
        return round(100 * self.paid / self.sent) if self.sent else 0

    @property
    def words(self) -> str:
        """What the picture says, for who does not see it."""
        return _("In 30 days: %(sent)d sent, %(accessed)d accessed, %(paid)d paid.") % {
            "sent": self.sent,
            "accessed": self.accessed,
            "paid": self.paid,
        }


def chart_of(days: Sequence[LinkDay]) -> Chart:
    language = get_language() or "en"
    most = max((day.sent for day in days), default=0) or 1

    def high(count: int) -> int:
        """At least two pixels where there is one link."""
        return max(2, round(HEIGHT * count / most)) if count else 0

    bars = tuple(
        Bar(
            x=number * STEP + (STEP - _BAR) // 2,
            sent=high(day.sent),
            accessed=high(day.accessed),
            paid=high(day.paid),
            label=_("%(day)s: %(sent)d sent, %(accessed)d accessed, %(paid)d paid")
            % {"day": format_day(day.day, language), "sent": day.sent, "accessed": day.accessed, "paid": day.paid},
        )
        for number, day in enumerate(days)
    )
    return Chart(
        sent=sum(day.sent for day in days),
        accessed=sum(day.accessed for day in days),
        paid=sum(day.paid for day in days),
        bars=bars,
        first=format_day(days[0].day, language) if days else "",
        last=format_day(days[-1].day, language) if days else "",
    )

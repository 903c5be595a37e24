"""When a link ends, in words that say how urgent it is."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from quittance.core.locale_format import format_datetime, format_day
from quittance.payments.models import PaymentLink
from quittance.payments.status import is_live

_URGENT = timedelta(hours=3)
_HOURS = timedelta(hours=12)
_DAYS = 14


@dataclass(frozen=True, slots=True)
class Expiry:
    """`exact` is the wall clock at the location, empty where the link lives until it is paid."""

    text: str
    exact: str = ""
    is_urgent: bool = False


def expiry_of(link: PaymentLink, *, time_zone: str, now: datetime) -> Expiry | None:
    """None for a link that has ended: its status says how."""
    if not is_live(link, now=now):
        return None
    if link.expires_at is None:
        return Expiry(_("until paid"))
    exact = format_datetime(link.expires_at, get_language() or "en", time_zone)
    left = link.expires_at - now
    return Expiry(_words(link.expires_at, left, time_zone=time_zone, now=now), exact, is_urgent=left <= _URGENT)


def _words(expires_at: datetime, left: timedelta, *, time_zone: str, now: datetime) -> str:
    if left < timedelta(hours=1):
        return _("in %(n)d min") % {"n": max(1, round(left.total_seconds() / 60))}
    if left <= _HOURS:
        return _("in %(n)d h") % {"n": round(left.total_seconds() / 3600)}
    zone = ZoneInfo(time_zone)
    day = expires_at.astimezone(zone).date()
    days = (day - now.astimezone(zone).date()).days
    if days == 0:
        return _("today")
    if days == 1:
        return _("tomorrow")
    if days <= _DAYS:
        return ngettext("in %(n)d day", "in %(n)d days", days) % {"n": days}
    return format_day(day, get_language() or "en")

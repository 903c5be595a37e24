"""When a link ends, in words that say how urgent it is."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from quittance.core.locale_format import format_datetime, format_day, format_time
from quittance.payments.models import PaymentLink
from quittance.payments.status import is_live

_URGENT = timedelta(hours=3)
_HOURS = timedelta(hours=12)
_DAYS = 14


@dataclass(frozen=True, slots=True)
class Expiry:
    """`exact` is the wall clock at the location, empty where the link lives until it is paid.

    `text` stands under a heading that says *expires*, `sentence` by itself.
    """

    text: str
    sentence: str
    exact: str = ""
    is_urgent: bool = False


def expiry_of(link: PaymentLink, *, time_zone: str, now: datetime) -> Expiry | None:
    """None for a link that has ended: its status says how."""
    if not is_live(link, now=now):
        return None
    if link.expires_at is None:
        return Expiry(_("until paid"), _("Valid until it is paid"))
    exact = format_datetime(link.expires_at, get_language() or "en", time_zone)
    left = link.expires_at - now
    text, sentence = _words(link.expires_at, left, time_zone=time_zone, now=now)
    return Expiry(text, sentence, exact, is_urgent=left <= _URGENT)


def _words(expires_at: datetime, left: timedelta, *, time_zone: str, now: datetime) -> tuple[str, str]:
    language = get_language() or "en"
    if left < timedelta(hours=1):
        minutes = {"n": max(1, round(left.total_seconds() / 60))}
        return _("in %(n)d min") % minutes, _("Expires in %(n)d min") % minutes
    if left <= _HOURS:
        hours = {"n": round(left.total_seconds() / 3600)}
        return _("in %(n)d h") % hours, _("Expires in %(n)d h") % hours
    zone = ZoneInfo(time_zone)
    day = expires_at.astimezone(zone).date()
    days = (day - now.astimezone(zone).date()).days
    at = {"at": format_time(expires_at, language, time_zone)}
    if days == 0:
        return _("today"), _("Expires today at %(at)s") % at
    if days == 1:
        return _("tomorrow"), _("Expires tomorrow at %(at)s") % at
    if days <= _DAYS:
        short = ngettext("in %(n)d day", "in %(n)d days", days) % {"n": days}
        return short, ngettext("Expires in %(n)d day", "Expires in %(n)d days", days) % {"n": days}
    return format_day(day, language), _("Expires on %(day)s") % {"day": format_day(day, language)}

"""Template tags that every face shares: `{% load ui %}`."""

from __future__ import annotations

import re
from datetime import date, datetime
from functools import lru_cache
from typing import Any, Protocol
from zoneinfo import ZoneInfo

from django import template
from django.forms import BoundField, CheckboxInput, Form, Select, Textarea
from django.http import HttpRequest
from django.template import Context
from django.template.loader import render_to_string
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language, override

from quittance.core import locale_format
from quittance.core.direction import is_right_to_left, runs_against
from quittance.core.direction import walled as between_walls
from quittance.core.money import Money
from quittance.ui import icons
from quittance.ui.qr import qr_svg
from quittance.ui.statuses import look_of

register = template.Library()
THEMES = ("light", "dark")
# Two full stops, where only what takes no room stands between them: the end of an element, or marks of direction. A tag
# is taken whole, so that nothing inside of it is touched.
_TWO_STOPS = re.compile(r"<[a-z!/][^<>]*>|(?<!\.)\.((?:</(?:bdi|strong|span|time)>|[\u200e\u200f\u2069])*)\.(?![.\w])")
_SIZES = {14: " icon-14", 16: "", 20: " icon-20", 24: " icon-24", 40: " icon-40"}


class HasTimeZone(Protocol):
    """A location, or whatever else knows its IANA time zone."""

    time_zone: str


def _language() -> str:
    return get_language() or "en"


def _zone(place: HasTimeZone | str) -> str:
    return place if isinstance(place, str) else place.time_zone


@register.simple_tag
def icon(name: str, size: int = 16, inline: bool = False) -> SafeString:  # noqa: FBT001, FBT002 - a template writes inline=True
    """`{% icon "check" %}`: decoration only; the words stand beside it."""
    return icons.drawing(name, classes=f"icon{_SIZES[size]}", inline=inline)


@register.simple_tag
def icon_sprite_url() -> str:
    return icons.sprite_url()


@register.simple_tag
def status_badge(status: str, kind: str = "visit", size: str = "") -> SafeString:
    """`{% status_badge visit.status %}`, `{% status_badge link.status "link" %}`, size="large" in headers."""
    return _badge(str(status), kind, size, _language())


# Lists repeat the same few badges hundreds of times.
@lru_cache(maxsize=1024)
def _badge(status: str, kind: str, size: str, language: str) -> SafeString:
    with override(language):
        look = look_of(status, kind=kind)
        return render_to_string("ui/components/status_badge.html", {"look": look, "size": size, "status": status})


@register.filter
def money(amount: Money | None) -> str:
    """`{{ amount|money }}`: in the active language's own way of writing."""
    return "" if amount is None else locale_format.format_money(amount, _language())


@register.filter
def unsigned(amount: Money) -> Money:
    """`{{ amount|unsigned|money }}`: where a word beside it says which way it goes."""
    return -amount if amount.minor < 0 else amount


@register.filter
def clock(at: datetime | None, place: HasTimeZone | str) -> str:
    """`{{ at|clock:location }}`: the wall clock at the location, `14:00`."""
    return "" if at is None else locale_format.format_time(at, _language(), _zone(place))


@register.filter
def daytime(at: datetime | None, place: HasTimeZone | str) -> str:
    """`{{ at|daytime:location }}`: `Thu 26 Nov, 14:00`."""
    return "" if at is None else locale_format.format_datetime(at, _language(), _zone(place))


@register.filter
def day(on: date | datetime | None, place: HasTimeZone | str = "UTC") -> str:
    """`{{ date|day }}` or `{{ at|day:location }}`: `Thu 26 Nov`."""
    if on is None:
        return ""
    return locale_format.format_day(_local_date(on, place), _language())


@register.filter
def long_date(on: date | datetime | None, place: HasTimeZone | str = "UTC") -> str:
    """`{{ date|long_date }}`: with the year, `26 Nov 2026`."""
    if on is None:
        return ""
    return locale_format.format_date(_local_date(on, place), _language())


@register.simple_tag
def qr(text: str, label: str) -> SafeString:
    """`{% qr link.address label="…" %}` inside `<div class="qr">`."""
    return qr_svg(text, label=label)


@register.inclusion_tag("ui/components/field.html")
def field(bound: BoundField, hint: str = "", label: str = "", classes: str = "") -> dict[str, Any]:
    """A form field with its label, hint and what is wrong with it, tied together for screen readers."""
    widget = bound.field.widget
    shape = "input"
    if isinstance(widget, CheckboxInput):
        shape = "check"
    elif isinstance(widget, Textarea):
        shape = "textarea"
    elif isinstance(widget, Select):
        shape = "select"
    described = [f"{bound.auto_id}-error"] if bound.errors else []
    if hint or bound.help_text:
        described.append(f"{bound.auto_id}-hint")
    attributes: dict[str, str] = {"class": f"{_CONTROL[shape]} {classes}".strip()}
    if described:
        attributes["aria-describedby"] = " ".join(described)
    if bound.errors:
        attributes["aria-invalid"] = "true"
    return {
        "bound": bound,
        "control": bound.as_widget(attrs={**widget.attrs, **attributes}),
        "shape": shape,
        "label": label or bound.label,
        "hint": hint or bound.help_text,
    }


_CONTROL = {"input": "input", "textarea": "textarea", "select": "select", "check": "checkbox"}


@register.inclusion_tag("ui/components/error_summary.html")
def error_summary(form: Form) -> dict[str, Form]:
    """Above a form that came back: everything that is wrong, each a link to its field."""
    return {"form": form}


@register.simple_tag(takes_context=True)
def chosen_theme(context: Context) -> str:
    """`light` or `dark` where the person chose one; empty follows the system."""
    request = context.get("request")
    chosen = request.COOKIES.get("theme", "") if isinstance(request, HttpRequest) else ""
    return chosen if chosen in THEMES else ""


@register.simple_tag
def page_direction() -> str:
    """`rtl` for languages written from right to left."""
    return "rtl" if is_right_to_left(_language()) else "ltr"


@register.filter
def isolated(text: str) -> str:
    """`{{ business.name|isolated }}`: what somebody typed, kept from turning the words around it."""
    return format_html("<bdi>{}</bdi>", text) if runs_against(str(text), _language()) else text


@register.filter
def walled(text: str) -> str:
    """The same where no element can stand: in a title, and among the words of a link that is a flex box."""
    return between_walls(text, _language())


@register.filter(is_safe=True)
def one_full_stop(html: str) -> str:
    """`{% filter one_full_stop %}…`: a name, date or currency that brings its own full stop ends its sentence too."""
    return _TWO_STOPS.sub(lambda found: found[0] if found[1] is None else f".{found[1]}", html)


def _local_date(on: date | datetime, place: HasTimeZone | str) -> date:
    if isinstance(on, datetime):
        return on.astimezone(ZoneInfo(_zone(place))).date()
    return on

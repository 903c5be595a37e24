"""How the pages of a business look to its clients: an accent colour and a logo."""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext as _

from quittance.businesses.actions import SettingError
from quittance.businesses.models import Business, Logo
from quittance.core.colour import ColourError, is_readable, nearest_readable, parse_colour

MAX_LOGOS = 200


def check_accent(text: str) -> str:
    """`#rrggbb`, or empty for ours. Raises SettingError with the nearest colour that can be read."""
    if not text.strip():
        return ""
    try:
        colour = parse_colour(text)
    except ColourError as error:
        raise SettingError("accent", _(str(error))) from None
    if not is_readable(colour):
        raise SettingError(
            "accent",
            _(
                "%(colour)s is too light: white letters on it, and it on white, cannot be read by everybody. "
                "The nearest that can is %(nearest)s."
            )
            % {"colour": colour, "nearest": nearest_readable(colour)},
        )
    return colour


def change_accent(*, business: Business, accent: str) -> bool:
    """`accent` has been checked. Whether anything changed."""
    if business.accent == accent:
        return False
    business.accent = accent
    return True


def change_logo(*, business: Business, key: str, png: bytes, width: int, height: int, now: datetime) -> bool:
    """An empty key: none is shown any more. Whether anything changed."""
    if business.logo_key == key:
        return False
    if key and not Logo.objects.filter(business=business, key=key).exists():
        if Logo.objects.filter(business=business).count() >= MAX_LOGOS:
            raise SettingError(
                "logo",
                _("A business keeps at most %(max_logos)s logos, because papers have them.") % {"max_logos": MAX_LOGOS},
            )
        Logo.objects.create(business=business, key=key, png=png, made_at=now)
    business.logo_key, business.logo_width, business.logo_height = key, width, height
    return True


def logo_png(*, business_id: int, key: str) -> bytes:
    """Empty where the business has no such logo."""
    return _bytes(Logo.objects.filter(business_id=business_id, key=key).first()) if key else b""


def public_logo(*, key: str) -> bytes:
    """For whoever knows the address, which stands on client pages; it is made of the picture itself."""
    return _bytes(Logo.objects.filter(key=key).order_by("pk").first())


def _bytes(row: Logo | None) -> bytes:
    # PostgreSQL's driver may hand out a view of the bytes.
    return b"" if row is None else bytes(row.png)

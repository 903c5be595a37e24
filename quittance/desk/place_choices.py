"""Countries, currencies and time zones to choose from, by the names that the reader knows."""

from __future__ import annotations

from zoneinfo import available_timezones

from babel.core import get_global
from django.utils.translation import get_language

from quittance.core.locale_format import known_locale

# Groups and placeholders among the two-letter codes.
_NO_COUNTRIES = frozenset({"EU", "EZ", "UN", "XA", "XB", "ZZ", "QO"})


def countries() -> list[tuple[str, str]]:
    names = known_locale(get_language() or "en").territories
    known = [(code, str(name)) for code, name in names.items() if len(code) == 2 and code.isalpha()]
    return sorted((one for one in known if one[0] not in _NO_COUNTRIES), key=lambda one: one[1])


def currencies() -> list[tuple[str, str]]:
    """Those that some country uses today."""
    names = known_locale(get_language() or "en").currencies
    rows = (row for of_country in get_global("territory_currencies").values() for row in of_country)
    used = {code for code, _since, until, is_tender in rows if is_tender and until is None}
    return sorted((code, f"{code} · {names.get(code, code)}") for code in used)


def time_zones() -> list[tuple[str, str]]:
    return [(zone, zone.replace("_", " ")) for zone in sorted(available_timezones()) if "/" in zone]

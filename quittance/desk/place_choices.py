"""Countries, currencies and time zones to choose from, by the names that the reader knows."""

from __future__ import annotations

from functools import lru_cache
from typing import Any
from zoneinfo import available_timezones

from babel.core import get_global
from django import forms
from django.forms.utils import flatatt
from django.utils.html import escape, format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language

from quittance.core.locale_format import known_locale

# Groups and placeholders among the two-letter codes.
_NO_COUNTRIES = frozenset({"EU", "EZ", "UN", "XA", "XB", "ZZ", "QO"})


class LongSelect(forms.Select):
    """A list of hundreds: Django renders a template for each of them, which takes longer than all else on the page."""

    def render(self, name: str, value: Any, attrs: Any = None, renderer: Any = None) -> SafeString:  # noqa: ARG002 - Django's
        options = _options(tuple((str(key), str(label)) for key, label in self.choices))
        marked = f'value="{escape(value)}"'
        options = options.replace(marked, f"{marked} selected", 1)
        built = self.build_attrs(self.attrs, {**(attrs or {}), "name": name})
        return format_html("<select{}>{}</select>", flatatt(built), mark_safe(options))  # noqa: S308 - escaped below


@lru_cache(maxsize=32)
def _options(choices: tuple[tuple[str, str], ...]) -> str:
    return str(format_html_join("", '<option value="{}">{}</option>', choices))


def countries() -> list[tuple[str, str]]:
    return list(_countries(get_language() or "en"))


def currencies() -> list[tuple[str, str]]:
    """Those that some country uses today."""
    return list(_currencies(get_language() or "en"))


@lru_cache(maxsize=8)
def _countries(language: str) -> list[tuple[str, str]]:
    names = known_locale(language).territories
    known = [(code, str(name)) for code, name in names.items() if len(code) == 2 and code.isalpha()]
    return sorted((one for one in known if one[0] not in _NO_COUNTRIES), key=lambda one: one[1])


@lru_cache(maxsize=8)
def _currencies(language: str) -> list[tuple[str, str]]:
    names = known_locale(language).currencies
    rows = (row for of_country in get_global("territory_currencies").values() for row in of_country)
    used = {code for code, _since, until, is_tender in rows if is_tender and until is None}
    return sorted((code, f"{code} · {names.get(code, code)}") for code in used)


def time_zones() -> list[tuple[str, str]]:
    return list(_time_zones())


@lru_cache(maxsize=1)
def _time_zones() -> list[tuple[str, str]]:
    return [(zone, zone.replace("_", " ")) for zone in sorted(available_timezones()) if "/" in zone]

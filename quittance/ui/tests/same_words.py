"""What was read and found right: words that a language shares with English, and how many plural forms it has."""

from __future__ import annotations

from typing import Final

SAME_AS_ENGLISH: Final[dict[str, set[str]]] = {
    "ar": set(),
    "de": {"Cashback", "Code", "Online"},
    "es": {"Total"},
    "fr": {"Code", "Points", "Total"},
    "it": {"Cashback", "Online"},
    "nl": {"Cashback", "Code", "Online", "Product"},
    "pl": {"Cashback", "Online"},
    "pt": {"Cashback", "Online", "Total"},
    "ru": set(),
    "tr": {"Cashback"},
    "uk": set(),
}
# Two where nothing is said. Some languages have a form more for fractions, which Django's own catalogs spell out.
PLURAL_FORMS: Final[dict[str, set[int]]] = {
    "ar": {6},
    "pl": {3, 4},
    "ru": {3, 4},
    "tr": {1, 2},
    "uk": {3, 4},
}

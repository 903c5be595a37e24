"""The languages that clients read, which the desk offers on their cards."""

from __future__ import annotations

from typing import Final

# Each name in its own language. A language stands here when its catalog is complete (a test compares them).
CLIENT_LANGUAGES: Final = {
    "en": "English",
    "de": "Deutsch",
    "fr": "Français",
    "es": "Español",
    "it": "Italiano",
    "pt": "Português",
    "nl": "Nederlands",
    "pl": "Polski",
    "tr": "Türkçe",
    "uk": "Українська",
    "ru": "Русский",
    "ar": "العربية",
}

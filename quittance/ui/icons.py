"""Icons: one sprite made by the front-end build from the names in `icons.txt` (Lucide, ISC licence)."""

from __future__ import annotations

import re
from functools import cache, lru_cache
from pathlib import Path
from typing import Final

from django.conf import settings
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django_vite.core.asset_loader import DjangoViteAssetLoader

_LIST: Final = Path(__file__).with_name("icons.txt")
# They point to a side: pages that run from right to left show them mirrored.
_SIDED: Final = frozenset(
    {"arrow-left", "arrow-right", "chevron-left", "chevron-right", "receipt-text", "send", "undo-2"}
)
_SYMBOL: Final = re.compile(r'<symbol id="([a-z0-9-]+)"[^>]*>(.*?)</symbol>', re.DOTALL)


class UnknownIconError(KeyError):
    """The name is not in `icons.txt`; add it there and build the front end again."""


@cache
def names() -> frozenset[str]:
    return frozenset(_LIST.read_text(encoding="utf-8").split())


def sprite_url() -> str:
    """The address of the sprite with its hash; every icon of the desk refers to it."""
    return str(DjangoViteAssetLoader.instance().generate_vite_asset_url("icons.svg"))


@cache
def _drawings() -> dict[str, str]:
    manifest_url = sprite_url().rsplit("/", 1)[-1]
    sprite = Path(settings.ASSETS_DIR, "assets", manifest_url).read_text(encoding="utf-8")
    return dict(_SYMBOL.findall(sprite))


def drawing(name: str, *, classes: str, inline: bool = False) -> SafeString:
    """The icon as SVG, hidden from screen readers: the word beside it is what they read.

    Inline drawings cost no request: pages of clients use them. Others refer to the sprite.
    """
    return _drawn(name, classes, inline)


# A list of fifty rows draws three hundred icons, all of a handful of kinds.
@lru_cache(maxsize=1024)
def _drawn(name: str, classes: str, inline: bool) -> SafeString:  # noqa: FBT001 - a key of what is kept has no names
    if name not in names():
        raise UnknownIconError(name)
    if name in _SIDED:
        classes += " icon-sided"
    if inline:
        # The drawing comes from our own build, not from anybody's input.
        inner = mark_safe(_drawings()[name])  # noqa: S308
        return format_html('<svg class="{}" viewBox="0 0 24 24" aria-hidden="true">{}</svg>', classes, inner)
    return format_html('<svg class="{}" aria-hidden="true"><use href="{}#{}"/></svg>', classes, sprite_url(), name)

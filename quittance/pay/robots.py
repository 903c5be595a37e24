"""Which program fetches a page: messengers that draw a preview, search engines, scanners of mail.

Whoever names no robot is taken for a person; a person still counts only by the beacon of a page that is seen.
"""

from __future__ import annotations

from typing import Final

from django.http import HttpRequest

# The first part that stands in the user agent names it. iMessage says that it is three others.
_NAMES: Final = (
    ("facebot twitterbot", "iMessage"),
    ("whatsapp", "WhatsApp"),
    ("facebookexternalhit", "Facebook"),
    ("telegrambot", "Telegram"),
    ("viber", "Viber"),
    ("slackbot", "Slack"),
    ("discordbot", "Discord"),
    ("skypeuripreview", "Skype"),
    ("linkedinbot", "LinkedIn"),
    ("twitterbot", "X"),
    ("googlebot", "Google"),
    ("google-safety", "Google"),
    ("googleother", "Google"),
    ("bingbot", "Bing"),
    ("bingpreview", "Bing"),
    ("applebot", "Apple"),
    ("barracuda", "Barracuda"),
    ("proofpoint", "Proofpoint"),
    ("mimecast", "Mimecast"),
)
_ROBOT_WORDS: Final = ("bot/", "bot;", "crawler", "spider", "preview", "scanner", "curl/", "python-")
PREFETCH: Final = "prefetch"
UNNAMED: Final = "unnamed"
OTHER: Final = "other"


def robot_of(request: HttpRequest) -> str:
    """Its name; `prefetch` for a browser that fetches ahead, `unnamed` without a user agent; empty for a person."""
    purpose = " ".join(request.headers.get(name, "") for name in ("Sec-Purpose", "Purpose", "X-Moz", "X-Purpose"))
    agent = request.headers.get("User-Agent", "").strip().lower()
    if not agent:
        return UNNAMED
    for part, name in _NAMES:
        if part in agent:
            return name
    if "prefetch" in purpose or "preview" in purpose:
        return PREFETCH
    return OTHER if any(word in agent for word in _ROBOT_WORDS) else ""

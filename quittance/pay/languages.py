"""In which language a client reads: just chosen, chosen when they paid, their own, the browser's, the location's."""

from __future__ import annotations

from typing import Final

from django.http import HttpRequest
from django.utils.translation.trans_real import parse_accept_lang_header

from quittance.ui.client_languages import CLIENT_LANGUAGES

DEFAULT: Final = "en"

__all__ = ["CLIENT_LANGUAGES", "DEFAULT", "browser_language", "chosen_language", "supported"]


def supported(code: str) -> str:
    """`de-AT` is read as `de`; empty where we have no catalog."""
    base = code.replace("_", "-").split("-")[0].lower()
    return base if base in CLIENT_LANGUAGES else ""


def chosen_language(request: HttpRequest) -> str:
    """What the client picked on the page; it travels in the address, so no cookie is needed."""
    return supported(request.GET.get("lang", ""))


def browser_language(request: HttpRequest) -> str:
    accepted = parse_accept_lang_header(request.META.get("HTTP_ACCEPT_LANGUAGE", "")[:400])
    return next((found for code, _ in accepted if (found := supported(code))), "")


def language_for(request: HttpRequest, *, client: str, location: str) -> str:
    return chosen_language(request) or supported(client) or browser_language(request) or supported(location) or DEFAULT

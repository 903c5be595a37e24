"""A business's colour as a stylesheet, and its logo. Both can be kept for ever: another look has another address."""

from __future__ import annotations

from typing import Final

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from quittance.businesses.look import public_logo
from quittance.core.colour import Accent, ColourError, dark_accent, is_readable, light_accent, parse_colour

_FOR_EVER: Final = "public, max-age=31536000, immutable"


@require_safe
def colours(request: HttpRequest, colour: str) -> HttpResponse:
    """The accent on light pages and, lighter, on dark ones. What cannot be read is not here."""
    found = _readable(colour)
    if found is None:
        return render(request, "404.html", status=404)
    light, dark = _tokens(light_accent(found)), _tokens(dark_accent(found))
    return _sheet(
        f":root{{{light}}}"
        f'@media (prefers-color-scheme:dark){{:root:not([data-theme="light"]){{{dark}}}}}'
        f':root[data-theme="dark"]{{{dark}}}'
    )


@require_safe
def preview(request: HttpRequest, colour: str) -> HttpResponse:
    """The same for the two samples on the settings page, and for nothing else there."""
    found = _readable(colour)
    if found is None:
        return render(request, "404.html", status=404)
    light, dark = _tokens(light_accent(found)), _tokens(dark_accent(found))
    return _sheet(f'.look-sample[data-shade="light"]{{{light}}}.look-sample[data-shade="dark"]{{{dark}}}')


@require_safe
def logo(request: HttpRequest, key: str) -> HttpResponse:
    png = public_logo(key=key)
    if not png:
        return render(request, "404.html", status=404)
    response = HttpResponse(png, content_type="image/png")
    response["Cache-Control"] = _FOR_EVER
    response["Content-Disposition"] = 'inline; filename="logo.png"'
    response["Cross-Origin-Resource-Policy"] = "same-origin"
    response["X-Content-Type-Options"] = "nosniff"
    return response


def _readable(text: str) -> str | None:
    """Only as we write it ourselves, so that each colour has one address."""
    try:
        colour = parse_colour(text)
    except ColourError:
        return None
    return colour if colour == f"#{text}" and is_readable(colour) else None


def _tokens(one: Accent) -> str:
    return f"--q-accent:{one.accent};--q-accent-hover:{one.hover};--q-accent-ink:{one.ink};--q-focus:{one.accent}"


def _sheet(text: str) -> HttpResponse:
    response = HttpResponse(text, content_type="text/css; charset=utf-8")
    response["Cache-Control"] = _FOR_EVER
    response["X-Content-Type-Options"] = "nosniff"
    return response

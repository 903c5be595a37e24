"""What answers of the desk share: who asked (htmx, script or a plain form) and what to tell beside the page."""

from __future__ import annotations

import json
from typing import Any

from django.http import HttpRequest, HttpResponse


def is_htmx(request: HttpRequest) -> bool:
    return request.headers.get("HX-Request") == "true"


def wants_part(request: HttpRequest) -> bool:
    """Whether a piece of the page is asked for; Back and a boosted link ask for all of it."""
    return is_htmx(request) and request.headers.get("HX-Request-Type", "partial") != "full"


def with_event(response: HttpResponse, name: str, detail: dict[str, Any] | None = None) -> HttpResponse:
    """Tell the page's scripts that something happened; several events travel in one header."""
    events = json.loads(response.headers.get("HX-Trigger", "{}"))
    events[name] = detail or {}
    response["HX-Trigger"] = json.dumps(events)
    return response


def with_notice(response: HttpResponse, text: str, **more: str | int) -> HttpResponse:
    """A short notice in the corner; `more` is url, label, undo, tone, stay_seconds (src/desk/announce.js)."""
    return with_event(response, "notice", {"text": text, **more})

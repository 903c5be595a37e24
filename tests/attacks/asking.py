"""Send what a route takes, its gaps filled with the facts of one business or of another."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.http import HttpResponse
from django.test import Client as Browser
from django.urls import reverse

from quittance.pay.form_key import form_key
from tests.attacks.routes import ROUTES, Route
from tests.attacks.world import Place


def facts_of(place: Place) -> dict[str, str]:
    return place.facts | {"form_key": form_key(place.token), "desk_form_key": form_key(place.facts["desk_code"])}


def address(name: str, place: Place, *, other: Place | None = None) -> str:
    """`other` fills the parts of the address that name a row inside this business's object."""
    route = ROUTES[name]
    args = {part: _fill(value, place, other if part in route.names else None) for part, value in route.args.items()}
    query = _fill(route.query, place, other)
    return reverse(name, kwargs=args or None) + (f"?{query}" if query else "")


def typed(name: str, place: Place, *, other: Place | None = None) -> dict[str, str]:
    """`other` fills the boxes that name a row."""
    route = ROUTES[name]
    return {box: _fill(value, place, other if box in route.names else None) for box, value in route.typed.items()}


def _fill(text: str, place: Place, other: Place | None) -> str:
    return text.format(**facts_of(other or place)) if "{" in text else text


def look(one: Browser, name: str, place: Place, **more: Any) -> HttpResponse:
    answer = one.get(address(name, place, **more))
    if answer.streaming:  # a file that is written while it is read
        return HttpResponse(answer.getvalue(), status=answer.status_code, headers=dict(answer.headers))
    return answer  # type: ignore[return-value]


def press(one: Browser, name: str, place: Place, *, other: Place | None = None, **headers: str) -> HttpResponse:
    values = typed(name, place, other=other)
    return send(one, name, address(name, place, other=other), values, **headers)


def send(one: Browser, name: str, path: str, values: Mapping[str, Any], **headers: str) -> HttpResponse:
    """As the page would: with a request id of its own."""
    body = {"request_id": f"attack-{name.replace(':', '-').replace('_', '-')}", **values}
    return one.post(path, body, headers=headers)  # type: ignore[return-value]


def methods(route: Route) -> tuple[str, ...]:
    return ("get",) * route.reads + ("post",) * route.writes


def ask(one: Browser, method: str, name: str, place: Place, *, other: Place | None = None) -> HttpResponse:
    return press(one, name, place, other=other) if method == "post" else look(one, name, place, other=other)

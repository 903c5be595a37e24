"""In which language the desk speaks: the person's own, the location's, the browser's."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, Final

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.template.response import SimpleTemplateResponse
from django.utils.translation import get_language, override

from quittance.businesses.models import Location, User
from quittance.businesses.queries_desk import workplaces_of

# Each name in its own language.
DESK_LANGUAGES: Final[dict[str, str]] = dict(settings.LANGUAGES)


def desk_language(*, user: User, location: Location | None) -> str:
    """The browser's is what Django's own middleware has chosen before us."""
    return _spoken(user.language) or _spoken(location.language if location else "") or get_language() or "en"


def in_own_language(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """For the pages of sign-in that are not the desk's own: whoever is signed in reads them as the desk."""

    @wraps(view)
    def spoken(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not isinstance(request.user, User):
            return view(request, *args, **kwargs)
        place = next(iter(workplaces_of(user=request.user)), None)
        with override(desk_language(user=request.user, location=place.location if place else None)):
            response = view(request, *args, **kwargs)
            if isinstance(response, SimpleTemplateResponse):
                response.render()
        return response

    return spoken


def _spoken(code: str) -> str:
    """`de-AT` is read as `de`; empty where the desk does not speak it."""
    base = code.replace("_", "-").split("-")[0].lower()
    return base if base in DESK_LANGUAGES else ""

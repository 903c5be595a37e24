"""What every request passes: its log line, the headers of client pages, idle sessions."""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from http import HTTPStatus
from typing import Final
from urllib.parse import urlsplit

import structlog
from django.conf import settings
from django.http import HttpRequest, HttpResponse

from quittance.core.ids import new_key

CLIENT_PREFIXES: Final = ("/p/", "/d/", "/u/")
_RENEW_AFTER_SECONDS: Final = 600
_SEEN_AT: Final = "seen_at"
_UNLOGGED: Final = ("/static/", "/healthz", "/readyz")
_GetResponse = Callable[[HttpRequest], HttpResponse]
_log = structlog.get_logger("quittance.request")
# As Django makes them: 32 letters and digits.
_SESSION_KEY: Final = re.compile(r"[a-z0-9]{8,40}")


def is_client_page(request: HttpRequest) -> bool:
    return request.path_info.startswith(CLIENT_PREFIXES)


def client_address(get_response: _GetResponse) -> _GetResponse:
    """REMOTE_ADDR becomes the client's address: what the proxies in front added, never what the client wrote."""
    count = settings.QUITTANCE_PROXY_COUNT

    def middleware(request: HttpRequest) -> HttpResponse:
        forwarded = [part.strip() for part in request.META.get("HTTP_X_FORWARDED_FOR", "").split(",")]
        if len(forwarded) >= count > 0 and forwarded[-count]:
            request.META["REMOTE_ADDR"] = forwarded[-count]
        return get_response(request)

    return middleware


def queries_without_nul(get_response: _GetResponse) -> _GetResponse:
    """PostgreSQL takes no NUL in a text, and nobody searches for one: it is dropped before anything reads the query."""

    def middleware(request: HttpRequest) -> HttpResponse:
        if "%00" in request.META.get("QUERY_STRING", ""):
            request.META["QUERY_STRING"] = request.META["QUERY_STRING"].replace("%00", "")
        return get_response(request)

    return middleware


def request_log(get_response: _GetResponse) -> _GetResponse:
    """One line for each request, under an id that every other line of the request bears too."""

    def middleware(request: HttpRequest) -> HttpResponse:
        request_id = new_key()
        structlog.contextvars.clear_contextvars()
        structlog.contextvars.bind_contextvars(request_id=request_id)
        request.META["QUITTANCE_REQUEST_ID"] = request_id
        started = time.perf_counter()
        response = get_response(request)
        response["X-Request-Id"] = request_id
        if not request.path_info.startswith(_UNLOGGED):
            _log.info(
                "request",
                method=request.method,
                path=request.path_info,
                status=response.status_code,
                milliseconds=round((time.perf_counter() - started) * 1000, 1),
            )
        return response

    return middleware


def client_page_headers(get_response: _GetResponse) -> _GetResponse:
    """Client pages: no referrer to anyone, no copy kept, no listing, and `Pay` may lead to a payment system's page.

    Browsers hold the redirect after a form against `form-action` too, so it names https: there; the sandbox's page
    is plain http on this machine and is named beside it.
    """

    def middleware(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        if is_client_page(request):
            response["Referrer-Policy"] = "no-referrer"
            response["X-Robots-Tag"] = "noindex, nofollow"
            response.setdefault("Cache-Control", "private, no-store")
            # django-csp reads this attribute; its decorator would have to stand on every view of the face.
            response._csp_update = {"form-action": _payment_pages()}  # type: ignore[attr-defined]  # noqa: SLF001
        return response

    return middleware


def forged_sessions(get_response: _GetResponse) -> _GetResponse:
    """A cookie that no session of ours can have is no cookie: PostgreSQL refuses some of them with an error."""

    def middleware(request: HttpRequest) -> HttpResponse:
        value = request.COOKIES.get(settings.SESSION_COOKIE_NAME)
        if value is not None and not _SESSION_KEY.fullmatch(value):
            del request.COOKIES[settings.SESSION_COOKIE_NAME]
        return get_response(request)

    return middleware


def idle_sessions(get_response: _GetResponse) -> _GetResponse:
    """Sessions end after 12 idle hours: a person's request renews them, a poll that finds nothing new does not."""

    def middleware(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        if response.status_code == HTTPStatus.NO_CONTENT or not request.session.accessed:
            return response
        if not request.session.get("_auth_user_id"):
            return response
        # Read here and not passed down: the age of a cookie is no rule of the product.
        seen_at = time.time()
        if seen_at - request.session.get(_SEEN_AT, 0) > _RENEW_AFTER_SECONDS:
            request.session[_SEEN_AT] = int(seen_at)
        return response

    return middleware


def private_pages(get_response: _GetResponse) -> _GetResponse:
    """No browser keeps a page of somebody who is signed in: at a shared desk the next person presses Back."""

    def middleware(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        if request.session.accessed and request.session.get("_auth_user_id"):
            response.setdefault("Cache-Control", "private, no-store")
        return response

    return middleware


def _payment_pages() -> list[str]:
    sandbox = [urlsplit(url) for url in (settings.QUITTANCE_SANDBOX_URL, settings.QUITTANCE_STRIPE_API_URL) if url]
    return ["https:", *dict.fromkeys(f"{parts.scheme}://{parts.netloc}" for parts in sandbox)]

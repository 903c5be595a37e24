"""The sandbox's own little HTTP client, for webhooks and callbacks. Replaceable, so that a test can hand them to a
view directly.
"""

import http.client
import urllib.error
import urllib.request
from collections.abc import Mapping
from typing import Protocol

ANSWER_BYTES = 2000
PATIENCE_SECONDS = 10.0


class Post(Protocol):
    """Delivers one request and gives the status code; 0 when nobody answered."""

    def __call__(self, url: str, headers: Mapping[str, str], body: bytes) -> int: ...


class _StayHere(urllib.request.HTTPRedirectHandler):
    """A redirect is an answer like any other: it is not followed."""

    def redirect_request(self, *_args: object, **_more: object) -> None:
        return None


def post(url: str, headers: Mapping[str, str], body: bytes) -> int:
    if not url.startswith(("http://", "https://")):
        return 0
    opener = urllib.request.build_opener(_StayHere(), urllib.request.ProxyHandler({}))
    request = urllib.request.Request(url, data=body, headers=dict(headers), method="POST")  # noqa: S310 - the scheme is checked above
    try:
        with opener.open(request, timeout=PATIENCE_SECONDS) as answer:
            answer.read(ANSWER_BYTES)
            return int(answer.status)
    except urllib.error.HTTPError as error:
        error.close()
        return error.code
    except (OSError, http.client.HTTPException, ValueError):
        return 0

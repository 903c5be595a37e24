"""Take what payment systems and message channels send us. Exempt from CSRF: their signature stands in its place."""

from __future__ import annotations

from http import HTTPStatus

from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.http.request import UnreadablePostError
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from quittance.core import clock
from quittance.flows import accept_webhook
from quittance.flows.accept_webhook import MESSAGES, Answer

MAX_BODY_BYTES = 256 * 1024
_STATUSES = {
    Answer.ACCEPTED: HTTPStatus.OK,
    Answer.BAD_SIGNATURE: HTTPStatus.BAD_REQUEST,
    Answer.UNKNOWN_ADDRESS: HTTPStatus.NOT_FOUND,
    Answer.NOT_READY: HTTPStatus.SERVICE_UNAVAILABLE,
}
_SENTENCES = {
    Answer.ACCEPTED: "Received.",
    Answer.BAD_SIGNATURE: "The signature does not fit. Check the signing secret.",
    Answer.UNKNOWN_ADDRESS: "Nobody listens at this address.",
    Answer.NOT_READY: "The keys of this account cannot be read. Try again later.",
}
# An inbound text is answered by instructions; these say: do nothing.
_NO_INSTRUCTIONS = '<?xml version="1.0" encoding="UTF-8"?><Response></Response>'


@csrf_exempt
@require_http_methods(["GET", "POST"])
def inbound(request: HttpRequest, system: str, address_token: str) -> HttpResponse:
    """A GET is WhatsApp's question whether this address is ours; it changes nothing."""
    if request.method == "GET":
        if system != MESSAGES:
            return HttpResponseNotAllowed(["POST"])
        return _answer_challenge(request, address_token)
    body = _body(request)
    if body is None:
        return _plain("The body is too large.", HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
    answer = accept_webhook.accept(
        system=system,
        address_token=address_token,
        headers={name.lower(): value for name, value in request.headers.items()},
        body=body,
        path=request.get_full_path(),
        now=clock.now(),
    )
    if answer is Answer.ACCEPTED and system == MESSAGES:
        return HttpResponse(_NO_INSTRUCTIONS, content_type="text/xml; charset=utf-8")
    return _plain(_SENTENCES[answer], _STATUSES[answer])


def _answer_challenge(request: HttpRequest, address_token: str) -> HttpResponse:
    said = accept_webhook.challenge(address_token=address_token, query=request.GET.dict())
    return _plain(said, HTTPStatus.OK) if said else _plain("Nobody listens at this address.", HTTPStatus.NOT_FOUND)


def _body(request: HttpRequest) -> bytes | None:
    """The raw bytes, since signatures cover them to the letter; None when there are too many."""
    try:
        body = request.read(MAX_BODY_BYTES + 1)
    except UnreadablePostError:
        return b""
    return body if len(body) <= MAX_BODY_BYTES else None


def _plain(text: str, status: HTTPStatus) -> HttpResponse:
    return HttpResponse(text, status=status, content_type="text/plain; charset=utf-8")

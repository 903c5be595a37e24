"""Photos at the desk: what shows one, and the form that puts it there."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final
from urllib.parse import urlencode

from django.core.files.uploadedfile import UploadedFile
from django.core.signing import BadSignature, Signer
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from quittance.catalog.photos import KINDS, photo_content, photo_tokens
from quittance.core.actor import Right
from quittance.desk.access import Desk, desk_view
from quittance.desk.done import done_url
from quittance.flows.errors import FieldError
from quittance.flows.set_photo import set_photo

_PAGES: Final = {"service": ("desk:service", "item_id"), "product": ("desk:product", "item_id"),
                 "staff": ("desk:staff_card", "staff_id")}  # fmt: skip
PROBLEM: Final = "photo_problem"
# A sentence travels in the address, and only ours is shown.
_OURS: Final = Signer(salt="photo problem")


@require_safe
@desk_view(Right.SEE_CALENDAR)
def photo(_request: HttpRequest, desk: Desk, token: str) -> HttpResponse:
    """Pixels and nothing else, with the guards of every page: no type to guess, nothing to frame, nothing to keep."""
    content = photo_content(business_id=desk.business.pk, token=token)
    if content is None:
        raise Http404
    return HttpResponse(
        content,
        headers={
            "Content-Type": "image/webp",
            "Content-Disposition": "inline",
            "X-Content-Type-Options": "nosniff",
            "Cross-Origin-Resource-Policy": "same-origin",
        },
    )


@require_POST
@desk_view(Right.EDIT_SETTINGS)
def save_photo(request: HttpRequest, desk: Desk, kind: str, row_id: int) -> HttpResponse:
    """The file that was chosen; `remove` takes the photo away."""
    if kind not in KINDS:
        raise Http404
    name, box = _PAGES[kind]
    url = reverse(name, kwargs={box: row_id})
    chosen = request.FILES.get("photo")
    removes = "remove" in request.POST
    if not removes and not isinstance(chosen, UploadedFile):
        return _back(url, _("Choose a picture first."))
    raw = None if removes or chosen is None else chosen.read()
    try:
        set_photo(actor=desk.actor, location_id=desk.location.pk, kind=kind, row_id=row_id, raw=raw, now=desk.now)
    except FieldError as error:
        return _back(url, str(error))
    return HttpResponseRedirect(done_url("photo_removed" if removes else "photo_saved", url), status=303)


def photo_urls(*, desk: Desk, kind: str, ids: Iterable[int]) -> dict[int, str]:
    """The addresses of those that have a photo; one query."""
    tokens = photo_tokens(business_id=desk.business.pk, kind=kind, ids=ids)
    return {pk: reverse("desk:photo", kwargs={"token": token}) for pk, token in tokens.items()}


def photo_form(request: HttpRequest, desk: Desk, kind: str, row_id: int) -> dict[str, str]:
    """What the template `desk/photo.html` needs."""
    return {
        "photo_url": photo_urls(desk=desk, kind=kind, ids=[row_id]).get(row_id, ""),
        "save_url": reverse("desk:save_photo", kwargs={"kind": kind, "row_id": row_id}),
        "problem": _problem(request.GET.get(PROBLEM, "")),
    }


def _problem(signed: str) -> str:
    try:
        return _OURS.unsign(signed)
    except BadSignature:
        return ""


def _back(url: str, problem: str) -> HttpResponse:
    return HttpResponseRedirect(f"{url}?{urlencode({PROBLEM: _OURS.sign(problem)})}", status=303)

"""Settings › Notifications › Log: every message with its fate, and a way to send again what did not arrive."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy
from django.views.decorators.http import require_GET, require_POST

from quittance.core.actor import Right
from quittance.core.ids import new_key
from quittance.desk.access import Desk, desk_view
from quittance.desk.done import done_url, done_words
from quittance.desk.said import said
from quittance.desk.settings.front import settings_context
from quittance.flows import resend_message
from quittance.flows.errors import GoneError, RefusedError
from quittance.messages.models import Message
from quittance.messages.queries_log import LogFilter, log_page, resent_ids
from quittance.messages.types import CHANNEL_LABELS, TYPES
from quittance.ui.statuses import Tone

_STATES: Final[dict[str, tuple[str | Promise, Tone, str]]] = {
    "queued": (lazy("waiting"), "neutral", "clock"),
    "calling": (lazy("being sent"), "progress", "hourglass"),
    "sent": (lazy("sent"), "progress", "send"),
    "delivered": (lazy("delivered"), "paid", "circle-check"),
    "failed": (lazy("failed"), "alert", "circle-x"),
    "dropped": (lazy("not sent"), "neutral", "ban"),
    "unknown": (lazy("not known"), "waiting", "circle-help"),
}


@dataclass(frozen=True, slots=True)
class LogRow:
    message: Message
    label: str
    channel: str
    word: str | Promise
    tone: Tone
    icon: str
    failure: str
    may_resend: bool
    visit_url: str


@require_GET
@desk_view(Right.EDIT_SETTINGS)
def log(request: HttpRequest, desk: Desk) -> HttpResponse:
    return _page(request, desk)


@require_POST
@desk_view(Right.EDIT_SETTINGS)
def resend(request: HttpRequest, desk: Desk, message_id: int) -> HttpResponse:
    try:
        resend_message.resend(actor=desk.actor, message_id=message_id, now=desk.now)
    except GoneError:
        raise
    except RefusedError as error:
        return _page(request, desk, problem=str(error))
    return HttpResponseRedirect(done_url("message_resent", reverse("desk:message_log")))


def _page(request: HttpRequest, desk: Desk, *, problem: str = "") -> HttpResponse:
    wanted = _wanted(request.GET)
    before = request.GET.get("before", "")
    cursor = int(before) if before.isascii() and before.isdigit() and len(before) < 19 else None
    page = log_page(business_id=desk.business.pk, wanted=wanted, cursor=cursor)
    again = resent_ids(business_id=desk.business.pk, message_ids=[row.pk for row in page.rows])
    context = {
        **settings_context(request, desk),
        "rows": [_row(row, again) for row in page.rows],
        "wanted": wanted,
        "filtered": wanted != LogFilter(),
        "states": [("trouble", _("did not arrive")), *((state, words[0]) for state, words in _STATES.items())],
        "channels": [(one, _(label)) for one, label in CHANNEL_LABELS.items()],
        "types": [(one.slug, _(one.label)) for one in TYPES.values()],
        "older_url": _url(wanted, page.next_cursor) if page.next_cursor else "",
        "newest_url": _url(wanted, None) if cursor is not None else "",
        "problem": problem,
        "notice": done_words(request),
        "request_id": new_key(),
    }
    return render(request, "desk/settings/message_log.html", context, status=422 if problem else 200)


def _wanted(asked: Mapping[str, Any]) -> LogFilter:
    """An address that somebody wrote by hand shows the whole list rather than an error."""
    state, channel, type_ = (str(asked.get(name, "")) for name in ("state", "channel", "type"))
    address = "".join(sign for sign in str(asked.get("address", ""))[:254].strip().lower() if sign.isprintable())
    if "@" not in address:
        address = address.replace(" ", "")
    return LogFilter(
        state=state if state in {*_STATES, "trouble"} else "",
        channel=channel if channel in CHANNEL_LABELS else "",
        type=type_ if type_ in TYPES else "",
        address=address,
    )


def _url(wanted: LogFilter, cursor: int | None) -> str:
    asked = {"state": wanted.state, "channel": wanted.channel, "type": wanted.type, "address": wanted.address}
    kept = {name: value for name, value in asked.items() if value}
    if cursor is not None:
        kept["before"] = str(cursor)
    return reverse("desk:message_log") + (f"?{urlencode(kept)}" if kept else "")


def _row(message: Message, again: set[int]) -> LogRow:
    word, tone, icon = _STATES[message.state]
    known = TYPES.get(message.type)
    rests = message.next_attempt_at is None
    return LogRow(
        message=message,
        label=_(known.label) if known else message.type,
        channel=_(CHANNEL_LABELS.get(message.channel, message.channel)),
        word=word,
        tone=tone,
        icon=icon,
        failure=said(message.failure),
        may_resend=message.state in resend_message.RESENDABLE and rests and message.pk not in again,
        visit_url=reverse("desk:visit", kwargs={"visit_id": message.visit_id}) if message.visit_id else "",
    )

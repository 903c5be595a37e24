"""Which messages clients get, and by which channels: a table of types and channels."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy
from django.views.decorators.http import require_http_methods

from quittance.core.actor import Right
from quittance.core.ids import new_key
from quittance.desk.access import Desk, desk_view
from quittance.desk.done import done_url, done_words
from quittance.desk.seen import Conflict, Differing, SeenForm, expected_of, seen_now, who_and_when
from quittance.desk.settings.front import settings_context
from quittance.desk.settings.health import ChannelState, channel_states
from quittance.flows.errors import ChangedByOtherError
from quittance.flows.set_notification import SUBJECT, NotificationWish, set_notifications
from quittance.messages.queries import Notification
from quittance.messages.queries import notifications as stored_notifications
from quittance.messages.types import CHANNEL_LABELS, PAYMENTS, TYPES, VALUE, VISITS

_GROUPS: Final[dict[str, str | Promise]] = {
    PAYMENTS: lazy("Payments"),
    VISITS: lazy("Visits"),
    VALUE: lazy("Cards and memberships"),
}


@dataclass(frozen=True, slots=True)
class ChannelBox:
    """One crossing of the table; `state` is None where no such channel can be connected."""

    channel: str
    label: str
    is_possible: bool
    ticked: bool
    state: ChannelState | None


@dataclass(frozen=True, slots=True)
class TypeRow:
    """One type as it is drawn: stored, or as it was typed when something has to be mended."""

    notification: Notification
    enabled: bool
    falls_back: bool
    boxes: tuple[ChannelBox, ...]
    problem: str
    texts_url: str

    @property
    def why_silent(self) -> str:
        """On, and yet nothing leaves: no channel that is ticked works."""
        if not self.enabled or self.problem:
            return ""
        works = any(box.ticked and box.state is not None and box.state.works for box in self.boxes)
        return "" if works else _("Nothing is sent: none of its channels is connected and on.")


@dataclass(frozen=True, slots=True)
class Group:
    label: str | Promise
    rows: tuple[TypeRow, ...]


@require_http_methods(["GET", "POST"])
@desk_view(Right.EDIT_SETTINGS)
def notifications(request: HttpRequest, desk: Desk) -> HttpResponse:
    stored = stored_notifications(business_id=desk.business.pk)
    if request.method != "POST":
        return _page(request, desk, stored, {one.type: _stored_wish(one) for one in stored}, {})
    wishes = {one.type: _wish(request, one) for one in stored}
    problems = {name: _problem(wish) for name, wish in wishes.items() if _problem(wish)}
    if problems:
        return _page(request, desk, stored, wishes, problems)
    changed = [wishes[one.type] for one in stored if wishes[one.type] != _stored_wish(one)]
    try:
        set_notifications(actor=desk.actor, wishes=changed, expected_version=expected_of(request), now=desk.now)
    except ChangedByOtherError as error:
        return _page(request, desk, stored, wishes, {}, seen=_told(desk, error, stored, wishes))
    return HttpResponseRedirect(done_url("notifications_saved", reverse("desk:notifications")))


def _wish(request: HttpRequest, one: Notification) -> NotificationWish:
    ticked = request.POST.getlist(f"{one.type}-channel")
    channels = tuple(channel for channel in one.possible_channels if channel in ticked)
    enabled, falls_back = f"{one.type}-enabled" in request.POST, f"{one.type}-falls-back" in request.POST
    return NotificationWish(one.type, enabled, channels, falls_back)


def _stored_wish(one: Notification) -> NotificationWish:
    return NotificationWish(one.type, one.enabled, one.channels, one.falls_back)


def _problem(wish: NotificationWish) -> str:
    """Seen before anything is written, so that a mistake in one row saves none."""
    if wish.enabled and not wish.channels:
        return _("Choose at least one channel, or switch the notification off.")
    return ""


def _told(
    desk: Desk, error: ChangedByOtherError, stored: list[Notification], wishes: dict[str, NotificationWish]
) -> SeenForm:
    """What somebody saved meanwhile, beside what was typed."""
    rows = tuple(
        Differing(one.label, theirs, yours)
        for one in stored
        if (theirs := _in_words(_stored_wish(one))) != (yours := _in_words(wishes[one.type]))
    )
    return SeenForm(error.version, Conflict(who_and_when(desk, error), rows))


def _in_words(wish: NotificationWish) -> str:
    words = [_("on") if wish.enabled else _("off"), *(_(CHANNEL_LABELS[channel]) for channel in wish.channels)]
    return ", ".join([*words, *([_("then the next channel")] if wish.falls_back else [])])


def _page(
    request: HttpRequest,
    desk: Desk,
    stored: list[Notification],
    wishes: dict[str, NotificationWish],
    problems: dict[str, str],
    *,
    seen: SeenForm | None = None,
) -> HttpResponse:
    states = {state.channel: state for state in channel_states(desk)}
    rows = {one.type: _row(one, wishes[one.type], states, problems.get(one.type, "")) for one in stored}
    groups = [
        Group(label, tuple(row for type_, row in rows.items() if TYPES[type_].group == group))
        for group, label in _GROUPS.items()
    ]
    context = {
        **settings_context(request, desk),
        "groups": [group for group in groups if group.rows],
        "states": states.values(),
        "columns": [(_(label), states.get(channel)) for channel, label in CHANNEL_LABELS.items()],
        "problems": problems,
        "seen": seen or seen_now(desk, SUBJECT),
        "notice": done_words(request),
        "request_id": new_key(),
    }
    status = 422 if problems else 409 if seen is not None else 200
    return render(request, "desk/settings/notifications.html", context, status=status)


def _row(one: Notification, wish: NotificationWish, states: dict[str, ChannelState], problem: str) -> TypeRow:
    boxes = tuple(
        ChannelBox(channel, _(label), channel in one.possible_channels, channel in wish.channels, states.get(channel))
        for channel, label in CHANNEL_LABELS.items()
    )
    texts_url = f"{reverse('desk:message_texts')}#{one.type}"
    return TypeRow(one, wish.enabled, wish.falls_back, boxes, problem, texts_url)

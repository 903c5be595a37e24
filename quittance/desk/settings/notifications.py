"""Which messages clients get, and by which channels."""

from __future__ import annotations

from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from quittance.core.actor import Right
from quittance.core.ids import new_key
from quittance.desk.access import Desk, desk_view
from quittance.desk.done import done_url, done_words
from quittance.desk.settings.front import settings_context
from quittance.desk.settings.health import ChannelState, channel_states
from quittance.flows import set_notification
from quittance.flows.errors import RefusedError
from quittance.messages.queries import Notification
from quittance.messages.queries import notifications as stored_notifications
from quittance.messages.types import CHANNEL_LABELS


@dataclass(frozen=True, slots=True)
class ChannelBox:
    channel: str
    label: str
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

    @property
    def why_silent(self) -> str:
        """On, and yet nothing leaves: no channel that is ticked works."""
        if not self.enabled or self.problem:
            return ""
        works = any(box.ticked and box.state is not None and box.state.works for box in self.boxes)
        return "" if works else _("Nothing is sent: none of its channels is connected and on.")


@dataclass(frozen=True, slots=True)
class Wish:
    """What the form says of one type."""

    enabled: bool
    channels: tuple[str, ...]
    falls_back: bool


@require_http_methods(["GET", "POST"])
@desk_view(Right.EDIT_SETTINGS)
def notifications(request: HttpRequest, desk: Desk) -> HttpResponse:
    stored = stored_notifications(business_id=desk.business.pk)
    if request.method != "POST":
        wishes = {one.type: _stored_wish(one) for one in stored}
        return _page(request, desk, stored, wishes, {})
    wishes = {one.type: _wish(request, one) for one in stored}
    problems = {name: _problem(wish) for name, wish in wishes.items() if _problem(wish)}
    if not problems:
        problems = _save(desk, stored, wishes)
    if problems:
        return _page(request, desk, stored, wishes, problems)
    return HttpResponseRedirect(done_url("notifications_saved", reverse("desk:notifications")))


def _wish(request: HttpRequest, one: Notification) -> Wish:
    ticked = request.POST.getlist(f"{one.type}-channel")
    channels = tuple(channel for channel in one.possible_channels if channel in ticked)
    return Wish(f"{one.type}-enabled" in request.POST, channels, f"{one.type}-falls-back" in request.POST)


def _stored_wish(one: Notification) -> Wish:
    return Wish(one.enabled, one.channels, one.falls_back)


def _problem(wish: Wish) -> str:
    """Seen before anything is written, so that a mistake in one row saves none."""
    if wish.enabled and not wish.channels:
        return _("Choose at least one channel, or switch the notification off.")
    return ""


def _save(desk: Desk, stored: list[Notification], wishes: dict[str, Wish]) -> dict[str, str]:
    for one in stored:
        wish = wishes[one.type]
        if wish == _stored_wish(one):
            continue
        try:
            set_notification.set_notification(
                actor=desk.actor,
                type=one.type,
                enabled=wish.enabled,
                channels=wish.channels,
                falls_back=wish.falls_back,
                now=desk.now,
            )
        except RefusedError as error:
            return {one.type: str(error)}
    return {}


def _page(
    request: HttpRequest,
    desk: Desk,
    stored: list[Notification],
    wishes: dict[str, Wish],
    problems: dict[str, str],
) -> HttpResponse:
    states = {state.channel: state for state in channel_states(desk)}
    context = {
        **settings_context(request, desk),
        "rows": [_row(one, wishes[one.type], states, problems.get(one.type, "")) for one in stored],
        "states": states.values(),
        "problems": problems,
        "notice": done_words(request),
        "request_id": new_key(),
    }
    return render(request, "desk/settings/notifications.html", context, status=422 if problems else 200)


def _row(one: Notification, wish: Wish, states: dict[str, ChannelState], problem: str) -> TypeRow:
    boxes = tuple(
        ChannelBox(channel, _(CHANNEL_LABELS[channel]), channel in wish.channels, states.get(channel))
        for channel in one.possible_channels
    )
    return TypeRow(one, wish.enabled, wish.falls_back, boxes, problem)

"""The payment link panel: QR, short link, a chip per channel, what to ask for, and what happened so far."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal, cast

from django.http import QueryDict
from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext as _

from quittance.businesses.queries import names_of_users
from quittance.calendar.queries_link import trail_of
from quittance.calendar.queries_reminders import ReminderNote, reminder_note
from quittance.calendar.queries_visit import LinkView, VisitWindow
from quittance.core.actor import Right
from quittance.core.money import Money
from quittance.desk.access import Desk
from quittance.desk.finance.expiry import expiry_of
from quittance.desk.visits.forms import LinkForm, first_ask
from quittance.desk.visits.link_life import LifeForm
from quittance.desk.visits.push_panel import PushPanel, push_panel_of
from quittance.desk.visits.timeline import people_of, timeline_of
from quittance.flows._link_life import end_word
from quittance.flows.make_link import address_of, why_no_link
from quittance.messages.queries import ChannelChoice, channel_choices
from quittance.ui.shell import ChannelChip, TimelineEntry


@dataclass(frozen=True, slots=True)
class LinkPanel:
    """`why_not` says why no link can be handed out now, with the way to mend it; then there is no `live`."""

    live: LinkView | None
    address: str
    life: str
    why_not: str
    mend_url: str
    chips: tuple[ChannelChip, ...]
    form: LinkForm
    # How long it is to live, as the form says it, and the end that the form was drawn with.
    life_form: LifeForm
    seen_end: str
    asks_amount: bool
    asks_deposit: bool
    # What of the deposit is open; None where there is none, or the live link asks for it already.
    deposit: Money | None
    timeline: tuple[TimelineEntry, ...]
    pushing: PushPanel
    reminders: ReminderNote | None = None

    @property
    def can_send(self) -> bool:
        return any(not chip.why_not for chip in self.chips)


def panel_of(desk: Desk, window: VisitWindow, *, form: LinkForm | None, typed: QueryDict | None) -> LinkPanel:
    """Ten queries beside the window's own; `typed` is the form as it came, when it came back."""
    deposit = window.deposit
    bound = form or LinkForm(initial=first_ask(window, deposit=deposit), currency=window.bill.currency)
    live = window.live_link if window.state.facts.due.is_positive else None
    why_not = _why_not(window)
    trail = trail_of(business_id=desk.business.pk, links=[view.link for view in window.links])
    people = people_of(window, trail)
    names = names_of_users(business_id=desk.business.pk, user_ids=people) if people else {}
    chosen = None if typed is None else typed.getlist("channel")
    choices = channel_choices(business_id=desk.business.pk, client_id=window.visit.client_id)
    ask = bound["ask"].value()
    return LinkPanel(
        live=live,
        address=address_of(live.link) if live else "",
        life=life_text(live, window, desk.now) if live else "",
        why_not=why_not,
        mend_url=_page("desk:online_payments") if desk.may(Right.EDIT_PAYMENT_SETTINGS) else "",
        chips=tuple(_chip(choice, desk, window, chosen) for choice in choices),
        form=bound,
        life_form=LifeForm(typed, has_link=live is not None)
        if form is not None
        else LifeForm(has_link=live is not None),
        seen_end=end_word(live.link.expires_at) if live else "",
        asks_amount=ask == "amount",
        asks_deposit=ask == "deposit",
        deposit=deposit if deposit.is_positive else None,
        timeline=tuple(timeline_of(window, names=names, trail=trail)),
        pushing=push_panel_of(window.visit, now=desk.now),
        reminders=reminder_note(link=live.link) if live else None,
    )


def _life_form(live: LinkView | None, typed: QueryDict | None) -> LifeForm:
    return LifeForm(typed, has_link=live is not None)


def default_channels(desk: Desk, window: VisitWindow) -> list[str]:
    """What `Send link` in the header uses: the client's last choice, else all that can be used."""
    choices = channel_choices(business_id=desk.business.pk, client_id=window.visit.client_id)
    return [choice.channel for choice in choices if choice.chosen]


def life_text(view: LinkView, window: VisitWindow, now: datetime) -> str:
    """How long the link lives, in words of urgency."""
    expiry = expiry_of(view.link, time_zone=window.visit.location.time_zone, now=now)
    if expiry is None:
        return ""
    return f"{expiry.sentence} ({expiry.exact})" if expiry.exact else expiry.sentence


def _why_not(window: VisitWindow) -> str:
    if window.bill.ended_at is not None:
        return _("This visit was cancelled. Its link takes nothing.")
    if not window.state.facts.due.is_positive:
        return _("Nothing is due, so there is nothing to ask for.")
    return why_no_link(bill=window.bill)


def _chip(choice: ChannelChoice, desk: Desk, window: VisitWindow, chosen: list[str] | None) -> ChannelChip:
    mend_url, mend_label = _mend(choice.mend, desk, window)
    return ChannelChip(
        channel=cast("Literal['email', 'sms', 'whatsapp']", choice.channel),
        label=choice.label,
        address=choice.address,
        checked=choice.is_usable and (choice.chosen if chosen is None else choice.channel in chosen),
        why_not=choice.reason,
        mend_url=mend_url,
        mend_label=mend_label,
    )


def _mend(mend: str, desk: Desk, window: VisitWindow) -> tuple[str, str]:
    """Where the obstacle is removed, for those who may."""
    if mend == "client_card" and window.visit.client_id and desk.may(Right.EDIT_CLIENTS):
        url = reverse("desk:visit", kwargs={"visit_id": window.visit.pk})
        return f"{url}?tab=details&edit=client", _("Open client card")
    if mend.startswith("connect_") and desk.may(Right.EDIT_SETTINGS):
        return _page("desk:channels"), _("Connect")
    if mend == "notifications" and desk.may(Right.EDIT_SETTINGS):
        return _page("desk:notifications"), _("Change")
    if mend == "texts" and desk.may(Right.EDIT_SETTINGS):
        return _page("desk:message_texts"), _("Enter it")
    return "", ""


def _page(name: str) -> str:
    """A page of the settings; empty while this installation has none."""
    try:
        return reverse(name)
    except NoReverseMatch:
        return ""

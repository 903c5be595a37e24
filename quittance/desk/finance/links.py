"""Payments by link: what was asked from whom, and what became of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, cast, get_args
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from quittance.calendar.queries_links import LinkRow, LinkTab, follow_up_count, links_page
from quittance.core.actor import Right
from quittance.core.locale_format import format_datetime
from quittance.desk.access import Desk, desk_view
from quittance.desk.cases import case_places, may_see_cases, open_cases
from quittance.desk.finance.expiry import Expiry, expiry_of
from quittance.desk.finance.sections import finance_context
from quittance.flows.make_link import address_of, link_ready
from quittance.messages.types import CHANNEL_LABELS
from quittance.payments.status import is_live
from quittance.ui.shell import Tab

_TAB_LABELS: Final[dict[LinkTab, str | Promise]] = {
    "all": gettext_lazy("All"),
    "follow_up": gettext_lazy("Follow up"),
    "paid": gettext_lazy("Paid"),
    "expired": gettext_lazy("Expired"),
}
_ICONS: Final = {"email": "mail", "sms": "message-square-text", "whatsapp": "message-circle"}


@dataclass(frozen=True, slots=True)
class ChannelMark:
    icon: str
    label: str


@dataclass(frozen=True, slots=True)
class LinkLine:
    """One row as it is drawn. `address` is empty where there is nothing to copy: the link ended, or no right."""

    row: LinkRow
    visit_url: str
    address: str
    time_zone: str
    place: str
    expiry: Expiry | None
    channels: tuple[ChannelMark, ...]
    to_follow: tuple[str, ...]

    @property
    def paid_in_part(self) -> bool:
        return self.row.paid.is_positive and self.row.paid < self.row.asked


@dataclass(frozen=True, slots=True)
class Asked:
    """What the address asks for: the tab, one place or all, and where the page begins."""

    tab: LinkTab
    everywhere: bool
    cursor: int | None

    def url(self, *, tab: LinkTab | None = None, everywhere: bool | None = None, cursor: int | None = None) -> str:
        asked: dict[str, str] = {}
        if (tab or self.tab) != "all":
            asked["tab"] = tab or self.tab
        if self.everywhere if everywhere is None else everywhere:
            asked["place"] = "all"
        if cursor is not None:
            asked["before"] = str(cursor)
        return reverse("desk:links") + (f"?{urlencode(asked)}" if asked else "")


@require_GET
@desk_view(right=None)
def front(_request: HttpRequest, desk: Desk) -> HttpResponse:
    """Money cases first, if there are any; whoever only counts the drawer comes to that."""
    if desk.may(Right.CLOSE_DAY) and not case_places(desk):
        return HttpResponseRedirect(reverse("desk:day_closing"))
    may_see_cases(desk)
    first = "desk:money_cases" if open_cases(desk) or not desk.may(Right.SEE_FINANCE) else "desk:links"
    return HttpResponseRedirect(reverse(first))


@require_GET
@desk_view(Right.SEE_FINANCE)
def links(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Five queries beside those of signing in."""
    places = _places(desk)
    asked = _asked(request, several=len(places) > 1)
    chosen = list(places) if asked.everywhere else [desk.location.pk]
    page = links_page(
        business_id=desk.business.pk, location_ids=chosen, tab=asked.tab, cursor=asked.cursor, now=desk.now
    )
    waiting = follow_up_count(business_id=desk.business.pk, location_ids=chosen, now=desk.now)
    context = {
        **finance_context(request, desk, current="links"),
        "tabs": _tabs(asked, waiting),
        "tab": asked.tab,
        "lines": [_line(desk, row, places if asked.everywhere else {}) for row in page.rows],
        "several_places": len(places) > 1,
        "asked": asked,
        "here_url": asked.url(everywhere=False),
        "everywhere_url": asked.url(everywhere=True),
        "older_url": asked.url(cursor=page.next_cursor) if page.next_cursor else "",
        "newest_url": asked.url() if asked.cursor is not None else "",
        "why_no_links": link_ready(business_id=desk.business.pk),
        "may_set_up": desk.may(Right.EDIT_PAYMENT_SETTINGS),
        "return_url": asked.url(cursor=asked.cursor),
    }
    return render(request, "desk/finance/links.html", context)


def _places(desk: Desk) -> dict[int, str]:
    """Where this person may see finance in this business: id → name."""
    return {
        place.location.pk: place.location.name
        for place in desk.workplaces
        if place.business.pk == desk.business.pk and Right.SEE_FINANCE in place.rights
    }


def _asked(request: HttpRequest, *, several: bool) -> Asked:
    """An address that somebody wrote by hand shows the whole list rather than an error."""
    tab = request.GET.get("tab", "")
    before = request.GET.get("before", "")
    return Asked(
        tab=cast("LinkTab", tab) if tab in get_args(LinkTab) else "all",
        everywhere=several and request.GET.get("place") == "all",
        cursor=int(before) if before.isascii() and before.isdigit() and len(before) < 19 else None,
    )


def _tabs(asked: Asked, waiting: int) -> list[Tab]:
    return [
        Tab(
            str(label),
            asked.url(tab=name),
            current=name == asked.tab,
            count=waiting if name == "follow_up" and waiting else None,
        )
        for name, label in _TAB_LABELS.items()
    ]


def _line(desk: Desk, row: LinkRow, places: dict[int, str]) -> LinkLine:
    location_id = row.link.bill.location_id
    here = next(place for place in desk.workplaces if place.location.pk == location_id)
    may_copy = Right.CASHLESS_PAYMENT in here.rights and is_live(row.link, now=desk.now)
    url = reverse("desk:visit", kwargs={"visit_id": row.visit.pk}) + "?tab=checkout" if row.visit else ""
    return LinkLine(
        row=row,
        visit_url=url,
        address=address_of(row.link) if may_copy else "",
        time_zone=here.location.time_zone,
        place=places.get(location_id, ""),
        expiry=expiry_of(row.link, time_zone=here.location.time_zone, now=desk.now),
        channels=tuple(ChannelMark(_ICONS[one], _(CHANNEL_LABELS[one])) for one in row.channels),
        to_follow=_to_follow(row, here.location.time_zone) if is_live(row.link, now=desk.now) else (),
    )


def _to_follow(row: LinkRow, time_zone: str) -> tuple[str, ...]:
    """Why somebody should look at this link."""
    reasons = []
    if row.delivery_failed:
        reasons.append(_("A message did not arrive."))
    if row.link.accessed_at is not None and row.status in ("accessed", "part paid"):
        at = format_datetime(row.link.accessed_at, get_language() or "en", time_zone)
        reasons.append(_("Opened %(at)s, not paid.") % {"at": at})
    return tuple(reasons)

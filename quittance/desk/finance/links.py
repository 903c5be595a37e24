"""Payments by link: what was asked from whom, and what became of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final, cast
from zoneinfo import ZoneInfo

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, StreamingHttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from quittance.calendar.queries_link_ids import LinkTab
from quittance.calendar.queries_link_numbers import link_days
from quittance.calendar.queries_links import COUNTED_TO, LinkRow, LinksPage, all_links, follow_up_count, links_page
from quittance.core.actor import Right
from quittance.core.locale_format import format_date, format_datetime
from quittance.desk.access import Desk, desk_view
from quittance.desk.cases import case_places, may_see_cases, open_cases
from quittance.desk.finance.expiry import Expiry, expiry_of
from quittance.desk.finance.link_chart import Chart, chart_of
from quittance.desk.finance.link_filters import Asked, LinkSearch
from quittance.desk.finance.sections import finance_context
from quittance.documents.csv_table import table_lines
from quittance.flows.make_link import address_of, link_ready
from quittance.messages.types import CHANNEL_LABELS
from quittance.payments.status import is_live
from quittance.ui.shell import Tab

_TAB_LABELS: Final[dict[LinkTab, str | Promise]] = {
    "all": gettext_lazy("All"),
    "follow_up": gettext_lazy("Follow up"),
    "sent": gettext_lazy("Sent"),
    "accessed": gettext_lazy("Accessed"),
    "paid": gettext_lazy("Paid"),
    "expired": gettext_lazy("Expired"),
}
_CSV_MOST: Final = 100_000
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
    """Eight queries beside those of signing in, nine where the numbers stand above the list."""
    places = _places(desk)
    asked = Asked(request, several=len(places) > 1)
    chosen = list(places) if asked.everywhere else [desk.location.pk]
    form = LinkSearch(asked.filters, desk=desk)
    page = LinksPage([], None)
    if form.is_valid():
        page = links_page(
            business_id=desk.business.pk,
            location_ids=chosen,
            tab=asked.tab,
            wanted=form.wanted(why=asked.why),
            cursor=asked.cursor,
            now=desk.now,
        )
    waiting = follow_up_count(business_id=desk.business.pk, location_ids=chosen, now=desk.now)
    context = {
        **finance_context(request, desk, current="links"),
        "tabs": _tabs(asked, waiting),
        "tab": asked.tab,
        "whys": _whys(asked) if waiting or asked.tab == "follow_up" else [],
        "form": form,
        "is_filtered": bool(asked.filters),
        "lines": [_line(desk, row, places if asked.everywhere else {}) for row in page.rows],
        "several_places": len(places) > 1,
        "asked": asked,
        "here_url": asked.url(everywhere=False),
        "everywhere_url": asked.url(everywhere=True),
        "older_url": asked.url(cursor=page.next_cursor) if page.next_cursor else "",
        "looked_back_to": _day(page.looked_back_to, desk),
        "newest_url": asked.url() if asked.cursor is not None else "",
        "csv_url": reverse("desk:links_csv") + asked.query(),
        "chart": _chart(desk, chosen) if asked.is_plain and page.rows else None,
        "why_no_links": link_ready(business_id=desk.business.pk),
        "may_set_up": desk.may(Right.EDIT_PAYMENT_SETTINGS),
        "return_url": asked.url(cursor=asked.cursor),
    }
    return render(request, "desk/finance/links.html", context, status=422 if form.errors else 200)


@require_GET
@desk_view(Right.SEE_FINANCE)
def links_csv(request: HttpRequest, desk: Desk) -> HttpResponse:
    """The same rows as the page filters them, the newest first, written as they are read."""
    places = _places(desk)
    asked = Asked(request, several=len(places) > 1)
    form = LinkSearch(asked.filters, desk=desk)
    if not form.is_valid():
        return HttpResponse(_("Choose the filters again."), status=422, content_type="text/plain; charset=utf-8")
    rows = all_links(
        business_id=desk.business.pk,
        location_ids=list(places) if asked.everywhere else [desk.location.pk],
        tab=asked.tab,
        wanted=form.wanted(why=asked.why),
        most=_CSV_MOST,
        now=desk.now,
    )
    headings = (
        _("Link"), _("Amount"), _("Currency"), _("Paid"), _("Client"), _("Status"), _("Visit"), _("Sent by"),
        _("Made"), _("Sent"), _("Accessed"), _("Expires"), _("Location"),
    )  # fmt: skip
    lines = table_lines(headings, (_cells(row, places) for row in rows))
    response = StreamingHttpResponse(lines, content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="payment-links.csv"'
    # Django keeps the two kinds of responses apart; what the desk does with one holds for both.
    return cast("HttpResponse", response)


def _cells(row: LinkRow, places: dict[int, str]) -> tuple[str, ...]:
    """Instants are the location's wall clock."""
    link, zone = row.link, ZoneInfo(row.link.bill.location.time_zone)

    def at(moment: datetime | None) -> str:
        return moment.astimezone(zone).strftime("%Y-%m-%d %H:%M") if moment else ""

    return (
        str(link.pk), str(row.asked.decimal), row.asked.currency, str(row.paid.decimal), row.client_name,
        str(row.status), at(row.visit.starts_at if row.visit else None),
        " ".join(_(CHANNEL_LABELS[one]) for one in row.channels), at(link.created_at), at(link.sent_at),
        at(link.accessed_at), at(link.expires_at), places.get(link.bill.location_id, ""),
    )  # fmt: skip


def _day(at: datetime | None, desk: Desk) -> str:
    if at is None:
        return ""
    return format_date(at.astimezone(ZoneInfo(desk.location.time_zone)).date(), get_language() or "en")


def _chart(desk: Desk, location_ids: list[int]) -> Chart:
    days = link_days(
        business_id=desk.business.pk,
        location_ids=location_ids,
        time_zone=desk.location.time_zone,
        now=desk.now,
    )
    return chart_of(days)


def _whys(asked: Asked) -> list[Tab]:
    """One click from every tab; on the tab itself also the way back to both."""
    is_here = asked.tab == "follow_up"
    labels = [("opened", _("Accessed, not paid")), ("failed", _("Delivery failed"))]
    labels = [("", _("All")), *labels] if is_here else labels
    return [
        Tab(label, asked.url(tab="follow_up", why=why), current=is_here and why == asked.why) for why, label in labels
    ]


def _places(desk: Desk) -> dict[int, str]:
    """Where this person may see finance in this business: id → name."""
    return {
        place.location.pk: place.location.name
        for place in desk.workplaces
        if place.business.pk == desk.business.pk and Right.SEE_FINANCE in place.rights
    }


def _tabs(asked: Asked, waiting: int) -> list[Tab]:
    return [
        Tab(
            str(label),
            asked.url(tab=name),
            current=name == asked.tab,
            count=min(waiting, COUNTED_TO) if name == "follow_up" and waiting else None,
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

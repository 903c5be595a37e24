"""The visit window: loads everything it shows and draws it, whole or as the part that was asked for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any, Final

from django.forms import Form
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from quittance.bills.models import BillLine
from quittance.calendar.actions import DESK_STATES
from quittance.calendar.models import Appointment
from quittance.calendar.queries_refunds import offer_of_window
from quittance.calendar.queries_value import HandedOut, VisitValue, visit_value
from quittance.calendar.queries_visit import VisitWindow, visit_window
from quittance.calendar.times import local_date
from quittance.calendar.visit_fingerprint import of_window
from quittance.clients.queries import contact_points_of
from quittance.core.actor import Right
from quittance.core.ids import new_key
from quittance.core.money import Money, in_coins
from quittance.desk.access import Desk
from quittance.desk.answers import wants_part, with_event, with_notice
from quittance.desk.calendar.page import day_context
from quittance.desk.fields import row_id
from quittance.desk.seen import seen_now
from quittance.desk.sign_in.again import must_show_again
from quittance.desk.visits.asking import Ask
from quittance.desk.visits.banner import banners_of
from quittance.desk.visits.cancel_panel import cancel_panel_of
from quittance.desk.visits.clients import ChooseForm, card_of
from quittance.desk.visits.forms import LineForm, LinkForm, TenderForm, typed_discount
from quittance.desk.visits.panel import panel_of
from quittance.desk.visits.refund_panel import PanelAsk
from quittance.desk.visits.refund_panel import panel_of as refund_panel_of
from quittance.desk.visits.refund_words import money_words, refund_lines
from quittance.desk.visits.telling import Telling, is_ahead, telling_of
from quittance.desk.visits.tender_rows import tender_row
from quittance.desk.visits.value_panel import VALUE_PAYS, choices_of, form_of, icon_of, label_of, name_of
from quittance.flows.make_link import address_of
from quittance.messages.types import VISIT_CANCELLED
from quittance.ui.shell import Tab
from quittance.ui.statuses import APPOINTMENT

TABS: Final = ("details", "status", "checkout")
MONEY_PAYS: Final = ("cash", "card_terminal", "bank_transfer")
PAYS: Final = ("link", *MONEY_PAYS, *VALUE_PAYS)
_FAST_SECONDS: Final = 2
_SLOW_SECONDS: Final = 10
_WARM: Final = timedelta(minutes=15)


@dataclass(frozen=True, slots=True, kw_only=True)
class WindowPage:
    """What the person sees: `forms` holds the one that came back with mistakes, by its name."""

    desk: Desk
    window: VisitWindow
    tab: str = "details"
    pay: str = ""
    ask: Ask | None = None
    problem: str = ""
    forms: Mapping[str, Form] = field(default_factory=dict)
    typed: QueryDict | None = None
    with_panel: bool = True
    edit: str = ""
    # The payment whose refund panel stands open, with what was too much in its box or all of it.
    refund: int = 0
    refund_excess: bool = False
    asks_password: bool = False


@dataclass(frozen=True, slots=True)
class LineRow:
    line: BillLine
    form: LineForm
    unit: Money
    gross: Money
    price_max: Money | None
    discount: str
    is_open: bool
    handed_out: HandedOut | None


def load(desk: Desk, visit_id: int, *, with_messages: bool = True, with_lines: bool = True) -> tuple[Desk, VisitWindow]:
    """The visit, and the desk moved to its location. 404 for unknown visits and for places without a role."""
    window = visit_window(
        business_id=desk.business.pk,
        visit_id=visit_id,
        now=desk.now,
        with_messages=with_messages,
        with_lines=with_lines,
    )
    if window is None:
        raise Http404
    there = desk.at(window.visit.location_id)
    there.require(Right.SEE_CALENDAR)
    return there, window


def page_of(request: HttpRequest, desk: Desk, visit_id: int, *, with_panel: bool = True) -> WindowPage:
    """The window as the request's address and form name it."""
    asked = request.POST if request.method == "POST" else request.GET
    tab = asked.get("tab", "")
    # What is pressed may show another tab than the form names.
    with_lines = request.method == "POST" or tab in ("status", "checkout")
    there, window = load(desk, visit_id, with_messages=with_panel, with_lines=with_lines)
    pay = asked.get("pay", "")
    return WindowPage(
        desk=there,
        window=window,
        tab=tab if tab in TABS else "details",
        pay=pay if pay in PAYS else "",
        with_panel=with_panel,
        edit=asked.get("edit", ""),
        refund=row_id(asked.get("refund", "")) or 0,
        refund_excess=asked.get("of") == "excess",
        asks_password=must_show_again(request),
    )


def show(request: HttpRequest, page: WindowPage, *, status: int = 200) -> HttpResponse:
    """The drawer's content for htmx, else the calendar of the visit's day with the drawer open."""
    part = wants_part(request)
    if not part and not page.with_panel:
        page = replace(page_of(request, page.desk, page.window.visit.pk), ask=page.ask, problem=page.problem)
    context = context_of(page)
    if part:
        return render(request, "desk/visits/window.html", context, status=status)
    day = visit_day(page.window)
    whole = {**day_context(request, page.desk, day), **context, "in_page": True}
    return render(request, "desk/calendar/day.html", whole, status=status)


def changed(request: HttpRequest, page: WindowPage, notice: str, **more: str | int) -> HttpResponse:
    """After a change that went well: the window as it is now, read anew, and a word about what was done."""
    if not wants_part(request):
        return HttpResponseRedirect(window_url(page), status=303)
    fresh = page_of(request, page.desk, page.window.visit.pk)
    fresh = replace(fresh, tab=page.tab, pay=page.pay, edit=page.edit, refund=page.refund)
    response = with_event(show(request, fresh), "visit-changed")
    return with_notice(response, notice, **more) if notice else response


def window_url(page: WindowPage) -> str:
    url = reverse("desk:visit", kwargs={"visit_id": page.window.visit.pk})
    return f"{url}?tab={page.tab}" + (f"&pay={page.pay}" if page.pay else "")


def visit_day(window: VisitWindow) -> Any:
    """The day at the location on which the visit starts."""
    at = window.visit.starts_at or window.visit.created_at
    return local_date(at, time_zone=window.visit.location.time_zone)


def context_of(page: WindowPage) -> dict[str, Any]:
    desk, window = page.desk, page.window
    may_link = desk.may(Right.CASHLESS_PAYMENT)
    ended = window.bill.ended_at is not None
    pay = page.pay or _first_pay(window, may_link=may_link)
    is_due = window.state.facts.due.is_positive
    # Where nothing is due any more, what happened to the link is still told.
    has_story = bool(window.links or window.refunds)
    has_panel = page.tab == "checkout" and may_link and (pay == "link" if is_due else has_story)
    context: dict[str, Any] = {
        "desk": desk,
        "window": window,
        "visit": window.visit,
        "location": window.visit.location,
        "facts": window.state.facts,
        "payable": window.state.payable,
        "tab": page.tab,
        "tabs": _tabs(window, page.tab),
        "tabs_label": _("Visit"),
        "pay": pay if is_due else "",
        "is_due": is_due,
        "ask": page.ask,
        "problem": page.problem,
        "edit": page.edit,
        "refund": page.refund,
        # The question says already who is paying.
        "banners": [] if page.ask and window.state.paying else banners_of(window, now=desk.now, may=desk.may),
        "appointments": standing(window),
        "is_ended": ended,
        "may_link": may_link and not ended and window.state.facts.due.is_positive,
        "may_edit": desk.may(Right.EDIT_VISITS) and not ended,
        "may_edit_client": desk.may(Right.EDIT_CLIENTS),
        "may_take": desk.may(Right.TAKE_TENDERS) and not ended,
        "live_address": _live_address(window) if may_link else "",
        "request_id": new_key(),
        "undrawn_panel": has_panel and not page.with_panel,
        "fingerprint": of_window(window, now=desk.now, with_messages=page.with_panel),
        "poll_seconds": poll_seconds(window, desk.now),
        "forms": page.forms,
    }
    if page.tab != "status":
        deposit = window.deposit
        context["deposit"] = deposit if deposit.is_positive else None
    if page.tab == "checkout":
        context |= _checkout(page, pay if is_due or page.ask else "")
    elif page.tab == "status":
        context |= _status(window)
    else:
        context |= _details(page)
    if has_panel and page.with_panel:
        form = page.forms.get("link")
        link_form = form if isinstance(form, LinkForm) else None
        context["panel"] = panel_of(desk, window, form=link_form, typed=page.typed if link_form else None)
    return context


def standing(window: VisitWindow) -> list[Appointment]:
    """The appointments that were not cancelled; of a cancelled visit, all there were."""
    rows = [row for row in window.appointments if row.state not in Appointment.GONE]
    return rows or window.appointments


def poll_seconds(window: VisitWindow, now: datetime) -> int:
    """Often while something is going on: somebody pays, or a link was made or sent a moment ago."""
    if window.state.paying is not None:
        return _FAST_SECONDS
    live = window.live_link
    if live is None:
        return _SLOW_SECONDS
    touched = [live.link.created_at, live.link.sent_at, live.link.accessed_at]
    warm = any(at is not None and at + _WARM > now for at in touched)
    warm = warm or any(message.created_at + _WARM > now for message in window.messages)
    return _FAST_SECONDS if warm else _SLOW_SECONDS


def _live_address(window: VisitWindow) -> str:
    live = window.live_link
    return address_of(live.link) if live and window.state.facts.due.is_positive else ""


def _first_pay(window: VisitWindow, *, may_link: bool) -> str:
    """The panel stands open where there is a live link already: nothing is made by looking."""
    return "link" if may_link and window.live_link is not None and window.state.facts.due.is_positive else ""


def _tabs(window: VisitWindow, current: str) -> list[Tab]:
    url = reverse("desk:visit", kwargs={"visit_id": window.visit.pk})
    labels = {"details": _("Appointment details"), "status": _("Status"), "checkout": _("Checkout")}
    keys = {"checkout": "c"}
    return [
        Tab(label, f"{url}?tab={name}", current=name == current, key=keys.get(name, ""))
        for name, label in labels.items()
    ]


def _checkout(page: WindowPage, pay: str) -> dict[str, Any]:
    desk, window = page.desk, page.window
    currency = window.bill.currency
    may_edit = desk.may(Right.EDIT_VISITS) and window.bill.ended_at is None
    may_price = desk.may(Right.EDIT_PRICES)
    offer = offer_of_window(window)
    may_refund = desk.may(Right.REFUND)
    may_take = desk.may(Right.TAKE_TENDERS)
    value = visit_value(window, now=desk.now, with_codes=may_take)
    context: dict[str, Any] = {
        "lines": [_line_row(page, line, value, may_edit_price=may_price) for line in window.lines],
        "credits": [{"name": line.name, "taken": Money(-line.gross_minor, currency)} for line in window.credits],
        "tenders": [tender_row(desk, window, one, forms=page.forms) for one in offer.tenders],
        "loose_refunds": refund_lines(offer.loose, window),
        "received": received(window),
        # Who cannot refund is told once who can.
        "refund_needs_right": offer.refundable.is_positive and not may_refund,
        "may_edit_lines": may_edit,
        "processing": window.state.processing,
        "excess": window.state.facts.excess,
        "zero": Money.zero(currency),
    }
    if page.refund and may_refund:
        ask = PanelAsk(excess_only=page.refund_excess, password=page.asks_password)
        context["refund_panel"] = refund_panel_of(
            offer, page.refund, visit_id=window.visit.pk, filled=page.forms, asked=ask
        )
    if may_take:
        context["value_choices"] = choices_of(value)
    if pay in MONEY_PAYS:
        context["tender_form"] = page.forms.get("tender") or TenderForm(kind=pay, owed=window.state.payable)
        context["coins_note"] = coins_words(window.state.payable) if pay == "cash" else ""
    elif pay in VALUE_PAYS:
        context |= _value_form(page, pay, value)
    return context


def _value_form(page: WindowPage, pay: str, value: VisitValue) -> dict[str, Any]:
    form = form_of(pay, value, owed=page.window.state.payable, filled=page.forms)
    return {
        "value_form": form,
        "value_name": name_of(form.own[0]) if form.own else "",
        "value_icon": icon_of(pay),
        "value_button": _("Pay with %(what)s") % {"what": label_of(pay).lower()},
    }


def coins_words(owed: Money) -> str:
    """Where small coins do not exist: what is handed over for all that is due."""
    handed = in_coins(owed)
    if handed == owed or not owed.is_positive:
        return ""
    words = {"due": money_words(owed), "handed": money_words(handed)}
    return _("%(due)s is due; in cash %(handed)s settles it.") % words


def _status(window: VisitWindow) -> dict[str, Any]:
    currency = window.bill.currency
    products = [line for line in window.lines if line.kind == "product"]
    return {
        "states": [{"value": state, "look": APPOINTMENT[state]} for state in DESK_STATES],
        "products": [{"line": line, "gross": Money(line.gross_minor, currency)} for line in products],
    }


def _telling(page: WindowPage) -> Telling | None:
    """Whether cancelling it would be told."""
    visit = page.window.visit
    if page.window.bill.ended_at is not None or not is_ahead(visit.starts_at, page.desk.now):
        return None
    return telling_of(
        business_id=page.desk.business.pk,
        client_id=visit.client_id,
        client_name=visit.client.name if visit.client else "",
        type=VISIT_CANCELLED,
        typed=page.typed,
    )


def _details(page: WindowPage) -> dict[str, Any]:
    """The client's contact points, or the form of the card; what cancelling does with the money."""
    context: dict[str, Any] = {}
    offer = offer_of_window(page.window)
    if offer.refundable.is_positive and page.window.bill.ended_at is None:
        context["asks_about_money"] = True
        if page.edit == "cancel" and page.desk.may(Right.EDIT_VISITS):
            context["cancel_panel"] = cancel_panel_of(
                offer,
                may_refund=page.desk.may(Right.REFUND),
                can_credit=page.window.bill.client_id is not None and offer.has_money,
                asks_password=page.asks_password,
                filled=page.forms,
            )
    context["telling"] = _telling(page)
    client = page.window.visit.client
    if page.edit == "choose" and page.desk.may(Right.EDIT_VISITS):
        filled = page.forms.get("choose")
        form = filled if isinstance(filled, ChooseForm) else ChooseForm()
        typed = str(form["client_name"].value() or "")
        return context | {
            "choose_form": form,
            "found_clients": form.fits(page.desk),
            "typed_name": typed.strip(),
            "may_create": page.desk.may(Right.EDIT_CLIENTS),
            "chosen": form["client"].value() or "",
        }
    if client is None:
        return context
    if page.edit == "client" and page.desk.may(Right.EDIT_CLIENTS):
        seen = seen_now(page.desk, f"client {client.pk}")
        card = page.forms.get("client") or card_of(page.desk, client.pk, client.name)
        return context | {"client_form": card, "seen": seen}
    return context | {"contact_points": contact_points_of(business_id=page.desk.business.pk, client_id=client.pk)}


def _line_row(page: WindowPage, line: BillLine, value: VisitValue, *, may_edit_price: bool) -> LineRow:
    currency = page.window.bill.currency
    bound = page.forms.get(f"line-{line.pk}")
    form = (
        bound if isinstance(bound, LineForm) else LineForm(line=line, currency=currency, may_edit_price=may_edit_price)
    )
    return LineRow(
        line=line,
        form=form,
        unit=Money(line.unit_minor, currency),
        gross=Money(line.gross_minor, currency),
        price_max=None if line.unit_max_minor is None else Money(line.unit_max_minor, currency),
        discount=typed_discount(line, currency),
        is_open=form.is_bound or line.price_open,
        handed_out=value.handed_out.get(line.pk),
    )


def received(window: VisitWindow) -> Money:
    """All that was taken, also what has gone back since."""
    facts = window.state.facts
    return facts.settled + facts.refunding + facts.refunded + facts.disputed

"""Money cases: the queue of what a person may have to decide, and the page of each."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final, cast, get_args
from urllib.parse import urlencode

from django import forms
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_GET, require_POST

from quittance.bills.models import MoneyCase
from quittance.businesses.queries import names_of_users
from quittance.calendar.queries_cases import CaseRow, CaseTab, CaseView, case_by_id, case_view, cases_page
from quittance.calendar.queries_refunds import offer_of_window
from quittance.core.actor import Right
from quittance.core.ids import new_key
from quittance.core.money import Money
from quittance.desk.access import Desk, desk_view
from quittance.desk.cases import case_places, may_see_cases
from quittance.desk.done import done_url, done_words
from quittance.desk.finance.case_decisions import LEAVES_MONEY, buttons_of
from quittance.desk.finance.case_story import people_of, story_of
from quittance.desk.finance.case_words import CaseLook, by_itself, how_it_ended, look_of_case, what_happened
from quittance.desk.finance.sections import finance_context
from quittance.desk.settings.keys_form import PASSWORD_FIELD
from quittance.desk.sign_in.again import must_show_again, problem_with
from quittance.desk.visits.refund_panel import PasswordBox
from quittance.flows import decide_case
from quittance.flows.errors import FlowError, GoneError, RefusedError
from quittance.ui.shell import Tab

_TAB_LABELS: Final[dict[CaseTab, str | Promise]] = {
    "open": gettext_lazy("Open"),
    "done": gettext_lazy("Done"),
}


@dataclass(frozen=True, slots=True)
class CaseLine:
    """One row of the queue."""

    row: CaseRow
    look: CaseLook
    text: str
    then: str
    state: str
    place: str
    time_zone: str
    url: str


class DecideForm(forms.Form):
    """`decision` is the button's; the note is needed for closing, the password where money leaves."""

    use_required_attribute = False

    def __init__(self, *args: Any, asks_password: bool, **options: Any) -> None:
        super().__init__(*args, **{"auto_id": "decide-%s", **options})
        self.fields["decision"] = forms.CharField(max_length=16)
        self.fields["note"] = forms.CharField(
            label=_("What was done?"),
            required=False,
            max_length=200,
            widget=forms.TextInput(attrs={"autocomplete": "off"}),
        )
        if asks_password:
            self.fields[PASSWORD_FIELD] = PasswordBox()


@require_GET
@desk_view(right=None)
def queue(request: HttpRequest, desk: Desk) -> HttpResponse:
    """The newest first; seen by whoever sees finance or may refund."""
    places = case_places(desk)
    may_see_cases(desk)
    tab = request.GET.get("tab", "")
    shown = cast("CaseTab", tab) if tab in get_args(CaseTab) else "open"
    page = cases_page(
        business_id=desk.business.pk,
        location_ids=list(places),
        tab=shown,
        before=request.GET.get("before", ""),
    )
    frame = finance_context(request, desk, current="cases")
    waiting = frame["open_cases"]
    context = {
        **frame,
        "tabs": [
            Tab(str(label), _url(name), current=name == shown, count=waiting if name == "open" and waiting else None)
            for name, label in _TAB_LABELS.items()
        ],
        "tab": shown,
        "lines": [_line(desk, row, places) for row in page.rows],
        "older_url": _url(shown, before=page.next_before) if page.next_before else "",
        "newest_url": _url(shown) if request.GET.get("before") else "",
        "return_url": _url(shown),
        "may_set_up": desk.may(Right.EDIT_PAYMENT_SETTINGS),
    }
    return render(request, "desk/finance/cases.html", context)


@require_GET
@desk_view(right=None)
def case(request: HttpRequest, desk: Desk, case_id: int) -> HttpResponse:
    there, row = _there(desk, case_id)
    return _page(request, there, row)


@sensitive_post_parameters(PASSWORD_FIELD)
@require_POST
@desk_view(right=None)
def decide(request: HttpRequest, desk: Desk, case_id: int) -> HttpResponse:
    """One decision; money leaves only after the person has shown again that it is they."""
    there, row = _there(desk, case_id)
    _require_refund(there, row)
    form = DecideForm(request.POST, asks_password=must_show_again(request, grace=PASSWORD_FIELD not in request.POST))
    if not form.is_valid():
        return _page(request, there, row, problem=_("Choose one of the decisions below."), form=form, status=422)
    decision = form.cleaned_data["decision"]
    if decision in LEAVES_MONEY and PASSWORD_FIELD in form.fields:
        wrong = problem_with(request, form.cleaned_data[PASSWORD_FIELD])
        if wrong:
            form.add_error(PASSWORD_FIELD, wrong)
            return _page(request, there, row, form=form, status=422)
    try:
        decide_case.decide(
            actor=there.actor, case_id=row.pk, decision=decision, note=form.cleaned_data["note"], now=there.now
        )
    except GoneError:
        raise
    except FlowError as error:
        if decision == "close" and not form.cleaned_data["note"]:
            form.add_error("note", str(error))
            return _page(request, there, row, form=form, status=422)
        status = 422 if isinstance(error, RefusedError) else 409
        return _page(request, there, row, problem=str(error), form=form, status=status)
    return HttpResponseRedirect(done_url(f"case_{decision}", _case_url(row.pk)), status=303)


def _there(desk: Desk, case_id: int) -> tuple[Desk, MoneyCase]:
    """The case, and the desk moved to its place; 404 for what this person has no role for."""
    row = case_by_id(business_id=desk.business.pk, case_id=case_id)
    if row is None:
        raise Http404
    there = desk if row.location_id is None else desk.at(row.location_id)
    may_see_cases(there, anywhere=row.location_id is None)
    return there, row


def _require_refund(desk: Desk, row: MoneyCase) -> None:
    if row.location_id is not None or not desk.actor.may(Right.REFUND, None):
        desk.require(Right.REFUND)


def _page(
    request: HttpRequest,
    desk: Desk,
    row: MoneyCase,
    *,
    problem: str = "",
    form: DecideForm | None = None,
    status: int = 200,
) -> HttpResponse:
    fresh = case_by_id(business_id=desk.business.pk, case_id=row.pk) or row
    view = case_view(case=fresh, now=desk.now)
    may_decide = desk.actor.may(Right.REFUND, fresh.location_id)
    offer = offer_of_window(view.window) if view.window is not None else None
    buttons = buttons_of(view, offer)
    shown = form or DecideForm(asks_password=must_show_again(request))
    context = {
        **finance_context(request, desk, current="cases"),
        "case": fresh,
        "view": view,
        "look": look_of_case(fresh),
        "state": _state(fresh),
        "client_name": _client(view),
        "told": what_happened(fresh, client=_client(view)),
        "then": by_itself(fresh, time_zone=desk.location.time_zone, now=desk.now),
        "ended": how_it_ended(fresh) if fresh.resolved_at is not None else "",
        "buttons": buttons if may_decide else [],
        "needs_right": bool(buttons) and not may_decide,
        "asks_password": PASSWORD_FIELD in shown.fields and any(one.decision in LEAVES_MONEY for one in buttons),
        "form": shown,
        "facts": _facts(view),
        "timeline": story_of(view, names=names_of_users(business_id=desk.business.pk, user_ids=people_of(view))),
        "may_set_up": desk.may(Right.EDIT_PAYMENT_SETTINGS),
        "may_see_finance": desk.may(Right.SEE_FINANCE),
        "problem": problem,
        "notice": done_words(request),
        "request_id": new_key(),
        "return_url": _case_url(fresh.pk),
    }
    return render(request, "desk/finance/case.html", context, status=status)


def _facts(view: CaseView) -> list[tuple[str, Money]]:
    """The bill in numbers."""
    if view.window is None:
        return []
    facts = view.window.state.facts
    rows = [
        (_("Visit costs"), facts.total),
        (_("You hold"), facts.settled),
        (_("Going back"), facts.refunding),
        (_("Refunded"), facts.refunded),
        (_("Disputed"), facts.disputed),
    ]
    return [(label, amount) for label, amount in rows if amount.is_positive or label == rows[0][0]]


def _line(desk: Desk, row: CaseRow, places: dict[int, str]) -> CaseLine:
    place = row.case.location
    zone = place.time_zone if place is not None else desk.location.time_zone
    return CaseLine(
        row=row,
        look=look_of_case(row.case),
        text=what_happened(row.case, client=row.client_name),
        then=how_it_ended(row.case) if row.case.resolved_at else by_itself(row.case, time_zone=zone, now=desk.now),
        state=_state(row.case),
        place=place.name if place is not None and len(places) > 1 else "",
        time_zone=zone,
        url=_case_url(row.case.pk),
    )


def _state(row: MoneyCase) -> str:
    """Its word: done, by itself, or waiting for somebody."""
    if row.resolved_at is not None:
        return "done"
    return "by_itself" if row.next_attempt_at is not None else "open"


def _client(view: CaseView) -> str:
    client = view.window.visit.client if view.window is not None else None
    return client.name if client is not None else ""


def _case_url(case_id: int) -> str:
    return reverse("desk:money_case", kwargs={"case_id": case_id})


def _url(tab: CaseTab, *, before: str = "") -> str:
    asked = ({"tab": tab} if tab != "open" else {}) | ({"before": before} if before else {})
    return reverse("desk:money_cases") + (f"?{urlencode(asked)}" if asked else "")

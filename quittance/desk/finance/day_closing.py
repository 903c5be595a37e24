"""Finance › Day closing: what should be in the drawer now, cash put in and out by hand, and all closings."""

from __future__ import annotations

from typing import Any, Final
from urllib.parse import urlencode

from django import forms
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy
from django.views.decorators.http import require_POST, require_safe

from quittance.core.actor import Right
from quittance.core.ids import new_key
from quittance.core.money import Money, larger
from quittance.desk.access import Desk, desk_view
from quittance.desk.done import done_url, done_words
from quittance.desk.fields import AmountField, row_id
from quittance.desk.finance.day_words import (
    MOVE_KINDS,
    ClosingWords,
    closed_rows,
    may_see,
    move_rows,
    names_for,
    open_rows,
)
from quittance.desk.finance.sections import finance_context
from quittance.documents.csv_table import write_table
from quittance.drawers import queries
from quittance.flows.errors import FieldError, RefusedError
from quittance.flows.move_cash import move_cash, take_back

_CSV_MOST: Final = 20_000


class MoveForm(forms.Form):
    """Cash that comes or goes by hand."""

    kind = forms.ChoiceField(
        label=lazy("What for"),
        choices=[("", lazy("Choose")), *MOVE_KINDS.items()],
        error_messages={
            "required": lazy("Choose what the cash is for."),
            "invalid_choice": lazy("Choose what the cash is for."),
        },
    )
    reason = forms.CharField(
        label=lazy("Words"), required=False, max_length=200, widget=forms.TextInput(attrs={"autocomplete": "off"})
    )

    def __init__(self, *args: Any, currency: str, **options: Any) -> None:
        super().__init__(*args, **{"auto_id": "move-%s", **options})
        self.fields["amount"] = AmountField(currency=currency, label=_("Amount"))
        self.order_fields(["kind", "amount", "reason"])


@require_safe
@desk_view(right=None)
def overview(request: HttpRequest, desk: Desk) -> HttpResponse:
    may_see(desk)
    return _page(request, desk)


@require_POST
@desk_view(Right.CLOSE_DAY)
def move(request: HttpRequest, desk: Desk) -> HttpResponse:
    form = MoveForm(request.POST, currency=desk.location.currency)
    if form.is_valid():
        try:
            move_cash(actor=desk.actor, location_id=desk.location.pk, now=desk.now, **form.cleaned_data)
            return HttpResponseRedirect(done_url("cash_moved", reverse("desk:day_closing")))
        except FieldError as error:
            form.add_error(error.field if error.field in form.fields else None, str(error))
    return _page(request, desk, form=form)


@require_POST
@desk_view(Right.CLOSE_DAY)
def back(request: HttpRequest, desk: Desk, move_id: int) -> HttpResponse:
    try:
        take_back(actor=desk.actor, move_id=move_id, now=desk.now)
    except RefusedError as error:
        return _page(request, desk, problem=str(error))
    return HttpResponseRedirect(done_url("cash_taken_back", reverse("desk:day_closing")))


@require_safe
@desk_view(right=None)
def closing(request: HttpRequest, desk: Desk, closing_id: int) -> HttpResponse:
    return render(request, "desk/finance/closing.html", _closing_context(request, desk, closing_id))


@require_safe
@desk_view(right=None)
def paper(request: HttpRequest, desk: Desk, closing_id: int) -> HttpResponse:
    """The same to print, or to keep as a PDF; with lines to sign on."""
    return render(request, "desk/finance/closing_paper.html", _closing_context(request, desk, closing_id))


@require_safe
@desk_view(right=None)
def closings_csv(_request: HttpRequest, desk: Desk) -> HttpResponse:
    """All closings of this place, the newest first; nothing in it is a formula."""
    may_see(desk)
    rows = queries.closings_page(business_id=desk.business.pk, location_id=desk.location.pk, limit=_CSV_MOST)
    names = names_for(desk, (row.closed_by_id for row in rows))
    headings = (
        _("Number"), _("Day"), _("Closed at (UTC)"), _("Closed by"), _("Currency"), _("Opening float"), _("Cash taken"),
        _("Handed back"), _("Put in"), _("Taken out"), _("Expected"), _("Counted"), _("Too much"), _("Short"),
        _("Stays"),
        _("Terminal expected"), _("Terminal report"), _("Note"),
    )  # fmt: skip
    text = write_table(headings, (_cells(ClosingWords(row, names[row.closed_by_id or 0])) for row in rows))
    response = HttpResponse(text, content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="day-closings.csv"'
    response["X-Content-Type-Options"] = "nosniff"
    return response


def _cells(row: ClosingWords) -> tuple[str, ...]:
    closing = row.closing
    # Nothing below zero: a spreadsheet would not add up a cell that is made inert.
    none = Money.zero(closing.currency)
    amounts = (
        row.opening, row.taken, -row.handed_back, row.put_in, -row.taken_out, row.expected, row.counted,
        larger(row.difference, none), larger(-row.difference, none), row.kept, row.terminal, row.terminal_reported,
    )  # fmt: skip
    return (
        str(closing.serial), closing.business_date.isoformat(), closing.closed_at.strftime("%Y-%m-%d %H:%M:%S"),
        row.who, closing.currency, *(_typed(one) for one in amounts), closing.note,
    )  # fmt: skip


def _typed(amount: Money | None) -> str:
    return "" if amount is None else f"{amount.decimal:f}"


def _page(request: HttpRequest, desk: Desk, *, form: MoveForm | None = None, problem: str = "") -> HttpResponse:
    place = desk.location
    day = queries.open_day(location=place, now=desk.now)
    differing = request.GET.get("only") == "differences"
    before = row_id(request.GET.get("before", ""))
    rows = queries.closings_page(
        business_id=desk.business.pk, location_id=place.pk, only_differing=differing, before=before,
        limit=queries.PAGE_SIZE + 1,
    )  # fmt: skip
    shown, more = rows[: queries.PAGE_SIZE], len(rows) > queries.PAGE_SIZE
    people = day.people()
    names = names_for(
        desk,
        [*(row.closed_by_id for row in shown), *(one.person_id for one in people), *(one.by_id for one in day.moves)],
    )
    may_close = desk.may(Right.CLOSE_DAY)
    base = reverse("desk:day_closing")
    asked = {"only": "differences"} if differing else {}
    context = {
        **finance_context(request, desk, current="day_closing"),
        "day": day,
        "handed_back": -day.handed_back,
        "by_hand": day.put_in - day.taken_out,
        "expected": day.expected(day.opening) if day.opening is not None else None,
        "people": open_rows(people, names, day.currency),
        "moves": move_rows(day.moves, names, may_take_back=may_close),
        "closings": [ClosingWords(row, names[row.closed_by_id or 0]) for row in shown],
        "differing": differing,
        "older_url": f"{base}?{urlencode({**asked, 'before': shown[-1].serial})}" if more else "",
        "newest_url": f"{base}?{urlencode(asked)}" if before is not None else "",
        "may_close": may_close,
        "form": form or MoveForm(currency=place.currency),
        "problem": problem,
        "notice": done_words(request),
        "request_id": new_key(),
    }
    wrong = bool(problem or (form is not None and form.errors))
    return render(request, "desk/finance/day_closing.html", context, status=422 if wrong else 200)


def _closing_context(request: HttpRequest, desk: Desk, closing_id: int) -> dict[str, Any]:
    row = queries.closing_by_id(business_id=desk.business.pk, closing_id=closing_id)
    if row is None:
        raise Http404
    there = desk.at(row.location_id)
    may_see(there)
    parts, moves = queries.parts_of(row), queries.moves_of(row)
    names = names_for(desk, [row.closed_by_id, *(part.person_id for part in parts), *(one.by_id for one in moves)])
    people = closed_rows(parts, names, row.currency)
    last = queries.last_closing(business_id=row.business_id, location_id=row.location_id)
    return {
        **finance_context(request, there, current="day_closing"),
        "row": ClosingWords(row, names[row.closed_by_id or 0]),
        "place": row.location,
        "people": people,
        "counted_apart": any(one.counted is not None for one in people),
        "moves": move_rows(moves, names),
        "is_last": last is not None and last.pk == row.pk,
        "may_close": there.may(Right.CLOSE_DAY) and there.location.pk == desk.location.pk,
        "notice": done_words(request),
        "now": desk.now,
    }

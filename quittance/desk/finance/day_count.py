"""Finance › Day closing › Count and close: piece by piece, by keyboard, added up with or without scripts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from django import forms
from django.forms import BoundField
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from quittance.core.actor import Right
from quittance.core.denominations import pieces_of
from quittance.core.ids import new_key
from quittance.core.money import Money, smaller
from quittance.desk.access import Desk, desk_view
from quittance.desk.answers import wants_part
from quittance.desk.done import done_url
from quittance.desk.fields import AmountField, DayField, typed_amount
from quittance.desk.finance.day_words import PersonRow, names_for, open_rows
from quittance.desk.finance.sections import finance_context
from quittance.drawers import queries
from quittance.drawers.queries import OpenDay
from quittance.flows.close_day import MOST_PIECES, ClosedMeanwhileError, Count, MovedMeanwhileError, close_day
from quittance.flows.errors import FieldError, FlowError

_ROWS_MOST: Final = 200


@dataclass(frozen=True, slots=True)
class PieceRow:
    """One coin or note: its box, and what those typed are worth."""

    piece: Money
    box: BoundField
    worth: Money | None


@dataclass(frozen=True, slots=True)
class HandRow:
    """What one person should hand in, and the boxes for what they do."""

    person: PersonRow
    box: BoundField
    why: BoundField


@dataclass(frozen=True, slots=True)
class Sums:
    """What the boxes add up to; None where one of them cannot be read, or the float is not known yet."""

    counted: Money | None
    expected: Money | None
    removed: Money | None

    @property
    def difference(self) -> Money | None:
        return self.counted - self.expected if self.counted is not None and self.expected is not None else None


class CountForm(forms.Form):
    """`piece_<minor units>` for each coin and note, `hand_<person>` and `why_<person>` for each who took cash."""

    def __init__(self, *args: Any, desk: Desk, day: OpenDay, **options: Any) -> None:
        super().__init__(*args, **{"auto_id": "count-%s", **options})
        self.day = day
        self.pieces = pieces_of(day.currency)
        self.people = [one for one in day.people() if one.expected_minor or one.taken_minor][:_ROWS_MOST]
        if day.opening is None:
            self._add_amount(
                "opening",
                _("In the drawer when the day began"),
                _("Asked for once. The next days open with what stays."),
                required=True,
            )
        self.fields["business_date"] = DayField(
            label=_("Day"),
            initial=queries.business_day(location=desk.location, now=desk.now, previous=day.previous),
            widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
            error_messages={"invalid": _("Choose a day."), "required": _("Choose a day.")},
        )
        for piece in self.pieces:
            self.fields[f"piece_{piece}"] = _number(label=str(Money(piece, day.currency)))
        rest = _("Everything else, as an amount") if self.pieces else _("Counted in the drawer")
        self._add_amount("loose", rest, required=not self.pieces)
        kept = typed_amount(day.opening) if day.opening is not None else ""
        self._add_amount("kept", _("Stays in the drawer"), _("Tomorrow opens with it."), required=True, initial=kept)
        self._add_amount("terminal", _("Total of the terminal's own report"))
        self.fields["note"] = forms.CharField(
            label=_("Note"), required=False, max_length=500, widget=forms.Textarea(attrs={"rows": 2})
        )
        for one in self.people:
            self._add_amount(f"hand_{one.person_id}", _("Handed in"))
            self.fields[f"why_{one.person_id}"] = forms.CharField(
                label=_("Why it differs"), required=False, max_length=200,
                widget=forms.TextInput(attrs={"autocomplete": "off"}),
            )  # fmt: skip

    def _add_amount(self, name: str, label: str, hint: str = "", *, required: bool = False, initial: str = "") -> None:
        self.fields[name] = AmountField(
            currency=self.day.currency, allow_zero=True, required=required, label=label, help_text=hint, initial=initial
        )

    def clean(self) -> dict[str, Any]:
        typed = super().clean() or self.cleaned_data
        names = [*(f"piece_{piece}" for piece in self.pieces), "loose"]
        if not self.errors and all(typed.get(name) is None for name in names):
            self.add_error("loose", _("Count the drawer. Type 0 where it is empty."))
        return typed

    def counted(self) -> Money | None:
        """Also of a form with mistakes elsewhere; None while a box of the count cannot be read."""
        names = [*(f"piece_{piece}" for piece in self.pieces), "loose"]
        if not self.is_bound or any(name in self.errors and self[name].data for name in names):
            return None
        typed = self.cleaned_data
        pieces = sum(piece * (typed.get(f"piece_{piece}") or 0) for piece in self.pieces)
        return Money(pieces, self.day.currency) + (typed.get("loose") or Money.zero(self.day.currency))

    def count(self, request: HttpRequest) -> Count:
        """Only of a form without mistakes."""
        typed = self.cleaned_data
        serial = request.POST.get("serial", "")
        keys = [one.person_id for one in self.people]
        return Count(
            serial=int(serial) if serial.isascii() and serial.isdigit() and len(serial) < 10 else 0,
            seen=request.POST.get("seen", ""),
            business_date=typed["business_date"],
            opening=typed.get("opening"),
            pieces={piece: number for piece in self.pieces if (number := typed[f"piece_{piece}"])},
            loose=typed["loose"] or Money.zero(self.day.currency),
            kept=typed["kept"],
            terminal=typed["terminal"],
            note=typed["note"],
            by_person={key: amount for key in keys if (amount := typed[f"hand_{key}"]) is not None},
            person_notes={key: typed[f"why_{key}"] for key in keys},
        )


@require_http_methods(["GET", "HEAD", "POST"])
@desk_view(Right.CLOSE_DAY)
def count_day(request: HttpRequest, desk: Desk) -> HttpResponse:
    """`action=add` adds up what was typed and writes nothing."""
    day = queries.open_day(location=desk.location, now=desk.now)
    form = CountForm(request.POST if request.method == "POST" else None, desk=desk, day=day)
    if request.method != "POST":
        return _page(request, desk, form)
    if request.POST.get("action") == "add":
        sums = sums_of(form)
        form.errors.clear()
        if wants_part(request):
            context = {"sums": sums, "day": day, "count_url": reverse("desk:count_day")}
            return render(request, "desk/finance/count_sums.html", context)
        return _page(request, desk, form, sums=sums)
    if not form.is_valid():
        return _page(request, desk, form, status=422)
    try:
        closing_id = close_day(actor=desk.actor, location_id=desk.location.pk, count=form.count(request), now=desk.now)
    except FieldError as error:
        form.add_error(error.field if error.field in form.fields else None, str(error))
    except ClosedMeanwhileError as error:
        return _closed(request, desk, error)
    except MovedMeanwhileError as error:
        # What was taken meanwhile may be somebody's first: the form is drawn anew for all that is expected now.
        again = queries.open_day(location=desk.location, now=desk.now)
        form = CountForm(request.POST, desk=desk, day=again)
        return _page(request, desk, form, problem=str(error), status=409)
    except FlowError as error:
        form.add_error(None, str(error))
    else:
        url = reverse("desk:closing", kwargs={"closing_id": closing_id})
        return HttpResponseRedirect(done_url("day_closed", url))
    return _page(request, desk, form, status=422)


def sums_of(form: CountForm) -> Sums:
    """What the typed numbers come to now."""
    counted = form.counted()
    typed = getattr(form, "cleaned_data", {})
    opening = form.day.opening if form.day.opening is not None else typed.get("opening")
    kept = typed.get("kept")
    removed = counted - smaller(kept, counted) if kept is not None and counted is not None else None
    return Sums(counted, form.day.expected(opening) if opening is not None else None, removed)


def _closed(request: HttpRequest, desk: Desk, error: ClosedMeanwhileError) -> HttpResponse:
    """Theirs stands; what was typed here is shown beside the way to it."""
    names = names_for(desk, [error.closing.closed_by_id])
    context = {
        **finance_context(request, desk, current="day_closing"),
        "who": names[error.closing.closed_by_id or 0],
        "closing": error.closing,
    }
    return render(request, "desk/finance/closed_meanwhile.html", context, status=409)


def _page(
    request: HttpRequest,
    desk: Desk,
    form: CountForm,
    *,
    sums: Sums | None = None,
    problem: str = "",
    status: int = 200,
) -> HttpResponse:
    day = form.day
    names = names_for(desk, (one.person_id for one in form.people))
    rows = open_rows(form.people, names, day.currency)
    hands = [
        HandRow(row, form[f"hand_{one.person_id}"], form[f"why_{one.person_id}"])
        for row, one in zip(rows, form.people, strict=True)
    ]
    context: dict[str, Any] = {
        **finance_context(request, desk, current="day_closing"),
        "form": form,
        "day": day,
        "sums": sums or sums_of(form),
        "count_url": reverse("desk:count_day"),
        "pieces": [_piece(form, piece) for piece in form.pieces],
        "hands": hands,
        "hands_open": any(row.box.data or row.box.errors or row.why.errors for row in hands),
        "problem": problem,
        "since_at": day.previous.closed_at if day.previous else None,
        "request_id": request.POST.get("request_id") or new_key(),
    }
    return render(request, "desk/finance/count.html", context, status=status)


def _piece(form: CountForm, piece: int) -> PieceRow:
    name = f"piece_{piece}"
    number = getattr(form, "cleaned_data", {}).get(name)
    worth = Money(piece * number, form.day.currency) if number else None
    return PieceRow(Money(piece, form.day.currency), form[name], worth)


def _number(*, label: str) -> forms.IntegerField:
    sentence = _("Type how many there are.")
    return forms.IntegerField(
        label=label,
        required=False,
        min_value=0,
        max_value=MOST_PIECES,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off", "maxlength": 7}),
        error_messages={"invalid": sentence, "min_value": sentence, "max_value": sentence},
    )

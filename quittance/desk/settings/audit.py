"""Settings › Audit trail: who did what to what, when and from where; to read, to filter and to take away as CSV."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import urlencode

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy
from django.views.decorators.http import require_GET

from quittance.audit import queries as audit
from quittance.audit.models import AuditEntry
from quittance.audit.queries import Filter
from quittance.businesses.people import held_by
from quittance.businesses.queries import names_of_users, roles_of
from quittance.businesses.queries_people import persons_of
from quittance.calendar.times import day_period
from quittance.core.actor import Right
from quittance.desk.access import Desk, desk_view
from quittance.desk.fields import DayField, row_id
from quittance.desk.said import said
from quittance.desk.settings.audit_words import (
    ACTIONS,
    ACTORS,
    action_words,
    detail_words,
    kind_choices,
    subject_words,
)
from quittance.desk.settings.front import settings_context

_PAGE: Final = 50
_CSV_MOST: Final = 20_000
# A cell that begins with one of these is a formula to a spreadsheet.
_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r")


@dataclass(frozen=True, slots=True)
class TrailRow:
    entry: AuditEntry
    who: str
    action: str
    subject: str
    url: str
    detail: str
    place: str
    time_zone: str


class TrailForm(forms.Form):
    """The filters; what cannot be is left out with a sentence beside it."""

    who = forms.ChoiceField(label=lazy("Who"), required=False)
    action = forms.ChoiceField(label=lazy("What"), required=False)
    kind = forms.ChoiceField(label=lazy("Of what"), required=False)
    number = forms.CharField(
        label=lazy("Number"), required=False, max_length=18, widget=forms.TextInput(attrs={"inputmode": "numeric"})
    )
    place = forms.ChoiceField(label=lazy("Where"), required=False)
    first = DayField(
        label=lazy("From"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages={"invalid": lazy("Choose a day.")},
    )
    last = DayField(
        label=lazy("To"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages={"invalid": lazy("Choose a day.")},
    )

    def __init__(self, *args: Any, desk: Desk, places: dict[int, str], **options: Any) -> None:
        super().__init__(*args, **{"auto_id": "trail-%s", **options})
        everybody, everything, anywhere = _("Everybody"), _("Everything"), _("All locations")
        people = [(str(one.user.pk), one.user.name) for one in persons_of(business_id=desk.business.pk)]
        groups = [
            (str(group), [("*" + "*".join(of), _("All of these")), *((name, str(words)) for name, words in of.items())])
            for group, of in ACTIONS.items()
        ]
        others = [(kind, str(words)) for kind, words in ACTORS.items()]
        choices: dict[str, list[Any]] = {
            "who": [("", everybody), *people, *others],
            "action": [("", everything), *groups],
            "kind": [("", everything), *kind_choices()],
            "place": [("", anywhere), *((str(key), name) for key, name in places.items())],
        }
        for name, of in choices.items():
            field = self.fields[name]
            assert isinstance(field, forms.ChoiceField)  # noqa: S101 - for the type; declared above
            field.choices = of
            field.error_messages["invalid_choice"] = _("Choose one from the list.")

    def clean_number(self) -> int | None:
        typed: str = self.cleaned_data["number"].strip()
        if typed and row_id(typed) is None:
            raise forms.ValidationError(_("Type a number, for example 12."))
        return row_id(typed)

    def wanted(self, *, desk: Desk, places: dict[int, str], everywhere: bool) -> Filter:
        """Only for a form without mistakes."""
        typed = self.cleaned_data
        who, action, kind = typed["who"], typed["action"], typed["kind"]
        zone = desk.location.time_zone
        chosen = frozenset({int(typed["place"])}) if typed["place"] else None
        return Filter(
            location_ids=chosen or (None if everywhere else frozenset(places)),
            actor_id=row_id(who),
            actor_kind=who if who in ACTORS else "",
            actions=tuple(one for one in action.split("*") if one),
            subject=(kind, typed["number"]) if kind else None,
            since=day_period(day=typed["first"], time_zone=zone).starts_at if typed["first"] else None,
            before=day_period(day=typed["last"], time_zone=zone).ends_at if typed["last"] else None,
        )


@require_GET
@desk_view(Right.SEE_AUDIT_TRAIL)
def trail(request: HttpRequest, desk: Desk) -> HttpResponse:
    places, everywhere = _places(desk)
    form = TrailForm(request.GET, desk=desk, places=places)
    asked = {name: request.GET[name] for name in form.fields if request.GET.get(name)}
    rows: list[AuditEntry] = []
    if form.is_valid():
        wanted = form.wanted(desk=desk, places=places, everywhere=everywhere)
        before = row_id(request.GET.get("before", ""))
        rows = audit.page(business_id=desk.business.pk, wanted=wanted, before_id=before, limit=_PAGE + 1)
    older = rows[_PAGE - 1].pk if len(rows) > _PAGE else None
    base = reverse("desk:audit_trail")
    context = {
        **settings_context(request, desk),
        "form": form,
        "rows": _drawn(desk, rows[:_PAGE]),
        "is_filtered": bool(asked),
        "several_places": len(places) > 1,
        "older_url": f"{base}?{urlencode({**asked, 'before': older})}" if older else "",
        "newest_url": f"{base}?{urlencode(asked)}" if "before" in request.GET else "",
        "csv_url": f"{reverse('desk:audit_trail_csv')}?{urlencode(asked)}",
    }
    return render(request, "desk/settings/audit.html", context, status=422 if form.errors else 200)


@require_GET
@desk_view(Right.SEE_AUDIT_TRAIL)
def trail_csv(request: HttpRequest, desk: Desk) -> HttpResponse:
    """The same rows as the page filters them, the newest 20 000."""
    places, everywhere = _places(desk)
    form = TrailForm(request.GET, desk=desk, places=places)
    if not form.is_valid():
        return HttpResponse(_("Choose the filters again."), status=422, content_type="text/plain; charset=utf-8")
    wanted = form.wanted(desk=desk, places=places, everywhere=everywhere)
    # Excel takes a file for UTF-8 only with this mark.
    text = "\ufeff" + "".join(_csv_lines(desk, wanted))
    response = HttpResponse(text, content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="audit-trail.csv"'
    return response


def harmless(cell: str) -> str:
    """No spreadsheet takes it for a formula."""
    return f"'{cell}" if cell.startswith(_FORMULA) else cell


class _Line:
    """What csv writes into: the line itself."""

    def write(self, text: str) -> str:
        return text


def _csv_lines(desk: Desk, wanted: Filter) -> Iterator[str]:
    writer = csv.writer(_Line())
    yield writer.writerow(
        [_("At (UTC)"), _("Who"), _("What"), _("Of what"), _("Details"), _("Where"), _("From address")]
    )
    before: int | None = None
    for _page in range(_CSV_MOST // 500):
        rows = audit.page(business_id=desk.business.pk, wanted=wanted, before_id=before, limit=500)
        for row in _drawn(desk, rows):
            cells = (row.who, row.action, row.subject, row.detail, row.place, row.entry.ip)
            at = row.entry.at.strftime("%Y-%m-%d %H:%M:%S")
            yield writer.writerow([at, *(harmless(cell) for cell in cells)])
        if len(rows) < 500:
            return
        before = rows[-1].pk


def _places(desk: Desk) -> tuple[dict[int, str], bool]:
    """Where this person may read the trail; whether that is everywhere, so that what has no place shows too."""
    here = [place for place in desk.workplaces if place.business.pk == desk.business.pk]
    seen = {one.location.pk: one.location.name for one in here if Right.SEE_AUDIT_TRAIL in one.rights}
    return seen, held_by(actor=desk.actor).covers({Right.SEE_AUDIT_TRAIL}, None)


def _drawn(desk: Desk, rows: Iterable[AuditEntry]) -> list[TrailRow]:
    found = list(rows)
    ids = {row.actor_id for row in found if row.actor_id is not None}
    names = names_of_users(business_id=desk.business.pk, user_ids=ids)
    roles = {role.pk: said(role.name) for role in roles_of(business_id=desk.business.pk)}
    places = {one.location.pk: one.location for one in desk.workplaces if one.business.pk == desk.business.pk}
    drawn = []
    for row in found:
        place = places.get(row.location_id) if row.location_id is not None else None
        currency = place.currency if place else desk.location.currency
        drawn.append(
            TrailRow(
                row,
                names.get(row.actor_id or 0) or str(ACTORS.get(row.actor_kind, _("Somebody"))),
                action_words(row.action),
                subject_words(row),
                _url(desk, row),
                detail_words(row, currency=currency, roles=roles),
                place.name if place else "",
                place.time_zone if place else desk.location.time_zone,
            )
        )
    return drawn


def _url(desk: Desk, row: AuditEntry) -> str:
    """Where the subject can be looked at; empty where there is no such page, or no right to it."""
    if row.subject_id is None:
        return ""
    if row.subject_kind == "visit" and desk.actor.may(Right.SEE_CALENDAR, row.location_id):
        return reverse("desk:visit", kwargs={"visit_id": row.subject_id})
    if row.subject_kind == "payment" and desk.may(Right.SEE_FINANCE):
        return reverse("desk:payment", kwargs={"payment_id": row.subject_id})
    if row.subject_kind == "person" and desk.may(Right.EDIT_PEOPLE):
        return reverse("desk:person", kwargs={"user_id": row.subject_id})
    return ""

"""Forms that edit what is there: each carries the version it was drawn with, and tells when somebody saved meanwhile.

A view draws `seen_now`, hands `expected_of` to its flow, and on ChangedByOtherError draws the form again with `told`:
who saved and when, and what differs, theirs beside yours. That page carries the newest version, so that pressing
Save once more keeps yours.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any, Final

from django.forms import BoundField, CheckboxInput, Form
from django.http import HttpRequest
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from quittance.audit.queries import revisions
from quittance.businesses.queries import names_of_users
from quittance.core.locale_format import format_datetime, format_time
from quittance.desk.access import Desk
from quittance.flows.errors import ChangedByOtherError

FIELD: Final = "seen"
_LONGEST: Final = 120


@dataclass(frozen=True, slots=True)
class Differing:
    """One box that the two would save differently."""

    label: str
    theirs: str
    yours: str


@dataclass(frozen=True, slots=True)
class Conflict:
    title: str
    rows: tuple[Differing, ...]


@dataclass(frozen=True, slots=True)
class SeenForm:
    """What `desk/seen.html` draws inside a form."""

    version: int
    conflict: Conflict | None = None


def seen_now(desk: Desk, subject: str) -> SeenForm:
    """For a form that is drawn for the first time; one query."""
    return SeenForm(revisions(business_id=desk.business.pk, subjects=[subject])[subject])


def expected_of(request: HttpRequest) -> int | None:
    """The version that the form was drawn with. None: it was drawn by nothing of ours; odd text fits no version."""
    typed = request.POST.get(FIELD)
    if typed is None:
        return None
    return int(typed) if typed.isascii() and typed.isdigit() and len(typed) < 10 else -1


def told(desk: Desk, error: ChangedByOtherError, *, yours: Form, theirs: Form) -> SeenForm:
    """`theirs` is the same form, unbound, filled with what stands there now."""
    rows = tuple(
        Differing(str(theirs[name].label), there, here)
        for name in theirs.fields
        if name in yours.fields and (there := shown(theirs[name])) != (here := shown(yours[name]))
    )
    return SeenForm(error.version, Conflict(who_and_when(desk, error), rows))


def told_in_words(desk: Desk, error: ChangedByOtherError, *, yours: Form, theirs: Form) -> str:
    """The same in one sentence, where a form has no room for a table."""
    found = told(desk, error, yours=yours, theirs=theirs).conflict
    stands = " · ".join(f"{row.label}: {row.theirs}" for row in found.rows) if found is not None else ""
    return _("%(first)s. There stands now: %(theirs)s. Save again to keep yours.") % {
        "first": who_and_when(desk, error),
        "theirs": stands or _("what you typed"),
    }


def status_of(form: Form, seen: SeenForm | None) -> int:
    """Of the page that draws the form."""
    if seen is not None and seen.conflict is not None:
        return 409
    return 422 if form.errors else 200


def who_and_when(desk: Desk, error: ChangedByOtherError) -> str:
    """`Ben changed this at 10:42`, with the day where it was not today."""
    names = names_of_users(business_id=desk.business.pk, user_ids={error.by_id}) if error.by_id else {}
    zone, language = desk.location.time_zone, get_language() or "en"
    recent = abs((desk.now - error.at).total_seconds()) < 12 * 3600
    at = (format_time if recent else format_datetime)(error.at, language, zone)
    return _("%(who)s changed this at %(at)s") % {"who": names.get(error.by_id or 0) or _("Somebody"), "at": at}


def shown(bound: BoundField) -> str:
    """What stands in the box, as a person reads it."""
    value: Any = bound.value()
    if isinstance(bound.field.widget, CheckboxInput):
        return _("yes") if value else _("no")
    choices = {str(key): str(label) for key, label in _choices(bound)}
    if isinstance(value, (list, tuple, set)):
        return ", ".join(sorted(choices.get(str(one), str(one)) for one in value)) or "–"
    text = _as_text(value)
    text = choices.get(text, text).strip()
    return (f"{text[:_LONGEST]}…" if len(text) > _LONGEST else text) or "–"


def _choices(bound: BoundField) -> list[tuple[Any, Any]]:
    found = getattr(bound.field, "choices", ())
    return [pair for pair in found if len(pair) == 2]


def _as_text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, time):
        return value.strftime("%H:%M")
    if isinstance(value, (date, datetime)):
        return value.isoformat()
    return str(value)

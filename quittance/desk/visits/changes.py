"""Run one flow for the visit window and draw what came of it; nothing that was typed is lost on the way."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from django.forms import Form
from django.http import HttpRequest, HttpResponse

from quittance.desk.visits.asking import ask_of, decision_of
from quittance.desk.visits.window import WindowPage, changed, page_of, show
from quittance.flows.change_due import Decision
from quittance.flows.errors import (
    BusyError,
    ChangedMeanwhileError,
    ConflictError,
    FieldError,
    FlowError,
    GoneError,
    RefusedError,
)

# The flow's work with what was decided; the text is the notice of success.
Work = Callable[[Decision], str]


def attempt(
    request: HttpRequest,
    page: WindowPage,
    *,
    work: Work,
    form: tuple[str, Form] | None = None,
    field: str = "",
    then: WindowPage | None = None,
) -> HttpResponse:
    """`form` comes back with its mistakes; `field` is where a refusal stands that names no field of its own.

    `then` is the page to show when it went well, where it is another one.
    """
    try:
        notice = work(decision_of(request.POST))
    except GoneError:
        raise
    except RefusedError as error:
        return refused(request, page, error, form=form, field=field)
    except FlowError as error:
        return undecided(request, page, error, form=form)
    return changed(request, then or page, notice)


def refused(
    request: HttpRequest,
    page: WindowPage,
    error: RefusedError,
    *,
    form: tuple[str, Form] | None,
    field: str,
) -> HttpResponse:
    """What was typed or chosen cannot be: a sentence beside it."""
    wanted = error.field if isinstance(error, FieldError) else field
    if form is None or wanted not in form[1].fields:
        return again(request, page, form=form, problem=str(error))
    form[1].add_error(wanted, str(error))
    return again(request, page, form=form)


def undecided(
    request: HttpRequest, page: WindowPage, error: FlowError, *, form: tuple[str, Form] | None
) -> HttpResponse:
    """Something is in the way that a person decides about, or that has changed meanwhile."""
    fresh = _fresh(request, page, form)
    ask = ask_of(error, typed=request.POST, url=request.path, window=fresh.window)
    if ask is not None:
        return show(request, replace(fresh, ask=ask), status=409)
    status = 409 if isinstance(error, (ChangedMeanwhileError, BusyError, ConflictError)) else 503
    return show(request, replace(fresh, problem=str(error)), status=status)


def again(request: HttpRequest, page: WindowPage, *, form: tuple[str, Form] | None, problem: str = "") -> HttpResponse:
    """The window with the form as it was typed and what is wrong with it."""
    return show(request, replace(_fresh(request, page, form), problem=problem), status=422)


def version_of(request: HttpRequest, name: str = "version") -> int:
    """The version that the form was drawn with; a form without one fits no version."""
    typed = request.POST.get(name, "")
    return int(typed) if typed.isascii() and typed.isdigit() and len(typed) < 10 else -1


def _fresh(request: HttpRequest, page: WindowPage, form: tuple[str, Form] | None) -> WindowPage:
    """Read anew: the flow may have learned something before it stopped, such as a payment that landed."""
    fresh = page_of(request, page.desk, page.window.visit.pk)
    forms = {} if form is None else {form[0]: form[1]}
    return replace(fresh, tab=page.tab, pay=page.pay, edit=page.edit, forms=forms, typed=request.POST)

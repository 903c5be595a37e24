"""One person: what they are here, and the switch of their log-in."""

from __future__ import annotations

from collections.abc import Callable

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from quittance.businesses.queries_people import Person, person_by_id
from quittance.businesses.second_factor import has_second_factor
from quittance.core.actor import Right
from quittance.core.ids import new_key
from quittance.desk.access import Desk, desk_view
from quittance.desk.done import done_url, done_words
from quittance.desk.settings.front import settings_context
from quittance.desk.settings.people import RoleForm, words_of
from quittance.desk.sign_in.again import to_show_again
from quittance.flows import change_person, second_factor
from quittance.flows.errors import FieldError


@require_GET
@desk_view(Right.EDIT_PEOPLE)
def person(request: HttpRequest, desk: Desk, user_id: int) -> HttpResponse:
    found = _found(desk, user_id)
    asked = to_show_again(request, back=_page(user_id))
    return asked or _draw(request, desk, found, form=RoleForm(desk=desk))


@require_POST
@desk_view(Right.EDIT_PEOPLE)
def give_role(request: HttpRequest, desk: Desk, user_id: int) -> HttpResponse:
    found = _found(desk, user_id)
    form = RoleForm(request.POST, desk=desk)
    if not form.is_valid():
        return _draw(request, desk, found, form=form)
    asked = to_show_again(request, back=_page(user_id))
    if asked:
        return asked
    try:
        change_person.give_role(
            actor=desk.actor,
            user_id=user_id,
            role_id=form.cleaned_data["role"],
            location_id=form.location_id(),
            now=desk.now,
        )
    except FieldError as error:
        form.add_error(error.field if error.field in form.fields else None, str(error))
        return _draw(request, desk, found, form=form)
    return _back(user_id, "role_given")


@require_POST
@desk_view(Right.EDIT_PEOPLE)
def take_role(request: HttpRequest, desk: Desk, user_id: int, assignment_id: int) -> HttpResponse:
    return _change(
        request, desk, user_id, "role_taken",
        lambda: change_person.take_role(
            actor=desk.actor, user_id=user_id, assignment_id=assignment_id, now=desk.now
        ),
    )  # fmt: skip


@require_POST
@desk_view(Right.EDIT_PEOPLE)
def deactivate(request: HttpRequest, desk: Desk, user_id: int) -> HttpResponse:
    return _change(
        request, desk, user_id, "person_off",
        lambda: change_person.deactivate(actor=desk.actor, user_id=user_id, now=desk.now),
    )  # fmt: skip


@require_POST
@desk_view(Right.EDIT_PEOPLE)
def reactivate(request: HttpRequest, desk: Desk, user_id: int) -> HttpResponse:
    return _change(
        request, desk, user_id, "person_on",
        lambda: change_person.reactivate(actor=desk.actor, user_id=user_id, now=desk.now),
    )  # fmt: skip


@require_POST
@desk_view(Right.EDIT_PEOPLE)
def end_sign_ins(request: HttpRequest, desk: Desk, user_id: int) -> HttpResponse:
    return _change(
        request, desk, user_id, "sign_ins_ended",
        lambda: change_person.end_sign_ins(actor=desk.actor, user_id=user_id, now=desk.now),
    )  # fmt: skip


@require_POST
@desk_view(Right.EDIT_PEOPLE)
def reset_second_factor(request: HttpRequest, desk: Desk, user_id: int) -> HttpResponse:
    return _change(
        request, desk, user_id, "factor_reset",
        lambda: second_factor.reset(actor=desk.actor, user_id=user_id, now=desk.now),
    )  # fmt: skip


def _change(request: HttpRequest, desk: Desk, user_id: int, done: str, work: Callable[[], None]) -> HttpResponse:
    found = _found(desk, user_id)
    asked = to_show_again(request, back=_page(user_id))
    if asked:
        return asked
    try:
        work()
    except FieldError as error:
        return _draw(request, desk, found, form=RoleForm(desk=desk), problem=str(error))
    return _back(user_id, done)


def _found(desk: Desk, user_id: int) -> Person:
    found = person_by_id(business_id=desk.business.pk, user_id=user_id)
    if found is None:
        raise Http404
    return found


def _draw(request: HttpRequest, desk: Desk, found: Person, *, form: RoleForm, problem: str = "") -> HttpResponse:
    context = {
        **settings_context(request, desk),
        "person": found,
        "roles": [(one, words_of(one)) for one in found.assignments],
        "has_second_factor": has_second_factor(user_id=found.user.pk),
        "is_me": found.user.pk == desk.user.pk,
        "form": form,
        "problem": problem,
        "notice": done_words(request),
        "request_id": new_key(),
    }
    return render(request, "desk/settings/person.html", context, status=422 if problem or form.errors else 200)


def _page(user_id: int) -> str:
    return reverse("desk:person", kwargs={"user_id": user_id})


def _back(user_id: int, done: str) -> HttpResponse:
    return HttpResponseRedirect(done_url(done, _page(user_id)))

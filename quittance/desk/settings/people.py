"""Who logs in here, who is invited, and what each role may do."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from django import forms
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from quittance.businesses.models import Invitation, Role, RoleAssignment
from quittance.businesses.queries import roles_of
from quittance.businesses.queries_people import Person, open_invitations, persons_of
from quittance.businesses.roles import RIGHT_LABELS, known_rights
from quittance.businesses.shared_computers import computers_of
from quittance.core.actor import Right
from quittance.core.ids import new_key
from quittance.desk.access import Desk, desk_view
from quittance.desk.done import done_url, done_words
from quittance.desk.said import said
from quittance.desk.settings.front import settings_context
from quittance.desk.sign_in.again import to_show_again
from quittance.desk.sign_in.switching import shared_computer
from quittance.flows import invite_person
from quittance.flows.errors import FieldError, RefusedError

EVERYWHERE: Final = "all"


@dataclass(frozen=True, slots=True)
class PersonRow:
    person: Person
    roles: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class InvitationRow:
    invitation: Invitation
    role: str
    is_too_old: bool


@dataclass(frozen=True, slots=True)
class RightRow:
    """A right, and for each role whether it holds it."""

    label: str
    held: tuple[bool, ...]


class RoleForm(forms.Form):
    """A role and where it holds."""

    role = forms.TypedChoiceField(
        label=gettext_lazy("Role"),
        coerce=int,
        error_messages={
            "required": gettext_lazy("Choose a role."),
            "invalid_choice": gettext_lazy("Choose a role from the list."),
        },
    )
    location = forms.ChoiceField(
        label=gettext_lazy("Where"),
        error_messages={"invalid_choice": gettext_lazy("Choose a location from the list.")},
    )

    def __init__(self, *args: Any, desk: Desk, **options: Any) -> None:
        super().__init__(*args, **options)
        role, location = self.fields["role"], self.fields["location"]
        assert isinstance(role, forms.ChoiceField)  # noqa: S101 - for the types; both are declared above
        assert isinstance(location, forms.ChoiceField)  # noqa: S101
        # None is chosen beforehand: the first in the list is the owner.
        role.choices = [("", _("Choose a role")), *((str(one.pk), said(one.name)) for one in giveable_roles(desk))]
        places = [(str(place.location.pk), place.location.name) for place in places_of(desk)]
        location.choices = [(EVERYWHERE, _("All locations, also those to come")), *places]

    def location_id(self) -> int | None:
        chosen: str = self.cleaned_data["location"]
        return None if chosen == EVERYWHERE else int(chosen)


class InvitationForm(RoleForm):
    email = forms.EmailField(
        label=gettext_lazy("Email address"),
        max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": "off"}),
        error_messages={
            "required": gettext_lazy("Type an email address."),
            "invalid": gettext_lazy("Type an email address, for example ben@salon.example."),
        },
    )
    field_order = ("email", "role", "location")


@require_GET
@desk_view(Right.EDIT_PEOPLE)
def people(request: HttpRequest, desk: Desk) -> HttpResponse:
    roles = roles_of(business_id=desk.business.pk)
    held = [known_rights(role.rights) for role in roles]
    context = {
        **settings_context(request, desk),
        "people": [_row(person) for person in persons_of(business_id=desk.business.pk)],
        "invitations": _invitations(desk),
        "roles": roles,
        "computers": computers_of(business_id=desk.business.pk),
        "is_shared": shared_computer(request) is not None,
        "rights": [RightRow(_(label), tuple(right in one for one in held)) for right, label in RIGHT_LABELS.items()],
        "notice": done_words(request),
        "request_id": new_key(),
    }
    return render(request, "desk/settings/people.html", context)


@require_http_methods(["GET", "POST"])
@desk_view(Right.EDIT_PEOPLE)
def invite(request: HttpRequest, desk: Desk) -> HttpResponse:
    """The address of the invitation is shown once, for the case that the mail does not arrive."""
    form = InvitationForm(request.POST if request.method == "POST" else None, desk=desk)
    invited = None
    asked = None if form.errors else to_show_again(request, back=reverse("desk:invite_person"))
    if asked:
        return asked
    if request.method == "POST" and form.is_valid():
        try:
            invited = invite_person.invite(
                actor=desk.actor,
                email=form.cleaned_data["email"],
                role_id=form.cleaned_data["role"],
                location_id=form.location_id(),
                now=desk.now,
            )
            form = InvitationForm(desk=desk)
        except FieldError as error:
            form.add_error(error.field if error.field in form.fields else None, str(error))
    return _invite_page(request, desk, form=form, invited=invited)


@require_POST
@desk_view(Right.EDIT_PEOPLE)
def invite_again(request: HttpRequest, desk: Desk, invitation_id: int) -> HttpResponse:
    form = InvitationForm(desk=desk)
    try:
        invited = invite_person.invite_again(actor=desk.actor, invitation_id=invitation_id, now=desk.now)
    except RefusedError as error:
        return _people_problem(request, desk, str(error))
    return _invite_page(request, desk, form=form, invited=invited)


@require_POST
@desk_view(Right.EDIT_PEOPLE)
def revoke_invitation(_request: HttpRequest, desk: Desk, invitation_id: int) -> HttpResponse:
    invite_person.revoke(actor=desk.actor, invitation_id=invitation_id, now=desk.now)
    return HttpResponseRedirect(done_url("invitation_revoked", reverse("desk:people")))


def places_of(desk: Desk) -> list[Any]:
    """Where this person decides about people."""
    return [
        place
        for place in desk.workplaces
        if place.business.pk == desk.business.pk and Right.EDIT_PEOPLE in place.rights
    ]


def giveable_roles(desk: Desk) -> list[Role]:
    """Those that hold nothing beyond what the person has at one of the places; the flow looks closer."""
    held = [place.rights for place in places_of(desk)]
    roles = roles_of(business_id=desk.business.pk)
    return [role for role in roles if any(known_rights(role.rights) <= one for one in held)]


def words_of(assignment: RoleAssignment | Invitation) -> str:
    where = assignment.location.name if assignment.location else _("all locations")
    return f"{said(assignment.role.name)} · {where}"


def _row(person: Person) -> PersonRow:
    return PersonRow(person, tuple(words_of(one) for one in person.assignments))


def _invitations(desk: Desk) -> list[InvitationRow]:
    found = open_invitations(business_id=desk.business.pk)
    return [InvitationRow(one, words_of(one), one.expires_at <= desk.now) for one in found]


def _invite_page(
    request: HttpRequest, desk: Desk, *, form: InvitationForm, invited: invite_person.Invited | None
) -> HttpResponse:
    context = {**settings_context(request, desk), "form": form, "invited": invited, "request_id": new_key()}
    return render(request, "desk/settings/invite.html", context, status=422 if form.errors else 200)


def _people_problem(request: HttpRequest, desk: Desk, sentence: str) -> HttpResponse:
    form = InvitationForm({}, desk=desk)
    form.errors.clear()
    form.add_error(None, sentence)
    return _invite_page(request, desk, form=form, invited=None)

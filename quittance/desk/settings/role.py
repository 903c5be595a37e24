"""A role: its name, and a tick for every right."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from quittance.businesses.models import Role
from quittance.businesses.queries import roles_of
from quittance.businesses.roles import OWNER, RIGHT_LABELS, known_rights
from quittance.core.actor import Right
from quittance.core.ids import new_key
from quittance.desk.access import Desk, desk_view
from quittance.desk.done import done_url
from quittance.desk.said import said
from quittance.desk.seen import SeenForm, expected_of, seen_now, status_of, told
from quittance.desk.settings.front import settings_context
from quittance.desk.sign_in.again import to_show_again
from quittance.flows.change_role import save_role
from quittance.flows.errors import ChangedByOtherError, FieldError


class RightsForm(forms.Form):
    """Rights that the person does not have are drawn without a box: they stay as they are."""

    name = forms.CharField(
        label=gettext_lazy("Name"),
        max_length=60,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
        error_messages={"required": gettext_lazy("Type a name.")},
    )
    rights = forms.MultipleChoiceField(
        choices=[(right.value, label) for right, label in RIGHT_LABELS.items()],
        required=False,
        error_messages={"invalid_choice": gettext_lazy("Choose rights from the list.")},
    )

    requires_second_factor = forms.BooleanField(
        label=gettext_lazy("Require two-factor sign-in"),
        help_text=gettext_lazy("Whoever has this role sets it up at the next press, and can do nothing before."),
        required=False,
    )

    def chosen(self) -> frozenset[Right]:
        return frozenset(Right(value) for value in self.cleaned_data["rights"])


@require_http_methods(["GET", "POST"])
@desk_view(Right.EDIT_PEOPLE)
def new_role(request: HttpRequest, desk: Desk) -> HttpResponse:
    return _edit(request, desk, None)


@require_http_methods(["GET", "POST"])
@desk_view(Right.EDIT_PEOPLE)
def role(request: HttpRequest, desk: Desk, role_id: int) -> HttpResponse:
    found = next((one for one in roles_of(business_id=desk.business.pk) if one.pk == role_id), None)
    if found is None:
        raise Http404
    return _edit(request, desk, found)


def _stored_name(typed: str, found: Role | None) -> str:
    """A name of ours that was left as it was shown stays ours, for readers of every language."""
    return found.name if found is not None and typed == said(found.name) else typed


def _edit(request: HttpRequest, desk: Desk, found: Role | None) -> HttpResponse:
    mine = desk.actor.rights.get(desk.location.pk, frozenset())
    held = known_rights(found.rights) if found else frozenset[Right]()
    initial = {
        "name": said(found.name) if found else "",
        "requires_second_factor": found is not None and found.requires_second_factor,
    }
    form = RightsForm(request.POST if request.method == "POST" else None, initial=initial)
    asked = None if form.errors else to_show_again(request, back=request.path)
    if asked:
        return asked
    seen: SeenForm | None = None
    if request.method == "POST" and form.is_valid():
        # What was drawn without a box cannot have been changed.
        wanted = held if found and found.slug == OWNER else (form.chosen() & mine) | (held - mine)
        try:
            save_role(
                actor=desk.actor,
                role_id=found.pk if found else None,
                name=_stored_name(form.cleaned_data["name"], found),
                rights=wanted,
                requires_second_factor=form.cleaned_data["requires_second_factor"],
                expected_version=expected_of(request),
                now=desk.now,
            )
        except ChangedByOtherError as error:
            stands = {**initial, "rights": sorted(right.value for right in held)}
            seen = told(desk, error, yours=form, theirs=RightsForm(initial=stands))
        except FieldError as error:
            form.add_error(error.field if error.field in form.fields else None, str(error))
        else:
            return HttpResponseRedirect(done_url("role_saved", reverse("desk:people")))
    if seen is None and found is not None:
        seen = seen_now(desk, f"role {found.pk}")
    ticked = _ticked(form, held)
    context: dict[str, Any] = {
        **settings_context(request, desk),
        "role": found,
        "is_owner": found is not None and found.slug == OWNER,
        "form": form,
        "seen": seen,
        "boxes": [(right.value, _(label), right in ticked, right in mine) for right, label in RIGHT_LABELS.items()],
        "title": said(found.name) if found else _("New role"),
        "request_id": new_key(),
    }
    return render(request, "desk/settings/role.html", context, status=status_of(form, seen))


def _ticked(form: RightsForm, held: frozenset[Right]) -> frozenset[Right]:
    """As stored, or as typed when something has to be mended."""
    if not form.is_bound:
        return held
    by_value = {right.value: right for right in Right}
    typed = form.data.getlist("rights") if hasattr(form.data, "getlist") else []
    return frozenset(by_value[value] for value in typed if value in by_value)

"""Who works at the location: the sequence of the calendar's columns, and a new card."""

from __future__ import annotations

from django import forms
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_POST

from quittance.calendar.queries_staff import staff_with_hours
from quittance.core.actor import Right
from quittance.core.ids import new_key
from quittance.desk.access import Desk, desk_view
from quittance.desk.answers import is_htmx
from quittance.desk.done import done_url, done_words
from quittance.desk.fields import row_id
from quittance.desk.settings.front import settings_context
from quittance.flows import save_staff
from quittance.flows.errors import FieldError


class CardForm(forms.Form):
    """What the calendar and the client see of somebody."""

    name = forms.CharField(label=_("Name"), max_length=120, error_messages={"required": _("Type a name.")})
    title = forms.CharField(label=_("What they do"), max_length=120, required=False)


@require_http_methods(["GET", "HEAD", "POST"])
@desk_view(Right.EDIT_SETTINGS)
def staff(request: HttpRequest, desk: Desk) -> HttpResponse:
    form = CardForm(request.POST if request.method == "POST" else None, auto_id="card-%s")
    if request.method == "POST" and form.is_valid():
        try:
            made = save_staff.add(actor=desk.actor, location_id=desk.location.pk, now=desk.now, **_words(form))
            return HttpResponseRedirect(
                done_url("staff_added", reverse("desk:staff_card", kwargs={"staff_id": made})), status=303
            )
        except FieldError as error:
            form.add_error("name", str(error))
    cards = staff_with_hours(desk.location)
    context = {
        **settings_context(request, desk),
        "here": [one for one in cards if one.archived_at is None],
        "gone": [one for one in cards if one.archived_at is not None],
        "form": form,
        "notice": done_words(request),
        "request_id": new_key(),
    }
    return render(request, "desk/settings/staff.html", context, status=422 if form.errors else 200)


@require_POST
@desk_view(Right.EDIT_SETTINGS)
def place(request: HttpRequest, desk: Desk) -> HttpResponse:
    """`direction` is `up` or `down`; dropped with the mouse, `before` is the neighbour, or empty for the end."""
    cards = [one.pk for one in staff_with_hours(desk.location) if one.archived_at is None]
    moved, before = row_id(request.POST.get("row", "")), row_id(request.POST.get("before", ""))
    if moved not in cards:
        raise Http404
    at = cards.index(moved)
    cards.remove(moved)
    if "direction" in request.POST:
        to = max(0, at + (1 if request.POST["direction"] == "down" else -1))
    else:
        to = cards.index(before) if before in cards else len(cards)
    cards.insert(to, moved)
    save_staff.place(actor=desk.actor, location_id=desk.location.pk, staff_ids=cards, now=desk.now)
    if is_htmx(request):
        return HttpResponse(status=204)
    return HttpResponseRedirect(reverse("desk:staff"), status=303)


def _words(form: CardForm) -> dict[str, str]:
    return {"name": form.cleaned_data["name"], "title": form.cleaned_data["title"]}

"""What this location lets go back by itself."""

from __future__ import annotations

from typing import Any, Final

from django import forms
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from quittance.businesses.models import Location
from quittance.core.actor import Right
from quittance.core.ids import new_key
from quittance.desk.access import Desk, desk_view
from quittance.desk.done import done_url, done_words
from quittance.desk.finance.sections import finance_context
from quittance.desk.seen import SeenForm, expected_of, seen_now, status_of, told
from quittance.flows.errors import ChangedByOtherError, RefusedError
from quittance.flows.set_refund_policy import set_refund_policy

_NEVER: Final = "0"
_HOURS: Final[dict[str, str | Promise]] = {
    "1": gettext_lazy("By itself after 1 hour"),
    "24": gettext_lazy("By itself after 24 hours"),
    "48": gettext_lazy("By itself after 48 hours"),
    "168": gettext_lazy("By itself after 7 days"),
    _NEVER: gettext_lazy("Never by itself: a person decides"),
}


class PolicyForm(forms.Form):
    """Hours that were set otherwise stay in the list."""

    doubled = forms.ChoiceField(
        label=gettext_lazy("A visit was paid twice online"),
        help_text=gettext_lazy("Until then, whoever may refund can refund it at once, keep it or hold it."),
        error_messages={"invalid_choice": gettext_lazy("Choose one from the list.")},
    )
    late = forms.BooleanField(
        label=gettext_lazy("Refund at once what arrives after its visit was cancelled"),
        help_text=gettext_lazy("Off: it waits under Money cases until a person decides."),
        required=False,
    )

    def __init__(self, *args: Any, location: Location, **options: Any) -> None:
        hours = location.doubled_refund_hours
        current = _NEVER if hours is None else str(hours)
        initial = {"doubled": current, "late": location.late_refund_by_itself}
        super().__init__(*args, **{"initial": initial, "auto_id": "policy-%s", **options})
        choices = dict(_HOURS)
        if current not in choices:
            choices[current] = _("By itself after %(n)s hours") % {"n": current}
        field = self.fields["doubled"]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101 - for the type; it is declared above
        field.choices = list(choices.items())

    def hours(self) -> int | None:
        return int(self.cleaned_data["doubled"]) or None


@require_http_methods(["GET", "POST"])
@desk_view(Right.EDIT_PAYMENT_SETTINGS)
def policy(request: HttpRequest, desk: Desk) -> HttpResponse:
    form = PolicyForm(request.POST if request.method == "POST" else None, location=desk.location)
    seen: SeenForm | None = None
    if request.method == "POST" and form.is_valid():
        try:
            set_refund_policy(
                actor=desk.actor,
                location_id=desk.location.pk,
                doubled_refund_hours=form.hours(),
                late_refund_by_itself=form.cleaned_data["late"],
                expected_version=expected_of(request),
                now=desk.now,
            )
            return HttpResponseRedirect(done_url("policy_saved", reverse("desk:refund_policy")))
        except ChangedByOtherError as error:
            seen = told(desk, error, yours=form, theirs=PolicyForm(location=desk.location))
        except RefusedError as error:
            form.add_error("doubled", str(error))
    seen = seen or seen_now(desk, f"refund_policy {desk.location.pk}")
    context = {
        **finance_context(request, desk, current="cases"),
        "form": form,
        "seen": seen,
        "notice": done_words(request),
        "request_id": new_key(),
    }
    return render(request, "desk/finance/refund_policy.html", context, status=status_of(form, seen))

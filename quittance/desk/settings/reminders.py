"""When clients of this location are reminded, and when they are left to sleep."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import time
from typing import Any, Final

from django import forms
from django.forms import BoundField
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as lazy
from django.views.decorators.http import require_http_methods

from quittance.core.actor import Right
from quittance.core.ids import new_key
from quittance.desk.access import Desk, desk_view
from quittance.desk.done import done_url, done_words
from quittance.desk.seen import SeenForm, expected_of, seen_now, status_of, told
from quittance.desk.settings.front import settings_context
from quittance.flows.errors import ChangedByOtherError, RefusedError
from quittance.flows.set_reminders import set_reminders
from quittance.reminders.queries import policy_of
from quittance.reminders.rules import (
    AFTER_SENDING,
    BEFORE_DEADLINE,
    BEFORE_VISIT,
    DAYS,
    HOURS,
    LONGEST,
    MOST_PAYMENT,
    MOST_VISIT,
    Policy,
    Rule,
)

_PAYMENT_WHEN: Final[list[tuple[str, str | Promise]]] = [
    (f"{HOURS} {AFTER_SENDING}", lazy("hours after sending")),
    (f"{DAYS} {AFTER_SENDING}", lazy("days after sending")),
    (f"{HOURS} {BEFORE_DEADLINE}", lazy("hours before its end")),
    (f"{DAYS} {BEFORE_DEADLINE}", lazy("days before its end")),
    (f"{HOURS} {BEFORE_VISIT}", lazy("hours before the visit")),
    (f"{DAYS} {BEFORE_VISIT}", lazy("days before the visit")),
]
_VISIT_WHEN: Final = _PAYMENT_WHEN[4:]
_NAMES: Final = (lazy("First reminder"), lazy("Second reminder"), lazy("Third reminder"))
_MOST_HOURS: Final = LONGEST[HOURS]


def _amount(label: Any) -> forms.IntegerField:
    return forms.IntegerField(
        label=label,
        min_value=1,
        max_value=_MOST_HOURS,
        required=False,
        widget=forms.NumberInput(
            attrs={"class": "input reminder-number", "inputmode": "numeric", "autocomplete": "off"}
        ),
        error_messages={
            "invalid": lazy("Type a whole number, or leave it empty."),
            "min_value": lazy("Type 1 or more, or leave it empty."),
            "max_value": lazy("This is too long before or after. Choose at most 240 hours, or 60 days."),
        },
    )


def _clock(label: Any) -> forms.TimeField:
    return forms.TimeField(
        label=label,
        widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
        error_messages={"invalid": lazy("Type a time, for example 21:00.")},
    )


class RemindersForm(forms.Form):
    """An empty number is no reminder. `payment_0`, `payment_0_when` and so on."""

    expiring = _amount(lazy("Hours before the link ends"))
    quiet_from = _clock(lazy("Quiet from"))
    quiet_to = _clock(lazy("Until"))

    def __init__(self, *args: Any, policy: Policy, **options: Any) -> None:
        super().__init__(*args, **{"initial": _initial(policy), "auto_id": "reminders-%s", **options})
        for name, label, choices in _boxes():
            self.fields[name] = _amount(label)
            self.fields[f"{name}_when"] = forms.ChoiceField(
                label=lazy("When"),
                choices=choices,
                required=False,
                initial=choices[0][0],
                widget=forms.Select(attrs={"class": "select"}),
                error_messages={"invalid_choice": lazy("Choose one from the list.")},
            )

    def rows(self, kind: str) -> list[tuple[BoundField, BoundField]]:
        return [(self[name], self[f"{name}_when"]) for name, _, _ in _boxes() if name.startswith(kind)]

    @property
    def payment_rows(self) -> list[tuple[BoundField, BoundField]]:
        return self.rows("payment")

    @property
    def visit_rows(self) -> list[tuple[BoundField, BoundField]]:
        return self.rows("visit")

    def policy(self) -> Policy:
        clean = self.cleaned_data
        return Policy(
            payment=self._rules("payment"),
            visit=self._rules("visit"),
            expiring_hours=clean["expiring"],
            quiet_starts_minute=_minute(clean["quiet_from"]),
            quiet_ends_minute=_minute(clean["quiet_to"]),
        )

    def _rules(self, kind: str) -> tuple[Rule, ...]:
        rules = []
        for name, _, choices in _boxes():
            amount = self.cleaned_data[name]
            if amount is not None and name.startswith(kind):
                unit, basis = (self.cleaned_data[f"{name}_when"] or choices[0][0]).split()
                rules.append(Rule(basis, amount, unit))
        return tuple(rules)


@require_http_methods(["GET", "POST"])
@desk_view(Right.EDIT_SETTINGS)
def reminders(request: HttpRequest, desk: Desk) -> HttpResponse:
    stored = policy_of(business_id=desk.business.pk, location_id=desk.location.pk)
    form = RemindersForm(request.POST if request.method == "POST" else None, policy=stored)
    seen: SeenForm | None = None
    if request.method == "POST" and form.is_valid():
        try:
            set_reminders(
                actor=desk.actor,
                location_id=desk.location.pk,
                policy=form.policy(),
                expected_version=expected_of(request),
                now=desk.now,
            )
            return HttpResponseRedirect(done_url("reminders_saved", reverse("desk:reminders")))
        except ChangedByOtherError as error:
            seen = told(desk, error, yours=form, theirs=RemindersForm(policy=stored))
        except RefusedError as error:
            form.add_error(None, str(error))
    seen = seen or seen_now(desk, f"reminders {desk.location.pk}")
    context = {
        **settings_context(request, desk),
        "form": form,
        "seen": seen,
        "notice": done_words(request),
        "request_id": new_key(),
    }
    return render(request, "desk/settings/reminders.html", context, status=status_of(form, seen))


def _boxes() -> Sequence[tuple[str, str | Promise, list[tuple[str, str | Promise]]]]:
    """Each reminder's box, its label, and what may be chosen beside it."""
    return [
        *((f"payment_{number}", _NAMES[number], _PAYMENT_WHEN) for number in range(MOST_PAYMENT)),
        *((f"visit_{number}", _NAMES[number], _VISIT_WHEN) for number in range(MOST_VISIT)),
    ]


def _initial(policy: Policy) -> dict[str, Any]:
    shown: dict[str, Any] = {
        "expiring": policy.expiring_hours,
        "quiet_from": _time(policy.quiet_starts_minute),
        "quiet_to": _time(policy.quiet_ends_minute),
    }
    for kind, rules in (("payment", policy.payment), ("visit", policy.visit)):
        for number, rule in enumerate(rules):
            shown |= {f"{kind}_{number}": rule.amount, f"{kind}_{number}_when": f"{rule.unit} {rule.basis}"}
    return shown


def _time(minute: int) -> time:
    return time(minute // 60, minute % 60)


def _minute(at: time) -> int:
    return at.hour * 60 + at.minute

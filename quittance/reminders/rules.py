"""What a location wants to be reminded of, and when: rules without a clock."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Final

from django.utils.translation import gettext as _

AFTER_SENDING: Final = "after_sending"
BEFORE_DEADLINE: Final = "before_deadline"
BEFORE_VISIT: Final = "before_visit"
PAYMENT_BASES: Final = (AFTER_SENDING, BEFORE_DEADLINE, BEFORE_VISIT)
HOURS: Final = "hours"
DAYS: Final = "days"
UNITS: Final = (HOURS, DAYS)

MOST_PAYMENT: Final = 3
MOST_VISIT: Final = 2
LONGEST: Final = {HOURS: 240, DAYS: 60}
QUIET_STARTS_MINUTE: Final = 21 * 60
QUIET_ENDS_MINUTE: Final = 8 * 60
_DAY_MINUTES: Final = 24 * 60


class RuleError(ValueError):
    """The text says what to choose instead."""


@dataclass(frozen=True, slots=True)
class Rule:
    """`amount` of `unit` after or before something: hours are elapsed time, days keep the hour on the wall."""

    basis: str
    amount: int
    unit: str

    def as_json(self) -> dict[str, Any]:
        return {"basis": self.basis, "amount": self.amount, "unit": self.unit}


@dataclass(frozen=True, slots=True)
class Policy:
    """All rules of a location. `expiring_hours` None: nobody is told that a link ends. Nothing by default."""

    payment: tuple[Rule, ...] = ()
    visit: tuple[Rule, ...] = ()
    expiring_hours: int | None = None
    quiet_starts_minute: int = QUIET_STARTS_MINUTE
    quiet_ends_minute: int = QUIET_ENDS_MINUTE

    @property
    def is_empty(self) -> bool:
        return not self.payment and not self.visit and self.expiring_hours is None


def read_rules(rows: Iterable[dict[str, Any]]) -> tuple[Rule, ...]:
    return tuple(Rule(str(row["basis"]), int(row["amount"]), str(row["unit"])) for row in rows)


def check_policy(policy: Policy) -> None:
    """RuleError with a sentence for rules that cannot be."""
    if len(policy.payment) > MOST_PAYMENT:
        raise RuleError(_("At most three reminders of a payment."))
    if len(policy.visit) > MOST_VISIT:
        raise RuleError(_("At most two reminders of a visit."))
    _check_rules(policy.payment, PAYMENT_BASES)
    _check_rules(policy.visit, (BEFORE_VISIT,))
    hours = policy.expiring_hours
    if hours is not None and not 1 <= hours <= LONGEST[HOURS]:
        raise RuleError(_("Choose between 1 and %(most)s hours.") % {"most": LONGEST[HOURS]})
    for minute in (policy.quiet_starts_minute, policy.quiet_ends_minute):
        if not 0 <= minute < _DAY_MINUTES:
            raise RuleError(_("Type the quiet hours as 21:00 and 08:00."))


def _check_rules(rules: Sequence[Rule], bases: Sequence[str]) -> None:
    for rule in rules:
        if rule.basis not in bases or rule.unit not in UNITS:
            raise RuleError(_("Choose one from the list."))
        if not 1 <= rule.amount <= LONGEST[rule.unit]:
            words = {"hours": LONGEST[HOURS], "days": LONGEST[DAYS]}
            raise RuleError(_("Choose between 1 and %(hours)s hours, or between 1 and %(days)s days.") % words)
    if len(set(rules)) < len(rules):
        raise RuleError(_("Two of these reminders would leave at the same time. Change one of them."))

"""When clients are reminded: the rules of a location, and every single reminder as a row that is due."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q

from quittance.businesses.models import Business, Location
from quittance.due.models import DueRow
from quittance.reminders.rules import QUIET_ENDS_MINUTE, QUIET_STARTS_MINUTE


class ReminderPolicy(models.Model):
    """The rules of one location (`rules.Policy`); without a row nobody is reminded."""

    business = models.ForeignKey(Business, on_delete=models.PROTECT, related_name="+")
    location = models.OneToOneField(Location, on_delete=models.PROTECT, related_name="reminder_policy")
    payment = models.JSONField(default=list)
    visit = models.JSONField(default=list)
    expiring_hours = models.PositiveSmallIntegerField(null=True, blank=True)
    quiet_starts_minute = models.PositiveSmallIntegerField(default=QUIET_STARTS_MINUTE)
    quiet_ends_minute = models.PositiveSmallIntegerField(default=QUIET_ENDS_MINUTE)


class StoppedLink(models.Model):
    """A link of which nobody is reminded any more, because somebody at the desk said so; None: started again."""

    business = models.ForeignKey(Business, on_delete=models.PROTECT, related_name="+")
    # Links stand beside reminders, so this is an id without a foreign key.
    link_id = models.BigIntegerField(unique=True)
    stopped_at = models.DateTimeField(null=True, blank=True)


class Reminder(DueRow):
    """One reminder of one thing: planned → said (its messages are queued) or dropped, with the reason.

    `key` is UNIQUE: a visit or link, the rule's number, and the instant that it counts from (`anchor_at`). A visit
    that is moved has another anchor, so its reminders are other rows; moved back, the first ones count again.
    """

    STATES: ClassVar = ("planned", "said", "dropped")

    business = models.ForeignKey(Business, on_delete=models.PROTECT, related_name="+")
    location = models.ForeignKey(Location, on_delete=models.PROTECT, related_name="+")
    type = models.CharField(max_length=32)
    number = models.PositiveSmallIntegerField()
    basis = models.CharField(max_length=16)
    visit_id = models.BigIntegerField()
    link_id = models.BigIntegerField(null=True, blank=True)
    anchor_at = models.DateTimeField()
    due_at = models.DateTimeField()
    # From here on it would come too late; None: it never does.
    until_at = models.DateTimeField(null=True, blank=True)
    key = models.CharField(max_length=100)
    state = models.CharField(max_length=8, default="planned")
    outcome = models.CharField(max_length=200, blank=True, default="")
    created_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["business", "key"], name="reminder_once"),
            models.CheckConstraint(condition=Q(state__in=("planned", "said", "dropped")), name="reminder_state"),
            # Whatever has ended is not due any more.
            models.CheckConstraint(
                condition=Q(state="planned") | Q(next_attempt_at__isnull=True), name="reminder_ended_rests"
            ),
        ]
        indexes = [
            models.Index(fields=["next_attempt_at"], name="reminder_due", condition=Q(next_attempt_at__isnull=False)),
            models.Index(fields=["business", "visit_id"], name="reminders_of_visit"),
        ]

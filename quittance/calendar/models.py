"""Visits and their appointments. A visit holds the key to its bill."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from quittance.bills.models import Bill
from quittance.businesses.models import Business, Location, StaffMember
from quittance.catalog.models import Service
from quittance.clients.models import Client


class Visit(models.Model):
    """All that one client does on one coming: what is paid for.

    `starts_at` and `ends_at` span its appointments (a cache, written with them). `version` grows with
    every change that a desk form must not overwrite.
    """

    business = models.ForeignKey(Business, on_delete=models.PROTECT, related_name="+")
    location = models.ForeignKey(Location, on_delete=models.PROTECT, related_name="+")
    client = models.ForeignKey(Client, on_delete=models.PROTECT, null=True, blank=True, related_name="visits")
    bill = models.OneToOneField(Bill, on_delete=models.PROTECT, related_name="visit")
    starts_at = models.DateTimeField(null=True, blank=True)
    ends_at = models.DateTimeField(null=True, blank=True)
    note = models.TextField(blank=True, default="")
    version = models.PositiveIntegerField(default=1)
    cancelled_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField()
    created_by_id = models.BigIntegerField(null=True, blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["business", "location", "starts_at"], name="visits_by_start"),
            models.Index(fields=["business", "client", "-starts_at"], name="visits_of_client"),
        ]


class Appointment(models.Model):
    """One slot of one staff member; the period is half-open, so neighbours may touch."""

    STATES: ClassVar = (
        "held",
        "booked",
        "waiting",
        "arrived",
        "done",
        "no_show",
        "cancelled",
        "released",
    )
    GONE: ClassVar = ("cancelled", "released")

    business = models.ForeignKey(Business, on_delete=models.PROTECT, related_name="+")
    location = models.ForeignKey(Location, on_delete=models.PROTECT, related_name="+")
    visit = models.ForeignKey(Visit, on_delete=models.PROTECT, related_name="appointments")
    staff = models.ForeignKey(StaffMember, on_delete=models.PROTECT, related_name="appointments")
    service = models.ForeignKey(Service, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    service_name = models.CharField(max_length=160, blank=True, default="")
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    state = models.CharField(max_length=12, default="booked")

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(ends_at__gt=F("starts_at")), name="appointment_has_length")]
        indexes = [
            models.Index(fields=["business", "location", "starts_at"], name="appointments_by_start"),
            models.Index(fields=["business", "staff", "starts_at"], name="appointments_of_staff"),
            models.Index(fields=["business", "visit"], name="appointments_of_visit"),
        ]


class WorkingHours(models.Model):
    """A staff member's weekly hours at wall-clock minutes of the location; Monday is 0."""

    business = models.ForeignKey(Business, on_delete=models.PROTECT, related_name="+")
    staff = models.ForeignKey(StaffMember, on_delete=models.PROTECT, related_name="working_hours")
    weekday = models.PositiveSmallIntegerField()
    starts_minute = models.PositiveSmallIntegerField()
    ends_minute = models.PositiveSmallIntegerField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(weekday__lte=6) & Q(starts_minute__lt=F("ends_minute")) & Q(ends_minute__lte=1440),
                name="hours_make_sense",
            )
        ]
        indexes = [models.Index(fields=["business", "staff", "weekday"], name="hours_of_staff")]


class OtherHours(models.Model):
    """One day on which a staff member works other hours than in the week's plan.

    The rows of a day stand in place of its weekday's hours; a single row without minutes is a day off.
    """

    business = models.ForeignKey(Business, on_delete=models.PROTECT, related_name="+")
    staff = models.ForeignKey(StaffMember, on_delete=models.PROTECT, related_name="other_hours")
    work_date = models.DateField()
    starts_minute = models.PositiveSmallIntegerField(null=True, blank=True)
    ends_minute = models.PositiveSmallIntegerField(null=True, blank=True)
    note = models.CharField(max_length=80, blank=True, default="")

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(starts_minute__isnull=True, ends_minute__isnull=True)
                | Q(starts_minute__lt=F("ends_minute"), ends_minute__lte=1440),
                name="other_hours_make_sense",
            ),
            models.UniqueConstraint(fields=["staff", "work_date", "starts_minute"], name="other_hours_once"),
            models.UniqueConstraint(
                fields=["staff", "work_date"], condition=Q(starts_minute__isnull=True), name="day_off_once"
            ),
        ]
        indexes = [models.Index(fields=["business", "staff", "work_date"], name="other_hours_of_staff")]

"""The cash drawer of a location: what is put in and taken out by hand, and each count of it.

What clients pay in cash stands in the journal of bills. A closing claims each of those entries once, by a row of
its own, and is never changed afterwards: what it did not claim belongs to the next one.
"""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from quittance.bills.models import JournalEntry
from quittance.businesses.models import Business, Location


class Drawer(models.Model):
    """One for each location, made when its cash is first moved by hand or counted. Whoever does either locks it.

    `start_entry_id`: what the journal held before the drawer was kept. `floor_entry_id`: up to there every entry
    was claimed long ago, so nobody looks there again.
    """

    business = models.ForeignKey(Business, on_delete=models.PROTECT, related_name="+")
    location = models.OneToOneField(Location, on_delete=models.PROTECT, related_name="drawer")
    currency = models.CharField(max_length=3)
    last_serial = models.PositiveIntegerField(default=0)
    start_entry_id = models.BigIntegerField(default=0)
    floor_entry_id = models.BigIntegerField(default=0)
    floor_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["business", "location"], name="drawer_of_place")]


class CashMove(models.Model):
    """Cash put in or taken out by hand; `serial` is the closing that it belongs to. Append-only.

    A mistake is taken back by the opposite move, once (`undoes`).
    """

    IN: ClassVar = ("change", "in")
    OUT: ClassVar = ("bank", "petty_cash", "out")

    business = models.ForeignKey(Business, on_delete=models.PROTECT, related_name="+")
    location = models.ForeignKey(Location, on_delete=models.PROTECT, related_name="+")
    serial = models.PositiveIntegerField()
    kind = models.CharField(max_length=16)
    # Above zero: into the drawer.
    change_minor = models.BigIntegerField()
    currency = models.CharField(max_length=3)
    reason = models.CharField(max_length=200, blank=True, default="")
    undoes = models.OneToOneField("self", on_delete=models.PROTECT, null=True, blank=True, related_name="undone_by")
    by_id = models.BigIntegerField(null=True)
    at = models.DateTimeField()

    class Meta:
        constraints = [models.CheckConstraint(condition=~Q(change_minor=0), name="cash_move_moves")]
        indexes = [models.Index(fields=["business", "location", "serial", "id"], name="cash_moves_of_day")]


class Closing(models.Model):
    """One count of the drawer against what should be in it. Append-only; a mistake is mended by the next one.

    `kept_minor` stays in the drawer and opens the next day; the rest was taken out. `pieces` says how many of each
    coin and note were counted, `loose_minor` what was typed as an amount beside them. `beside` is what else came in
    meanwhile, by kind, for comparison only.
    """

    business = models.ForeignKey(Business, on_delete=models.PROTECT, related_name="+")
    location = models.ForeignKey(Location, on_delete=models.PROTECT, related_name="+")
    serial = models.PositiveIntegerField()
    business_date = models.DateField()
    currency = models.CharField(max_length=3)
    opening_minor = models.BigIntegerField()
    taken_minor = models.BigIntegerField()
    handed_back_minor = models.BigIntegerField()
    put_in_minor = models.BigIntegerField()
    taken_out_minor = models.BigIntegerField()
    expected_minor = models.BigIntegerField()
    counted_minor = models.BigIntegerField()
    kept_minor = models.BigIntegerField()
    terminal_expected_minor = models.BigIntegerField()
    terminal_reported_minor = models.BigIntegerField(null=True)
    note = models.CharField(max_length=500, blank=True, default="")
    pieces = models.JSONField(default=dict)
    loose_minor = models.BigIntegerField(default=0)
    beside = models.JSONField(default=dict)
    closed_by_id = models.BigIntegerField(null=True)
    closed_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["location", "serial"], name="closing_once"),
            models.CheckConstraint(
                condition=Q(
                    expected_minor=F("opening_minor")
                    + F("taken_minor")
                    - F("handed_back_minor")
                    + F("put_in_minor")
                    - F("taken_out_minor")
                ),
                name="closing_expects_the_sum",
            ),
            models.CheckConstraint(
                condition=Q(opening_minor__gte=0, kept_minor__gte=0, counted_minor__gte=F("kept_minor")),
                name="closing_keeps_what_is_there",
            ),
            models.CheckConstraint(
                condition=Q(counted_minor=F("expected_minor"))
                & (Q(terminal_reported_minor__isnull=True) | Q(terminal_reported_minor=F("terminal_expected_minor")))
                | ~Q(note=""),
                name="closing_difference_has_a_note",
            ),
        ]
        indexes = [
            models.Index(fields=["business", "location", "-serial"], name="closings_of_place"),
            models.Index(
                fields=["business", "location", "-serial"],
                name="closings_that_differ",
                condition=~Q(counted_minor=F("expected_minor"))
                | Q(terminal_reported_minor__isnull=False) & ~Q(terminal_reported_minor=F("terminal_expected_minor")),
            ),
        ]


class ClosingPart(models.Model):
    """What one person took, gave back and moved by hand; and what they handed in, where it was counted. Append-only."""

    business = models.ForeignKey(Business, on_delete=models.PROTECT, related_name="+")
    closing = models.ForeignKey(Closing, on_delete=models.PROTECT, related_name="parts")
    # Zero: nobody of the staff.
    person_id = models.BigIntegerField()
    taken_minor = models.BigIntegerField()
    handed_back_minor = models.BigIntegerField()
    by_hand_minor = models.BigIntegerField()
    terminal_minor = models.BigIntegerField()
    counted_minor = models.BigIntegerField(null=True)
    note = models.CharField(max_length=200, blank=True, default="")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["closing", "person_id"], name="closing_part_once"),
            models.CheckConstraint(
                condition=Q(counted_minor__isnull=True)
                | Q(counted_minor=F("taken_minor") - F("handed_back_minor") + F("by_hand_minor"))
                | ~Q(note=""),
                name="closing_part_has_a_note",
            ),
        ]


class ClosedEntry(models.Model):
    """One entry of the journal, claimed by the closing that counted it. Append-only: an entry is claimed once."""

    business = models.ForeignKey(Business, on_delete=models.PROTECT, related_name="+")
    closing = models.ForeignKey(Closing, on_delete=models.PROTECT, related_name="entries")
    entry = models.OneToOneField(JournalEntry, on_delete=models.PROTECT, related_name="closed")
    account = models.CharField(max_length=16)
    person_id = models.BigIntegerField()
    # Above zero: it came in.
    change_minor = models.BigIntegerField()

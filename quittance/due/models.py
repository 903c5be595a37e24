"""What a row carries that must be worked on later; see docs/adr on rows that are due."""

from __future__ import annotations

from django.db import models


class DueRow(models.Model):
    """Due when `next_attempt_at` has passed and nobody holds the lease.

    `attempts` counts at the claim, so a row that kills workers comes to rest. `lease_token` fences the
    finish: a worker that lost its lease changes nothing.
    """

    next_attempt_at = models.DateTimeField(null=True, blank=True)
    attempts = models.PositiveIntegerField(default=0)
    lease_until = models.DateTimeField(null=True, blank=True)
    lease_token = models.CharField(max_length=32, blank=True, default="")

    class Meta:
        abstract = True


class WorkerHeartbeat(models.Model):
    """When a worker was last alive, by the database's clock; health reads it."""

    name = models.CharField(max_length=64, unique=True)
    seen_at = models.DateTimeField()
    started_at = models.DateTimeField()
    skew_seconds = models.FloatField(default=0)
    # How far the clock of a payment system or a message channel is ahead of ours, and whose it is.
    their_skew_seconds = models.FloatField(default=0, db_default=0)
    their_host = models.CharField(max_length=255, blank=True, default="", db_default="")


class Chore(DueRow):
    """Work over a whole table, done piece by piece now and then; `place` is the last row that was done."""

    name = models.CharField(max_length=32, unique=True)
    place = models.BigIntegerField(default=0)

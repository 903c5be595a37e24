"""How often something was tried, counted where every process sees it."""

from __future__ import annotations

from django.db import models


class TryCount(models.Model):
    """One window of time for one subject; `key_mac` tells subjects apart without naming them."""

    key_mac = models.CharField(max_length=64)
    window_at = models.DateTimeField()
    count = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["key_mac", "window_at"], name="try_counted_once")]
        indexes = [models.Index(fields=["window_at"], name="tries_by_window")]


class SharedNote(models.Model):
    """What sign-in remembers of tries, for some minutes (`cache.SharedCache`)."""

    key_mac = models.CharField(max_length=64, primary_key=True)
    value = models.TextField()
    expires_at = models.DateTimeField(db_index=True)


class RobotFetch(models.Model):
    """Somebody's program fetched the page behind a link: a preview, a scanner. No fact of the business.

    It is the one trace that a GET leaves, so it stands here: nothing reads it but the link's activity, it changes no
    status, and there is one row for each link and robot however often they come (`actions.note_fetch`).
    """

    business_id = models.BigIntegerField()
    link_id = models.BigIntegerField()
    robot = models.CharField(max_length=24)
    first_at = models.DateTimeField()
    last_at = models.DateTimeField()
    count = models.PositiveIntegerField(default=1)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["link_id", "robot"], name="fetch_once_by_robot")]

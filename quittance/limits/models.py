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

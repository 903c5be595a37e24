"""Who did what, when and from where; and the answers that desk forms were given."""

from __future__ import annotations

from django.db import models


class AuditEntry(models.Model):
    """Append-only. `detail` holds ids and amounts, never names or secrets."""

    business_id = models.BigIntegerField()
    location_id = models.BigIntegerField(null=True)
    actor_kind = models.CharField(max_length=16)
    actor_id = models.BigIntegerField(null=True)
    action = models.CharField(max_length=64)
    subject_kind = models.CharField(max_length=32)
    subject_id = models.BigIntegerField(null=True)
    detail = models.JSONField(default=dict)
    at = models.DateTimeField()
    ip = models.CharField(max_length=45, blank=True, default="")

    class Meta:
        indexes = [
            models.Index(fields=["business_id", "-id"], name="audit_recent"),
            models.Index(fields=["business_id", "subject_kind", "subject_id"], name="audit_subject"),
        ]


class DeskRequest(models.Model):
    """One pressing of one button: a repeat of the same request id shows the first result."""

    business_id = models.BigIntegerField()
    request_id = models.CharField(max_length=64)
    actor_id = models.BigIntegerField(null=True)
    action = models.CharField(max_length=64)
    result = models.JSONField(default=dict)
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["business_id", "request_id"], name="audit_request_once")]


class Revision(models.Model):
    """How often something that people edit by a form was saved, and by whom last: the expected version of its form.

    `subject` names it within the business (`location 5`, `company`). No row yet: version 0.
    """

    business_id = models.BigIntegerField()
    subject = models.CharField(max_length=64)
    version = models.PositiveIntegerField(default=0)
    by_id = models.BigIntegerField(null=True)
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["business_id", "subject"], name="audit_revision_once")]

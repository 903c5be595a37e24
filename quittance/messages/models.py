"""Texts to clients: the accounts they leave by, what may be sent, and every single one with its fate."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q

from quittance.businesses.models import Business
from quittance.clients.models import Client
from quittance.due.models import DueRow
from quittance.rows.fields import EncryptedField


class ChannelAccount(models.Model):
    """A business's account at a channel: `email` by SMTP, `sms` by Twilio."""

    business = models.ForeignKey(Business, on_delete=models.PROTECT, related_name="channel_accounts")
    channel = models.CharField(max_length=12)
    system = models.CharField(max_length=24)
    label = models.CharField(max_length=80, blank=True, default="")
    sender = models.CharField(max_length=254)
    credentials = EncryptedField()
    secret_last4 = models.CharField(max_length=4, blank=True, default="")
    address_token = models.CharField(max_length=32, unique=True)
    enabled = models.BooleanField(default=False)
    last_success_at = models.DateTimeField(null=True, blank=True)
    last_failure_at = models.DateTimeField(null=True, blank=True)
    last_failure = models.CharField(max_length=200, blank=True, default="")
    created_at = models.DateTimeField()
    retired_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["business", "channel"],
                condition=Q(retired_at__isnull=True),
                name="channel_one_in_use",
            )
        ]


class NotificationSetting(models.Model):
    """A notification type (`payment_link`, `payment_received`, …), on or off, by which channels."""

    business = models.ForeignKey(Business, on_delete=models.PROTECT, related_name="+")
    type = models.CharField(max_length=32)
    enabled = models.BooleanField(default=True)
    channels = models.JSONField(default=list)
    # Once by the client's next channel, when the first one certainly failed.
    falls_back = models.BooleanField(default=False, db_default=False)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["business", "type"], name="notification_once")]


class Suppression(models.Model):
    """An address that must not be written to by a channel, whichever client card it stands in.

    `opted_out` and `refused` stop everything, `complained` all but what the client is owed (`types.is_owed`),
    `unsubscribed` what may be unsubscribed from. `detail` says why it was refused. Of a client who was erased only a
    keyed hash is left (`addresses.unreadable`).
    """

    business = models.ForeignKey(Business, on_delete=models.PROTECT, related_name="+")
    channel = models.CharField(max_length=12)
    address = models.CharField(max_length=254)
    reason = models.CharField(max_length=24)
    detail = models.CharField(max_length=200, blank=True, default="", db_default="")
    since_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["business", "channel", "address", "reason"], name="suppression_once")
        ]


class MessageTemplate(models.Model):
    """A business's own words for one text in one channel and language; a blank `body` means ours.

    Rows stay when a text is reset, so that `version` only grows. `their_name` and what follows describe a template
    that WhatsApp has approved.
    """

    business = models.ForeignKey(Business, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=40)
    channel = models.CharField(max_length=12)
    language = models.CharField(max_length=12)
    subject = models.CharField(max_length=120, blank=True, default="")
    heading = models.CharField(max_length=80, blank=True, default="")
    body = models.TextField(blank=True, default="")
    button = models.CharField(max_length=40, blank=True, default="")
    note = models.CharField(max_length=300, blank=True, default="")
    their_name = models.CharField(max_length=120, blank=True, default="")
    their_language = models.CharField(max_length=12, blank=True, default="")
    has_link_button = models.BooleanField(default=False)
    version = models.PositiveIntegerField(default=1)
    changed_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["business", "kind", "channel", "language"], name="message_template_once")
        ]


class Message(DueRow):
    """One text to one client by one channel, for one purpose.

    queued → calling → sent → delivered; failed, dropped, unknown. `purpose_key` is UNIQUE, so one purpose is
    sent once. The text is rendered at the moment of sending, after its reason was checked again.
    `key` is our name for it (Message-ID of mails). `calling` is written before the call that cannot be
    repeated: a row found in it is unknown and is asked about, never sent again blindly.
    """

    STATES: ClassVar = (
        "queued",
        "calling",
        "sent",
        "delivered",
        "failed",
        "dropped",
        "unknown",
    )

    business = models.ForeignKey(Business, on_delete=models.PROTECT, related_name="+")
    client = models.ForeignKey(Client, on_delete=models.PROTECT, null=True, blank=True, related_name="messages")
    type = models.CharField(max_length=32)
    channel = models.CharField(max_length=12)
    account = models.ForeignKey(ChannelAccount, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    address = models.CharField(max_length=254)
    language = models.CharField(max_length=12, default="en")
    # What it is about; these stand beside or above messages, so they are ids without foreign keys.
    visit_id = models.BigIntegerField(null=True, blank=True)
    bill_id = models.BigIntegerField(null=True, blank=True)
    link_id = models.BigIntegerField(null=True, blank=True)
    payment_id = models.BigIntegerField(null=True, blank=True)
    receipt_id = models.BigIntegerField(null=True, blank=True)
    refund_id = models.BigIntegerField(null=True, blank=True)
    wallet_id = models.BigIntegerField(null=True, blank=True)
    # To somebody else's address, typed for this one time: the parent who pays.
    is_once = models.BooleanField(default=False, db_default=False)
    # The message in whose place this one was sent, after that one failed.
    instead_of_id = models.BigIntegerField(null=True, blank=True)
    # A visit's start as the client knows it, where the message tells that it was moved.
    moved_from_at = models.DateTimeField(null=True, blank=True)
    purpose_key = models.CharField(max_length=120)
    key = models.CharField(max_length=32, unique=True)
    state = models.CharField(max_length=12, default="queued")
    body = EncryptedField(default="")
    their_id = models.CharField(max_length=120, blank=True, default="")
    failure = models.CharField(max_length=200, blank=True, default="")
    failure_class = models.CharField(max_length=12, blank=True, default="")
    created_at = models.DateTimeField()
    created_by_id = models.BigIntegerField(null=True, blank=True)
    called_at = models.DateTimeField(null=True, blank=True)
    sent_at = models.DateTimeField(null=True, blank=True)
    delivered_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["business", "purpose_key"], name="message_purpose_once")]
        indexes = [
            models.Index(
                fields=["next_attempt_at"],
                name="message_due",
                condition=Q(next_attempt_at__isnull=False),
            ),
            models.Index(fields=["business", "link_id"], name="messages_of_link"),
            models.Index(
                fields=["business", "type", "channel", "-link_id"],
                name="messages_of_links_by_channel",
                condition=Q(link_id__isnull=False),
            ),
            models.Index(fields=["business", "visit_id"], name="messages_of_visit"),
            models.Index(fields=["account", "their_id"], name="message_by_their_id"),
            models.Index(fields=["business", "-id"], name="messages_newest_first"),
            models.Index(
                fields=["business", "instead_of_id"],
                name="messages_instead",
                condition=Q(instead_of_id__isnull=False),
            ),
        ]

"""The outbox: intents on their way to the ledger, written in the same transaction as the change they belong to."""

import uuid

from django.db import models


class OutboxRow(models.Model):
    """One intent or service call. `id` is the intent's own id, so the same intent is never queued twice."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    name = models.CharField(max_length=40)
    account = models.CharField(max_length=40, blank=True)
    person = models.CharField(max_length=40, blank=True)
    intent_text = models.TextField()
    signature = models.CharField(max_length=100, blank=True)
    fingerprint = models.CharField(max_length=64, blank=True)
    organisation = models.CharField(max_length=20)
    subject = models.CharField(max_length=200, blank=True)
    tenant = models.CharField(max_length=63, blank=True)
    state = models.CharField(max_length=12, default="waiting")
    envelope = models.BinaryField(null=True)
    tx_id = models.CharField(max_length=64, blank=True)
    block_number = models.BigIntegerField(null=True)
    refusal = models.CharField(max_length=60, blank=True)
    refusal_facts = models.TextField(blank=True)
    attempts = models.PositiveIntegerField(default=0)
    created_at = models.DateTimeField()
    next_at = models.DateTimeField(null=True)
    sent_at = models.DateTimeField(null=True)
    committed_at = models.DateTimeField(null=True)
    read_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["created_at"], name="outbox_open", condition=models.Q(state__in=["waiting", "sent"])),
            models.Index(fields=["tx_id"], name="outbox_by_tx"),
            models.Index(fields=["account", "-created_at"], name="outbox_by_account"),
        ]

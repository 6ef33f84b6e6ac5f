"""Tables of the shared schema that belong to no domain: live frames, stored answers, audit log, outbox."""

import uuid

from django.db import models

from kit.outbox import OutboxRow

__all__ = ["AuditEntry", "LiveFrame", "LiveTopic", "OutboxRow", "StoredAnswer"]


class LiveTopic(models.Model):
    """The counter of one topic: `seq` rises by exactly one a frame within an `epoch`."""

    topic = models.CharField(max_length=200, primary_key=True)
    epoch = models.UUIDField(default=uuid.uuid4)
    seq = models.BigIntegerField(default=0)


class LiveFrame(models.Model):
    """One published frame; the ring keeps the last 1,000 of a topic. The table is UNLOGGED: a crash of the
    database empties it, which readers see as a gap and answer with a snapshot."""

    topic = models.CharField(max_length=200)
    epoch = models.UUIDField()
    seq = models.BigIntegerField()
    data = models.JSONField()
    created_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["topic", "epoch", "seq"], name="live_frame_once")]


class StoredAnswer(models.Model):
    """The answer given to a write under its Idempotency-Key; the same key gives the same answer again."""

    owner = models.CharField(max_length=64)
    key = models.CharField(max_length=200)
    route = models.CharField(max_length=300)
    request_digest = models.CharField(max_length=64)
    status = models.PositiveSmallIntegerField(null=True)
    body = models.TextField(default="")
    created_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["owner", "key"], name="stored_answer_once")]


class AuditEntry(models.Model):
    """One line of the hash-chained log: `digest` covers the line and the digest of the line before."""

    number = models.BigIntegerField(primary_key=True)
    at = models.DateTimeField()
    person = models.CharField(max_length=40, blank=True)
    account = models.CharField(max_length=40, blank=True)
    act = models.CharField(max_length=60)
    subject = models.CharField(max_length=200, blank=True)
    facts = models.TextField()
    previous = models.CharField(max_length=64)
    digest = models.CharField(max_length=64)

    class Meta:
        indexes = [models.Index(fields=["account", "-number"], name="audit_by_account")]

"""Requests for new keys by people who can sign no more. In the shared schema, as all of `tenants.models`."""

import uuid

from django.db import models

from tenants.models import Person


class KeyRecovery(models.Model):
    """A person's request to have new keys bound and the lost ones ended; `action` once it was proposed."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="recoveries")
    account = models.CharField(max_length=40)
    # The act's arguments, canonical: what helpers sign, made of what she asked for.
    act_args = models.TextField()
    reason = models.CharField(max_length=300)
    action = models.CharField(max_length=40, blank=True)
    created_at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True)

    class Meta:
        app_label = "tenants"
        indexes = [models.Index(fields=["account", "-created_at"], name="recovery_by_account")]
        constraints = [
            models.UniqueConstraint(
                fields=["person"],
                condition=models.Q(withdrawn_at__isnull=True),
                name="one_standing_recovery",
            )
        ]

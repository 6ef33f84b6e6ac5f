"""Factor sets that succeed others: proposals with their simulation, and what the ledger has published."""

import uuid

from django.db import models


class PublishedFactorSet(models.Model):
    """`factors~` on the ledger: a set by the digest of its text, in force for periods from `since` on.

    first, number: the line's first set and the place in it.
    """

    factor_set = models.CharField(max_length=40, primary_key=True)
    first = models.CharField(max_length=40)
    number = models.PositiveSmallIntegerField()
    digest = models.CharField(max_length=64)
    succeeds = models.CharField(max_length=40)
    since = models.CharField(max_length=7)
    simulation_digest = models.CharField(max_length=64)
    tx_id = models.CharField(max_length=64)
    block_number = models.BigIntegerField()
    at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["first", "number"], name="factor_set_by_line")]


class FactorProposal(models.Model):
    """A drafted set: `text` is what is published by its digest; `simulation` what both persons read of it.

    asked_at: of the simulation that runs or ran last; done: schemas of the enterprises that it has counted.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    factor_set = models.CharField(max_length=40)
    succeeds = models.CharField(max_length=40)
    since = models.CharField(max_length=7)
    text = models.TextField()
    digest = models.CharField(max_length=64)
    person = models.CharField(max_length=40)
    created_at = models.DateTimeField()
    withdrawn_by = models.CharField(max_length=40, blank=True)
    withdrawn_at = models.DateTimeField(null=True)
    asked_at = models.DateTimeField(null=True)
    done = models.JSONField(default=list)
    simulated_at = models.DateTimeField(null=True)
    simulation = models.TextField(blank=True)
    simulation_digest = models.CharField(max_length=64, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["digest"], condition=models.Q(withdrawn_at=None), name="one_proposal_per_text"
            )
        ]
        indexes = [models.Index(fields=["-created_at"], name="factor_proposal_newest")]


class FactorEffect(models.Model):
    """What a proposed set does to one period: by how many grams, and which factor of how many.

    kind: `open`, `year` (open, its months count already) or `frozen`, which stays as it is. effect_g is empty
    where the period has no total before or after. Of the period's own total nothing is kept.
    """

    proposal = models.ForeignKey(FactorProposal, on_delete=models.CASCADE, related_name="effects")
    tenant = models.CharField(max_length=63)
    account = models.CharField(max_length=40)
    plant = models.CharField(max_length=40)
    period = models.CharField(max_length=7)
    kind = models.CharField(max_length=8)
    state = models.CharField(max_length=16)
    effect_g = models.BigIntegerField(null=True)
    by_factor = models.JSONField(default=list)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["proposal", "tenant", "plant", "period"], name="one_factor_effect_per_period"
            )
        ]

"""What the radar and the witnesses keep in a tenant's schema: scans of evidence, their signs, plants'
witnesses."""

from django.db import models

from accounting.models import Evidence, ReportingPeriod


class EvidenceScan(models.Model):
    """How far a file is on its way through the radar. readable: whether a reader could open it.

    The traits that were read lie in the vault, encrypted as the file itself.
    """

    evidence = models.OneToOneField(Evidence, on_delete=models.CASCADE, related_name="scan")
    attempts = models.PositiveSmallIntegerField(default=0)
    lease_until = models.DateTimeField(null=True)
    scanned_at = models.DateTimeField(null=True)
    readable = models.BooleanField(default=True)
    traits_sha256 = models.CharField(max_length=64, blank=True)


class EvidenceSign(models.Model):
    """One sign of a forgery. facts fill the words; twin: the other file, of the same enterprise only."""

    evidence = models.ForeignKey(Evidence, on_delete=models.CASCADE, related_name="signs")
    sign = models.CharField(max_length=30)
    facts = models.JSONField(default=dict)
    twin = models.ForeignKey(Evidence, on_delete=models.CASCADE, null=True, related_name="twin_signs")
    found_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["evidence", "sign", "twin"], name="one_sign_per_twin", nulls_distinct=False
            )
        ]


class PlantWitness(models.Model):
    """A law of nature of a plant: two sums that must agree. left, right: terms as `domain.witnesses`
    reads them."""

    plant = models.CharField(max_length=40)
    slug = models.CharField(max_length=40)
    kind = models.CharField(max_length=20)
    left = models.JSONField(default=list)
    right = models.JSONField(default=list)
    person = models.CharField(max_length=40)
    changed_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["plant", "slug"], name="one_witness_per_slug")]
        ordering = ["slug"]


class WitnessResidual(models.Model):
    """What a law said of a plant's month; `row` as pages show it. It stays as it was at submission."""

    period = models.ForeignKey(ReportingPeriod, on_delete=models.CASCADE, related_name="residuals")
    slug = models.CharField(max_length=40)
    alarms = models.BooleanField(default=False)
    row = models.JSONField()
    kept_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["period", "slug"], name="one_residual_per_law")]
        ordering = ["slug"]

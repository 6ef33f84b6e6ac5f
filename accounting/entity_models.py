"""What an enterprise says of itself and its equipment for reports, and rows of supplementary tables."""

from django.db import models

from accounting.models import ReportingPeriod


class EntityFact(models.Model):
    """One fact of a report's first chapter (`domain.entity`). plant: empty for the enterprise as a whole."""

    plant = models.CharField(max_length=40, blank=True)
    name = models.CharField(max_length=40)
    text = models.CharField(max_length=300)
    person = models.CharField(max_length=40)
    changed_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["plant", "name"], name="one_fact_per_name")]


class EquipmentFact(models.Model):
    """One fact of a plant's equipment. of: a kind of owner; owner: its slug, empty for the plant."""

    plant = models.CharField(max_length=40)
    of = models.CharField(max_length=10)
    owner = models.CharField(max_length=40, blank=True)
    name = models.CharField(max_length=40)
    text = models.CharField(max_length=300)
    person = models.CharField(max_length=40)
    changed_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["plant", "of", "owner", "name"], name="one_equipment_fact")
        ]


class SupplementaryValue(models.Model):
    """A row of a year's supplementary data table (`domain.supplementary`) as a person entered it."""

    period = models.ForeignKey(ReportingPeriod, on_delete=models.PROTECT, related_name="supplementary")
    row = models.CharField(max_length=40)
    text = models.CharField(max_length=80)
    person = models.CharField(max_length=40)
    entered_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["period", "row"], name="one_value_per_row")]

"""A tenant's plants, meters and gateways. What storing readings needs of them is mirrored in `ingest.hot`."""

from decimal import Decimal

from django.db import models
from lexicon.terms import Medium
from lexicon.units import Unit

from ingest.units import quantity_step, quantity_unit


class Plant(models.Model):
    """A place with meters; its id stands in topics and on the ledger."""

    id = models.CharField(max_length=40, primary_key=True)
    name_zh = models.CharField(max_length=80)
    name_en = models.CharField(max_length=80)
    sector = models.CharField(max_length=40, blank=True)
    region = models.CharField(max_length=40, blank=True)
    created_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.name_zh


class Gateway(models.Model):
    """A device that publishes for meters, with a key of its own and a sign-in at the broker."""

    id = models.CharField(max_length=40, primary_key=True)
    name = models.CharField(max_length=80)
    algorithm = models.CharField(max_length=8, blank=True)
    fingerprint = models.CharField(max_length=64, blank=True)
    spki = models.BinaryField(max_length=200, default=bytes)
    created_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return self.name


class Meter(models.Model):
    """A register that counts something of a plant.

    least_count: the smallest step of the register, in `unit`. digits: whole least counts it can show.
    interval_s: how often a reading is expected. stream: the source stream it feeds, `kind:item`, or empty.
    main: the meter that measures the whole of which this one is a part. installation: how often the register
    was replaced; installed_at: when the present one was, None for the first (valid_from). exchanged: of each
    earlier one the day it was taken away, `on`, and the end of its calibration, `calibrated_until` or empty.
    index: the meter's number in the hot tables. chain: how far its registration on the ledger is.
    """

    class Chain(models.TextChoices):
        UNREGISTERED = "unregistered"
        PENDING = "pending"
        REGISTERED = "registered"

    plant = models.ForeignKey(Plant, on_delete=models.PROTECT, related_name="meters")
    slug = models.CharField(max_length=40)
    name_zh = models.CharField(max_length=80)
    name_en = models.CharField(max_length=80)
    medium = models.CharField(max_length=20, choices=Medium.choices())
    unit = models.CharField(max_length=20, choices=[(unit.value, unit.zh) for unit in Unit])
    least_count = models.DecimalField(max_digits=16, decimal_places=8)
    digits = models.PositiveSmallIntegerField()
    interval_s = models.PositiveIntegerField(default=900)
    stream = models.CharField(max_length=40, blank=True)
    gateway = models.ForeignKey(Gateway, on_delete=models.PROTECT, related_name="meters")
    valid_from = models.DateTimeField()
    main = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="below")
    installed_at = models.DateTimeField(null=True)
    exchanged = models.JSONField(default=list)
    installation = models.PositiveIntegerField(default=0)
    calibration = models.CharField(max_length=80, blank=True)
    calibrated_until = models.DateField(null=True)
    index = models.BigIntegerField(unique=True)
    chain = models.CharField(max_length=12, choices=Chain.choices, default=Chain.UNREGISTERED)
    registered_tx = models.CharField(max_length=64, blank=True)
    created_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["plant", "slug"], name="one_meter_per_slug")]

    def __str__(self) -> str:
        return self.name_zh

    @property
    def quantity_unit(self) -> str:
        """The unit of its hours, days and months: what a rate makes in an hour, else its own."""
        return quantity_unit(self.unit)

    @property
    def quantity_step(self) -> Decimal:
        """What one count of them is, in `quantity_unit`."""
        return quantity_step(self.unit, self.least_count)

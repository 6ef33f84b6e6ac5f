"""Hot tables: meters by topic, sequences, signed batches, quarantine, hours, days, months, anchors.

`tenant` is the schema name of the enterprise. The readings themselves (`hot_point`) have no model: only the
embedded time series touches them, in SQL. Instants in `_ns` and hours count from 1970 UTC.

A key to a meter has no index of its own where the primary key or another index begins with the meter: each
costs every row that is written.
"""

from django.db import models
from lexicon.terms import AlarmKind

from ingest.hot.fields import SequenceField


class MeterIndex(models.Model):
    """The shared mirror of a tenant's Meter: from a topic to all that storing a reading needs."""

    tenant = models.CharField(max_length=63)
    account = models.CharField(max_length=40)
    plant = models.CharField(max_length=40)
    meter = models.CharField(max_length=40)
    gateway = models.CharField(max_length=40)
    unit = models.CharField(max_length=20)
    least_count = models.DecimalField(max_digits=16, decimal_places=8)
    digits = models.PositiveSmallIntegerField()
    interval_s = models.PositiveIntegerField()
    valid_from = models.DateTimeField()
    changed_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["tenant", "plant", "meter"], name="one_index_row_per_meter")
        ]


class GatewayKey(models.Model):
    """A gateway's public key, from its registration to its revocation."""

    tenant = models.CharField(max_length=63)
    gateway = models.CharField(max_length=40)
    fingerprint = models.CharField(max_length=64)
    algorithm = models.CharField(max_length=8)
    spki = models.BinaryField(max_length=200)
    valid_from = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["tenant", "gateway", "fingerprint"], name="one_row_per_gateway_key"
            )
        ]


class BrokerLogin(models.Model):
    """A gateway's sign-in at the broker: user name, and its password as the broker keeps it, hashed."""

    username = models.CharField(max_length=90, primary_key=True)
    password_hash = models.CharField(max_length=200)
    revoked_at = models.DateTimeField(null=True)
    changed_at = models.DateTimeField()


class BrokerCertificate(models.Model):
    """A certificate with which a gateway signs in; its key was shown once, the gateway alone keeps it."""

    serial = models.CharField(max_length=50, primary_key=True)
    username = models.CharField(max_length=90)
    issued_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True)


class Sequence(models.Model):
    """Which sequence numbers of one boot of a meter were decided on (stored, quarantined or refused).

    floor: numbers up to it that are not in `seen` are told by the days alone (`ingest.services.knowing`).
    """

    pk = models.CompositePrimaryKey("meter_id", "boot")
    meter = models.ForeignKey(MeterIndex, on_delete=models.PROTECT, db_index=False, related_name="+")
    boot = models.IntegerField()
    seen = SequenceField()
    floor = models.BigIntegerField(default=-1, db_default=-1)
    last_ns = models.BigIntegerField(default=0)


class DaySequence(models.Model):
    """All of them for one day in Asia/Shanghai, by what became of them: the equation of the day.

    part: which numbers a row holds (`ingest.sequences.part_of`).
    """

    pk = models.CompositePrimaryKey("meter_id", "day", "boot", "part")
    meter = models.ForeignKey(MeterIndex, on_delete=models.PROTECT, db_index=False, related_name="+")
    day = models.DateField()
    boot = models.IntegerField()
    part = models.BigIntegerField()
    stored = SequenceField()
    quarantined = SequenceField()
    refused = SequenceField()

    class Meta:
        indexes = [models.Index(fields=["meter", "boot", "part"], name="hot_daysequence_by_number")]


class AssignedSequence(models.Model):
    """The number given to a reading that came without one; its digest makes a redelivery the same reading."""

    pk = models.CompositePrimaryKey("meter_id", "digest")
    meter = models.ForeignKey(MeterIndex, on_delete=models.PROTECT, db_index=False, related_name="+")
    digest = models.CharField(max_length=64)
    seq = models.BigIntegerField()


class Anchor(models.Model):
    """The Merkle root over a plant's signed batches of one day; n = 0 closes it, later ones add to it."""

    tenant = models.CharField(max_length=63)
    account = models.CharField(max_length=40)
    plant = models.CharField(max_length=40)
    day = models.DateField()
    n = models.PositiveIntegerField()
    root = models.CharField(max_length=64)
    leaf_count = models.PositiveIntegerField()
    previous_root = models.CharField(max_length=64, blank=True)
    intent = models.UUIDField(null=True)
    tx_id = models.CharField(max_length=64, blank=True)
    made_at = models.DateTimeField()
    anchored_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["tenant", "plant", "day", "n"], name="one_anchor_per_plant_day_n")
        ]


class SignedBatch(models.Model):
    """Where a signed body lies in the segments, what it covers, and under which anchor it is committed."""

    meter = models.ForeignKey(MeterIndex, on_delete=models.PROTECT, db_index=False, related_name="+")
    boot = models.IntegerField()
    seq0 = models.BigIntegerField()
    seq1 = models.BigIntegerField()
    digest = models.CharField(max_length=64)
    previous = models.CharField(max_length=64)
    fingerprint = models.CharField(max_length=64)
    day = models.DateField()
    segment = models.CharField(max_length=200)
    position = models.BigIntegerField()
    length = models.PositiveIntegerField()
    received_at = models.DateTimeField()
    anchor = models.ForeignKey(Anchor, on_delete=models.PROTECT, null=True, related_name="batches")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["meter", "digest"], name="one_row_per_signed_body")]
        indexes = [
            models.Index(fields=["meter", "boot", "seq1"], name="batch_by_sequence"),
            models.Index(fields=["day"], name="batch_unanchored", condition=models.Q(anchor=None)),
        ]


class Quarantine(models.Model):
    """A message or reading that was not stored, as it came, with the reason; nothing is thrown away."""

    class State(models.TextChoices):
        HELD = "held"
        REFUSED = "refused"
        EVIDENCE = "evidence"
        RELEASED = "released"

    digest = models.CharField(max_length=64, unique=True)
    tenant = models.CharField(max_length=63, blank=True)
    plant = models.CharField(max_length=40, blank=True)
    meter_name = models.CharField(max_length=40, blank=True)
    meter = models.ForeignKey(MeterIndex, on_delete=models.PROTECT, null=True, related_name="+")
    topic = models.CharField(max_length=200)
    payload = models.BinaryField()
    reason = models.CharField(max_length=30)
    facts = models.JSONField(default=dict)
    state = models.CharField(max_length=10, choices=State.choices)
    boot = models.IntegerField(null=True)
    seq = models.BigIntegerField(null=True)
    ts_ms = models.BigIntegerField(null=True)
    received_at = models.DateTimeField()
    decided_by = models.CharField(max_length=40, blank=True)
    decided_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["tenant", "plant", "-received_at"], name="quarantine_by_plant"),
            models.Index(fields=["received_at", "tenant"], name="quarantine_by_time"),
        ]


class Repeat(models.Model):
    """How many readings of a meter came again on a day (of arrival, in Asia/Shanghai); each counts once."""

    pk = models.CompositePrimaryKey("meter_id", "day")
    meter = models.ForeignKey(MeterIndex, on_delete=models.PROTECT, db_index=False, related_name="+")
    day = models.DateField()
    count = models.BigIntegerField()
    last_at = models.DateTimeField()


class Declaration(models.Model):
    """A reset or replacement of a register that a person declared; counts are in least counts."""

    meter = models.ForeignKey(
        MeterIndex, on_delete=models.PROTECT, db_index=False, related_name="declarations"
    )
    t_ns = models.BigIntegerField()
    change = models.CharField(max_length=10)
    old_end = models.BigIntegerField(null=True)
    new_start = models.BigIntegerField()
    person = models.CharField(max_length=40)
    note = models.CharField(max_length=200, blank=True)
    declared_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["meter", "t_ns"], name="one_declaration_per_instant")]


class DirtyHour(models.Model):
    """An hour whose readings changed since it was computed; `mark` rises with each change."""

    pk = models.CompositePrimaryKey("meter_id", "hour")
    meter = models.ForeignKey(MeterIndex, on_delete=models.PROTECT, db_index=False, related_name="+")
    hour = models.IntegerField()
    mark = models.IntegerField(default=1)


class Consumption(models.Model):
    """What an hour, day and month have in common: least counts, and how much of them was measured."""

    meter = models.ForeignKey(MeterIndex, on_delete=models.PROTECT, db_index=False, related_name="+")
    count = models.BigIntegerField()
    n = models.IntegerField()
    slots = models.IntegerField()
    signed = models.IntegerField()
    version = models.IntegerField(default=1)
    computed_at = models.DateTimeField()

    class Meta:
        abstract = True


class Hour(Consumption):
    """One hour of a meter, kept for ever."""

    pk = models.CompositePrimaryKey("meter_id", "hour")
    hour = models.IntegerField()
    day = models.DateField()
    estimated = models.BooleanField()
    ambiguous = models.BooleanField()

    class Meta:
        indexes = [models.Index(fields=["meter", "day"], name="hour_by_day")]


class Day(Consumption):
    """The sum of a day's hours; days are cut in Asia/Shanghai."""

    pk = models.CompositePrimaryKey("meter_id", "day")
    day = models.DateField()
    hours = models.IntegerField()
    estimated = models.IntegerField()
    ambiguous = models.IntegerField()


class Month(Consumption):
    """The sum of a month's days; `month` as 2026-06."""

    pk = models.CompositePrimaryKey("meter_id", "month")
    month = models.CharField(max_length=7)
    hours = models.IntegerField()
    estimated = models.IntegerField()
    ambiguous = models.IntegerField()


class Pulse(models.Model):
    """Readings of an enterprise stored in the last ten and sixty seconds, as the worker told."""

    tenant = models.CharField(max_length=63, primary_key=True)
    readings_short = models.PositiveIntegerField()
    readings_window = models.PositiveIntegerField()
    told_at = models.DateTimeField()


class Closing(models.Model):
    """A plant's month that was submitted and not taken back: from now on its changes are adjustments."""

    pk = models.CompositePrimaryKey("tenant", "plant", "month")
    tenant = models.CharField(max_length=63)
    plant = models.CharField(max_length=40)
    month = models.CharField(max_length=7)
    closed_at = models.DateTimeField()


class Adjustment(models.Model):
    """A change of a closed month by late readings or a declaration; never altered, never removed.

    before, after: the meter's month in counts of its hours; version: of the month as it became.
    """

    meter = models.ForeignKey(MeterIndex, on_delete=models.PROTECT, db_index=False, related_name="+")
    month = models.CharField(max_length=7)
    closed_at = models.DateTimeField()
    before = models.BigIntegerField()
    after = models.BigIntegerField()
    version = models.IntegerField()
    found_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["meter", "month"], name="adjustment_by_month")]


class Gap(models.Model):
    """A time without good readings of a meter, from the last before it to the first after it.

    found_from_ns, found_to_ns: as it was when it was found; a refill makes it smaller and then closes it.
    owner: the person who sees to it, or empty. how: `refilled`, or `accepted` by a person with a reason.
    """

    meter = models.ForeignKey(MeterIndex, on_delete=models.PROTECT, db_index=False, related_name="+")
    from_ns = models.BigIntegerField()
    to_ns = models.BigIntegerField()
    found_from_ns = models.BigIntegerField()
    found_to_ns = models.BigIntegerField()
    found_at = models.DateTimeField()
    owner = models.CharField(max_length=40, blank=True)
    due_on = models.DateField()
    closed_at = models.DateTimeField(null=True)
    how = models.CharField(max_length=10, blank=True)
    person = models.CharField(max_length=40, blank=True)
    note = models.CharField(max_length=200, blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["meter", "to_ns"], name="gap_by_meter"),
            models.Index(fields=["meter"], name="gap_open", condition=models.Q(closed_at=None)),
        ]


class Alarm(models.Model):
    """Something wrong with a meter, a gateway or a plant's network, from when it was seen to when it ended.

    key: what it is about; one alarm of a key is open at a time. person, note: who saw to it, and how.
    """

    tenant = models.CharField(max_length=63)
    plant = models.CharField(max_length=40)
    gateway = models.CharField(max_length=40, blank=True)
    meter = models.ForeignKey(MeterIndex, on_delete=models.PROTECT, null=True, related_name="+")
    kind = models.CharField(max_length=10, choices=AlarmKind.choices())
    key = models.CharField(max_length=120)
    since = models.DateTimeField()
    raised_at = models.DateTimeField()
    facts = models.JSONField(default=dict)
    person = models.CharField(max_length=40, blank=True)
    note = models.CharField(max_length=200, blank=True)
    handled_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["tenant", "key"], condition=models.Q(ended_at=None), name="one_open_alarm_per_key"
            )
        ]
        indexes = [models.Index(fields=["tenant", "plant", "-raised_at"], name="alarm_by_plant")]


class BrokerSighting(models.Model):
    """When the broker last let a gateway in, and, under names of nobody, when it last turned anybody away or
    had no room for more of ingest's messages."""

    # The broker does not say whose password it refused, nor with whom a TLS handshake failed.
    NOBODY = "-"
    HANDSHAKE = "-tls"
    DROPPED = "-dropped"

    username = models.CharField(max_length=90, primary_key=True)
    connected_at = models.DateTimeField(null=True)
    refused_at = models.DateTimeField(null=True)

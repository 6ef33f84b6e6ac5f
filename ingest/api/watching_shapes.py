"""Shapes of what is watched: gaps, alarms, adjustments, the plant's day."""

from typing import Any

from kit.signed import StrictSerializer
from rest_framework import serializers

from ingest.selectors.reception import Reception

Out = serializers.Serializer[Any]


class Taking(Out):
    """`reception`: whether the platform takes readings, or which part is away; `since`: then, if known."""

    reception = serializers.ChoiceField([(one.value, one.value) for one in Reception])
    since = serializers.DateTimeField(allow_null=True)


class Named(Out):
    """A meter by its names."""

    id = serializers.CharField()
    slug = serializers.CharField()
    name_zh = serializers.CharField()
    name_en = serializers.CharField()


class Gap(Out):
    """`found_from`, `found_to`: as it was found; `expected`: how many readings are missing in the rest."""

    id = serializers.IntegerField()
    plant = serializers.CharField()
    meter = Named()
    to = serializers.CharField()
    found_from = serializers.CharField()
    found_to = serializers.CharField()
    found_at = serializers.DateTimeField()
    expected = serializers.IntegerField()
    owner = serializers.CharField()
    owner_name = serializers.CharField()
    due_on = serializers.DateField()
    closed_at = serializers.DateTimeField(allow_null=True)
    how = serializers.CharField()
    person_name = serializers.CharField()
    note = serializers.CharField()

    def get_fields(self) -> dict[str, Any]:
        """`from` is a word of the language, so it cannot be declared as the others are."""
        return {**super().get_fields(), "from": serializers.CharField()}


class Assignment(StrictSerializer):
    """Who sees to the gap until then: a colleague who may, or the asker."""

    due_on = serializers.DateField()
    owner = serializers.CharField(max_length=40, required=False)


class Colleague(Out):
    person = serializers.CharField()
    name = serializers.CharField()


class Reason(StrictSerializer):
    note = serializers.CharField(max_length=200, allow_blank=True)


class Alarm(Out):
    """`facts`: meters, seconds, hours or times, by kind. `ended_at`: null while it is so."""

    id = serializers.IntegerField()
    plant = serializers.CharField()
    gateway = serializers.CharField()
    meter = Named(allow_null=True)
    kind = serializers.CharField()
    since = serializers.DateTimeField()
    raised_at = serializers.DateTimeField()
    ended_at = serializers.DateTimeField(allow_null=True)
    facts = serializers.DictField(child=serializers.CharField())
    handled_at = serializers.DateTimeField(allow_null=True)
    person_name = serializers.CharField()
    note = serializers.CharField()


class Adjustment(Out):
    """A change of a month after it was submitted, in the unit of the meter's months."""

    id = serializers.IntegerField()
    plant = serializers.CharField()
    meter = Named()
    month = serializers.CharField()
    unit = serializers.CharField()
    before = serializers.CharField()
    after = serializers.CharField()
    change = serializers.CharField()
    version = serializers.IntegerField()
    closed_at = serializers.DateTimeField()
    found_at = serializers.DateTimeField()


class DayHour(Out):
    quantity = serializers.CharField()
    complete = serializers.IntegerField()
    expected = serializers.IntegerField()
    estimated = serializers.BooleanField()
    ambiguous = serializers.BooleanField()
    version = serializers.IntegerField()


class DayMeter(Named):
    unit = serializers.CharField()
    main = serializers.CharField(allow_null=True)
    hours = serializers.ListField(child=DayHour(allow_null=True))


class Balance(Out):
    """A main meter against the sum of those below it; `within`: inside two per cent."""

    meter = serializers.CharField()
    below = serializers.ListField(child=serializers.CharField())
    unit = serializers.CharField()
    main = serializers.CharField()
    sum = serializers.CharField()
    difference = serializers.CharField()
    percent = serializers.CharField(allow_null=True)
    within = serializers.BooleanField()


class PlantDay(Out):
    """24 hours of each meter; null where nothing is known. `waiting`: hours that are still to be computed."""

    plant = serializers.CharField()
    day = serializers.DateField()
    begins = serializers.DateTimeField()
    waiting = serializers.IntegerField()
    meters = DayMeter(many=True)
    balances = Balance(many=True)


class Storage(Out):
    """bytes_per_reading: of the whole platform; the other figures are the plant's. days_left: until the disk
    is full; null: unknown, or more than ten years. kept_days: then raw readings go to files; null: never."""

    store = serializers.ChoiceField(["embedded", "influx", "elsewhere", "unknown"])
    measured_at = serializers.DateTimeField(allow_null=True)
    bytes_per_reading = serializers.CharField(allow_null=True)
    readings = serializers.IntegerField()
    readings_day = serializers.IntegerField()
    bytes_day = serializers.IntegerField(allow_null=True)
    body_bytes = serializers.IntegerField()
    days_left = serializers.IntegerField(allow_null=True)
    kept_days = serializers.IntegerField(allow_null=True)

"""Shapes of the routes of ingest: what comes in is checked here, what goes out is listed here."""

from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar

from kit import clock
from kit.signed import StrictSerializer
from lexicon.refusals import Refusal, refuse
from lexicon.terms import Medium
from lexicon.units import Unit
from rest_framework import serializers
from rest_framework.request import Request

from ingest.selectors.reception import Reception

S = TypeVar("S", bound=serializers.Serializer[Any])
Out = serializers.Serializer[Any]
ID = r"\A[a-z0-9][a-z0-9_-]{1,39}\Z"
# The longest stretch that a page asks for at once.
STRETCH_MAX = timedelta(days=400)


def read(shape: type[S], request: Request) -> dict[str, Any]:
    """The checked input of a request. Raises the framework's ValidationError, which the handler words."""
    given = shape(data=request.data)
    given.is_valid(raise_exception=True)
    data: dict[str, Any] = given.validated_data
    return data


def stretch(request: Request, *, default: timedelta) -> tuple[datetime, datetime]:
    """`?from=&to=` as instants; without them, the time up to now. Raises Refused field_invalid."""
    end = instant(request, "to") or clock.now()
    begin = instant(request, "from") or end - default
    if not timedelta(0) < end - begin <= STRETCH_MAX:
        refuse(Refusal.FIELD_INVALID, field="from", reason=f"0 < to - from <= {STRETCH_MAX.days} d")
    return begin, end


def instant(request: Request, name: str) -> datetime | None:
    """An instant of the query, None where it is not there. Raises Refused field_invalid."""
    text = request.query_params.get(name, "")
    if not text:
        return None
    try:
        instant = datetime.fromisoformat(text)
    except ValueError:
        refuse(Refusal.FIELD_INVALID, field=name, reason="2026-06-01T00:00:00Z")
    if instant.tzinfo is None or not 2000 <= instant.year <= 2199:
        refuse(Refusal.FIELD_INVALID, field=name, reason="2026-06-01T00:00:00Z")
    return instant.astimezone(UTC)


class Plant(Out):
    id = serializers.CharField()
    name_zh = serializers.CharField()
    name_en = serializers.CharField()
    sector = serializers.CharField()
    region = serializers.CharField()
    created_at = serializers.DateTimeField()


class NewPlant(StrictSerializer):
    id = serializers.RegexField(ID)
    name_zh = serializers.CharField(max_length=80)
    name_en = serializers.CharField(max_length=80)
    sector = serializers.CharField(max_length=40, allow_blank=True, default="")
    region = serializers.CharField(max_length=40, allow_blank=True, default="")


class Meter(Out):
    id = serializers.CharField(source="pk")
    plant = serializers.CharField(source="plant_id")
    slug = serializers.CharField()
    name_zh = serializers.CharField()
    name_en = serializers.CharField()
    medium = serializers.CharField()
    unit = serializers.CharField()
    quantity_unit = serializers.CharField()
    least_count = serializers.SerializerMethodField()
    digits = serializers.IntegerField()
    interval_s = serializers.IntegerField()
    stream = serializers.CharField()
    gateway = serializers.CharField(source="gateway_id")
    main = serializers.SerializerMethodField()
    valid_from = serializers.DateTimeField()
    installed_at = serializers.DateTimeField(allow_null=True)
    installation = serializers.IntegerField()
    calibration = serializers.CharField()
    calibrated_until = serializers.DateField(allow_null=True)
    chain = serializers.CharField()
    registered_tx = serializers.CharField()

    def get_least_count(self, row: Any) -> str:
        return f"{row.least_count.normalize():f}"

    def get_main(self, row: Any) -> str | None:
        return str(row.main_id) if row.main_id else None


class NewMeter(StrictSerializer):
    plant = serializers.RegexField(ID)
    slug = serializers.RegexField(ID)
    name_zh = serializers.CharField(max_length=80)
    name_en = serializers.CharField(max_length=80)
    medium = serializers.ChoiceField(Medium.choices())
    unit = serializers.ChoiceField([(unit.value, unit.zh) for unit in Unit])
    least_count = serializers.DecimalField(max_digits=16, decimal_places=8)
    digits = serializers.IntegerField(min_value=1, max_value=18)
    interval_s = serializers.IntegerField(min_value=1, max_value=86_400, default=900)
    stream = serializers.CharField(max_length=40, allow_blank=True, default="")
    gateway = serializers.RegexField(ID)
    valid_from = serializers.DateTimeField()
    calibration = serializers.CharField(max_length=80, allow_blank=True, default="")
    calibrated_until = serializers.DateField(allow_null=True, default=None)


class Gateway(Out):
    id = serializers.CharField()
    name = serializers.CharField()
    algorithm = serializers.CharField()
    fingerprint = serializers.CharField()
    created_at = serializers.DateTimeField()
    revoked_at = serializers.DateTimeField(allow_null=True)


class NewGateway(StrictSerializer):
    """`spki`: hex of the DER public key that the device made; without it its readings are unsigned."""

    id = serializers.RegexField(ID)
    name = serializers.CharField(max_length=80)
    algorithm = serializers.ChoiceField(["ed25519", "p256"], required=False)
    spki = serializers.RegexField(r"\A([0-9a-f]{2}){1,200}\Z", required=False)


class Broker(Out):
    """Where devices publish."""

    host = serializers.CharField()
    port = serializers.IntegerField()
    tls = serializers.BooleanField()


class Lines(Out):
    """Ready to copy: a line for a shell, parts of telegraf.conf and agent.toml, a flow for Node-RED."""

    mosquitto_pub = serializers.CharField()
    telegraf = serializers.CharField()
    node_red = serializers.CharField()
    agent = serializers.CharField()


class Credentials(Out):
    """Shown once: only a hash of the password is kept. lines: of the gateway's first meter, or a stand-in."""

    broker = Broker()

    gateway = Gateway()
    username = serializers.CharField()
    password = serializers.CharField()
    topic = serializers.CharField()
    receipts = serializers.CharField()
    lines = Lines()


class Declared(StrictSerializer):
    """`old_end`: the old register's last value, null if nobody read it; `new_start`: the new one's first."""

    change = serializers.ChoiceField(["reset", "replaced"])
    at = serializers.DateTimeField()
    old_end = serializers.CharField(max_length=40, allow_null=True, default=None)
    new_start = serializers.CharField(max_length=40)
    note = serializers.CharField(max_length=200)


class Replacement(StrictSerializer):
    """`old_end`, `new_start`: what the two registers showed; `seal`: the number of the new one's seal."""

    at = serializers.DateTimeField()
    old_end = serializers.CharField(max_length=40)
    new_start = serializers.CharField(max_length=40)
    seal = serializers.CharField(max_length=40, allow_blank=True, default="")
    note = serializers.CharField(max_length=150)
    gateway = serializers.RegexField(ID, required=False)


class Place(StrictSerializer):
    """`main`: number of the meter above it, null for none."""

    gateway = serializers.RegexField(ID, required=False)
    main = serializers.IntegerField(allow_null=True, required=False, min_value=1, max_value=2**62)


class Consumed(Out):
    at = serializers.DateTimeField()
    quantity = serializers.CharField()
    estimated = serializers.BooleanField()
    ambiguous = serializers.BooleanField()


class Consumption(Out):
    """`by`: hour, day or month; a stretch of more than 1,000 of them is told by the next coarser kind."""

    by = serializers.CharField()
    unit = serializers.CharField()
    points = Consumed(many=True)


class Signing(Out):
    name = serializers.CharField()
    args = serializers.DictField()


class Point(Out):
    at = serializers.CharField()
    value = serializers.CharField()
    quality = serializers.CharField()
    signed = serializers.BooleanField()


class Series(Out):
    step_s = serializers.IntegerField()
    unit = serializers.CharField()
    points = Point(many=True)


class Hour(Out):
    hour = serializers.CharField()
    quantity = serializers.CharField()
    unit = serializers.CharField()
    readings = serializers.IntegerField()
    signed = serializers.IntegerField()
    expected = serializers.IntegerField()
    complete = serializers.IntegerField()
    estimated = serializers.BooleanField()
    ambiguous = serializers.BooleanField()
    version = serializers.IntegerField()


class Hours(Out):
    results = Hour(many=True)
    next = serializers.CharField(allow_null=True)


class Equation(Out):
    """issued = stored + quarantined + refused + missing; null where a device gives no
    sequence, or one that does not count by one."""

    issued = serializers.IntegerField(allow_null=True)
    stored = serializers.IntegerField()
    quarantined = serializers.IntegerField()
    refused = serializers.IntegerField()
    missing = serializers.IntegerField(allow_null=True)
    gaps = serializers.ListField(child=serializers.ListField(child=serializers.IntegerField()))


class MeterToday(Equation):
    id = serializers.CharField()
    slug = serializers.CharField()
    unit = serializers.CharField()
    quantity_unit = serializers.CharField()
    quantity = serializers.CharField()
    last = Point(allow_null=True)
    age_s = serializers.IntegerField(allow_null=True)
    silent = serializers.BooleanField()
    repeated = serializers.IntegerField()
    repeated_much = serializers.BooleanField()


class Today(Equation):
    """`reception`: whether the platform takes readings now, or which part of it is away. `repeated`: readings
    that came again on that day and count once; `repeated_much`: more than a gateway's resending explains."""

    plant = serializers.CharField()
    day = serializers.DateField()
    chain_breaks = serializers.IntegerField()
    repeated = serializers.IntegerField()
    reception = serializers.ChoiceField([(one.value, one.value) for one in Reception])
    meters = MeterToday(many=True)


class Quarantined(Out):
    """`more`: how many like this one came in its minute without a row of their own; 0 where it is one.

    `releasable_from`: from when a person may release it, null where nobody ever may, or somebody did.
    """

    id = serializers.IntegerField()
    plant = serializers.CharField()
    meter = serializers.CharField()
    topic = serializers.CharField()
    reason = serializers.CharField()
    state = serializers.CharField()
    what = serializers.DictField()
    meaning = serializers.DictField()
    action = serializers.DictField()
    case = serializers.CharField()
    payload = serializers.CharField()
    more = serializers.IntegerField()
    seq = serializers.IntegerField(allow_null=True)
    received_at = serializers.DateTimeField()
    releasable_from = serializers.DateTimeField(allow_null=True)
    decided_by = serializers.CharField(allow_blank=True)
    decided_at = serializers.DateTimeField(allow_null=True)


class OfPlant(StrictSerializer):
    """What concerns a plant as a whole."""

    plant = serializers.CharField(max_length=40)


class Releases(Out):
    """`left`: how many more may be released now. `refused`: some of the `not_released`, with the reason."""

    released = serializers.IntegerField()
    left = serializers.IntegerField()
    not_released = serializers.IntegerField()
    refused = serializers.ListField(child=serializers.DictField())


class Arrival(Out):
    """`instead`: what the meter's gateway sent since the meter was entered and was not stored.

    `state`: arrived, held, revoked, connected (signed in, silent), refused (a password was turned away),
    handshake (a certificate was), or waiting. `grade`: what such a reading is worth. `calibrated`: whether a
    calibration certificate of the meter holds today; without one no reading is worth more than C.
    """

    broker = Broker()
    state = serializers.CharField()
    topic = serializers.CharField()
    lines = Lines()
    connected_at = serializers.DateTimeField(allow_null=True)
    refused_at = serializers.DateTimeField(allow_null=True)
    last = Point(allow_null=True)
    grade = serializers.CharField(allow_null=True)
    calibrated = serializers.BooleanField()
    instead = Quarantined(many=True)

"""What a device said, read exactly: `decode(topic, payload)`. Pure; knows no meter, clock or database.

A message that cannot be read as a whole raises Undecodable; in a batch that can be read, a single bad reading
is a Flawed value among the good ones, because it must not take its neighbours with it.
"""

import re
from dataclasses import dataclass, field
from decimal import Decimal
from functools import lru_cache
from typing import Any

import msgspec
from lexicon.refusals import Refusal
from lexicon.terms import ReadingQuality
from lexicon.topics import BadTopic, Kind, MeterPath, parse
from lexicon.units import DECIMAL_TEXT, DECIMAL_TEXT_LENGTH_MAX
from proof.batches import BatchError, SignedBody, split

# 256 KiB hold a batch of 3,000 readings; a larger message is no meter's.
PAYLOAD_BYTES_MAX = 256 * 1024
PAYLOAD_LIMIT = "256 KiB"
READINGS_PER_BATCH_MAX = 3_000
# A sequence is stored as a 64-bit integer; a boot as 31 bits.
SEQUENCE_MAX = 2**62
BOOT_MAX = 2**31 - 1
# The year 2200: later instants do not fit the nanoseconds of a point.
TS_MS_MAX = 7_258_118_400_000

_JSON_NUMBER = re.compile(r"-?(0|[1-9][0-9]*)(\.[0-9]+)?[eE][+-]?[0-9]{1,2}\Z")
_NOT_FINITE = frozenset({"nan", "-nan", "inf", "-inf", "+inf", "infinity", "-infinity", "+infinity"})


class Undecodable(ValueError):
    """The message as a whole cannot be used; `reason` is the named one, `facts` say what was seen."""

    def __init__(self, reason: Refusal, /, **facts: str) -> None:
        super().__init__(reason.value)
        self.reason = reason
        self.facts = facts


@dataclass(frozen=True, slots=True)
class Reading:
    """One reading as sent: instant in ms UTC, exact value in the unit it names, a sequence if it has one."""

    ts_ms: int
    value: Decimal
    unit: str
    quality: ReadingQuality
    seq: int | None

    @property
    def sent(self) -> str:
        """The content as text; two readings of one sequence are equal when these are."""
        return f"{self.ts_ms} {self.value} {self.unit} {self.quality}"


@dataclass(frozen=True, slots=True)
class Flawed:
    """One reading that cannot be used, with what could be read of it."""

    reason: Refusal
    seq: int | None
    ts_ms: int | None
    sent: str
    facts: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Single:
    """One unsigned reading from an `r` topic."""

    path: MeterPath
    item: Reading | Flawed


@dataclass(frozen=True, slots=True)
class Batch:
    """A signed batch from a `b` topic, not yet checked: readings of consecutive sequences from seq0."""

    path: MeterPath
    signed: SignedBody
    key: str
    boot: int
    seq0: int
    previous: str
    items: tuple[Reading | Flawed, ...]

    @property
    def seq1(self) -> int:
        return self.seq0 + len(self.items) - 1


class WireReading(msgspec.Struct):
    """One reading as JSON; the value stays the text it is. tenant: nobody need say it, the topic does."""

    ts: int
    value: msgspec.Raw
    unit: str
    q: str = "good"
    seq: int | None = None
    tenant: str = ""


class _WireBatch(msgspec.Struct):
    v: int
    meter: str
    key: str
    boot: int
    seq0: int
    prev: str
    readings: list[WireReading]


single_decoder = msgspec.json.Decoder(WireReading)
_batch = msgspec.json.Decoder(_WireBatch)


def decode(topic: str, payload: bytes) -> Single | Batch:
    """The reading or batch in a message. Raises Undecodable with the first reason that applies."""
    path, kind = _path(topic)
    if len(payload) > PAYLOAD_BYTES_MAX:
        raise Undecodable(Refusal.MESSAGE_TOO_LARGE, limit=PAYLOAD_LIMIT)
    if kind is Kind.READING:
        wire: WireReading = _decoded(single_decoder, payload)
        if wire.tenant not in ("", path.tenant):
            raise Undecodable(Refusal.READING_TENANT_MISMATCH, body=wire.tenant[:63])
        return Single(path=path, item=_item(wire, seq=None))
    if kind is Kind.BATCH:
        return _batch_of(path, payload)
    # Events of a meter (reset, replaced) change what counts, so a person declares them.
    raise Undecodable(Refusal.METER_EVENT_UNDECLARED)


def _path(topic: str) -> tuple[MeterPath, Kind]:
    try:
        return _parsed(topic)
    except BadTopic as error:
        raise Undecodable(Refusal.TOPIC_INVALID, topic=topic[:200], reason=error.reason) from error


# A plant has few topics and sends each for ever; parsing one costs more than reading a payload.
_parsed = lru_cache(maxsize=20_000)(parse)


def _batch_of(path: MeterPath, payload: bytes) -> Batch:
    try:
        signed = split(payload)
    except BatchError as error:
        raise Undecodable(Refusal.READING_MALFORMED, field=str(error)) from error
    wire: _WireBatch = _decoded(_batch, signed.body)
    if wire.v != 1 or not wire.readings or len(wire.readings) > READINGS_PER_BATCH_MAX:
        raise Undecodable(Refusal.READING_MALFORMED, field=f"v {wire.v}, readings {len(wire.readings)}")
    if not (0 < wire.boot <= BOOT_MAX and 0 < wire.seq0 <= SEQUENCE_MAX):
        raise Undecodable(Refusal.READING_MALFORMED, field=f"boot {wire.boot}, seq0 {wire.seq0}")
    if "\0" in wire.prev or "\0" in wire.key:
        raise Undecodable(Refusal.READING_MALFORMED, field="NUL in prev or key")
    if wire.meter != path.prefix:
        raise Undecodable(Refusal.BATCH_METER_MISMATCH, body=wire.meter[:200])
    items = tuple(_item(reading, seq=wire.seq0 + n) for n, reading in enumerate(wire.readings))
    return Batch(
        path=path,
        signed=signed,
        key=wire.key[:64],
        boot=wire.boot,
        seq0=wire.seq0,
        previous=wire.prev[:64],
        items=items,
    )


def _decoded(decoder: msgspec.json.Decoder[Any], text: bytes) -> Any:
    try:
        return decoder.decode(text)
    except msgspec.ValidationError as error:
        raise Undecodable(Refusal.READING_MALFORMED, field=str(error)[:200]) from error
    except RecursionError as error:
        raise Undecodable(Refusal.READING_MALFORMED, field="too deep") from error
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise Undecodable(_torn(text), detail=str(error)[:200]) from error


def _torn(text: bytes) -> Refusal:
    """NaN and Infinity are no JSON at all, but people look for them under their own name."""
    bare = re.search(rb'"value"\s*:\s*[-+]?(nan|inf)', text, re.IGNORECASE)
    return Refusal.VALUE_NOT_FINITE if bare else Refusal.READING_TORN


def _item(wire: WireReading, *, seq: int | None) -> Reading | Flawed:
    number = wire.seq if seq is None else seq
    if number is not None and not 0 <= number <= SEQUENCE_MAX:
        return _flawed(wire, Refusal.READING_MALFORMED, None, field=f"seq {number}")
    if wire.q not in QUALITIES:
        return _flawed(wire, Refusal.READING_MALFORMED, number, field=f"q {wire.q[:40]}")
    if not 0 <= wire.ts <= TS_MS_MAX:
        return _flawed(wire, Refusal.READING_MALFORMED, number, field=f"ts {wire.ts}")
    value = _number(bytes(wire.value))
    if isinstance(value, Refusal):
        return _flawed(wire, value, number, value=_text(wire.value))
    return Reading(ts_ms=wire.ts, value=value, unit=wire.unit, quality=QUALITIES[wire.q], seq=number)


def _flawed(wire: WireReading, reason: Refusal, seq: int | None, **facts: str) -> Flawed:
    sent = f"{wire.ts} {_text(wire.value)} {wire.unit[:40]} {wire.q[:40]}"
    return Flawed(reason, seq=seq, ts_ms=wire.ts, sent=sent, facts=facts)


def _text(raw: msgspec.Raw) -> str:
    return bytes(raw)[:60].decode(errors="replace").replace("\0", "")


QUALITIES = {quality.value: quality for quality in ReadingQuality}


def _number(raw: bytes) -> Decimal | Refusal:
    """The value from its JSON text: a string of plain decimal text, or a number as it is written."""
    text = raw.decode(errors="replace")
    is_string = text.startswith('"')
    if is_string:
        text = text[1:-1]
    if text.lower() in _NOT_FINITE:
        return Refusal.VALUE_NOT_FINITE
    if len(text) > DECIMAL_TEXT_LENGTH_MAX:
        return Refusal.VALUE_NOT_NUMBER
    if DECIMAL_TEXT.match(text) or (not is_string and _JSON_NUMBER.match(text)):
        return Decimal(text)
    return Refusal.VALUE_NOT_NUMBER

"""The short way of most readings: new, in order, without fault, judged in one pass. Pure.

A message is plain when each of its readings has a sequence above all that its meter's boot ever had and a
time above all that its meter ever had: then it can be no repeat, no fork and meet no other point, and nothing
needs to be looked up. Whatever is not plain, and all that follows of its meter in the same flush, is left to
the long way (`ingest.decision`), which gives the same for a plain message, too; a test compares the two.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

import msgspec
from lexicon.terms import ReadingQuality
from lexicon.units import Unit
from proof.batches import BatchError, GatewayKey, SignedBody, split

from ingest.blocks import HOUR_MS, Block, fits, signed_codes
from ingest.calendar import HOUR_NS, day_of_hour
from ingest.decision import BOOT_UNSIGNED, Fresh, NewBatch, Taken
from ingest.intake import AGE_MS_MAX, AHEAD_MS_MAX, Point
from ingest.message import Arrived
from ingest.reading import (
    BOOT_MAX,
    PAYLOAD_BYTES_MAX,
    QUALITIES,
    READINGS_PER_BATCH_MAX,
    SEQUENCE_MAX,
    TS_MS_MAX,
    WireReading,
    single_decoder,
)
from ingest.routes import Route
from ingest.sequences import SequenceSet
from ingest.signatures import is_signed

# A single reading of honest length; longer ones go the long way.
SINGLE_BYTES_MAX = 400


class _TextReading(msgspec.Struct, gc=False):
    """A reading of a batch as the agent writes it: the value as text.

    A known name costs less than a new text, and one that is not known goes the long way.
    """

    ts: int
    value: str
    unit: Unit
    q: ReadingQuality = ReadingQuality.GOOD


class _TextBatch(msgspec.Struct):
    v: int
    meter: str
    key: str
    boot: int
    seq0: int
    prev: str
    readings: list[_TextReading]


_decode_single = single_decoder.decode
# What a named tuple does by a call in Python; a flush makes 20,000 of them.
_tuple = tuple.__new__
_batch_decoder = msgspec.json.Decoder(_TextBatch)


@dataclass(slots=True)
class Run:
    """Sequences of one (meter, boot) in this flush: whole hours done, and the one that grows."""

    last: int
    first: int = 0
    hour: int = -1
    done: list[tuple[int, int, int]] | None = None

    def add(self, seq: int, hour: int) -> None:
        if seq == self.last + 1 and hour == self.hour:
            self.last = seq
            return
        if self.hour >= 0:
            # Most runs have nothing to put away, so the list is made when there is.
            self.done = self.done or []
            self.done.append((self.hour, self.first, self.last))
        self.first = self.last = seq
        self.hour = hour


@dataclass(slots=True)
class _Meter(Run):
    """One meter in this flush, itself the run of its unsigned readings that have a number.

    newest_ns: its newest point, also of earlier flushes. point, readings: the newest of this flush, how many.
    """

    newest_ns: int = 0
    tainted: bool = False
    point: Point | None = None
    readings: int = 0


@dataclass(slots=True)
class Plain:
    """One flush. key_of(route, fingerprint, ms): a key. The rest: what is known of the meters.

    seen: sequences of each (meter, boot); tops: the highest of each meter's unsigned readings.
    """

    seen: Mapping[tuple[int, int], SequenceSet]
    tops: Mapping[int, int]
    last_ns: Mapping[int, int]
    tails: Mapping[tuple[int, int], tuple[int, str]]
    key_of: Callable[[Route, str, int], GatewayKey | None]
    now_ms: int
    points: list[Point] = field(default_factory=list)
    blocks: list[Block] = field(default_factory=list)
    batches: list[NewBatch] = field(default_factory=list)
    runs: dict[tuple[int, int], Run] = field(default_factory=dict)
    _meters: dict[int, _Meter] = field(default_factory=dict)
    _ends: dict[tuple[int, int], tuple[int, str]] = field(default_factory=dict)
    _oldest_ms: int = field(init=False)
    _newest_ms: int = field(init=False)

    def __post_init__(self) -> None:
        self._oldest_ms = max(0, self.now_ms - AGE_MS_MAX)
        self._newest_ms = min(self.now_ms + AHEAD_MS_MAX, TS_MS_MAX)

    def sort(self, messages: Sequence[Arrived], routes: Sequence[Route | None]) -> list[Arrived]:
        """Takes what is plain and gives the rest, in the order it came."""
        rest: list[Arrived] = []
        meters, single, batch = self._meters, self._single, self._batch
        for message, route in zip(messages, routes, strict=True):
            if route is None:
                rest.append(message)
                continue
            meter = meters.get(route.meter) or self._met(route.meter)
            if meter.tainted or not (batch if route.is_batch else single)(message, route, meter):
                meter.tainted = True
                rest.append(message)
        return rest

    def _met(self, key: int) -> _Meter:
        """A meter's first message of this flush."""
        made = self._meters[key] = _Meter(self.tops.get(key, -1))
        made.newest_ns = self.last_ns.get(key, 0)
        return made

    def _single(self, message: Arrived, route: Route, meter: _Meter) -> bool:
        payload = message[1]
        if len(payload) > SINGLE_BYTES_MAX:
            return False
        try:
            wire: WireReading = _decode_single(payload)
            text = bytes(wire.value).decode("ascii")
        except (msgspec.DecodeError, UnicodeDecodeError):
            return False
        seq, ts = wire.seq, wire.ts
        if seq is None or wire.tenant or not meter.last < seq <= SEQUENCE_MAX:
            return False
        if wire.unit != route.unit or wire.q not in QUALITIES or ts < route.valid_from_ms:
            return False
        count, t_ns = route.count(text.strip('"')), ts * 1_000_000 + seq % 1_000_000
        if count < 0 or t_ns <= meter.newest_ns or not self._oldest_ms <= ts <= self._newest_ms:
            return False
        point = _tuple(Point, (route.meter, t_ns, count, BOOT_UNSIGNED, seq, QUALITIES[wire.q], False))
        self.points.append(point)
        meter.newest_ns, meter.point = t_ns, point
        meter.readings += 1
        meter.add(seq, t_ns // HOUR_NS)
        return True

    def _top(self, meter: int, boot: int) -> int:
        known = self.seen.get((meter, boot))
        return known.last if known else -1

    def _batch(self, message: Arrived, route: Route, meter: _Meter) -> bool:
        if len(message.payload) > PAYLOAD_BYTES_MAX:
            return False
        try:
            signed = split(message.payload)
            body = _batch_decoder.decode(signed.body)
        except (BatchError, msgspec.DecodeError, UnicodeDecodeError, RecursionError):
            return False
        if not self._follows(body, route) or not self._is_signed(message, route, body.key, signed):
            return False
        block = self._block(body, route)
        if block is None or block.first_ns <= meter.newest_ns:
            return False
        meter.newest_ns, meter.point = block.last_ns, block.last()
        meter.readings += len(block.ts_ms)
        self._keep(block)
        digest = signed.digest
        self.batches.append(
            NewBatch(
                meter=route.facts,
                boot=body.boot,
                seq0=body.seq0,
                seq1=block.seq1,
                digest=digest,
                previous=body.prev,
                key=body.key,
                payload=message.payload.rstrip(b"\n"),
                day=day_of_hour(block.ts_ms[0] // HOUR_MS),
            )
        )
        self._ends[route.meter, body.boot] = (block.seq1, digest)
        return True

    def _follows(self, body: _TextBatch, route: Route) -> bool:
        """Whether this batch is the next of its chain, or its first, or begins after a gap."""
        name = route.meter, body.boot
        if body.v != 1 or body.meter != route.prefix or not 0 < len(body.readings) <= READINGS_PER_BATCH_MAX:
            return False
        if not (0 < body.boot <= BOOT_MAX and 0 < body.seq0 <= SEQUENCE_MAX):
            return False
        if len(body.key) > 64 or len(body.prev) > 64 or "\0" in body.prev:
            return False
        run = self.runs.get(name)
        top = run.last if run else self._top(*name)
        if body.seq0 <= top:
            return False
        end = self._ends.get(name) or self.tails.get(name)
        return body.seq0 > top + 1 or top < 0 or end == (body.seq0 - 1, body.prev)

    def _is_signed(self, message: Arrived, route: Route, fingerprint: str, signed: SignedBody) -> bool:
        key = self.key_of(route, fingerprint, message.received_ms)
        return key is not None and is_signed(signed, key)

    def _block(self, body: _TextBatch, route: Route) -> Block | None:
        """All readings of a batch, or None where one is not plain: what `_single` asks, at once."""
        readings, seq0 = body.readings, body.seq0
        times = [one.ts for one in readings]
        low, high = max(self._oldest_ms, route.valid_from_ms), self._newest_ms
        if not low <= times[0] or not times[-1] <= high or times != sorted(times):
            return None
        if not fits(seq0, len(readings)) or {one.unit for one in readings} != {route.unit}:
            return None
        codes, counts = (
            signed_codes([one.q for one in readings]),
            route.counts([one.value for one in readings]),
        )
        if codes is None or counts is None:
            return None
        return Block(route.meter, body.boot, seq0, times, counts, codes)

    def _keep(self, block: Block) -> None:
        name = block.meter, block.boot
        run = self.runs.get(name)
        if run is None:
            run = self.runs[name] = Run(last=self._top(*name))
        for hour, first, last in block.hours():
            run.add(first, hour)
            run.last = last
        self.blocks.append(block)

    def taken(self) -> list[Taken]:
        """The sequences that were taken."""
        made: list[Taken] = []
        for key, meter in self._meters.items():
            if meter.hour >= 0:
                if meter.done:
                    made.extend([(key, BOOT_UNSIGNED, *part) for part in meter.done])
                made.append((key, BOOT_UNSIGNED, meter.hour, meter.first, meter.last))
        for name, run in self.runs.items():
            made.extend([(*name, *part) for part in run.done or ()])
            made.append((*name, run.hour, run.first, run.last))
        return made

    def fresh(self) -> dict[int, Fresh]:
        """What comes to each meter."""
        return {
            key: _tuple(Fresh, (meter.point, meter.readings))
            for key, meter in self._meters.items()
            if meter.point is not None
        }

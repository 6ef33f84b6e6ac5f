"""The short way of most readings: new, in order, without fault, judged in one pass. Pure.

A message is plain when each of its readings has a sequence above all that its meter's boot ever had and a
time above all that its meter ever had: then it can be no repeat, no fork and meet no other point, and nothing
needs to be looked up. Whatever is not plain, and all that follows of its meter in the same flush, is left to
the long way (`ingest.decision`), which gives the same for a plain message, too; a test compares the two.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

import msgspec
from proof.batches import BatchError, GatewayKey, SignedBody, split, verify

from ingest.calendar import HOUR_NS, day_of_hour
from ingest.decision import BOOT_UNSIGNED, DaySets, NewBatch
from ingest.intake import AGE_MS_MAX, AHEAD_MS_MAX, MeterFacts, Point, scale
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
from ingest.sequences import SequenceSet

# A single reading of honest length; longer ones go the long way.
SINGLE_BYTES_MAX = 400
# No value of a register of 18 digits and its decimals is longer.
TEXT_LENGTH_MAX = 30


class _TextReading(msgspec.Struct):
    """A reading of a batch as the agent writes it: the value as text."""

    ts: int
    value: str
    unit: str
    q: str = "good"


class _TextBatch(msgspec.Struct):
    v: int
    meter: str
    key: str
    boot: int
    seq0: int
    prev: str
    readings: list[_TextReading]


_batch_decoder = msgspec.json.Decoder(_TextBatch)


@dataclass(slots=True)
class Route:
    """What a topic leads to, with all that judging one reading needs at hand."""

    facts: MeterFacts
    prefix: str
    is_batch: bool
    meter: int = field(init=False)
    unit: str = field(init=False)
    shift: int = field(init=False)
    units: int = field(init=False)
    capacity: int = field(init=False)

    def __post_init__(self) -> None:
        self.meter, self.unit, self.capacity = self.facts.key, self.facts.unit, self.facts.capacity
        self.shift, self.units = scale(self.facts.least_count)

    def count(self, text: str) -> int:
        """The count of a plain decimal text, or -1 where the long way has to look at it."""
        whole, _, decimals = text.partition(".")
        digits = whole + decimals
        if not (digits.isascii() and digits.isdigit()) or len(text) > TEXT_LENGTH_MAX:
            return -1
        if (whole[:1] == "0" and whole != "0") or not whole or text[-1] == ".":
            return -1
        missing = self.shift - len(decimals)
        if missing < 0:
            return -1
        count, rest = divmod(int(digits) * 10**missing, self.units)
        return -1 if rest or count >= self.capacity else count


@dataclass(slots=True)
class Run:
    """Sequences of one (meter, boot) in this flush: whole hours done, and the one that grows."""

    last: int
    first: int = 0
    hour: int = -1
    done: list[tuple[int, int, int]] = field(default_factory=list)

    def add(self, seq: int, hour: int) -> None:
        if seq == self.last + 1 and hour == self.hour:
            self.last = seq
            return
        if self.hour >= 0:
            self.done.append((self.hour, self.first, self.last))
        self.first = self.last = seq
        self.hour = hour

    def parts(self) -> Iterable[tuple[int, int, int]]:
        """(hour, first, last), in order."""
        return [*self.done, (self.hour, self.first, self.last)] if self.hour >= 0 else self.done


@dataclass(slots=True)
class Plain:
    """One flush. seen, last_ns, tails: what is known of the meters; key_of(route, fingerprint, ms): a key."""

    seen: Mapping[tuple[int, int], SequenceSet]
    last_ns: Mapping[int, int]
    tails: Mapping[tuple[int, int], tuple[int, str]]
    key_of: Callable[[Route, str, int], GatewayKey | None]
    now_ms: int
    points: list[Point] = field(default_factory=list)
    batches: list[NewBatch] = field(default_factory=list)
    runs: dict[tuple[int, int], Run] = field(default_factory=dict)
    _newest: dict[int, int] = field(default_factory=dict)
    _tainted: set[int] = field(default_factory=set)
    _singles: dict[int, Run] = field(default_factory=dict)
    _ends: dict[tuple[int, int], tuple[int, str]] = field(default_factory=dict)
    _oldest_ms: int = field(init=False)
    _newest_ms: int = field(init=False)

    def __post_init__(self) -> None:
        self._oldest_ms = max(0, self.now_ms - AGE_MS_MAX)
        self._newest_ms = min(self.now_ms + AHEAD_MS_MAX, TS_MS_MAX)

    def sort(self, messages: Sequence[Arrived], routes: Sequence[Route | None]) -> list[Arrived]:
        """Takes what is plain and gives the rest, in the order it came."""
        rest: list[Arrived] = []
        for message, route in zip(messages, routes, strict=True):
            if route is None:
                rest.append(message)
                continue
            if route.meter in self._tainted or not (
                self._batch(message, route) if route.is_batch else self._single(message, route)
            ):
                self._tainted.add(route.meter)
                rest.append(message)
        for meter, run in self._singles.items():
            self.runs[meter, BOOT_UNSIGNED] = run
        return rest

    def _single(self, message: Arrived, route: Route) -> bool:
        payload = message.payload
        if len(payload) > SINGLE_BYTES_MAX:
            return False
        try:
            wire: WireReading = single_decoder.decode(payload)
            text = bytes(wire.value).decode("ascii")
        except (msgspec.DecodeError, UnicodeDecodeError):
            return False
        seq, meter = wire.seq, route.meter
        run = self._singles.get(meter)
        if run is None:
            run = Run(last=self._top(meter, BOOT_UNSIGNED))
        if seq is None or not run.last < seq <= SEQUENCE_MAX:
            return False
        point = self._point(route, wire, text.strip('"'), BOOT_UNSIGNED, seq)
        if point is None:
            return False
        self._singles[meter] = run
        self._newest[meter] = point.t_ns
        self.points.append(point)
        run.add(seq, point.t_ns // HOUR_NS)
        return True

    def _point(
        self, route: Route, one: "WireReading | _TextReading", text: str, boot: int, seq: int
    ) -> Point | None:
        ts, facts = one.ts, route.facts
        if one.unit != route.unit or one.q not in QUALITIES:
            return None
        if not (self._oldest_ms <= ts <= self._newest_ms and ts >= facts.valid_from_ms):
            return None
        meter, t_ns, count = route.meter, ts * 1_000_000 + seq % 1_000_000, route.count(text)
        newest = self._newest.get(meter)
        if newest is None:
            newest = self.last_ns.get(meter, 0)
        if count < 0 or t_ns <= newest:
            return None
        return Point(meter, t_ns, count, boot, seq, QUALITIES[one.q], boot > BOOT_UNSIGNED)

    def _top(self, meter: int, boot: int) -> int:
        known = self.seen.get((meter, boot))
        return known.last if known else -1

    def _batch(self, message: Arrived, route: Route) -> bool:
        if len(message.payload) > PAYLOAD_BYTES_MAX:
            return False
        try:
            signed = split(message.payload)
            body = _batch_decoder.decode(signed.body)
        except (BatchError, msgspec.DecodeError, UnicodeDecodeError, RecursionError):
            return False
        if not self._follows(body, route) or not self._is_signed(message, route, body.key, signed):
            return False
        points = self._points(body, route)
        if points is None:
            return False
        self._keep(route, points, body.boot)
        digest = signed.digest
        self.batches.append(
            NewBatch(
                meter=route.facts,
                boot=body.boot,
                seq0=body.seq0,
                seq1=points[-1].seq,
                digest=digest,
                previous=body.prev,
                key=body.key,
                payload=message.payload.rstrip(b"\n"),
                day=day_of_hour(points[0].t_ns // HOUR_NS),
            )
        )
        self._ends[route.meter, body.boot] = (points[-1].seq, digest)
        return True

    def _follows(self, body: _TextBatch, route: Route) -> bool:
        """Whether this batch is the next of its chain, or its first, or begins after a gap."""
        name = route.meter, body.boot
        if body.v != 1 or body.meter != route.prefix or not 0 < len(body.readings) <= READINGS_PER_BATCH_MAX:
            return False
        if not (0 < body.boot <= BOOT_MAX and 0 < body.seq0 <= SEQUENCE_MAX):
            return False
        if len(body.key) > 64 or len(body.prev) > 64:
            return False
        run = self.runs.get(name)
        top = run.last if run else self._top(*name)
        if body.seq0 <= top:
            return False
        end = self._ends.get(name) or self.tails.get(name)
        return body.seq0 > top + 1 or top < 0 or end == (body.seq0 - 1, body.prev)

    def _is_signed(self, message: Arrived, route: Route, fingerprint: str, signed: SignedBody) -> bool:
        key = self.key_of(route, fingerprint, message.received_ms)
        if key is None:
            return False
        try:
            verify(signed, key)
        except BatchError:
            return False
        return True

    def _points(self, body: _TextBatch, route: Route) -> list[Point] | None:
        """All readings of a batch, or None where one of them is not plain.

        What `_point` does, in one loop without a call for each: a hundred readings a message are the rule.
        """
        meter, unit, boot, shift = route.meter, route.unit, body.boot, route.shift
        low, high = max(self._oldest_ms, route.facts.valid_from_ms), self._newest_ms
        capacity = route.capacity if route.units == 1 else 0
        newest = self._newest.get(meter)
        before = newest if newest is not None else self.last_ns.get(meter, 0)
        made: list[Point] = []
        for seq, one in enumerate(body.readings, start=body.seq0):
            ts, text = one.ts, one.value
            whole, _, decimals = text.partition(".")
            digits = whole + decimals
            if len(decimals) == shift and digits.isdigit() and digits.isascii() and whole[:1] > "0":
                count = int(digits) if len(digits) < TEXT_LENGTH_MAX else capacity
            else:
                count = -1
            if not 0 <= count < capacity and (count := route.count(text)) < 0:
                return None
            t_ns = ts * 1_000_000 + seq % 1_000_000
            if one.unit != unit or one.q not in QUALITIES or not low <= ts <= high or t_ns <= before:
                return None
            before = t_ns
            made.append(Point(meter, t_ns, count, boot, seq, QUALITIES[one.q], True))
        return made

    def _keep(self, route: Route, points: list[Point], boot: int) -> None:
        name = route.meter, boot
        run = self.runs.get(name)
        if run is None:
            run = self.runs[name] = Run(last=self._top(*name))
        first, last = points[0], points[-1]
        if first.t_ns // HOUR_NS == last.t_ns // HOUR_NS:
            run.add(first.seq, first.t_ns // HOUR_NS)
            run.last = last.seq
        else:
            for point in points:
                run.add(point.seq, point.t_ns // HOUR_NS)
        self._newest[route.meter] = points[-1].t_ns
        self.points.extend(points)

    def sets(self) -> tuple[dict[tuple[int, int], SequenceSet], dict[tuple[int, date, int], DaySets]]:
        """The sequences that were taken, by (meter, boot) and by day."""
        seen: dict[tuple[int, int], SequenceSet] = {}
        days: dict[tuple[int, date, int], DaySets] = {}
        for (meter, boot), run in self.runs.items():
            taken = seen[meter, boot] = SequenceSet()
            for hour, first, last in run.parts():
                taken.add_range(first, last)
                day = days.setdefault((meter, day_of_hour(hour), boot), DaySets())
                day.stored.add_range(first, last)
        return seen, days

    def hours(self) -> Iterable[tuple[int, int]]:
        """(meter, hour)s that changed."""
        return [(meter, part[0]) for (meter, _), run in self.runs.items() for part in run.parts()]

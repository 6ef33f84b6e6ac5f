"""The time series in InfluxDB 2.x: the only file that imports influxdb_client.

Measurement `reading`, tags tenant, plant, meter, fields count, seq and q as integers, so that no float enters
accounting. q holds boot, quality and signature in one number, because the server pays for each field of a
point (ADR 0055); points of before have a field boot. Queries are built here from names of our own meters; the
tenant stands in every one. The client's background batching is not used: an acknowledgement must follow the
write.
"""

import csv
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, wait
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from functools import partial
from itertools import chain
from typing import Any, NamedTuple

from influxdb_client.client.influxdb_client import InfluxDBClient
from influxdb_client.client.write_api import SYNCHRONOUS
from influxdb_client.domain.dialect import Dialect
from influxdb_client.rest import ApiException
from lexicon.terms import ReadingQuality
from urllib3.exceptions import HTTPError

from ingest.blocks import Block, parted
from ingest.calendar import HOUR_NS
from ingest.hours import Register, Span, compact
from ingest.influx_home import Address
from ingest.intake import CODES, SIGNED, MeterFacts, Point, decoded, unique
from ingest.series.port import SeriesUnavailable

# 5,000 lines a request were the fastest in measurement.
LINES_PER_REQUEST = 5_000
# The server reads one request on one processor.
REQUESTS_AT_ONCE = 2
TIMEOUT_MS = 10_000
# How often and after what pause a point that is known to be there is asked for until it is whole.
WHOLE_TRIES, WHOLE_S = 20, 0.05
_EPOCH, _SECOND = datetime(1970, 1, 1, tzinfo=UTC), timedelta(seconds=1)
_DAY_NS = 24 * HOUR_NS
# No reading is older when it comes (ingest.intake.AGE_MS_MAX); a year's archive lies behind that.
_REACH_NS = 800 * _DAY_NS
_BAD_LINE = (400, 422)
# What q counts of one boot: all codes. The lowest number says that q is a code alone, as it was before.
_CODES, _LOWEST_BOOT = 2 * SIGNED, -1
# The server compares values where they lie; it does not calculate there.
_IS_GOOD = f"r._value == 0 or r._value == {SIGNED} or r._value >= {_CODES}"
_PLAIN_CSV = Dialect(header=True, annotations=[])  # type: ignore[no-untyped-call]


class InfluxSeries:
    """The port over one bucket. facts: names of a meter by its number."""

    transactional = False

    def __init__(self, url: str, facts: Callable[[int], MeterFacts]) -> None:
        """url: http[s]://ORG:TOKEN@HOST:PORT/BUCKET. Raises ValueError."""
        address = Address.parse(url)
        self._bucket = address.bucket
        self._client = InfluxDBClient(
            url=address.server,
            token=address.token,
            org=address.organisation,
            timeout=TIMEOUT_MS,
            # On one machine packing costs more than it saves.
            enable_gzip=address.host not in ("127.0.0.1", "localhost", "::1"),
        )
        self._writer = self._client.write_api(write_options=SYNCHRONOUS)
        self._facts = facts
        self._heads: dict[int, str] = {}
        self._requests = ThreadPoolExecutor(REQUESTS_AT_ONCE, thread_name_prefix="influx")

    def close(self) -> None:
        """Ends its connections; nothing is asked of it after this."""
        self._requests.shutdown()
        self._writer.close()  # type: ignore[no-untyped-call]
        self._client.close()  # type: ignore[no-untyped-call]
        # The library's objects end once more when they are collected, and fail at that when the interpreter
        # ends: nothing may hold them until then.
        del self._writer, self._client

    def write(self, points: Sequence[Point], blocks: Sequence[Block] = ()) -> None:
        """Keeps the points durably. Raises SeriesUnavailable; ValueError for a line that it does not take."""
        with self.writing(points, blocks):
            pass

    @contextmanager
    def writing(self, points: Sequence[Point], blocks: Sequence[Block] = ()) -> Iterator[None]:
        """The same while the caller goes on; a request is under way while the next one's lines are made."""
        answers: list[Future[None]] = []
        try:
            apart = unique(points)
            for start in range(0, len(apart), LINES_PER_REQUEST):
                lines = self._lines(apart[start : start + LINES_PER_REQUEST])
                answers.append(self._requests.submit(self._send, "\n".join(lines).encode()))
            for part in parted(blocks, LINES_PER_REQUEST):
                answers.append(self._requests.submit(self._send, self._block_lines(part)))
            yield
        finally:
            # All are waited for, whatever becomes of one: nothing is under way when the caller tries again.
            wait(answers)
        for answer in answers:
            answer.result()

    def _send(self, lines: bytes) -> None:
        _asked(partial(self._writer.write, bucket=self._bucket, record=lines))

    def _block_lines(self, blocks: Sequence[Block]) -> bytes:
        return b"".join([_block_lines(self._head(block.meter), block) for block in blocks])

    def _lines(self, points: Sequence[Point]) -> list[str]:
        heads = self._heads
        for meter in {point[0] for point in points}.difference(heads):
            self._head(meter)
        return [
            f"{heads[meter]} count={count}i,seq={seq}i,"
            f"q={_named(boot, CODES[quality] + SIGNED * signed)}i {t_ns}"
            for meter, t_ns, count, boot, seq, quality, signed in points
        ]

    def _head(self, meter: int) -> str:
        """Our names hold no space, comma or equals sign (lexicon.topics), so nothing needs escaping.

        Kept, because the names of a number never change.
        """
        head = self._heads.get(meter)
        if head is None:
            facts = self._facts(meter)
            head = f"reading,tenant={facts.tenant},plant={facts.plant},meter={facts.meter}"
            self._heads[meter] = head
        return head

    def at(self, keys: Sequence[tuple[int, int]]) -> Mapping[tuple[int, int], Point]:
        wanted = set(keys)
        found: dict[tuple[int, int], Point] = {}
        by_meter: dict[int, list[int]] = {}
        for meter, t_ns in sorted(wanted):
            by_meter.setdefault(meter, []).append(t_ns)
        for meter, times in by_meter.items():
            for first, last in _stretches(times):
                points = self.range(meter, from_ns=first, to_ns=last + 1)
                found |= {(meter, one.t_ns): one for one in points if (meter, one.t_ns) in wanted}
        return found

    def range(self, meter: int, *, from_ns: int, to_ns: int) -> list[Point]:
        return self._read(meter, from_ns, to_ns).points

    def sampled(self, meter: int, *, from_ns: int, to_ns: int, step_ns: int) -> list[Point]:
        steps = f"|> window(every: {step_ns}ns) |> last() |> window(every: inf)"
        read = self._read(meter, from_ns, to_ns, steps)
        halves = [self.range(meter, from_ns=t_ns, to_ns=t_ns + 1) for t_ns in read.halves]
        by_window = {one.t_ns // step_ns: one for one in sorted([*read.points, *chain(*halves)], key=_time)}
        return list(by_window.values())

    def before(self, meter: int, t_ns: int) -> Point | None:
        return self._neighbour(meter, t_ns - _REACH_NS, t_ns, "last")

    def after(self, meter: int, t_ns: int) -> Point | None:
        return self._neighbour(meter, t_ns, t_ns + _REACH_NS, "first")

    def _neighbour(self, meter: int, from_ns: int, to_ns: int, which: str) -> Point | None:
        """The outermost good point: nearly always the outermost of all, which the store finds at once."""
        from_ns = max(0, from_ns)
        outermost = self._outermost(meter, from_ns, to_ns, which)
        if outermost is None or outermost.quality is ReadingQuality.GOOD:
            return outermost
        rows = self._rows(
            f'{self._source(meter, from_ns, to_ns)} |> filter(fn: (r) => r._field == "q") '
            f'|> filter(fn: (r) => {_IS_GOOD}) |> {which}() |> keep(columns: ["_time"])'
        )
        if not rows:
            return None
        t_ns = _ns(rows[0]["_time"])
        for _ in range(WHOLE_TRIES):
            if found := self.range(meter, from_ns=t_ns, to_ns=t_ns + 1):
                return found[0]
            time.sleep(WHOLE_S)
        raise SeriesUnavailable(f"the point at {t_ns} stays half written")

    def last(self, meters: Sequence[int]) -> Mapping[int, Point]:
        newest = {meter: self._outermost(meter, 0, 2**62, "last") for meter in meters}
        return {meter: point for meter, point in newest.items() if point is not None}

    def _outermost(self, meter: int, from_ns: int, to_ns: int, which: str) -> Point | None:
        """The first or last point that is whole.

        Amid a write the outermost values of the fields are of different points: the innermost of these is
        older than the write, and what lies between is read as it is.
        """
        read = self._read(meter, from_ns, to_ns, f"|> {which}()")
        points = list(read.points)
        if read.halves:
            points += self.range(meter, from_ns=min(read.halves), to_ns=max(read.halves) + 1)
        if not points:
            return None
        return (max if which == "last" else min)(points, key=_time)

    def spans(self, meter: int, *, from_hour: int, to_hour: int, register: Register) -> list[Span]:
        return compact(self.range(meter, from_ns=from_hour * HOUR_NS, to_ns=to_hour * HOUR_NS), register)

    def _source(self, meter: int, from_ns: int, to_ns: int) -> str:
        """The points of a meter between two instants; the tenant stands in every query."""
        facts = self._facts(meter)
        return (
            f'from(bucket: "{self._bucket}") |> range(start: time(v: {from_ns}), stop: time(v: {to_ns})) '
            f'|> filter(fn: (r) => r._measurement == "reading" and r.tenant == "{facts.tenant}" '
            f'and r.plant == "{facts.plant}" and r.meter == "{facts.meter}")'
        )

    def _read(self, meter: int, from_ns: int, to_ns: int, steps: str = "") -> "_Read":
        # One series is one table, in which a column stands that some point has. A function of Flux over its
        # rows would cost as much again as all the rest: it is compiled for each question.
        rows = self._rows(
            f"{self._source(meter, from_ns, to_ns)} {steps} "
            '|> pivot(rowKey: ["_time"], columnKey: ["_field"], valueColumn: "_value") '
            '|> keep(columns: ["_time", "count", "seq", "boot", "q"])'
        )
        points, halves = list[Point](), list[int]()
        for row in rows:
            fields = row.get("count"), row.get("seq"), row.get("q")
            if all(fields) and not _lacks_boot(row):
                points.append(_point(meter, row))
            elif any(fields):
                halves.append(_ns(row["_time"]))
        # What only some fields have comes behind the rest.
        return _Read(sorted(points, key=_time), sorted(halves))

    def _rows(self, flux: str) -> list[dict[str, str]]:
        """Rows as text: the client's own records cost ten times as much to make."""
        answer = _asked(lambda: self._client.query_api().query_raw(flux, dialect=_PLAIN_CSV).data)
        return list(csv.DictReader(answer.decode().splitlines()))


class _Read(NamedTuple):
    """Points that are whole, in order of time, and the times of those of which only some fields were found.

    The store keeps fields apart and a query takes them one after the other: a point of a write that is under
    way may be found in part. As nobody was told that it is durable, it counts as not written yet; the hour
    that it belongs to is marked when it is.
    """

    points: list[Point]
    halves: list[int]


def _time(point: Point) -> int:
    return point.t_ns


def _ns(text: str) -> int:
    """Nanoseconds of a time as the server writes it: RFC 3339, UTC, a fraction without zeros at its end."""
    second = datetime.fromisoformat(f"{text[:19]}+00:00")
    return (second - _EPOCH) // _SECOND * 10**9 + int(text[20:-1].ljust(9, "0"))


def _block_lines(head: str, block: Block) -> bytes:
    """Lines of a block by one format for all of them, a third cheaper than each by its own.

    Its counts are written as they are; so is the quality where all have one, as nearly always.
    """
    codes = set(block.codes)
    columns: list[Sequence[object]] = [
        block.counts.encode().split(b","), range(block.seq0, block.seq1 + 1), block.times_ns()
    ]  # fmt: skip
    quality = str(_named(block.boot, block.codes[0]))
    if len(codes) > 1:
        quality = "%d"
        columns.insert(2, [_named(block.boot, code) for code in block.codes])
    line = f"{head} count=%bi,seq=%di,q={quality}i %d\n".encode()
    width, size = len(columns), len(block.codes)
    values: list[object] = [None] * (width * size)
    for place, column in enumerate(columns):
        values[place::width] = column
    return line * size % tuple(values)


def _stretches(times: Sequence[int]) -> Iterable[tuple[int, int]]:
    """Sorted instants as few ranges: a range over a silent year would bring all that lies between."""
    first = last = times[0]
    for t_ns in times[1:]:
        if t_ns - last > HOUR_NS:
            yield first, last
            first = t_ns
        last = t_ns
    yield first, last


def _point(meter: int, values: Mapping[str, str]) -> Point:
    boot, code = divmod(abs(int(values["q"])), _CODES)
    # A point of before has its boot in a field.
    boot = boot + _LOWEST_BOOT - 1 if boot else int(values["boot"])
    return Point(meter, _ns(values["_time"]), int(values["count"]), boot, int(values["seq"]), *decoded(code))


def _lacks_boot(values: Mapping[str, str]) -> bool:
    """Whether a point of before is found without its boot."""
    return abs(int(values["q"])) < _CODES and not values.get("boot")


def _named(boot: int, code: int) -> int:
    """A boot and a code (`ingest.intake.code`) as one number, negative where the quality is not good."""
    number = (boot - _LOWEST_BOOT + 1) * _CODES + code
    return -number if code % SIGNED else number


def _asked(ask: Callable[[], Any]) -> Any:
    """The answer; a line that the store refuses is a ValueError, everything else means that it is away."""
    try:
        return ask()
    except ApiException as error:
        if error.status in _BAD_LINE:
            raise ValueError(f"the time series refuses a line: {error.body}") from error
        raise SeriesUnavailable(str(error.status)) from error
    except (HTTPError, OSError) as error:
        raise SeriesUnavailable(str(error)) from error

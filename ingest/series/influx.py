"""The time series in InfluxDB 2.x: the only file that imports influxdb_client.

Measurement `reading`, tags tenant, plant, meter, fields count, seq, boot and q as integers, so that no float
enters accounting. Queries are built here from names of our own meters; the tenant stands in every one. The
client's background batching is not used: an acknowledgement must follow the write.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial
from typing import Any
from urllib.parse import unquote, urlsplit

from influxdb_client.client.influxdb_client import InfluxDBClient
from influxdb_client.client.write_api import SYNCHRONOUS
from influxdb_client.rest import ApiException
from lexicon.terms import ReadingQuality
from urllib3.exceptions import HTTPError

from ingest.calendar import HOUR_NS
from ingest.hours import Register, Span, compact
from ingest.intake import MeterFacts, Point
from ingest.series.port import SeriesUnavailable

# 5,000 lines a request were the fastest in measurement.
LINES_PER_REQUEST = 5_000
TIMEOUT_MS = 10_000
_SIGNED = 16
_QUALITIES = (ReadingQuality.GOOD, ReadingQuality.UNCERTAIN, ReadingQuality.BAD)
_CODE = {quality: code for code, quality in enumerate(_QUALITIES)}
_DAY_NS = 24 * HOUR_NS
# How far a neighbour is looked for, step by step: most are near, and a long range costs.
_REACHES_NS = (HOUR_NS, _DAY_NS, 31 * _DAY_NS, 400 * _DAY_NS)
_BAD_LINE = (400, 422)


class InfluxSeries:
    """The port over one bucket. facts: names of a meter by its number."""

    transactional = False

    def __init__(self, url: str, facts: Callable[[int], MeterFacts]) -> None:
        """url: http[s]://ORG:TOKEN@HOST:PORT/BUCKET. Raises ValueError."""
        parts = urlsplit(url)
        self._bucket = parts.path.strip("/")
        if not (parts.hostname and parts.username and parts.password and self._bucket):
            raise ValueError("INFLUX_URL takes http://ORG:TOKEN@HOST:PORT/BUCKET")
        place = f"{parts.scheme}://{parts.hostname}:{parts.port or 8086}"
        self._client = InfluxDBClient(
            url=place, token=unquote(parts.password), org=unquote(parts.username), timeout=TIMEOUT_MS
        )
        self._facts = facts

    def write(self, points: Sequence[Point]) -> None:
        lines = [self._line(point) for point in points]
        writer = self._client.write_api(write_options=SYNCHRONOUS)
        for start in range(0, len(lines), LINES_PER_REQUEST):
            record = "\n".join(lines[start : start + LINES_PER_REQUEST])
            _asked(partial(writer.write, bucket=self._bucket, record=record))

    def at(self, keys: Sequence[tuple[int, int]]) -> Mapping[tuple[int, int], Point]:
        found: dict[tuple[int, int], Point] = {}
        for meter in {meter for meter, _ in keys}:
            times = {t_ns for one, t_ns in keys if one == meter}
            points = self.range(meter, from_ns=min(times), to_ns=max(times) + 1)
            found |= {(meter, point.t_ns): point for point in points if point.t_ns in times}
        return found

    def range(self, meter: int, *, from_ns: int, to_ns: int) -> list[Point]:
        return self._query(meter, from_ns, to_ns)

    def sampled(self, meter: int, *, from_ns: int, to_ns: int, step_ns: int) -> list[Point]:
        steps = f"|> window(every: {step_ns}ns) |> last() |> window(every: inf)"
        return self._query(meter, from_ns, to_ns, steps)

    def before(self, meter: int, t_ns: int) -> Point | None:
        for reach in _REACHES_NS:
            points = self._query(meter, t_ns - reach, t_ns)
            if good := [point for point in points if point.quality is ReadingQuality.GOOD]:
                return good[-1]
        return None

    def after(self, meter: int, t_ns: int) -> Point | None:
        for reach in _REACHES_NS:
            points = self._query(meter, t_ns, t_ns + reach)
            if good := [point for point in points if point.quality is ReadingQuality.GOOD]:
                return good[0]
        return None

    def last(self, meters: Sequence[int]) -> Mapping[int, Point]:
        newest = {meter: self._query(meter, 0, 2**62, "|> last()") for meter in meters}
        return {meter: points[-1] for meter, points in newest.items() if points}

    def spans(self, meter: int, *, from_hour: int, to_hour: int, register: Register) -> list[Span]:
        return compact(self.range(meter, from_ns=from_hour * HOUR_NS, to_ns=to_hour * HOUR_NS), register)

    def _line(self, point: Point) -> str:
        """Our names hold no space, comma or equals sign (lexicon.topics), so nothing needs escaping."""
        facts = self._facts(point.meter)
        q = _CODE[point.quality] + _SIGNED * point.signed
        return (
            f"reading,tenant={facts.tenant},plant={facts.plant},meter={facts.meter} "
            f"count={point.count}i,seq={point.seq}i,boot={point.boot}i,q={q}i {point.t_ns}"
        )

    def _query(self, meter: int, from_ns: int, to_ns: int, steps: str = "") -> list[Point]:
        facts = self._facts(meter)
        # A time as an integer column, because the client's datetimes end at microseconds.
        flux = f"""
from(bucket: "{self._bucket}") |> range(start: time(v: {from_ns}), stop: time(v: {to_ns}))
|> filter(fn: (r) => r._measurement == "reading" and r.tenant == "{facts.tenant}"
    and r.plant == "{facts.plant}" and r.meter == "{facts.meter}")
{steps}
|> pivot(rowKey: ["_time"], columnKey: ["_field"], valueColumn: "_value")
|> map(fn: (r) => ({{t: int(v: r._time), count: r.count, seq: r.seq, boot: r.boot, q: r.q}}))
|> group() |> sort(columns: ["t"])
"""
        tables = _asked(lambda: self._client.query_api().query(flux))
        return [_point(meter, record.values) for record in _records(tables)]


def _records(tables: Iterable[Any]) -> Iterable[Any]:
    return (record for table in tables for record in table.records)


def _point(meter: int, values: Mapping[str, Any]) -> Point:
    q = int(values["q"])
    return Point(
        meter=meter,
        t_ns=int(values["t"]),
        count=int(values["count"]),
        boot=int(values["boot"]),
        seq=int(values["seq"]),
        quality=_QUALITIES[q % _SIGNED],
        signed=q >= _SIGNED,
    )


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

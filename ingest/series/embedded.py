"""The time series in PostgreSQL: a table partitioned by month, for a machine without InfluxDB."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import partial
from typing import Any

from django.db import connection, transaction

from ingest.arrays import numbers
from ingest.blocks import HOUR_MS, Block, parted
from ingest.calendar import HOUR_NS
from ingest.hours import Register, Span, compact
from ingest.intake import CODES, SIGNED, Point, decoded, unique

# 500 rows a statement were the fastest in measurement: larger batches wait for the planner's sort.
ROWS_PER_STATEMENT = 500
# Blocks are few texts: in larger pieces the server takes a tenth less for a reading, the driver a third less.
BLOCK_ROWS_PER_STATEMENT = 8_000
_DAY_NS, _DAY_MS = 24 * HOUR_NS, 24 * HOUR_MS
_COLUMNS = "meter, t, count, boot, seq, q"

# Only an equal repeat may meet a stored point; a signed repeat of an unsigned reading raises its grade.
_KEEP = """
on conflict (meter, t) do update set q = excluded.q
where hot_point.boot = excluded.boot and hot_point.seq = excluded.seq and hot_point.count = excluded.count
  and hot_point.q < excluded.q
"""
_WRITE = f"""
insert into hot_point (t, count, seq, meter, boot, q)
select * from unnest(%s::bigint[], %s::bigint[], %s::bigint[], %s::int[], %s::int[], %s::smallint[])
{_KEEP}"""  # noqa: S608 (constant text)
# The server takes a block apart; it is made of whole texts, so no number of it is written twice.
_WRITE_BLOCKS = f"""
insert into hot_point (t, count, seq, meter, boot, q)
select r.ts * 1000000 + (b.seq0 + r.n - 1) %% 1000000, r.count, b.seq0 + r.n - 1, b.meter, b.boot, r.q
from unnest(%s::int[], %s::int[], %s::bigint[], %s::text[], %s::text[], %s::text[])
       as b(meter, boot, seq0, ts, counts, codes)
cross join lateral unnest(b.ts::bigint[], b.counts::bigint[], b.codes::smallint[]) with ordinality
       as r(ts, count, q, n)
{_KEEP}"""  # noqa: S608 (constant text)
_AT = f"""
select {_COLUMNS} from hot_point join unnest(%s::int[], %s::bigint[]) as k(m, u) on meter = m and t = u
"""  # noqa: S608 (constant columns)
_SAMPLED = f"""
select distinct on (t / %s) {_COLUMNS} from hot_point
where meter = %s and t >= %s and t < %s order by t / %s, t desc
"""  # noqa: S608
_LAST = f"""
select p.* from unnest(%s::int[]) as wanted(m)
cross join lateral (select {_COLUMNS} from hot_point where meter = m order by t desc limit 1) p
"""  # noqa: S608
_SPANS = """
select t / 3600000000000, count(*), count(distinct t / %s), sum((q >= 16)::int), min(t), max(t),
       (array_agg(count order by t))[1], (array_agg(count order by t desc))[1], bool_or(count < previous)
from (select t, count, q, lag(count) over (partition by t / 3600000000000 order by t) as previous
      from hot_point where meter = %s and t >= %s and t < %s and q %% 16 = 0) as p
group by 1 order by 1
"""


class EmbeddedSeries:
    """The port over `hot_point`; writes join the caller's transaction."""

    transactional = True

    def __init__(self) -> None:
        self._months: set[str] = set()

    def write(self, points: Sequence[Point], blocks: Sequence[Block] = ()) -> None:
        apart = unique(points)
        days = {point[1] // _DAY_NS for point in apart}
        for block in blocks:
            days.update(range(block.ts_ms[0] // _DAY_MS, block.ts_ms[-1] // _DAY_MS + 1))
        self._make_months(days)
        for start in range(0, len(apart), ROWS_PER_STATEMENT):
            _run(_WRITE, _arrays(apart[start : start + ROWS_PER_STATEMENT]))
        for part in parted(blocks, BLOCK_ROWS_PER_STATEMENT):
            _run(_WRITE_BLOCKS, _texts(part))

    @contextmanager
    def writing(self, points: Sequence[Point], blocks: Sequence[Block] = ()) -> Iterator[None]:
        """Written at once: what makes it durable is the end of the caller's transaction."""
        self.write(points, blocks)
        yield

    def at(self, keys: Sequence[tuple[int, int]]) -> Mapping[tuple[int, int], Point]:
        if not keys:
            return {}
        found = _points(_AT, [numbers(meter for meter, _ in keys), numbers(t for _, t in keys)])
        return {(point.meter, point.t_ns): point for point in found}

    def range(self, meter: int, *, from_ns: int, to_ns: int) -> list[Point]:
        return _select("meter = %s and t >= %s and t < %s order by t", [meter, from_ns, to_ns])

    def sampled(self, meter: int, *, from_ns: int, to_ns: int, step_ns: int) -> list[Point]:
        return _points(_SAMPLED, [step_ns, meter, from_ns, to_ns, step_ns])

    def before(self, meter: int, t_ns: int) -> Point | None:
        where = "meter = %s and t < %s and q %% 16 = 0 order by t desc limit 1"
        return next(iter(_select(where, [meter, t_ns])), None)

    def after(self, meter: int, t_ns: int) -> Point | None:
        where = "meter = %s and t >= %s and q %% 16 = 0 order by t limit 1"
        return next(iter(_select(where, [meter, t_ns])), None)

    def last(self, meters: Sequence[int]) -> Mapping[int, Point]:
        return {point.meter: point for point in _points(_LAST, [numbers(meters)])}

    def spans(self, meter: int, *, from_hour: int, to_hour: int, register: Register) -> list[Span]:
        from_ns, to_ns = from_hour * HOUR_NS, to_hour * HOUR_NS
        with connection.cursor() as cursor:
            cursor.execute(_SPANS, [register.interval_ns, meter, from_ns, to_ns])
            rows = cursor.fetchall()
        declared = {change.t_ns // HOUR_NS for change in register.declared}
        return [self._span(meter, row, register, plain=row[0] not in declared) for row in rows]

    def _span(self, meter: int, row: Sequence[Any], register: Register, *, plain: bool) -> Span:
        """A rising hour is told by its ends; one that fell or was changed is compacted from its readings."""
        hour, n, slots, signed, first_ns, last_ns, first_count, last_count, fell = row
        if fell or not plain:
            return compact(self.range(meter, from_ns=first_ns, to_ns=last_ns + 1), register)[0]
        return Span(
            hour=hour,
            n=n,
            slots=slots,
            signed=signed,
            first_ns=first_ns,
            first_count=first_count,
            last_ns=last_ns,
            last_count=last_count,
            inner=last_count - first_count,
            ambiguous=False,
        )

    def _make_months(self, days: Iterable[int]) -> None:
        """Partitions for all months of these days: a row without one would fail the whole batch."""
        firsts = {datetime.fromtimestamp(day * 86_400, UTC).replace(day=1) for day in days}
        for first in sorted(firsts):
            name = f"{first:%Y_%m}"
            if name not in self._months:
                _run("select hot_make_month(%s)", [first.date()])
                # In a transaction that fails the partition is gone again, so it is remembered at commit only.
                transaction.on_commit(partial(self._months.add, name))


def _run(sql: str, parameters: Sequence[Any]) -> None:
    with connection.cursor() as cursor:
        cursor.execute(sql, parameters)


def _select(where: str, parameters: Sequence[Any]) -> list[Point]:
    return _points(f"select {_COLUMNS} from hot_point where {where}", parameters)  # noqa: S608 (own text)


def _points(sql: str, parameters: Sequence[Any]) -> list[Point]:
    with connection.cursor() as cursor:
        cursor.execute(sql, parameters)
        return [_point(row) for row in cursor.fetchall()]


def _point(row: Sequence[Any]) -> Point:
    meter, t_ns, count, boot, seq, q = row
    return Point(meter, t_ns, count, boot, seq, *decoded(q))


def _arrays(points: Sequence[Point]) -> list[str]:
    """Six array texts: the server parses them faster than the driver can adapt lists."""
    meters, times, counts, boots, places, qualities, signed = zip(*points, strict=True)
    codes = [CODES[quality] + SIGNED * made for quality, made in zip(qualities, signed, strict=True)]
    return [numbers(column) for column in (times, counts, places, meters, boots, codes)]


def _texts(blocks: Sequence[Block]) -> list[Any]:
    """The columns of blocks: three of numbers, three with an array's text each."""
    return [
        numbers(block.meter for block in blocks),
        numbers(block.boot for block in blocks),
        numbers(block.seq0 for block in blocks),
        [f"{{{str(block.ts_ms)[1:-1]}}}" for block in blocks],
        [f"{{{block.counts}}}" for block in blocks],
        [f"{{{str(block.codes)[1:-1]}}}" for block in blocks],
    ]

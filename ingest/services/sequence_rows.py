"""The rows that say which sequences came: of a meter's boot and of its days; and which hours are dirty.

What is plain goes as runs of numbers: one statement for all meters and tables, which the server takes apart.
What is not goes as sets.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from django.db import connection

from ingest.arrays import numbers, texts
from ingest.calendar import EDGE_HOURS
from ingest.decision import DaySets, Decision, Fresh, Taken
from ingest.sequences import PART_BITS, SequenceSet

_KEEP_SEEN = """
on conflict (meter_id, boot) do update set
  seen = hot_sequence.seen + excluded.seen, last_ns = greatest(hot_sequence.last_ns, excluded.last_ns)
"""
_SEEN = f"""
insert into hot_sequence (meter_id, boot, seen, last_ns)
select * from unnest(%s::int[], %s::int[], %s::int8multirange[], %s::bigint[])
{_KEEP_SEEN}"""  # noqa: S608 (constant text)
_DAYS = """
insert into hot_daysequence (meter_id, day, boot, part, stored, quarantined, refused)
select * from unnest(%s::int[], %s::date[], %s::int[], %s::bigint[],
                     %s::int8multirange[], %s::int8multirange[], %s::int8multirange[])
on conflict (meter_id, day, boot, part) do update set
  stored = hot_daysequence.stored + excluded.stored,
  quarantined = hot_daysequence.quarantined + excluded.quarantined,
  refused = hot_daysequence.refused + excluded.refused
"""
# Sequences and days before dirty hours, which the condition brings about, and each in one order: a writer
# and the hour worker never wait for each other in a circle.
_TAKEN = f"""
with run as materialized (
  select * from unnest(%s::int[], %s::int[], %s::int[], %s::bigint[], %s::bigint[], %s::bigint[])
             as r(meter, boot, hour, first, last, newest_ns)
), seen as (
  insert into hot_sequence (meter_id, boot, seen, last_ns)
  select meter, boot, range_agg(int8range(first, last, '[]')), max(newest_ns)
  from run group by 1, 2 order by 1, 2
  {_KEEP_SEEN} returning 1
), days as (
  insert into hot_daysequence (meter_id, day, boot, part, stored, quarantined, refused)
  select meter, date '1970-01-01' + (hour + {EDGE_HOURS}) / 24, boot, part,
         range_agg(int8range(greatest(first, part << {PART_BITS}),
                             least(last, ((part + 1) << {PART_BITS}) - 1), '[]')),
         '{{}}', '{{}}'
  from run cross join lateral generate_series(first >> {PART_BITS}, last >> {PART_BITS}) as part
  group by 1, 2, 3, 4 order by 1, 2, 3, 4
  on conflict (meter_id, day, boot, part) do update set stored = hot_daysequence.stored + excluded.stored
  returning 1
)
insert into hot_dirtyhour (meter_id, hour, mark)
select distinct meter, hour, 1 from run
where (select count(*) from seen) > 0 and (select count(*) from days) > 0 order by 1, 2
on conflict (meter_id, hour) do update set mark = hot_dirtyhour.mark + 1
"""  # noqa: S608 (a number of ours)


def record_taken(taken: Sequence[Taken], fresh: Mapping[int, Fresh]) -> None:
    """Sequences, days and dirty hours of what is plain. fresh: the newest point of each of its meters."""
    if taken:
        columns = [numbers(column) for column in zip(*taken, strict=True)]
        _run(_TAKEN, [*columns, numbers([fresh[one[0]][0][1] for one in taken])])


def record_sets(decision: Decision, fresh: Mapping[int, Fresh]) -> None:
    """Sequences and days of what went the long way."""
    if not decision.seen:
        return
    names = sorted(decision.seen)
    _run(
        _SEEN,
        [
            numbers(meter for meter, _ in names),
            numbers(boot for _, boot in names),
            _sets(decision.seen[name] for name in names),
            numbers(fresh[meter].point.t_ns if meter in fresh else 0 for meter, _ in names),
        ],
    )
    parted = _parted(decision)
    days, sets = sorted(parted), [parted[name] for name in sorted(parted)]
    _run(
        _DAYS,
        [
            numbers(meter for meter, _, _, _ in days),
            texts(day.isoformat() for _, day, _, _ in days),
            numbers(boot for _, _, boot, _ in days),
            numbers(part for _, _, _, part in days),
            _sets(one.stored for one in sets),
            _sets(one.quarantined for one in sets),
            _sets(one.refused for one in sets),
        ],
    )


def _parted(decision: Decision) -> dict[tuple[int, date, int, int], DaySets]:
    """What became of the numbers, by meter, day, boot and part."""
    made: dict[tuple[int, date, int, int], DaySets] = defaultdict(DaySets)
    for name, sets in decision.days.items():
        for part, numbers_ in sets.stored.parts():
            made[*name, part].stored = numbers_
        for part, numbers_ in sets.quarantined.parts():
            made[*name, part].quarantined = numbers_
        for part, numbers_ in sets.refused.parts():
            made[*name, part].refused = numbers_
    return made


def _sets(sets: Iterable[SequenceSet]) -> str:
    """An array of multiranges; their text holds commas, so each is quoted."""
    return texts(one.text() for one in sets)


def _run(sql: str, parameters: Sequence[Any]) -> None:
    with connection.cursor() as cursor:
        cursor.execute(sql, parameters)

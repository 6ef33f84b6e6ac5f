"""A month of meters from their hours, in two statements: what is closed is the sum of its hours."""

from collections.abc import Collection
from typing import Any

from django.db import connection
from kit import clock

from ingest.calendar import month_days

# Only what differs is written: a row that an upsert finds equal costs a lock and a write all the same, and of
# a thousand meters' month nearly every row is.
_DAYS = """
insert into hot_day
  (meter_id, day, count, n, slots, signed, hours, estimated, ambiguous, version, computed_at)
select made.*, 1, %(now)s from (
  select meter_id, day, sum(count) as count, sum(n) as n, sum(slots) as slots, sum(signed) as signed,
         count(*) filter (where n > 0) as hours, count(*) filter (where estimated) as estimated,
         count(*) filter (where ambiguous) as ambiguous
  from hot_hour where meter_id = any(%(meters)s) and day >= %(first)s and day < %(after)s
  group by meter_id, day) made
left join hot_day held using (meter_id, day)
where held.meter_id is null or (held.count, held.n, held.slots, held.signed, held.estimated, held.ambiguous)
  is distinct from (made.count, made.n, made.slots, made.signed, made.estimated, made.ambiguous)
on conflict (meter_id, day) do update set
  count = excluded.count, n = excluded.n, slots = excluded.slots, signed = excluded.signed,
  hours = excluded.hours, estimated = excluded.estimated, ambiguous = excluded.ambiguous,
  version = hot_day.version + 1, computed_at = excluded.computed_at
"""
_MONTHS = """
insert into hot_month
  (meter_id, month, count, n, slots, signed, hours, estimated, ambiguous, version, computed_at)
select made.*, 1, %(now)s from (
  select meter_id, %(month)s as month, sum(count) as count, sum(n) as n, sum(slots) as slots,
         sum(signed) as signed, sum(hours) as hours, sum(estimated) as estimated, sum(ambiguous) as ambiguous
  from hot_day where meter_id = any(%(meters)s) and day >= %(first)s and day < %(after)s
  group by meter_id) made
left join hot_month held using (meter_id, month)
where held.meter_id is null or (held.count, held.n, held.slots, held.signed, held.estimated, held.ambiguous)
  is distinct from (made.count, made.n, made.slots, made.signed, made.estimated, made.ambiguous)
on conflict (meter_id, month) do update set
  count = excluded.count, n = excluded.n, slots = excluded.slots, signed = excluded.signed,
  hours = excluded.hours, estimated = excluded.estimated, ambiguous = excluded.ambiguous,
  version = hot_month.version + 1, computed_at = excluded.computed_at
"""


def sum_month(meters: Collection[int], month: str) -> int:
    """Days and months of meters summed anew; how many month rows changed (none, where all was right).

    Raises ValueError for a text that is no month.
    """
    first, after = month_days(month)
    parameters: dict[str, Any] = {
        "now": clock.now(),
        "meters": list(meters),
        "month": month,
        "first": first,
        "after": after,
    }
    with connection.cursor() as cursor:
        cursor.execute(_DAYS, parameters)
        cursor.execute(_MONTHS, parameters)
        return int(cursor.rowcount)

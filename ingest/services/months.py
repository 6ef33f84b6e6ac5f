"""A month of meters from their hours, in two statements: what is closed is the sum of its hours."""

from collections.abc import Collection
from typing import Any

from django.db import connection
from kit import clock

from ingest.calendar import month_days

_DAYS = """
insert into hot_day
  (meter_id, day, count, n, slots, signed, hours, estimated, ambiguous, version, computed_at)
select meter_id, day, sum(count), sum(n), sum(slots), sum(signed), count(*) filter (where n > 0),
       count(*) filter (where estimated), count(*) filter (where ambiguous), 1, %(now)s
from hot_hour where meter_id = any(%(meters)s) and day >= %(first)s and day < %(after)s group by meter_id, day
on conflict (meter_id, day) do update set
  count = excluded.count, n = excluded.n, slots = excluded.slots, signed = excluded.signed,
  hours = excluded.hours, estimated = excluded.estimated, ambiguous = excluded.ambiguous,
  version = hot_day.version + 1, computed_at = excluded.computed_at
where (hot_day.count, hot_day.n, hot_day.slots, hot_day.signed, hot_day.estimated, hot_day.ambiguous)
  is distinct from
  (excluded.count, excluded.n, excluded.slots, excluded.signed, excluded.estimated, excluded.ambiguous)
"""
_MONTHS = """
insert into hot_month
  (meter_id, month, count, n, slots, signed, hours, estimated, ambiguous, version, computed_at)
select meter_id, %(month)s, sum(count), sum(n), sum(slots), sum(signed), sum(hours),
       sum(estimated), sum(ambiguous), 1, %(now)s
from hot_day where meter_id = any(%(meters)s) and day >= %(first)s and day < %(after)s group by meter_id
on conflict (meter_id, month) do update set
  count = excluded.count, n = excluded.n, slots = excluded.slots, signed = excluded.signed,
  hours = excluded.hours, estimated = excluded.estimated, ambiguous = excluded.ambiguous,
  version = hot_month.version + 1, computed_at = excluded.computed_at
where (hot_month.count, hot_month.n, hot_month.slots, hot_month.signed,
       hot_month.estimated, hot_month.ambiguous) is distinct from
  (excluded.count, excluded.n, excluded.slots, excluded.signed, excluded.estimated, excluded.ambiguous)
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

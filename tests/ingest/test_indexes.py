"""Every index of the hot tables costs every row that is written: none may say what another says already."""

import pytest
from django.db import connection

pytestmark = pytest.mark.db

# Those that are unique are rules, not help; `_like` indexes sort texts in another way.
_SAID_TWICE = """
select one.indexrelid::regclass::text, other.indexrelid::regclass::text
from pg_index one
join pg_index other on other.indrelid = one.indrelid and other.indexrelid <> one.indexrelid
join pg_class hot on hot.oid = one.indrelid and hot.relname like 'hot\\_%%'
where not one.indisunique and one.indpred is null and other.indpred is null
  and one.indkey::text || ' ' = left(other.indkey::text || ' ', length(one.indkey::text) + 1)
  and one.indclass::text || ' ' = left(other.indclass::text || ' ', length(one.indclass::text) + 1)
"""


def _said_twice() -> list[tuple[str, str]]:
    with connection.cursor() as cursor:
        cursor.execute(_SAID_TWICE, [])
        return list(cursor.fetchall())


def test_no_index_is_the_beginning_of_another() -> None:
    assert _said_twice() == []


def test_one_that_is_would_be_found() -> None:
    with connection.cursor() as cursor:
        cursor.execute("create index said_twice on hot_day (meter_id)")
    assert _said_twice() == [("said_twice", "hot_day_pkey")]

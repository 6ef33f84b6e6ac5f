"""What a set-up writes into the database, kept as its difference and written back for the next test.

A set-up of hundreds of statements is played once in a process; each later test gets the same rows in a few.
Rows are compared and written in PostgreSQL's own text form, so nothing is lost on the way.
"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from django.db import connection

# Of tables and of parents of partitions; a partition's rows are read and written through its parent.
_TABLES = """
select quote_ident(n.nspname) || '.' || quote_ident(c.relname)
from pg_class c join pg_namespace n on n.oid = c.relnamespace
where c.relkind in ('r', 'p') and not c.relispartition
  and n.nspname not in ('pg_catalog', 'information_schema') and n.nspname not like 'pg_t%'
order by 1
"""

Rows = Mapping[str, Counter[str]]


@dataclass(frozen=True, slots=True)
class Difference:
    """Rows of each table, in text: those that were there before and no more, and those that are new."""

    gone: Mapping[str, list[str]]
    new: Mapping[str, list[str]]

    def write(self) -> None:
        """Make a database of the first content one of the second. Foreign keys are checked later."""
        with connection.cursor() as cursor:
            for table, rows in self.gone.items():
                cursor.execute(f"delete from {table} as row where row::text = any(%s)", [rows])  # noqa: S608 (names are the catalogue's)
                if cursor.rowcount != len(rows):
                    raise AssertionError(f"{table} is not what the set-up began with")
            for table, rows in self.new.items():
                cursor.execute(f"insert into {table} select * from unnest(%s::{table}[])", [rows])  # noqa: S608


def contents() -> Rows:
    """Every row of every table, in text, by the table's name."""
    with connection.cursor() as cursor:
        cursor.execute(_TABLES)
        tables = [name for (name,) in cursor.fetchall()]
        rows = [f"select '{name}', row::text from {name} as row" for name in tables]  # noqa: S608
        cursor.execute(" union all ".join(rows))
        found: dict[str, Counter[str]] = {}
        for table, row in cursor.fetchall():
            found.setdefault(table, Counter())[row] += 1
    return found


def difference(before: Rows, after: Rows) -> Difference:
    """What made the second content of the first."""
    nothing: Counter[str] = Counter()
    tables = sorted({*before, *after})
    gone = {name: list((before.get(name, nothing) - after.get(name, nothing)).elements()) for name in tables}
    new = {name: list((after.get(name, nothing) - before.get(name, nothing)).elements()) for name in tables}
    return Difference(
        {name: rows for name, rows in gone.items() if rows},
        {name: rows for name, rows in new.items() if rows},
    )

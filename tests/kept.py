"""What a set-up writes into the database, kept as its difference and written back for the next test.

A set-up of hundreds of statements is played once in a process; each later test gets the same rows in a few.
Rows are compared and written in PostgreSQL's own text form, so nothing is lost on the way.
"""

import functools
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings
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
        """Make a database of the first content one of the second.

        Triggers and foreign keys are left out: they saw these rows, and they look into one tenant's schema.
        """
        with connection.cursor() as cursor:
            cursor.execute("set local session_replication_role = replica")
            for table, rows in self.gone.items():
                cursor.execute(f"delete from {table} as row where row::text = any(%s)", [rows])  # noqa: S608
                if cursor.rowcount != len(rows):
                    raise AssertionError(f"{table} is not what the set-up began with")
            for table, rows in self.new.items():
                names = _columns(table)
                cursor.execute(
                    f"insert into {table} ({names}) select {names} from unnest(%s::{table}[])",  # noqa: S608
                    [rows],
                )
            cursor.execute("set local session_replication_role = origin")


@functools.cache
def _columns(table: str) -> str:
    """Names of a table's columns that are written, not generated."""
    with connection.cursor() as cursor:
        cursor.execute(
            "select string_agg(quote_ident(attname), ', ') from pg_attribute"
            " where attrelid = %s::regclass and attnum > 0 and not attisdropped and attgenerated = ''",
            [table],
        )
        return str(cursor.fetchone()[0])


def writes() -> int:
    """A number that grows with every row written in a test, taken back or not."""
    with connection.cursor() as cursor:
        cursor.execute("select sum(n_tup_ins + n_tup_upd + n_tup_del) from pg_stat_xact_user_tables")
        return int(cursor.fetchone()[0])


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


def files() -> dict[Path, bytes]:
    """What lies in the evidence folder, by path."""
    folder = settings.TANHENG.home / "evidence"
    return {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}


class Memory:
    """The set-ups of a process: what each made of the database, of the evidence folder and of a value."""

    def __init__(self) -> None:
        self._made: dict[object, tuple[Difference, dict[Path, bytes], object]] = {}

    def get(self, key: object) -> object | None:
        """Write a set-up back; its value, None if it was not played before."""
        if key not in self._made:
            return None
        rows, evidence, value = self._made[key]
        rows.write()
        for path, content in evidence.items():
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
        return value

    def play(self, key: object, play: Callable[[], object]) -> object:
        """Play a set-up and keep it under its key; its value."""
        before, there = contents(), files()
        value = play()
        new = {path: content for path, content in files().items() if there.get(path) != content}
        self._made[key] = (difference(before, contents()), new, value)
        return value

"""The database login of the web process: no owner and no superuser, so that row-level security binds it.

It may read and write rows of every table but what only a migration changes; it may make, alter and drop none.
A tenant's schema is made for it by a function of the owner's, from the script that it cannot write.
"""

from collections.abc import Iterable
from typing import Any

from django.conf import settings
from django.db import connection
from psycopg2 import sql

_TABLES = """
select c.relname from pg_class c
where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p', 'v') and not c.relispartition
"""
# What decides how a schema looks is read by the web process and written by migrations.
_READ_ONLY = ("tenants_schemascript", "django_migrations")
_ROWS = "select, insert, update, delete"


def prepare(schemas: Iterable[str], *, changed: Iterable[str]) -> None:
    """Makes the login where it is missing; lets it into `public`, and into those of these schemas that it
    cannot enter yet or that have changed. Nothing where the web process signs in as the owner."""
    name, password = settings.TANHENG.web_login()
    if not name:
        return
    with connection.cursor() as cursor:
        _make(cursor, name, password)
        _grant_public(cursor, name)
        for schema in {*changed, *_without(cursor, name, schemas)}:
            cursor.execute(grants_in(schema))


def grants_in(schema: str) -> str:
    """Statements that let the login into a tenant's schema; none where there is no such login."""
    name, _ = settings.TANHENG.web_login()
    lines = (
        f'grant usage on schema {schema} to "{name}";',
        f'grant {_ROWS} on all tables in schema {schema} to "{name}";',
        f'grant usage, select on all sequences in schema {schema} to "{name}";',
    )
    return "".join(f"{line}\n" for line in lines) if name else ""


def _without(cursor: Any, name: str, schemas: Iterable[str]) -> list[str]:
    cursor.execute(
        "select n from unnest(%s::text[]) as s(n) where not has_schema_privilege(%s, n, 'usage')",
        [list(schemas), name],
    )
    return [row[0] for row in cursor.fetchall()]


def _make(cursor: Any, name: str, password: str) -> None:
    cursor.execute("select 1 from pg_roles where rolname = %s", [name])
    if cursor.fetchone() is None:
        words = "create role {} login nosuperuser nobypassrls nocreatedb nocreaterole noinherit"
        cursor.execute(sql.SQL(words).format(sql.Identifier(name)))
    if password:
        cursor.execute(sql.SQL("alter role {} password %s").format(sql.Identifier(name)), [password])


def _grant_public(cursor: Any, name: str) -> None:
    role = sql.Identifier(name)
    cursor.execute(_TABLES)
    tables = sql.SQL(", ").join(sql.Identifier("public", row[0]) for row in cursor.fetchall())
    kept = sql.SQL(", ").join(sql.Identifier("public", table) for table in _READ_ONLY)
    for words in (
        "grant usage on schema public to {role}",
        f"grant {_ROWS} on {{tables}} to {{role}}",
        "revoke insert, update, delete on {kept} from {role}",
        "grant usage, select on all sequences in schema public to {role}",
    ):
        cursor.execute(sql.SQL(words).format(role=role, tables=tables, kept=kept))

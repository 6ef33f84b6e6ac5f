"""A second copy of the ledger's read models, in a schema of its own: made, compared, put in.

Tables are compared by the bytes of a full dump; where those differ, rows are counted.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass

from django.apps import apps
from django.db import connection, models

from tenants.models import CaseAssignment, TwoStepAction

SCHEMA = "ledger_rebuild"
# What regulator and administrator are about to sign, and where periods stand, is ours, not the ledger's.
NOT_LEDGER = {
    "CaseOpening",
    "DrawNonce",
    "EvidenceMatch",
    "EvidencePrint",
    "FactorEffect",
    "FactorProposal",
    "PeerFigure",
    "PeerGroup",
    "PeriodStanding",
}
# When our follower saw a block is not in any block.
NOT_IN_BLOCKS = {("Block", "seen_at")}
_MARK = "rebuild_mark"


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """One table: rows in use that a rebuild does not give, the other way round, and a digest of all bytes."""

    table: str
    rows: int
    only_in_use: int
    only_rebuilt: int
    digest: str

    @property
    def differing(self) -> int:
        """Rows that differ."""
        return self.only_in_use + self.only_rebuilt


def read_models() -> list[type[models.Model]]:
    """The ledger's shared tables, those that others point to first."""
    shared = [
        model
        for app in ("market", "accounting_chain")
        for model in apps.get_app_config(app).get_models()
        if model.__name__ not in NOT_LEDGER
    ]
    found: list[type[models.Model]] = [*shared, TwoStepAction, CaseAssignment]
    return sorted(found, key=lambda model: any(field.many_to_one for field in model._meta.fields))


def prepare(network: str) -> bool:
    """Make the copy's empty tables; true when a killed rebuild of the same shape left its own: it goes on."""
    mark = hashlib.sha256(json.dumps([network, [_shape(model) for model in read_models()]]).encode())
    with connection.cursor() as cursor:
        cursor.execute("select obj_description(to_regnamespace(%s))", [SCHEMA])
        if cursor.fetchone()[0] == mark.hexdigest():
            return True
        discard()
        cursor.execute(f'create schema "{SCHEMA}"')
        for model in read_models():
            table = model._meta.db_table
            cursor.execute(f'create table "{SCHEMA}"."{table}" (like public."{table}" including all)')
        cursor.execute(f"comment on schema \"{SCHEMA}\" is '{mark.hexdigest()}'")
    return False


def discard() -> None:
    """Drop the copy."""
    with connection.cursor() as cursor:
        cursor.execute(f'drop schema if exists "{SCHEMA}" cascade')


def compare() -> list[Difference]:
    """A line for each table."""
    return [_compare(model) for model in read_models()]


def put_in() -> None:
    """Replace the rows in use; where a follower wrote meanwhile the transaction fails as a whole."""
    with connection.cursor() as cursor:
        _keep_what_blocks_do_not_say(cursor)
        for model in reversed(read_models()):
            cursor.execute(f'delete from public."{model._meta.db_table}"')  # noqa: S608
        for model in read_models():
            table, columns = model._meta.db_table, ", ".join(_named(model, everything=True))
            into = f'insert into public."{table}" ({columns})'
            cursor.execute(f'{into} select {columns} from "{SCHEMA}"."{table}"')  # noqa: S608


def dump_digest(schema: str, model: type[models.Model]) -> str:
    """SHA-256 of a table's full dump in PostgreSQL's own text form, rows in the order of all columns."""
    digest = _Digest()
    columns = ", ".join(_named(model))
    query = f'select {columns} from "{schema}"."{model._meta.db_table}" order by {columns}'  # noqa: S608
    with connection.cursor() as cursor:
        cursor.cursor.copy_expert(f"copy ({query}) to stdout", digest)
    return digest.hexdigest()


class _Digest:
    """A file that keeps only the digest of what is written to it."""

    def __init__(self) -> None:
        self._digest = hashlib.sha256()

    def write(self, part: bytes | str) -> int:
        raw = part.encode() if isinstance(part, str) else part
        self._digest.update(raw)
        return len(part)

    def hexdigest(self) -> str:
        return self._digest.hexdigest()


def _compare(model: type[models.Model]) -> Difference:
    table, columns = model._meta.db_table, ", ".join(_named(model))
    used = f'select {columns} from public."{table}"'  # noqa: S608  names are our own models'
    rebuilt = f'select {columns} from "{SCHEMA}"."{table}"'  # noqa: S608
    digest = dump_digest(SCHEMA, model)
    same = digest == dump_digest("public", model)
    return Difference(
        table=table,
        rows=_count(rebuilt),
        only_in_use=0 if same else _count(f"{used} except all {rebuilt}"),
        only_rebuilt=0 if same else _count(f"{rebuilt} except all {used}"),
        digest=digest,
    )


def _named(model: type[models.Model], *, everything: bool = False) -> list[str]:
    """All columns but what the database makes itself (it says nothing), and what no block says."""
    return [
        f'"{field.column}"'
        for field in model._meta.fields
        if not isinstance(field, models.AutoField)
        and not field.generated  # computed from the others by the database
        and (everything or (model.__name__, field.name) not in NOT_IN_BLOCKS)
    ]


def _shape(model: type[models.Model]) -> list[str]:
    """The columns as the database has them: after a migration an old copy is of no use."""
    with connection.cursor() as cursor:
        cursor.execute(
            "select column_name || ' ' || data_type from information_schema.columns "
            "where table_schema = 'public' and table_name = %s order by 1",
            [model._meta.db_table],
        )
        return [model._meta.db_table, *(name for (name,) in cursor.fetchall())]


def _keep_what_blocks_do_not_say(cursor: object) -> None:
    """Each block keeps the moment at which it was seen."""
    cursor.execute(  # type: ignore[attr-defined]
        f'update "{SCHEMA}".market_block as made set seen_at = used.seen_at '  # noqa: S608
        "from public.market_block as used where used.number = made.number"
    )


def _count(query: str) -> int:
    with connection.cursor() as cursor:
        cursor.execute(f"select count(*) from ({query}) as found")  # noqa: S608  names are our own models'
        return int(cursor.fetchone()[0])

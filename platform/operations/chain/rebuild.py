"""Read models made again from block 0 beside the ones in use, and compared with them row by row.

The second copy lives in a schema of its own inside one transaction with a fixed view of the database, so
the site goes on meanwhile; without `--repair` nothing of it is kept.
"""

from __future__ import annotations

import asyncio
import secrets
from dataclasses import dataclass

from django.apps import apps
from django.db import connection, models, transaction
from django_tenants.utils import schema_context
from ledger.events import LedgerEvent, read_event
from ledger.gateway import Gateway
from ledger.network import Network

from accounting.services import ledger as accounting
from market.services import chain, projection

READER = "events"
SILENT_AFTER_S = 20.0
# Filled from the block stream with the time of their arrival, not from events.
NOT_REBUILT = {"Block", "ChainTransaction"}
# What a regulator is about to sign, and where periods stand, is ours, not the ledger's.
NOT_LEDGER = {"CaseOpening", "PeriodStanding"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """One table: rows in use that a rebuild does not give, and the other way round."""

    table: str
    rows: int
    only_in_use: int
    only_rebuilt: int


def rebuild(network: Network, *, organisation: str = "regulator", repair: bool = False) -> list[Difference]:
    """A line for each table, at the follower's own place in the chain. `repair` puts the rebuilt rows in.

    Raises TimeoutError when the peer does not send the events up to that place, LedgerError.
    """
    schema = f"rebuild_{secrets.token_hex(4)}"
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("set transaction isolation level repeatable read")
        place = chain.checkpoint(READER)
        events = asyncio.run(_events(network, organisation, until_tx=place.tx_id)) if place.tx_id else []
        cursor.execute(f'create schema "{schema}"')
        tables = [model._meta.db_table for model in _models()]
        for table in tables:
            cursor.execute(f'create table "{schema}"."{table}" (like public."{table}" including all)')
        with schema_context(schema):
            for event in events:
                if chain.advance(READER, event):
                    projection.apply(event)
                    accounting.project(event)
        found = [_compare(model, schema) for model in _models()]
        if repair:
            _put_in(schema)
        cursor.execute(f'drop schema "{schema}" cascade')
    return found


async def _events(network: Network, organisation: str, *, until_tx: str) -> list[LedgerEvent]:
    read: list[LedgerEvent] = []
    async with Gateway.of(network, organisation, "service") as gateway:
        stream = gateway.chaincode_events()
        while not read or read[-1].tx_id != until_tx:
            read.append(read_event(await asyncio.wait_for(anext(stream), SILENT_AFTER_S)))
        await stream.aclose()  # type: ignore[attr-defined]
    return read


def _models() -> list[type[models.Model]]:
    """The market's and accounting's shared tables, those that others point to first."""
    found = [
        model
        for app in ("market", "accounting_chain")
        for model in apps.get_app_config(app).get_models()
        if model.__name__ not in NOT_REBUILT | NOT_LEDGER
    ]
    return sorted(found, key=lambda model: any(field.many_to_one for field in model._meta.fields))


def _columns(model: type[models.Model]) -> str:
    """All columns but a number that the database gave: it says nothing."""
    names = [field.column for field in model._meta.fields if not isinstance(field, models.AutoField)]
    return ", ".join(f'"{name}"' for name in names)


def _compare(model: type[models.Model], schema: str) -> Difference:
    table, columns = model._meta.db_table, _columns(model)
    used = f'select {columns} from public."{table}"'  # noqa: S608  names are our own models'
    rebuilt = f'select {columns} from "{schema}"."{table}"'  # noqa: S608
    return Difference(
        table=table,
        rows=_count(rebuilt),
        only_in_use=_count(f"{used} except all {rebuilt}"),
        only_rebuilt=_count(f"{rebuilt} except all {used}"),
    )


def _count(query: str) -> int:
    with connection.cursor() as cursor:
        cursor.execute(f"select count(*) from ({query}) as found")  # noqa: S608  names are our own models'
        return int(cursor.fetchone()[0])


def _put_in(schema: str) -> None:
    """Replace the rows in use; where a follower wrote meanwhile the transaction fails as a whole."""
    with connection.cursor() as cursor:
        for model in reversed(_models()):
            cursor.execute(f'delete from public."{model._meta.db_table}"')  # noqa: S608
        for model in _models():
            table, columns = model._meta.db_table, _columns(model)
            into = f'insert into public."{table}" ({columns})'
            cursor.execute(f'{into} select {columns} from "{schema}"."{table}"')  # noqa: S608

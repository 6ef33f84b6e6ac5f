"""Meters by topic and gateways' keys, kept in memory: every message asks, few answers ever change."""

import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection
from django_tenants.utils import get_tenant_model
from lexicon.refusals import Refusal
from lexicon.topics import BadTopic, Kind, MeterPath, Reply, parse
from proof.batches import GatewayKey as Key

from ingest.hot.models import GatewayKey, MeterIndex
from ingest.intake import MeterFacts
from ingest.routes import Route

# A change (a new meter, a revoked key) is seen within this time; a topic that is not known asks at once.
REFRESH_S = 2.0
# Unknown topics in a storm must not turn into a query each.
REFRESH_S_MIN = 0.2


@dataclass(frozen=True, slots=True)
class NotFound:
    """Why a topic leads to no meter."""

    reason: Refusal
    facts: dict[str, str]


@dataclass(frozen=True, slots=True)
class _KeyRow:
    key: Key
    valid_from: datetime
    revoked_at: datetime | None


class Directory:
    """A snapshot of `meter_index` and gateway keys that renews itself."""

    def __init__(self) -> None:
        self._meters: dict[tuple[str, str, str], MeterFacts] = {}
        self._by_key: dict[int, MeterFacts] = {}
        self._keys: dict[tuple[str, str, str], _KeyRow] = {}
        self._tenants: set[str] = set()
        self._routes: dict[str, Route] = {}
        self._receipts: dict[int, str] = {}
        self._state: tuple[Any, ...] = ()
        self._read_at = float("-inf")

    def meter(self, path: MeterPath) -> MeterFacts | NotFound:
        """The meter of a topic, or the first reason why there is none."""
        self.refresh(older_than_s=REFRESH_S)
        found = self._meters.get((path.tenant, path.plant, path.meter))
        if found is None:
            self.refresh(older_than_s=REFRESH_S_MIN)
            found = self._meters.get((path.tenant, path.plant, path.meter))
        if found is None:
            return self._not_found(path)
        if found.gateway != path.gateway:
            return NotFound(Refusal.METER_NOT_OF_GATEWAY, {"meter": path.meter, "gateway": path.gateway})
        return found

    def by_key(self, key: int) -> MeterFacts:
        """The meter of a number that the hot tables know. Raises KeyError."""
        if key not in self._by_key:
            self.refresh(older_than_s=0)
        return self._by_key[key]

    def receipt_topic(self, key: int) -> str:
        """Where a meter's gateway is told. Raises KeyError."""
        topic = self._receipts.get(key)
        if topic is None:
            one = self.by_key(key)
            topic = f"{Reply.RECEIPT.value}/{one.tenant}.{one.gateway}/{one.plant}/{one.meter}"
            self._receipts[key] = topic
        return topic

    def routes(self, topics: Sequence[str]) -> list[Route | None]:
        """Where each topic leads, or None for one that leads nowhere plain: `meter` says why."""
        self.refresh(older_than_s=REFRESH_S)
        known = self._routes
        return [known[topic] if topic in known else self._route(topic) for topic in topics]

    def _route(self, topic: str) -> Route | None:
        """Of a topic that was not met since the last change; one that leads nowhere is not kept."""
        try:
            path, kind = parse(topic)
        except BadTopic:
            return None
        found = self._meters.get((path.tenant, path.plant, path.meter))
        if found is None or found.gateway != path.gateway or kind is Kind.EVENT:
            return None
        route = self._routes[topic] = Route(found, path.prefix, kind is Kind.BATCH)
        return route

    def key(self, path: MeterPath | MeterFacts, fingerprint: str, *, at: datetime) -> Key | None:
        """The gateway's key of that fingerprint if it may sign at this instant."""
        name = (path.tenant, path.gateway, fingerprint)
        if name not in self._keys:
            self.refresh(older_than_s=REFRESH_S_MIN)
        row = self._keys.get(name)
        if row is None or row.valid_from > at or (row.revoked_at is not None and row.revoked_at <= at):
            return None
        return row.key

    def revoked_at(self, path: MeterPath, fingerprint: str, *, at: datetime) -> datetime | None:
        """When the gateway's key of that fingerprint ended, if that was before this instant."""
        row = self._keys.get((path.tenant, path.gateway, fingerprint))
        return row.revoked_at if row and row.revoked_at is not None and row.revoked_at <= at else None

    def refresh(self, *, older_than_s: float) -> None:
        """Looks whether something changed if the snapshot is older than that, and reads it again then."""
        if time.monotonic() - self._read_at < older_than_s:
            return
        state = _state()
        if state != self._state:
            self._read()
            self._state = state
        self._read_at = time.monotonic()

    def _read(self) -> None:
        rows = [facts_of(row) for row in MeterIndex.objects.all()]
        self._routes, self._receipts = {}, {}
        self._meters = {(row.tenant, row.plant, row.meter): row for row in rows}
        self._by_key = {row.key: row for row in rows}
        self._keys = {
            (row.tenant, row.gateway, row.fingerprint): _KeyRow(
                Key(algorithm="p256" if row.algorithm == "p256" else "ed25519", spki=bytes(row.spki)),
                row.valid_from,
                row.revoked_at,
            )
            for row in GatewayKey.objects.all()
        }
        self._tenants = set(get_tenant_model().objects.values_list("schema_name", flat=True))

    def _not_found(self, path: MeterPath) -> NotFound:
        if path.tenant not in self._tenants:
            return NotFound(Refusal.UNKNOWN_TENANT, {"tenant": path.tenant})
        return NotFound(Refusal.UNKNOWN_METER, {"meter": f"{path.plant}/{path.meter}"})


def _state() -> tuple[Any, ...]:
    """What changes when a row of one of the tables was added, changed or removed: cheap to ask often."""
    tables = (MeterIndex._meta.db_table, GatewayKey._meta.db_table, get_tenant_model()._meta.db_table)
    # xmin is the transaction that wrote a row; the sum differs when any row was written again.
    parts = (f"select count(*), sum(xmin::text::bigint) from {table}" for table in tables)  # noqa: S608
    with connection.cursor() as cursor:
        cursor.execute(" union all ".join(parts))
        return tuple(cursor.fetchall())


def facts_of(row: MeterIndex) -> MeterFacts:
    """A row as the value that judging needs."""
    return MeterFacts(
        key=row.pk,
        tenant=row.tenant,
        gateway=row.gateway,
        plant=row.plant,
        meter=row.meter,
        unit=row.unit,
        least_count=row.least_count,
        digits=row.digits,
        interval_s=row.interval_s,
        valid_from_ms=int(row.valid_from.timestamp() * 1000),
    )

"""Raw readings of old months go from the embedded store into archive files; hours and signed bodies stay.

A month of a meter is put away when no reading that may still come can change an hour of it: both it and the
month after it are older than the limit, and that next month has readings of the meter, so that what is
computed from there on looks no further back (`ingest.services.hours` looks at two hours that have readings).
The file is durable before a row is removed; killed between the two, the next run writes another one, and the
first is a copy that nobody was told of.
"""

import gzip
import hashlib
import os
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from django.conf import settings
from django.db import connection, transaction
from kit import audit, clock
from psycopg2 import sql

from ingest.calendar import instant_text
from ingest.hot.models import MeterIndex
from ingest.intake import decoded
from ingest.units import value_text

# What must be left to compute with, in the month after: two hours before a run, and one to be sure.
HOURS_AFTER = 3
HEAD = "meter,at,value,unit,quality,signed,boot,seq\n"
ROWS_AT_ONCE = 10_000
_MONTHS = """
select to_date(substring(relname from 11), 'YYYY_MM') from pg_inherits join pg_class on oid = inhrelid
where inhparent = 'hot_point'::regclass order by 1
"""
_FOLLOWED = """
select m.id from hot_meterindex m
where exists (select 1 from hot_point where meter = m.id and t >= %(from)s and t < %(to)s)
and (select count(*) from hot_hour h
     where h.meter_id = m.id and h.n > 0 and h.hour >= %(next)s and h.hour < %(end)s) >= %(few)s
order by m.id
"""
_ROWS = "select t, count, boot, seq, q from hot_point where meter = %s and t >= %s and t < %s order by t"


@dataclass(frozen=True, slots=True)
class Archived:
    """One file: a plant's month, how many readings, SHA-256 of its bytes."""

    path: Path
    readings: int
    sha256: str


def put_away(home: Path | None = None) -> list[Archived]:
    """Archives what is due by TANHENG_READINGS_DAYS; nothing where it is 0 (for ever)."""
    limit = settings.TANHENG.readings_days
    if not limit:
        return []
    last = (clock.now() - timedelta(days=limit)).date()
    due = [month for month in _months() if _after(_after(month)) <= last]
    folder = (home or settings.TANHENG.home) / "archive"
    return [made for month in due for made in _put_month_away(folder, month)]


def _put_month_away(folder: Path, month: date) -> list[Archived]:
    followed = MeterIndex.objects.filter(pk__in=_followed(month)).order_by("tenant", "plant", "meter")
    by_plant: dict[tuple[str, str], list[MeterIndex]] = {}
    for meter in followed:
        by_plant.setdefault((meter.tenant, meter.plant), []).append(meter)
    made = [_put_plant_away(folder, month, meters) for meters in by_plant.values()]
    with connection.cursor() as cursor:
        partition = sql.Identifier("public", f"hot_point_{month:%Y_%m}")
        cursor.execute(sql.SQL("select exists (select 1 from {})").format(partition))
        if not cursor.fetchone()[0]:
            cursor.execute(sql.SQL("drop table {}").format(partition))
    return made


@transaction.atomic
def _put_plant_away(folder: Path, month: date, meters: Sequence[MeterIndex]) -> Archived:
    one = meters[0]
    path = _free(folder / one.tenant / one.plant, f"{month:%Y-%m}")
    readings = _write(path, month, meters)
    sha256 = hashlib.sha256(path.read_bytes()).hexdigest()
    from_ns, to_ns = _edges(month)
    with connection.cursor() as cursor:
        cursor.execute(
            "delete from hot_point where meter = any(%s) and t >= %s and t < %s",
            [[meter.pk for meter in meters], from_ns, to_ns],
        )
        if cursor.rowcount != readings:
            raise RuntimeError(f"{path.name}: {readings} readings written, {cursor.rowcount} in the store")
    audit.record(
        "readings.archive",
        account=one.account,
        subject=f"{one.plant}/{month:%Y-%m}",
        file=str(path.relative_to(folder)),
        readings=readings,
        sha256=sha256,
    )
    return Archived(path, readings, sha256)


def _write(path: Path, month: date, meters: Iterable[MeterIndex]) -> int:
    """The readings of some meters as compressed text, durable under its name when this returns."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    draft, readings = path.with_suffix(".new"), 0
    draft.touch(mode=0o600)
    with draft.open("wb") as file:
        with gzip.GzipFile(fileobj=file, mode="wb", mtime=0, filename="") as packed:
            packed.write(HEAD.encode())
            for meter in meters:
                for line in _lines(meter, month):
                    packed.write(line.encode())
                    readings += 1
        file.flush()
        os.fsync(file.fileno())
    draft.replace(path)
    folder = os.open(path.parent, os.O_RDONLY)
    os.fsync(folder)
    os.close(folder)
    return readings


def _lines(meter: MeterIndex, month: date) -> Iterable[str]:
    with connection.cursor() as cursor:
        cursor.execute(_ROWS, [meter.pk, *_edges(month)])
        while rows := cursor.fetchmany(ROWS_AT_ONCE):
            for t_ns, count, boot, seq, q in rows:
                quality, signed = decoded(q)
                value = value_text(count, meter.least_count)
                yield (
                    f"{meter.meter},{instant_text(t_ns)},{value},{meter.unit},{quality.value},"
                    f"{int(signed)},{boot},{seq}\n"
                )


def _free(folder: Path, name: str) -> Path:
    """A name that no finished file has: what was left of a month for its silent meters comes later."""
    number, path = 1, folder / f"{name}.csv.gz"
    while path.exists():
        number += 1
        path = folder / f"{name}-{number}.csv.gz"
    return path


def _months() -> list[date]:
    with connection.cursor() as cursor:
        cursor.execute(_MONTHS)
        return [row[0] for row in cursor.fetchall()]


def _followed(month: date) -> list[int]:
    """Meters with readings in the month and enough hours of readings in the next."""
    (from_ns, to_ns), (next_ns, end_ns) = _edges(month), _edges(_after(month))
    given = {"from": from_ns, "to": to_ns, "next": _hour(next_ns), "end": _hour(end_ns), "few": HOURS_AFTER}
    with connection.cursor() as cursor:
        cursor.execute(_FOLLOWED, given)
        return [row[0] for row in cursor.fetchall()]


def _hour(t_ns: int) -> int:
    return t_ns // 3_600_000_000_000


def _after(month: date) -> date:
    return date(month.year + month.month // 12, month.month % 12 + 1, 1)


def _edges(month: date) -> tuple[int, int]:
    return _ns(month), _ns(_after(month))


def _ns(day: date) -> int:
    return int(datetime(day.year, day.month, day.day, tzinfo=UTC).timestamp()) * 10**9

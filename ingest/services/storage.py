"""What the readings of all enterprises take on the disk, and how long it will last: told in a file.

Only the owner of the tables sees all of them, so a service measures and the pages read what it told.
"""

import json
import shutil
import time
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connection

from ingest.influx_home import place, series_url
from ingest.selectors.storage import PATH

TOLD_FOR_S = 600.0
# A day's readings are stored at night, too: what grows is told by the last 24 whole hours.
_DAY = "select coalesce(sum(n), 0) from hot_hour where hour >= %(from)s and hour < %(to)s"
_READINGS = "select coalesce(sum(n), 0) from hot_month"
_EMBEDDED = """
select coalesce(sum(pg_total_relation_size(inhrelid)), 0) from pg_inherits
where inhparent = 'hot_point'::regclass
"""
_BODIES = "select coalesce(sum(length), 0) from hot_signedbatch"


def keep_told() -> bool:
    """Measures where the last measurement is older than ten minutes; whether it did."""
    try:
        age_s = time.time() - (settings.TANHENG.home / PATH).stat().st_mtime
    except OSError:
        age_s = TOLD_FOR_S
    is_due = age_s >= TOLD_FOR_S
    if is_due:
        measure()
    return is_due


def measure(home: Path | None = None, *, now: float | None = None) -> dict[str, Any]:
    """Writes `run/storage.json` below the home and returns it: bytes and readings of all enterprises.

    store: `embedded`, `influx`, or `elsewhere` (an InfluxDB of somebody else's, whose disk is not seen).
    """
    home, now = home or settings.TANHENG.home, now or time.time()
    kind = _kind(home)
    hour = int(now) // 3600
    told = {
        "at": round(now, 3),
        "store": kind,
        "free_bytes": shutil.disk_usage(home).free,
        "raw_bytes": _raw_bytes(home, kind),
        "body_bytes": _number(_BODIES),
        "readings": _number(_READINGS),
        "readings_day": _number(_DAY, {"from": hour - 24, "to": hour}),
    }
    path = home / PATH
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    draft = path.with_suffix(".new")
    draft.write_text(json.dumps(told), encoding="utf-8")
    draft.replace(path)
    return told


def _kind(home: Path) -> str:
    given = settings.TANHENG
    url = series_url(
        home=home, series=given.series, influx_url=given.influx_url, influx_port=given.influx_port
    )
    if not url:
        return "embedded"
    return "elsewhere" if given.influx_url else "influx"


def _raw_bytes(home: Path, kind: str) -> int | None:
    if kind == "embedded":
        return _number(_EMBEDDED)
    if kind == "elsewhere":
        return None
    return sum(path.stat().st_size for path in place(home).rglob("*") if path.is_file())


def _number(query: str, values: dict[str, int] | None = None) -> int:
    with connection.cursor() as cursor:
        cursor.execute(query, values)
        return int(cursor.fetchone()[0])

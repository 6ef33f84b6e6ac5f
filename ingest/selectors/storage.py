"""What a plant's readings take on the platform's disk, and how long that will last at today's rate."""

import json
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db.models import Sum
from kit import clock, schema

from ingest.hot.models import Hour, MeterIndex, Month, SignedBatch

# Below the home: what was measured last.
PATH = Path("run") / "storage.json"
# A disk that lasts longer than ten years needs no number.
DAYS_MAX = 3_650


@dataclass(frozen=True, slots=True, kw_only=True)
class Storage:
    """store: as `ingest.services.storage` has it, or `unknown` before the first measurement.

    bytes_per_reading: raw readings and signed bodies of all enterprises, one decimal. readings, readings_day:
    the plant's own, ever and in the running hour and the 23 before. body_bytes: its signed bodies. days_left:
    until the disk is full; None: unknown or beyond ten years. kept_days: after which raw readings go to
    archive files; None: never.
    """

    store: str
    measured_at: datetime | None
    bytes_per_reading: str | None
    readings: int
    readings_day: int
    bytes_day: int | None
    body_bytes: int
    days_left: int | None
    kept_days: int | None


def storage_of(plant: str, *, home: Path | None = None) -> Storage:
    """Of a plant of the schema on the connection."""
    told = _told((home or settings.TANHENG.home) / PATH)
    meters = list(
        MeterIndex.objects.filter(tenant=schema.current().schema_name, plant=plant).values_list(
            "pk", flat=True
        )
    )
    hour = int(clock.now().timestamp()) // 3600
    day = _sum(Hour.objects.filter(meter__in=meters, hour__gt=hour - 24, hour__lte=hour), "n")
    each = _each(told)
    return Storage(
        store=str(told.get("store", "unknown")),
        measured_at=datetime.fromtimestamp(told["at"], UTC) if told else None,
        bytes_per_reading=f"{each.quantize(Decimal('0.1'), ROUND_HALF_UP)}" if each is not None else None,
        readings=_sum(Month.objects.filter(meter__in=meters), "n"),
        readings_day=day,
        bytes_day=int(each * day) if each is not None else None,
        body_bytes=_sum(SignedBatch.objects.filter(meter__in=meters), "length"),
        days_left=_days_left(told, each),
        kept_days=(settings.TANHENG.readings_days or None) if told.get("store") == "embedded" else None,
    )


def _each(told: dict[str, Any]) -> Decimal | None:
    """Bytes a reading, where a store of ours holds any."""
    if not told.get("readings") or told.get("raw_bytes") is None:
        return None
    return Decimal(told["raw_bytes"] + told["body_bytes"]) / int(told["readings"])


def _days_left(told: dict[str, Any], each: Decimal | None) -> int | None:
    grows = each * told["readings_day"] if each is not None else Decimal(0)
    days = int(told["free_bytes"] / grows) if grows else DAYS_MAX + 1
    return days if days <= DAYS_MAX else None


def _sum(rows: Any, name: str) -> int:
    return int(rows.aggregate(total=Sum(name))["total"] or 0)


def _told(path: Path) -> dict[str, Any]:
    try:
        told: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return told

"""Whether the platform itself takes readings now: a plant must not look for a fault that is ours."""

from enum import StrEnum
from pathlib import Path
from typing import Any

from django.conf import settings

from ingest.figures import read

# A flush is stored within a second; what arrived a minute ago and is not stored waits behind a backlog.
BEHIND_S = 60.0


class Reception(StrEnum):
    """UNKNOWN: nobody told yet. WORKER, BROKER, STORE: which part is away. BEHIND: a backlog is stored."""

    UNKNOWN = "unknown"
    RECEIVING = "receiving"
    BEHIND = "behind"
    WORKER = "worker"
    BROKER = "broker"
    STORE = "store"

    @property
    def is_ours(self) -> bool:
        """Whether a meter may seem silent because of us."""
        return self not in (Reception.UNKNOWN, Reception.RECEIVING)


def reception(home: Path | None = None) -> Reception:
    """How it stands by what the worker told last; the first reason that applies."""
    told = read((home or settings.TANHENG.home) / "run" / "ingest.json")
    return Reception.UNKNOWN if told is None else _of(told)


def _of(told: dict[str, Any]) -> Reception:
    if not told["fresh"]:
        return Reception.WORKER
    if not told.get("connected"):
        return Reception.BROKER
    if told.get("away"):
        return Reception.STORE
    is_behind = told.get("spool_bytes", 0) > 0 or (told.get("waiting", 0) and told.get("lag_s", 0) > BEHIND_S)
    return Reception.BEHIND if is_behind else Reception.RECEIVING

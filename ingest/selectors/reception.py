"""Whether the platform itself takes readings now: a plant must not look for a fault that is ours."""

from dataclasses import dataclass
from datetime import UTC, datetime
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


@dataclass(frozen=True, slots=True)
class Standing:
    """How it stands, and since when if a part is away or a backlog is stored."""

    state: Reception
    since: datetime | None


def reception(home: Path | None = None) -> Reception:
    """How it stands by what the worker told last; the first reason that applies."""
    return standing(home).state


def standing(home: Path | None = None) -> Standing:
    """The same with its beginning. A worker that is away has been so since it told something last."""
    told = read((home or settings.TANHENG.home) / "run" / "ingest.json")
    if told is None:
        return Standing(Reception.UNKNOWN, None)
    state = _of(told)
    began = told["at"] if state is Reception.WORKER else told.get("since", {}).get(state.value)
    return Standing(state, datetime.fromtimestamp(began, UTC) if began and state.is_ours else None)


def _of(told: dict[str, Any]) -> Reception:
    if not told["fresh"]:
        return Reception.WORKER
    if not told.get("connected"):
        return Reception.BROKER
    if told.get("away"):
        return Reception.STORE
    is_behind = told.get("spool_bytes", 0) > 0 or (told.get("waiting", 0) and told.get("lag_s", 0) > BEHIND_S)
    return Reception.BEHIND if is_behind else Reception.RECEIVING

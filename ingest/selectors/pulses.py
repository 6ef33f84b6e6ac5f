"""How each enterprise's readings come in: for the overseers' wall in market.

The one look across enterprises: the views of the hot tables that it reads hold no names but theirs.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from django.db import connection

from ingest.calendar import day_of, first_hour, instant_of_hour
from ingest.hot.models import Quarantine

WINDOW_S = 60
SHORT_S = 10
# The worker tells at least every ten seconds; after three times that nobody knows the rate.
STALE_S = 30

# A meter is online until three of its intervals have passed, as on the enterprise's own pages.
_METERS = """
select tenant, min(account), count(distinct plant),
       count(distinct plant) filter (where last_ns >= %(minute)s), count(*),
       count(*) filter (where last_ns >= %(now)s - 3000000000 * interval_s::bigint), max(last_ns)
from hot_overseen_meter group by tenant
"""
_HELD = """
select tenant, count(*) from hot_overseen_quarantine where received_at >= %s and state <> %s group by tenant
"""
_OPEN = "select tenant, count(*) from hot_overseen_alarm where ended_at is null group by tenant"
_FRESH = "select tenant, readings_short, readings_window from hot_overseen_pulse where told_at >= %s"


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrivals:
    """One enterprise's readings now. per_s (text, one decimal) and last_minute: None when nobody knows."""

    tenant: str
    account: str
    plants: int
    plants_live: int
    meters: int
    meters_online: int
    quarantined_today: int
    alarms_open: int
    per_s: str | None
    last_minute: int | None
    last_at: datetime | None
    age_s: int | None


def arrivals(*, now: datetime) -> dict[str, Arrivals]:
    """By account, every enterprise that has a meter; four queries however many there are."""
    now_ns = int(now.timestamp() * 1000) * 1_000_000
    with connection.cursor() as cursor:
        cursor.execute(_METERS, {"now": now_ns, "minute": now_ns - WINDOW_S * 1_000_000_000})
        rows = cursor.fetchall()
    held, pulses, alarms = _quarantined(now), _pulses(now), _alarms()
    return {
        account: Arrivals(
            tenant=tenant,
            account=account,
            plants=plants,
            plants_live=plants_live,
            meters=meters,
            meters_online=online,
            quarantined_today=held.get(tenant, 0),
            alarms_open=alarms.get(tenant, 0),
            per_s=rate_text(pulses[tenant][0]) if tenant in pulses else None,
            last_minute=pulses[tenant][1] if tenant in pulses else None,
            last_at=datetime.fromtimestamp(last_ns // 1_000_000 / 1000, UTC) if last_ns else None,
            # To the millisecond: the rest of an instant holds the sequence.
            age_s=max(0, now_ns // 1_000_000 - last_ns // 1_000_000) // 1000 if last_ns else None,
        )
        for tenant, account, plants, plants_live, meters, online, last_ns in rows
    }


def rate_text(readings: int) -> str:
    """Readings of ten seconds as readings a second, one decimal, exact."""
    return f"{readings // SHORT_S}.{readings % SHORT_S}"


def _quarantined(now: datetime) -> Mapping[str, int]:
    """By tenant, what was held back since midnight in Shanghai; what was refused is not among it."""
    midnight = instant_of_hour(first_hour(day_of(now)))
    return dict(_rows(_HELD, midnight, Quarantine.State.REFUSED.value))


def _alarms() -> Mapping[str, int]:
    """By tenant, alarms that are open now: how many things are wrong, not what they are."""
    return dict(_rows(_OPEN))


def _pulses(now: datetime) -> Mapping[str, tuple[int, int]]:
    """By tenant, readings of the short time and of the window."""
    fresh = _rows(_FRESH, now - timedelta(seconds=STALE_S))
    return {tenant: (short, window) for tenant, short, window in fresh}


def _rows(query: str, *values: datetime | str) -> list[Any]:
    with connection.cursor() as cursor:
        cursor.execute(query, values)
        return list(cursor.fetchall())

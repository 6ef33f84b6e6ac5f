"""How each enterprise's readings come in, from the hot tables: for the overseers' wall in market."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from django.db import connection
from django.db.models import Count

from ingest.calendar import day_of, first_hour, instant_of_hour
from ingest.hot.models import Alarm, Pulse, Quarantine

WINDOW_S = 60
SHORT_S = 10
# The worker tells at least every ten seconds; after three times that nobody knows the rate.
STALE_S = 30

# A meter is online until three of its intervals have passed, as on the enterprise's own pages.
_METERS = """
select m.tenant, min(m.account), count(distinct m.plant),
       count(distinct m.plant) filter (where s.last_ns >= %(minute)s), count(*),
       count(*) filter (where s.last_ns >= %(now)s - 3000000000 * m.interval_s::bigint), max(s.last_ns)
from hot_meterindex m
left join (select meter_id, nullif(max(last_ns), 0) as last_ns from hot_sequence group by meter_id) s
  on s.meter_id = m.id
group by m.tenant
"""


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
            per_s=rate_text(pulses[tenant].readings_short) if tenant in pulses else None,
            last_minute=pulses[tenant].readings_window if tenant in pulses else None,
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
    rows = Quarantine.objects.filter(received_at__gte=midnight).exclude(state=Quarantine.State.REFUSED)
    return {row["tenant"]: row["n"] for row in rows.values("tenant").annotate(n=Count("id"))}


def _alarms() -> Mapping[str, int]:
    """By tenant, alarms that are open now: how many things are wrong, not what they are."""
    rows = Alarm.objects.filter(ended_at=None).values("tenant").annotate(n=Count("id"))
    return {row["tenant"]: row["n"] for row in rows}


def _pulses(now: datetime) -> Mapping[str, Pulse]:
    fresh = Pulse.objects.filter(told_at__gte=now - timedelta(seconds=STALE_S))
    return {row.tenant: row for row in fresh}

"""Alarms kept by the hour worker: what is wrong is raised, what is right again ends by itself."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from django.db import connection, transaction
from kit import audit, clock
from lexicon.refusals import Refusal, refuse
from lexicon.terms import AlarmKind
from lexicon.units import INTEGRALS

from ingest.alarms import Lag, Seen, Wanted, of_clocks, of_silence
from ingest.calendar import HOUR_NS, hour_of_ns
from ingest.hot.models import Alarm, BrokerSighting, Quarantine
from ingest.selectors.reception import reception
from tenants.access import Viewer

LOOK = timedelta(seconds=30)
# After an outage of ours gateways and broker send what they kept; until then meters only seem silent.
CATCHING_UP = timedelta(minutes=2)
LONG_AGO = datetime(2000, 1, 1, tzinfo=UTC)
# Hours say nothing new for minutes; they are the larger part of the work.
LOOK_AT_HOURS = timedelta(minutes=5)

_METERS = """
select m.id, m.tenant, m.plant, m.gateway, m.interval_s::bigint * 1000000000, max(s.last_ns)
from hot_meterindex m join hot_sequence s on s.meter_id = m.id
left join hot_brokerlogin b on b.username = m.tenant || '.' || m.gateway
where b.revoked_at is null
group by m.id having max(s.last_ns) > 0 order by m.id
"""
# Six complete hours without change, of a meter that moved in nine of ten hours of the week before.
_STUCK = """
select m.id, m.tenant, m.plant, m.gateway, max(h.hour) filter (where h.hour < %(from)s and h.count > 0)
from hot_hour h join hot_meterindex m on m.id = h.meter_id
where h.hour >= %(from)s - 168 and h.hour < %(now)s
group by m.id
having count(*) filter (where h.hour >= %(from)s and h.n > 0) = 6
   and count(*) filter (where h.hour < %(from)s) >= 48
   and count(distinct h.count) filter (where h.hour >= %(from)s) = 1
   and case when m.unit = any(%(rates)s)
       then count(distinct h.count) filter (where h.hour < %(from)s) >= 24
       else max(h.count) filter (where h.hour >= %(from)s) = 0
        and 10 * count(*) filter (where h.hour < %(from)s and h.count > 0)
            >= 9 * count(*) filter (where h.hour < %(from)s) end
"""
# An hour of the last day with more than five times the most of any hour in the week before it.
_JUMPS = """
select m.id, m.tenant, m.plant, m.gateway, h.hour, h.count, w.most
from hot_hour h join hot_meterindex m on m.id = h.meter_id
cross join lateral (
  select max(o.count) as most, count(*) as known from hot_hour o
  where o.meter_id = h.meter_id and o.hour >= h.hour - 168 and o.hour < h.hour
) w
where h.hour >= %(now)s - 24 and h.hour < %(now)s and h.count > 0
  and w.known >= 48 and w.most > 0 and h.count > 5 * w.most
"""
# An hour with ten times the readings that the meter's interval makes, and ten a minute at least.
_FLOODS = """
select m.id, m.tenant, m.plant, m.gateway, h.hour, h.n, h.n / greatest(3600 / m.interval_s, 1)
from hot_hour h join hot_meterindex m on m.id = h.meter_id
where h.hour > %(now)s - 24 and h.hour <= %(now)s
  and h.n > 600 and h.n > 10 * greatest(3600 / m.interval_s, 1)
"""
# Plants with devices that await no receipt: what the broker confirmed and dropped is lost to them.
_UNKEPT = """
select distinct m.tenant, m.plant from hot_meterindex m join hot_sequence s on s.meter_id = m.id
where s.boot = 0 and s.last_ns >= %(since)s order by 1, 2
"""
_HOURS = frozenset({AlarmKind.STUCK, AlarmKind.JUMP, AlarmKind.FLOOD, AlarmKind.BROKER})
# What happened in one hour and is over: it ends when a person has seen to it.
_OF_AN_HOUR = frozenset({AlarmKind.JUMP, AlarmKind.FLOOD, AlarmKind.BROKER})
UNKEPT_FOR = timedelta(days=7)


@dataclass(slots=True)
class Watch:
    """Looks at all meters every half a minute; `look` may be called as often as one likes."""

    _lag: Lag = field(default_factory=Lag)
    _next: datetime = LONG_AGO
    _next_hours: datetime = LONG_AGO
    _told_from: datetime = LONG_AGO

    def look(self) -> int:
        """Raises and ends what is due; how many alarms changed. Raises OperationalError."""
        now = clock.now()
        if now < self._next:
            return 0
        self._next = now + LOOK
        wanted, kinds = list[Wanted](), set[AlarmKind]()
        if self._is_told(now):
            wanted, kinds = self._wanted(now), set(AlarmKind) - _HOURS
        if now >= self._next_hours:
            self._next_hours = now + LOOK_AT_HOURS
            hour = hour_of_ns(_ns(now))
            wanted += [*_stuck(hour), *_jumps(hour), *_floods(hour), *_dropped(now)]
            kinds |= _HOURS
        return keep(wanted, kinds=kinds, now=now)

    def _is_told(self, now: datetime) -> bool:
        """Whether silence means anything: not while the platform takes nothing, nor just after it."""
        if reception().is_ours:
            self._told_from = now + CATCHING_UP
        return now >= self._told_from

    def _wanted(self, now: datetime) -> list[Wanted]:
        now_ns = _ns(now)
        meters = [
            Seen(
                key=key,
                tenant=tenant,
                plant=plant,
                gateway=gateway,
                interval_ns=interval_ns,
                last_ns=last_ns,
                behind_ns=self._lag.look(key, last_ns=last_ns, now_ns=now_ns, interval_ns=interval_ns),
            )
            for key, tenant, plant, gateway, interval_ns, last_ns in _rows(_METERS, {})
        ]
        clocks = of_clocks(meters, now_ns)
        return [*of_silence(meters, now_ns), *clocks, *_fast(now, {one.meter for one in clocks})]


@transaction.atomic
def keep(wanted: Iterable[Wanted], *, kinds: Collection[str], now: datetime) -> int:
    """Makes the open alarms of some kinds the wanted ones; how many changed."""
    by_key = {(one.tenant, one.key): one for one in wanted}
    changed = 0
    for row in Alarm.objects.select_for_update().filter(ended_at=None, kind__in=kinds):
        one = by_key.pop((row.tenant, row.key), None)
        if one is None:
            row.ended_at = now
            row.save(update_fields=["ended_at"])
            changed += 1
        elif one.facts != row.facts:
            row.facts = one.facts
            row.save(update_fields=["facts"])
    handled = _handled(by_key.values())
    fresh = [one for one in by_key.values() if (one.tenant, one.key) not in handled]
    Alarm.objects.bulk_create(_alarm(one, now) for one in fresh)
    return changed + len(fresh)


@transaction.atomic
def handle(viewer: Viewer, alarm: Alarm, *, note: str) -> Alarm:
    """A person says what was done; an alarm about a past hour ends with it. Raises reason_required."""
    if not note.strip():
        refuse(Refusal.REASON_REQUIRED)
    row = Alarm.objects.select_for_update(of=("self",)).select_related("meter").get(pk=alarm.pk)
    row.person, row.note, row.handled_at = viewer.person, note.strip()[:200], clock.now()
    if row.kind in _OF_AN_HOUR:
        row.ended_at = row.ended_at or row.handled_at
    row.save(update_fields=["person", "note", "handled_at", "ended_at"])
    subject = f"{row.plant}/{row.meter.meter if row.meter else row.gateway}"
    audit.record(
        "alarm.handle",
        person=viewer.person,
        account=viewer.account,
        subject=subject,
        alarm=row.pk,
        kind=row.kind,
    )
    return row


def _handled(wanted: Iterable[Wanted]) -> set[tuple[str, str]]:
    """Of alarms about one past hour, those that a person has seen to: they do not come back."""
    keys = [one.key for one in wanted if one.hour is not None]
    rows = Alarm.objects.filter(key__in=keys).exclude(handled_at=None)
    return set(rows.values_list("tenant", "key"))


def _alarm(one: Wanted, now: datetime) -> Alarm:
    return Alarm(
        tenant=one.tenant,
        plant=one.plant,
        gateway=one.gateway,
        meter_id=one.meter,
        kind=one.kind,
        key=one.key,
        since=datetime.fromtimestamp(one.since_ns // 1_000_000_000, UTC),
        raised_at=now,
        facts=one.facts,
    )


def _fast(now: datetime, known: set[int | None]) -> list[Wanted]:
    """Meters whose readings were held for a time too far ahead, in the last ten minutes."""
    rows = (
        Quarantine.objects.filter(
            reason=Refusal.READING_IN_FUTURE, received_at__gte=now - timedelta(minutes=10)
        )
        .exclude(meter=None)
        .exclude(meter_id__in=[key for key in known if key is not None])
        .select_related("meter")
        .order_by("meter_id", "-received_at")
        .distinct("meter_id")
    )
    return [
        Wanted(
            kind=AlarmKind.CLOCK,
            tenant=row.tenant,
            plant=row.plant,
            gateway=row.meter.gateway if row.meter else "",
            meter=row.meter_id,
            since_ns=_ns(row.received_at),
            facts={"seconds": str(row.facts.get("seconds", ""))},
        )
        for row in rows
    ]


def _stuck(hour: int) -> list[Wanted]:
    rows = _rows(_STUCK, {"from": hour - 6, "now": hour, "rates": [str(unit) for unit in INTEGRALS]})
    return [
        Wanted(
            kind=AlarmKind.STUCK,
            tenant=tenant,
            plant=plant,
            gateway=gateway,
            meter=key,
            since_ns=((moved if moved is not None else hour - 7) + 1) * HOUR_NS,
            facts={"hours": str(hour - 1 - moved if moved is not None else 6)},
        )
        for key, tenant, plant, gateway, moved in rows
    ]


def _jumps(hour: int) -> list[Wanted]:
    return [
        _of_hour(AlarmKind.JUMP, row, times=count // most)
        for *row, count, most in _rows(_JUMPS, {"now": hour})
    ]


def _floods(hour: int) -> list[Wanted]:
    return [
        _of_hour(AlarmKind.FLOOD, row, readings=n, times=times)
        for *row, n, times in _rows(_FLOODS, {"now": hour})
    ]


def _dropped(now: datetime) -> list[Wanted]:
    """An alarm for each plant whose devices could lose readings when the broker last had no more room."""
    row = BrokerSighting.objects.filter(
        pk=BrokerSighting.DROPPED, refused_at__gte=now - timedelta(days=1)
    ).first()
    if row is None or row.refused_at is None:
        return []
    at = _ns(row.refused_at)
    return [
        Wanted(kind=AlarmKind.BROKER, tenant=tenant, plant=plant, hour=hour_of_ns(at), since_ns=at)
        for tenant, plant in _rows(_UNKEPT, {"since": at - int(UNKEPT_FOR.total_seconds()) * 1_000_000_000})
    ]


def _of_hour(kind: AlarmKind, row: Sequence[Any], **facts: int) -> Wanted:
    """An alarm about one hour of a meter. row: meter, tenant, plant, gateway, hour."""
    key, tenant, plant, gateway, at = row
    return Wanted(
        kind=kind,
        tenant=tenant,
        plant=plant,
        gateway=gateway,
        meter=key,
        hour=at,
        since_ns=at * HOUR_NS,
        facts={name: str(value) for name, value in facts.items()},
    )


def _ns(instant: datetime) -> int:
    return int(instant.timestamp() * 1000) * 1_000_000


def _rows(sql: str, parameters: dict[str, Any]) -> Sequence[Any]:
    with connection.cursor() as cursor:
        cursor.execute(sql, parameters)
        return list(cursor.fetchall())

"""What came from a meter's gateway since the meter was entered: its first reading, or what came instead."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from kit import clock, schema
from lexicon.terms import Grade
from lexicon.topics import Kind, MeterPath, build

from ingest.calendar import day_of
from ingest.hot.models import BrokerCertificate, BrokerLogin, BrokerSighting, Quarantine
from ingest.models import Meter
from ingest.selectors.calibrated import is_calibrated
from ingest.selectors.readings import reading
from ingest.series import Series

# A person who connects a meter looks at the last few messages, not at a history.
INSTEAD_MAX = 5
# Sign-ins that were turned away are told for as long as somebody may stand before the device and try.
REFUSED_FOR = timedelta(minutes=10)


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrival:
    """topic: where the meter's readings are expected; last: its newest; instead: newest first, not stored.
    grade: what such a reading is worth, as far as it shows; None before the first. calibrated: whether a
    certificate of the meter holds today; without one its readings are worth C.

    state: `arrived`, `held` (something came and was not stored), `revoked`, `connected` (signed in, silent),
    `refused` (not signed in, and a password was turned away a moment ago), `handshake` (the same by a
    certificate; only for a gateway that has one), `waiting`. refused_at: of the two the later.
    """

    topic: str
    username: str
    state: str
    connected_at: datetime | None
    refused_at: datetime | None
    last: dict[str, Any] | None
    grade: Grade | None
    calibrated: bool
    instead: list[Quarantine]


def arrival_of(meter: Meter, series: Series) -> Arrival:
    """The meter of the schema on the connection; other gateways' messages are not looked at."""
    tenant = str(schema.current().schema_name)
    path = MeterPath(tenant=tenant, gateway=meter.gateway_id, plant=meter.plant_id, meter=meter.slug)
    newest = series.last([meter.index]).get(meter.index)
    # The broker lets a gateway publish below its own name only, so the topic names the tenant, also where the
    # rest of it is no topic of ours.
    rows = Quarantine.objects.filter(
        topic__startswith=f"v1/{path.identity}/", received_at__gte=meter.created_at
    ).order_by("-received_at", "-id")
    instead = list(rows[:INSTEAD_MAX])
    connected_at, turned_away = _sightings(path.identity)
    calibrated = is_calibrated(meter, day_of(clock.now()))
    return Arrival(
        topic=build(path, Kind.READING),
        username=path.identity,
        state="arrived"
        if newest
        else "held"
        if instead
        else _unheard(path.identity, connected_at, turned_away),
        connected_at=connected_at,
        refused_at=max(turned_away.values(), default=None),
        last=reading(newest, meter) if newest else None,
        grade=_grade(meter, signed=newest.signed, calibrated=calibrated) if newest else None,
        calibrated=calibrated,
        instead=instead,
    )


def _grade(meter: Meter, *, signed: bool, calibrated: bool) -> Grade:
    """As a month of such readings would be graded (`accounting.domain.quality`)."""
    if not calibrated or meter.quantity_unit != meter.unit:
        return Grade.C
    return Grade.A if signed else Grade.B


def _sightings(username: str) -> tuple[datetime | None, dict[str, datetime]]:
    """When the broker last let the gateway in, and when it last turned anybody away, by what."""
    names = {BrokerSighting.NOBODY: "refused"}
    if BrokerCertificate.objects.filter(username=username).exists():
        names[BrokerSighting.HANDSHAKE] = "handshake"
    rows = BrokerSighting.objects.in_bulk([username, *names])
    own = rows.pop(username, None)
    return own.connected_at if own else None, {
        names[name]: row.refused_at for name, row in rows.items() if row.refused_at
    }


def _unheard(username: str, connected_at: datetime | None, turned_away: dict[str, datetime]) -> str:
    """Why there may be nothing at all."""
    login = BrokerLogin.objects.filter(pk=username).first()
    if login is not None and login.revoked_at is not None:
        return "revoked"
    # A new password ends what was known of the old one.
    since = login.changed_at if login is not None else None
    if connected_at is not None and (since is None or connected_at >= since):
        return "connected"
    lately = [(at, how) for how, at in turned_away.items() if clock.now() - at <= REFUSED_FOR]
    return max(lately)[1] if lately else "waiting"

"""What is wrong with meters, decided from what was seen of them. Pure.

Alarms are wanted states: whoever keeps them raises what is wanted and not open, and ends what is open and no
longer wanted. Many meters silent at once are one alarm of what they have in common.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from lexicon.terms import AlarmKind

from ingest.gaps import near_ns

# A minute: no time service misses by more. Beyond five the reading itself is quarantined (ingest.intake).
SKEW_NS = 60_000_000_000
# Gateways gather readings for a while before they send; what comes within two minutes is not silence.
SILENT_NS = 120_000_000_000
# More than ten alarms within five minutes are one: nobody reads fourteen of what one switch did.
STORM, STORM_NS = 10, 300_000_000_000
# Behind is only told of a device that goes on: three looks of half a minute that each moved with the time.
BEHIND_LOOKS = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """A meter as it stands: its newest reading (ns); behind_ns: how far a steady device lags, else None."""

    key: int
    tenant: str
    plant: str
    gateway: str
    interval_ns: int
    last_ns: int
    behind_ns: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """One alarm that should be open. since_ns: from when it was so; meter: None where it is about several."""

    kind: AlarmKind
    tenant: str
    plant: str
    since_ns: int
    gateway: str = ""
    meter: int | None = None
    hour: int | None = None
    facts: dict[str, str] = field(default_factory=dict)

    @property
    def key(self) -> str:
        """What it is about; one alarm of a key is open at a time."""
        about = self.meter if self.meter is not None else f"{self.plant}/{self.gateway}"
        return f"{self.kind}:{about}" if self.hour is None else f"{self.kind}:{about}:{self.hour}"


def of_silence(meters: Iterable[Seen], now_ns: int) -> list[Wanted]:
    """Silent meters; those of one gateway that are all silent are one alarm, those of a whole plant too."""
    by_plant: dict[tuple[str, str], dict[str, list[Seen]]] = defaultdict(lambda: defaultdict(list))
    for meter in meters:
        by_plant[meter.tenant, meter.plant][meter.gateway].append(meter)
    wanted: list[Wanted] = []
    for (tenant, plant), gateways in by_plant.items():
        wanted += _of_plant(tenant, plant, gateways, now_ns)
    return wanted


def of_clocks(meters: Iterable[Seen], now_ns: int) -> list[Wanted]:
    """Meters whose readings carry a time that is more than a minute ahead, or steadily behind."""
    wanted = []
    for meter in meters:
        ahead = meter.last_ns - now_ns
        off = ahead if ahead > SKEW_NS else -meter.behind_ns if meter.behind_ns is not None else 0
        if off:
            wanted.append(
                Wanted(
                    kind=AlarmKind.CLOCK,
                    tenant=meter.tenant,
                    plant=meter.plant,
                    gateway=meter.gateway,
                    meter=meter.key,
                    since_ns=now_ns,
                    facts={"seconds": str(off // 1_000_000_000)},
                )
            )
    return wanted


def is_silent(meter: Seen, now_ns: int) -> bool:
    """No reading for three intervals and two minutes; a device that lags steadily is not silent."""
    return meter.behind_ns is None and now_ns - meter.last_ns > max(near_ns(meter.interval_ns), SILENT_NS)


def _of_plant(tenant: str, plant: str, gateways: dict[str, list[Seen]], now_ns: int) -> list[Wanted]:
    silent = {name: [one for one in meters if is_silent(one, now_ns)] for name, meters in gateways.items()}
    dead = [name for name, ones in silent.items() if len(ones) == len(gateways[name])]
    everyone = [one for ones in silent.values() for one in ones]
    if len(dead) == len(gateways) > 1:
        return [_common(AlarmKind.NETWORK, tenant, plant, "", everyone)]
    wanted, alone = list[Wanted](), list[Seen]()
    for name, ones in sorted(silent.items()):
        if name in dead and len(ones) > 1:
            wanted.append(_common(AlarmKind.GATEWAY, tenant, plant, name, ones))
        else:
            alone += ones
    together = _at_once(alone)
    if together:
        wanted.append(_common(AlarmKind.NETWORK, tenant, plant, "", together))
    merged = {one.key for one in together}
    return wanted + [_alone(one) for one in alone if one.key not in merged]


def _at_once(ones: Sequence[Seen]) -> Sequence[Seen]:
    """The most meters that went silent within STORM_NS of each other, where they are more than STORM."""
    ordered = sorted(ones, key=lambda one: one.last_ns)
    most: Sequence[Seen] = ()
    first = 0
    for place, one in enumerate(ordered):
        while one.last_ns - ordered[first].last_ns > STORM_NS:
            first += 1
        if place + 1 - first > max(STORM, len(most)):
            most = ordered[first : place + 1]
    return most


def _common(kind: AlarmKind, tenant: str, plant: str, gateway: str, ones: Sequence[Seen]) -> Wanted:
    return Wanted(
        kind=kind,
        tenant=tenant,
        plant=plant,
        gateway=gateway,
        since_ns=max(one.last_ns for one in ones),
        facts={"meters": str(len(ones))},
    )


def _alone(one: Seen) -> Wanted:
    return Wanted(
        kind=AlarmKind.SILENT,
        tenant=one.tenant,
        plant=one.plant,
        gateway=one.gateway,
        meter=one.key,
        since_ns=one.last_ns,
    )


@dataclass(slots=True)
class Lag:
    """Tells a device whose clock is behind from one that was away: it goes on, as fast as the time does."""

    _before: dict[int, tuple[int, int, int]] = field(default_factory=dict)

    def look(self, meter: int, *, last_ns: int, now_ns: int, interval_ns: int) -> int | None:
        """How far it lags, once that was so for some looks; else None."""
        was_last, was_now, steady = self._before.get(meter, (last_ns, now_ns, 0))
        behind = now_ns - last_ns
        if last_ns == was_last:
            # Nothing new: a slow device between two readings; what was known of it stays.
            if now_ns - was_now > near_ns(interval_ns):
                self._before.pop(meter, None)
                return None
            self._before.setdefault(meter, (last_ns, now_ns, 0))
        else:
            pace = last_ns - was_last
            passed = now_ns - was_now
            is_steady = behind > SKEW_NS + interval_ns and abs(pace - passed) <= passed // 2 + interval_ns
            steady = steady + 1 if is_steady else 0
            self._before[meter] = (last_ns, now_ns, steady)
        return behind if steady >= BEHIND_LOOKS else None

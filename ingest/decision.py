"""What is to be written for some messages: decided as values, before anything is written. Pure.

Sequences decide: (meter, boot, seq) names a reading for ever. The first content under a name counts; the same
again is a repeat and changes nothing; another content is a fork and is kept as evidence.
"""

from collections import Counter
from collections.abc import Container, Mapping
from dataclasses import dataclass, field
from datetime import date
from hashlib import sha256
from operator import itemgetter
from typing import NamedTuple

from lexicon.refusals import Refusal

from ingest.blocks import Block
from ingest.calendar import HOUR_NS, day_of_ns
from ingest.intake import AGE_MS_MAX, AHEAD_MS_MAX, MeterFacts, Point
from ingest.reading import Flawed
from ingest.reasons import EVIDENCE, FINAL
from ingest.sequences import SequenceSet

# Unsigned readings with a sequence of their own, and those that ingest numbers. Signed boots are 1 and up.
BOOT_UNSIGNED = 0
BOOT_ASSIGNED = -1

Name = tuple[int, int, int]
"""(meter, boot, seq)"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """One row of the quarantine: a whole message (meter may be unknown) or one reading of it."""

    digest: str
    tenant: str
    plant: str
    meter_name: str
    meter: int | None
    topic: str
    payload: bytes
    reason: Refusal
    facts: dict[str, str]
    boot: int | None = None
    seq: int | None = None
    ts_ms: int | None = None

    @property
    def state(self) -> str:
        if self.reason in EVIDENCE:
            return "evidence"
        return "refused" if self.reason in FINAL else "held"


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """One named reading, judged: a point that may be stored, or what is wrong with it."""

    meter: MeterFacts
    topic: str
    boot: int
    seq: int
    judged: Point | Flawed
    sent: str
    signed: bool

    @property
    def name(self) -> Name:
        return self.meter.key, self.boot, self.seq

    @property
    def digest(self) -> str:
        """The identity of this reading's content under its name."""
        name = f"{self.meter.key} {self.boot} {self.seq} {self.sent}"
        return sha256(name.encode(errors="replace")).hexdigest()


@dataclass(frozen=True, slots=True, kw_only=True)
class NewBatch:
    """A verified body that is not in the segments yet; `payload` as it came, `day` of its first reading."""

    meter: MeterFacts
    boot: int
    seq0: int
    seq1: int
    digest: str
    previous: str
    key: str
    payload: bytes
    day: date


@dataclass(slots=True)
class DaySets:
    """What became of a day's sequence numbers."""

    stored: SequenceSet = field(default_factory=SequenceSet)
    quarantined: SequenceSet = field(default_factory=SequenceSet)
    refused: SequenceSet = field(default_factory=SequenceSet)


Taken = tuple[int, int, int, int, int]
"""(meter, boot, hour, first, last): plain readings of one hour whose sequences have no gap."""


@dataclass(slots=True)
class Decision:
    """Everything one flush will write: of what is plain `taken`, of what is not `seen` and `days`.

    plain: what came to each meter, which the short way knows without looking at the points again.
    repeated: by meter how many readings came again that were decided on before, with the same content.
    """

    points: list[Point] = field(default_factory=list)
    blocks: list[Block] = field(default_factory=list)
    held: list[Held] = field(default_factory=list)
    batches: list[NewBatch] = field(default_factory=list)
    seen: dict[tuple[int, int], SequenceSet] = field(default_factory=dict)
    days: dict[tuple[int, date, int], DaySets] = field(default_factory=dict)
    assigned: list[tuple[int, str, int]] = field(default_factory=list)
    repeated: Counter[int] = field(default_factory=Counter)
    taken: list[Taken] = field(default_factory=list)
    plain: Mapping[int, "Fresh"] = field(default_factory=dict)

    def stored(self) -> int:
        """How many readings are new."""
        plain = sum([last - first + 1 for _, _, _, first, last in self.taken])
        return plain + sum([len(sets.stored) for sets in self.days.values()])

    @property
    def repeats(self) -> int:
        """How many readings came again."""
        return self.repeated.total()

    def fresh(self) -> Mapping[int, "Fresh"]:
        """What comes to each meter."""
        if self.plain:
            return self.plain
        newest: dict[int, Point] = {}
        for point in self.points:
            known = newest.get(point[0])
            if known is None or point[1] > known[1]:
                newest[point[0]] = point
        counts = Counter(map(itemgetter(0), self.points))
        return {meter: Fresh(point, counts[meter]) for meter, point in newest.items()}

    def hours(self) -> set[tuple[int, int]]:
        """(meter, hour)s whose readings change, of what is not plain."""
        return {(point[0], point[1] // HOUR_NS) for point in self.points}


class Fresh(NamedTuple):
    """The newest of some readings of a meter, and how many there are."""

    point: Point
    readings: int


@dataclass(slots=True)
class Decider:
    """Applies candidates in the order they came.

    seen: sequences decided on before, by (meter, boot); old: names of others. standing: points that stand
    where candidates go. counted: names that a flood of refused readings left as a number.
    """

    seen: Mapping[tuple[int, int], SequenceSet]
    standing: Mapping[tuple[int, int], Point]
    now_ms: int
    old: Container[Name] = frozenset()
    counted: Container[Name] = frozenset()
    decision: Decision = field(default_factory=Decision)
    _new: dict[Name, Candidate] = field(default_factory=dict)
    _places: dict[tuple[int, int], Point] = field(default_factory=dict)

    def take(self, candidate: Candidate) -> None:
        """Decides on one candidate."""
        if candidate.name in self._new:
            self._again(candidate, self._new[candidate.name])
        elif candidate.seq in self.seen.get(candidate.name[:2], _NOTHING) or candidate.name in self.old:
            self._known(candidate)
        else:
            self._first(candidate)

    def _first(self, candidate: Candidate) -> None:
        judged = candidate.judged
        if isinstance(judged, Point) and self._taken(judged):
            judged = Flawed(
                Refusal.READING_TIME_TAKEN, seq=candidate.seq, ts_ms=_ts_ms(judged), sent=candidate.sent
            )
        self._new[candidate.name] = candidate
        self._see(candidate, judged)
        if isinstance(judged, Point):
            self.decision.points.append(judged)
            self._places[judged.meter, judged.t_ns] = judged
        else:
            self.decision.held.append(held_reading(candidate, judged.reason, judged.facts))

    def _again(self, candidate: Candidate, first: Candidate) -> None:
        """A second reading of one name within this flush."""
        if candidate.sent == first.sent or _same(first.judged, candidate.judged):
            self._repeat(candidate)
        else:
            self._fork(candidate)

    def _known(self, candidate: Candidate) -> None:
        """A reading whose name was decided on in an earlier flush."""
        judged = candidate.judged
        if isinstance(judged, Point):
            standing = self.standing.get((judged.meter, judged.t_ns))
            if standing is not None and _same(standing, judged):
                self._repeat(candidate)
                return
        elif candidate.name in self.counted:
            # Nobody kept what it said, so nothing shows that it says something else now.
            self._repeat(candidate)
            return
        elif judged.reason is Refusal.READING_TOO_OLD:
            # It is refused whatever it says and may well be the reading of long ago: that shows no fork.
            self.decision.held.append(held_reading(candidate, judged.reason, judged.facts))
            return
        # What was quarantined under this name has the same digest, and a row is written once: a repeat of it
        # changes nothing, anything else becomes evidence.
        self._fork(candidate)

    def _repeat(self, candidate: Candidate) -> None:
        self.decision.repeated[candidate.meter.key] += 1
        if candidate.signed and isinstance(candidate.judged, Point):
            # A signed repeat of an unsigned reading raises its grade; of a signed one it changes nothing.
            self.decision.points.append(candidate.judged)

    def _fork(self, candidate: Candidate) -> None:
        facts = {"seq": str(candidate.seq), "boot": str(candidate.boot), "sent": candidate.sent}
        self.decision.held.append(held_reading(candidate, Refusal.SEQUENCE_FORK, facts))

    def _taken(self, point: Point) -> bool:
        place = (point.meter, point.t_ns)
        standing = self.standing.get(place) or self._places.get(place)
        return standing is not None and not _same(standing, point)

    def _see(self, candidate: Candidate, judged: Point | Flawed) -> None:
        meter, boot, seq = candidate.name
        self.decision.seen.setdefault((meter, boot), SequenceSet()).add(seq)
        sets = self.decision.days.setdefault((meter, self._day(judged), boot), DaySets())
        if isinstance(judged, Point):
            sets.stored.add(seq)
        elif judged.reason in FINAL:
            sets.refused.add(seq)
        else:
            sets.quarantined.add(seq)

    def _day(self, judged: Point | Flawed) -> date:
        """The day a reading belongs to; one whose own time cannot be right counts where it arrived."""
        if isinstance(judged, Point):
            return day_of_ns(judged.t_ns)
        ts_ms = judged.ts_ms
        plausible = ts_ms is not None and -AGE_MS_MAX <= ts_ms - self.now_ms <= AHEAD_MS_MAX
        return day_of_ns((ts_ms if plausible and ts_ms is not None else self.now_ms) * 1_000_000)


_NOTHING = SequenceSet()


def held_reading(candidate: Candidate, reason: Refusal, facts: dict[str, str]) -> Held:
    """The quarantine's row of one reading."""
    judged = candidate.judged
    return Held(
        digest=candidate.digest,
        tenant=candidate.meter.tenant,
        plant=candidate.meter.plant,
        meter_name=candidate.meter.meter,
        meter=candidate.meter.key,
        topic=candidate.topic,
        payload=candidate.sent.encode(errors="replace"),
        reason=reason,
        facts=facts,
        boot=candidate.boot,
        seq=candidate.seq,
        ts_ms=_ts_ms(judged) if isinstance(judged, Point) else judged.ts_ms,
    )


def _same(standing: Point | Flawed, point: Point | Flawed) -> bool:
    """Whether two points are one reading, whichever way its value was written and whoever signed it."""
    if not (isinstance(standing, Point) and isinstance(point, Point)):
        return False
    return standing._replace(signed=point.signed) == point


def _ts_ms(point: Point) -> int:
    return point.t_ns // 1_000_000

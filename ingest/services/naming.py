"""From a decoded message to named candidates: each reading's boot and sequence, and how it is judged."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import sha256

from ingest.decision import BOOT_ASSIGNED, BOOT_UNSIGNED, Candidate, Held
from ingest.hot.models import AssignedSequence
from ingest.intake import MeterFacts, Point, judge, point_time_ns
from ingest.message import Arrived
from ingest.reading import Batch, Flawed, Reading, Single
from ingest.sequences import SequenceSet


@dataclass(slots=True)
class Decoded:
    """One message, read as far as it goes."""

    arrived: Arrived
    content: Single | Batch | None
    meter: MeterFacts | None
    held: Held | None = None
    candidates: list[Candidate] = field(default_factory=list)
    repeated: bool = False


def name_readings(one: Decoded, *, stored: set[tuple[int, str]], numbers: "Numbers", now_ms: int) -> None:
    """Fills in the named readings of a message that may be stored."""
    if one.held is not None or one.meter is None or one.content is None:
        return
    if isinstance(one.content, Single):
        place = numbers.name(one)
        one.candidates = [_candidate(one, one.content.item, place, now_ms=now_ms, signed=False)]
        return
    body = (one.meter.key, one.content.signed.digest)
    one.repeated = body in stored
    if not one.repeated:
        stored.add(body)
        first = one.content.seq0
        one.candidates = [
            _candidate(one, item, (one.content.boot, first + n), now_ms=now_ms, signed=True)
            for n, item in enumerate(one.content.items)
        ]


def _candidate(
    one: Decoded, item: Reading | Flawed, name: tuple[int, int], *, now_ms: int, signed: bool
) -> Candidate:
    assert one.meter is not None  # noqa: S101 (a message without a meter has no candidates)
    boot, seq = name
    return Candidate(
        meter=one.meter,
        topic=one.arrived.topic,
        boot=boot,
        seq=seq,
        judged=_judged(item, one.meter, name, now_ms=now_ms, signed=signed),
        sent=item.sent,
        signed=signed,
    )


def _judged(
    item: Reading | Flawed, meter: MeterFacts, name: tuple[int, int], *, now_ms: int, signed: bool
) -> Point | Flawed:
    if isinstance(item, Flawed):
        return item
    count = judge(item, meter, now_ms=now_ms)
    if isinstance(count, Flawed):
        return count
    boot, seq = name
    return Point(
        meter=meter.key,
        t_ns=point_time_ns(item.ts_ms, seq),
        count=count,
        boot=boot,
        seq=seq,
        quality=item.quality,
        signed=signed,
    )


@dataclass(slots=True)
class Numbers:
    """Sequence numbers for readings that came without one, the same again for the same message."""

    given: dict[tuple[int, str], int]
    last: dict[int, int]
    new: list[tuple[int, str, int]] = field(default_factory=list)

    @classmethod
    def load(cls, read: Sequence[Decoded], seen: Mapping[tuple[int, int], SequenceSet]) -> "Numbers":
        digests = [_digest(one.arrived) for one in read if one.meter and _unnumbered(one.content)]
        rows = AssignedSequence.objects.filter(digest__in=digests).values_list("meter_id", "digest", "seq")
        given = {(meter, digest): seq for meter, digest, seq in rows} if digests else {}
        last = {meter: taken.last for (meter, boot), taken in seen.items() if boot == BOOT_ASSIGNED and taken}
        return cls(given=given, last=last)

    def name(self, one: Decoded) -> tuple[int, int]:
        """(boot, seq) of a single reading."""
        assert isinstance(one.content, Single)  # noqa: S101 (asked for singles only)
        assert one.meter is not None  # noqa: S101
        if one.content.item.seq is not None:
            return BOOT_UNSIGNED, one.content.item.seq
        key = (one.meter.key, _digest(one.arrived))
        if key not in self.given:
            self.last[one.meter.key] = self.given[key] = self.last.get(one.meter.key, 0) + 1
            self.new.append((*key, self.given[key]))
        return BOOT_ASSIGNED, self.given[key]


def _unnumbered(content: Single | Batch | None) -> bool:
    return isinstance(content, Single) and content.item.seq is None


def _digest(arrived: Arrived) -> str:
    return sha256(arrived.topic.encode() + b"\n" + arrived.payload).hexdigest()

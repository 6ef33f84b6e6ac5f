"""What sources hand over becomes readings: exact text, marked where the clock is off, watched for falls."""

import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from lexicon.terms import ReadingQuality
from proof.batches import SignedBody, public_key

from agent.batch import Kept, sign_event
from agent.clock import ClockCheck
from agent.reading import Sample, number_of
from agent.settings import MeterSettings
from agent.spool import Spool, Taken
from agent.spool_file import SpoolFull
from agent.words import Notice

# A register that turned over was in the last tenth of its range and is in the first; all else is a fall.
ROLLOVER_TENTH = 10
# A register that flaps is one matter for a person; how often it fell goes with the next event.
FALL_EVERY_S = 600.0

Tell = Callable[..., None]


@dataclass(slots=True)
class Missed:
    """Polled readings that were not taken because the spool was full."""

    first_ms: int
    last_ms: int
    count: int = 0


@dataclass(slots=True, kw_only=True)
class Intake:
    """The one way into the spool; sources call it from their threads."""

    spool: Spool
    meters: Mapping[str, MeterSettings]
    key: Ed25519PrivateKey
    clock: ClockCheck
    tell: Tell
    taken: int = 0
    _missed: dict[str, Missed] = field(default_factory=dict)
    _fell_at: dict[str, float] = field(default_factory=dict)
    _silent: dict[str, int] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def take(
        self, samples: Sequence[Sample], *, cursor: tuple[str, str] | None = None, once: Sequence[str] = ()
    ) -> None:
        """Keeps samples, in their order. Raises SpoolFull; a source that can wait tries again."""
        with self._lock:
            falls = self._falls(samples)
            kept = [Taken(meter=self._topic(one), reading=self._kept(one)) for one in samples]
            due = self._due(falls)
            events = [self._fall(one, old) for one, old in due]
            self.spool.take(kept, cursor=cursor, once=once, events=events)
            self.taken += len(kept)
            self._count(falls, due)
        for one, old in due:
            self.tell(Notice.REGISTER_FELL, one.meter, meter=one.meter, old=old, new=one.value)

    def offer(self, samples: Sequence[Sample]) -> None:
        """The same for a source that cannot wait: what finds no room is counted, and told later."""
        try:
            self.take(samples)
        except SpoolFull as error:
            self.tell(Notice.SPOOL_FULL, "spool", reason=error)
            for sample in samples:
                missed = self._missed.setdefault(sample.meter, Missed(sample.ts_ms, sample.ts_ms))
                missed.count, missed.last_ms = missed.count + 1, sample.ts_ms
        else:
            self._tell_missed()

    def event(self, meter: str, event: str, *, register: str | None = None, **facts: object) -> None:
        """Keeps a signed event of a meter for the platform."""
        self.spool.add_event(*self._signed(meter, event, **facts), register=register)

    @property
    def missed(self) -> int:
        """Polled readings that found no room and are not told yet."""
        return sum(one.count for one in self._missed.values())

    def _tell_missed(self) -> None:
        if not self._missed:
            return
        count = self.missed
        for meter, one in self._missed.items():
            self.event(meter, "not_taken", first=one.first_ms, last=one.last_ms, count=one.count)
        self._missed.clear()
        self.tell(Notice.SPOOL_ROOM, "spool", missed=count)

    def _signed(self, meter: str, event: str, **facts: object) -> tuple[str, SignedBody]:
        topic, fingerprint = self.meters[meter].path.prefix, public_key(self.key).fingerprint
        return topic, sign_event(topic, event, facts, key=self.key, fingerprint=fingerprint)

    def _due(self, falls: Sequence[tuple[Sample, str]]) -> list[tuple[Sample, str]]:
        """The first fall of each meter that was not told of one lately."""
        now, due = time.monotonic(), dict[str, tuple[Sample, str]]()
        for one, old in falls:
            if now - self._fell_at.get(one.meter, float("-inf")) >= FALL_EVERY_S:
                due.setdefault(one.meter, (one, old))
        return list(due.values())

    def _fall(self, one: Sample, old: str) -> tuple[str, SignedBody]:
        before = self._silent.get(one.meter, 0)
        return self._signed(one.meter, "reset", at=one.ts_ms, old=old, new=one.value, before=before)

    def _count(self, falls: Sequence[tuple[Sample, str]], due: Sequence[tuple[Sample, str]]) -> None:
        """After the write: when each meter was told, and how many falls were not."""
        for one, _ in due:
            self._fell_at[one.meter], self._silent[one.meter] = time.monotonic(), 0
        for fall in falls:
            if fall not in due:
                self._silent[fall[0].meter] = self._silent.get(fall[0].meter, 0) + 1

    def _topic(self, sample: Sample) -> str:
        return self.meters[sample.meter].path.prefix

    def _kept(self, sample: Sample) -> Kept:
        quality = sample.quality
        if not sample.own_time and quality is ReadingQuality.GOOD and self.clock.is_off():
            quality = ReadingQuality.UNCERTAIN
        return Kept(sample.ts_ms, sample.value, self.meters[sample.meter].unit, quality.value)

    def _falls(self, samples: Sequence[Sample]) -> list[tuple[Sample, str]]:
        """Samples whose register shows less than before and did not just turn over, with what it showed."""
        last: dict[str, tuple[int, str]] = {}
        falls = []
        for one in samples:
            if one.quality is not ReadingQuality.GOOD or (new := number_of(one.value)) is None:
                continue
            if one.meter not in last:
                chain = self.spool.chain(self._topic(one))
                last[one.meter] = (chain.last_ms, chain.last_value)
            last_ms, last_value = last[one.meter]
            if one.ts_ms <= last_ms:
                continue
            old = number_of(last_value)
            if old is not None and new < old:
                meter = self.meters[one.meter]
                capacity = 10**meter.digits * meter.least_count
                turned = old * ROLLOVER_TENTH >= capacity * (ROLLOVER_TENTH - 1)
                if not (turned and new * ROLLOVER_TENTH <= capacity):
                    falls.append((one, last_value))
            last[one.meter] = (one.ts_ms, one.value)
        return falls

"""What every source is to the agent, and how one is polled."""

import threading
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Protocol

from agent.intake import Intake
from agent.reading import Sample
from agent.spool_file import SpoolFull
from agent.words import Notice

Tell = Callable[..., None]
# A device that is away is asked again after so long, at most.
RETRY_S_MAX = 60.0
FULL_S = 1.0


class Reader(Protocol):
    """A source at work. Its thread ends when `stop` is set."""

    name: str
    is_done: bool

    def run(self, stop: threading.Event) -> None:
        """Hands readings to the intake until stop is set, or until a source that ends has ended."""

    def probe(self) -> Sequence[Sample]:
        """One reading of each meter, kept nowhere, for `agent check`. Raises OSError, Unreadable."""

    def close(self) -> None:
        """Lets go of the device after a probe; `run` does so at its end."""


class Unreadable(ValueError):
    """A source answers, but not what was configured; `place` says where, `key` which setting it is."""

    def __init__(self, place: str, error: str, *, key: str) -> None:
        super().__init__(f"{place}: {error}")
        self.place, self.error, self.key = place, error, key


@dataclass(frozen=True, slots=True)
class Polled:
    """What one poll of a device gave: readings, and the places that answered something else."""

    samples: Sequence[Sample]
    faults: Sequence[Unreadable] = ()

    def whole(self) -> Sequence[Sample]:
        """All readings. Raises Unreadable, the first fault."""
        if self.faults:
            raise self.faults[0]
        return self.samples


def polled(reads: Iterable[Callable[[], Sample]]) -> Polled:
    """Each place by itself: what is wrong with one costs no other its reading."""
    samples, faults = list[Sample](), list[Unreadable]()
    for read in reads:
        try:
            samples.append(read())
        except Unreadable as error:
            faults.append(error)
    return Polled(samples, faults)


def poll(
    name: str,
    *,
    interval_s: float,
    read: Callable[[], Polled],
    intake: Intake,
    tell: Tell,
    stop: threading.Event,
) -> None:
    """Reads at whole multiples of the interval until stop is set; says once when a device goes or comes."""
    retry_s = interval_s
    while not stop.wait(_until_next(interval_s) if retry_s <= interval_s else retry_s):
        try:
            found = read()
        except (OSError, TimeoutError) as error:
            tell(Notice.SOURCE_AWAY, name, source=name, error=str(error) or type(error).__name__)
            retry_s = min(max(2 * retry_s, 1.0), RETRY_S_MAX)
        else:
            tell(Notice.SOURCE_BACK, name, source=name)
            for fault in found.faults:
                count = intake.spool.set_aside(name, fault.place, fault.error, "")
                facts = {"place": fault.place, "error": fault.error, "key": fault.key, "count": count}
                tell(Notice.SOURCE_UNREADABLE, f"{name} {fault.place}", source=name, **facts)
            intake.offer(found.samples)
            is_mute = not found.samples and bool(found.faults)
            retry_s = min(max(2 * retry_s, 1.0), RETRY_S_MAX) if is_mute else interval_s


def keep(take: Callable[[], None], *, tell: Tell, stop: threading.Event) -> bool:
    """Tries until there was room, for a source that can wait; False when it was stopped before."""
    while not stop.is_set():
        try:
            take()
        except SpoolFull as error:
            tell(Notice.SPOOL_FULL, "spool", reason=error)
            stop.wait(FULL_S)
        else:
            tell(Notice.SPOOL_ROOM, "spool", missed=0)
            return True
    return False


def _until_next(interval_s: float) -> float:
    """Seconds to the next whole multiple, so that meters of one plant are read at the same instants."""
    return interval_s - time.time() % interval_s

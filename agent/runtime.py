"""The agent at work: sources in threads, the spool between, one loop that signs, sends and takes receipts."""

import contextlib
import json
import logging
import queue
import signal
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType
from typing import Any

from agent import lock
from agent.clock import ClockCheck
from agent.intake import Intake
from agent.keys import load_key
from agent.sender import Sender
from agent.settings import Settings
from agent.sources import reader_of
from agent.sources.port import Reader
from agent.spool import Spool
from agent.spool_file import FILE, Limits, SpoolDamaged, SpoolFull
from agent.uplink import Arrived, Session, own_name
from agent.words import Notice, text_of

log = logging.getLogger("agent")
STEP_S = 0.1
SEAL_S = 0.2
STATUS_S = 2.0
PRUNE_S = 60.0
JOIN_S = 10.0
STATUS_FILE = "status.json"
# What says that a matter is settled, by what it settles.
_SETTLES = {
    Notice.SOURCE_BACK: (Notice.SOURCE_AWAY,),
    Notice.BROKER_BACK: (Notice.BROKER_AWAY, Notice.BROKER_REFUSES),
    Notice.RECEIPT_BACK: (Notice.RECEIPT_LATE, Notice.BATCH_REFUSED, Notice.PUBLISH_DENIED),
    Notice.SPOOL_ROOM: (Notice.SPOOL_FULL,),
    Notice.CLOCK_RIGHT: (Notice.CLOCK_OFF,),
}
# What happens at an instant is said each time it does.
_MOMENTS = {
    Notice.REGISTER_FELL,
    Notice.SPOOL_WENT_BACK,
    Notice.PLATFORM_WENT_BACK,
    Notice.SPOOL_DAMAGED,
}


@dataclass(slots=True)
class Teller:
    """Says each thing once, until it is settled: a device that is away for a night is one line, not 8,640."""

    standing: dict[tuple[Notice, str], str] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def tell(self, notice: Notice, subject: str, **facts: object) -> None:
        """A notice about a subject. What settles something that does not stand is not said."""
        with self._lock:
            if notice in _SETTLES:
                ended = [self.standing.pop((one, subject), None) for one in _SETTLES[notice]]
                if not any(ended):
                    return
            elif (notice, subject) in self.standing and notice not in _MOMENTS:
                return
            else:
                self.standing[notice, subject] = text_of(notice, **facts)
        (log.info if notice in _SETTLES else log.warning)("%s", text_of(notice, **facts))


@dataclass(slots=True, kw_only=True)
class Agent:
    """Everything that runs. Made by `opened`."""

    settings: Settings
    spool: Spool
    intake: Intake
    sender: Sender
    session: Session
    clock: ClockCheck
    teller: Teller
    readers: list[Reader]
    stop: threading.Event = field(default_factory=threading.Event)
    _due: dict[str, float] = field(default_factory=dict)
    _damaged: SpoolDamaged | None = None
    _was_off: bool = False
    _was_connected: bool = False

    def run(self, *, until_sent: bool = False) -> None:
        """Works until `stop` is set; with until_sent also until all sources ended and all has its receipt."""
        threads = [
            threading.Thread(target=self._guard, args=(reader,), name=reader.name, daemon=True)
            for reader in self.readers
        ]
        self.session.start()
        for thread in threads:
            thread.start()
        try:
            while not self.stop.is_set():
                self._step(everything=until_sent and self._all_read())
                if until_sent and self._all_read() and not any(self.spool.counts()):
                    break
        finally:
            self.stop.set()
            for thread in threads:
                thread.join(JOIN_S)
            if self._damaged is not None:
                raise self._damaged
            self._leave()

    def request_stop(self, _number: int = 0, _frame: FrameType | None = None) -> None:
        """For signal handlers."""
        self.stop.set()

    def status(self) -> dict[str, Any]:
        """What `tanheng agent status` shows."""
        open_, batches, sealed = self.spool.counts()
        offset = self.clock.offset_s()
        return {
            "at": int(time.time()),
            "boot": self.spool.boot,
            "connected": self.session.connected.is_set(),
            "taken": self.intake.taken,
            "waiting_readings": open_ + sealed,
            "waiting_batches": batches,
            "receipted": self.sender.receipted,
            "resent": self.sender.resent,
            "last_receipt": int(self.sender.receipt_s) or None,
            "spool_bytes": self.spool.used(),
            "spool_bytes_max": self.settings.spool_bytes,
            "clock_offset_s": None if offset is None else round(offset, 3),
            "not_taken": self.intake.missed,
            "troubles": sorted(self.teller.standing.values()),
        }

    def _step(self, *, everything: bool) -> None:
        try:
            self.sender.step(wait_s=STEP_S)
            if self._is_due("seal", SEAL_S) or everything:
                self.spool.seal(
                    readings=self.settings.batch_readings,
                    age_s=self.settings.batch_seconds,
                    everything=everything,
                )
            if self._is_due("prune", PRUNE_S):
                self.spool.prune(keep_days=self.settings.keep_days)
        except SpoolFull as error:
            self.teller.tell(Notice.SPOOL_FULL, "spool", reason=error)
            self.stop.wait(1.0)
        self.session.tend()
        self._tell_broker()
        self._tell_clock()
        if self._is_due("status", STATUS_S):
            self._write_status()

    def _guard(self, reader: Reader) -> None:
        """A source that breaks in a way nobody foresaw is told and started again; the others go on."""
        while not self.stop.is_set() and not reader.is_done:
            try:
                reader.run(self.stop)
            except SpoolDamaged as error:
                # The next start puts the file aside and goes on.
                self._damaged = error
                self.stop.set()
            except Exception as error:
                log.exception("the source %s broke and is started again", reader.name)
                self.teller.tell(Notice.SOURCE_AWAY, reader.name, source=reader.name, error=error)
                self.stop.wait(5.0)

    def _all_read(self) -> bool:
        return all(reader.is_done for reader in self.readers)

    def _tell_broker(self) -> None:
        broker = self.settings.broker
        place = {"host": broker.host, "port": broker.port}
        is_connected = self.session.connected.is_set()
        if is_connected and not self._was_connected:
            self.teller.tell(Notice.BROKER_BACK, "broker", **place, waiting=self.spool.counts()[1])
        self._was_connected = is_connected
        if is_connected:
            return
        if self.session.refused:
            facts = {"identity": self.settings.identity, "error": self.session.refused}
            self.teller.tell(Notice.BROKER_REFUSES, "broker", **place, **facts)
        elif self.session.trouble:
            self.teller.tell(Notice.BROKER_AWAY, "broker", **place, error=self.session.trouble)

    def _tell_clock(self) -> None:
        is_off = self.clock.is_off()
        if is_off == self._was_off:
            return
        self._was_off = is_off
        offset = self.clock.offset_s() or 0.0
        facts = {"seconds": round(abs(offset), 1), "limit": self.settings.clock_limit_s}
        behind = offset > 0
        direction = {
            "direction_zh": "慢" if behind else "快",
            "direction_en": "behind" if behind else "ahead of",
        }
        notice = Notice.CLOCK_OFF if is_off else Notice.CLOCK_RIGHT
        self.teller.tell(notice, "clock", **facts, **direction)
        for meter in self.settings.meters:
            state = "off" if is_off else "right"
            self.intake.event(
                meter, "clock", at=int(time.time() * 1000), state=state, offset_ms=int(offset * 1000)
            )

    def _write_status(self) -> None:
        path = self.settings.spool / STATUS_FILE
        draft = path.with_suffix(".new")
        with contextlib.suppress(OSError):
            draft.write_text(json.dumps(self.status(), ensure_ascii=False), encoding="utf-8")
            draft.replace(path)

    def _is_due(self, what: str, every_s: float) -> bool:
        now = time.monotonic()
        if now < self._due.get(what, 0.0):
            return False
        self._due[what] = now + every_s
        return True

    def _leave(self) -> None:
        """What was read is signed and kept; what was not receipted is sent at the next start."""
        with contextlib.suppress(SpoolFull):
            self.spool.seal(readings=self.settings.batch_readings, age_s=0, everything=True)
            self.sender.step(wait_s=0)
        self._write_status()
        self.session.stop()


@contextlib.contextmanager
def opened(settings: Settings) -> Iterator[Agent]:
    """An agent on its spool. Raises AgentError, OSError."""
    key = load_key(settings.key_file)
    with contextlib.closing(lock.hold(settings.spool)):
        teller = Teller()
        limits = Limits(bytes_max=settings.spool_bytes, disk_free=settings.disk_free_bytes)
        spool = _open_spool(settings.spool, key, limits, teller)
        clock = ClockCheck(limit_ms=int(settings.clock_limit_s * 1000))
        newest_ms = max((chain.told_ms for chain in spool.chains()), default=0)
        clock.not_before(newest_ms, now_ms=int(time.time() * 1000))
        receipts: queue.SimpleQueue[Arrived] = queue.SimpleQueue()
        intake = Intake(spool=spool, meters=settings.meters, key=key, clock=clock, tell=teller.tell)
        session = Session(
            settings.broker,
            client_id=own_name(settings.identity, "agent"),
            topics=[f"ack/{settings.identity}/#"],
            on_message=receipts.put,
        )
        agent = Agent(
            settings=settings,
            spool=spool,
            intake=intake,
            sender=Sender(spool=spool, session=session, clock=clock, tell=teller.tell, receipts=receipts),
            session=session,
            clock=clock,
            teller=teller,
            readers=[reader_of(source, settings, intake, teller.tell) for source in settings.sources],
        )
        try:
            yield agent
        finally:
            spool.close()


def stop_on_signals(agent: Agent) -> None:
    """SIGTERM and SIGINT end the agent in order."""
    signal.signal(signal.SIGTERM, agent.request_stop)
    signal.signal(signal.SIGINT, agent.request_stop)


def _open_spool(folder: Path, key: Any, limits: Limits, teller: Teller) -> Spool:
    """The spool; a damaged one is put aside as evidence, and a new one begins under a new boot."""
    try:
        return Spool(folder, key=key, limits=limits)
    except SpoolDamaged as error:
        aside = folder / f"{FILE}.damaged-{int(time.time())}"
        (folder / FILE).replace(aside)
        for suffix in ("-wal", "-shm"):
            with contextlib.suppress(FileNotFoundError):
                (folder / f"{FILE}{suffix}").replace(f"{aside}{suffix}")
        teller.tell(Notice.SPOOL_DAMAGED, "spool", path=aside, error=error)
        return Spool(folder, key=key, limits=limits)

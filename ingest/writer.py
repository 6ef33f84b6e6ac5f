"""The writer behind `ingest.worker`: its loop, its spool while the database is away, its figures."""

import gc
import logging
import signal
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType

from django.conf import settings
from django.db import InterfaceError, OperationalError, connection
from lexicon.topics import INGEST_SUBSCRIPTION

from ingest.buffer import Buffer
from ingest.figures import Figures
from ingest.message import Arrived
from ingest.mqtt import Broker, Client
from ingest.patience import be_patient
from ingest.receipts import Pacer
from ingest.segments import Segments
from ingest.selectors.directory import Directory
from ingest.series import SeriesUnavailable, chosen
from ingest.services.active import become_active, end_session, is_active, own_session
from ingest.services.live import Ticker
from ingest.services.pulse import Pulse
from ingest.services.storing import Store, known_end, store_each
from ingest.session import session_name
from ingest.spool import Spool, SpoolFull, alone

log = logging.getLogger("ingest.worker")
# What the broker may have out unacknowledged: three flushes, so that the next is here when one is written.
# The buffer's bytes bound it for large messages.
WINDOW = 60_000
# A day of a plant with 20 meters at one reading a second, unsigned, is 200 MB.
SPOOL_BYTES_MAX = 1024 * 1024 * 1024
RETRY_S = 1.0
# A try that took long, because the server hangs, is followed by as long a pause: what comes is spooled then.
RETRY_S_MAX = 5.0
IDLE_S = 0.25
# Small beside what a clock may be ahead (ingest.intake).
MOMENT_MS = 30_000
GARBAGE_THRESHOLD = 200_000
NAME = "ingest worker"


@dataclass(slots=True)
class Worker:
    """The loop. `away` is set while the database does not answer. session: the one that holds our lock."""

    store: Store
    ticker: Ticker
    pulse: Pulse
    spool: Spool
    buffer: Buffer
    client: Client
    figures: Figures
    pacer: Pacer = field(default_factory=Pacer)
    stopping: bool = False
    away: bool = False
    session: int = 0
    _retry_at: float = 0.0

    def run(self) -> None:
        """Works until `stopping`."""
        while not self.stopping:
            batch = self.buffer.take(idle_s=self._idle_s())
            if batch:
                self.keep(batch)
            self.drain()
            self.client.tell(self.pacer.overdue())
            self._show()
            self.write_figures(idle=not batch)

    def _idle_s(self) -> float:
        """How long a first message may be waited for: not at all while the spool can be drained."""
        if self.spool and not self.away:
            return 0.0
        return min(IDLE_S, self.ticker.due_in_s())

    def keep(self, batch: Sequence[Arrived]) -> None:
        """Makes a batch durable, in the database or in the spool, then acknowledges it."""
        waits = self.away or bool(self.spool)
        left = batch if waits else self._store(batch, int(time.time() * 1000))
        if left:
            self._spool(left)
        self.client.acknowledge(batch)
        self.figures.messages += len(batch)
        self.figures.lag_s = time.time() - batch[0].received_ms / 1000

    def drain(self) -> None:
        """Stores what waits in the spool, oldest first, when the database answers again."""
        if not self.spool or time.monotonic() < self._retry_at:
            return
        oldest = self.spool.oldest()
        if oldest is None:
            return
        path, messages = oldest
        # By the clock of their arrival: an hour later a reading that was ahead of its time would look right.
        for part in _of_one_moment(messages):
            if self._store(part, part[-1].received_ms):
                return
        self.spool.forget(path)

    def _spool(self, arrived: Sequence[Arrived]) -> None:
        """Waits for room rather than drop: meanwhile nothing is acknowledged and the broker holds back."""
        while not self.stopping:
            try:
                self.spool.append(arrived)
            except SpoolFull as error:
                log.warning("the spool is full (%s); the broker has to wait", error)
                time.sleep(RETRY_S)
                self.drain()
            else:
                self.figures.spooled += len(arrived)
                return
        raise SystemExit("stopped with a full spool; the messages stay with the broker")

    def _store(self, arrived: Sequence[Arrived], now_ms: int) -> Sequence[Arrived]:
        """The messages that the database did not take; receipts of the others are on their way."""
        began, left = time.monotonic(), arrived
        try:
            if self.away:
                self._take_over_again()
            for stored, still in store_each(self.store, arrived, now_ms=now_ms):
                left = still
                self.figures.readings += stored.readings
                self.figures.repeats += stored.repeats
                self.figures.hold(stored.reasons)
                self.figures.flushes += 1
                self.ticker.add([one.point for one in stored.fresh.values()])
                self.pulse.add(stored.fresh)
                self.client.tell(self.pacer.take(stored.receipts, stored.unsigned))
        except (OperationalError, InterfaceError, SeriesUnavailable, OSError) as error:
            self._lost(error, began)
            connection.close()
            return left
        if self.away:
            log.warning("the store answers again")
        self.away = False
        return ()

    def _take_over_again(self) -> None:
        """Makes sure that the lock is ours. Raises OperationalError for as long as a session holds it that we
        gave up and the server did not; SystemExit where another worker has it."""
        if is_active(NAME):
            self.session = own_session()
        elif end_session(NAME, self.session):
            raise OperationalError("the session that was given up still had our lock; it is being ended")
        else:
            raise SystemExit("another ingest worker took over while the database was away")

    def _lost(self, error: Exception, began: float) -> None:
        if not self.away:
            log.error("the store is away, readings go to the spool: %s", error)
        self.away = True
        now = time.monotonic()
        self._retry_at = now + max(RETRY_S, min(now - began, RETRY_S_MAX))

    def _show(self) -> None:
        if self.away:
            return
        began = time.monotonic()
        try:
            self.ticker.publish()
            self.pulse.tell()
        except (OperationalError, InterfaceError) as error:
            self._lost(error, began)
            connection.close()

    def write_figures(self, *, idle: bool = False) -> None:
        """Writes the figures' file when it is due."""
        self.figures.write(
            idle=idle,
            connected=self.client.connected.is_set(),
            waiting=len(self.buffer),
            spool_bytes=self.spool.size(),
            spool_damaged=self.spool.damaged(),
            away=self.away,
        )


def _of_one_moment(messages: Sequence[Arrived]) -> Iterator[Sequence[Arrived]]:
    """Messages in the order they came, in parts of no more than MOMENT_MS."""
    start = 0
    for place, one in enumerate(messages):
        if not 0 <= one.received_ms - messages[start].received_ms <= MOMENT_MS:
            yield messages[start:place]
            start = place
    if messages:
        yield messages[start:]


def broker_of(home: Path, port: int, url: str) -> Broker:
    """The broker of the settings, else the embedded one with the password that its configuration wrote."""
    if url:
        return Broker.parse(url)
    password = (home / "keys" / "mqtt-ingest").read_text(encoding="utf-8").strip()
    return Broker(host="127.0.0.1", port=port, username="ingest", password=password)


def run() -> None:
    """Becomes the active worker and works until SIGTERM or SIGINT."""
    be_patient()
    become_active(NAME)
    environment = settings.TANHENG
    with alone(environment.home / "spool"):
        _run()


def _run() -> None:
    environment = settings.TANHENG
    worker = _worker(environment.home, environment.mqtt_port, environment.mqtt_url)
    worker.session = own_session()

    def stop(_number: int, _frame: FrameType | None) -> None:
        worker.stopping = True

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)
    # What an earlier worker wrote last would say that this one has subscribed.
    worker.write_figures()
    worker.client.start()
    # Readings are small tuples without cycles, made and dropped by the thousand; looking for cycles as
    # often as usual would cost a fifth of the worker's time.
    gc.freeze()
    gc.set_threshold(GARBAGE_THRESHOLD, 20, 20)
    worker.run()
    worker.client.stop()
    log.info("stopped: %s", worker.figures)


def _worker(home: Path, port: int, url: str) -> Worker:
    directory = Directory()
    buffer = Buffer()
    (home / "run").mkdir(parents=True, exist_ok=True)
    is_fallback = not url and (home / "mqtt" / "fallback").exists()
    return Worker(
        store=Store(
            directory=directory, series=chosen(), segments=Segments(home / "segments", known_end=known_end)
        ),
        ticker=Ticker(directory),
        pulse=Pulse(directory),
        spool=Spool(home / "spool", bytes_max=SPOOL_BYTES_MAX),
        buffer=buffer,
        client=Client(
            broker_of(home, port, url),
            client_id=session_name(settings.SECRET_KEY),
            subscribe=["v1/#" if is_fallback else INGEST_SUBSCRIPTION],
            window=WINDOW,
            on_messages=buffer.put,
            hold=buffer.is_full,
            version=4 if is_fallback else 5,
        ),
        figures=Figures(home / "run" / "ingest.json"),
    )

"""The hub: live frames from PostgreSQL to every open page of this process.

A NOTIFY names a topic; the hub reads what is new of it from the ring, in sequence, and puts it in the queue
of each client. Owns delivery and order; who may listen, and snapshots, are the topics' owners' (`kit.live`).
"""

import asyncio
import json
import logging
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any, TypeVar

import psycopg2
from django.db import close_old_connections, connection, transaction
from kit import live, schema

R = TypeVar("R")
_LOG = logging.getLogger(__name__)
# A page that does not keep up loses its queue and gets snapshots instead; it never slows the others.
QUEUE_MAX = 256
RECONNECT_S = 1.0
# A topic whose present nobody has read yet.
_UNREAD = -1
_NEW_FRAMES = """
select f.topic, f.epoch::text, f.seq, f.data from kit_liveframe f
join unnest(%s::text[], %s::bigint[]) as asked (topic, seq) on f.topic = asked.topic and f.seq > asked.seq
order by f.topic, f.seq
"""


@dataclass(frozen=True, slots=True)
class Ready:
    """A frame as it goes out."""

    seq: int
    text: str


@dataclass(frozen=True, slots=True)
class CaughtUp:
    """What brings a client to a topic's present: a snapshot, or the frames after the last it has."""

    epoch: str
    seq: int
    frames: tuple[Ready, ...]


@dataclass(eq=False)
class Client:
    """One open page: its queue, how far each topic has come, frames that wait for a snapshot."""

    frames: asyncio.Queue[str] = field(default_factory=lambda: asyncio.Queue(QUEUE_MAX))
    seqs: dict[str, int] = field(default_factory=dict)
    waiting: dict[str, list[Ready]] = field(default_factory=dict)
    overflowed: bool = False

    @property
    def topics(self) -> set[str]:
        """Everything it listens to."""
        return {*self.seqs, *self.waiting}

    def put(self, text: str) -> None:
        """Queue a frame; a full queue is dropped whole and the client marked for snapshots."""
        if self.overflowed:
            return
        try:
            self.frames.put_nowait(text)
        except asyncio.QueueFull:
            self.overflowed = True
            while not self.frames.empty():
                self.frames.get_nowait()
            self.frames.put_nowait(frame("err", code="too_slow"))


@dataclass(slots=True)
class _Topic:
    """A topic somebody listens to: how far the hub has read it."""

    epoch: str
    seq: int
    clients: set[Client]


class Hub:
    """One a process. `start` and `stop` in its event loop; everything else from the same loop."""

    def __init__(self) -> None:
        self._topics: dict[str, _Topic] = {}
        self._dirty: set[str] = set()
        self._rung = asyncio.Event()
        self._tasks: set[asyncio.Task[None]] = set()
        self._clients: set[Client] = set()
        # Snapshots may take a while and never hold up the frames.
        self._reader = ThreadPoolExecutor(1, thread_name_prefix="live-frames")
        self._asker = ThreadPoolExecutor(2, thread_name_prefix="live-snapshots")

    def start(self) -> None:
        """Listen to the database and deliver, until `stop`."""
        self._tasks |= {asyncio.create_task(self._listen()), asyncio.create_task(self._deliver())}

    async def stop(self, *, retry_ms: int) -> None:
        """Tell every page to come back in a while, and end."""
        for client in self._clients:
            client.put(frame("bye", retry_ms=retry_ms))
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        for pool in (self._reader, self._asker):
            pool.submit(_close)
            pool.shutdown(wait=False)

    async def ask(self, work: Callable[[], R]) -> R:
        """The result of a database function, run in `public` on one of the hub's connections."""
        return await asyncio.get_running_loop().run_in_executor(self._asker, lambda: in_public(work))

    def join(self, client: Client) -> None:
        """A page has opened."""
        self._clients.add(client)

    def leave(self, client: Client) -> None:
        """A page has closed."""
        self._clients.discard(client)
        for topic in client.topics:
            self.unsubscribe(client, topic)

    async def subscribe(self, client: Client, topic: str, *, since: int | None = None) -> None:
        """Bring a permitted client to the topic's present, then keep it there.

        since: the last sequence it has; if the ring still holds all after it, those follow, else a snapshot.
        Frames that arrive meanwhile wait and follow in order.
        """
        listened = self._topics.setdefault(topic, _Topic("", _UNREAD, set()))
        listened.clients.add(client)
        client.seqs.pop(topic, None)
        client.waiting[topic] = []
        present = await self.ask(lambda: catch_up(topic, since))
        if listened.seq == _UNREAD:
            listened.epoch, listened.seq = present.epoch, present.seq
            self._ring(topic)
        if topic not in client.waiting:
            return
        client.seqs[topic] = _UNREAD
        for ready in (*present.frames, *client.waiting.pop(topic)):
            _give(client, topic, ready)
        client.seqs[topic] = max(client.seqs[topic], present.seq)

    def unsubscribe(self, client: Client, topic: str) -> None:
        """The client no longer listens; the last to leave a topic ends the reading of it."""
        client.seqs.pop(topic, None)
        client.waiting.pop(topic, None)
        listened = self._topics.get(topic)
        if listened:
            listened.clients.discard(client)
            if not listened.clients:
                del self._topics[topic]

    async def catch_up_all(self, client: Client) -> None:
        """Snapshots of everything for a client whose queue overflowed."""
        client.overflowed = False
        for topic in sorted(client.topics):
            await self.subscribe(client, topic)

    def _ring(self, *topics: str) -> None:
        self._dirty.update(topics)
        self._rung.set()

    async def _deliver(self) -> None:
        while True:
            await self._rung.wait()
            self._rung.clear()
            asked = {name: self._topics[name].seq for name in self._dirty if name in self._topics}
            self._dirty.clear()
            known = {name: seq for name, seq in asked.items() if seq != _UNREAD}
            if known and not await self._deliver_new(known):
                await asyncio.sleep(RECONNECT_S)
                self._ring(*known)

    async def _deliver_new(self, asked: Mapping[str, int]) -> bool:
        try:
            rows = await asyncio.get_running_loop().run_in_executor(
                self._reader, lambda: in_public(lambda: _new_frames(asked))
            )
        except Exception:  # noqa: BLE001 (the loop's edge: the database may be away; it is asked again)
            _LOG.exception("live frames cannot be read")
            return False
        for topic, epoch, ready in rows:
            self._spread(topic, epoch, ready)
        return True

    def _spread(self, topic: str, epoch: str, ready: Ready) -> None:
        listened = self._topics.get(topic)
        if listened is None or ready.seq <= listened.seq:
            return
        listened.epoch, listened.seq = epoch, ready.seq
        for client in listened.clients:
            if topic in client.waiting:
                client.waiting[topic].append(ready)
            else:
                _give(client, topic, ready)

    async def _listen(self) -> None:
        while True:
            try:
                await self._listen_once()
            except psycopg2.Error as error:
                _LOG.warning("live channel lost: %s", str(error).strip())
            await asyncio.sleep(RECONNECT_S)

    async def _listen_once(self) -> None:
        """One connection's life. What was published before LISTEN took hold is read at once."""
        listening = psycopg2.connect(**_parameters())
        loop, lost = asyncio.get_running_loop(), asyncio.get_running_loop().create_future()
        # A connection that breaks forgets its descriptor; the loop needs it to let go.
        descriptor = listening.fileno()
        try:
            listening.autocommit = True
            with listening.cursor() as cursor:
                cursor.execute(f"listen {live.CHANNEL}")
            loop.add_reader(descriptor, self._arrived, listening, lost)
            self._ring(*self._topics)
            await lost
        finally:
            loop.remove_reader(descriptor)
            listening.close()

    def _arrived(self, listening: Any, lost: "asyncio.Future[None]") -> None:
        try:
            listening.poll()
        except psycopg2.Error as error:
            if not lost.done():
                lost.set_exception(error)
            return
        while listening.notifies:
            topic, epoch, _seq = json.loads(listening.notifies.pop(0).payload)
            listened = self._topics.get(topic)
            if listened is None:
                continue
            if listened.epoch and listened.epoch != epoch:
                self._begin_again(topic, listened)
            self._ring(topic)

    def _begin_again(self, topic: str, listened: _Topic) -> None:
        """The server forgot the topic: everybody gets a snapshot of its new epoch."""
        listened.epoch, listened.seq = "", _UNREAD
        for client in listened.clients:
            task = asyncio.create_task(self.subscribe(client, topic))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)


def _close() -> None:
    """Django's proxy gives the connection of the thread that asks: it has to be asked over there."""
    connection.close()


def frame(kind: str, **parts: object) -> str:
    """A frame as text."""
    return json.dumps({"t": kind, **parts}, separators=(",", ":"), ensure_ascii=False, default=str)


def in_public(work: Callable[[], R]) -> R:
    """Run a database function in `public`, whatever schema this thread was left in before."""
    close_old_connections()
    schema.enter_public()
    try:
        return work()
    finally:
        schema.enter_public()


def catch_up(topic: str, since: int | None) -> CaughtUp:
    """The frames after `since` when all are kept, else a snapshot with the sequence it stands for.

    Snapshot and sequence are read from one state of the database, so no frame is missing or counted twice.
    """
    if since is not None:
        now = live.head(topic)
        kept = live.frames_after(topic, epoch=now.epoch, seq=since)
        if kept is not None:
            ready = tuple(_ready("delta", topic, now.epoch, one.seq, one.data) for one in kept)
            return CaughtUp(now.epoch, max(since, ready[-1].seq if ready else since), ready)
    owner = live.owner_of(topic)
    if owner is None:
        raise LookupError(topic)
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("set transaction isolation level repeatable read")
        now = live.head(topic)
        data = owner.snapshot(topic)
    return CaughtUp(now.epoch, now.seq, (_ready("snap", topic, now.epoch, now.seq, data),))


def _ready(kind: str, topic: str, epoch: str, seq: int, data: object) -> Ready:
    return Ready(seq, frame(kind, topic=topic, epoch=epoch, seq=seq, data=data))


def _give(client: Client, topic: str, ready: Ready) -> None:
    if ready.seq > client.seqs.get(topic, _UNREAD):
        client.seqs[topic] = ready.seq
        client.put(ready.text)


def _new_frames(asked: Mapping[str, int]) -> list[tuple[str, str, Ready]]:
    with connection.cursor() as cursor:
        cursor.execute(_NEW_FRAMES, [list(asked), list(asked.values())])
        rows = cursor.fetchall()
    return [
        (
            topic,
            epoch,
            _ready("delta", topic, epoch, seq, live.read_json(data)),
        )
        for topic, epoch, seq, data in rows
    ]


def _parameters() -> dict[str, Any]:
    parameters: dict[str, Any] = dict(connection.get_connection_params())
    parameters.pop("cursor_factory", None)
    return parameters

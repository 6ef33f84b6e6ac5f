"""The writer: acknowledges after the durable write, spools while the database is away, drains after."""

import contextlib
import errno
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import psycopg2
import pytest
from django.db import DataError, OperationalError, connection

from ingest import writer as writers
from ingest.buffer import Buffer
from ingest.figures import Figures, read
from ingest.hot.models import Quarantine
from ingest.mqtt import Message
from ingest.receipts import receipt_text
from ingest.services import active
from ingest.services.live import Ticker
from ingest.services.pulse import Pulse
from ingest.services.storing import store_each
from ingest.spool import Spool
from ingest.writer import Worker
from tests.ingest.conftest import Device
from tests.ingest.pipe import wait_for

pytestmark = pytest.mark.db


class FakeClient:
    """Stands for the broker: what was acknowledged and published."""

    def __init__(self) -> None:
        self.acknowledged: list[Message] = []
        self.published: list[tuple[str, bytes]] = []

    def acknowledge(self, messages: Any) -> None:
        self.acknowledged += messages

    def tell(self, receipts: Any) -> None:
        self.published += receipts


class Failing:
    """A store that is away while `error` is set; `halfway`: only for what is not plain."""

    def __init__(self, store: Any) -> None:
        self._store = store
        self.error: Exception | None = None
        self.halfway = False

    def store_plain(self, messages: Any, *, now_ms: int) -> Any:
        if self.error and not self.halfway:
            raise self.error
        return self._store.store_plain(messages, now_ms=now_ms)

    def store_rest(self, messages: Any, *, now_ms: int) -> Any:
        if self.error:
            raise self.error
        return self._store.store_rest(messages, now_ms=now_ms)


@pytest.fixture
def new_worker(
    new_store: Callable[[], Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Callable[[], Worker]:
    """new_worker(): one on the home's spool with an empty memory, as after a kill -9."""
    monkeypatch.setattr(writers, "RETRY_S", 0.0)
    # A failed try is followed by a pause of its own length: on a busy machine it would outlast the next line.
    monkeypatch.setattr(writers, "RETRY_S_MAX", 0.0)
    # The test's transaction is the connection: it must not be closed, and the lock is not at stake.
    monkeypatch.setattr(writers.connection, "close", lambda: None)

    def make() -> Worker:
        store = new_store()
        return Worker(
            store=Failing(store),  # type: ignore[arg-type]
            ticker=Ticker(store.directory),
            pulse=Pulse(store.directory),
            spool=Spool(tmp_path / "spool", bytes_max=10_000),
            buffer=Buffer(),
            client=FakeClient(),  # type: ignore[arg-type]
            figures=Figures(tmp_path / "figures.json"),
        )

    return make


@pytest.fixture
def worker(new_worker: Callable[[], Worker]) -> Worker:
    return new_worker()


def messages(device: Device, *numbers: int) -> list[Message]:
    arrived = [device.single(f"{n}.00", seq=n, ts_ms=_recent(n)) for n in numbers]
    return [
        Message(one.topic, one.payload, received_ms=_recent(n), mid=n, qos=1, connection=0)
        for n, one in zip(numbers, arrived, strict=True)
    ]


def _recent(n: int) -> int:
    return int(time.time() * 1000) - 1000 + n


def stored(worker: Any, device: Device) -> int:
    return len(worker.store._store.series.range(device.index, from_ns=0, to_ns=2**62))


def test_acknowledged_means_stored(worker: Any, device: Device) -> None:
    batch = messages(device, 1, 2)
    worker.keep(batch)
    assert worker.client.acknowledged == batch
    assert stored(worker, device) == 2
    assert worker.figures.readings == 2
    assert worker.client.published[-1][0] == "ack/t_000001.gw-1/plant-1/coal-1"


def test_while_the_database_is_away_readings_are_spooled_then_stored_without_a_receipt_before(
    worker: Any, device: Device
) -> None:
    worker.store.error = OperationalError("away")
    first, second = messages(device, 1, 2), messages(device, 3)
    worker.keep(first)
    worker.keep(second)
    assert worker.client.acknowledged == first + second
    assert worker.client.published == []
    assert stored(worker, device) == 0
    worker.store.error = None
    worker.drain()
    worker.keep(messages(device, 4))
    worker.drain()
    assert stored(worker, device) == 4
    assert not worker.spool
    assert not worker.away


def test_a_worker_that_dies_while_it_spools_leaves_its_spool_to_the_next(
    new_worker: Callable[[], Any], device: Device
) -> None:
    """What was acknowledged is the spool's alone; the rest comes again from the broker and counts once."""
    dies = new_worker()
    dies.store.error = OperationalError("away")
    spooled = messages(device, 1, 2, 3)
    dies.keep(spooled)
    assert dies.client.acknowledged == spooled
    following = new_worker()
    assert following.spool
    following.keep(spooled[2:] + messages(device, 4))
    while following.spool:
        following.drain()
    assert stored(following, device) == 4
    assert (following.figures.readings, following.figures.repeats, following.figures.held) == (4, 1, 0)


def test_a_store_that_goes_away_between_the_parts_of_a_flush_leaves_only_the_second_to_the_spool(
    worker: Any, device: Device
) -> None:
    """What is durable is counted and shown at once, and comes no second time as a repeat."""
    worker.store.error, worker.store.halfway = OperationalError("away"), True
    batch = messages(device, 1, 2)
    torn = batch[0]._replace(payload=b"{", mid=3)
    worker.keep([*batch, torn])
    assert worker.client.acknowledged == [*batch, torn]
    assert (worker.figures.readings, stored(worker, device)) == (2, 2)
    assert worker.figures.spooled == 1
    assert worker.client.published[-1][0] == "ack/t_000001.gw-1/plant-1/coal-1"
    worker.store.error = None
    while worker.spool:
        worker.drain()
    assert (worker.figures.readings, worker.figures.repeats, worker.figures.held) == (2, 0, 1)


def test_a_full_spool_acknowledges_nothing(
    worker: Any, device: Device, monkeypatch: pytest.MonkeyPatch
) -> None:
    worker.store.error = OperationalError("away")
    worker.spool.bytes_max = 10

    def stop(_: float) -> None:
        worker.stopping = True

    monkeypatch.setattr(writers.time, "sleep", stop)
    with pytest.raises(SystemExit):
        worker.keep(messages(device, 1))
    assert worker.client.acknowledged == []


def test_a_value_that_the_database_refuses_is_found_and_takes_no_neighbour_with_it(
    store: Any, device: Device
) -> None:
    class Poisoned:
        def store_plain(self, batch: Any, *, now_ms: int) -> Any:
            if any(b'"666.00"' in one.payload for one in batch):
                raise DataError("no such number")
            return store.store_plain(batch, now_ms=now_ms)

    batch = [device.single(f"{n}.00", seq=n) for n in (1, 2, 666, 4, 5)]
    made = list(store_each(Poisoned(), batch, now_ms=batch[0].received_ms))  # type: ignore[arg-type]
    assert sum(one.readings for one, _ in made) == 4
    # After each part it is known what is left.
    assert [len(left) for _, left in made] == [3, 2, 0]
    (row,) = Quarantine.objects.all()
    assert bytes(row.payload) == batch[2].payload


def test_the_figures_say_what_came_in_how_late_and_why_some_was_held(worker: Any, device: Device) -> None:
    worker.client.connected = __import__("threading").Event()
    now_ms = _recent(0)
    torn = Message(topic=f"{device.stem}/r", payload=b"{", mid=8, qos=1, received_ms=now_ms)
    worker.keep([one._replace(received_ms=now_ms) for one in messages(device, 1)] + [torn])
    worker.write_figures()
    told = read(worker.figures.path)
    assert told is not None
    assert (told["messages"], told["readings"], told["held"]) == (2, 1, 1)
    assert told["reasons"] == {"reading_torn": 1}
    assert 1.0 <= told["lag_s"] < 20
    assert told["fresh"]
    assert read(worker.figures.path.with_name("none")) is None


def test_a_receipt_is_small_json(worker: Any, device: Device) -> None:
    worker.keep(messages(device, 1))
    (topic, payload), *_ = worker.client.published
    assert payload == b'{"v":1,"boot":0,"from":1,"to":1,"hash":""}'
    from ingest.message import Receipt

    refused = Receipt(topic=topic, boot=1, to=0, digest="ab", refused="batch_key_unknown")
    assert b'"refused":"batch_key_unknown"' in receipt_text(refused)


@contextlib.contextmanager
def other_session() -> Iterator[int]:
    """A session beside the test's that holds the worker's lock, by its number."""
    given = connection.settings_dict
    with connection.cursor() as cursor:
        # Tests before this one may have made their connection the active worker's.
        cursor.execute("select pg_advisory_unlock_all()")
    with contextlib.closing(
        psycopg2.connect(host=given["HOST"], dbname=given["NAME"], user=given["USER"])
    ) as link:
        link.autocommit = True
        with link.cursor() as cursor:
            cursor.execute("select pg_try_advisory_lock(%s)", [active._key(writers.NAME)])
            assert cursor.fetchone() == (True,)
        yield link.info.backend_pid


def test_a_session_that_the_worker_gave_up_is_ended_and_the_worker_goes_on(
    worker: Any, device: Device
) -> None:
    """A server that woke, or lies behind a cut network, keeps the lock of a connection long given up."""
    worker.store.error = OperationalError("silent")
    worker.keep(messages(device, 1))
    worker.store.error = None
    with other_session() as worker.session:
        worker.keep(messages(device, 2))
        worker.drain()
        assert (worker.away, stored(worker, device)) == (True, 0)
        wait_for(lambda: worker.drain() or not worker.spool)
    assert (worker.away, stored(worker, device)) == (False, 2)
    assert worker.session == connection.connection.info.backend_pid


def test_a_worker_whose_place_another_has_taken_stops(worker: Any, device: Device) -> None:
    worker.store.error = OperationalError("silent")
    worker.keep(messages(device, 1))
    worker.store.error = None
    with other_session(), pytest.raises(SystemExit, match="another ingest worker"):
        worker.drain()
    assert stored(worker, device) == 0
    assert worker.spool


def test_a_try_that_took_long_is_followed_by_a_pause_in_which_the_rest_is_spooled(
    worker: Any, device: Device, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Slow:
        tries = 0

        def store_plain(self, batch: Any, *, now_ms: int) -> Any:
            self.tries += 1
            time.sleep(0.3)
            raise OperationalError("silent")

    monkeypatch.setattr(writers, "RETRY_S_MAX", 5.0)
    monkeypatch.setattr(worker, "store", Slow())
    worker.keep(messages(device, 1))
    began = time.monotonic()
    for n in range(2, 6):
        worker.keep(messages(device, n))
        worker.drain()
    assert time.monotonic() - began < 0.3
    assert worker.store.tries == 1
    time.sleep(0.35)
    worker.drain()
    assert worker.store.tries == 2


def test_a_spooled_reading_is_judged_by_the_clock_of_its_arrival(worker: Any, device: Device) -> None:
    """It came an hour ago and was forty minutes ahead: now its time looks right, and is not."""
    arrived_ms = int(time.time() * 1000) - 3_600_000
    ahead = device.single("1.00", seq=1, ts_ms=arrived_ms + 40 * 60_000)._replace(received_ms=arrived_ms)
    later = device.single("2.00", seq=2, ts_ms=arrived_ms + 600_000)._replace(
        received_ms=arrived_ms + 600_000
    )
    worker.store.error = OperationalError("away")
    worker.keep([ahead])
    worker.keep([later])
    worker.store.error = None
    worker.drain()
    assert Quarantine.objects.get().reason == "reading_in_future"
    assert stored(worker, device) == 1
    assert not worker.spool


def test_a_disk_that_does_not_take_what_is_stored_holds_the_worker_as_a_store_that_is_away(
    worker: Any, device: Device
) -> None:
    worker.store.error = OSError(errno.ENOSPC, "No space left on device")
    worker.keep(messages(device, 1))
    assert worker.away
    assert worker.spool
    worker.store.error = None
    worker.drain()
    assert stored(worker, device) == 1


def test_figures_that_cannot_be_written_are_left(worker: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: Any, **__: Any) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(Path, "write_text", full)
    worker.figures.write(idle=True, connected=True)
    assert not worker.figures.path.exists()


def test_the_gateway_of_a_batch_that_cannot_be_stored_is_told(worker: Any, device: Device) -> None:
    """It would send it for ever, and behind it nothing else."""
    worker.store.error = DataError("no such value")
    batch = device.batch(["1"], ts_ms=_recent(1))
    worker.keep([batch._replace(mid=1, qos=1)])
    topic, text = worker.client.published[-1]
    assert topic == "ack/t_000001.gw-1/plant-1/coal-1"
    assert f'"hash":"{device.previous}","at"'.encode() in text
    assert b'"refused":"reading_malformed"' in text

"""The way up: in order, again until the receipt; a silent meter holds up no other; a platform gone back."""

import json
import queue
from collections.abc import Callable
from dataclasses import dataclass, field
from threading import Event

import pytest
from proof.batches import split

from agent.batch import readings_of
from agent.clock import ClockCheck
from agent.sender import RESEND_S, RESEND_S_MAX, STRIKES, STRIKES_BACK, WINDOW, Sender
from agent.spool import Spool
from agent.uplink import Arrived
from agent.words import Notice
from tests.agent.conftest import Told
from tests.agent.made import IDENTITY, KEY, A, B, readings

NOW_MS = 1_790_000_000_000


@dataclass
class Info:
    mid: int
    published: bool = True

    def is_published(self) -> bool:
        return self.published


@dataclass
class FakeSession:
    """A session whose broker takes everything and delivers what the test says."""

    connected: Event = field(default_factory=Event)
    connections: int = 1
    denied: dict[int, str] = field(default_factory=dict)
    sent: list[tuple[str, bytes]] = field(default_factory=list)

    def publish(self, topic: str, payload: bytes) -> Info:
        self.sent.append((topic, payload))
        return Info(len(self.sent))

    def places(self, meter: str) -> list[int]:
        """First sequences of the meter's batches in the order they were sent."""
        return [json.loads(split(p).body)["seq0"] for topic, p in self.sent if topic == f"{meter}/b"]


@dataclass
class Way:
    spool: Spool
    session: FakeSession
    sender: Sender
    told: Told

    def receipt(self, meter: str, to: int, *, at: int = 0, **more: object) -> None:
        body = {"v": 1, "boot": self.spool.boot, "to": to, "hash": "", "at": at} | more
        topic = meter.replace("v1/", "ack/", 1)
        self.sender.receipts.put(Arrived(topic, json.dumps(body).encode(), 1, 1, False, 1))
        self.sender.step(wait_s=0)


@pytest.fixture
def way(spool: Spool, told: Told) -> Way:
    session = FakeSession()
    session.connected.set()
    sender = Sender(
        spool=spool,
        session=session,  # type: ignore[arg-type]
        clock=ClockCheck(limit_ms=60_000),
        tell=told.tell,
        receipts=queue.SimpleQueue(),
    )
    return Way(spool, session, sender, told)


def fill(way: Way, meter: str, batches: int) -> None:
    first = way.spool.chain(meter).seq - 1
    way.spool.take(readings(meter, 10 * batches, first=first))
    way.spool.seal(readings=10, age_s=0)


def test_batches_go_in_order_as_far_as_the_window_and_on_with_receipts(way: Way) -> None:
    fill(way, A, WINDOW + 4)
    way.sender.step(wait_s=0)
    assert way.session.places(A) == [1 + 10 * n for n in range(WINDOW)]
    way.receipt(A, 40)
    assert way.session.places(A) == [1 + 10 * n for n in range(WINDOW + 4)]
    way.receipt(A, 10 * (WINDOW + 4))
    assert way.spool.counts() == (0, 0, 0)
    assert way.sender.receipted == 10 * (WINDOW + 4)


def test_a_meter_without_receipts_holds_up_no_other(way: Way) -> None:
    fill(way, A, 3 * WINDOW)
    way.sender.step(wait_s=0)
    fill(way, B, 1)
    way.sender.step(wait_s=0)
    assert way.session.places(B) == [1]


def test_nothing_is_sent_without_a_connection_and_what_was_acknowledged_goes_again(
    way: Way,
) -> None:
    way.session.connected.clear()
    fill(way, A, 2)
    way.sender.step(wait_s=0)
    assert way.session.sent == []
    way.session.connected.set()
    way.sender.step(wait_s=0)
    way.session.connections += 1
    way.sender.step(wait_s=0)
    assert way.session.places(A) == [1, 11, 1, 11]
    assert way.sender.resent == 2


def test_after_a_lost_connection_it_goes_again_at_once_and_soon_once_more(way: Way) -> None:
    """The broker that comes back may have forgotten the worker until that one subscribes again."""
    fill(way, A, 1)
    way.sender.step(wait_s=0)
    (sent,) = way.sender._all_out()
    sent.wait_s = RESEND_S_MAX
    way.session.connections += 1
    way.sender.step(wait_s=0)
    assert way.session.places(A) == [1, 1]
    sent.sent_s -= RESEND_S + 1
    way.sender.step(wait_s=0)
    assert way.session.places(A) == [1, 1, 1]


def test_a_refused_batch_stays_is_told_with_what_to_do_and_asks_alone_later(way: Way) -> None:
    fill(way, A, 3)
    fill(way, B, 1)
    way.sender.step(wait_s=0)
    way.receipt(A, 0, hash="ab", refused="batch_key_unknown")
    way.receipt(B, 10)
    assert (Notice.BATCH_REFUSED, A) in way.told.notices
    assert way.spool.counts() == (0, 3, 30)
    count = len(way.session.sent)
    way.sender.step(wait_s=0)
    assert len(way.session.sent) == count
    way.sender._refused[A] = 0.1
    way.sender.step(wait_s=0)
    assert way.session.places(A) == [1, 11, 21, 1]
    way.receipt(A, 10)
    assert way.session.places(A)[4:] == [11, 21]
    assert way.told.notices[-1] == (Notice.RECEIPT_BACK, A)


def test_receipts_of_another_boot_and_what_is_none_change_nothing(way: Way) -> None:
    fill(way, A, 1)
    way.sender.step(wait_s=0)
    way.receipt(A, 10, boot=1)
    for payload in (b"", b"{}", b'{"boot":"x","to":1}', b"\xff", b"[]"):
        way.sender.receipts.put(Arrived(f"ack/{IDENTITY}/plant-1/energy-a", payload, 1, 1, False, 1))
    way.sender.receipts.put(Arrived("ack/elsewhere", b"{}", 1, 1, False, 1))
    way.sender.step(wait_s=0)
    assert way.spool.counts() == (0, 1, 10)


def test_an_old_receipt_that_comes_late_is_no_loss_at_the_platform(way: Way) -> None:
    fill(way, A, 4)
    way.sender.step(wait_s=0)
    way.receipt(A, 40, at=NOW_MS)
    way.receipt(A, 10, at=NOW_MS - 500)
    assert way.told.notices == []
    assert way.spool.counts() == (0, 0, 0)


def test_a_platform_restored_from_an_old_backup_gets_again_what_is_kept(way: Way) -> None:
    fill(way, A, 4)
    way.sender.step(wait_s=0)
    way.receipt(A, 40, at=NOW_MS)
    fill(way, A, 1)
    way.sender.step(wait_s=0)
    way.receipt(A, 20, at=NOW_MS + 1000)
    assert way.told.notices == [], "one receipt that names less proves nothing"
    for n in range(1, STRIKES_BACK):
        way.receipt(A, 20, at=NOW_MS + 1000 + n)
    assert (Notice.PLATFORM_WENT_BACK, A) in way.told.notices
    way.sender.step(wait_s=0)
    assert way.session.places(A)[-3:] == [21, 31, 41]
    way.receipt(A, 50, at=NOW_MS + 2000)
    assert way.spool.counts() == (0, 0, 0)


def test_where_the_platform_lacks_what_is_nowhere_a_new_boot_lets_receipts_pass(way: Way) -> None:
    fill(way, A, 4)
    way.sender.step(wait_s=0)
    way.receipt(A, 40, at=NOW_MS)
    way.spool.prune(keep_days=0)
    fill(way, A, 1)
    boot = way.spool.boot
    for n in range(STRIKES_BACK + STRIKES):
        way.receipt(A, 20, at=NOW_MS + 1000 + n)
    assert way.spool.boot > boot
    (waiting,) = way.spool.waiting(A, 9)
    assert (waiting.seq0, waiting.seq1) == (1, 10)


def test_a_spool_that_is_an_old_copy_is_noticed_and_its_readings_get_a_new_boot(way: Way) -> None:
    fill(way, A, 2)
    way.sender.step(wait_s=0)
    boot = way.spool.boot
    way.receipt(A, 500, at=NOW_MS)
    assert (Notice.SPOOL_WENT_BACK, A) in way.told.notices
    assert way.spool.boot > boot
    values = [
        one.value for w in way.spool.waiting(A, 9) for one in readings_of(way.spool.payload(w.number) or b"")
    ]
    assert values == [str(n) for n in range(20)]


def test_an_event_goes_again_until_its_own_receipt(way: Way, spool: Spool) -> None:
    from agent.batch import sign_event

    signed = sign_event(A, "reset", {"at": 1}, key=KEY, fingerprint="ab")
    spool.add_event(A, signed)
    way.sender.step(wait_s=0)
    assert way.session.sent == [(f"{A}/e", signed.payload)]
    way.session.connections += 1
    way.sender.step(wait_s=0)
    assert len(way.session.sent) == 2
    way.receipt(A, 0, boot=-1, hash=signed.digest, refused="meter_event_undeclared")
    assert spool.events() == []
    assert way.told.notices == []


def test_a_denied_publish_is_told_with_its_topic(way: Way) -> None:
    fill(way, A, 1)
    way.sender.step(wait_s=0)
    way.session.denied[1] = "Not authorized"
    way.sender.step(wait_s=0)
    assert way.told.notices == [(Notice.PUBLISH_DENIED, A)]


def test_the_clock_learns_from_receipts_of_batches_that_were_sent(way: Way) -> None:
    fill(way, A, 1)
    way.sender.step(wait_s=0)
    (sent,) = way.sender._all_out()
    way.receipt(A, 10, at=sent.first_ms + 3_600_000)
    assert way.sender.clock.is_off()


def test_a_restarted_sender_begins_where_receipts_ended(way: Way, new_spool: Callable[..., Spool]) -> None:
    fill(way, A, 3)
    way.sender.step(wait_s=0)
    way.receipt(A, 10)
    way.spool.close()
    session = FakeSession()
    session.connected.set()
    again = Sender(
        spool=new_spool(),
        session=session,  # type: ignore[arg-type]
        clock=ClockCheck(limit_ms=1),
        tell=way.told.tell,
        receipts=queue.SimpleQueue(),
    )
    again.step(wait_s=0)
    assert session.places(A) == [11, 21]

"""The spool: durable before acknowledgement, in order, readable after a crash, never over its limit."""

import errno
import fcntl
from pathlib import Path

import pytest

from ingest import spool as spools
from ingest.message import Arrived
from ingest.spool import Spool, SpoolFull, alone


def message(n: int) -> Arrived:
    return Arrived(topic=f"v1/t.g/p/m{n}/r", payload=bytes([n % 256]) * 50, received_ms=1_000 + n)


@pytest.fixture
def spool(tmp_path: Path) -> Spool:
    return Spool(tmp_path / "spool", bytes_max=1_000_000)


def drained(spool: Spool) -> list[Arrived]:
    found: list[Arrived] = []
    while oldest := spool.oldest():
        path, messages = oldest
        found += messages
        spool.forget(path)
    return found


def test_messages_come_out_as_they_went_in(spool: Spool, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(spools, "FILE_BYTES_MAX", 300)
    messages = [message(n) for n in range(40)]
    for start in range(0, 40, 4):
        spool.append(messages[start : start + 4])
    assert len(list(spool.home.iterdir())) > 3
    assert drained(spool) == messages
    assert not spool
    assert spool.size() == 0


def test_what_a_crash_cut_off_is_left_out_and_what_follows_is_read(spool: Spool) -> None:
    spool.append([message(1), message(2)])
    (path,) = spool.home.iterdir()
    path.write_bytes(path.read_bytes()[:-7])
    again = Spool(spool.home, bytes_max=1_000_000)
    again.append([message(3)])
    assert drained(again) == [message(1), message(3)]


def damage(spool: Spool, *places: int) -> bytes:
    (path,) = spool.home.glob("*.spool")
    content = bytearray(path.read_bytes())
    for place in places:
        content[place] ^= 1
    path.write_bytes(bytes(content))
    return bytes(content)


@pytest.mark.parametrize(
    "place", [40, 8, 4, 0, 3], ids=["payload", "time", "check", "length, large", "length, small"]
)
def test_one_damaged_frame_costs_itself_alone_and_the_file_is_kept_aside(spool: Spool, place: int) -> None:
    messages = [message(n) for n in range(100)]
    spool.append(messages)
    size = spool.size() // 100
    content = damage(spool, 10 * size + place)
    assert drained(spool) == [*messages[:10], *messages[11:]]
    assert (spool.damaged(), spool.size()) == (1, 0)
    (aside,) = spool.home.iterdir()
    assert aside.read_bytes() == content


def test_after_damage_is_found_at_a_start_nothing_is_cut_off_and_a_new_file_is_begun(spool: Spool) -> None:
    messages = [message(n) for n in range(6)]
    spool.append(messages[:3])
    damage(spool, -1)
    again = Spool(spool.home, bytes_max=1_000_000)
    again.append(messages[3:])
    assert [one.name for one in sorted(spool.home.iterdir())] == ["000000000001.spool", "000000000002.spool"]
    assert drained(again) == [*messages[:2], *messages[3:]]
    again.append(messages[:1])
    assert sorted(one.name for one in spool.home.iterdir()) == ["000000000001.damaged", "000000000002.spool"]


def test_a_full_disk_is_a_full_spool_and_leaves_no_half_frame(
    spool: Spool, monkeypatch: pytest.MonkeyPatch
) -> None:
    spool.append([message(1)])
    before = spool.size()

    def no_room(_: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as full:
        full.setattr(spools.os, "fsync", no_room)
        with pytest.raises(SpoolFull, match="no room left on the disk"):
            spool.append([message(2)])
    assert spool.size() == before
    spool.append([message(3)])
    assert drained(spool) == [message(1), message(3)]


def test_a_full_spool_refuses_and_writes_nothing(tmp_path: Path) -> None:
    spool = Spool(tmp_path / "spool", bytes_max=250)
    spool.append([message(1)])
    size = spool.size()
    with pytest.raises(SpoolFull):
        spool.append([message(2), message(3), message(4)])
    assert spool.size() == size
    assert drained(spool) == [message(1)]


def test_what_is_appended_is_on_the_disk_before_it_is_acknowledged(
    spool: Spool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """kill -9 does not show it, a power cut would: all that was written is synced, and before the return."""
    synced: list[int] = []
    sync = spools.os.fsync

    def watched(descriptor: int) -> None:
        sync(descriptor)
        synced.append(spools.os.fstat(descriptor).st_size)

    monkeypatch.setattr(spools.os, "fsync", watched)
    spool.append([message(1), message(2)])
    assert synced[-1] == spool.size() > 0


def test_a_new_file_s_name_is_on_the_disk_too(spool: Spool, monkeypatch: pytest.MonkeyPatch) -> None:
    folders: list[Path] = []
    monkeypatch.setattr(spools, "sync_folder", folders.append)
    spool.append([message(1)])
    spool.append([message(2)])
    assert folders == [spool.home, spool.home.parent]


def test_one_process_works_on_a_spool_at_a_time(tmp_path: Path) -> None:
    spool = tmp_path / "spool"
    with alone(spool), (spool / "lock").open("ab") as other, pytest.raises(BlockingIOError):
        fcntl.flock(other, fcntl.LOCK_EX | fcntl.LOCK_NB)
    with alone(tmp_path / "spool"):
        assert not Spool(tmp_path / "spool", bytes_max=1)

"""The spool: durable before acknowledgement, in order, readable after a crash, never over its limit."""

from pathlib import Path

import pytest

from ingest import spool as spools
from ingest.message import Arrived
from ingest.spool import Spool, SpoolFull


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


def test_a_frame_with_a_changed_byte_ends_the_file(spool: Spool) -> None:
    spool.append([message(1), message(2)])
    (path,) = spool.home.iterdir()
    content = bytearray(path.read_bytes())
    content[-1] ^= 1
    path.write_bytes(bytes(content))
    assert drained(spool) == [message(1)]


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

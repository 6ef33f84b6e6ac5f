"""The spool: sequences without gap, batches that the worker's checks accept, none lost on a full disk."""

import json
import os
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from proof.batches import GatewayKey, public_key, split, verify, verify_chain

from agent.batch import readings_of
from agent.spool import Spool
from agent.spool_file import FILE, SpoolDamaged, SpoolFull
from ingest.reading import Batch, decode
from tests.agent.made import KEY, A, B, readings


def bodies(spool: Spool, meter: str) -> list[bytes]:
    payloads = [spool.payload(one.number) for one in spool.waiting(meter, 1000)]
    return [split(payload).body for payload in payloads if payload]


def test_batches_are_signed_and_chained_as_the_worker_checks_them(spool: Spool) -> None:
    spool.take([*readings(A, 250), *readings(B, 3)])
    assert spool.seal(readings=100, age_s=0) == 4
    key: GatewayKey = public_key(KEY)
    expected = 1
    for waiting in spool.waiting(A, 10):
        payload = spool.payload(waiting.number)
        assert payload is not None
        batch = decode(f"{A}/b", payload)
        assert isinstance(batch, Batch)
        verify(batch.signed, key)
        assert (batch.boot, batch.seq0, batch.key) == (spool.boot, expected, key.fingerprint)
        expected = batch.seq1 + 1
    assert expected == 251
    verify_chain(bodies(spool, A))


def test_only_full_batches_are_signed_before_their_time(spool: Spool) -> None:
    spool.take(readings(A, 150))
    assert spool.seal(readings=100, age_s=3600) == 1
    assert spool.counts() == (50, 1, 100)
    assert spool.seal(readings=100, age_s=3600, everything=True) == 1


def test_a_receipt_ends_the_waiting_and_the_chain_goes_on_after_a_restart(
    spool: Spool, new_spool: Callable[..., Spool]
) -> None:
    spool.take(readings(A, 100))
    spool.seal(readings=50, age_s=0)
    spool.receipt(A, 50, told_ms=1)
    assert [one.seq0 for one in spool.waiting(A, 9)] == [51]
    spool.close()
    again = new_spool()
    again.take(readings(A, 50, first=100))
    again.seal(readings=50, age_s=0)
    assert [one.seq0 for one in again.waiting(A, 9)] == [51, 101]
    later = [split(again.payload(one.number) or b"") for one in again.waiting(A, 9)]
    assert json.loads(later[1].body)["prev"] == later[0].digest


def test_the_place_in_a_source_moves_with_its_readings_or_not_at_all(new_spool: Callable[..., Spool]) -> None:
    spool = new_spool(disk_free=2**60)
    with pytest.raises(SpoolFull, match="disk"):
        spool.take(readings(A, 1), cursor=("csv", "here"))
    assert spool.place("csv") is None
    assert spool.counts() == (0, 0, 0)


def test_the_limit_of_the_spool_gives_up_receipted_batches_first_then_takes_no_more(
    new_spool: Callable[..., Spool],
) -> None:
    spool = new_spool(bytes_max=400_000)
    taken = 0

    def fill() -> None:
        nonlocal taken
        while taken < 100_000:
            spool.need_room()
            spool.take(readings(A, 500, first=taken))
            taken += 500
            spool.seal(readings=100, age_s=0)

    with pytest.raises(SpoolFull, match="spool_mb"):
        fill()
    spool.receipt(A, taken - 500, told_ms=1)
    spool.need_room()
    spool.take(readings(A, 1, first=taken))
    assert [one.seq0 for one in spool.waiting(A, 9)] == [taken - 499 + 100 * n for n in range(5)]


def test_receipts_are_booked_on_a_spool_that_is_full(new_spool: Callable[..., Spool]) -> None:
    new_spool().take(readings(A, 100))
    full = new_spool(bytes_max=1)
    full.seal(readings=100, age_s=0)
    full.receipt(A, 100, told_ms=1)
    assert full.counts() == (0, 0, 0)


def test_a_disk_without_room_is_told_by_name_and_nothing_is_half_done(tmp_path: Path) -> None:
    """On a real file system of 1 MB, in a process of its own."""
    disk = tmp_path / "disk"
    disk.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", str(disk)], capture_output=True, check=False
    )
    if mounted.returncode:
        pytest.skip("a small file system cannot be mounted here (needs root)")
    try:
        done = subprocess.run(
            [sys.executable, "-c", _FILL, str(disk)], capture_output=True, text=True, check=True, timeout=60
        )
    finally:
        subprocess.run(["umount", str(disk)], check=True)
    told = json.loads(done.stdout)
    assert told["full"] == "SpoolFull"
    assert told["taken"] > 500
    assert told["kept"] == told["taken"] + 1
    assert told["next"] == told["taken"] + 2


_FILL = """
import json, sqlite3, sys
from pathlib import Path
from agent.spool import Spool
from agent.spool_file import SpoolFull
from tests.agent.made import A, KEY, LIMITS, readings
disk = Path(sys.argv[1])
(disk / "ballast").write_bytes(bytes(200_000))
spool = Spool(disk / "spool", key=KEY, limits=LIMITS)
taken, full = 0, ""
while not full:
    try:
        spool.take(readings(A, 100, first=taken))
        taken += 100
    except SpoolFull as error:
        full = type(error).__name__
(disk / "ballast").unlink()
spool.take(readings(A, 1, first=taken))
(kept,) = sqlite3.connect(disk / "spool" / "spool.sqlite").execute("select count(*) from reading").fetchone()
print(json.dumps({"full": full, "taken": taken, "kept": kept, "next": spool.chain(A).seq}))
"""


def test_a_damaged_file_is_told_by_name(new_spool: Callable[..., Spool], tmp_path: Path) -> None:
    spool = new_spool()
    spool.take(readings(A, 2000))
    spool.close()
    path = tmp_path / "spool" / FILE
    content = bytearray(path.read_bytes())
    content[4096:40_960] = os.urandom(36_864)
    path.write_bytes(content)
    with pytest.raises(SpoolDamaged):
        new_spool()
    path.write_bytes(b"no database at all" * 1000)
    with pytest.raises(SpoolDamaged):
        new_spool()


def test_a_new_spool_has_a_higher_boot_than_the_lost_one(
    new_spool: Callable[..., Spool], tmp_path: Path
) -> None:
    first = new_spool()
    first.close()
    for path in (tmp_path / "spool").glob(f"{FILE}*"):
        path.unlink()
    assert new_spool().boot > first.boot


def test_a_new_boot_numbers_and_signs_again_what_has_no_receipt(spool: Spool) -> None:
    spool.take(readings(A, 100))
    spool.seal(readings=50, age_s=0)
    spool.receipt(A, 50, told_ms=1)
    spool.take(readings(A, 10, first=100))
    before = spool.boot
    assert spool.begin_boot() > before
    spool.seal(readings=50, age_s=0)
    batches = [readings_of(spool.payload(one.number) or b"") for one in spool.waiting(A, 9)]
    assert [one.value for batch in batches for one in batch] == [str(n) for n in range(50, 110)]
    assert [one.seq0 for one in spool.waiting(A, 9)] == [1, 51]
    verify_chain(bodies(spool, A))


def test_receipted_batches_are_kept_for_a_while_and_can_wait_again(spool: Spool) -> None:
    spool.take(readings(A, 200))
    spool.seal(readings=50, age_s=0)
    spool.receipt(A, 200, told_ms=1)
    spool.prune(keep_days=7)
    assert spool.revive(A, 100, told_ms=2) == 2
    assert [one.seq0 for one in spool.waiting(A, 9)] == [101, 151]
    spool.receipt(A, 200, told_ms=3)
    spool.prune(keep_days=0)
    assert spool.first_kept(A) is None


def test_a_message_is_remembered_and_old_ones_make_room(spool: Spool) -> None:
    spool.take([], once=[str(n) for n in range(300)])
    assert spool.was_taken("7")
    assert not spool.was_taken("300")


def test_what_cannot_be_read_is_kept_to_be_looked_at(spool: Spool) -> None:
    for n in range(510):
        count = spool.set_aside("csv", f"file:{n}", "no number", "x")
    assert count == 510
    rows = sqlite3.connect(spool.folder / FILE).execute("select count(*) from unreadable").fetchone()
    assert rows == (500,)


_KILLED = """
import sys
from pathlib import Path
from agent.spool import Spool
from tests.agent.made import A, KEY, LIMITS, readings
spool = Spool(Path(sys.argv[1]), key=KEY, limits=LIMITS)
while True:
    place = int(spool.place("source") or 0)
    spool.take(readings(A, 7, first=place), cursor=("source", str(place + 7)))
    spool.seal(readings=5, age_s=3600)
    print(place, flush=True)
"""


def test_a_kill_at_any_instant_leaves_each_reading_once(
    new_spool: Callable[..., Spool], tmp_path: Path
) -> None:
    new_spool().close()
    for lines in (3, 20, 41):
        process = subprocess.Popen(
            [sys.executable, "-c", _KILLED, str(tmp_path / "spool")], stdout=subprocess.PIPE, text=True
        )
        assert process.stdout is not None
        for _ in range(lines):
            process.stdout.readline()
        process.send_signal(signal.SIGKILL)
        process.wait()
        process.stdout.close()
    spool = new_spool()
    place = int(spool.place("source") or 0)
    spool.seal(readings=5, age_s=0)
    values = [
        one.value for w in spool.waiting(A, 10_000) for one in readings_of(spool.payload(w.number) or b"")
    ]
    assert values == [str(n) for n in range(place)]
    verify_chain(bodies(spool, A))

"""The spool's file: SQLite opened, checked, guarded; its transactions, and how much room there is."""

import contextlib
import os
import sqlite3
import threading
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

FILE = "spool.sqlite"
BOOT_FILE = "boot"
# 2024-01-01: a boot is the second of its spool's making since then, so it rises and fits 31 bits until 2092.
BOOT_EPOCH_S = 1_704_067_200
# Room is looked at this often; a second's readings are far less than what must stay free.
ROOM_S = 1.0

_SCHEMA = """
create table if not exists meta (name text primary key, number integer not null);
create table if not exists chain (
  meter text primary key, seq integer not null, sealed integer not null, previous text not null,
  receipted integer not null, told_ms integer not null, last_ms integer not null, last_value text not null);
create table if not exists reading (
  meter text, seq integer, ts_ms integer, value text, unit text, quality text, taken_s real,
  primary key (meter, seq)) without rowid;
create table if not exists batch (
  number integer primary key, meter text not null, boot integer not null, seq0 integer not null,
  seq1 integer not null, payload blob not null, receipted_s real);
create index if not exists batch_waiting on batch (meter, number) where receipted_s is null;
create index if not exists batch_of on batch (meter, boot, seq0);
create table if not exists event (number integer primary key, meter text, digest text, payload blob);
create table if not exists cursor (source text primary key, place text not null);
create table if not exists once (digest text primary key, number integer not null) without rowid;
create table if not exists unreadable (
  number integer primary key, source text, place text, error text, content text, at_s real);
"""


class SpoolFull(RuntimeError):
    """No room for a reading: nothing was taken. The text says which limit."""


class SpoolDamaged(RuntimeError):
    """The file is no whole database."""


@dataclass(slots=True, kw_only=True)
class Limits:
    """bytes_max: of the file's content. disk_free: bytes that stay free, for receipts to be booked."""

    bytes_max: int
    disk_free: int


class SpoolFile:
    """A folder with the file. Safe from several threads; a second process is kept out by `agent.lock`."""

    def __init__(self, folder: Path, limits: Limits) -> None:
        """Opens or makes it. Raises SpoolDamaged, SpoolFull, OSError."""
        self.folder = folder
        self._limits = limits
        self._lock = threading.RLock()
        self._room_at = float("-inf")
        self._no_room = ""
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        path = folder / FILE
        path.touch(mode=0o600)
        self._link = sqlite3.connect(path, check_same_thread=False, isolation_level=None, timeout=10)
        with self._guarded():
            # FULL: each commit is on the disk when it returns, also after the power fails.
            for pragma in ("journal_mode = wal", "synchronous = full", "cache_size = -2000", "mmap_size = 0"):
                self._link.execute(f"pragma {pragma}")
            self._check()
            self._link.executescript(_SCHEMA)

    def close(self) -> None:
        """Closes the file; everything is durable already."""
        with self._lock:
            self._link.close()

    def used(self) -> int:
        """Bytes of content in the file."""
        with self._lock:
            pages, free, size = (
                self._link.execute(f"pragma {name}").fetchone()[0]
                for name in ("page_count", "freelist_count", "page_size")
            )
        return int((pages - free) * size)

    @property
    def bytes_max(self) -> int:
        """Of content; beyond it nothing more is taken."""
        return self._limits.bytes_max

    def need_room(self) -> None:
        """Raises SpoolFull where a reading could not be taken now."""
        self._room_at = float("-inf")
        self._need_room()

    def _need_room(self) -> None:
        if time.monotonic() - self._room_at >= ROOM_S:
            self._no_room = self._lacking()
            self._room_at = time.monotonic()
        if self._no_room:
            raise SpoolFull(self._no_room)

    def _lacking(self) -> str:
        disk = os.statvfs(self.folder)
        free = disk.f_bavail * disk.f_frsize
        if free < self._limits.disk_free:
            return f"disk {free // 1_048_576} MB < {self._limits.disk_free // 1_048_576} MB"
        if self.used() > self._limits.bytes_max:
            with self._transaction() as link:
                link.execute("delete from batch where receipted_s is not null")
        used = self.used()
        return "" if used <= self._limits.bytes_max else f"{used // 1_048_576} MB >= limits.spool_mb"

    def _next_boot(self, before: int) -> int:
        """Higher than any before: by this box's clock, and by a file beside the spool that outlives it."""
        path = self.folder / BOOT_FILE
        kept = path.read_text(encoding="utf-8").strip() if path.exists() else ""
        boot = max(int(time.time()) - BOOT_EPOCH_S, before + 1, int(kept) + 1 if kept.isdigit() else 1)
        draft = path.with_suffix(".new")
        with draft.open("w", encoding="utf-8") as file:
            file.write(str(boot))
            file.flush()
            os.fsync(file.fileno())
        draft.replace(path)
        return boot

    def _check(self) -> None:
        (told,) = self._link.execute("pragma quick_check(1)").fetchone()
        if told != "ok":
            raise SpoolDamaged(told)

    def _ask(self, sql: str, values: Sequence[object]) -> list[Any]:
        with self._lock, self._guarded():
            return self._link.execute(sql, values).fetchall()

    @contextlib.contextmanager
    def _transaction(self) -> Iterator[sqlite3.Connection]:
        with self._lock, self._guarded():
            self._link.execute("begin immediate")
            try:
                yield self._link
                self._link.execute("commit")
            except BaseException:
                if self._link.in_transaction:
                    self._link.execute("rollback")
                raise

    @contextlib.contextmanager
    def _guarded(self) -> Iterator[None]:
        """SQLite's errors by our names."""
        try:
            yield
        except sqlite3.OperationalError as error:
            # A full disk shows as FULL, or as a failed write of the log beside the file.
            if error.sqlite_errorcode & 0xFF in (sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR):
                raise SpoolFull(str(error)) from error
            raise
        except sqlite3.DatabaseError as error:
            if error.sqlite_errorcode in (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB):
                raise SpoolDamaged(str(error)) from error
            raise

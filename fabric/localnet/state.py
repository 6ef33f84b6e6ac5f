"""A peer's state in SQLite: rows with versions, history, transaction index, and the state root.

One connection writes (the committer's), a small pool reads: each simulation holds one read transaction, so it
sees one height. Keys are BLOBs: composite keys hold NUL, and byte order is Fabric's order.
"""

import sqlite3
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from localnet.root import StateRoot, row_bytes

SCHEMA = """
CREATE TABLE IF NOT EXISTS state(ns TEXT, key BLOB, value BLOB, meta BLOB, block INTEGER, tx INTEGER,
    PRIMARY KEY(ns, key)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS history(ns TEXT, key BLOB, block INTEGER, tx INTEGER,
    PRIMARY KEY(ns, key, block, tx)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS transactions(id TEXT PRIMARY KEY, block INTEGER, tx INTEGER) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS blocks(number INTEGER PRIMARY KEY, hash BLOB UNIQUE, codes BLOB, commit_hash BLOB);
CREATE TABLE IF NOT EXISTS meta(name TEXT PRIMARY KEY, value BLOB) WITHOUT ROWID;
"""
ROW = "SELECT value, meta, block, tx FROM state WHERE ns=? AND key=?"
# More simulations than this at once open connections of their own.
POOLED_READERS = 16
# How long a statement waits for another connection's lock.
BUSY_MS = 5_000


@dataclass(frozen=True, slots=True)
class Row:
    """A live key: value, metadata (serialised, empty if none) and the version (block, transaction)."""

    value: bytes
    metadata: bytes
    block: int
    transaction: int


@dataclass(frozen=True, slots=True)
class Change:
    """What one block leaves of a key: its last row, or None if it is gone."""

    namespace: str
    key: bytes
    row: Row | None


@dataclass(frozen=True, slots=True)
class Commit:
    """Everything one block changes in the state database."""

    number: int
    header_hash: bytes
    codes: bytes
    commit_hash: bytes
    changes: tuple[Change, ...]
    touched: tuple[tuple[str, bytes, int], ...]
    transaction_ids: tuple[tuple[str, int], ...]
    # Whether the block holds a configuration that counts from the next block on.
    configures: bool = False


class State:
    """The state database of one peer."""

    def __init__(self, path: Path) -> None:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        self.path = path
        self._writer = _connect(path)
        self._writer.executescript(SCHEMA)
        self._pool: list[sqlite3.Connection] = []
        # How many simulations hold a height just now.
        self.readers = 0
        self.height = self._stored_height()
        self.root = StateRoot.unpack(stored) if (stored := self._meta("root")) else StateRoot()

    def get(self, namespace: str, key: bytes) -> Row | None:
        """The committed row of a key."""
        return _row(self._writer.execute(ROW, (namespace, key)).fetchone())

    def range(self, namespace: str, start: bytes, end: bytes) -> Iterator[tuple[bytes, Row]]:
        """Committed rows with start <= key < end (empty end: to the last), in byte order."""
        return _range(self._writer, namespace, start, end)

    def count_rows(self) -> int:
        """How many live keys there are."""
        return int(self._writer.execute("SELECT count(*) FROM state").fetchone()[0])

    def transaction(self, tx_id: str) -> tuple[int, int] | None:
        """Block and place of the first transaction with this id."""
        found = self._writer.execute("SELECT block, tx FROM transactions WHERE id=?", (tx_id,)).fetchone()
        return (found[0], found[1]) if found else None

    def block_by_hash(self, header_hash: bytes) -> int | None:
        """The number of the block with this header hash."""
        found = self._writer.execute("SELECT number FROM blocks WHERE hash=?", (header_hash,)).fetchone()
        return int(found[0]) if found else None

    def block_row(self, number: int) -> tuple[bytes, bytes, bytes]:
        """Header hash, validation codes and commit hash of a block. Raises KeyError."""
        found = self._writer.execute(
            "SELECT hash, codes, commit_hash FROM blocks WHERE number=?", (number,)
        ).fetchone()
        if found is None:
            raise KeyError(number)
        return (found[0], found[1], found[2])

    def begin(self, commit: Commit) -> None:
        """Apply a block inside an open transaction; `finish` makes it last, `undo` forgets it."""
        writer = self._writer
        writer.execute("BEGIN IMMEDIATE")
        for change in commit.changes:
            self._apply(change)
        writer.executemany(
            "INSERT OR REPLACE INTO history VALUES(?,?,?,?)",
            [(namespace, key, commit.number, tx) for namespace, key, tx in commit.touched],
        )
        writer.executemany(
            "INSERT OR IGNORE INTO transactions VALUES(?,?,?)",
            [(tx_id, commit.number, tx) for tx_id, tx in commit.transaction_ids],
        )
        writer.execute(
            "INSERT OR REPLACE INTO blocks VALUES(?,?,?,?)",
            (commit.number, commit.header_hash, commit.codes, commit.commit_hash),
        )
        writer.execute("INSERT OR REPLACE INTO meta VALUES('height', ?)", (commit.number + 1,))
        writer.execute("INSERT OR REPLACE INTO meta VALUES('root', ?)", (self.root.pack(),))
        if commit.configures:
            writer.execute("INSERT OR REPLACE INTO meta VALUES('configuration', ?)", (commit.number,))

    def configuration(self) -> int:
        """The number of the configuration block in force."""
        return int(self._meta("configuration") or 0)

    def finish(self) -> None:
        """Make the open block last."""
        self._writer.execute("COMMIT")
        self.height = self._stored_height()

    def undo(self) -> None:
        """Forget the open block."""
        # A full disk makes SQLite roll back by itself.
        if self._writer.in_transaction:
            self._writer.execute("ROLLBACK")
        self.root = StateRoot.unpack(stored) if (stored := self._meta("root")) else StateRoot()

    def snapshot(self) -> "Snapshot":
        """One height, frozen; close it."""
        connection = self._pool.pop() if self._pool else _connect(self.path)
        connection.execute("BEGIN")
        self.readers += 1
        return Snapshot(self, connection)

    def give_back(self, connection: sqlite3.Connection) -> None:
        """Return a reader to the pool."""
        self.readers -= 1
        connection.execute("ROLLBACK")
        if len(self._pool) < POOLED_READERS:
            self._pool.append(connection)
        else:
            connection.close()

    def log_bytes(self) -> int:
        """How long the write-ahead log is; every read looks through it."""
        try:
            return self.path.with_name(self.path.name + "-wal").stat().st_size
        except FileNotFoundError:
            return 0

    def empty_log(self) -> bool:
        """Write the log into the database and cut it to nothing; False, at once, if anybody reads from it."""
        self._writer.execute("PRAGMA busy_timeout=0")
        try:
            busy, _, _ = self._writer.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
        finally:
            self._writer.execute(f"PRAGMA busy_timeout={BUSY_MS}")
        return not busy

    def close(self) -> None:
        """Close every connection."""
        for connection in [*self._pool, self._writer]:
            connection.close()

    def _apply(self, change: Change) -> None:
        old = self.get(change.namespace, change.key)
        if old is not None:
            self.root.remove(_bytes(change.namespace, change.key, old))
        if change.row is None:
            self._writer.execute("DELETE FROM state WHERE ns=? AND key=?", (change.namespace, change.key))
            return
        row = change.row
        self.root.add(_bytes(change.namespace, change.key, row))
        self._writer.execute(
            "INSERT OR REPLACE INTO state VALUES(?,?,?,?,?,?)",
            (change.namespace, change.key, row.value, row.metadata, row.block, row.transaction),
        )

    def _stored_height(self) -> int:
        return int(self._meta("height") or 0)

    def _meta(self, name: str) -> bytes:
        found = self._writer.execute("SELECT value FROM meta WHERE name=?", (name,)).fetchone()
        return found[0] if found else b""


class Snapshot:
    """The state at one height, for one simulation."""

    def __init__(self, state: State, connection: sqlite3.Connection) -> None:
        self._state = state
        self._connection: sqlite3.Connection | None = connection
        # The first read fixes the height that a deferred SQLite transaction sees.
        found = connection.execute("SELECT value FROM meta WHERE name='height'").fetchone()
        self.height = int(found[0]) if found else 0

    def get(self, namespace: str, key: bytes) -> Row | None:
        """The row of a key at this height."""
        return _row(self._open().execute(ROW, (namespace, key)).fetchone())

    def range(self, namespace: str, start: bytes, end: bytes) -> Iterator[tuple[bytes, Row]]:
        """Rows with start <= key < end (empty end: to the last), in byte order."""
        return _range(self._open(), namespace, start, end)

    def history(self, namespace: str, key: bytes) -> list[tuple[int, int]]:
        """Block and place of every transaction that wrote the key, newest first."""
        return (
            self._open()
            .execute(
                "SELECT block, tx FROM history WHERE ns=? AND key=? ORDER BY block DESC, tx DESC",
                (namespace, key),
            )
            .fetchall()
        )

    def close(self) -> None:
        """Let go of the height; an open reader would stop SQLite's checkpoints for ever."""
        if self._connection is not None:
            connection, self._connection = self._connection, None
            self._state.give_back(connection)

    def _open(self) -> sqlite3.Connection:
        if self._connection is None:
            raise RuntimeError("the snapshot is closed")
        return self._connection


@dataclass(frozen=True, slots=True)
class Counted:
    """How far a count of all rows came: the root found so far, and the root stored."""

    rows: int
    found: StateRoot
    stored: StateRoot


def walk_root(path: Path, *, batch: int = 500) -> Iterator[Counted]:
    """Counts all rows again, a batch at a time; the last step is the answer.

    It reads one height through its own connection.
    """
    connection = _connect(path)
    try:
        connection.execute("BEGIN")
        stored = connection.execute("SELECT value FROM meta WHERE name='root'").fetchone()
        expected = StateRoot.unpack(stored[0]) if stored else StateRoot()
        found, count = StateRoot(), 0
        for stored_row in connection.execute("SELECT ns, key, value, meta, block, tx FROM state"):
            found.add(_bytes(*_as_stored(stored_row)))
            count += 1
            if count % batch == 0:
                yield Counted(count, found, expected)
        yield Counted(count, found, expected)
    finally:
        connection.close()


def rows(path: Path) -> Iterable[tuple[str, bytes, Row]]:
    """Every row of a state database, in key order, through a connection of its own."""
    connection = _connect(path)
    try:
        for stored_row in connection.execute(
            "SELECT ns, key, value, meta, block, tx FROM state ORDER BY ns, key"
        ):
            yield _as_stored(stored_row)
    finally:
        connection.close()


def _connect(path: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
    connection.execute("PRAGMA journal_mode=WAL")
    connection.execute("PRAGMA synchronous=NORMAL")
    connection.execute(f"PRAGMA busy_timeout={BUSY_MS}")
    return connection


def _range(
    connection: sqlite3.Connection, namespace: str, start: bytes, end: bytes
) -> Iterator[tuple[bytes, Row]]:
    query = "SELECT key, value, meta, block, tx FROM state WHERE ns=? AND key>=?"
    values: tuple[object, ...] = (namespace, start)
    if end:
        query, values = query + " AND key<?", (*values, end)
    for key, *rest in connection.execute(query + " ORDER BY key", values):
        yield key, Row(*rest)


def _row(found: tuple[bytes, bytes, int, int] | None) -> Row | None:
    return Row(*found) if found else None


def _as_stored(found: tuple[Any, ...]) -> tuple[str, bytes, Row]:
    """A row as the walk reads it: an editor may have left anything in any column."""
    namespace, key, value, metadata, block, transaction = found
    row = Row(_blob(value), _blob(metadata), _whole(block, 2**64), _whole(transaction, 2**32))
    return str(namespace), _blob(key), row


def _whole(number: object, limit: int) -> int:
    return number if isinstance(number, int) and 0 <= number < limit else limit - 1


def _blob(content: object) -> bytes:
    return content if isinstance(content, bytes) else b"not bytes: " + repr(content).encode()


def _bytes(namespace: str, key: bytes, row: Row) -> bytes:
    return row_bytes(
        namespace=namespace,
        key=key,
        value=row.value,
        metadata=row.metadata,
        block=row.block,
        transaction=row.transaction,
    )

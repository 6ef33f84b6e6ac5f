"""One simulation: reads from a frozen height, gathers writes, and gives the read-write set to endorse.

Reads never see the simulation's own writes; the last write of a key wins; an empty value deletes.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from fabric_protos.ledger.rwset import rwset_pb2
from fabric_protos.ledger.rwset.kvrwset import kv_rwset_pb2

from localnet.state import Row, Snapshot

# Fabric's peer hands range results to chaincode by the hundred.
RANGE_BATCH = 100
KV = rwset_pb2.TxReadWriteSet.KV
History = Callable[[str, bytes, int, int], "Modification"]


class SimulationRefused(Exception):
    """A state request that cannot be served; the text goes to the chaincode."""


@dataclass(frozen=True, slots=True)
class Modification:
    """One past write of a key."""

    tx_id: str
    value: bytes
    seconds: int
    nanos: int
    is_delete: bool


@dataclass(frozen=True, slots=True)
class Page:
    """Rows of a range, whether more follow, and where the next page starts."""

    rows: list[tuple[str, bytes]]
    has_more: bool
    next_key: str = ""


class Range:
    """An open range query of one simulation."""

    def __init__(self, source: Iterator[tuple[bytes, Row]], start: str, end: str) -> None:
        self._source = source
        self._pending: tuple[str, bytes] | None = None
        self.info = kv_rwset_pb2.RangeQueryInfo(start_key=start, end_key=end, itr_exhausted=False)
        self._end = end

    def page(self, size: int) -> Page:
        """The next `size` rows. One row more is read, to know whether there is one: Fabric reads it too."""
        found: list[tuple[str, bytes]] = []
        while len(found) < size:
            row = self._next()
            if row is None:
                return Page(found, has_more=False)
            found.append(row)
        self._pending = self._next()
        if self._pending is None:
            return Page(found, has_more=False)
        return Page(found, has_more=True, next_key=self._pending[0])

    def close(self) -> None:
        """Stop reading."""
        if isinstance(self._source, Iterator) and hasattr(self._source, "close"):
            self._source.close()

    def _next(self) -> tuple[str, bytes] | None:
        if self._pending is not None:
            row, self._pending = self._pending, None
            return row
        if self.info.itr_exhausted:
            return None
        following = next(self._source, None)
        if following is None:
            self.info.itr_exhausted = True
            self.info.end_key = self._end
            return None
        key, stored = following[0].decode(), following[1]
        self.info.end_key = key
        self.info.raw_reads.kv_reads.append(
            kv_rwset_pb2.KVRead(
                key=key, version=kv_rwset_pb2.Version(block_num=stored.block, tx_num=stored.transaction)
            )
        )
        return key, stored.value


class Simulation:
    """What one transaction reads and writes in one namespace."""

    def __init__(self, *, namespace: str, snapshot: Snapshot, history: History) -> None:
        self.namespace = namespace
        self._snapshot = snapshot
        self._history = history
        self._reads: dict[str, Row | None] = {}
        self._writes: dict[str, bytes] = {}
        self._metadata: dict[str, dict[str, bytes]] = {}
        self._ranges: dict[str, Range] = {}
        self._read_only = False

    def get(self, key: str) -> bytes:
        """The committed value, empty if there is none."""
        row = self._read(key)
        return row.value if row else b""

    def put(self, key: str, value: bytes) -> None:
        """Write a key; an empty value deletes it. Raises SimulationRefused."""
        self._check_write(key)
        self._writes[key] = value

    def metadata(self, key: str) -> dict[str, bytes]:
        """The metadata entries of a key."""
        return decode_metadata(row.metadata) if (row := self._read(key)) else {}

    def put_metadata(self, key: str, name: str, value: bytes) -> None:
        """Replace the metadata of a key by one entry, as Fabric's peer does. Raises SimulationRefused."""
        self._check_write(key)
        self._metadata[key] = {name: value}

    def range(self, start: str, end: str) -> str:
        """Open a range query; gives its id."""
        name = f"range-{len(self._ranges)}"
        rows = self._snapshot.range(self.namespace, start.encode(), end.encode())
        self._ranges[name] = Range(rows, start, end)
        return name

    def page(self, name: str, size: int = RANGE_BATCH) -> Page:
        """The next rows of an open range. Raises SimulationRefused."""
        if name not in self._ranges:
            raise SimulationRefused(f"there is no open range {name}")
        return self._ranges[name].page(size)

    def only_read(self) -> None:
        """Forbid writes from here on: Fabric does so after a query by pages. Raises SimulationRefused."""
        if self._writes or self._metadata:
            raise SimulationRefused("a paginated query after a write is not supported")
        self._read_only = True

    def history(self, key: str) -> list[Modification]:
        """Every write of a key up to this height, newest first."""
        raw = key.encode()
        return [
            self._history(self.namespace, raw, block, transaction)
            for block, transaction in self._snapshot.history(self.namespace, raw)
        ]

    def written_policies(self) -> list[bytes | None]:
        """For each key written: its VALIDATION_PARAMETER, or None where the chaincode's policy counts."""
        keys = sorted(self._writes.keys() | self._metadata.keys())
        found = []
        for key in keys:
            row = self._snapshot.get(self.namespace, key.encode())
            entries = decode_metadata(row.metadata) if row else {}
            found.append(entries.get("VALIDATION_PARAMETER"))
        return found

    def results(self) -> bytes:
        """The read-write set, keys sorted, as an endorser signs it."""
        rwset = kv_rwset_pb2.KVRWSet(
            reads=[_kv_read(key, self._reads[key]) for key in sorted(self._reads)],
            range_queries_info=[query.info for query in self._ranges.values()],
            writes=[
                kv_rwset_pb2.KVWrite(key=key, is_delete=not value, value=value)
                for key, value in sorted(self._writes.items())
            ],
            metadata_writes=[
                kv_rwset_pb2.KVMetadataWrite(key=key, entries=_entries(entries))
                for key, entries in sorted(self._metadata.items())
            ],
        )
        if not rwset.ByteSize():
            return bytes(rwset_pb2.TxReadWriteSet(data_model=KV).SerializeToString())
        namespace = rwset_pb2.NsReadWriteSet(namespace=self.namespace, rwset=rwset.SerializeToString())
        whole = rwset_pb2.TxReadWriteSet(data_model=KV, ns_rwset=[namespace])
        return bytes(whole.SerializeToString())

    def close(self) -> None:
        """Let go of the frozen height."""
        for query in self._ranges.values():
            query.close()
        self._snapshot.close()

    def _read(self, key: str) -> Row | None:
        if not key:
            raise SimulationRefused("a key must not be empty")
        row = self._snapshot.get(self.namespace, key.encode())
        self._reads[key] = row
        return row

    def _check_write(self, key: str) -> None:
        if not key:
            raise SimulationRefused("a key must not be empty")
        if self._read_only:
            raise SimulationRefused("this transaction made a paginated query: writes are not allowed")


def decode_metadata(stored: bytes) -> dict[str, bytes]:
    """The metadata entries of a row."""
    entries = kv_rwset_pb2.KVMetadataWrite.FromString(stored).entries
    return {entry.name: bytes(entry.value) for entry in entries}


def encode_metadata(entries: dict[str, bytes]) -> bytes:
    """The metadata entries as a row stores them, sorted by name."""
    return kv_rwset_pb2.KVMetadataWrite(entries=_entries(entries)).SerializeToString() if entries else b""


def _entries(entries: dict[str, bytes]) -> list[kv_rwset_pb2.KVMetadataEntry]:
    return [kv_rwset_pb2.KVMetadataEntry(name=name, value=value) for name, value in sorted(entries.items())]


def _kv_read(key: str, row: Row | None) -> kv_rwset_pb2.KVRead:
    read = kv_rwset_pb2.KVRead(key=key)
    if row is not None:
        read.version.block_num, read.version.tx_num = row.block, row.transaction
        # Block 0 and transaction 0 are default values: the field must stand there all the same.
        read.version.SetInParent()
    return read

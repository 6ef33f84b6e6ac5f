"""The ledger in memory behind the methods of `Gateway`: one chain, any number of gateways on it.

Runs the chaincode's dispatch, given as an argument, and validates as a peer does: a transaction whose reads
changed after its simulation is MVCC_READ_CONFLICT, one that is sent twice counts once. No network.
"""

import asyncio
import hashlib
import json
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from types import TracebackType
from typing import Protocol, Self

from ledger.commit import VALID, Commit, CommitStatus
from ledger.errors import EndorseError, EvaluateError, LedgerUnavailable, Refusal_
from ledger.events import Block, BlockTransaction, ChaincodeEvent
from ledger.proposal import Transaction

CONFLICT = "MVCC_READ_CONFLICT"
REFUSED = range(400, 500)


class Outcome(Protocol):
    """What the dispatch answers: the chaincode's outcome, by shape."""

    @property
    def status(self) -> int: ...
    @property
    def message(self) -> str: ...
    @property
    def payload(self) -> bytes: ...
    @property
    def writes(self) -> tuple[tuple[str, bytes | None], ...]: ...
    @property
    def event(self) -> tuple[str, bytes] | None: ...


class Dispatch(Protocol):
    """The chaincode's `contract.dispatch`."""

    def __call__(
        self,
        store: "Reads",
        *,
        function: str,
        args: tuple[bytes, ...],
        tx: str,
        now: datetime,
        msp: str,
        attributes: Mapping[str, str],
    ) -> Outcome: ...


@dataclass(slots=True)
class _Version:
    value: bytes | None
    block: int
    tx: str
    at: str


@dataclass(frozen=True, slots=True)
class _Pending:
    """An endorsed transaction that waits to be sent."""

    name: str
    args: tuple[bytes, ...]
    msp: str
    now: datetime
    reads: Mapping[str, int]
    ranges: Mapping[str, tuple[tuple[str, int], ...]]
    writes: tuple[tuple[str, bytes | None], ...]
    event: tuple[str, bytes] | None


class Reads:
    """Reads of one simulation, remembered with their versions."""

    def __init__(self, chain: "FakeChain") -> None:
        self._chain = chain
        self.reads: dict[str, int] = {}
        self.ranges: dict[str, tuple[tuple[str, int], ...]] = {}

    def get(self, key: str) -> bytes | None:
        """The committed value."""
        self.reads[key] = self._chain.version(key)
        return self._chain.value(key)

    def scan(self, prefix: str) -> tuple[tuple[str, bytes], ...]:
        """Committed rows of a prefix, in key order."""
        self.ranges[prefix] = self._chain.versions(prefix)
        return self._chain.rows(prefix)

    def history(self, key: str) -> tuple[tuple[str, str, bytes | None], ...]:
        """Past values, newest first."""
        return self._chain.history(key)


@dataclass(slots=True)
class FakeChain:
    """State, history and blocks; `down` True answers as a chain that cannot be reached."""

    dispatch: Dispatch
    clock: Callable[[], datetime] = lambda: datetime.now(UTC)
    down: bool = False
    _keys: dict[str, list[_Version]] = field(default_factory=dict)
    _pending: dict[str, _Pending] = field(default_factory=dict)
    _blocks: list[Block] = field(default_factory=list)
    _events: list[ChaincodeEvent] = field(default_factory=list)
    _statuses: dict[str, CommitStatus] = field(default_factory=dict)
    _nonce: int = 0
    _grown: asyncio.Event = field(default_factory=asyncio.Event)

    @property
    def state(self) -> dict[str, bytes]:
        """Every key that has a value."""
        return {key: past[-1].value for key, past in self._keys.items() if past[-1].value is not None}

    @property
    def height(self) -> int:
        """Number of blocks; the first transaction is in block 1, as after a genesis block."""
        return len(self._blocks) + 1

    def seed(self, key: str, value: bytes) -> None:
        """Puts a value there before the first block, as a test's starting point."""
        self._keys.setdefault(key, []).append(_Version(value, 0, "", ""))

    def value(self, key: str) -> bytes | None:
        """The committed value of a key."""
        past = self._keys.get(key)
        return past[-1].value if past else None

    def version(self, key: str) -> int:
        """How often a key was written."""
        return len(self._keys.get(key, ()))

    def rows(self, prefix: str) -> tuple[tuple[str, bytes], ...]:
        """Rows of a prefix, in key order."""
        return tuple(sorted((key, value) for key, value in self.state.items() if key.startswith(prefix)))

    def versions(self, prefix: str) -> tuple[tuple[str, int], ...]:
        """Keys of a prefix with their versions."""
        return tuple((key, self.version(key)) for key, _ in self.rows(prefix))

    def history(self, key: str) -> tuple[tuple[str, str, bytes | None], ...]:
        """Past values of a key, newest first."""
        return tuple((past.tx, past.at, past.value) for past in reversed(self._keys.get(key, [])))

    def simulate(
        self, name: str, args: tuple[bytes, ...], msp: str, attributes: Mapping[str, str]
    ) -> tuple[str, Outcome, _Pending]:
        """A call over the committed state: its transaction id, its outcome, and what would be sent."""
        self._nonce += 1
        tx = hashlib.sha256(f"{self._nonce} {msp}".encode()).hexdigest()
        reads, now = Reads(self), self.clock()
        outcome = self.dispatch(
            reads, function=name, args=args, tx=tx, now=now, msp=msp, attributes=attributes
        )
        pending = _Pending(name, args, msp, now, reads.reads, reads.ranges, outcome.writes, outcome.event)
        return tx, outcome, pending

    def keep(self, tx: str, pending: _Pending) -> None:
        """Remembers an endorsed transaction under its id."""
        self._pending[tx] = pending

    def order(self, tx: str) -> None:
        """Puts a transaction into a block of its own; a second time changes nothing."""
        if tx in self._statuses:
            return
        pending = self._pending[tx]
        code = VALID if self._fresh(pending) else CONFLICT
        number = self.height
        if code == VALID:
            self._apply(tx, pending, number)
        self._blocks.append(_block(number, tx, code, pending))
        self._statuses[tx] = CommitStatus(tx, code, number)
        grown, self._grown = self._grown, asyncio.Event()
        grown.set()

    async def status(self, tx: str) -> CommitStatus:
        """What became of a transaction; waits until it is in a block."""
        while tx not in self._statuses:
            await self._grown.wait()
        return self._statuses[tx]

    async def follow(self, start_block: int) -> AsyncIterator[ChaincodeEvent]:
        """Events from a block on, for ever."""
        place = 0
        while True:
            grown = self._grown
            while place < len(self._events):
                event = self._events[place]
                place += 1
                if event.block_number >= start_block:
                    yield event
            await grown.wait()

    async def follow_blocks(self, start_block: int) -> AsyncIterator[Block]:
        """Blocks from a number on, for ever."""
        place = max(start_block - 1, 0)
        while True:
            grown = self._grown
            while place < len(self._blocks):
                place += 1
                yield self._blocks[place - 1]
            await grown.wait()

    def _fresh(self, pending: _Pending) -> bool:
        same = all(self.version(key) == version for key, version in pending.reads.items())
        return same and all(self.versions(prefix) == rows for prefix, rows in pending.ranges.items())

    def _apply(self, tx: str, pending: _Pending, number: int) -> None:
        at = pending.now.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
        for key, value in pending.writes:
            self._keys.setdefault(key, []).append(_Version(value, number, tx, at))
        if pending.event is not None:
            self._events.append(ChaincodeEvent(number, tx, *pending.event))


class FakeGateway:
    """`Gateway` over a FakeChain, as a program of one organisation with a certificate's attributes."""

    def __init__(self, chain: FakeChain, *, msp: str, attributes: Mapping[str, str]) -> None:
        """`attributes`: of the certificate, such as {"role": "relay"}."""
        self._chain = chain
        self._msp = self.peer_msp = msp
        self._attributes = dict(attributes)

    async def __aenter__(self) -> Self:
        """Nothing to open."""
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Nothing to close."""

    async def evaluate(self, name: str, *args: bytes, timeout_s: float = 5.0) -> bytes:
        """The answer of a query. Raises Refusal_, EvaluateError, LedgerUnavailable."""
        _, outcome, _ = self._simulate("evaluate", name, args)
        if outcome.status >= REFUSED.stop:
            raise EvaluateError(outcome.message, status="UNKNOWN")
        return outcome.payload

    async def height(self) -> int:
        """How many blocks there are. Raises LedgerUnavailable."""
        self._require_up("evaluate")
        return self._chain.height

    async def propose(
        self,
        name: str,
        *args: bytes,
        organisations: Sequence[str] = (),
        timeout_s: float = 15.0,
    ) -> Transaction:
        """An endorsed transaction. Raises Refusal_, EndorseError, LedgerUnavailable."""
        tx, outcome, pending = self._simulate("endorse", name, args)
        if outcome.status >= REFUSED.stop:
            raise EndorseError(outcome.message, status="ABORTED", tx_id=tx)
        self._chain.keep(tx, pending)
        return Transaction(tx, tx.encode("ascii"), outcome.payload, tuple(organisations))

    async def submit(self, envelope: bytes, tx_id: str, *, timeout_s: float = 5.0) -> Commit:
        """Orders an envelope. Raises LedgerUnavailable."""
        self._require_up("submit")
        self._chain.order(envelope.decode("ascii"))
        return Commit(tx_id)

    async def commit_status(self, tx_id: str, *, timeout_s: float = 60.0) -> CommitStatus:
        """What became of a transaction. Raises LedgerUnavailable."""
        self._require_up("commit status")
        try:
            return await asyncio.wait_for(self._chain.status(tx_id), timeout_s)
        except TimeoutError as error:
            raise LedgerUnavailable("not in time", step="commit status", tx_id=tx_id) from error

    async def chaincode_events(
        self, *, start_block: int = 0, after_tx: str | None = None
    ) -> AsyncIterator[ChaincodeEvent]:
        """Events of valid transactions in order, for ever."""
        skipping = after_tx is not None
        async for event in self._chain.follow(start_block):
            if not skipping:
                yield event
            elif event.tx_id == after_tx:
                skipping = False

    async def block_events(self, *, start_block: int = 0) -> AsyncIterator[Block]:
        """Blocks in order, for ever."""
        async for block in self._chain.follow_blocks(start_block):
            yield block

    def _simulate(self, step: str, name: str, args: tuple[bytes, ...]) -> tuple[str, Outcome, _Pending]:
        self._require_up(step)
        tx, outcome, pending = self._chain.simulate(name, args, self._msp, self._attributes)
        if outcome.status in REFUSED:
            answer = json.loads(outcome.message)
            raise Refusal_(answer["refusal"], answer["facts"])
        return tx, outcome, pending

    def _require_up(self, step: str) -> None:
        if self._chain.down:
            raise LedgerUnavailable("the chain is down", step=step, status="UNAVAILABLE")


def _block(number: int, tx: str, code: str, pending: _Pending) -> Block:
    transaction = BlockTransaction(
        tx_id=tx,
        number=0,
        kind="ENDORSER_TRANSACTION",
        code=code,
        name=pending.name,
        creator_msp=pending.msp,
        peers=(),
        created_at=pending.now,
        size_bytes=sum(len(argument) for argument in pending.args),
        args=pending.args,
    )
    data_hash = hashlib.sha256(tx.encode("ascii")).hexdigest()
    previous = hashlib.sha256(str(number - 1).encode("ascii")).hexdigest()
    this = hashlib.sha256(str(number).encode("ascii")).hexdigest()
    return Block(number, this, previous, data_hash, (transaction,))

"""One peer's ledger: block file and state database kept in step, opened again after any crash.

Order of a commit: the state transaction is open and applied, the block is appended, the state commits. So the
state may be a block behind after a crash, never ahead; a power cut may also take blocks that the state has.
"""

import logging
import sqlite3
from dataclasses import dataclass
from pathlib import Path

from fabric_protos.common import common_pb2
from fabric_protos.ledger.rwset.kvrwset import kv_rwset_pb2
from ledger.blocks import BlockDamaged, check_block, header_hash, validation_codes

from localnet.blocks import BlockFile
from localnet.envelope import parse
from localnet.simulate import Modification
from localnet.state import Commit, Snapshot, State
from localnet.validate import Validator

log = logging.getLogger(__name__)


class DiskTrouble(Exception):
    """A block could not be written; the text says which and why."""


@dataclass(frozen=True, slots=True)
class Committed:
    """Where a transaction stands."""

    block: int
    code: int


class Chain:
    """Blocks and state of one peer."""

    def __init__(
        self, *, folder: Path, genesis: common_pb2.Block, validator: Validator, strict: bool = False
    ) -> None:
        self._validator = validator
        # Sync each block before anybody hears of it, instead of a little later.
        self._strict = strict
        self.blocks = BlockFile(folder / "blocks.dat")
        self.state = _open_state(folder / "state.db")
        self._tip = (0, b"")
        # What is wrong with this ledger, once something was found: the peer then refuses to endorse.
        self.damage: str | None = None
        if self.blocks.cut_bytes:
            log.warning("cut %d torn bytes off the block file", self.blocks.cut_bytes)
        if self.blocks.height == 0 and self.state.height == 0:
            self.commit(genesis)
        if self.state.height < self.blocks.height:
            log.warning("replaying %d blocks into the state", self.blocks.height - self.state.height)
            self.replay_into(self.state)
        self._check_tip(genesis)
        self._adopt_stored()

    @property
    def height(self) -> int:
        """How many blocks are both stored and applied."""
        return min(self.blocks.height, self.state.height)

    @property
    def tip_hash(self) -> bytes:
        """Header hash of the last stored block."""
        if self._tip[0] != self.blocks.height:
            last = self.blocks.block(self.blocks.height - 1)
            self._tip = (self.blocks.height, header_hash(last.header))
        return self._tip[1]

    def commit(self, block: common_pb2.Block) -> Commit | None:
        """Validate, apply and store the next block; None if it was applied before and only stored again.

        Raises BlockDamaged if it does not follow, DiskTrouble if it could not be written: then nothing of it
        was kept, and the same block may come again.
        """
        number = self.blocks.height
        check_block(block, number=number, previous_hash=self.tip_hash)
        if number < self.state.height:
            self._store_again(block)
            return None
        commit = self._validator.validate(
            block, self.state, previous_commit_hash=self._commit_hash_before(number)
        )
        try:
            self._write(commit, _sealed(block, commit.codes, commit.commit_hash))
        except (OSError, sqlite3.Error) as error:
            raise DiskTrouble(f"block {number} cannot be written: {error}") from error
        self._tip = (self.blocks.height, commit.header_hash)
        if commit.configures:
            self._validator.channel.adopt(block)
        return commit

    def _write(self, commit: Commit, sealed: bytes) -> None:
        """Both stores or neither. Raises OSError, sqlite3.Error."""
        appended = False
        try:
            self.state.begin(commit)
            self.blocks.append(sealed)
            appended = True
            if self._strict:
                self.blocks.sync()
            self.state.finish()
        except BaseException:
            self.state.undo()
            if appended:
                self.blocks.drop_last()
            raise

    def find(self, tx_id: str) -> Committed | None:
        """Where a transaction was committed; None while it is not."""
        place = self.state.transaction(tx_id)
        if place is None or place[0] >= self.height:
            return None
        return Committed(block=place[0], code=self.state.block_row(place[0])[1][place[1]])

    def envelope(self, tx_id: str) -> bytes | None:
        """The bytes of a committed transaction."""
        place = self.state.transaction(tx_id)
        if place is None or place[0] >= self.height:
            return None
        return bytes(self.blocks.block(place[0]).data.data[place[1]])

    def commit_hash(self) -> bytes:
        """The running commit hash at this height."""
        return self._commit_hash_before(self.height)

    def snapshot(self) -> Snapshot:
        """The state at this height, frozen."""
        return self.state.snapshot()

    def modification(self, namespace: str, key: bytes, block: int, transaction: int) -> Modification:
        """What a transaction did to a key."""
        submitted = parse(self.blocks.block(block).data.data[transaction])
        write = _write_of(submitted.within(namespace), key.decode())
        return Modification(
            tx_id=submitted.tx_id,
            value=write.value,
            seconds=submitted.seconds,
            nanos=submitted.nanos,
            is_delete=write.is_delete,
        )

    def close(self) -> None:
        """Sync and close both stores."""
        self.blocks.close()
        self.state.close()

    def replay_into(self, state: State) -> None:
        """Apply the stored blocks to a state that is behind, with the codes that were decided then."""
        previous = state.block_row(state.height - 1)[2] if state.height else b""
        for number in range(state.height, self.blocks.height):
            block = self.blocks.block(number)
            commit = self._validator.apply(
                block, validation_codes(block), state, previous_commit_hash=previous
            )
            state.begin(commit)
            state.finish()
            previous = commit.commit_hash

    def _check_tip(self, genesis: common_pb2.Block) -> None:
        if self.blocks.height == 0:
            return
        if header_hash(self.blocks.block(0).header) != header_hash(genesis.header):
            raise BlockDamaged("block 0 on the disk belongs to another network")
        last = self.height - 1
        if self.state.block_row(last)[0] != header_hash(self.blocks.block(last).header):
            self.damage = f"block {last} on the disk is not the block that was applied"

    def _adopt_stored(self) -> None:
        """Go on with the last configuration on the disk; a block that a power cut took comes again."""
        number = self.state.configuration()
        if 0 < number < self.blocks.height:
            self._validator.channel.adopt(self.blocks.block(number))

    def _store_again(self, block: common_pb2.Block) -> None:
        """Append a block that the state has and the file lost (power cut), with the codes of that time."""
        number = block.header.number
        stored_hash, codes, commit_hash = self.state.block_row(number)
        if stored_hash != header_hash(block.header):
            self.damage = f"block {number} from the orderer is not the block that was applied"
            raise BlockDamaged(self.damage)
        self.blocks.append(_sealed(block, codes, commit_hash))
        if number == self.state.configuration() and number:
            self._validator.channel.adopt(block)

    def _commit_hash_before(self, number: int) -> bytes:
        return self.state.block_row(number - 1)[2] if number else b""


def _open_state(path: Path) -> State:
    """The state database; a torn one is laid aside and made again from the blocks."""
    try:
        return State(path)
    except sqlite3.DatabaseError as error:
        log.warning("the state database cannot be read (%s): making it again from the blocks", error)
    for part in path.parent.glob(path.name + "*"):
        if not part.name.endswith(".torn"):
            part.replace(part.with_name(part.name + ".torn"))
    return State(path)


def _sealed(block: common_pb2.Block, codes: bytes, commit_hash: bytes) -> bytes:
    """The block as a peer stores it: with its codes and its commit hash."""
    metadata = block.metadata.metadata
    metadata[common_pb2.TRANSACTIONS_FILTER] = codes
    metadata[common_pb2.COMMIT_HASH] = common_pb2.Metadata(value=commit_hash).SerializeToString()
    return bytes(block.SerializeToString())


def _write_of(rwset: kv_rwset_pb2.KVRWSet, key: str) -> kv_rwset_pb2.KVWrite:
    found = [write for write in rwset.writes if write.key == key]
    return found[-1] if found else kv_rwset_pb2.KVWrite(key=key)

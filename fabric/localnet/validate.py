"""Whether the transactions of a block count, in Fabric's order: signatures, duplicates, policies, versions.

It reads the committed state and writes nothing; equal blocks on equal states give equal codes on every peer.
"""

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from fabric_protos.common import common_pb2, configtx_pb2
from fabric_protos.ledger.rwset.kvrwset import kv_rwset_pb2
from google.protobuf.message import DecodeError
from ledger.blocks import header_hash
from ledger.configuration import is_configuration, same

from localnet.channel import Channel
from localnet.envelope import Code, Invalid, Submitted, parse, transaction_id_of
from localnet.identity import AccessDenied, Caller
from localnet.policy import BadPolicy, parse_signature_policy
from localnet.reconfigure import UpdateRefused, next_config
from localnet.simulate import decode_metadata, encode_metadata
from localnet.state import Change, Commit, Row, State

VALIDATION_PARAMETER = "VALIDATION_PARAMETER"
# With these codes the transaction id was never proven to be the creator's, so it must not block the real one.
UNPROVEN = frozenset(
    {Code.NIL_ENVELOPE, Code.BAD_PAYLOAD, Code.BAD_COMMON_HEADER, Code.BAD_CREATOR_SIGNATURE}
    | {Code.BAD_PROPOSAL_TXID, Code.UNKNOWN_TX_TYPE, Code.TARGET_CHAIN_NOT_FOUND}
)


@dataclass(slots=True)
class _Overlay:
    """The state as it stands inside a block: committed rows and what valid transactions before did."""

    state: State
    namespace: str
    changed: dict[bytes, Row | None] = field(default_factory=dict)
    policies_changed: set[bytes] = field(default_factory=set)

    def get(self, key: bytes) -> Row | None:
        if key in self.changed:
            return self.changed[key]
        return self.state.get(self.namespace, key)

    def range(self, start: bytes, end: bytes, *, inclusive: bool) -> Iterator[tuple[bytes, Row]]:
        """Rows of a range; `inclusive` takes the end key in, as for a range that was not read to its end."""
        limit = end + b"\0" if inclusive else end
        rows = dict(self.state.range(self.namespace, start, limit))
        for key, row in self.changed.items():
            if key >= start and (not limit or key < limit):
                if row is None:
                    rows.pop(key, None)
                else:
                    rows[key] = row
        yield from sorted(rows.items(), key=lambda item: item[0])


class Validator:
    """Decides the codes of blocks for one channel and chaincode."""

    def __init__(self, *, channel: Channel, chaincode: str) -> None:
        self.channel = channel
        self._roster = channel.roster
        self._chaincode = chaincode

    def validate(self, block: common_pb2.Block, state: State, *, previous_commit_hash: bytes) -> Commit:
        """What block does to the state: codes and changes."""
        if _configures(block):
            code = Code.VALID if self._config_holds(block) else Code.INVALID_CONFIG_TRANSACTION
            return self.apply(block, bytes([code]), state, previous_commit_hash=previous_commit_hash)
        overlay = _Overlay(state, self._chaincode)
        codes = bytearray()
        valid: dict[int, kv_rwset_pb2.KVRWSet] = {}
        seen: set[str] = set()
        for number, content in enumerate(block.data.data):
            try:
                transaction = self._checked(content, state, seen)
                self._check_policies(transaction, overlay)
                _check_spaces(transaction, overlay)
            except Invalid as invalid:
                codes.append(invalid.code)
            else:
                codes.append(Code.VALID)
                valid[number] = transaction.within(self._chaincode)
                _write(valid[number], overlay, block.header.number, number)
        return self._commit(block, bytes(codes), valid, overlay, previous_commit_hash)

    def apply(
        self, block: common_pb2.Block, codes: bytes, state: State, *, previous_commit_hash: bytes
    ) -> Commit:
        """What a block with known codes does to the state: nothing is judged again."""
        overlay = _Overlay(state, self._chaincode)
        valid = {
            number: parse(content).within(self._chaincode)
            for number, content in enumerate(block.data.data)
            if codes[number] == Code.VALID and not _configures(block)
        }
        for number, rwset in valid.items():
            _write(rwset, overlay, block.header.number, number)
        return self._commit(block, codes, valid, overlay, previous_commit_hash)

    def _commit(
        self,
        block: common_pb2.Block,
        codes: bytes,
        valid: dict[int, kv_rwset_pb2.KVRWSet],
        overlay: _Overlay,
        previous_commit_hash: bytes,
    ) -> Commit:
        touched = []
        for number, rwset in valid.items():
            keys = {write.key for write in rwset.writes} | {write.key for write in rwset.metadata_writes}
            touched += [(self._chaincode, key.encode(), number) for key in sorted(keys)]
        changes = tuple(Change(self._chaincode, key, overlay.changed[key]) for key in sorted(overlay.changed))
        return Commit(
            number=block.header.number,
            header_hash=header_hash(block.header),
            codes=codes,
            commit_hash=_commit_hash(codes, changes, previous_commit_hash),
            changes=changes,
            touched=tuple(touched),
            transaction_ids=_proven_ids(block, codes),
            configures=_configures(block) and codes[0] == Code.VALID,
        )

    def _config_holds(self, block: common_pb2.Block) -> bool:
        """Whether a configuration block says what the change in it makes of the configuration before."""
        if block.header.number == 0:
            return True
        payload = common_pb2.Payload.FromString(common_pb2.Envelope.FromString(block.data.data[0]).payload)
        said = configtx_pb2.ConfigEnvelope.FromString(payload.data)
        try:
            return same(next_config(self.channel, said.last_update).config, said.config)
        except UpdateRefused:
            return False

    def _checked(self, content: bytes, state: State, seen: set[str]) -> Submitted:
        transaction = parse(content)
        if transaction.channel != self.channel.config.channel:
            raise Invalid(Code.TARGET_CHAIN_NOT_FOUND)
        try:
            creator = self._roster.check(
                creator=transaction.creator, signature=transaction.signature, message=transaction.payload
            )
        except AccessDenied as denied:
            raise Invalid(Code.BAD_CREATOR_SIGNATURE) from denied
        if not self.channel.config.writers([creator]):
            raise Invalid(Code.BAD_CREATOR_SIGNATURE)
        if transaction.tx_id in seen or state.transaction(transaction.tx_id) is not None:
            raise Invalid(Code.DUPLICATE_TXID)
        seen.add(transaction.tx_id)
        self._check_named(transaction)
        return transaction

    def _check_named(self, transaction: Submitted) -> None:
        """One chaincode throughout: in header, answer, event and writes. Raises Invalid."""
        if transaction.called != transaction.chaincode or transaction.chaincode != self._chaincode:
            raise Invalid(Code.INVALID_CHAINCODE)
        if not transaction.version:
            raise Invalid(Code.INVALID_CHAINCODE)
        if transaction.event_of not in {None, self._chaincode}:
            raise Invalid(Code.INVALID_OTHER_REASON)
        names = [name for name, _ in transaction.spaces]
        if len(set(names)) < len(names):
            raise Invalid(Code.ILLEGAL_WRITESET)
        # Reads elsewhere are no call of another chaincode: they only have to hold.
        others = (rwset for name, rwset in transaction.spaces if name != self._chaincode)
        if any(rwset.writes or rwset.metadata_writes for rwset in others):
            raise Invalid(Code.INVALID_CHAINCODE)

    def _check_policies(self, transaction: Submitted, overlay: _Overlay) -> None:
        """The chaincode's policy, or a key's own where it has one. Raises Invalid."""
        endorsers = self._endorsers(transaction)
        rwset = transaction.within(self._chaincode)
        written = [write.key for write in (*rwset.writes, *rwset.metadata_writes)]
        chaincode_rules = not written
        for key in sorted({key.encode() for key in written}):
            row = overlay.get(key)
            own = decode_metadata(row.metadata).get(VALIDATION_PARAMETER) if row else None
            # A transaction before in this block set another policy: these endorsers did not know it.
            if key in overlay.policies_changed:
                raise Invalid(Code.ENDORSEMENT_POLICY_FAILURE)
            if own is None:
                chaincode_rules = True
            elif not _satisfied(own, endorsers):
                raise Invalid(Code.ENDORSEMENT_POLICY_FAILURE)
        if chaincode_rules and not self.channel.config.endorsement(endorsers):
            raise Invalid(Code.ENDORSEMENT_POLICY_FAILURE)

    def _endorsers(self, transaction: Submitted) -> list[Caller]:
        """Those whose signature holds, each once. A signature that does not hold counts as none."""
        found: dict[bytes, Caller] = {}
        for endorsement in transaction.endorsements:
            if endorsement.endorser in found:
                continue
            try:
                found[endorsement.endorser] = self._roster.check(
                    creator=endorsement.endorser,
                    signature=endorsement.signature,
                    message=transaction.response_payload + endorsement.endorser,
                )
            except AccessDenied:
                continue
        return list(found.values())


def _configures(block: common_pb2.Block) -> bool:
    """Whether a block holds a configuration: always alone. Raises nothing for rubbish."""
    try:
        return len(block.data.data) == 1 and is_configuration(block.data.data[0])
    except DecodeError:
        return False


def _proven_ids(block: common_pb2.Block, codes: bytes) -> tuple[tuple[str, int], ...]:
    if _configures(block):
        return ()
    return tuple(
        (transaction_id_of(content), number)
        for number, content in enumerate(block.data.data)
        if codes[number] not in UNPROVEN and codes[number] != Code.DUPLICATE_TXID
    )


def _satisfied(policy: bytes, endorsers: Sequence[Caller]) -> bool:
    try:
        return parse_signature_policy(policy)(endorsers)
    except BadPolicy:
        return False


def _check_spaces(transaction: Submitted, overlay: _Overlay) -> None:
    """What was read still holds; in other namespaces than the chaincode's nothing is kept. Raises Invalid."""
    for name, rwset in transaction.spaces:
        _check_versions(rwset, overlay if name == overlay.namespace else _Overlay(overlay.state, name))


def _check_versions(rwset: kv_rwset_pb2.KVRWSet, overlay: _Overlay) -> None:
    """Every read still has its version, every range still its rows. Raises Invalid."""
    for read in rwset.reads:
        row = overlay.get(read.key.encode())
        if _version(row) != _read_version(read):
            raise Invalid(Code.MVCC_READ_CONFLICT)
    for query in rwset.range_queries_info:
        expected = [(read.key.encode(), _read_version(read)) for read in query.raw_reads.kv_reads]
        rows = overlay.range(
            query.start_key.encode(), query.end_key.encode(), inclusive=not query.itr_exhausted
        )
        if [(key, _version(row)) for key, row in rows] != expected:
            raise Invalid(Code.PHANTOM_READ_CONFLICT)


def _version(row: Row | None) -> tuple[int, int] | None:
    return (row.block, row.transaction) if row else None


def _read_version(read: kv_rwset_pb2.KVRead) -> tuple[int, int] | None:
    return (read.version.block_num, read.version.tx_num) if read.HasField("version") else None


def _write(rwset: kv_rwset_pb2.KVRWSet, overlay: _Overlay, block: int, transaction: int) -> None:
    for write in rwset.writes:
        key = write.key.encode()
        old = overlay.get(key)
        # As in Fabric: nothing written is nothing kept.
        gone = write.is_delete or not write.value
        overlay.changed[key] = (
            None if gone else Row(write.value, old.metadata if old else b"", block, transaction)
        )
    for change in rwset.metadata_writes:
        key = change.key.encode()
        overlay.policies_changed.add(key)
        old = overlay.get(key)
        # Metadata of a key that does not exist (or was just deleted) is dropped, as Fabric drops it.
        if old is not None:
            entries = {entry.name: bytes(entry.value) for entry in change.entries}
            overlay.changed[key] = Row(old.value, encode_metadata(entries), block, transaction)


def _commit_hash(codes: bytes, changes: Sequence[Change], previous: bytes) -> bytes:
    """A running hash over codes and changes: equal on peers that decided alike for every block so far."""
    digest = hashlib.sha256(len(codes).to_bytes(4, "big") + codes)
    for change in changes:
        row = change.row
        left = [b"\0"] if row is None else [b"\1", row.value, row.metadata]
        for part in [change.namespace.encode(), change.key, *left]:
            digest.update(len(part).to_bytes(8, "big") + part)
    digest.update(previous)
    return digest.digest()

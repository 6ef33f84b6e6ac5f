"""Versions, ranges and the state root against a model that is too simple to be wrong."""

import pytest
from fabric_protos.common import common_pb2, policies_pb2
from fabric_protos.ledger.rwset import rwset_pb2
from fabric_protos.ledger.rwset.kvrwset import kv_rwset_pb2
from fabric_protos.msp import identities_pb2
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from ledger import material
from ledger.events import parse_block
from ledger.network import authority
from localnet.envelope import Code, transaction_id_of
from localnet.state import walk_root

from tests.localnet.odd_certificates import CHANGES, odd
from tests.localnet.raw_client import action_of, with_action
from tests.localnet.workshop import Workshop, event_of, named

VALID, DUPLICATE, POLICY, MVCC, PHANTOM = 0, 9, 10, 11, 12
KEYS = st.sampled_from(["a", "b", "c", "d", "e", "f"])
OPERATIONS = st.one_of(
    st.tuples(st.just("read"), KEYS),
    st.tuples(st.just("write"), KEYS, st.sampled_from([b"1", b"2"])),
    st.tuples(st.just("delete"), KEYS),
    st.tuples(st.just("range"), KEYS, st.sampled_from(["c", "f", ""]), st.integers(1, 4)),
)
# A transaction is simulated now and comes into the block so many blocks later.
TRANSACTIONS = st.tuples(st.lists(OPERATIONS, min_size=1, max_size=4), st.integers(0, 2))
BLOCKS = st.lists(st.lists(TRANSACTIONS, min_size=1, max_size=3), min_size=1, max_size=6)


@pytest.fixture(scope="module")
def network(tmp_path_factory):
    return material.write(tmp_path_factory.mktemp("material"))


class Model:
    """Keys with versions, and what each transaction saw."""

    def __init__(self):
        self.rows = {}

    def observe(self, operations):
        seen = []
        for operation in operations:
            if operation[0] == "read":
                seen.append((operation[1], self._version(operation[1])))
            elif operation[0] == "range":
                seen.append((operation, self._range(*operation[1:])))
        return seen

    def judge(self, seen):
        for what, before in seen:
            if isinstance(what, str) and self._version(what) != before:
                return MVCC
        for what, before in seen:
            if not isinstance(what, str) and self._still(what, before) != before:
                return PHANTOM
        return VALID

    def apply(self, operations, version):
        last = {}
        for operation in operations:
            if operation[0] == "write":
                last[operation[1]] = operation[2]
            elif operation[0] == "delete":
                last[operation[1]] = None
        for key, value in last.items():
            if value is None:
                self.rows.pop(key, None)
            else:
                self.rows[key] = (value, version)

    def _version(self, key):
        return self.rows[key][1] if key in self.rows else None

    def _in(self, start, end):
        keys = sorted(key for key in self.rows if key >= start and (not end or key < end))
        return [(key, self.rows[key][1]) for key in keys]

    def _range(self, start, end, size):
        """What a query of `size` rows reads: one more than it shows, and whether it came to the end."""
        rows = self._in(start, end)
        return rows[: size + 1], len(rows) <= size

    def _still(self, operation, before):
        _, start, end, _ = operation
        rows, exhausted = before
        if exhausted:
            return self._in(start, end), True
        return [row for row in self._in(start, "") if row[0] <= rows[-1][0]], False


def perform(simulation, operations):
    for operation in operations:
        if operation[0] == "read":
            simulation.get(operation[1])
        elif operation[0] == "write":
            simulation.put(operation[1], operation[2])
        elif operation[0] == "delete":
            simulation.put(operation[1], b"")
        else:
            simulation.page(simulation.range(operation[1], operation[2]), operation[3])


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(blocks=BLOCKS)
def test_codes_state_and_root_are_those_of_the_model(network, tmp_path_factory, blocks):
    workshop = Workshop(network, tmp_path_factory.mktemp("chain"))
    model, waiting = Model(), {}
    first = [("write", key, b"0") for key in "acdf"]
    assert list(workshop.commit(workshop.envelope(workshop.simulate(lambda s: perform(s, first))))) == [VALID]
    model.apply(first, (1, 0))
    for number in range(2, len(blocks) + 4):
        for operations, delay in blocks[number - 2] if number <= len(blocks) + 1 else []:
            results = workshop.simulate(lambda simulation, work=operations: perform(simulation, work))
            entry = (workshop.envelope(results), operations, model.observe(operations))
            waiting.setdefault(number + delay, []).append(entry)
        due = waiting.pop(number, None)
        if due is None:
            workshop.commit()
            continue
        expected = []
        for place, (_, operations, seen) in enumerate(due):
            expected.append(model.judge(seen))
            if expected[-1] == VALID:
                model.apply(operations, (number, place))
        assert list(workshop.commit(*(envelope for envelope, _, _ in due))) == expected
    state = workshop.chain.state
    held = {
        key.decode(): (row.value, (row.block, row.transaction))
        for key, row in state.range("carbon", b"", b"")
    }
    assert held == model.rows
    counted = list(walk_root(state.path))[-1]
    assert counted.found.digest() == counted.stored.digest() == state.root.digest()
    workshop.chain.close()


def test_a_block_of_another_chain_is_not_taken(network, tmp_path):
    from ledger.blocks import BlockDamaged

    workshop = Workshop(network, tmp_path)
    block = workshop.block([workshop.put("a", b"1")])
    block.header.previous_hash = bytes(32)
    with pytest.raises(BlockDamaged, match="does not follow"):
        workshop.chain.commit(block)
    block = workshop.block([workshop.put("a", b"1")])
    block.data.data[0] = workshop.put("a", b"2")
    with pytest.raises(BlockDamaged, match="transactions of block 1 were changed"):
        workshop.chain.commit(block)
    assert workshop.chain.height == 1


@pytest.mark.parametrize(
    ("by", "code"),
    [
        (("enterprise",), POLICY),
        (("enterprise", "enterprise"), POLICY),
        (("auditor", "regulator"), VALID),
        (("enterprise", "auditor", "regulator"), VALID),
        ((), POLICY),
    ],
)
def test_two_of_three_organisations_must_endorse(network, tmp_path, by, code):
    workshop = Workshop(network, tmp_path)
    results = workshop.simulate(lambda simulation: simulation.put("a", b"1"))
    envelope = workshop.envelope(results, by=by or ("enterprise",))
    if not by:
        from fabric_protos.common import common_pb2

        from tests.localnet.raw_client import action_of, with_action

        payload, transaction, action = action_of(common_pb2.Envelope.FromString(envelope))
        del action.action.endorsements[:]
        stripped = with_action(payload, transaction, action)
        stripped.signature = workshop.client.sign(stripped.payload)
        envelope = stripped.SerializeToString()
    assert list(workshop.commit(envelope)) == [code]


def test_a_policy_set_in_a_block_already_binds_later_transactions_of_it(network, tmp_path):
    from ledger.genesis import peer_principal, threshold_policy

    workshop = Workshop(network, tmp_path)
    workshop.commit(workshop.put("supply", b"1"))
    policy = threshold_policy(1, [peer_principal("RegulatorMSP")]).SerializeToString()

    def guard(simulation):
        simulation.put_metadata("supply", "VALIDATION_PARAMETER", policy)

    guarding = workshop.envelope(workshop.simulate(guard))
    raising = workshop.put("supply", b"2")
    # Even endorsers who would satisfy the new policy: when they endorsed, they did not know of it.
    knowing = workshop.envelope(
        workshop.simulate(lambda simulation: simulation.put("supply", b"2")), by=("regulator", "auditor")
    )
    other = workshop.put("other", b"2")
    assert list(workshop.commit(guarding, raising, knowing, other)) == [VALID, POLICY, POLICY, VALID]
    assert list(workshop.commit(workshop.put("supply", b"3"))) == [POLICY]
    results = workshop.simulate(lambda simulation: simulation.put("supply", b"4"))
    assert list(workshop.commit(workshop.envelope(results, by=("regulator", "auditor")))) == [VALID]
    # A value written later keeps the policy; a deleted key loses it.
    assert list(workshop.commit(workshop.put("supply", b"5"))) == [POLICY]
    gone = workshop.simulate(lambda simulation: simulation.put("supply", b""))
    assert list(workshop.commit(workshop.envelope(gone, by=("regulator", "auditor")))) == [VALID]
    assert list(workshop.commit(workshop.put("supply", b"6"))) == [VALID]


def test_the_same_envelope_twice_in_one_block_and_again_later_counts_once(network, tmp_path):
    workshop = Workshop(network, tmp_path)
    envelope = workshop.put("a", b"1")
    assert list(workshop.commit(envelope, envelope)) == [VALID, DUPLICATE]
    assert list(workshop.commit(envelope)) == [DUPLICATE]


@pytest.mark.parametrize("spoil", [b"", b"\xff\xff", b"\x0a\x03abc"])
def test_rubbish_in_a_block_gets_a_code_and_stops_nothing(network, tmp_path, spoil):
    workshop = Workshop(network, tmp_path)
    codes = list(workshop.commit(spoil, workshop.put("a", b"1")))
    assert codes[0] != VALID
    assert codes[1] == VALID
    reopened = workshop.open()
    assert reopened.height == 2


@pytest.mark.parametrize("change", CHANGES)
@pytest.mark.parametrize(("by", "code"), [(("enterprise", "regulator"), VALID), (("enterprise",), POLICY)])
def test_an_endorser_that_cannot_be_read_counts_as_none_and_stops_no_peer(
    network, tmp_path, change, by, code
):
    """Whoever may write can add one: a peer that fell over it would fall again at each start."""
    workshop = Workshop(network, tmp_path)
    results = workshop.simulate(lambda simulation: simulation.put("a", b"1"))
    honest = common_pb2.Envelope.FromString(workshop.envelope(results, by=by))
    payload, transaction, action = action_of(honest)
    stranger = identities_pb2.SerializedIdentity(
        mspid="AuditorMSP", id_bytes=odd(authority(network, "auditor"), change)
    )
    action.action.endorsements.add(endorser=stranger.SerializeToString(), signature=b"x")
    changed = with_action(payload, transaction, action)
    changed.signature = workshop.client.sign(changed.payload)
    assert list(workshop.commit(changed.SerializeToString())) == [code]
    (read,) = parse_block(workshop.chain.blocks.block(1)).transactions
    assert set(read.endorsers) == {f"{one.title()}MSP" for one in (*by, "auditor")}
    assert {one.name for one in read.peers if one.msp == "AuditorMSP"} <= {"", "AAAA"}


def space(name, content):
    """The results of one namespace."""
    one = rwset_pb2.NsReadWriteSet(namespace=name, rwset=content)
    return rwset_pb2.TxReadWriteSet(ns_rwset=[one]).SerializeToString()


def read_of(**version):
    """A read of a key in this version; without one, of a key that is not there."""
    read = kv_rwset_pb2.KVRead(key="b")
    if version:
        read.version.CopyFrom(kv_rwset_pb2.Version(**version))
    return kv_rwset_pb2.KVRWSet(reads=[read]).SerializeToString()


WRITE = kv_rwset_pb2.KVRWSet(writes=[kv_rwset_pb2.KVWrite(key="a", value=b"1")]).SerializeToString()
GUARD = kv_rwset_pb2.KVRWSet(metadata_writes=[kv_rwset_pb2.KVMetadataWrite(key="a")]).SerializeToString()
RANGE = kv_rwset_pb2.RangeQueryInfo(
    end_key="z", itr_exhausted=True, raw_reads={"kv_reads": [kv_rwset_pb2.KVRead(key="b", version={})]}
)
SEEN = kv_rwset_pb2.KVRWSet(range_queries_info=[RANGE]).SerializeToString()
OURS = space("carbon", WRITE)
JUNK = b"\xff\xff"
# The codes are those that peers of Fabric 3.1.5 gave to the same.
PARTS = {
    "an event": ({"events": event_of("carbon")}, "VALID"),
    "nothing asked": ({"asked": b""}, "INVALID_ENDORSER_TRANSACTION"),
    "no header": ({"header": b""}, "INVALID_OTHER_REASON"),
    "junk in the header": ({"header": JUNK}, "BAD_HEADER_EXTENSION"),
    "no name in the header": ({"header": b"\x12\x00"}, "INVALID_CHAINCODE"),
    "another chaincode in the header": ({"header": named("other")}, "INVALID_CHAINCODE"),
    "a system's chaincode in the header": ({"header": named("_lifecycle")}, "INVALID_CHAINCODE"),
    "no answer": ({"answer": b""}, "BAD_RESPONSE_PAYLOAD"),
    "junk for an answer": ({"answer": JUNK}, "BAD_RESPONSE_PAYLOAD"),
    "another chaincode's answer": ({"answering": "other"}, "INVALID_CHAINCODE"),
    "no version": ({"version": ""}, "INVALID_CHAINCODE"),
    "no chaincode's answer": ({"answering": None}, "INVALID_OTHER_REASON"),
    "another namespace": ({"results": space("other", WRITE)}, "INVALID_CHAINCODE"),
    "a namespace without a name": ({"results": space("", WRITE)}, "INVALID_CHAINCODE"),
    "two namespaces": ({"results": OURS + space("other", WRITE)}, "INVALID_CHAINCODE"),
    "two the other way round": ({"results": space("other", WRITE) + OURS}, "INVALID_CHAINCODE"),
    "a policy in another": ({"results": OURS + space("other", GUARD)}, "INVALID_CHAINCODE"),
    "one namespace twice": ({"results": OURS + OURS}, "ILLEGAL_WRITESET"),
    "another one twice": ({"results": OURS + 2 * space("other", WRITE)}, "ILLEGAL_WRITESET"),
    "nothing in another": ({"results": OURS + space("other", b"")}, "VALID"),
    "a read in another": ({"results": OURS + space("other", read_of())}, "VALID"),
    "a false read in another": (
        {"results": OURS + space("other", read_of(block_num=1))},
        "MVCC_READ_CONFLICT",
    ),
    "a false range in another": ({"results": OURS + space("other", SEEN)}, "PHANTOM_READ_CONFLICT"),
    "junk in another": ({"results": OURS + space("other", JUNK)}, "BAD_RWSET"),
    "junk for results": ({"results": JUNK}, "BAD_RWSET"),
    "junk for writes": ({"results": space("carbon", JUNK)}, "BAD_RWSET"),
    "junk for an event": ({"events": JUNK}, "INVALID_OTHER_REASON"),
    "another chaincode's event": ({"events": event_of("other")}, "INVALID_OTHER_REASON"),
    "another's event without a name": ({"events": event_of("other", "")}, "INVALID_OTHER_REASON"),
}


@pytest.mark.parametrize("what", PARTS)
def test_each_part_of_a_transaction_is_there_and_of_one_chaincode(network, tmp_path, what):
    parts, code = PARTS[what]
    workshop = Workshop(network, tmp_path)
    envelope = workshop.envelope(**{"results": OURS} | parts)
    assert [Code.Name(one) for one in workshop.commit(envelope)] == [code]
    assert (workshop.chain.state.get("carbon", b"a") is not None) == (code == "VALID")
    # Whoever asks for its status is answered.
    assert workshop.chain.find(transaction_id_of(envelope)).code == Code.Value(code)


def test_an_empty_value_is_a_delete(network, tmp_path):
    """As in Fabric, whatever the flag beside it says; a chaincode cannot write one."""
    workshop = Workshop(network, tmp_path)
    assert list(workshop.commit(workshop.put("a", b"1"))) == [VALID]
    ours = kv_rwset_pb2.KVRWSet(writes=[kv_rwset_pb2.KVWrite(key="a", value=b"")])
    results = space("carbon", ours.SerializeToString())
    assert list(workshop.commit(workshop.envelope(results))) == [VALID]
    assert workshop.chain.state.get("carbon", b"a") is None


def test_a_policy_that_cannot_be_read_is_one_that_nobody_satisfies_and_stops_no_peer(network, tmp_path):
    """Two organisations can set it on a key; a peer that fell over it would fall again at each start."""
    workshop = Workshop(network, tmp_path)
    rule = policies_pb2.SignaturePolicy(signed_by=-1)
    policy = policies_pb2.SignaturePolicyEnvelope(rule=rule).SerializeToString()
    entries = [kv_rwset_pb2.KVMetadataEntry(name="VALIDATION_PARAMETER", value=policy)]
    ours = kv_rwset_pb2.KVRWSet(
        writes=[kv_rwset_pb2.KVWrite(key="a", value=b"1")],
        metadata_writes=[kv_rwset_pb2.KVMetadataWrite(key="a", entries=entries)],
    )
    results = space("carbon", ours.SerializeToString())
    assert list(workshop.commit(workshop.envelope(results))) == [VALID]
    assert list(workshop.commit(workshop.put("a", b"2"), workshop.put("b", b"2"))) == [POLICY, VALID]

"""Two organisations' peers endorse what no person signed: valid by policy, and named by each one's audit.

Real material, real bytes, the running network's own orderer and peers. The state keeps its sums, so that only
deciding the transaction once more can find it.
"""

import asyncio
from datetime import UTC, datetime

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from fabric_protos.common import common_pb2
from fabric_protos.ledger.rwset import rwset_pb2
from fabric_protos.ledger.rwset.kvrwset import kv_rwset_pb2
from fabric_protos.peer import chaincode_event_pb2, chaincode_pb2, proposal_pb2, proposal_response_pb2
from ledger.authority import certificate_pem
from ledger.gateway import Gateway
from ledger.identity import Identity, new_nonce, transaction_id
from ledger.low_s import low_s_der
from ledger.network import authority, identity, node_identity
from ledger.proposal import stamp
from lexicon.canonical import decode_object, encode
from lexicon.signature import sign
from localnet.envelope import assemble, proposal_hash
from operations.chain.peers import rows_of
from operations.chain.report import examine, lines

from chaincode.callers import ATTRIBUTES, creator_of
from chaincode.contract import dispatch
from tests.localnet.raw_client import action_of

ORGANISATIONS = ("enterprise", "auditor", "regulator")


class Forger:
    """Whoever has the keys of two peers and of a relay. `values`: the state, as bytes by key."""

    def __init__(self, network, *, peers=("enterprise", "regulator"), relay=("enterprise", "relay")):
        self.network = network
        self.client = identity(network, *relay)
        self.peers = [node_identity(network, name, "peer") for name in peers]
        self.values = asyncio.run(self._rows())

    async def _rows(self):
        async with Gateway.of(self.network, "enterprise", "service") as gateway:
            return await rows_of(gateway, [])

    def envelope(self, writes, *, args=(), event=None, calls="carbon", at=None, answer=b"", event_of=""):
        """An endorsed and signed transaction with made-up writes (key to value), and its id.

        writes: or None, for what the rules make of the arguments; at: its time, seconds since 1970;
        event_of: the transaction that its event names.
        """
        nonce = new_nonce()
        called = chaincode_pb2.ChaincodeID(name=calls)
        tx_id = transaction_id(nonce=nonce, creator=self.client.creator)
        channel = common_pb2.ChannelHeader(
            type=common_pb2.ENDORSER_TRANSACTION,
            channel_id=self.network.channel,
            tx_id=tx_id,
            extension=proposal_pb2.ChaincodeHeaderExtension(chaincode_id=called).SerializeToString(),
        )
        stamp(channel)
        if at is not None:
            channel.timestamp.seconds = at
        if writes is None:
            outcome = self.decided(channel, args)
            writes, event, answer = dict(outcome.writes), outcome.event, answer or outcome.payload
        signer = common_pb2.SignatureHeader(creator=self.client.creator, nonce=nonce)
        header = common_pb2.Header(
            channel_header=channel.SerializeToString(), signature_header=signer.SerializeToString()
        )
        spec = chaincode_pb2.ChaincodeInvocationSpec(
            chaincode_spec=chaincode_pb2.ChaincodeSpec(
                type=1, chaincode_id=called, input=chaincode_pb2.ChaincodeInput(args=list(args))
            )
        )
        asked = proposal_pb2.ChaincodeProposalPayload(input=spec.SerializeToString()).SerializeToString()
        proposal = proposal_pb2.Proposal(header=header.SerializeToString(), payload=asked)
        action = proposal_pb2.ChaincodeAction(
            results=rwset(writes),
            chaincode_id=chaincode_pb2.ChaincodeID(name=calls, version="1.0"),
            response=proposal_response_pb2.Response(status=200, payload=answer),
        )
        if event:
            told = chaincode_event_pb2.ChaincodeEvent(
                chaincode_id=calls, tx_id=event_of or tx_id, event_name=event[0], payload=event[1]
            )
            action.events = told.SerializeToString()
        signed = proposal_response_pb2.ProposalResponsePayload(
            proposal_hash=proposal_hash(header, asked), extension=action.SerializeToString()
        ).SerializeToString()
        responses = []
        for peer in self.peers:
            response = proposal_response_pb2.ProposalResponse(payload=signed)
            response.endorsement.endorser = peer.creator
            response.endorsement.signature = peer.sign(signed + peer.creator)
            responses.append(response)
        prepared = assemble(proposal, responses)
        prepared.signature = self.client.sign(prepared.payload)
        return tx_id, prepared

    def decided(self, channel, args):
        """What the rules make of arguments in a transaction with this header."""
        creator = creator_of(msp=self.client.msp, certificate=self.client.certificate_pem)
        return dispatch(
            self,
            function=args[0].decode(),
            args=tuple(args[1:]),
            tx=channel.tx_id,
            now=datetime.fromtimestamp(channel.timestamp.seconds, UTC),
            msp=creator.msp,
            attributes=creator.attributes,
        )

    def get(self, key):
        """The value of a composite key, as the rules ask for it."""
        return self.values.get(tuple(key.strip("\x00").split("\x00")))


def composite(key):
    return "\x00" + "\x00".join(key) + "\x00"


def rwset(writes):
    """The bytes of a set of writes; a key that is a text is no composite key."""
    rows = {key if isinstance(key, str) else composite(key): value for key, value in writes.items()}
    ours = kv_rwset_pb2.KVRWSet(
        writes=[
            kv_rwset_pb2.KVWrite(key=key, value=rows[key] or b"", is_delete=rows[key] is None)
            for key in sorted(rows)
        ]
    )
    namespace = rwset_pb2.NsReadWriteSet(namespace="carbon", rwset=ours.SerializeToString())
    return rwset_pb2.TxReadWriteSet(ns_rwset=[namespace]).SerializeToString()


def moved(forger):
    """Every allowance given to the other of two accounts: no sum changes."""
    other = {"acc_a": "acc_b", "acc_b": "acc_a"}
    return {key: encode(lot | {"owner": other[lot["owner"]]}) for key, lot in of("lot", forger)}


def of(kind, forger):
    """Rows of a type: (key, value)."""
    return [(key, decode_object(value)) for key, value in forger.values.items() if key[0] == kind]


def args_of(running, name):
    """The signed arguments of a transaction that stands in a block."""

    async def look(client):
        async for answer in client.deliver.Deliver(iter([client.seek(0, 1000)])):
            for content in answer.block.data.data:
                _, _, action = action_of(common_pb2.Envelope.FromString(content))
                asked = proposal_pb2.ChaincodeProposalPayload.FromString(action.chaincode_proposal_payload)
                spec = chaincode_pb2.ChaincodeInvocationSpec.FromString(asked.input)
                args = list(spec.chaincode_spec.input.args)
                if args and args[0] == name.encode():
                    return args
        raise AssertionError(name)

    return running.run(look)


def signed_by_a_relay(running, forger):
    """An intent in the seller's name, signed by whoever holds the relay's key."""
    town = running.town
    text = town.intent(town.people["trader_a"], "surrender", {"surrender": "s1", "year": 2026, "lots": []})
    key = town.people["trader_a"].key.fingerprint.encode()
    return [b"surrender", text, sign(forger.client.key, text).encode(), key]


def signed_for_something_else(running, forger):
    """A person's own signature under the splitting of a coin of hers, never submitted."""
    coins = ((key, coin) for key, coin in of("coin", forger) if coin["owner"] == "acc_a")
    key, coin = max(coins, key=lambda found: int(found[1]["amount_cents"]))
    parts = ["1", str(int(coin["amount_cents"]) - 1)]
    args = {"coin": {"tx": key[1], "n": int(key[2])}, "amounts_cents": parts}
    return [b"split_coin", *running.town.signed("trader_a", "split_coin", args)]


# Whose arguments the forged transaction carries, and what the audit says of it.
FORGED = {
    "nothing is called": (lambda *_: [], "calls nothing, and wrote lot~CEA~000000002026~"),
    "a relay signs": (signed_by_a_relay, "('surrender') is refused by the rules as signature_invalid"),
    "an old act again": (
        lambda running, _: args_of(running, "take"),
        "('take') is refused by the rules as exists",
    ),
    "a service's act": (
        lambda *_: [b"open_session", encode({"session": 2})],
        "('open_session') is refused by the rules as certificate_not_allowed",
    ),
    "unknown": (lambda *_: [b"steal"], "('steal') is refused by the rules as unknown_transaction"),
}


def committed(running, forger, *args, **more):
    """Sends a forged transaction; its id, once it is valid in a block."""

    async def send(client):
        tx_id, envelope = forger.envelope(*args, **more)
        await client.send(tx_id, envelope)
        return tx_id, await client.status(tx_id)

    tx_id, (code, _) = running.run(send, name="relay")
    assert code == "VALID", "the two endorsements satisfy the policy: nothing else stands in its way"
    return tx_id


@pytest.mark.parametrize("name", FORGED)
def test_writes_that_no_person_signed_are_named_by_the_third_organisation_s_own_peer(running, name):
    find, said = FORGED[name]
    forger = Forger(running.network)
    tx_id = committed(running, forger, moved(forger), args=find(running, forger))
    told = examine(running.network, ["auditor"])
    found = [fault for fault in told["faults"] if tx_id in fault]
    assert not told["ok"]
    assert len(found) == 1
    assert found[0].startswith(f"auditor: transaction {tx_id} (block ")
    assert said in found[0]


def test_a_signature_under_something_else_covers_no_other_writes(running):
    forger = Forger(running.network)
    args = signed_for_something_else(running, forger)
    tx_id = committed(running, forger, moved(forger), args=args, event=("split_coin", b"{}"))
    told = examine(running.network, ["auditor"])
    found = " ".join(fault for fault in told["faults"] if tx_id in fault)
    assert "('split_coin') wrote what its arguments do not give: lot~CEA~000000002026~" in found
    assert "did not write what its arguments give: coin~" in found
    assert "has another event than its arguments give" in found


@pytest.mark.parametrize(
    ("writes", "said"),
    [
        ({("anchor", "acc_a", "pl1", "x"): b"no JSON"}, "wrote anchor~acc_a~pl1~x"),
        ({"a plain key\n": b"1"}, "wrote a plain key\\n"),
        ({}, "wrote nothing but an event"),
    ],
)
def test_what_is_no_row_of_ours_ends_no_audit_and_is_named(running, writes, said):
    forger = Forger(running.network)
    tx_id = committed(running, forger, writes, event=None if writes else ("take", b"{}"))
    told = examine(running.network, ORGANISATIONS)
    for organisation in ORGANISATIONS:
        found = [fault for fault in told["faults"] if fault.startswith(organisation) and tx_id in fault]
        assert len(found) == 1
        assert "calls nothing" in found[0]
        assert said in found[0]


def test_only_forged_transactions_are_accused_and_old_rules_excuse_no_missing_signature(running):
    """The story's own stand beside them; rules_since excuses other rules, and no missing signature."""
    forger = Forger(running.network)
    unsigned = committed(running, forger, moved(forger), args=signed_by_a_relay(running, forger))
    forger = Forger(running.network)
    elsewhere = committed(running, forger, moved(forger), args=signed_for_something_else(running, forger))
    accused = {fault.split()[2] for fault in named(examine(running.network, ["regulator"]))}
    assert {unsigned, elsewhere} <= accused
    assert not accused & honest(running)
    later = named(examine(running.network, ["regulator"], rules_since=1_000_000))
    assert any(unsigned in fault and "has no right (signature_invalid)" in fault for fault in later)
    assert not any(elsewhere in fault for fault in later), "she signed it; what it may do is for the rules"


def named(told):
    return [fault for fault in told["faults"] if ": transaction " in fault]


def honest(running):
    """Ids of the transactions whose intents the ledger knows."""
    return {request["tx"] for _, request in of("request", Forger(running.network))}


def accused(running, tx_id):
    """What the auditor's own peer is told of a transaction."""
    return [fault for fault in examine(running.network, ["auditor"])["faults"] if tx_id in fault]


def test_what_follows_from_its_arguments_is_accused_of_nothing(running):
    """So that the accusations below mean something: the same transaction, put together by the same forger."""
    forger = Forger(running.network)
    tx_id = committed(running, forger, None, args=signed_for_something_else(running, forger))
    assert accused(running, tx_id) == []


def test_a_signed_act_that_was_made_to_do_nothing_is_named(running):
    forger = Forger(running.network)
    tx_id = committed(running, forger, {}, args=signed_for_something_else(running, forger))
    assert "('split_coin') did not write what its arguments give: coin~" in accused(running, tx_id)[0]


def test_a_refused_act_that_is_said_to_be_done_is_named_and_a_question_is_not(running):
    forger = Forger(running.network)
    tx_id = committed(running, forger, {}, args=signed_by_a_relay(running, forger))
    (found,) = accused(running, tx_id)
    assert found.endswith("('surrender') is refused by the rules as signature_invalid, and wrote nothing")
    question = committed(running, forger, {}, args=[b"get_lot", b"{}"])
    assert accused(running, question) == []


@pytest.mark.parametrize(
    ("lie", "said"),
    [
        ({"event_of": "f" * 64}, "has an event in the name of another transaction"),
        ({"answer": b'{"tx":"another"}'}, "gave another answer than the rules give"),
    ],
)
def test_a_lie_about_what_was_rightly_written_is_named(running, lie, said):
    """A follower that keeps events by their transactions would pass over the one that is named."""
    forger = Forger(running.network)
    args = signed_for_something_else(running, forger)
    (found,) = accused(running, committed(running, forger, None, args=args, **lie))
    assert found.endswith(f"('split_coin') {said}")


def with_attributes_that_are_none(forger):
    """A client of the enterprise's, whose certificate has a list where its attributes stand."""
    root, key = authority(forger.network, "enterprise"), forger.client.key
    made = forger.client.certificate()
    builder = (
        x509.CertificateBuilder()
        .subject_name(made.subject)
        .issuer_name(made.issuer)
        .public_key(made.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(made.not_valid_before_utc)
        .not_valid_after(made.not_valid_after_utc)
        .add_extension(x509.UnrecognizedExtension(ATTRIBUTES, b"[]"), critical=False)
    )
    signed = x509.load_der_x509_certificate(low_s_der(builder.sign(root.key, hashes.SHA256())))
    return Identity(msp=forger.client.msp, certificate_pem=certificate_pem(signed), key=key)


def test_what_no_rule_can_decide_ends_no_audit_and_is_named(running):
    """A chaincode answers these with a fault, so that no honest peer endorses them."""
    late = Forger(running.network, relay=("regulator", "clock"))
    opening = [b"open_session", encode({"session": 2})]
    in_the_last_hour_of_all = committed(running, late, {("a", "b"): b"1"}, args=opening, at=253402300000)
    stranger = Forger(running.network)
    stranger.client = with_attributes_that_are_none(stranger)
    by_nobody = committed(running, stranger, {("a", "b"): b"1"}, args=opening)
    for tx_id, error in ((in_the_last_hour_of_all, "OverflowError"), (by_nobody, "AttributeError")):
        (found,) = accused(running, tx_id)
        assert found.endswith(f"('open_session') cannot be decided again ({error}), and wrote a~b")


def test_a_key_that_a_terminal_would_obey_is_told_on_one_line(running):
    forger = Forger(running.network)
    committed(running, forger, {("anchor", "\x1b[2J\nevery rule holds, and the peers agree"): b"1"})
    said = lines(examine(running.network, ["auditor"]))
    assert all(one.isprintable() for one in said)
    assert not any(one.startswith("every rule holds") for one in said)
    assert any("\\x1b[2J\\nevery rule holds" in one for one in said)

"""What stands in a block and does not count, because the orderer looks at the sender alone."""

import asyncio
import time

from fabric_protos.common import common_pb2
from fabric_protos.common import ledger_pb2 as common_ledger_pb2
from fabric_protos.msp import identities_pb2
from fabric_protos.peer import chaincode_pb2, proposal_pb2, transaction_pb2
from ledger.events import parse_block
from ledger.identity import new_nonce, transaction_id
from ledger.network import identity
from ledger.proposal import stamp
from operations.chain.state import State, apply_block

from tests.localnet.raw_client import RawClient, action_of, with_action
from tests.localnet.test_bad_input import key
from tests.localnet.test_revocation import broadcast

PEERS = ("peer-enterprise", "peer-auditor", "peer-regulator")


def test_an_envelope_replayed_much_later_counts_once(network):
    async def scenario(client):
        name = key()
        tx_id, prepared = await client.endorse("add", name, b"1")
        envelope = client.sign(prepared)
        for _ in range(3):
            await client.send(tx_id, envelope)
            await client.submit("put", key(), b"between")
        other = RawClient(network.network, "auditor", "relay")
        await other.send(tx_id, envelope)
        await other.close()
        await client.submit("put", key(), b"after")
        return await client.status(tx_id), await client.evaluate("get", name)

    (code, _), value = network.run(scenario)
    assert (code, value) == ("VALID", b"1")


def test_what_does_not_count_at_commit_is_one_line_of_each_peer(network):
    """Each peer judges for itself: a replay, and arguments that are not those that were endorsed."""

    async def replayed(client):
        tx_id, prepared = await client.endorse("put", key(), b"1")
        envelope = client.sign(prepared)
        for _ in range(2):
            await client.send(tx_id, envelope)
            await client.submit("put", key(), b"between")

    async def altered(client):
        tx_id, prepared = await client.endorse("put", key(), b"honest")
        payload, transaction, action = action_of(prepared)
        changed = action.chaincode_proposal_payload.replace(b"honest", b"stolen")
        action.chaincode_proposal_payload = changed
        await client.send(tx_id, client.sign(with_action(payload, transaction, action)))
        return (await client.status(tx_id))[0]

    for scenario, code in ((replayed, "DUPLICATE_TXID"), (altered, "INVALID_ENDORSER_TRANSACTION")):
        before = [uncounted(network, code, name) for name in PEERS]
        assert network.run(scenario) in {None, code}
        network.run(lambda client: client.submit("put", key(), b"after"))
        end = time.monotonic() + 10
        while any(uncounted(network, code, name) == one for name, one in zip(PEERS, before, strict=True)):
            assert time.monotonic() < end
            time.sleep(0.05)
        assert [uncounted(network, code, name) for name in PEERS] == [one + 1 for one in before]


def junk(who):
    """What an orderer takes of anybody who may write, because it looks at the sender alone; each with the
    code that real peers give it."""

    def envelope(data, *, kind=common_pb2.ENDORSER_TRANSACTION, tx_id=None, seconds=None):
        nonce = new_nonce()
        channel = common_pb2.ChannelHeader(type=kind, channel_id="carbon")
        channel.tx_id = transaction_id(nonce=nonce, creator=who.creator) if tx_id is None else tx_id
        stamp(channel)
        if seconds is not None:
            channel.timestamp.seconds = seconds
        signer = common_pb2.SignatureHeader(creator=who.creator, nonce=nonce)
        header = common_pb2.Header(
            channel_header=channel.SerializeToString(), signature_header=signer.SerializeToString()
        )
        payload = common_pb2.Payload(header=header, data=data).SerializeToString()
        return common_pb2.Envelope(payload=payload, signature=who.sign(payload))

    identity_of_none = identities_pb2.SerializedIdentity(mspid="\0" + "M" * 80, id_bytes=b"no certificate")
    action = transaction_pb2.ChaincodeActionPayload()
    action.action.endorsements.add(endorser=identity_of_none.SerializeToString())
    call = chaincode_pb2.ChaincodeInvocationSpec()
    call.chaincode_spec.input.args.append(b"\0\n" + b"f" * 500)
    proposal = proposal_pb2.ChaincodeProposalPayload(input=call.SerializeToString())
    action.chaincode_proposal_payload = proposal.SerializeToString()
    hollow = transaction_pb2.Transaction()
    hollow.actions.add(payload=action.SerializeToString())
    return [
        (envelope(b"no transaction"), "INVALID_ENDORSER_TRANSACTION"),
        (envelope(b""), "INVALID_ENDORSER_TRANSACTION"),
        (envelope(hollow.SerializeToString()), "INVALID_ENDORSER_TRANSACTION"),
        (envelope(hollow.SerializeToString(), tx_id="\0" + "t" * 300), "BAD_PROPOSAL_TXID"),
        (envelope(b"", kind=99), "BAD_COMMON_HEADER"),
        (envelope(b"", seconds=2**62), "INVALID_ENDORSER_TRANSACTION"),
    ]


def test_junk_of_somebody_who_may_write_ends_no_reader_of_blocks(network):
    """It lies in the chain, does not count, and the explorer, the audit and the next transaction go on."""
    who = identity(network.network, "enterprise", "service")
    sent = [(asyncio.run(broadcast(network.network, one)).status, code) for one, code in junk(who)]
    # The embedded orderer turns away a kind that is none; a real one takes it.
    assert {status for status, _ in sent} <= {common_pb2.SUCCESS, common_pb2.BAD_REQUEST}
    codes = [code for status, code in sent if status == common_pb2.SUCCESS]
    assert len(codes) >= 5
    # Real peers of 3.1.5 stand still, or fall, where such an envelope shares a block with a good one.
    time.sleep(1)

    async def scenario(client):
        assert (await client.submit("put", key(), b"after"))[1] == "VALID"
        info = common_ledger_pb2.BlockchainInfo.FromString(
            await client.evaluate("GetChainInfo", b"carbon", chaincode="qscc")
        )
        return [
            common_pb2.Block.FromString(
                await client.evaluate("GetBlockByNumber", b"carbon", str(n).encode(), chaincode="qscc")
            )
            for n in range(max(0, info.height - 12), info.height)
        ]

    found = network.run(scenario)
    read = [one for block in found for one in parse_block(block).transactions]
    bad = [one for one in read if one.code != "VALID"]
    assert [one.code for one in bad][-len(codes) :] == codes
    assert any(one.kind == "UNREADABLE" for one in bad)
    for one in read:
        told = (one.tx_id, one.name, one.creator_msp, *(part for peer in one.peers for part in peer))
        assert all(text.isprintable() and len(text) <= 64 for text in told)
    state = State()
    for block in found:
        apply_block(state, block, chaincode="carbon")
    assert state.invalid >= len(bad)


def uncounted(network, code, name):
    """How many lines of a peer's log say that a transaction of a block did not count for this reason."""
    return network.log(name).count(f"does not count, {code}: ")

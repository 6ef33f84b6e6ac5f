"""A peer's Endorser service called past every gateway: what is bad is refused by name and logged once.

Each case: who sends what, and the words of the embedded peer. `tests/network` sends the same to real peers.
"""

import asyncio
import time
from dataclasses import dataclass

import grpc
import pytest
from fabric_protos.common import common_pb2
from fabric_protos.peer import proposal_pb2
from localnet.envelope import assemble

from tests.localnet.raw_client import RawClient
from tests.localnet.test_bad_input import (
    CONTROL,
    PROCESSES,
    a_root_itself,
    a_tls_certificate,
    cut_short,
    expired,
    high_s,
    key,
    more_lines,
    of_another_organisation,
    of_no_organisation,
    of_two_kinds,
    other_bytes,
    self_made,
    with_another_key,
    without_creator,
)
from tests.localnet.test_revocation import broadcast

QUARTER_NS = 20 * 60 * 10**9
STRANGER = "access denied: channel [carbon] creator org"


@dataclass(frozen=True)
class Answer:
    """What a peer answered: its words, what it endorsed (nothing: a refusal)."""

    message: str
    payload: bytes
    signature: bytes


async def knock(client, signed, timeout=60):
    """One proposal at the door; a peer may answer, or end the call with the same words."""
    try:
        answer = await client.endorser.ProcessProposal(signed, timeout=timeout)
    except grpc.aio.AioRpcError as error:
        return Answer(error.details(), b"", b"")
    return Answer(answer.response.message, answer.payload, answer.endorsement.signature)


def by_stranger(forge):
    async def made(client, network):
        client.identity = forge(network.network)
        return client.proposal("put", b"door", b"honest")[1]

    return made


def altered(alter):
    async def made(client, network):
        return alter(client.proposal("put", b"door", b"honest")[1])

    return made


async def with_a_high_s(client, network):
    _, signed = client.proposal("put", b"door", b"honest")
    return proposal_pb2.SignedProposal(
        proposal_bytes=signed.proposal_bytes, signature=high_s(signed.signature)
    )


async def unsigned(client, network):
    return proposal_pb2.SignedProposal(proposal_bytes=client.proposal("put", b"door", b"1")[1].proposal_bytes)


async def signed_by_another(client, network):
    other = RawClient(network.network, "auditor", "service")
    _, signed = client.proposal("put", b"door", b"honest")
    signature = other.identity.sign(signed.proposal_bytes)
    await other.close()
    return proposal_pb2.SignedProposal(proposal_bytes=signed.proposal_bytes, signature=signature)


async def replayed(client, network):
    """A proposal whose transaction is in a block of this peer."""
    tx_id, signed = client.proposal("add", key(), b"1")
    await client.send(tx_id, client.sign(await client.endorse_signed(tx_id, signed)))
    assert (await client.status(tx_id))[0] == "VALID"
    return signed


async def under_a_made_up_id(client, network):
    return client.proposal("put", b"door", b"honest", tx_id="a" * 64)[1]


async def twenty_minutes_old(client, network):
    return client.proposal("put", b"door", b"honest", at_ns=time.time_ns() - QUARTER_NS)[1]


async def for_another_channel(client, network):
    return client.proposal("put", b"door", b"honest", channel="nochan")[1]


async def for_a_chaincode_of_control_characters(client, network):
    return client.proposal("put", b"door", b"honest", chaincode=CONTROL)[1]


async def of_no_bytes(client, network):
    return proposal_pb2.SignedProposal()


BAD = {
    "self made": (by_stranger(self_made), STRANGER),
    "another organisation": (by_stranger(of_another_organisation), STRANGER),
    "no organisation": (by_stranger(of_no_organisation), STRANGER),
    "two kinds": (by_stranger(of_two_kinds), STRANGER),
    "another key": (by_stranger(with_another_key), STRANGER),
    "a root itself": (by_stranger(a_root_itself), STRANGER),
    "a tls certificate": (by_stranger(a_tls_certificate), STRANGER),
    "expired": (by_stranger(expired), STRANGER),
    "high S": (with_a_high_s, STRANGER),
    "unsigned": (unsigned, "empty signature bytes"),
    "signed by another": (signed_by_another, STRANGER),
    "other bytes": (altered(other_bytes), STRANGER),
    "cut short": (altered(cut_short), "error unmarshalling"),
    "no creator": (altered(without_creator), "nil nonce or creator"),
    "replayed": (replayed, "duplicate transaction found"),
    "made-up id": (under_a_made_up_id, "incorrectly computed txid"),
    "old": (twenty_minutes_old, "incorrect timestamp"),
    "another channel": (for_another_channel, "channel 'nochan' not found"),
    "control characters": (for_a_chaincode_of_control_characters, "not found"),
    "no bytes": (of_no_bytes, "invalid header type 0"),
}


async def refused(client, network, name):
    """What the peer says to a bad proposal, and what it then holds under the key of it."""
    honest = client.identity
    signed = await BAD[name][0](client, network)
    answer = await knock(client, signed)
    client.identity = honest
    return answer, await client.evaluate("get", b"door")


@pytest.mark.parametrize("name", BAD)
def test_a_bad_proposal_at_a_peer_s_own_door_is_refused_by_name_and_is_one_line(network, name):
    (answer, value), lines = more_lines(network, lambda client: refused(client, network, name))
    assert BAD[name][1] in answer.message
    assert (answer.payload, answer.signature, value) == (b"", b"", b"")
    assert lines == dict.fromkeys(PROCESSES, 0) | {"peer-enterprise": 1}
    assert "\x1b" not in network.log("peer-enterprise")
    assert "honest" not in network.log("peer-enterprise")


async def past_every_gateway(client, network, value):
    """Endorsed at two peers' own doors and handed to the orderer itself; its answer."""
    name = key()
    other = RawClient(network.network, "auditor")
    tx_id, signed = client.proposal("put", name, value)
    answers = [await one.endorser.ProcessProposal(signed, timeout=120) for one in (client, other)]
    await other.close()
    prepared = assemble(proposal_pb2.Proposal.FromString(signed.proposal_bytes), answers)
    answer = await broadcast(network.network, client.sign(prepared))
    return tx_id, name, answer


def test_who_asks_two_peers_and_the_orderer_by_herself_commits(network):
    async def scenario(client):
        tx_id, name, answer = await past_every_gateway(client, network, b"alone")
        assert answer.status == common_pb2.SUCCESS
        return await client.status(tx_id), await client.evaluate("get", name)

    (code, _), value = network.run(scenario)
    assert (code, value) == ("VALID", b"alone")


def test_twenty_megabytes_past_every_gateway_are_refused_by_name_and_one_line(network):
    async def scenario(client):
        before = await client.evaluate("GetChainInfo", b"carbon", chaincode="qscc")
        _, _, answer = await past_every_gateway(client, network, bytes(20_000_000))
        await asyncio.sleep(0.5)
        return answer, before == await client.evaluate("GetChainInfo", b"carbon", chaincode="qscc")

    (answer, unchanged), lines = more_lines(network, scenario)
    assert answer.status == common_pb2.BAD_REQUEST
    assert "message payload is" in answer.info
    assert unchanged
    assert lines == dict.fromkeys(PROCESSES, 0) | {"orderer": 1}


def test_a_proposal_beyond_every_limit_ends_at_the_peer_s_door(network):
    async def scenario(client):
        _, signed = client.proposal("put", key(), bytes(101 << 20))
        return await knock(client, signed)

    answer = network.run(scenario)
    assert (answer.payload, answer.signature) == (b"", b"")
    assert "larger than max" in answer.message

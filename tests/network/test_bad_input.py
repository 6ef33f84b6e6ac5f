"""What a stranger, a forger or a broken peer may send: the tests of the embedded network on real peers."""

import asyncio

import grpc
import pytest
from fabric_protos.common import common_pb2
from ledger.network import authority

from tests.localnet.test_bad_input import (  # noqa: F401
    CONTROL,
    a_root_itself,
    a_tls_certificate,
    by,
    expired,
    high_s,
    key,
    of_another_organisation,
    of_no_organisation,
    of_two_kinds,
    self_made,
    test_a_message_beyond_every_limit_ends_at_the_door,
    test_a_proposal_altered_on_its_way_is_refused_and_runs_nothing,
    with_another_key,
)
from tests.localnet.test_not_counted import (  # noqa: F401
    test_an_envelope_replayed_much_later_counts_once,
    test_junk_of_somebody_who_may_write_ends_no_reader_of_blocks,
)
from tests.localnet.test_revocation import refusals

pytestmark = pytest.mark.fabric
Status = grpc.StatusCode


FORGERIES = [
    self_made,
    of_another_organisation,
    of_no_organisation,
    of_two_kinds,
    with_another_key,
    a_root_itself,
    a_tls_certificate,
]


@pytest.mark.parametrize("forge", FORGERIES)
def test_a_forged_or_foreign_certificate_is_refused_at_every_door(network, forge):
    found = asyncio.run(refusals(network, forge(network.network)))
    assert "access denied: channel [carbon] creator org" in found["evaluate"][1]
    assert [found[door][0] for door in ("endorse", "status", "events")] == [
        Status.ABORTED,
        Status.PERMISSION_DENIED,
        Status.PERMISSION_DENIED,
    ]
    assert found["deliver"] == [common_pb2.FORBIDDEN]


def test_a_certificate_of_an_msp_that_is_none_is_refused(network):
    who = by(authority(network.network, "enterprise"), msp="NobodyMSP")

    async def knock(client):
        client.identity = who
        await client.evaluate("get", b"a")

    with pytest.raises(grpc.aio.AioRpcError, match="access denied"):
        network.run(knock)


def test_a_high_s_is_refused_by_the_orderer(network):
    async def scenario(client):
        name = key()
        tx_id, prepared = await client.endorse("put", name, b"1")
        envelope = client.sign(prepared)
        envelope.signature = high_s(envelope.signature)
        with pytest.raises(grpc.aio.AioRpcError, match="status=FORBIDDEN"):
            await client.send(tx_id, envelope)
        return await client.evaluate("get", name)

    assert network.run(scenario) == b""


def test_an_expired_certificate_is_refused_where_something_enters(network):
    found = asyncio.run(refusals(network, expired(network.network)))
    assert found["evaluate"] is not None
    assert found["endorse"] is not None
    assert found["deliver"] == [common_pb2.FORBIDDEN]


@pytest.mark.parametrize("where", ["chaincode", "channel", "organisation", "function"])
def test_a_name_with_control_characters_is_refused(network, where):
    async def scenario(client):
        calls = {
            "organisation": lambda: client.endorse("get", b"a", organisations=[CONTROL]),
            "function": lambda: client.evaluate(CONTROL),
            "chaincode": lambda: client.endorse("get", b"a", chaincode=CONTROL),
            "channel": lambda: client.endorse("get", b"a", channel=CONTROL),
        }
        with pytest.raises(grpc.aio.AioRpcError) as caught:
            await calls[where]()
        return caught.value.code()

    assert network.run(scenario) is not Status.OK


def test_twenty_megabytes_are_refused_and_nothing_is_ordered(network):
    async def scenario(client):
        before = await client.evaluate("GetChainInfo", b"carbon", chaincode="qscc")
        tx_id, prepared = await client.endorse("put", key(), bytes(20_000_000), timeout=60)
        with pytest.raises(grpc.aio.AioRpcError, match="message payload is"):
            await client.send(tx_id, client.sign(prepared), timeout=60)
        await asyncio.sleep(1)
        return before == await client.evaluate("GetChainInfo", b"carbon", chaincode="qscc")

    assert network.run(scenario)

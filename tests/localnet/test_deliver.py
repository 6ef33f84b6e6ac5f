"""Block streams, chaincode events and queries of blocks, and who may use them."""

import asyncio
import uuid

import grpc
import pytest
from fabric_protos.common import common_pb2, ledger_pb2
from fabric_protos.peer import transaction_pb2
from ledger.blocks import check_block, header_hash, validation_codes
from ledger.errors import AccessDenied
from ledger.gateway import Gateway
from ledger.network import identity

FOR_EVER = 2**64 - 1
INSIDERS = [("enterprise", "service"), ("auditor", "service"), ("regulator", "service")]
OUTSIDERS = [("enterprise", "relay"), ("auditor", "relay"), ("regulator", "clock"), ("regulator", "ingest")]


def key():
    return uuid.uuid4().hex.encode()


async def blocks(client, start, stop, method="Deliver", behavior=0):
    """Answers of a block stream up to its status."""
    call = getattr(client.deliver, method)(iter_one(client.seek(start, stop, behavior)))
    return [answer async for answer in call]


async def iter_one(envelope):
    yield envelope


def test_events_are_replayed_from_block_0_and_resume_after_a_transaction(network):
    async def scenario(client):
        ids = [(await client.submit("put_with_event", key(), b"%d" % n))[0] for n in range(6)]
        known = await client.take_events(6, start=0)
        while [event[1] for event in known][-1] != ids[-1]:
            known = await client.take_events(len(known) + 1, start=0)
        rest = await client.take_events(3, after=ids[2])
        live = client.events()
        waiting = asyncio.create_task(live.read())
        await asyncio.sleep(0.1)
        fresh = await client.submit("put_with_event", key(), b"fresh")
        answer = await asyncio.wait_for(waiting, 5)
        live.cancel()
        return ids, known, rest, fresh, answer

    ids, known, rest, fresh, answer = network.run(scenario)
    assert [event[1] for event in known][-6:] == ids
    assert [event[0] for event in known] == sorted(event[0] for event in known)
    assert [event[1:] for event in rest] == [(ids[n], "put", b"%d" % n) for n in (3, 4, 5)]
    assert (answer.block_number, answer.events[0].tx_id) == (fresh[2], fresh[0])


def test_a_void_transaction_sends_no_event(network):
    async def scenario(client):
        name = key()
        await client.submit("put_with_event", name, b"before")
        first = await client.submit("put_with_event", name, b"one org", organisations=["EnterpriseMSP"])
        last = await client.submit("put_with_event", name, b"after")
        return first, last, await client.take_events(1, start=first[2])

    first, last, found = network.run(scenario)
    assert first[1] == "ENDORSEMENT_POLICY_FAILURE"
    assert [event[1] for event in found] == [last[0]]


def test_the_chain_of_blocks_can_be_checked_from_outside(network):
    async def scenario(client):
        await client.submit("put", key(), b"1")
        _, _, last = await client.submit("put", key(), b"1", organisations=["EnterpriseMSP"])
        return last, await blocks(client, 0, last)

    last, answers = network.run(scenario)
    assert answers[-1].status == common_pb2.SUCCESS
    previous = b""
    for number, answer in enumerate(answers[:-1]):
        check_block(answer.block, number=number, previous_hash=previous)
        previous = header_hash(answer.block.header)
        assert len(validation_codes(answer.block)) == len(answer.block.data.data)
    assert answers[last].block.header.number == last
    assert validation_codes(answers[last].block) == bytes([10])


def test_filtered_and_private_data_streams_run(network):
    async def scenario(client):
        tx_id, _, block = await client.submit("put_with_event", key(), b"1")
        filtered = await blocks(client, block, block, "DeliverFiltered")
        whole = await blocks(client, block, block, "DeliverWithPrivateData")
        return tx_id, block, filtered, whole

    tx_id, block, filtered, whole = network.run(scenario)
    entry = filtered[0].filtered_block.filtered_transactions[0]
    assert (entry.txid, entry.tx_validation_code) == (tx_id, 0)
    event = entry.transaction_actions.chaincode_actions[0].chaincode_event
    assert (event.event_name, event.payload) == ("put", b"")
    assert whole[0].block_and_private_data.block.header.number == block


def test_a_block_that_is_not_there_is_not_waited_for_when_told_so(network):
    async def scenario(client):
        return await blocks(client, 10**6, 10**6, behavior=1)

    assert [answer.status for answer in network.run(scenario)] == [common_pb2.NOT_FOUND]


@pytest.mark.parametrize(("organisation", "name"), OUTSIDERS)
def test_a_relay_sees_neither_blocks_nor_events_nor_transactions(network, organisation, name):
    async def scenario(client):
        assert [a.status for a in await blocks(client, 0, 0)] == [common_pb2.FORBIDDEN]
        assert [a.status for a in await blocks(client, 0, 0, "DeliverFiltered")] == [common_pb2.FORBIDDEN]
        with pytest.raises(grpc.aio.AioRpcError) as caught:
            await client.take_events(1, start=0)
        assert caught.value.code() is grpc.StatusCode.PERMISSION_DENIED
        for query in (["GetChainInfo", b"carbon"], ["GetBlockByNumber", b"carbon", b"0"]):
            with pytest.raises(grpc.aio.AioRpcError) as caught:
                await client.evaluate(*query, chaincode="qscc")
            assert "access denied" in caught.value.details()
        with pytest.raises(grpc.aio.AioRpcError):
            await client.evaluate("Status", chaincode="localnet")
        # What it is for, it may do.
        return (await client.submit("put", key(), b"1"))[1]

    assert network.run(scenario, organisation=organisation, name=name) == "VALID"


def test_our_client_says_at_once_that_a_relay_may_not_watch(network):
    async def story():
        async with Gateway.of(network.network, "enterprise", "relay") as gateway:
            for stream, step in (
                (gateway.block_events(), "block events"),
                (gateway.chaincode_events(), "chaincode events"),
            ):
                with pytest.raises(AccessDenied) as caught:
                    await asyncio.wait_for(anext(stream), 5)
                assert caught.value.step == step

    asyncio.run(story())


@pytest.mark.parametrize(("organisation", "name"), INSIDERS)
def test_a_service_may_watch(network, organisation, name):
    async def scenario(client):
        info = await client.evaluate("GetChainInfo", b"carbon", chaincode="qscc")
        answers = await blocks(client, 0, 0)
        return ledger_pb2.BlockchainInfo.FromString(info).height, answers[0].block.header.number

    height, number = network.run(scenario, organisation=organisation, name=name)
    assert height >= 1
    assert number == 0


def test_an_identity_of_another_network_is_a_stranger(network, tmp_path):
    from ledger import material

    foreign = identity(material.write(tmp_path), "enterprise", "service")

    async def scenario(client):
        client.identity = foreign
        with pytest.raises(grpc.aio.AioRpcError) as caught:
            await client.evaluate("get", b"a")
        assert "access denied" in caught.value.details()
        assert [a.status for a in await blocks(client, 0, 0)] == [common_pb2.FORBIDDEN]

    network.run(scenario)


def test_transactions_are_found_by_id_with_their_code(network):
    async def scenario(client):
        tx_id, _, _ = await client.submit("put", key(), b"1", organisations=["EnterpriseMSP"])
        raw = await client.evaluate("GetTransactionByID", b"carbon", tx_id.encode(), chaincode="qscc")
        with pytest.raises(grpc.aio.AioRpcError) as caught:
            await client.evaluate("GetTransactionByID", b"carbon", b"absent", chaincode="qscc")
        assert "no such transaction ID" in caught.value.details()
        channels = await client.evaluate("GetChannels", chaincode="cscc")
        assert b"carbon" in channels
        return transaction_pb2.ProcessedTransaction.FromString(raw)

    found = network.run(scenario)
    assert found.validationCode == 10

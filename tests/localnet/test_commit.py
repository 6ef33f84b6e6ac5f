"""What becomes VALID and what does not, seen through a running network."""

import asyncio
import uuid

import pytest
from fabric_protos.common import common_pb2
from ledger.network import load

from tests.localnet.raw_client import RawClient, action_of, response_of, with_action


def key():
    return uuid.uuid4().hex.encode()


def test_of_eight_increments_at_once_one_is_valid(network):
    async def scenario(client):
        name = key()
        prepared = [await client.endorse("add", name, b"1") for _ in range(8)]
        await asyncio.gather(*(client.send(tx_id, client.sign(one)) for tx_id, one in prepared))
        codes = [(await client.status(tx_id))[0] for tx_id, _ in prepared]
        return sorted(codes), await client.evaluate("get", name)

    codes, value = network.run(scenario)
    assert codes == ["MVCC_READ_CONFLICT"] * 7 + ["VALID"]
    assert value == b"1"


@pytest.mark.parametrize(("inside", "code"), [(True, "PHANTOM_READ_CONFLICT"), (False, "VALID")])
def test_a_key_put_into_a_counted_range_makes_the_count_void(network, inside, code):
    async def scenario(client):
        prefix = uuid.uuid4().hex
        await client.submit("batch", prefix.encode(), b"5")
        tx_id, prepared = await client.endorse("count_into", prefix.encode(), (prefix + "~").encode(), key())
        await client.submit("put", (prefix + "7").encode() if inside else key(), b"new")
        await client.send(tx_id, client.sign(prepared))
        return (await client.status(tx_id))[0]

    assert network.run(scenario) == code


def test_a_delete_inside_a_counted_range_makes_the_count_void(network):
    async def scenario(client):
        prefix = uuid.uuid4().hex
        await client.submit("batch", prefix.encode(), b"150")
        tx_id, prepared = await client.endorse("count_into", prefix.encode(), (prefix + "~").encode(), key())
        await client.submit("delete", f"{prefix}00120".encode())
        await client.send(tx_id, client.sign(prepared))
        return (await client.status(tx_id))[0]

    assert network.run(scenario) == "PHANTOM_READ_CONFLICT"


def test_one_organisation_does_not_suffice(network):
    async def scenario(client):
        return (await client.submit("put", key(), b"1", organisations=["EnterpriseMSP"]))[1]

    assert network.run(scenario) == "ENDORSEMENT_POLICY_FAILURE"


def test_the_same_endorsement_twice_counts_once(network):
    async def scenario(client):
        tx_id, prepared = await client.endorse("put", key(), b"1", organisations=["EnterpriseMSP"])
        payload, transaction, action = action_of(prepared)
        action.action.endorsements.append(action.action.endorsements[0])
        await client.send(tx_id, client.sign(with_action(payload, transaction, action)))
        return (await client.status(tx_id))[0]

    assert network.run(scenario) == "ENDORSEMENT_POLICY_FAILURE"


def test_a_write_set_changed_after_endorsement_does_not_count(network):
    async def scenario(client):
        name = key()
        tx_id, prepared = await client.endorse("put", name, b"honest")
        payload, transaction, action = action_of(prepared)
        answer, result = response_of(prepared)
        changed = result.results.replace(b"honest", b"stolen")
        assert changed != result.results
        result.results = changed
        answer.extension = result.SerializeToString()
        action.action.proposal_response_payload = answer.SerializeToString()
        await client.send(tx_id, client.sign(with_action(payload, transaction, action)))
        return (await client.status(tx_id))[0], await client.evaluate("get", name)

    assert network.run(scenario) == ("ENDORSEMENT_POLICY_FAILURE", b"")


def test_arguments_changed_after_endorsement_do_not_count(network):
    async def scenario(client):
        tx_id, prepared = await client.endorse("put", key(), b"honest")
        payload, transaction, action = action_of(prepared)
        action.chaincode_proposal_payload = action.chaincode_proposal_payload.replace(b"honest", b"stolen")
        await client.send(tx_id, client.sign(with_action(payload, transaction, action)))
        return (await client.status(tx_id))[0]

    assert network.run(scenario) == "INVALID_ENDORSER_TRANSACTION"


def test_another_identity_cannot_submit_what_was_proposed_by_one(network):
    async def scenario(client):
        other = RawClient(load(network.home), "auditor", "relay")
        tx_id, prepared = await client.endorse("put", key(), b"1")
        signature = other.identity.sign(prepared.payload)
        await other.close()
        with pytest.raises(Exception, match="FORBIDDEN"):
            await client.send(tx_id, common_pb2.Envelope(payload=prepared.payload, signature=signature))

    network.run(scenario)


def test_the_same_envelope_twice_counts_once_and_keeps_its_first_block(network):
    async def scenario(client):
        tx_id, prepared = await client.endorse("add", key(), b"1")
        envelope = client.sign(prepared)
        await client.send(tx_id, envelope)
        first = await client.status(tx_id)
        await client.send(tx_id, envelope)
        await client.submit("put", key(), b"later")
        info = await client.evaluate("GetBlockByTxID", b"carbon", tx_id.encode(), chaincode="qscc")
        assert common_pb2.Block.FromString(info).header.number == first[1]
        return first, await client.status(tx_id)

    first, again = network.run(scenario)
    assert first[0] == "VALID"
    assert again == first


def test_a_duplicate_stands_in_its_block_with_its_code(network):
    async def scenario(client):
        tx_id, prepared = await client.endorse("put", key(), b"1")
        envelope = client.sign(prepared)
        await asyncio.gather(*(client.send(tx_id, envelope) for _ in range(3)))
        _, first = await client.status(tx_id)
        _, _, last = await client.submit("put", key(), b"later")
        codes = []
        for number in range(first, last + 1):
            raw = await client.evaluate("GetBlockByNumber", b"carbon", str(number).encode(), chaincode="qscc")
            codes += common_pb2.Block.FromString(raw).metadata.metadata[2]
        return codes

    assert network.run(scenario) == [0, 9, 9, 0]


def test_a_key_with_its_own_policy_needs_those_it_names(network):
    async def scenario(client):
        name = key()
        await client.submit("put", name, b"1")
        await client.submit("guard", name, b"AuditorMSP", b"RegulatorMSP")
        without = await client.submit("put", name, b"2", organisations=["EnterpriseMSP", "AuditorMSP"])
        with_them = await client.submit("put", name, b"3", organisations=["AuditorMSP", "RegulatorMSP"])
        # Nobody named: the gateway finds out by itself whom the key needs.
        alone = [(await client.submit("put", name, b"4"))[1] for _ in range(2)]
        # The policy guards itself, too.
        loosened = await client.submit(
            "guard", name, b"EnterpriseMSP", organisations=["EnterpriseMSP", "AuditorMSP"]
        )
        return without[1], with_them[1], alone, loosened[1], await client.evaluate("get", name)

    assert network.run(scenario) == (
        "ENDORSEMENT_POLICY_FAILURE",
        "VALID",
        ["VALID", "VALID"],
        "ENDORSEMENT_POLICY_FAILURE",
        b"4",
    )


def test_all_peers_agree_on_blocks_codes_and_state(network):
    from operations.chain.standing import network_status

    async def settle(client):
        return await client.submit("put", key(), b"1")

    tx_id = network.run(settle)[0]
    for organisation in ("auditor", "regulator"):
        network.run(lambda client: client.status(tx_id), organisation=organisation)
    status = network_status(network.network)
    assert status["agree"], status
    assert {peer["lag"] for peer in status["peers"].values()} == {0}
    assert status["orderer"]["height"] == status["peers"]["auditor"]["height"]

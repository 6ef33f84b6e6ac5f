"""Parts of a real network die and come back: what was promised still holds."""

import asyncio
import time
import uuid

import grpc
import pytest
from ledger.consenters import renew_consenter, rotate_consenter
from ledger.gateway import Gateway
from ledger.identities import find
from operations import ledger_material
from operations.chain.standing import network_status

from tests.network.running import RealNetwork

pytestmark = pytest.mark.fabric
AWAY_S = 30.0


def wait_level(running, name):
    """Until this orderer answers, with as many blocks as any other.

    A Byzantine orderer that was away asks for what it lacks once it is some blocks behind: so there are some.
    """
    end = time.monotonic() + 2 * AWAY_S
    while time.monotonic() < end:
        running.run(lambda client: again(lambda: put(client)))
        standing = network_status(running.network)["orderers"]
        heights = {of: one.get("height", 0) for of, one in standing.items() if one["answers"]}
        if heights.get(name) == max(heights.values(), default=None):
            return
        time.sleep(1)
    raise AssertionError(f"{name} does not catch up: {standing}")


def put(client, name=None):
    return client.submit("put", name or uuid.uuid4().hex.encode(), b"1")


async def again(attempt, within_s=AWAY_S):
    """The outcome of a new attempt after each failure, until it is VALID."""
    end = time.monotonic() + within_s
    while True:
        try:
            outcome = await attempt()
            if outcome[1] == "VALID":
                return outcome
        except grpc.aio.AioRpcError:
            if time.monotonic() > end:
                raise
        await asyncio.sleep(0.2)


def agreed(running, within_s=AWAY_S):
    """Waits until all peers answer and agree."""
    end = time.monotonic() + within_s
    while True:
        status = network_status(running.network)
        height = {peer.get("height") for peer in status["peers"].values()}
        if status["agree"] and len(height) == 1:
            return status
        assert time.monotonic() < end, status
        time.sleep(0.3)


def test_a_stopped_network_starts_again_with_all_its_data(own_network):
    tx_id, code, block = own_network.run(put)
    assert code == "VALID"
    own_network.stop()
    own_network.start()
    assert own_network.run(lambda client: client.status(tx_id)) == ("VALID", block)
    assert own_network.run(put)[1] == "VALID"


def test_any_one_process_may_be_killed_and_come_back(own_network):
    for victim in ("orderer-auditor", "orderer-regulator", "peer-auditor", "chaincode-regulator"):
        own_network.kill(victim)
        assert own_network.run(lambda client: again(lambda: put(client)))[1] == "VALID", victim
        own_network.start(victim, wait=False)
    agreed(own_network)


def test_the_leader_of_the_orderers_dies_and_the_same_envelopes_go_through(own_network):
    """An envelope that a dead leader had accepted is sent again and counts once."""

    async def scenario(client):
        name = uuid.uuid4().hex.encode()
        sent = []
        for _ in range(6):
            tx_id, prepared = await client.endorse("put", name + str(len(sent)).encode(), b"1")
            sent.append((tx_id, client.sign(prepared)))
        for number, (tx_id, envelope) in enumerate(sent):
            if number == 3:
                own_network.kill("orderer-enterprise")

            async def send(tx_id=tx_id, envelope=envelope):
                await client.send(tx_id, envelope, timeout=4)
                return (tx_id, *(await client.status(tx_id, timeout=4)))

            assert (await again(send))[1] == "VALID"

    own_network.run(scenario)
    own_network.start("orderer-enterprise", wait=False)
    agreed(own_network)


def test_events_resume_after_the_peer_was_killed(own_network):
    async def scenario():
        network = own_network.network
        async with Gateway.of(network, "enterprise", "service") as gateway:
            first = await submitted(gateway)
            stream = gateway.chaincode_events(start_block=0)
            seen = [await anext(stream)]
            own_network.kill("peer-enterprise")
            async with Gateway.of(network, "auditor", "service") as other:
                second = await submitted(other)
            own_network.start("peer-enterprise", wait=False)
            seen.append(await asyncio.wait_for(anext(stream), AWAY_S))
            await stream.aclose()
            return [first, second], [event.tx_id for event in seen]

    sent, seen = asyncio.run(scenario())
    assert seen == sent


async def submitted(gateway):
    """A transaction with an event, sent until it is valid; its id."""

    async def attempt():
        made = await gateway.propose("put_with_event", uuid.uuid4().hex.encode(), b"1")
        await gateway.submit(made.envelope, made.tx_id)
        status = await gateway.commit_status(made.tx_id, timeout_s=10)
        return made.tx_id, status.code

    end = time.monotonic() + AWAY_S
    while True:
        try:
            return (await attempt())[0]
        except Exception:
            if time.monotonic() > end:
                raise
            await asyncio.sleep(0.2)


def test_a_byzantine_orderer_s_certificates_and_key_are_changed_in_the_channel_and_it_takes_part_again(
    tmp_path,
):
    """Four orderers need three: with another one down, the renewed one's signature is needed."""
    running = RealNetwork(tmp_path, consensus="bft")
    try:
        running.start()
        for name in ("orderer2", "orderer2 tls"):
            before = find(running.network, "regulator", name)
            after = asyncio.run(renew_consenter(running.network, "regulator", name))
            assert (after.serial != before.serial, after.not_after > before.not_after) == (True, True)
            _begin_again(running)
        key = find(running.network, "regulator", "orderer2").path.with_name("key.pem")
        before_key = key.read_bytes()
        old = asyncio.run(rotate_consenter(running.network, "regulator", "orderer2"))
        assert find(running.network, "regulator", "orderer2").serial != old.serial
        assert key.read_bytes() != before_key
        _begin_again(running)
        asyncio.run(rotate_consenter(running.network, "regulator", "orderer2 tls"))
        _begin_again(running)
        running.kill("orderer-auditor")
        assert running.run(lambda client: again(lambda: put(client), 3 * AWAY_S))[1] == "VALID"
        assert running.running["orderer2-regulator"].poll() is None
    finally:
        running.stop()


def test_the_tls_keys_of_all_raft_orderers_are_changed_one_after_the_other_and_trades_go_on(tmp_path):
    """As after a theirs was stolen: the old key lets nobody in. Two of three make blocks meanwhile."""
    running = RealNetwork(tmp_path, consensus="raft")
    try:
        running.start()
        for owner in ("auditor", "enterprise", "regulator"):
            before = find(running.network, owner, "orderer tls")
            key = before.path.with_name("tls-key.pem")
            old_key = key.read_bytes()
            asyncio.run(rotate_consenter(running.network, owner, "orderer tls"))
            assert find(running.network, owner, "orderer tls").serial != before.serial
            assert key.read_bytes() != old_key
            assert running.run(lambda client: again(lambda: put(client)))[1] == "VALID"
            _begin_again(running, f"orderer-{owner}")
        running.kill("orderer-auditor")
        # Two with their new keys are all that is left to agree.
        assert running.run(lambda client: again(lambda: put(client), 3 * AWAY_S))[1] == "VALID"
    finally:
        running.stop()


def _begin_again(running, name="orderer2-regulator"):
    running.stop(name)
    ledger_material.write(running.environment)
    running.start(name, wait=False)
    wait_level(running, name)


def test_four_byzantine_orderers_go_on_without_one(tmp_path):
    running = RealNetwork(tmp_path, consensus="bft")
    try:
        running.start()
        assert running.run(put)[1] == "VALID"
        assert len(network_status(running.network)["orderers"]) == 4
        running.kill("orderer2-regulator")
        assert running.run(lambda client: again(lambda: put(client)))[1] == "VALID"
    finally:
        running.stop()

"""What is left after torn files, lying disks, edited rows and kill -9."""

import asyncio
import json
import shutil
import sqlite3
import time
import uuid

import grpc
import psutil
import pytest
from fabric_protos.common import common_pb2
from ledger import material
from ledger.network import load
from localnet.blocks import BlockFile
from localnet.status import network_status
from localnet.walk import find_damage

from tests.localnet.raw_client import RawClient
from tests.localnet.running import RunningNetwork
from tests.localnet.workshop import Workshop

PEERS = ("peer-enterprise", "peer-auditor", "peer-regulator")


def key():
    return uuid.uuid4().hex.encode()


@pytest.fixture(scope="module")
def battered(tmp_path_factory):
    """A network that several tests break and leave whole."""
    running = RunningNetwork(tmp_path_factory.mktemp("battered"))
    try:
        running.start()
        yield running
    finally:
        running.stop()


def put(running, count=1, **who):
    """Commit some transactions one after the other; gives their ids."""

    async def scenario(client):
        done = [await client.submit("put", key(), b"value") for _ in range(count)]
        assert {code for _, code, _ in done} == {"VALID"}
        return [tx_id for tx_id, _, _ in done]

    return running.run(scenario, **who)


def settled(running, ids):
    """Wait until every peer has these transactions, all VALID; gives the status of the network."""

    async def scenario(client):
        return {(await client.status(tx_id))[0] for tx_id in ids}

    for organisation in ("enterprise", "auditor", "regulator"):
        assert running.run(scenario, organisation=organisation) == {"VALID"}
    status = network_status(running.network)
    assert status["agree"], json.dumps(status, indent=1)
    return status


def cut_blocks(folder, count):
    """Take the last `count` blocks off a stopped node's file, as a power cut or a restored backup would."""
    file = BlockFile(folder / "blocks.dat")
    kept = [file.read(number) for number in range(file.height - count)]
    file.close()
    write_blocks(folder, kept)


def write_blocks(folder, contents):
    """Make a block file of these blocks, with right checksums."""
    path = folder / "blocks.dat"
    path.unlink()
    file = BlockFile(path)
    for content in contents:
        file.append(content)
    file.close()


def test_a_peer_comes_back_from_a_torn_tail_a_lost_state_and_lost_blocks(battered):
    ids = put(battered, 6)
    before = settled(battered, ids)
    whole = {name: (battered.data(name) / "blocks.dat").read_bytes() for name in ("auditor", "regulator")}
    battered.stop(*PEERS)
    with (battered.data("enterprise") / "blocks.dat").open("ab") as file:
        file.write(b"\x01" * 29)
    for path in battered.data("auditor").glob("state.db*"):
        path.unlink()
    cut_blocks(battered.data("regulator"), 3)
    battered.start(*PEERS)
    after = settled(battered, ids)
    for name, peer in after["peers"].items():
        for fact in ("height", "block_hash", "commit_hash", "state_root"):
            assert peer[fact] == before["peers"][name][fact]
    for name, content in whole.items():
        assert (battered.data(name) / "blocks.dat").read_bytes() == content
    assert "cut 29 torn bytes" in battered.log("peer-enterprise")
    assert f"replaying {before['orderer']['height']} blocks" in battered.log("peer-auditor")
    settled(battered, put(battered))


def test_an_orderer_that_lost_blocks_takes_them_back_from_the_peers(battered):
    ids = put(battered, 5)
    height = settled(battered, ids)["orderer"]["height"]
    battered.stop("orderer")
    cut_blocks(battered.data("orderer"), 2)
    battered.start("orderer")
    assert f"fetching blocks {height - 2} to {height - 1}" in battered.log("orderer")
    assert settled(battered, ids + put(battered))["orderer"]["height"] == height + 1
    battered.stop("orderer")
    (battered.data("orderer") / "blocks.dat").unlink()
    battered.start("orderer")
    assert settled(battered, ids + put(battered))["orderer"]["height"] == height + 2


def test_a_forked_chain_is_noticed_by_the_orderer_before_it_accepts(own_network):
    settled(own_network, put(own_network, 2))
    own_network.stop()
    nodes = own_network.home / "ledger" / "nodes"
    shutil.copytree(nodes, own_network.home / "before")
    own_network.start()
    settled(own_network, put(own_network))
    own_network.stop()
    shutil.move(nodes / "auditor", own_network.home / "other history")
    shutil.rmtree(nodes)
    shutil.move(own_network.home / "before", nodes)
    own_network.start()
    settled(own_network, put(own_network))
    own_network.stop("peer-auditor", "orderer")
    shutil.rmtree(nodes / "auditor")
    shutil.move(own_network.home / "other history", nodes / "auditor")
    own_network.start("peer-auditor")
    with pytest.raises(AssertionError, match="the chain has forked"):
        own_network.start("orderer")
    assert own_network.running.pop("orderer").wait(timeout=5) != 0


def edit(folder, statement, *values):
    connection = sqlite3.connect(folder / "state.db")
    with connection:
        assert connection.execute(statement, values).rowcount == 1
    connection.close()


def test_a_running_peer_finds_an_edited_row_says_which_and_endorses_no_more(own_network):
    async def write(client):
        return await client.submit("put", b"holding", b"100")

    settled(own_network, [own_network.run(write)[0]])
    own_network.stop("peer-enterprise")
    edit(own_network.data("enterprise"), "UPDATE state SET value=? WHERE key=?", b"900", b"holding")
    words = "the state of key holding is not what the blocks say"
    own_network.start("peer-enterprise", wait=False)
    own_network.wait_for_words("peer-enterprise", words)
    own_network.wait_for_words("peer-enterprise", "height 2")

    async def use(client):
        for call in (
            client.evaluate("get", b"holding"),
            client.endorse("put", key(), b"x"),
            client.status("0" * 64),
        ):
            with pytest.raises(grpc.aio.AioRpcError, match=words) as caught:
                await call
            assert caught.value.code() is grpc.StatusCode.UNAVAILABLE
        with pytest.raises(grpc.aio.AioRpcError, match=words):
            await client.events(start=0).read()

    own_network.run(use)

    async def elsewhere(client):
        with pytest.raises(grpc.aio.AioRpcError, match="failed to collect"):
            await client.submit("put", key(), b"x", organisations=["EnterpriseMSP", "AuditorMSP"])
        return await client.evaluate("get", b"holding"), (await client.submit("put", key(), b"x"))[1]

    assert own_network.run(elsewhere, organisation="auditor") == (b"100", "VALID")
    status = network_status(own_network.network)
    assert not status["agree"]
    assert words in status["peers"]["enterprise"]["damage"]


@pytest.fixture
def workshop(tmp_path):
    made = Workshop(material.write(tmp_path), tmp_path / "chain")
    for number in range(4):
        made.commit(made.put(f"key{number}", b"value"))
    assert find_damage(made.chain, pause=lambda _: None) is None
    return made


@pytest.mark.parametrize(
    ("statement", "values", "name"),
    [
        ("UPDATE state SET value=? WHERE key=?", (b"900", b"key1"), "key1"),
        ("UPDATE state SET block=? WHERE key=?", (1, b"key2"), "key2"),
        ("UPDATE state SET meta=? WHERE key=?", (b"x", b"key0"), "key0"),
        ("DELETE FROM state WHERE key=?", (b"key3",), "key3"),
        ("INSERT INTO state VALUES('carbon', ?, 'free money', x'', 1, 0)", (b"coin\0x",), "coin~x"),
    ],
)
def test_any_edit_of_the_state_is_found_and_named(workshop, statement, values, name):
    edit(workshop.folder, statement, *values)
    words = find_damage(workshop.chain, pause=lambda _: None)
    assert words == f"the state of key {name} is not what the blocks say: somebody edited state.db"


@pytest.mark.parametrize("spoil", [lambda c: b"rubbish" * 1000, lambda c: c[:100] + bytes(4000) + c[4100:]])
def test_a_torn_state_database_is_made_again_from_the_blocks(workshop, spoil):
    height, root = workshop.chain.height, workshop.chain.state.root.digest()
    workshop.chain.close()
    path = workshop.folder / "state.db"
    path.write_bytes(spoil(path.read_bytes()))
    again = workshop.open()
    assert (again.height, again.state.root.digest()) == (height, root)
    assert find_damage(again, pause=lambda _: None) is None


def test_an_edited_block_is_found_and_named_even_with_a_right_checksum(workshop):
    contents = [workshop.chain.blocks.read(number) for number in range(workshop.chain.blocks.height)]
    block = common_pb2.Block.FromString(contents[2])
    block.data.data[0] = block.data.data[0].replace(b"value", b"other")
    contents[2] = block.SerializeToString()
    write_blocks(workshop.folder, contents)
    words = find_damage(workshop.open(), pause=lambda _: None)
    assert words == "the transactions of block 2 were changed: the data hash differs"


class Load:
    """Clients that submit for as long as told and remember what was acknowledged."""

    def __init__(self, running):
        self.running = running
        self.acknowledged = []
        self.stop = False

    async def client(self, number):
        organisation = ("enterprise", "auditor", "regulator")[number % 3]
        client = RawClient(load(self.running.home), organisation)
        while not self.stop:
            try:
                tx_id, prepared = await client.endorse("put", key(), b"value", timeout=3)
            except grpc.aio.AioRpcError:
                await asyncio.sleep(0.05)
                continue
            envelope = client.sign(prepared)
            try:
                await client.send(tx_id, envelope, timeout=3)
                self.acknowledged.append(tx_id)
                await client.status(tx_id, timeout=3)
            except grpc.aio.AioRpcError:
                await asyncio.sleep(0.05)
        await client.close()

    def wait_for(self, count, timeout_s=60):
        """Until so many were acknowledged, however busy the machine is."""
        limit = time.monotonic() + timeout_s
        while len(self.acknowledged) < count:
            assert time.monotonic() < limit, f"{len(self.acknowledged)} were acknowledged"
            time.sleep(0.01)

    def run(self, clients, drill):
        """Run `drill` in a thread beside the clients."""

        async def whole():
            work = [asyncio.create_task(self.client(number)) for number in range(clients)]
            await asyncio.to_thread(drill)
            self.stop = True
            await asyncio.gather(*work)

        asyncio.run(whole())


def kill_each(work, running, names, *, between, down_s):
    """Kill one after the other under load; before each and after all so many are acknowledged."""
    for name in names:
        work.wait_for(len(work.acknowledged) + between)
        running.kill(name)
        time.sleep(down_s)
        running.start(name)
    work.wait_for(len(work.acknowledged) + between)


VICTIMS = ("orderer", *PEERS, "chaincode-enterprise")


def test_kill_9_of_any_process_under_load_loses_no_acknowledged_transaction(battered):
    work = Load(battered)
    work.run(6, lambda: kill_each(work, battered, VICTIMS, between=20, down_s=0.2))
    settled(battered, work.acknowledged)


@pytest.mark.slow
def test_a_long_drill_of_kill_9_loses_no_acknowledged_transaction(own_network):
    work = Load(own_network)
    names = VICTIMS * 4 + ("orderer", "orderer")
    work.run(20, lambda: kill_each(work, own_network, names, between=50, down_s=0.5))
    settled(own_network, work.acknowledged)
    own_network.stop()
    for name in ("enterprise", "auditor", "regulator"):
        workshop = Workshop(own_network.network, own_network.data(name))
        assert find_damage(workshop.chain, pause=lambda _: None) is None


def test_all_processes_killed_at_once_come_back_with_all_that_was_acknowledged(battered):
    battered.stop("peer-auditor")
    battered.commands["peer-auditor"] += ("--strict",)
    battered.start("peer-auditor")
    work = Load(battered)

    def drill():
        work.wait_for(20)
        battered.kill(*list(battered.running))

    work.run(6, drill)
    battered.start()
    settled(battered, work.acknowledged)


def test_a_gateway_without_its_own_chaincode_leans_on_the_other_two(battered):
    battered.kill("chaincode-enterprise")

    async def scenario(client):
        name = key()
        code = (await client.submit("put", name, b"1"))[1]
        with pytest.raises(grpc.aio.AioRpcError) as caught:
            await client.submit("put", key(), b"1", organisations=["EnterpriseMSP", "AuditorMSP"])
        assert caught.value.code() is grpc.StatusCode.ABORTED
        return code, await client.evaluate("get", name)

    assert battered.run(scenario) == ("VALID", b"1")
    battered.start("chaincode-enterprise")


def test_a_network_starts_and_stops_with_little_work_and_its_port_is_its_own(battered):
    first = battered.running["peer-auditor"]
    battered.start("peer-auditor")
    assert battered.running["peer-auditor"].wait(timeout=10) != 0
    assert "is in use" in battered.log("peer-auditor")
    battered.running["peer-auditor"] = first
    battered.stop()
    battered.start()
    # Processor time, not time on the wall: other programs share the machine. All seven start in parallel.
    for name, process in battered.running.items():
        times = psutil.Process(process.pid).cpu_times()
        assert times.user + times.system < 3, name

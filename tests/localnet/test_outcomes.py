"""What goes wrong on a machine, and the name each thing has: slow, stopped, full, wiped, edited, late."""

import asyncio
import contextlib
import datetime
import json
import re
import resource
import signal
import time
import uuid

import grpc
import pytest
from click.testing import CliRunner
from fabric_protos.common import common_pb2
from fabric_protos.gateway import gateway_pb2
from ledger import authority as authorities
from ledger import identities, material
from localnet.blocks import BlockFile
from localnet.chain import DiskTrouble
from localnet.status import describe, network_status
from localnet.walk import find_damage
from operations.commands.network import network as command

from tests.localnet.running import RunningNetwork
from tests.localnet.test_durability import write_blocks
from tests.localnet.test_gateway import said
from tests.localnet.workshop import Workshop

SHORT_S = 2
PEERS = ("enterprise", "auditor", "regulator")
Status = grpc.StatusCode


def key():
    return uuid.uuid4().hex.encode()


@pytest.fixture(scope="module")
def troubled(tmp_path_factory):
    """A network that these tests trouble and leave whole; the auditor's peer has little patience."""
    running = RunningNetwork(tmp_path_factory.mktemp("troubled"))
    running.commands["peer-auditor"] += ("--execute-timeout", str(SHORT_S))
    try:
        running.start()
        yield running
    finally:
        running.stop()


def put(running, **who):
    async def scenario(client):
        return await client.submit("put", key(), b"value")

    return running.run(scenario, **who)


def agreed(running, tx_id, timeout_s=30):
    """Wait until every peer has the transaction; the network's status then."""
    for organisation in PEERS:
        found = running.run(lambda client: client.status(tx_id, timeout=timeout_s), organisation=organisation)
        assert found[0] == "VALID"
    status = network_status(running.network)
    assert status["agree"], status
    return status


@contextlib.contextmanager
def held_still(running, name):
    """A process that neither runs nor ends: a machine that swaps, a debugger, a full CPU."""
    running.running[name].send_signal(signal.SIGSTOP)
    try:
        yield
    finally:
        running.running[name].send_signal(signal.SIGCONT)


def test_a_slow_peer_is_overtaken_named_in_the_status_and_catches_up(troubled):
    with held_still(troubled, "peer-auditor"):
        begun = time.monotonic()
        done = [put(troubled) for _ in range(2)]
        # The auditor's turn comes every second time: each waits a second at most, not for ever.
        assert time.monotonic() - begun < 8
        assert [code for _, code, _ in done] == ["VALID", "VALID"]
        status = network_status(troubled.network)
        assert not status["agree"]
        assert status["peers"]["auditor"]["answers"] is False
        assert "Deadline" in status["peers"]["auditor"]["because"]
        assert "silent: " in "\n".join(describe(status))
    agreed(troubled, done[-1][0])


def test_a_chaincode_that_hangs_is_named_after_its_time_and_the_others_go_on(troubled):
    with held_still(troubled, "chaincode-regulator"):
        done = put(troubled)
        assert done[1] == "VALID"

        async def named(client):
            await client.endorse("put", key(), b"1", organisations=["RegulatorMSP"], timeout=2)

        with pytest.raises(grpc.aio.AioRpcError) as caught:
            troubled.run(named)
        assert caught.value.code() is Status.DEADLINE_EXCEEDED
    agreed(troubled, put(troubled)[0])


def both_ways(running, *call):
    """What an evaluation and an endorsement that want the auditor's own peer are told."""

    async def evaluate(client):
        tx_id, signed = client.proposal(*call)
        request = gateway_pb2.EvaluateRequest(
            transaction_id=tx_id,
            channel_id="carbon",
            proposed_transaction=signed,
            target_organizations=["AuditorMSP"],
        )
        await client.gateway.Evaluate(request, timeout=SHORT_S + 20)

    async def endorse(client):
        await client.endorse(*call, organisations=["AuditorMSP"], timeout=SHORT_S + 20)

    told = []
    for scenario in (evaluate, endorse):
        with pytest.raises(grpc.aio.AioRpcError) as caught:
            running.run(scenario, organisation="auditor")
        told.append((caught.value.code(), said(caught.value)))
    return told


def test_a_call_that_takes_too_long_is_given_up_by_name_while_others_on_the_stream_are_served(troubled):
    words = "did not answer transaction"
    before = troubled.log("peer-auditor").count(words)

    async def at_once(client):
        long = asyncio.create_task(
            client.endorse("sleep", str(SHORT_S + 1).encode(), organisations=["AuditorMSP"], timeout=30)
        )
        await asyncio.sleep(0.2)
        begun = time.monotonic()
        assert await client.evaluate("get", b"nothing") == b""
        assert time.monotonic() - begun < SHORT_S
        with pytest.raises(grpc.aio.AioRpcError) as caught:
            await long
        # The late answer comes while nobody waits for it any more.
        await asyncio.sleep(1.5)
        assert await client.evaluate("get", b"nothing") == b""
        return caught.value

    error = troubled.run(at_once, organisation="auditor")
    assert error.code() is Status.ABORTED
    assert "timeout expired while executing transaction" in said(error)
    assert troubled.log("peer-auditor").count(words) == before + 1
    agreed(troubled, put(troubled, organisation="auditor")[0])


def test_a_chaincode_that_hangs_is_given_up_by_name_and_answers_again_when_it_goes_on(troubled):
    words = "did not answer transaction"
    before = troubled.log("peer-auditor").count(words)
    with held_still(troubled, "chaincode-auditor"):
        evaluated = troubled.run(lambda client: client.evaluate("get", b"nothing", timeout=20), "auditor")
        # Another organisation's peer answered instead; the log has whom it waited for.
        assert evaluated == b""
        told = both_ways(troubled, "get", b"nothing")
    assert [code for code, _ in told] == [Status.UNAVAILABLE, Status.ABORTED]
    assert all("timeout expired while executing transaction" in text for _, text in told)
    assert troubled.log("peer-auditor").count(words) == before + 3
    agreed(troubled, put(troubled, organisation="auditor")[0])


def test_a_chaincode_that_cannot_be_reached_is_named_told_once_and_used_again_when_it_is_back(troubled):
    words = "could not launch chaincode carbon: connection to"
    troubled.kill("chaincode-auditor")
    troubled.wait_for_words("peer-auditor", "is gone")
    told = both_ways(troubled, "get", b"nothing")
    assert [code for code, _ in told] == [Status.UNAVAILABLE, Status.ABORTED]
    assert all(words in text for _, text in told)
    assert put(troubled, organisation="auditor")[1] == "VALID"
    assert troubled.log("peer-auditor").count("this peer endorses nothing until it answers") == 1
    troubled.start("chaincode-auditor")

    async def named(client):
        await client.endorse("put", key(), b"1", organisations=["AuditorMSP"])

    troubled.run(named, organisation="auditor")
    agreed(troubled, put(troubled, organisation="auditor")[0])


def limit_files(running, name, size):
    """From now on the process can write no file beyond a size, as on a disk that is full."""
    old = resource.prlimit(running.running[name].pid, resource.RLIMIT_FSIZE, (size, resource.RLIM_INFINITY))
    assert old[0] != size


def told_by_command(running):
    """What `tanheng network status` says: exit status, lines for people, and `ok` of --json."""
    told = [
        CliRunner().invoke(command, ["status", *more], env={"TANHENG_HOME": str(running.home)})
        for more in ((), ("--json",))
    ]
    assert told[0].exit_code == told[1].exit_code
    return told[0].exit_code, told[0].output, json.loads(told[1].output)["ok"]


def test_a_full_disk_under_a_peer_is_named_once_and_it_goes_on_when_there_is_room(troubled):
    whole = agreed(troubled, put(troubled)[0])
    code, lines, ok = told_by_command(troubled)
    assert (code, ok) == (0, True)
    assert "IN TROUBLE" not in lines
    times = re.findall(r"confirm p50/p95 (\d+\.\d)/(\d+\.\d) ms of [1-9]", lines)
    assert times
    assert all(0 < float(p50) <= float(p95) for p50, p95 in times)
    size = (troubled.data("enterprise") / "blocks.dat").stat().st_size
    limit_files(troubled, "peer-enterprise", size + 100)
    done = put(troubled, organisation="auditor")
    assert done[1] == "VALID"
    troubled.wait_for_words("peer-enterprise", "this peer commits nothing: block")
    time.sleep(2.5)
    status = network_status(troubled.network)
    assert "cannot be written" in status["peers"]["enterprise"]["trouble"]
    # Nobody differs and everybody answers: the trouble alone makes it not well.
    code, lines, ok = told_by_command(troubled)
    assert (code, ok, status["agree"]) == (1, False, True)
    assert "IN TROUBLE: block" in lines
    assert status["peers"]["enterprise"]["height"] == whole["peers"]["enterprise"]["height"]
    assert troubled.log("peer-enterprise").count("this peer commits nothing") == 1
    limit_files(troubled, "peer-enterprise", resource.RLIM_INFINITY)
    after = agreed(troubled, done[0])
    assert after["peers"]["enterprise"]["trouble"] is None
    assert "the trouble is over" in troubled.log("peer-enterprise")
    troubled.stop("peer-enterprise")
    troubled.start("peer-enterprise")
    assert "torn bytes" not in troubled.log("peer-enterprise")
    agreed(troubled, put(troubled)[0])


def test_a_full_disk_under_the_orderer_refuses_by_name_orders_nothing_and_goes_on(troubled):
    agreed(troubled, put(troubled)[0])
    file = troubled.data("orderer") / "blocks.dat"
    before = file.read_bytes()
    limit_files(troubled, "orderer", len(before) + 100)
    for _ in range(2):
        with pytest.raises(grpc.aio.AioRpcError, match="no orderers could successfully process") as caught:
            put(troubled)
        assert caught.value.code() is Status.UNAVAILABLE
    assert troubled.log("orderer").count("no block can be written: File too large") == 1
    assert file.read_bytes() == before
    limit_files(troubled, "orderer", resource.RLIM_INFINITY)
    agreed(troubled, put(troubled)[0])
    assert file.read_bytes().startswith(before)


@pytest.mark.parametrize("broken", ["append", "sync", "begin", "finish"])
def test_a_write_that_fails_anywhere_leaves_nothing_and_may_come_again(tmp_path, monkeypatch, broken):
    workshop = Workshop(material.write(tmp_path), tmp_path / "chain")
    chain = workshop.chain
    workshop.commit(workshop.put("a", b"1"))
    block = workshop.block([workshop.put("b", b"2")])
    before = (chain.height, chain.commit_hash(), chain.state.root.digest(), _blocks(workshop))
    chain._strict = True
    where = chain.blocks if broken in {"append", "sync"} else chain.state
    real = getattr(where, broken)

    def fail(*args):
        if broken != "append":
            real(*args) if broken == "begin" else None
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(where, broken, fail)
    with pytest.raises(DiskTrouble, match=r"block 2 cannot be written: .*No space left"):
        chain.commit(block)
    monkeypatch.undo()
    assert (chain.height, chain.commit_hash(), chain.state.root.digest(), _blocks(workshop)) == before
    assert chain.commit(block).codes == b"\0"
    assert find_damage(chain, pause=lambda _: None) is None
    chain.close()
    assert workshop.open().height == 3


def _blocks(workshop):
    return (workshop.folder / "blocks.dat").read_bytes()


def test_a_wiped_peer_joins_again_from_block_0(troubled):
    before = agreed(troubled, put(troubled)[0])
    troubled.stop("peer-regulator")
    for path in troubled.data("regulator").iterdir():
        path.unlink()
    troubled.start("peer-regulator")
    after = agreed(troubled, put(troubled)[0])
    assert after["peers"]["regulator"]["height"] == before["peers"]["regulator"]["height"] + 1
    assert "following the orderer from block 1" in troubled.log("peer-regulator")


def test_a_running_peer_finds_an_edited_block_says_which_and_endorses_no_more(own_network):
    for _ in range(3):
        done = put(own_network)
    agreed(own_network, done[0])
    own_network.stop("peer-auditor")
    folder = own_network.data("auditor")
    file = BlockFile(folder / "blocks.dat")
    contents = [file.read(number) for number in range(file.height)]
    file.close()
    block = common_pb2.Block.FromString(contents[2])
    block.data.data[0] = block.data.data[0].replace(b"value", b"VALUE")
    contents[2] = block.SerializeToString()
    write_blocks(folder, contents)
    own_network.start("peer-auditor", wait=False)
    words = "the transactions of block 2 were changed"
    own_network.wait_for_words("peer-auditor", words)
    # It said so once before it was stopped.
    own_network.wait_for_words("peer-auditor", "answers at", times=2)

    async def use(client):
        with pytest.raises(grpc.aio.AioRpcError, match=words):
            await client.evaluate("get", b"a")

    own_network.run(use, organisation="auditor")
    assert words in network_status(own_network.network)["peers"]["auditor"]["damage"]
    assert own_network.log("peer-auditor").count("this peer stops endorsing") == 1


def test_a_peer_whose_own_certificate_ran_out_says_so_once_and_the_others_go_on(tmp_path, monkeypatch):
    running = RunningNetwork(tmp_path)
    monkeypatch.setattr(authorities, "LEAF_VALIDITY", datetime.timedelta(minutes=-1))
    identities.renew(running.network, "auditor", "peer")
    assert identities.days_left(running.network)["auditor"] < 0
    try:
        running.start()
        words = "the orderer ends the stream of blocks: FORBIDDEN (has our own certificate run out"
        running.wait_for_words("peer-auditor", words)
        assert put(running)[1] == "VALID"
        time.sleep(0.5)
        assert running.log("peer-auditor").count(words) == 1
        status = network_status(running.network)
        assert status["peers"]["auditor"]["height"] == 1
        assert status["certificate_days_left"]["auditor"] < 0
    finally:
        running.stop()


@pytest.mark.parametrize("minutes", [-20, 20])
def test_a_clock_that_is_off_by_twenty_minutes_is_told_both_times(troubled, minutes):
    at = time.time_ns() + minutes * 60 * 10**9

    async def scenario(client):
        await client.evaluate("get", b"a", at_ns=at)

    with pytest.raises(grpc.aio.AioRpcError) as caught:
        troubled.run(scenario)
    assert caught.value.code() is Status.FAILED_PRECONDITION
    sent, here = (time.strftime("%FT%H:%M", time.gmtime(one)) for one in (at / 10**9, time.time()))
    assert f"incorrect timestamp {sent}" in caught.value.details()
    assert f"peer time {here[:-1]}" in caught.value.details()

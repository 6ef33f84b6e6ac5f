"""Why the runtime is our own: each test passes on ours and fails on the published shim (2.5.4).

When a later release repairs a fault, its strict mark fails here and tells us. Evidence: docs/adr/0009, where
each fault stands beside its test.
"""

import asyncio
import contextlib
import logging
import os
import signal
import sys

import grpc
import pytest
from fabric_chaincode_python.fabric_shim.server import _internal_server
from fabric_protos.peer import chaincode_pb2, chaincode_shim_pb2, chaincode_shim_pb2_grpc

from tests.chaincode.published import (
    POLICY,
    SECRET,
    SHORT_S,
    AtOnce,
    Published,
    Watched,
    call,
    nothing,
    on_both,
    our_server,
    play,
    published_server,
    response_of,
)
from tests.chaincode.test_runtime import Message, signed_proposal
from tests.chaincode.test_server import SOURCES, TIMEOUT_S, certificate, free_address, registration
from tests.chaincode.town import START


@pytest.mark.parametrize("make", [our_server, published_server], ids=["ours", "published"])
def test_a_lonely_transaction_works_on_both(make, monkeypatch):
    async def story(peer):
        found = await call(peer, "tx1", b"get", b"b")
        stored = await call(peer, "tx2", b"put", b"d", b"4")
        return response_of(found).payload, response_of(stored).status, peer.state["d"]

    assert play(make, monkeypatch, story) == (b"2", 200, b"4")


@on_both("concurrent transactions lose messages: writes on one stream are not serialised")
def test_one_write_at_a_time_goes_out_on_a_stream(make, monkeypatch):
    """gRPC throws a second write away when it loses the race with the first: so there must be no race."""
    writes = AtOnce()
    add = chaincode_shim_pb2_grpc.add_ChaincodeServicer_to_server
    monkeypatch.setattr(
        chaincode_shim_pb2_grpc,
        "add_ChaincodeServicer_to_server",
        lambda service, server: add(Watched(service, writes), server),
    )

    async def story(peer):
        waiting = [await peer.begin(f"tx{n}", "relay", b"walk", b"key") for n in range(40)]
        await asyncio.wait(waiting, timeout=SHORT_S)
        return writes.most

    assert play(make, monkeypatch, story) == 1


def test_concurrent_transactions_all_end(monkeypatch):
    async def story(peer):
        waiting = [await peer.begin(f"tx{n}", "relay", b"walk", b"key") for n in range(60)]
        done, late = await asyncio.wait(waiting, timeout=SHORT_S)
        return {response_of(one.result()).status for one in done}, len(late)

    assert play(our_server, monkeypatch, story) == ({200}, 0)


@on_both("an event that chaincode sets is never sent")
def test_an_event_reaches_the_peer(make, monkeypatch):
    completed = play(make, monkeypatch, lambda peer: call(peer, "tx", b"event"))
    assert (completed.chaincode_event.event_name, completed.chaincode_event.payload) == (
        "happened",
        b"payload",
    )


@on_both("transient data is an empty method")
def test_transient_data_can_be_read(make, monkeypatch):
    completed = play(make, monkeypatch, lambda peer: call(peer, "tx", b"transient"))
    assert response_of(completed).payload == b"test"


@on_both("the text of a peer's error is handed out as state")
def test_an_error_of_the_peer_is_no_state(make, monkeypatch):
    async def story(peer):
        peer.errors[Message.GET_STATE] = b"the store is broken"
        return await call(peer, "tx", b"get", b"a")

    response = response_of(play(make, monkeypatch, story))
    assert (response.status, response.payload) == (500, b"")


@on_both("a write that the peer refused counts as done")
def test_a_refused_write_is_an_error(make, monkeypatch):
    async def story(peer):
        peer.errors[Message.PUT_STATE] = b"not now"
        return await call(peer, "tx", b"put", b"a", b"1")

    assert response_of(play(make, monkeypatch, story)).status == 500


@on_both("the bookmark of a page is thrown away: there is a first page only")
def test_a_page_has_a_bookmark(make, monkeypatch):
    completed = play(make, monkeypatch, lambda peer: call(peer, "tx", b"page"))
    assert response_of(completed).payload == b"c"


@on_both("an exception in chaincode is only logged: the peer waits 30 s for nothing")
def test_an_exception_is_answered_at_once(make, monkeypatch):
    completed = play(make, monkeypatch, lambda peer: call(peer, "tx", b"fail"))
    assert response_of(completed).status == 500


@on_both("an empty key is sent to the peer, which commits it")
def test_an_empty_key_is_refused(make, monkeypatch):
    async def story(peer):
        completed = await call(peer, "tx", b"put", b"", b"1")
        return response_of(completed).status, Message.PUT_STATE in peer.requests

    assert play(make, monkeypatch, story) == (500, False)


@on_both("an empty value is sent as a write, which the peer commits as a delete")
def test_an_empty_value_is_refused(make, monkeypatch):
    async def story(peer):
        completed = await call(peer, "tx", b"put", b"a", b"")
        return response_of(completed).status, Message.PUT_STATE in peer.requests

    assert play(make, monkeypatch, story) == (500, False)


@on_both("a range without a start also returns composite keys")
def test_a_range_without_a_start_begins_after_composite_keys(make, monkeypatch):
    async def story(peer):
        await call(peer, "tx", b"from_the_start")
        (asked,) = [one for one in peer.messages if one.type == Message.GET_STATE_BY_RANGE]
        return chaincode_shim_pb2.GetStateByRange.FromString(asked.payload).startKey

    assert play(make, monkeypatch, story) == "\x01"


@on_both("twenty keys are twenty round trips, whatever the peer offers")
def test_many_keys_are_one_round_trip_where_the_peer_offers_it(make, monkeypatch):
    async def story(peer):
        await call(peer, "tx", b"many")
        return len(peer.messages)

    assert play(make, monkeypatch, story) == 1


@on_both("keys, values and whole proposals stand in the log in clear")
def test_nothing_that_a_transaction_carries_is_logged(make, monkeypatch, caplog):
    with caplog.at_level(logging.DEBUG):
        play(make, monkeypatch, lambda peer: call(peer, "tx", b"put", b"a", SECRET.encode()))
    assert SECRET not in caplog.text


def own_options(monkeypatch):
    return our_server(monkeypatch)


def published_options(_):
    # The server that the package's own `start` makes.
    taken = []
    add = grpc.aio.Server.add_insecure_port

    def adding(self, address):
        taken.append(add(self, address))
        return taken[-1]

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(grpc.aio.Server, "add_insecure_port", adding)
        server = _internal_server(ccid="probe", address="127.0.0.1:0", cc=Published())
    return server, taken[0], nothing


@pytest.mark.parametrize(
    "make",
    [
        own_options,
        pytest.param(
            published_options,
            marks=pytest.mark.xfail(strict=True, reason="messages over 4 MiB break the stream"),
        ),
    ],
    ids=["ours", "published"],
)
def test_an_argument_of_five_megabytes_arrives(make, monkeypatch):
    async def story(peer):
        finished = asyncio.get_running_loop().create_future()
        peer.finished["tx"] = finished
        arguments = chaincode_pb2.ChaincodeInput(args=[b"get", b"a", bytes(5_000_000)])
        message = Message(
            type=Message.TRANSACTION, payload=arguments.SerializeToString(), txid="tx", channel_id="carbon"
        )
        message.proposal.CopyFrom(signed_proposal("relay", START))
        await peer.write(message)
        return await asyncio.wait_for(finished, SHORT_S)

    assert response_of(play(make, monkeypatch, story)).payload == b"1"


@on_both("a key cannot be given an endorsement policy of its own")
def test_a_key_is_given_its_own_endorsement_policy(make, monkeypatch):
    async def story(peer):
        completed = await call(peer, "tx", b"guard", b"a")
        return response_of(completed).status, dict(peer.policies)

    assert play(make, monkeypatch, story) == (200, {"a": POLICY})


@on_both("attributes of the caller's certificate are always empty")
def test_attributes_of_the_callers_certificate_can_be_read(make, monkeypatch):
    completed = play(make, monkeypatch, lambda peer: call(peer, "tx", b"role"))
    assert response_of(completed).payload == b"relay"


@on_both("twenty writes are twenty round trips, whatever the peer offers")
def test_many_writes_are_one_round_trip_where_the_peer_offers_it(make, monkeypatch):
    async def story(peer):
        await call(peer, "tx", b"twenty")
        return len(peer.messages), len([key for key in peer.state if key.startswith("key")])

    assert play(make, monkeypatch, story) == (1, 20)


@on_both("an argument that is no text breaks the call")
def test_an_argument_may_be_any_bytes(make, monkeypatch):
    completed = play(make, monkeypatch, lambda peer: call(peer, "tx", b"size", bytes(range(256))))
    assert response_of(completed).payload == b"256"


OUR_COMMAND = (
    f"import sys, runpy; sys.path[:0] = {SOURCES!r}; sys.argv = ['chaincode.server', *sys.argv[1:]]; "
    "runpy.run_module('chaincode.server', run_name='__main__')"
)
THEIR_COMMAND = (
    f"import sys; sys.path[:0] = {SOURCES!r}; from fabric_chaincode_python.fabric_shim.server import start; "
    "from tests.chaincode.published import Published; start(Published)"
)


@contextlib.asynccontextmanager
async def command(address, *, ours, tls=None):
    """The chaincode as a process, each in its own way; tls: paths of certificate and key."""
    options, more = ["--address", address, "--id", "probe"], {}
    if tls:
        options += ["--tls-cert", str(tls[0]), "--tls-key", str(tls[1])]
        # What the package says it reads.
        more = {"CORE_TLS_CLIENT_CERT_PATH": str(tls[0]), "CORE_TLS_CLIENT_KEY_PATH": str(tls[1])}
    variables = {"CHAINCODE_ID": "probe", "CHAINCODE_SERVER_ADDRESS": address} | more
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-c", OUR_COMMAND if ours else THEIR_COMMAND, *(options if ours else [])),
        env=os.environ | ({} if ours else variables),
        stderr=asyncio.subprocess.DEVNULL,
    )
    try:
        yield process
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()


@pytest.mark.parametrize(("ours", "status"), [(True, 0), (False, -signal.SIGTERM)], ids=["ours", "published"])
def test_a_process_that_is_told_to_end_ends_by_itself_and_the_published_one_is_cut_off(ours, status):
    async def story():
        address = free_address()
        async with command(address, ours=ours) as process, grpc.aio.insecure_channel(address) as channel:
            assert await registration(channel) == "probe"
            process.send_signal(signal.SIGTERM)
            return await asyncio.wait_for(process.wait(), TIMEOUT_S)

    assert asyncio.run(story()) == status


@pytest.mark.parametrize("ours", [True, False], ids=["ours", "published"])
def test_a_process_that_is_given_a_certificate_serves_by_tls_and_the_published_one_in_clear(ours, tmp_path):
    tls = certificate(tmp_path)

    async def story():
        address = free_address()
        credentials = grpc.ssl_channel_credentials(tls[0].read_bytes())
        secure, clear = grpc.aio.secure_channel(address, credentials), grpc.aio.insecure_channel(address)
        async with command(address, ours=ours, tls=tls), secure, clear:
            return await registration(secure if ours else clear)

    assert asyncio.run(story()) == "probe"

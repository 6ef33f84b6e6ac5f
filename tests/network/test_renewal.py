"""Certificates of a real network that end within a month are renewed while it runs; it goes on working."""

import asyncio
import datetime
import itertools
import os
import signal
import sys
import time
import uuid
from dataclasses import replace

import grpc
import pytest
from cryptography import x509
from fabric_protos.msp import identities_pb2
from ledger import authority, identities
from ledger.network import load
from network.package import package_id
from network.settings import remove_opened_keys
from operations import ledger_material
from operations.site import scratch_ports
from operations.supervisor.real_network import stages
from operations.supervisor.supervisor import Supervisor
from operations.supervisor.table import root, upkeep
from tanheng.env import Environment

from tests.localnet.raw_client import RawClient, action_of
from tests.localnet.test_upkeep import SOON, shown_by
from tests.network.running import TINY

pytestmark = pytest.mark.fabric
ORGANISATIONS = ("enterprise", "auditor", "regulator")
NODES = [f"{kind}-{name}" for kind in ("peer", "orderer") for name in sorted(ORGANISATIONS)]
# A write goes on at another gateway: it never waits for a node that is being started again.
PAUSE_MAX_S = 30.0
EVERY_S = 2.0


@pytest.fixture
def environment(tmp_path, monkeypatch):
    """A home for Fabric whose certificates end within a month; this process and its children live in it."""
    settings = {"TANHENG_LEDGER_ENGINE": "fabric", "TANHENG_HOME": str(tmp_path)}
    for name, value in {**scratch_ports(), **settings}.items():
        monkeypatch.setenv(name, value)
    found = Environment.read()
    with monkeypatch.context() as short:
        short.setattr(authority, "LEAF_VALIDITY", SOON)
        ledger_material.write(found)
    try:
        yield found
    finally:
        remove_opened_keys(load(tmp_path))


def with_the_little_chaincode(environment):
    """The network's stages without the material's step, which would renew at the start."""
    network = load(environment.home)
    addresses = {f"chaincode-{name}": one.chaincode for name, one in network.organisations.items()}

    def changed(process):
        if process.name not in addresses:
            return process
        return replace(process, command=(sys.executable, TINY, addresses[process.name], package_id()))

    return [
        tuple(changed(one) for one in stage) if isinstance(stage, tuple) else stage
        for stage in stages(environment)[1:]
    ]


class Writer:
    """One write after the other, each until it is valid, by whichever gateway answers."""

    def __init__(self, home):
        self.home, self.valid, self.longest_s, self.stopped = home, [], 0.0, False

    async def run(self):
        for organisation in itertools.cycle(ORGANISATIONS):
            if self.stopped:
                return
            key, began = uuid.uuid4().hex.encode(), time.monotonic()
            await self._write(key, organisation)
            self.longest_s = max(self.longest_s, time.monotonic() - began)
            self.valid.append(key)

    async def _write(self, key, first):
        """Raises the last gateway's error when nobody takes it in time."""
        end = time.monotonic() + PAUSE_MAX_S
        order = itertools.cycle([first, *(name for name in ORGANISATIONS if name != first)])
        while True:
            client = RawClient(load(self.home), next(order))
            try:
                if (await client.submit("put", key, b"1", timeout=5))[1] == "VALID":
                    return
            except grpc.aio.AioRpcError:
                if time.monotonic() > end:
                    raise
                await asyncio.sleep(0.2)
            finally:
                await client.close()


async def endorsers(client):
    """The certificates under which peers endorse now."""
    _, prepared = await client.endorse("put", uuid.uuid4().hex.encode(), b"1")
    _, _, action = action_of(prepared)
    for one in action.action.endorsements:
        pem = identities_pb2.SerializedIdentity.FromString(one.endorser).id_bytes
        yield x509.load_pem_x509_certificate(pem)


def test_nodes_and_clients_take_renewed_certificates_and_every_write_becomes_valid(environment):
    said = []
    network = load(environment.home)
    ends = identities.first_expiry(network)
    assert all(one - datetime.datetime.now(datetime.UTC) <= SOON for one in ends.values())
    (plan,) = upkeep()
    supervisor = Supervisor(
        with_the_little_chaincode(environment),
        home=environment.home,
        name="network",
        folder=root(),
        say=said.append,
        upkeep=[replace(plan, every_s=EVERY_S)],
    )
    writer = Writer(environment.home)

    def again():
        return [line.split(":")[0] for line in said if "started again" in line]

    async def script(ready):
        await ready.wait()
        old = {name: shown_by(one.peer) for name, one in network.organisations.items()}
        writing = asyncio.create_task(writer.run())
        end = time.monotonic() + 120
        while len(again()) < len(NODES):
            assert time.monotonic() < end, said
            assert not writing.done(), writing.exception()
            await asyncio.sleep(0.2)
        before = len(writer.valid)
        while len(writer.valid) < before + 6:
            assert time.monotonic() < end, said
            await asyncio.sleep(0.2)
        writer.stopped = True
        await writing
        # Two rounds more, in which nothing is started again.
        await asyncio.sleep(2 * EVERY_S + 2)
        for name, one in network.organisations.items():
            assert await asyncio.to_thread(shown_by, one.peer) != old[name], name
        # The client signs in with the renewed certificate; the peers endorse under theirs.
        client = RawClient(load(environment.home), "auditor")
        try:
            soon = datetime.datetime.now(datetime.UTC) + 2 * SOON
            assert x509.load_pem_x509_certificate(client.identity.certificate_pem).not_valid_after_utc > soon
            endorsing = [one async for one in endorsers(client)]
            assert len(endorsing) >= 2
            assert all(one.not_valid_after_utc > soon for one in endorsing)
            for key in writer.valid:
                assert await client.evaluate("get", key) == b"1"
        finally:
            await client.close()

    async def both():
        ready = asyncio.Event()
        running = asyncio.create_task(supervisor.run(when_ready=ready.set))
        try:
            await script(ready)
        finally:
            writer.stopped = True
            os.kill(os.getpid(), signal.SIGINT)
            await running

    asyncio.run(both())
    assert again() == NODES, "each once, peers first, then orderers"
    assert min(identities.days_left(load(environment.home)).values()) > 60
    assert writer.longest_s < PAUSE_MAX_S

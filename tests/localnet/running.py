"""A whole network as processes on free ports, for tests that talk to it, kill parts and start them again."""

import asyncio
import contextlib
import os
import random
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import grpc
from ledger import material
from ledger.network import load
from localnet.supervise import chaincode_is_connected, is_ready, processes

from tests.localnet.raw_client import RawClient

ROOT = Path(__file__).parents[2]
ORGANISATIONS = ("enterprise", "auditor", "regulator")


def free_ports(count):
    """Ports that are free, below those that the system gives to connections: a node that is started again
    must find its own, which a neighbour's connection would have taken in between."""
    found = []
    with contextlib.ExitStack() as stack:
        while len(found) < count:
            port = random.randrange(15_000, 32_000)  # noqa: S311 (a port, not a secret)
            one = stack.enter_context(socket.socket())
            with contextlib.suppress(OSError):
                one.bind(("127.0.0.1", port))
                found.append(port)
    return found


def make_material(home):
    """A network's material on free ports."""
    ports = free_ports(7)
    return material.write(
        home,
        ports=material.Ports(
            orderer=ports[0],
            peers=dict(zip(ORGANISATIONS, ports[1:4], strict=True)),
            chaincodes=dict(zip(ORGANISATIONS, ports[4:], strict=True)),
        ),
    )


class RunningNetwork:
    """Three peers, an orderer, three test chaincodes."""

    def __init__(self, home):
        self.home = Path(home)
        self.network = make_material(self.home)
        chaincode = str(ROOT / "tests" / "localnet" / "tiny_chaincode.py")
        self.commands = {process.name: process.command for process in processes(self.network)}
        for name, organisation in self.network.organisations.items():
            self.commands[f"chaincode-{name}"] = (sys.executable, chaincode, organisation.chaincode)
        self.running = {}

    def start(self, *names, wait=True):
        """Start processes (all without names) and wait until they do their work, if told to."""
        environment = dict(os.environ, PYTHONPATH=os.pathsep.join([str(ROOT), str(ROOT / "fabric")]))
        for name in names or self.commands:
            with (self.home / f"{name}.log").open("ab") as log:
                self.running[name] = subprocess.Popen(
                    self.commands[name], stdout=log, stderr=log, env=environment, cwd=self.home
                )
        if wait:
            self.wait_ready()

    def wait_ready(self, timeout_s=60):
        """Wait until all that was started works; fails with the logs if it does not."""
        limit = time.monotonic() + timeout_s
        for name in self.running:
            while not self._works(name):
                if time.monotonic() > limit or self.running[name].poll() is not None:
                    raise AssertionError(f"{name} is not ready:\n{self.log(name)}")
                time.sleep(0.03)
        if len(self.running) == len(self.commands):
            self._wait_acquainted(limit)

    def _wait_acquainted(self, limit):
        """Until every peer has reached every other: on a busy machine that takes longer than to start."""

        async def meet(client):
            while True:
                try:
                    return await client.endorse("get", b"a", organisations=self._msps())
                except grpc.aio.AioRpcError as error:
                    # Another chaincode than ours may not know the function: it was asked, that is enough.
                    if error.code() is not grpc.StatusCode.UNAVAILABLE:
                        return None
                    if time.monotonic() > limit:
                        raise
                    await asyncio.sleep(0.1)

        for organisation in ORGANISATIONS:
            self.run(meet, organisation=organisation)

    def _msps(self):
        return [organisation.msp for organisation in self.network.organisations.values()]

    def wait_for_words(self, name, words, *, times=1, timeout_s=60):
        """Wait until a process has logged these words so often, its earlier lives included."""
        limit = time.monotonic() + timeout_s
        while self.log(name).count(words) < times:
            assert time.monotonic() < limit, self.log(name)
            time.sleep(0.03)

    def kill(self, *names):
        """kill -9."""
        for name in names:
            process = self.running.pop(name)
            process.send_signal(signal.SIGKILL)
            process.wait()

    def stop(self, *names):
        """An orderly end (of all without names)."""
        stopping = [self.running.pop(name) for name in names or list(self.running)]
        for process in stopping:
            process.terminate()
        for process in stopping:
            process.wait(timeout=10)

    def log(self, name):
        return (self.home / f"{name}.log").read_text()

    def data(self, node):
        """Where a node keeps its data."""
        return self.home / "ledger" / "nodes" / node

    def run(self, scenario, organisation="enterprise", name="service"):
        """Run an async scenario with a client of one organisation; gives what it returns."""

        async def whole():
            client = RawClient(load(self.home), organisation, name)
            try:
                return await scenario(client)
            finally:
                await client.close()

        return asyncio.run(whole())

    def _works(self, name):
        kind, _, organisation = name.partition("-")
        if kind == "chaincode":
            peer = f"peer-{organisation}"
            return peer not in self.running or chaincode_is_connected(self.network, organisation)
        if self.running[name].poll() is not None:
            return False
        return is_ready(self.network, name)

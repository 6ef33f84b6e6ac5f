"""A real network as processes on free ports, used like `tests.localnet.running.RunningNetwork`."""

import asyncio
import contextlib
import os
import subprocess
import sys
import time
from pathlib import Path

from ledger.network import load
from network.bring_up import bring_up
from network.package import package_id
from network.settings import remove_opened_keys
from operations import ledger_material
from operations.site import scratch_ports
from operations.supervisor.process import Process
from operations.supervisor.real_network import stages
from tanheng.env import Environment

from tests.localnet.running import ROOT, RunningNetwork

TINY = str(ROOT / "tests" / "localnet" / "tiny_chaincode.py")
SOURCES = os.pathsep.join(str(ROOT / name) for name in ("", "platform", "fabric"))


class RealNetwork(RunningNetwork):
    """Three peers, three orderers (four for `bft`), three chaincodes: the little one or the product's."""

    def __init__(self, home, *, consensus="raft", product=False):
        self.home = Path(home)
        self.environment = Environment.read(
            {
                "TANHENG_HOME": str(home),
                "TANHENG_LEDGER_PORT": scratch_ports()["TANHENG_LEDGER_PORT"],
                "TANHENG_LEDGER_ENGINE": "fabric",
                "TANHENG_LEDGER_CONSENSUS": consensus,
                "FABRIC_BIN": os.environ.get("FABRIC_BIN", ""),
            }
        )
        ledger_material.write(self.environment)
        self.network = load(self.home)
        self.commands, self.environments, self.running = {}, {}, {}
        for stage in stages(self.environment):
            for process in stage if isinstance(stage, tuple) else ():
                assert isinstance(process, Process)
                self.commands[process.name] = process.command
                self.environments[process.name] = process.environment
        if not product:
            for name, organisation in self.network.organisations.items():
                command = (sys.executable, TINY, organisation.chaincode, package_id())
                self.commands[f"chaincode-{name}"] = command

    def start(self, *names, wait=True):
        """Start processes (all without names); a whole network is also made one channel."""
        if not self.running:
            # The opened keys went with the last process.
            ledger_material.write(self.environment)
        for name in names or self.commands:
            environment = {**os.environ, "PYTHONPATH": SOURCES, **self.environments[name]}
            with (self.home / f"{name}.log").open("ab") as log:
                self.running[name] = subprocess.Popen(
                    self.commands[name], stdout=log, stderr=log, env=environment, cwd=self.home
                )
        if wait:
            self.wait_ready()

    def wait_ready(self, timeout_s=60):
        """Wait until every gateway reaches every chaincode; fails with the reason if it does not."""
        limit = time.monotonic() + timeout_s
        while True:
            ended = [name for name, process in self.running.items() if process.poll() is not None]
            assert not ended, "".join(self.log(name)[-2000:] for name in ended)
            try:
                asyncio.run(bring_up(self.network))
            except Exception as error:
                if time.monotonic() > limit:
                    raise AssertionError(f"the network is not ready: {error}") from error
                time.sleep(0.2)
            else:
                return

    def stop(self, *names):
        super().stop(*names)
        if not self.running:
            remove_opened_keys(self.network)


@contextlib.contextmanager
def product_network(folder):
    """A running network with the product's chaincode, as its clients see it."""
    running = RealNetwork(folder, product=True)
    try:
        running.start()
        yield running.network
    finally:
        running.stop()

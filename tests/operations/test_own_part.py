"""`tanheng network part`, `found` and `up --org --join`: three homes, three supervisors, one network."""

import asyncio
import json
import os
import signal
import subprocess
import sys
import time

import pytest
from click.testing import CliRunner
from ledger.errors import LedgerError
from ledger.gateway import Gateway
from ledger.network import load
from localnet.status import network_status

from tests.chaincode.test_on_localnet import LiveTown
from tests.localnet.running import ROOT, free_ports

ORGANISATIONS = ("enterprise", "auditor", "regulator")
COMMAND = (sys.executable, "-m", "operations", "network")
READY_S = 90


def environment(home, port):
    return dict(
        os.environ,
        TANHENG_HOME=str(home),
        TANHENG_LEDGER_PORT=str(port),
        PYTHONPATH=os.pathsep.join(str(ROOT / part) for part in ("", "platform", "fabric")),
    )


def tanheng(home, port, *arguments):
    done = subprocess.run(
        [*COMMAND, *map(str, arguments)],
        env=environment(home, port),
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
        cwd=ROOT,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.fixture
def base():
    """A port with the next thirteen probably free, too: the three share one machine here."""
    return 20_000 + free_ports(1)[0] % 10_000


@pytest.fixture
def three(tmp_path, base):
    """Three organisations' supervisors, each with its own home."""
    halves = []
    for name in ORGANISATIONS:
        tanheng(tmp_path / name, base, "part", name, "--out", tmp_path / f"{name}.json")
        halves.append(tmp_path / f"{name}.json")
    tanheng(tmp_path, base, "found", *halves, "--out", tmp_path / "join.json")
    running = []
    try:
        for name in ORGANISATIONS:
            command = [*COMMAND, "up", "--org", name, "--join", str(tmp_path / "join.json"), "--json"]
            with (tmp_path / f"{name}.log").open("wb") as log:
                running.append(
                    subprocess.Popen(
                        command,
                        env=environment(tmp_path / name, base),
                        stdout=subprocess.PIPE,
                        stderr=log,
                        cwd=ROOT,
                    )
                )
        yield tmp_path, running
    finally:
        for process in running:
            process.send_signal(signal.SIGINT)
        for process in running:
            process.wait(timeout=30)


async def found_ledger(home):
    """The first transaction of a ledger, endorsed by the peers of all three: its validation code's name."""
    async with Gateway.of(load(home), "regulator", "administrator") as gateway:
        town = LiveTown().open(load(home), {("regulator", "administrator"): gateway})
        limit = time.monotonic() + READY_S
        while True:
            try:
                return (await town.found_live()).code
            except LedgerError:
                if time.monotonic() > limit:
                    raise
                await asyncio.sleep(0.3)


def agreed(home, height):
    """The network's status from one home, once every peer is at `height` with one and the same block.

    "agree" alone compares what the peers have in common: a peer one block behind agrees too.
    """
    limit = time.monotonic() + READY_S
    while True:
        status = network_status(load(home))
        if status["agree"] and {peer["height"] for peer in status["peers"].values()} == {height}:
            return status
        assert time.monotonic() < limit, status
        time.sleep(0.2)


def test_each_runs_its_part_alone_and_together_they_are_one_network(three):
    folder, running = three
    for process in running:
        assert json.loads(process.stdout.readline())["ok"]
    assert asyncio.run(found_ledger(folder / "regulator")) == "VALID"
    for name in ORGANISATIONS:
        status = agreed(folder / name, height=2)
        assert status["orderer"]["answers"]
        keys = {path.parts[-3] for path in (folder / name / "ledger" / "organisations").glob("*/ca/key.pem")}
        assert keys == {name}


def test_one_without_the_other_and_the_wrong_file_are_told(tmp_path, monkeypatch):
    from operations.commands.network import network

    monkeypatch.setenv("TANHENG_HOME", str(tmp_path))
    assert "belong together" in CliRunner().invoke(network, ["up", "--org", "auditor"]).output
    (tmp_path / "rubbish").write_text("x")
    done = CliRunner().invoke(network, ["up", "--org", "auditor", "--join", str(tmp_path / "rubbish")])
    assert (done.exit_code, "not a file to join by" in done.output) == (1, True)
    done = CliRunner().invoke(network, ["part", "nobody", "--out", str(tmp_path / "half")])
    assert "it is one of enterprise, auditor, regulator" in done.output

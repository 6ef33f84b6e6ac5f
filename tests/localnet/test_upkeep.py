"""Certificates are renewed while the network runs: its nodes take the new ones one after the other."""

import asyncio
import datetime
import errno
import os
import signal
import ssl
import subprocess
import sys
import time
from dataclasses import replace

import pytest
from cryptography import x509
from ledger import authority, identities, material
from ledger.network import load
from operations import ledger_material
from operations.chain.standing import network_status
from operations.ledger_upkeep import changed, newest, renewed, watch
from operations.site import scratch_ports
from operations.supervisor.supervisor import Supervisor
from operations.supervisor.table import ledger, root, upkeep
from tanheng.env import Environment

SOON = datetime.timedelta(days=30)
NODES = {"peer-enterprise", "peer-auditor", "peer-regulator", "orderer"}


@pytest.fixture
def environment(tmp_path, monkeypatch):
    """A home whose certificates end within a month; this process and its children live in it."""
    for name, value in {**scratch_ports(), "TANHENG_HOME": str(tmp_path)}.items():
        monkeypatch.setenv(name, value)
    found = Environment.read()
    with monkeypatch.context() as short:
        short.setattr(authority, "LEAF_VALIDITY", SOON)
        material.write(tmp_path, ports=ledger_material.ports_of(found))
    return found


def shown_by(address):
    """The serial of the certificate that a node shows."""
    host, _, port = address.rpartition(":")
    pem = ssl.get_server_certificate((host, int(port)))
    return x509.load_pem_x509_certificate(pem.encode()).serial_number


def test_a_running_network_takes_renewed_certificates_and_two_peers_of_three_always_answer(environment):
    said, answered = [], []
    ends = identities.first_expiry(load(environment.home))
    assert all(one - datetime.datetime.now(datetime.UTC) <= SOON for one in ends.values())
    (plan,) = upkeep()
    # Stages without the material's step, which would renew at the start.
    supervisor = Supervisor(
        ledger(environment)[1:],
        home=environment.home,
        name="network",
        folder=root(),
        say=said.append,
        upkeep=[replace(plan, every_s=1.0)],
    )

    def again():
        return [line.split(":")[0] for line in said if "started again" in line]

    async def script(ready):
        await ready.wait()
        network = load(environment.home)
        old = {name: shown_by(one.peer) for name, one in network.organisations.items()}
        end = time.monotonic() + 60
        while len(again()) < len(NODES):
            assert time.monotonic() < end, said
            peers = (await asyncio.to_thread(network_status, load(environment.home)))["peers"]
            answered.append(sum(one["answers"] for one in peers.values()))
        for name, one in network.organisations.items():
            assert shown_by(one.peer) != old[name], name
        await asyncio.sleep(2.5)
        os.kill(os.getpid(), signal.SIGINT)

    async def both():
        ready = asyncio.Event()
        running = asyncio.create_task(supervisor.run(when_ready=ready.set))
        await asyncio.gather(running, script(ready))

    asyncio.run(both())
    assert (set(again()), len(again())) == (NODES, len(NODES)), "each once, and not in the rounds after"
    assert again()[-1] == "orderer"
    assert min(identities.days_left(load(environment.home)).values()) > 60
    assert answered
    assert min(answered) >= 2


def test_the_program_renews_and_names_the_processes_by_their_newest_certificate(environment):
    paths = os.pathsep.join(str(root() / part) for part in ("", "platform", "fabric"))
    done = subprocess.run(
        [sys.executable, "-m", "operations.ledger_upkeep"],
        cwd=root(), env=os.environ | {"PYTHONPATH": paths}, capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert "renewed enterprise peer tls until" in done.stderr
    told = {name: float(since) for name, since in map(str.split, done.stdout.splitlines())}
    assert list(told) == [*sorted(NODES - {"orderer"}), "orderer", "follower", "relay"]
    assert told == pytest.approx(newest(load(environment.home)), abs=0.01)


def test_without_a_supervisor_it_says_once_what_is_to_be_started_again_in_order(environment, capsys):
    network = load(environment.home)
    aged(network)
    assert watch(environment, every_s=0, rounds=2) == 0
    said = capsys.readouterr().err.splitlines()
    told = [line for line in said if "start again" in line]
    assert [line.split(": ")[1].split() for line in told] == [
        [*sorted(NODES - {"orderer"}), "orderer", "follower", "relay"]
    ]
    assert min(identities.days_left(network).values()) > 60


def test_what_somebody_renews_by_hand_is_said_by_the_next_round_and_nothing_else(environment, capsys):
    network = load(environment.home)
    watch(environment, every_s=0, rounds=1)
    aged(network)
    capsys.readouterr()
    began = time.time()
    identities.renew(network, "auditor", "peer")
    assert changed(renewed(environment), began) == ["peer-auditor"]
    assert changed(renewed(environment), time.time()) == []


def test_it_goes_on_where_the_material_cannot_be_read_now(environment, capsys):
    path = load(environment.home).organisation("auditor").folder / "peer" / "cert.pem"
    path.write_bytes(b"torn")
    assert watch(environment, every_s=0, rounds=2) == 0
    assert capsys.readouterr().err.count("is no certificate") == 2


def test_what_a_killed_watch_had_not_said_its_successor_says_once(environment, capsys):
    """Nobody else knows: what lies on the disk is good for two years, what the nodes read before is not."""
    aged(load(environment.home))
    assert watch(environment, every_s=0, rounds=1) == 0
    aged(load(environment.home))
    capsys.readouterr()
    for name in ("peer", "peer tls"):
        identities.renew(load(environment.home), "auditor", name)
    # Killed here, before a word.
    assert watch(environment, every_s=0, rounds=1) == 0
    assert capsys.readouterr().err.splitlines() == [
        "certificates were renewed; start again, one after the other: peer-auditor"
    ]
    assert watch(environment, every_s=0, rounds=1) == 0
    assert capsys.readouterr().err == ""


def test_it_goes_on_where_the_disk_is_full(environment, capsys, monkeypatch):
    def full(*_, **__):
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as disk:
        disk.setattr(identities, "store", full)
        assert watch(environment, every_s=0, rounds=1) == 0
    assert "No space left on device" in capsys.readouterr().err
    assert watch(environment, every_s=0, rounds=1) == 0
    assert "start again" in capsys.readouterr().err


def aged(network):
    """As if the certificates had been written an hour ago."""
    hour_ago = time.time() - 3600
    for path in network.folder.rglob("*cert.pem"):
        os.utime(path, (hour_ago, hour_ago))

"""`tanheng network` on the engine fabric: up, status, info, down, up again, as an operator types it."""

import contextlib
import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import grpc
import pytest
from fabric_protos.common import ledger_pb2
from fabric_protos.gateway import gateway_pb2, gateway_pb2_grpc
from ledger.identity import load_identity
from ledger.network import load
from ledger.proposal import propose
from network.settings import opened_keys_folder
from operations.site import scratch_ports

from tests.localnet.running import ROOT

# The promise is 15 s on a quiet machine; tests share theirs with others.
READY_WITHIN_S = 120


@pytest.fixture
def settings(tmp_path):
    return {
        **{name: value for name, value in os.environ.items() if not name.startswith("TANHENG_")},
        **scratch_ports(),
        "TANHENG_HOME": str(tmp_path),
    }


def tanheng(settings, *arguments):
    """Exit status, standard output, standard error."""
    done = subprocess.run(
        [sys.executable, "-m", "operations", *arguments],
        cwd=ROOT,
        env=settings,
        capture_output=True,
        text=True,
        check=False,
    )
    return done.returncode, done.stdout, done.stderr


@contextlib.contextmanager
def network_up(settings):
    """The network, with what its first line says."""
    process = subprocess.Popen(
        [sys.executable, "-m", "operations", "network", "up", "--engine", "fabric", "--json"],
        cwd=ROOT,
        env=settings,
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        began = time.monotonic()
        line = process.stdout.readline()
        assert line, (Path(settings["TANHENG_HOME"]) / "logs").glob("*.log")
        assert time.monotonic() - began < READY_WITHIN_S
        yield json.loads(line)
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(30)
        process.stdout.close()


def chain_height(told, organisation):
    """Blocks of a peer, asked by a foreign program that knows only what `info --json` says."""
    of = told["organisations"][organisation]
    service = load_identity(
        msp=of["msp"],
        certificate_pem=Path(of["certificate"]).read_bytes(),
        key_pem=Path(of["key"]).read_bytes(),
    )
    proposal = propose(
        service,
        channel=told["channel"],
        chaincode="qscc",
        name="GetChainInfo",
        args=(told["channel"].encode(),),
    )
    request = gateway_pb2.EvaluateRequest(
        transaction_id=proposal.tx_id, channel_id=told["channel"], proposed_transaction=proposal.message()
    )
    roots = grpc.ssl_channel_credentials(Path(of["tls_root"]).read_bytes())
    with grpc.secure_channel(of["gateway"], roots) as channel:
        answer = gateway_pb2_grpc.GatewayStub(channel).Evaluate(request, timeout=10)
    return ledger_pb2.BlockchainInfo.FromString(answer.result.payload).height


@pytest.mark.fabric
def test_up_status_info_down_and_up_again(settings):
    with network_up(settings) as said:
        assert (said["ok"], said["engine"]) == (True, "fabric")
        status, out, _ = tanheng(settings, "network", "status", "--json")
        told = json.loads(out)
        assert (status, told["ok"], len(told["orderers"])) == (0, True, 3)
        status, out, _ = tanheng(settings, "network", "status")
        assert (status, out.count("confirmation times: Fabric's peers keep none")) == (0, 3)
        _, out, _ = tanheng(settings, "network", "info", "--json")
        info = json.loads(out)
        assert (info["engine"], info["channel"], info["chaincode"]) == ("fabric", "carbon", "carbon")
        heights = {chain_height(info, name) for name in info["organisations"]}
        assert heights == {told["orderer"]["height"]}
        status, out, _ = tanheng(settings, "network", "down", "--json")
        assert json.loads(out) == {"ok": True, "was_running": True}
    status, _, _ = tanheng(settings, "network", "status", "--json")
    assert status == 3
    with network_up(settings):
        assert {chain_height(info, name) for name in info["organisations"]} == heights
        opened = opened_keys_folder(load(settings["TANHENG_HOME"]))
        assert opened.is_dir()
    assert not opened.exists()
    assert tanheng(settings, "network", "up", "--engine", "localnet")[0] == 1
    words = (Path(settings["TANHENG_HOME"]) / "logs" / "ledger-material.log").read_text()
    assert "holds a network of the engine raft, not localnet" in words


def test_without_fabric_s_programs_up_says_what_is_missing_and_what_to_do(settings, tmp_path):
    alone = {**settings, "FABRIC_BIN": str(tmp_path)}
    for command in (("network", "up"), ("up",)):
        status, _, said = tanheng(alone, *command, "--engine", "fabric")
        assert status == 1
        assert f"peer and orderer not found in {tmp_path} (FABRIC_BIN)" in said
        assert "Install Hyperledger Fabric 3.1 or later" in said
    assert not (tmp_path / "ledger").exists()

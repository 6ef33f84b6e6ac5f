"""Writes what each node reads: core.yaml or orderer.yaml, its MSP folder, the chaincode builder.

Written anew at every start, because home, ports and certificates may have changed; data is never touched. The
files are JSON, which is YAML. Fabric cannot read encrypted keys: they are opened into memory (a tmpfs), where
they end with the machine's power.
"""

import hashlib
import json
import os
import shutil
import stat
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from ledger.genesis import NODE_UNITS
from ledger.network import Network, open_key

from network import builder
from network.layout import Node, nodes_folder, orderers, peers
from network.peer_settings import EXECUTE_TIMEOUT_S, core_yaml

MEMORY = Path("/dev/shm")  # noqa: S108 - a folder of our own below it, for its owner only
TLS_KEY = "tls.pem"
BUILDER_STEPS = ("detect", "build", "release")


def write(network: Network, *, keys: Path | None = None, execute_timeout_s: int = EXECUTE_TIMEOUT_S) -> None:
    """Settings of every node of a real network. keys: where opened keys go; execute_timeout_s: how long a
    chaincode may take over one call. Raises NoNetwork."""
    folder = nodes_folder(network)
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    _write_builder(folder / "builder" / "bin")
    keys = keys or opened_keys_folder(network)
    for peer in peers(network):
        _write_node(network, peer, keys / peer.name)
        content = core_yaml(
            peer,
            builder=folder / "builder",
            keys=keys / peer.name,
            execute_timeout_s=execute_timeout_s,
        )
        _store(peer.folder / "core.yaml", _text(content))
    for orderer in orderers(network):
        _write_node(network, orderer, keys / orderer.name)
        _store(orderer.folder / "orderer.yaml", _text(orderer_yaml(orderer, keys=keys / orderer.name)))


def opened_keys_folder(network: Network) -> Path:
    """In memory where the system has a place for it, else below the nodes' folder; one for each home."""
    if not MEMORY.is_dir():
        return nodes_folder(network) / "keys"
    digest = hashlib.sha256(os.fsencode(network.folder.resolve())).hexdigest()[:12]
    return MEMORY / f"tanheng-{os.getuid()}-{digest}"


def remove_opened_keys(network: Network) -> None:
    """Once all nodes have ended."""
    shutil.rmtree(opened_keys_folder(network), ignore_errors=True)


def orderer_yaml(node: Node, *, keys: Path) -> dict[str, Any]:
    """An orderer's whole settings; `keys` is where its opened keys lie."""
    host, _, port = node.address.rpartition(":")
    certificate, root = str(node.folder / "tls" / "cert.pem"), str(node.folder / "tls" / "ca.pem")
    tls = {"PrivateKey": str(keys / TLS_KEY), "Certificate": certificate}
    return {
        "General": {
            "ListenAddress": host,
            "ListenPort": int(port),
            "TLS": {"Enabled": True, **tls, "RootCAs": [root], "ClientAuthRequired": False},
            "Keepalive": {"ServerMinInterval": "10s", "ServerInterval": "2h", "ServerTimeout": "20s"},
            # A neighbour that comes back is found within a second; the default doubles up to two minutes.
            "Backoff": {"BaseDelay": "200ms", "Multiplier": 1.6, "MaxDelay": "1s"},
            "MaxRecvMsgSize": 100 * 1024 * 1024,
            "MaxSendMsgSize": 100 * 1024 * 1024,
            "Cluster": {
                "SendBufferSize": 100,
                "ClientCertificate": certificate,
                "ClientPrivateKey": str(keys / TLS_KEY),
            },
            "LocalMSPDir": str(node.folder / "msp"),
            "LocalMSPID": node.msp,
            "BCCSP": {"Default": "SW", "SW": {"Hash": "SHA2", "Security": 256}},
            "Authentication": {"TimeWindow": "15m"},
        },
        "FileLedger": {"Location": str(node.data)},
        "Operations": {"ListenAddress": "127.0.0.1:0", "TLS": {"Enabled": False}},
        "Metrics": {"Provider": "disabled"},
        "Admin": {
            "ListenAddress": node.administration,
            "TLS": {
                "Enabled": True,
                **tls,
                "ClientAuthRequired": True,
                "RootCAs": [root],
                "ClientRootCAs": [root],
            },
        },
        "ChannelParticipation": {"Enabled": True, "MaxRequestBodySize": "1 MB"},
        "Consensus": {
            "WALDir": str(node.data / "consensus" / "wal"),
            "SnapDir": str(node.data / "consensus" / "snapshots"),
        },
    }


def _write_node(network: Network, node: Node, keys: Path) -> None:
    node.data.mkdir(mode=0o700, parents=True, exist_ok=True)
    _store(keys / "sign" / "key.pem", open_key(network, node.identity / "key.pem"))
    _store(keys / TLS_KEY, open_key(network, node.identity / "tls-key.pem"))
    _write_msp(node, keys / "sign")
    _store(node.folder / "tls" / "cert.pem", (node.identity / "tls-cert.pem").read_bytes())
    _store(node.folder / "tls" / "ca.pem", node.tls_root.read_bytes())


def _write_msp(node: Node, keystore: Path) -> None:
    """The folder that Fabric calls an MSP: who this node is, and which authority it believes."""
    msp = node.folder / "msp"
    authority = node.authority.read_bytes()
    _store(msp / "cacerts" / "ca.pem", authority)
    _store(msp / "tlscacerts" / "ca.pem", node.tls_root.read_bytes())
    _store(msp / "signcerts" / "cert.pem", (node.identity / "cert.pem").read_bytes())
    (msp / "keystore").unlink(missing_ok=True)
    (msp / "keystore").symlink_to(keystore)
    units: dict[str, Any] = {"Enable": True}
    for unit in NODE_UNITS:
        units[f"{unit.capitalize()}OUIdentifier"] = {
            "Certificate": "cacerts/ca.pem",
            "OrganizationalUnitIdentifier": unit,
        }
    _store(msp / "config.yaml", _text({"NodeOUs": units}))


def _write_builder(folder: Path) -> None:
    """Three programs that call `network.builder` with the Python that runs us."""
    # A copy, so that the peer's builder needs nothing of our folders and can be mounted alone.
    _store(folder.parent / "builder.py", Path(builder.__file__).read_bytes())
    python = shutil.which(sys.executable) or "python3"
    for step in BUILDER_STEPS:
        script = f'#!/bin/sh\nexec "{python}" -I "$(dirname "$0")/../builder.py" {step} "$@"\n'
        _store(folder / step, script.encode())
        (folder / step).chmod(stat.S_IRWXU)


def _text(settings: Mapping[str, Any]) -> bytes:
    return json.dumps(settings, indent=1).encode()


def _store(path: Path, content: bytes) -> None:
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    draft = path.with_name(f".{path.name}.new")
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
        file.write(content)
    draft.replace(path)

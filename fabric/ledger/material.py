"""`python -m ledger.material --home DIR` writes what a network is made of, once.

Authorities, node and technical identities, block 0 and network.json, as `docs/seams.md` section 2 draws them.
It never replaces what exists: a second run fills gaps and leaves the rest byte for byte.
"""

import argparse
import json
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from fabric_protos.common import common_pb2

from ledger.authority import Authority, Issued, create_authority, is_sealed, key_pem, load_authority, load_key
from ledger.blocks import header_hash
from ledger.consensus import Consensus, OrdererNode
from ledger.genesis import DEFAULT_BATCH, Batch, Member, genesis_block
from ledger.network import Network, NoNetwork, default_passphrase_file, ledger_folder, load, passphrase
from ledger.stored import store, store_pair

CHANNEL = "carbon"
CHAINCODE = "carbon"
HOST = "127.0.0.1"
MSPS = {"enterprise": "EnterpriseMSP", "auditor": "AuditorMSP", "regulator": "RegulatorMSP"}
ORDERER_ORGANISATION = "regulator"
# The relay carries persons' intents, the service reads and follows. The other three have one duty each.
IDENTITIES = {
    "enterprise": ("relay", "service"),
    "auditor": ("relay", "service"),
    "regulator": ("relay", "service", "ingest", "clock", "administrator"),
}
# Installs chaincode on real nodes, lets orderers join and signs changes of the channel's configuration: an
# administrator to Fabric, nobody to the ledger.
NODE_ADMIN = "node-admin"
# Real orderers: folder by organisation, in the order of their ports. Byzantine agreement needs a fourth.
RAFT_ORDERERS = (("enterprise", "orderer"), ("auditor", "orderer"), ("regulator", "orderer"))
ORDERERS = {
    Consensus.LOCALNET: ((ORDERER_ORGANISATION, "orderer"),),
    Consensus.RAFT: RAFT_ORDERERS,
    Consensus.BFT: (*RAFT_ORDERERS, (ORDERER_ORGANISATION, "orderer2")),
}
# In the home of one organisation alone (ledger.parts): its public half as it was handed out.
PART = "part.json"
# The passphrase is random, so that no counting of rounds has to protect it.
PASSPHRASE_BYTES = 32
# Units besides "client"; `service` is one of those that may watch the channel (ledger.genesis).
UNITS = {"service": ("client", "service")}


@dataclass(frozen=True, slots=True)
class Ports:
    """Where the nodes of one machine listen."""

    orderer: int = 17050
    peers: Mapping[str, int] = field(
        default_factory=lambda: {"enterprise": 17051, "auditor": 17052, "regulator": 17053}
    )
    chaincodes: Mapping[str, int] = field(
        default_factory=lambda: {"enterprise": 17061, "auditor": 17062, "regulator": 17063}
    )
    # Of real orderers beyond the first, and of the interface through which all four join a channel.
    more_orderers: tuple[int, ...] = (17054, 17055, 17056)
    administration: tuple[int, ...] = (17057, 17058, 17059, 17060)

    def orderers(self) -> tuple[int, ...]:
        """Ports of orderers, the first one first."""
        return (self.orderer, *self.more_orderers)


def write(
    home: Path | str,
    *,
    ports: Ports | None = None,
    consensus: Consensus = Consensus.LOCALNET,
    passphrase_file: Path | None = None,
    batch: Batch = DEFAULT_BATCH,
) -> Network:
    """The network below `home`, made if it is not there.

    ports: where nodes listen; without it an existing network keeps its ports and a new one gets the defaults.
    consensus: which engine a new network is for. passphrase_file: where a new network keeps what opens the
    keys of authorities and nodes. batch: when a new network's blocks are closed. Raises OtherEngine where a
    network of another one lies, NoNetwork where the passphrase is lost or wrong.
    """
    home = Path(home)
    folder = ledger_folder(home)
    _refuse_other(home, consensus)
    if (folder / PART).exists():
        raise NoNetwork(
            f"{folder} is one organisation's part: `tanheng network up --org NAME --join FILE` starts it"
        )
    secret_file = (passphrase_file or _passphrase_file(home)).resolve()
    secret = open_passphrase(secret_file, folder)
    for name in MSPS:
        write_organisation(folder, name, consensus=consensus, secret=secret)
    if ports is not None or not (folder / "network.json").exists():
        ports = ports or Ports()
        genesis = _genesis(folder, ports, consensus, batch)
        description = _description(genesis, ports, consensus)
        if secret_file != default_passphrase_file(home).resolve():
            description["passphrase_file"] = str(secret_file)
        store(folder / "network.json", (json.dumps(description, indent=2) + "\n").encode(), private=False)
    return load(home)


def _passphrase_file(home: Path) -> Path:
    try:
        return load(home).passphrase_file
    except NoNetwork:
        return default_passphrase_file(home)


def open_passphrase(path: Path, folder: Path) -> bytes:
    """The passphrase of the keys in a folder, made only where none needs an older one. Raises NoNetwork."""
    sealed = any(is_sealed(key.read_bytes()) for key in folder.glob("organisations/*/ca/key.pem"))
    if not path.exists() and not sealed:
        store(path, secrets.token_urlsafe(PASSPHRASE_BYTES).encode(), private=True)
    return passphrase(path)


class OtherEngine(Exception):
    """A network of another engine lies below this home; the text says which, and what to do."""


def _refuse_other(home: Path, consensus: Consensus) -> None:
    try:
        there = load(home).consensus
    except NoNetwork:
        return
    if there != consensus:
        raise OtherEngine(
            f"{ledger_folder(home)} holds a network of the engine {there}, not {consensus}: block 0 says so "
            "and cannot change. Use that engine, or another home folder (TANHENG_HOME) for a new network."
        )


def write_organisation(
    folder: Path, name: str, *, consensus: Consensus, secret: bytes, hosts: Sequence[str] = (HOST,)
) -> None:
    """What is missing of one organisation; its nodes answer under `hosts`. Raises NoNetwork."""
    base = folder / "organisations" / name
    authority = _authority(base / "ca" / "cert.pem", base / "ca" / "key.pem", MSPS[name], secret)
    tls = _authority(base / "tls" / "ca.pem", base / "tls" / "ca-key.pem", MSPS[name], secret)
    nodes = ["peer", *(node for owner, node in ORDERERS[consensus] if owner == name)]
    for node in nodes:
        _node(base / node, f"{node}.{name}", authority, tls, hosts)
    for identity in IDENTITIES[name]:
        _identity(base / "identities" / identity, identity, authority)
    _node_admin(base / "identities" / NODE_ADMIN, authority, tls)
    _seal_keys(base, nodes, secret)


def _seal_keys(base: Path, nodes: Sequence[str], secret: bytes) -> None:
    """Encrypt the keys of authorities, nodes and administrators; those of technical clients stay as they are.

    A technical client's key has no power over any account, and foreign clients must be able to read it.
    """
    paths = [base / node / name for node in nodes for name in ("key.pem", "tls-key.pem")]
    paths += [base / "identities" / NODE_ADMIN / name for name in ("key.pem", "tls-key.pem")]
    for path in [base / "ca" / "key.pem", base / "tls" / "ca-key.pem", *paths]:
        content = path.read_bytes()
        if not is_sealed(content):
            store(path, key_pem(load_key(content), secret), private=True)


def _authority(certificate: Path, key: Path, msp: str, secret: bytes) -> Authority:
    if not certificate.exists():
        kind = {"ca": "identities", "tls": "transport"}[certificate.parent.name]
        made = create_authority(common_name=f"{certificate.parents[1].name} {kind}", organisation=msp)
        store_pair(certificate, key, made.pem())
    try:
        return load_authority(Issued(certificate.read_bytes(), key.read_bytes()), secret)
    except ValueError as error:
        raise NoNetwork(f"{key} cannot be opened with this passphrase: {error}") from error


def _node(folder: Path, common_name: str, authority: Authority, tls: Authority, hosts: Sequence[str]) -> None:
    if not (folder / "cert.pem").exists():
        unit = "peer" if folder.name == "peer" else "orderer"
        issued = authority.issue(common_name=common_name, units=(unit,), attributes={"role": "node"})
        store_pair(folder / "cert.pem", folder / "key.pem", issued)
    if not (folder / "tls-cert.pem").exists():
        issued = tls.issue_tls(common_name=common_name, hosts=("localhost", common_name, *hosts))
        store_pair(folder / "tls-cert.pem", folder / "tls-key.pem", issued)


def _identity(folder: Path, name: str, authority: Authority) -> None:
    if not (folder / "cert.pem").exists():
        # A random subject: the ledger shows it to everybody, the role stands in the attribute.
        issued = authority.issue(
            common_name=secrets.token_hex(8), units=UNITS.get(name, ("client",)), attributes={"role": name}
        )
        store_pair(folder / "cert.pem", folder / "key.pem", issued)


def _node_admin(folder: Path, authority: Authority, tls: Authority) -> None:
    if not (folder / "cert.pem").exists():
        issued = authority.issue(
            common_name=secrets.token_hex(8), units=("admin",), attributes={"role": NODE_ADMIN}
        )
        store_pair(folder / "cert.pem", folder / "key.pem", issued)
    if not (folder / "tls-cert.pem").exists():
        store_pair(
            folder / "tls-cert.pem",
            folder / "tls-key.pem",
            tls.issue_tls(common_name=NODE_ADMIN, hosts=(HOST,)),
        )


def _genesis(folder: Path, ports: Ports, consensus: Consensus, batch: Batch) -> common_pb2.Block:
    path = folder / "genesis.block"
    if not path.exists():
        members = [
            Member(
                msp=msp,
                root_pem=(folder / "organisations" / name / "ca" / "cert.pem").read_bytes(),
                tls_root_pem=(folder / "organisations" / name / "tls" / "ca.pem").read_bytes(),
                peer=f"{HOST}:{ports.peers[name]}",
            )
            for name, msp in MSPS.items()
        ]
        block = genesis_block(
            channel=CHANNEL,
            members=members,
            orderers=[
                _orderer_node(folder, owner, node, port)
                for (owner, node), port in zip(ORDERERS[consensus], ports.orderers(), strict=False)
            ],
            consensus=consensus,
            batch=batch,
        )
        store(path, block.SerializeToString(), private=False)
    return common_pb2.Block.FromString(path.read_bytes())


def _orderer_node(folder: Path, owner: str, node: str, port: int) -> OrdererNode:
    base = folder / "organisations" / owner / node
    return OrdererNode(
        msp=MSPS[owner],
        address=f"{HOST}:{port}",
        identity_pem=(base / "cert.pem").read_bytes(),
        tls_pem=(base / "tls-cert.pem").read_bytes(),
    )


def _description(genesis: common_pb2.Block, ports: Ports, consensus: Consensus) -> dict[str, Any]:
    return {
        "channel": CHANNEL,
        "chaincode": CHAINCODE,
        "network": header_hash(genesis.header).hex(),
        "engine": "fabric" if consensus.is_fabric else "localnet",
        "orderer": f"{HOST}:{ports.orderer}",
        **({"consensus": consensus, "orderers": _orderers(ports, consensus)} if consensus.is_fabric else {}),
        "organisations": {
            name: {
                "msp": msp,
                "peer": f"{HOST}:{ports.peers[name]}",
                "chaincode": f"{HOST}:{ports.chaincodes[name]}",
            }
            for name, msp in MSPS.items()
        },
    }


def _orderers(ports: Ports, consensus: Consensus) -> list[dict[str, str]]:
    places = zip(ORDERERS[consensus], ports.orderers(), ports.administration, strict=False)
    return [
        {
            "organisation": owner,
            "node": node,
            "address": f"{HOST}:{port}",
            "administration": f"{HOST}:{administration}",
        }
        for (owner, node), port, administration in places
    ]


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(prog="ledger.material", description="Write a network's material, once.")
    parser.add_argument("--home", type=Path, required=True, help="the folder that holds ledger/")
    write(parser.parse_args().home)


if __name__ == "__main__":
    main()

"""A network whose organisations each make and run their own part: keys never leave the home that made them.

1. Each organisation makes its part (`make_part`) and hands out the public half, one JSON file. 2. Anybody
puts three halves together (`found`): block 0 and the addresses, one file for all. 3. Each organisation joins
(`join`) after checking that block 0 says what the halves say, its own among them.
"""

import base64
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from fabric_protos.common import common_pb2
from google.protobuf.message import DecodeError

from ledger.blocks import header_hash
from ledger.configuration import NoConfiguration, config_in, same
from ledger.consensus import Consensus, OrdererNode
from ledger.genesis import Member, genesis_block
from ledger.material import (
    CHAINCODE,
    CHANNEL,
    HOST,
    MSPS,
    ORDERER_ORGANISATION,
    PART,
    open_passphrase,
    write_organisation,
)
from ledger.network import Network, default_passphrase_file, ledger_folder, load
from ledger.stored import store


class PartRefused(Exception):
    """Halves that do not fit together, or a network that is not what they say; the text says which."""


@dataclass(frozen=True, slots=True)
class Part:
    """The public half of one organisation; addresses are host:port, certificates PEM text.

    The last three stand only in the half of the organisation that runs the orderer.
    """

    organisation: str
    peer: str
    chaincode: str
    root: str
    tls_root: str
    orderer: str = ""
    orderer_certificate: str = ""
    orderer_tls: str = ""


def make_part(
    home: Path,
    organisation: str,
    *,
    peer: str,
    chaincode: str,
    orderer: str = "",
    passphrase_file: Path | None = None,
) -> Part:
    """Keys and certificates of one organisation below `home`, and their public half. Raises PartRefused."""
    if organisation not in MSPS:
        raise PartRefused(f"there is no organisation {organisation!r}: it is one of {', '.join(MSPS)}")
    folder = ledger_folder(home)
    if (folder / "network.json").exists():
        raise PartRefused(f"{folder} already belongs to a network; another one needs another home")
    secret = open_passphrase(passphrase_file or default_passphrase_file(home), folder)
    hosts = sorted({HOST, *(one.rpartition(":")[0] for one in (peer, orderer) if one)})
    write_organisation(folder, organisation, consensus=Consensus.LOCALNET, secret=secret, hosts=hosts)
    base = folder / "organisations" / organisation
    own = {}
    if organisation == ORDERER_ORGANISATION:
        own = {
            "orderer": orderer,
            "orderer_certificate": (base / "orderer" / "cert.pem").read_text(),
            "orderer_tls": (base / "orderer" / "tls-cert.pem").read_text(),
        }
    part = Part(
        organisation=organisation,
        peer=peer,
        chaincode=chaincode,
        root=(base / "ca" / "cert.pem").read_text(),
        tls_root=(base / "tls" / "ca.pem").read_text(),
        **own,
    )
    kept = {**asdict(part), "passphrase_file": str(passphrase_file.resolve()) if passphrase_file else ""}
    store(folder / PART, json.dumps(kept, indent=2).encode(), private=False)
    return part


def read_part(content: bytes) -> Part:
    """A public half from its file. Raises PartRefused."""
    return _part(_object(content, "this is not an organisation's half"))


def found(parts: Sequence[Part]) -> bytes:
    """The file by which all join: the three halves and block 0. Raises PartRefused."""
    _check_complete(parts)
    block = _genesis(parts)
    told = {
        "parts": [asdict(part) for part in _ordered(parts)],
        "genesis": base64.b64encode(block.SerializeToString()).decode(),
    }
    return (json.dumps(told, indent=2) + "\n").encode()


def join(home: Path, organisation: str, content: bytes) -> Network:
    """The network below `home` as this organisation sees it: own keys, the others' certificates.

    A second time changes nothing. Raises PartRefused, NoNetwork.
    """
    told = _object(content, "this is not a file to join by")
    halves = told.get("parts")
    parts = [_part(entry) for entry in halves] if isinstance(halves, list) else []
    _check_complete(parts)
    folder = ledger_folder(home)
    kept = _own(folder, organisation, parts)
    genesis = _checked_genesis(str(told.get("genesis", "")), parts)
    if (folder / "genesis.block").exists() and (folder / "genesis.block").read_bytes() != genesis:
        raise PartRefused("this home belongs to another network: block 0 differs")
    for part in parts:
        base = folder / "organisations" / part.organisation
        store(base / "ca" / "cert.pem", part.root.encode(), private=False)
        store(base / "tls" / "ca.pem", part.tls_root.encode(), private=False)
    store(folder / "genesis.block", genesis, private=False)
    description = _description(genesis, parts, str(kept.get("passphrase_file", "")))
    store(folder / "network.json", (json.dumps(description, indent=2) + "\n").encode(), private=False)
    return load(home)


def _own(folder: Path, organisation: str, parts: Sequence[Part]) -> Mapping[str, Any]:
    """Our own half as it was made here; it must stand in the file unchanged."""
    try:
        kept = json.loads((folder / PART).read_text())
    except FileNotFoundError as error:
        raise PartRefused(
            f"this home has no part of a network: `tanheng network part {organisation}` makes one"
        ) from error
    mine = {name: value for name, value in kept.items() if name != "passphrase_file"}
    if kept["organisation"] != organisation:
        raise PartRefused(f"this home is the {kept['organisation']}'s, not the {organisation}'s")
    if Part(**mine) not in parts:
        raise PartRefused("our own half stands in this file differently from how we handed it out")
    return dict(kept)


def _checked_genesis(encoded: str, parts: Sequence[Part]) -> bytes:
    """Block 0, if its configuration is the one that follows from the halves."""
    try:
        content = base64.b64decode(encoded, validate=True)
        given = config_in(common_pb2.Block.FromString(content))
    except (ValueError, DecodeError, IndexError, NoConfiguration) as error:
        raise PartRefused("block 0 in this file cannot be read") from error
    if not same(given, config_in(_genesis(parts))):
        raise PartRefused("block 0 in this file says something else than the three halves: do not join")
    return content


def _genesis(parts: Sequence[Part]) -> common_pb2.Block:
    orderer = next(part for part in parts if part.organisation == ORDERER_ORGANISATION)
    members = [
        Member(
            msp=MSPS[part.organisation],
            root_pem=part.root.encode(),
            tls_root_pem=part.tls_root.encode(),
            peer=part.peer,
        )
        for part in _ordered(parts)
    ]
    node = OrdererNode(
        msp=MSPS[ORDERER_ORGANISATION],
        address=orderer.orderer,
        identity_pem=orderer.orderer_certificate.encode(),
        tls_pem=orderer.orderer_tls.encode(),
    )
    try:
        return genesis_block(channel=CHANNEL, members=members, orderers=[node])
    except ValueError as error:
        raise PartRefused(f"a certificate or an address in these halves cannot be read: {error}") from error


def _check_complete(parts: Sequence[Part]) -> None:
    named = sorted(part.organisation for part in parts)
    if named != sorted(MSPS):
        raise PartRefused(f"three halves are needed, one of each of {', '.join(MSPS)}; here are {named}")
    if not next(part for part in parts if part.organisation == ORDERER_ORGANISATION).orderer:
        raise PartRefused(f"the {ORDERER_ORGANISATION}'s half names no orderer")


def _ordered(parts: Sequence[Part]) -> list[Part]:
    return sorted(parts, key=lambda part: list(MSPS).index(part.organisation))


def _description(genesis: bytes, parts: Sequence[Part], passphrase_file: str) -> dict[str, Any]:
    orderer = next(part.orderer for part in parts if part.orderer)
    return {
        "channel": CHANNEL,
        "chaincode": CHAINCODE,
        "network": header_hash(common_pb2.Block.FromString(genesis).header).hex(),
        "engine": "localnet",
        "orderer": orderer,
        **({"passphrase_file": passphrase_file} if passphrase_file else {}),
        "organisations": {
            part.organisation: {
                "msp": MSPS[part.organisation],
                "peer": part.peer,
                "chaincode": part.chaincode,
            }
            for part in _ordered(parts)
        },
    }


def _object(content: bytes, words: str) -> dict[str, Any]:
    try:
        told = json.loads(content)
    except ValueError as error:
        raise PartRefused(words) from error
    if not isinstance(told, dict):
        raise PartRefused(words)
    return told


def _part(told: object) -> Part:
    fields = set(Part.__slots__)
    if (
        not isinstance(told, dict)
        or not set(told) <= fields
        or not all(isinstance(v, str) for v in told.values())
    ):
        raise PartRefused("this is not an organisation's half")
    try:
        return Part(**told)
    except TypeError as error:
        raise PartRefused(f"an organisation's half is not complete: {error}") from error

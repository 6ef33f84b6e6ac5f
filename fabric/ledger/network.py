"""Typed access to a network's material on disk: addresses, trust roots, identities. It writes nothing."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePrivateKey

from ledger.authority import Authority, Issued, is_sealed, key_pem, load_authority, load_key
from ledger.consensus import Consensus
from ledger.identity import Identity, load_identity


class NoNetwork(Exception):
    """There is no material below this home, or it is not complete."""


@dataclass(frozen=True, slots=True)
class Organisation:
    """One of the three organisations; addresses are host:port."""

    name: str
    msp: str
    peer: str
    chaincode: str
    folder: Path

    def tls_root(self) -> bytes:
        """PEM of the authority that signed its nodes' TLS certificates."""
        return (self.folder / "tls" / "ca.pem").read_bytes()


@dataclass(frozen=True, slots=True)
class Orderer:
    """A real orderer: whose it is, its folder there, and two addresses (host:port)."""

    organisation: str
    node: str
    address: str
    administration: str


@dataclass(frozen=True, slots=True)
class Network:
    """A network as a client sees it; `network` is the hex hash of block 0's header, its name for ever.

    orderers: of real Fabric; `localnet` has the one `orderer` and none here.
    """

    home: Path
    channel: str
    chaincode: str
    network: str
    engine: str
    orderer: str
    organisations: Mapping[str, Organisation]
    # Opens the keys of authorities, nodes and administrators. An operator may keep it on another medium.
    passphrase_file: Path
    consensus: Consensus = Consensus.LOCALNET
    orderers: tuple[Orderer, ...] = ()

    @property
    def folder(self) -> Path:
        """Where the ledger's material and data lie."""
        return ledger_folder(self.home)

    def organisation(self, name: str) -> Organisation:
        """The organisation of that name. Raises NoNetwork."""
        if name not in self.organisations:
            raise NoNetwork(f"there is no organisation {name!r} in this network")
        return self.organisations[name]

    def tls_roots(self) -> bytes:
        """The TLS roots of all organisations, one PEM after the other."""
        return b"".join(organisation.tls_root() for organisation in self.organisations.values())

    def genesis(self) -> bytes:
        """Block 0, serialised."""
        return (self.folder / "genesis.block").read_bytes()


def passphrase(path: Path) -> bytes:
    """The passphrase in a file. Raises NoNetwork if it cannot be read or is empty."""
    try:
        found = path.read_bytes().strip()
    except OSError as error:
        raise NoNetwork(f"the passphrase of the nodes' keys cannot be read: {error}") from error
    if not found:
        raise NoNetwork(f"the passphrase file {path} is empty")
    return found


def default_passphrase_file(home: Path) -> Path:
    """Where the passphrase lies unless the operator names another file."""
    return home / "keys" / "ledger-passphrase"


def ledger_folder(home: Path) -> Path:
    """The ledger's folder below a home."""
    return home / "ledger"


def load(home: Path | str) -> Network:
    """The network below `home`. Raises NoNetwork if `python -m ledger.material` has not run there."""
    home = Path(home)
    folder = ledger_folder(home)
    try:
        stored = json.loads((folder / "network.json").read_text("utf-8"))
    except FileNotFoundError as error:
        raise NoNetwork(f"no network.json in {folder}: run `python -m ledger.material` first") from error
    organisations = {
        name: Organisation(
            name=name,
            msp=entry["msp"],
            peer=entry["peer"],
            chaincode=entry["chaincode"],
            folder=folder / "organisations" / name,
        )
        for name, entry in stored["organisations"].items()
    }
    return Network(
        home=home,
        channel=stored["channel"],
        chaincode=stored["chaincode"],
        network=stored["network"],
        engine=stored["engine"],
        orderer=stored["orderer"],
        organisations=organisations,
        passphrase_file=Path(stored.get("passphrase_file") or default_passphrase_file(home)),
        consensus=Consensus(stored.get("consensus", Consensus.LOCALNET)),
        orderers=tuple(Orderer(**entry) for entry in stored.get("orderers", [])),
    )


def identity(network: Network, organisation: str, name: str) -> Identity:
    """The technical identity `name` (relay, service, ...) of an organisation. Raises NoNetwork."""
    member = network.organisation(organisation)
    return _read_identity(network, member.msp, member.folder / "identities" / name)


def node_identity(network: Network, organisation: str, node: str) -> Identity:
    """The signing identity of an organisation's `peer` or `orderer`. Raises NoNetwork."""
    member = network.organisation(organisation)
    return _read_identity(network, member.msp, member.folder / node)


def node_tls(network: Network, organisation: str, node: str) -> Issued:
    """A node's TLS certificate and its key, opened: for the server's memory, never for a file at rest.

    Raises NoNetwork.
    """
    folder = network.organisation(organisation).folder / node
    return Issued(_read(folder / "tls-cert.pem"), open_key(network, folder / "tls-key.pem"))


def open_key(network: Network, path: Path) -> bytes:
    """The private key in a file as PEM that is not encrypted. Raises NoNetwork."""
    return key_pem(_load(network, path))


def authority(network: Network, organisation: str) -> Authority:
    """The authority for the signing identities of an organisation. Raises NoNetwork."""
    return _authority(network, network.organisation(organisation).folder / "ca", "cert.pem", "key.pem")


def tls_authority(network: Network, organisation: str) -> Authority:
    """The authority for the TLS certificates of an organisation. Raises NoNetwork."""
    return _authority(network, network.organisation(organisation).folder / "tls", "ca.pem", "ca-key.pem")


def _authority(network: Network, folder: Path, certificate: str, key: str) -> Authority:
    stored = Issued(_read(folder / certificate), open_key(network, folder / key))
    return load_authority(stored)


def _read_identity(network: Network, msp: str, folder: Path) -> Identity:
    certificate, key = _read(folder / "cert.pem"), _read(folder / "key.pem")
    secret = passphrase(network.passphrase_file) if is_sealed(key) else None
    try:
        return load_identity(msp=msp, certificate_pem=certificate, key_pem=key, passphrase=secret)
    except ValueError as error:
        raise NoNetwork(f"the key in {folder} cannot be opened: {error}") from error


def _load(network: Network, path: Path) -> EllipticCurvePrivateKey:
    key = _read(path)
    try:
        return load_key(key, passphrase(network.passphrase_file) if is_sealed(key) else None)
    except ValueError as error:
        raise NoNetwork(f"{path} cannot be opened: {error}") from error


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except FileNotFoundError as error:
        raise NoNetwork(f"there is no {path.name} in {path.parent}") from error

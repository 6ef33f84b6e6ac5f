"""The certificates of a network's organisations: what there is, until when, and how they are made anew.

Files only; `ledger.revocation` brings a list of revoked certificates into the channel.
"""

import datetime
import secrets
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from cryptography import x509
from cryptography.x509.oid import NameOID

from ledger.authority import Issued, attributes_of, key_pem, load_key
from ledger.consensus import Consensus
from ledger.network import Network, NoNetwork, authority, passphrase, tls_authority
from ledger.stored import store, store_pair

# Renewed at a start when less is left: two months are two missed releases.
DUE_WITHIN = datetime.timedelta(days=60)
TLS = " tls"
ROOTS = {"root": ("ca", "cert.pem"), "root" + TLS: ("tls", "ca.pem")}
ISSUED = "issued"
# Without these an organisation stands still: their certificates are replaced before they are revoked.
VITAL_UNITS = frozenset({"peer", "orderer", "admin"})


class IdentityRefused(Exception):
    """A certificate that cannot be renewed, replaced or revoked; the text says why and what to do."""


@dataclass(frozen=True, slots=True)
class Held:
    """One certificate: its name within the organisation (`relay`, `peer`, `peer tls`, `issued/...`)."""

    organisation: str
    name: str
    path: Path
    serial: int
    units: tuple[str, ...]
    attributes: Mapping[str, str]
    not_after: datetime.datetime
    revoked: bool

    @property
    def is_tls(self) -> bool:
        """Whether it is for transport: then the other authority of the organisation made it."""
        return self.name.endswith(TLS)

    def days_left(self, now: datetime.datetime) -> int:
        """Whole days until it expires; negative when it has."""
        return (self.not_after - now).days


def held(network: Network, organisation: str) -> list[Held]:
    """An organisation's certificates, the next to expire first. Raises NoNetwork."""
    folder = network.organisation(organisation).folder
    gone = revoked(network, organisation)
    found = [_held(organisation, name, path, gone) for name, path in _files(folder)]
    return sorted(found, key=lambda one: (one.not_after, one.name))


def first_expiry(network: Network) -> dict[str, datetime.datetime]:
    """For each organisation, when the first of its valid certificates expires. Raises NoNetwork."""
    return {
        name: min(one.not_after for one in held(network, name) if not one.revoked)
        for name in network.organisations
    }


def days_left(network: Network) -> dict[str, int]:
    """For each organisation, whole days until the first such expiry. Raises NoNetwork."""
    now = datetime.datetime.now(datetime.UTC)
    return {name: (until - now).days for name, until in first_expiry(network).items()}


def find(network: Network, organisation: str, name: str) -> Held:
    """One certificate by name. Raises IdentityRefused."""
    for one in held(network, organisation):
        if one.name == name:
            return one
    raise IdentityRefused(f"{organisation} has no certificate {name!r}")


def renew(network: Network, organisation: str, name: str) -> Held:
    """Two more years for a certificate and its key. What runs takes it at its next start.

    Raises IdentityRefused, RequestRefused, NoNetwork.
    """
    old = _own(network, organisation, name)
    if old.revoked:
        raise IdentityRefused(f"the certificate of {name} was revoked: rotate it, which gives a new key")
    _refuse_pinned(network, name)
    store(old.path, prolonged(network, organisation, name), private=False)
    return find(network, organisation, name)


def prolonged(network: Network, organisation: str, name: str) -> bytes:
    """A certificate (PEM) for the same key with two more years; nothing is stored. Raises as `renew`."""
    old = _own(network, organisation, name)
    root = tls_authority(network, organisation) if old.is_tls else authority(network, organisation)
    return root.renew(_read(old.path))


def renew_due(network: Network, *, now: datetime.datetime) -> list[Held]:
    """Renew everything that expires soon, where this home has the authority. Raises as `renew`."""
    renewed = []
    for organisation, member in network.organisations.items():
        if not (member.folder / "ca" / "key.pem").exists():
            continue
        for one in held(network, organisation):
            due = one.not_after - now < DUE_WITHIN and one.name not in ROOTS
            if due and not one.revoked and not one.name.startswith(ISSUED) and not pinned(network, one.name):
                renewed.append(renew(network, organisation, one.name))
    return renewed


def rotate(network: Network, organisation: str, name: str) -> Held:
    """A new key and certificate in the place of the old ones; gives the old one, to be revoked later.

    Raises IdentityRefused, NoNetwork.
    """
    if key_in_channel(network, name):
        raise IdentityRefused(_IN_CHANNEL.format(name=name))
    return put_in_place(network, organisation, name, replacement(network, organisation, name))


def replacement(network: Network, organisation: str, name: str) -> Issued:
    """A new key, sealed where a node's must be, with its certificate; nothing is stored.

    Raises IdentityRefused, NoNetwork.
    """
    old = _own(network, organisation, name)
    if old.name.startswith(ISSUED):
        raise IdentityRefused("its key is with its owner: let the owner send a new request")
    root = tls_authority(network, organisation) if old.is_tls else authority(network, organisation)
    issued = root.replace(_read(old.path))
    if not (VITAL_UNITS & set(old.units) or old.is_tls):
        return issued
    sealed = key_pem(load_key(issued.key_pem), passphrase(network.passphrase_file))
    return Issued(issued.certificate_pem, sealed)


def put_in_place(network: Network, organisation: str, name: str, issued: Issued) -> Held:
    """The new key and certificate where the old ones were; gives the old one, to be revoked later."""
    old = find(network, organisation, name)
    # Kept until it is revoked: a list of what is still valid must not forget it.
    if not old.is_tls:
        retired = network.organisation(organisation).folder / ISSUED / f"{old.serial:x}.pem"
        store(retired, old.path.read_bytes(), private=False)
    store_pair(old.path, key_beside(old), issued)
    return old


def key_beside(one: Held) -> Path:
    """Where the key of a certificate of this home lies."""
    return one.path.with_name("tls-key.pem" if one.is_tls else "key.pem")


def enrol(
    network: Network,
    organisation: str,
    request_pem: bytes,
    *,
    attributes: Mapping[str, str],
    units: Sequence[str] = ("client",),
) -> Held:
    """Certify the key of a certificate request, under a random name; the certificate is kept to be revocable.

    Raises RequestRefused, IdentityRefused, NoNetwork.
    """
    if VITAL_UNITS & set(units) or "client" not in units:
        raise IdentityRefused("only clients are enrolled by request")
    certificate = authority(network, organisation).enrol(
        request_pem, common_name=secrets.token_hex(8), units=units, attributes=attributes
    )
    serial = x509.load_pem_x509_certificate(certificate).serial_number
    path = network.organisation(organisation).folder / ISSUED / f"{serial:x}.pem"
    store(path, certificate, private=False)
    return find(network, organisation, f"{ISSUED}/{serial:x}")


def revoke(network: Network, organisation: str, serial: int) -> bytes:
    """Put a signing certificate on the organisation's list; gives the list (PEM). Raises IdentityRefused."""
    known = {one.serial: one for one in held(network, organisation) if not one.is_tls}
    if serial not in known:
        raise IdentityRefused(f"{organisation} has no signing certificate {serial:x}")
    one = known[serial]
    if one.name in ROOTS or (VITAL_UNITS & set(one.units) and not one.name.startswith(ISSUED)):
        raise IdentityRefused(
            f"{organisation} cannot work without the certificate of {one.name}: rotate it, start it again, "
            "then revoke the old one"
        )
    serials = revoked(network, organisation) | {serial}
    content = authority(network, organisation).revocation_list(serials, number=len(serials))
    store(_list_path(network, organisation), content, private=False)
    return content


def revoked(network: Network, organisation: str) -> frozenset[int]:
    """Serial numbers on an organisation's list."""
    content = revocation_list(network, organisation)
    return frozenset(one.serial_number for one in x509.load_pem_x509_crl(content)) if content else frozenset()


def revocation_list(network: Network, organisation: str) -> bytes:
    """An organisation's list (PEM); empty if nothing was ever revoked."""
    path = _list_path(network, organisation)
    return path.read_bytes() if path.exists() else b""


def _list_path(network: Network, organisation: str) -> Path:
    return network.organisation(organisation).folder / "ca" / "revoked.pem"


def pinned(network: Network, name: str) -> bool:
    """Byzantine orderers stand in the channel's configuration with the very bytes of their certificates."""
    return network.consensus is Consensus.BFT and name.startswith("orderer")


def key_in_channel(network: Network, name: str) -> bool:
    """Whether the channel's configuration names the key: a new one is told to the channel first.

    Raft's orderers know each other by the TLS keys that stand there; a renewed certificate has the same key.
    """
    is_raft = network.consensus is Consensus.RAFT
    return pinned(network, name) or (is_raft and name.startswith("orderer") and name.endswith(TLS))


_IN_CHANNEL = (
    "the certificate of {name} stands in the channel's configuration: renew or rotate it by name while the "
    "network runs, which changes it there too"
)


def _refuse_pinned(network: Network, name: str) -> None:
    if pinned(network, name):
        raise IdentityRefused(_IN_CHANNEL.format(name=name))


def _own(network: Network, organisation: str, name: str) -> Held:
    found = find(network, organisation, name)
    if name in ROOTS:
        raise IdentityRefused("a root is the organisation itself in block 0: it cannot be renewed here")
    return found


def _files(folder: Path) -> Iterator[tuple[str, Path]]:
    for name, (part, file) in ROOTS.items():
        yield name, folder / part / file
    homes = [*folder.glob("peer"), *folder.glob("orderer*"), *folder.glob("identities/*")]
    for home in homes:
        for suffix, file in (("", "cert.pem"), (TLS, "tls-cert.pem")):
            if (home / file).exists():
                yield home.name + suffix, home / file
    for path in folder.glob(f"{ISSUED}/*.pem"):
        yield f"{ISSUED}/{path.stem}", path


def _held(organisation: str, name: str, path: Path, gone: frozenset[int]) -> Held:
    certificate = _read(path)
    units = certificate.subject.get_attributes_for_oid(NameOID.ORGANIZATIONAL_UNIT_NAME)
    return Held(
        organisation=organisation,
        name=name,
        path=path,
        serial=certificate.serial_number,
        units=tuple(str(one.value) for one in units),
        attributes=attributes_of(certificate),
        not_after=certificate.not_valid_after_utc,
        revoked=certificate.serial_number in gone,
    )


def _read(path: Path) -> x509.Certificate:
    try:
        return x509.load_pem_x509_certificate(path.read_bytes())
    except (OSError, ValueError) as error:
        raise NoNetwork(f"{path} is no certificate: {error}") from error

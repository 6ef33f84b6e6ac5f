"""A running installation's home, and what in it may sign, open or let in: found by content, not by name."""

import asyncio
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path

from cryptography.hazmat.primitives import serialization
from ledger.gateway import Gateway
from ledger.network import load, passphrase
from lexicon import canonical
from operations.chain.peers import rows_of
from operations.site import running, scratch_ports

# How private keys begin or are marked: PEM, then PKCS#8 and SEC1 of P-256, PKCS#8 of Ed25519 and of RSA, JWK.
MARKS = (
    b"PRIVATE KEY-----",
    bytes.fromhex("301306072a8648ce3d020106082a8648ce3d030107046d306b0201010420"),
    bytes.fromhex("30770201010420"),
    bytes.fromhex("302e020100300506032b657004220420"),
    bytes.fromhex("020100300d06092a864886f70d0101010500048204"),
    b'"kty":',
)
# Every private key of an installation: whose it is. A key that fits none of these is unknown to the tests.
KEYS = {
    "ledger/organisations/*/ca/key.pem": "authority of identities",
    "ledger/organisations/*/tls/ca-key.pem": "authority of transport",
    "ledger/organisations/*/peer/key.pem": "node",
    "ledger/organisations/*/peer/tls-key.pem": "node's transport",
    "ledger/organisations/*/orderer*/key.pem": "node",
    "ledger/organisations/*/orderer*/tls-key.pem": "node's transport",
    "ledger/organisations/*/identities/*/key.pem": "technical client",
    "ledger/organisations/*/identities/node-admin/tls-key.pem": "nodes' administrator",
    # Opened for real nodes, in memory where the system has a place for it.
    "ledger/nodes/keys/*/tls.pem": "node's transport",
    "ledger/nodes/keys/*/sign/key.pem": "node",
    "keys/mqtt-authority.key": "authority of gateways",
    "mqtt/broker.key": "broker",
}
# What else only the owner of the home may read, outside the database: no private key. What it is for.
OTHERS = {
    "keys/ledger-passphrase": "opens the keys of authorities and nodes",
    "keys/master": "wraps the keys of evidence",
    "keys/web-secret": "signs sessions: who has it is signed in as anybody, and still signs nothing",
    "keys/mqtt-ingest": "ingest's sign-in at the broker",
    "keys/mqtt-authority.pem": "a certificate",
    "keys/influx": "the readings' database",
    "mqtt/*": "the broker's files",
    "ledger/nodes/*": "blocks, states and settings of nodes",
    "spool/*": "readings on their way",
    "run/*": "which processes run",
    "logs/*": "words",
}


@dataclass(frozen=True)
class Home:
    """An installation that was founded: `folder`, what opens its keys, the keys that the ledger has bound to
    persons (fingerprints), and where the first people's key files went."""

    folder: Path
    secret: bytes
    bound: frozenset[str]
    people: Path


def founded(at):
    """The product started once in `at`/home, its first people made, and ended."""
    folder, people = at / "home", at / "medium"
    with running(folder, {**scratch_ports(), "DJANGO_SETTINGS_MODULE": "tanheng.settings"}) as site:
        named = ["--administrator", "甲", "adm@example.org"]
        for one in ("r1", "r2"):
            named += ["--regulator", one, f"{one}@example.org"]
        site.command("admin", "create", *named, "--keys", str(people))
        network = load(folder)
        bound = asyncio.run(_bound(network))
    return Home(folder, passphrase(network.passphrase_file), bound, people)


async def _bound(network):
    async with Gateway.of(network, "regulator", "service") as gateway:
        rows = await rows_of(gateway, [])
    persons = [canonical.decode_object(value) for key, value in rows.items() if key[0] == "person"]
    return frozenset(key["fingerprint"] for person in persons for key in person["keys"])


def private_keys(folder):
    """Files below a folder that hold a private key in any of the usual forms, the database's included."""
    found = []
    for path in sorted(folder.rglob("*")):
        if path.is_file() and not path.is_symlink():
            content = path.read_bytes()
            if any(mark in content for mark in MARKS) or _is_der(content):
                found.append(str(path.relative_to(folder)))
    return found


def owners_only(folder):
    """Files outside the database that are closed to others."""
    return [
        str(path.relative_to(folder))
        for path in sorted(folder.rglob("*"))
        if path.is_file() and path.relative_to(folder).parts[0] != "pg" and not path.stat().st_mode & 0o077
    ]


def unknown(paths, *kinds):
    """Those that none of the kinds names."""
    patterns = [pattern for kind in kinds for pattern in kind]
    return [path for path in paths if not any(fnmatchcase(path, pattern) for pattern in patterns)]


def _is_der(content):
    if len(content) > 10_000:
        return False
    try:
        serialization.load_der_private_key(content, password=None)
    except (ValueError, TypeError):
        return False
    return True

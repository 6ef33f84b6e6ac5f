"""Who speaks: certificates checked against the channel's roots, and signatures checked once."""

import datetime
import hashlib
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypeVar

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from fabric_protos.msp import identities_pb2
from google.protobuf.message import DecodeError
from ledger.genesis import NODE_UNITS
from ledger.identity import SignatureRefused, verify

Kept = TypeVar("Kept")
# What a caller without a certificate (a role in a plan) gets.
ALWAYS = datetime.datetime(1, 1, 1, tzinfo=datetime.UTC)
FOR_EVER = datetime.datetime(9999, 12, 31, tzinfo=datetime.UTC)
# Some hundred identities write in one network; a certificate costs 0.1 ms to parse and check.
IDENTITIES_KEPT = 4096
# An endorsement made here comes back in a block within a second.
SIGNATURES_KEPT = 8192


class AccessDenied(Exception):
    """An identity or a signature that does not count here."""


@dataclass(frozen=True, slots=True)
class Trust:
    """What a channel trusts of one organisation."""

    msp: str
    roots: tuple[x509.Certificate, ...]
    root_identifier: bytes
    lists: tuple[x509.CertificateRevocationList, ...] = ()
    revoked: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class Caller:
    """An identity that a root of the channel vouches for."""

    msp: str
    units: frozenset[str]
    creator: bytes = b""
    root_identifier: bytes = b""
    public_key: ec.EllipticCurvePublicKey | None = None
    not_before: datetime.datetime = ALWAYS
    not_after: datetime.datetime = FOR_EVER


class Roster:
    """The organisations of a channel, and what is known of identities seen so far."""

    def __init__(self, trusts: Mapping[str, Trust]) -> None:
        self._trusts = dict(trusts)
        self._callers: OrderedDict[bytes, Caller] = OrderedDict()
        self._verified: OrderedDict[bytes, None] = OrderedDict()

    def renew(self, trusts: Mapping[str, Trust]) -> None:
        """Trust these from now on; whoever was known before is looked at again."""
        self._trusts = dict(trusts)
        self._callers.clear()

    def identify(self, creator: bytes) -> Caller:
        """The caller behind serialised identity bytes, whether or not expired. Raises AccessDenied."""
        caller = self._callers.get(creator)
        if caller is None:
            caller = self._parse(creator)
            _keep(self._callers, creator, caller, IDENTITIES_KEPT)
        return caller

    def check(self, *, creator: bytes, signature: bytes, message: bytes) -> Caller:
        """The caller, if the signature over `message` is his. Raises AccessDenied."""
        caller = self.identify(creator)
        mark = _mark(creator, signature, message)
        if mark in self._verified:
            return caller
        if caller.public_key is None:
            raise AccessDenied("the identity has no key")
        try:
            verify(caller.public_key, signature, message)
        except SignatureRefused as error:
            raise AccessDenied(str(error)) from error
        _keep(self._verified, mark, None, SIGNATURES_KEPT)
        return caller

    def remember(self, *, creator: bytes, signature: bytes, message: bytes) -> None:
        """Note a signature we made ourselves, so that it is not verified when it comes back."""
        _keep(self._verified, _mark(creator, signature, message), None, SIGNATURES_KEPT)

    def _parse(self, creator: bytes) -> Caller:
        try:
            return self._read(creator)
        except AccessDenied:
            raise
        except Exception as error:  # a stranger's bytes: the library has many names for what it cannot read
            raise AccessDenied("the creator's certificate cannot be read") from error

    def _read(self, creator: bytes) -> Caller:
        try:
            serialised = identities_pb2.SerializedIdentity.FromString(creator)
            certificate = x509.load_pem_x509_certificate(serialised.id_bytes)
        except (DecodeError, ValueError) as error:
            raise AccessDenied("the creator is not a certificate") from error
        trust = self._trusts.get(serialised.mspid)
        if trust is None:
            raise AccessDenied(f"MSP {serialised.mspid} is unknown")
        if not any(_issued_by(certificate, root) for root in trust.roots):
            raise AccessDenied(f"no root of {trust.msp} signed this certificate")
        if certificate.serial_number in trust.revoked:
            raise AccessDenied("the certificate was revoked")
        return _caller(trust, certificate, creator)


def check_time(caller: Caller, now: datetime.datetime) -> None:
    """Raises AccessDenied if the certificate is not valid now.

    Asked where a message enters (gateway, endorser, orderer), never when a block is validated: there the
    answer would differ between peers and with the day of a replay.
    """
    if not caller.not_before <= now <= caller.not_after:
        raise AccessDenied("the certificate is not valid at this time")


def _caller(trust: Trust, certificate: x509.Certificate, creator: bytes) -> Caller:
    units = frozenset(
        str(attribute.value)
        for attribute in certificate.subject.get_attributes_for_oid(NameOID.ORGANIZATIONAL_UNIT_NAME)
    )
    if len(units & set(NODE_UNITS)) != 1:
        raise AccessDenied("a certificate must carry exactly one of the units client, peer, admin, orderer")
    key = certificate.public_key()
    if not isinstance(key, ec.EllipticCurvePublicKey) or not isinstance(key.curve, ec.SECP256R1):
        raise AccessDenied("the key must be ECDSA on P-256")
    return Caller(
        msp=trust.msp,
        units=units,
        creator=creator,
        root_identifier=trust.root_identifier,
        public_key=key,
        not_before=certificate.not_valid_before_utc,
        not_after=certificate.not_valid_after_utc,
    )


def _issued_by(certificate: x509.Certificate, root: x509.Certificate) -> bool:
    try:
        certificate.verify_directly_issued_by(root)
    except (ValueError, TypeError, InvalidSignature):
        return False
    return True


def _mark(creator: bytes, signature: bytes, message: bytes) -> bytes:
    digest = hashlib.sha256(len(creator).to_bytes(4, "big") + creator)
    digest.update(len(signature).to_bytes(4, "big") + signature)
    digest.update(message)
    return digest.digest()


def _keep(store: OrderedDict[bytes, Kept], key: bytes, value: Kept, limit: int) -> None:
    store[key] = value
    if len(store) > limit:
        store.popitem(last=False)

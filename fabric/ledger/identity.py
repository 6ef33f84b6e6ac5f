"""An identity that signs as Fabric demands: certificate, key, low-S signatures, transaction ids."""

import hashlib
import os
from dataclasses import dataclass, field

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from fabric_protos.msp import identities_pb2

from ledger.authority import load_key
from ledger.low_s import P256_ORDER, low_s

NONCE_BYTES = 24


class SignatureRefused(Exception):
    """A signature that does not hold: wrong key, wrong bytes, not DER, or high S."""


@dataclass(frozen=True, slots=True)
class Identity:
    """Who signs: MSP id, certificate (PEM bytes exactly as in the file) and private key."""

    msp: str
    certificate_pem: bytes
    key: ec.EllipticCurvePrivateKey = field(repr=False)
    creator: bytes = field(init=False, repr=False)

    def __post_init__(self) -> None:
        serialised = identities_pb2.SerializedIdentity(mspid=self.msp, id_bytes=self.certificate_pem)
        object.__setattr__(self, "creator", serialised.SerializeToString())

    def sign(self, message: bytes) -> bytes:
        """ECDSA over SHA-256 of `message`, DER, low S."""
        return low_s(self.key.sign(message, ec.ECDSA(hashes.SHA256())))

    def certificate(self) -> x509.Certificate:
        """The certificate, parsed."""
        return x509.load_pem_x509_certificate(self.certificate_pem)


def load_identity(
    *, msp: str, certificate_pem: bytes, key_pem: bytes, passphrase: bytes | None = None
) -> Identity:
    """The identity of two PEM texts; `passphrase` opens an encrypted key. Raises ValueError as `load_key`."""
    return Identity(msp=msp, certificate_pem=certificate_pem, key=load_key(key_pem, passphrase))


def verify(public_key: ec.EllipticCurvePublicKey, signature: bytes, message: bytes) -> None:
    """Checks a DER signature over SHA-256 of `message`. Raises SignatureRefused, also for a high S."""
    try:
        _, s = decode_dss_signature(signature)
    except ValueError as error:
        raise SignatureRefused("the signature is not DER") from error
    if s > P256_ORDER // 2:
        raise SignatureRefused("the signature has a high S")
    try:
        public_key.verify(signature, message, ec.ECDSA(hashes.SHA256()))
    except InvalidSignature as error:
        raise SignatureRefused("the signature does not belong to these bytes") from error


def new_nonce() -> bytes:
    """24 random bytes."""
    return os.urandom(NONCE_BYTES)


def transaction_id(*, nonce: bytes, creator: bytes) -> str:
    """Fabric's transaction id: hex SHA-256 of nonce and creator."""
    return hashlib.sha256(nonce + creator).hexdigest()

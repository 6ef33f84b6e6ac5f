"""Key files of people: PKCS#8 PEM, as the browser loads them too, and what signs with them."""

from __future__ import annotations

import datetime
import os
import uuid
from dataclasses import dataclass
from pathlib import Path

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec
from lexicon import intents, signature
from lexicon.arguments import PROVE_KEY
from lexicon.canonical import Json
from lexicon.terms import KeyUse

# How long a proof of possession is good; the registration is sent in the same minute.
PROOF_LIVES = datetime.timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class KeyFile:
    """One P-256 key with the file it lies in."""

    path: Path
    key: ec.EllipticCurvePrivateKey

    @property
    def spki(self) -> str:
        """The bare public key, base64url without padding."""
        return signature.spki_of(self.key)

    @property
    def fingerprint(self) -> str:
        """SHA-256 of the public key, hex: the key's name on the ledger."""
        return signature.fingerprint(self.spki)

    def sign(self, text: str) -> str:
        """Raw r||s over SHA-256 of the UTF-8 text, base64url without padding."""
        return signature.sign(self.key, text.encode())


@dataclass(frozen=True, slots=True)
class Holder:
    """Whose keys they are, on which network, and the server's challenge that makes a proof fresh."""

    person: str
    account: str
    network: str
    challenge: str


@dataclass(frozen=True, slots=True)
class Wallet:
    """The three keys a person begins with; each in a file of its own."""

    sign: KeyFile
    recover: KeyFile
    decrypt: KeyFile

    def new_keys(self, holder: Holder) -> list[dict[str, Json]]:
        """The keys as a registration names them (`lexicon.arguments.NewKey`), with proofs of possession."""
        return [
            _new_key(self.sign, KeyUse.SIGN, holder),
            _new_key(self.recover, KeyUse.RECOVER, holder),
            {"use": KeyUse.DECRYPT.value, "spki": self.decrypt.spki, "proof": None},
        ]


def make_wallet(folder: Path, name: str) -> Wallet:
    """Three new keys in `<name>.pem`, `<name>.recover.pem`, `<name>.decrypt.pem`."""
    return Wallet(
        sign=make(folder / f"{name}.pem"),
        recover=make(folder / f"{name}.recover.pem"),
        decrypt=make(folder / f"{name}.decrypt.pem"),
    )


def make(path: Path) -> KeyFile:
    """A new key in a new file that only its owner can read."""
    key = ec.generate_private_key(ec.SECP256R1())
    pem = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(pem)
    return KeyFile(path, key)


def load(path: Path) -> KeyFile:
    """The key in a PKCS#8 PEM file. Raises ValueError for any other kind of key."""
    key = serialization.load_pem_private_key(path.read_bytes(), password=None)
    if not isinstance(key, ec.EllipticCurvePrivateKey) or not isinstance(key.curve, ec.SECP256R1):
        raise ValueError(f"{path} holds no P-256 key")  # noqa: TRY004  the value of the file is at fault
    return KeyFile(path, key)


def _new_key(file: KeyFile, use: KeyUse, holder: Holder) -> dict[str, Json]:
    text = intents.build(
        name=PROVE_KEY,
        args={"use": use.value, "key": file.spki, "challenge": holder.challenge},
        account=holder.account,
        person=holder.person,
        intent_id=str(uuid.uuid4()),
        network=holder.network,
        not_after=datetime.datetime.now(datetime.UTC) + PROOF_LIVES,
    ).decode()
    return {"use": use.value, "spki": file.spki, "proof": {"intent": text, "signature": file.sign(text)}}

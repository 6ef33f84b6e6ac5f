"""The short way's check of signatures accepts what the reference accepts, and nothing else."""

import random

import pytest
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from proof.batches import DOMAIN, BatchError, GatewayKey, SignedBody, public_key, sign, verify

from ingest.signatures import is_signed

KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
BODY = b'{"v":1,"readings":[]}'
ORDER = 2**252 + 27742317777372353535851937790883648493


def by_reference(signed: SignedBody, key: GatewayKey) -> bool:
    try:
        verify(signed, key)
    except BatchError:
        return False
    return True


def test_a_signature_is_a_signature_whatever_the_length_of_the_body() -> None:
    for size in (0, 1, 63, 64, 6_000):
        signed = sign(b"x" * size, KEY)
        assert is_signed(signed, public_key(KEY))


def test_one_bit_anywhere_spoils_it() -> None:
    signed, key = sign(BODY, KEY), public_key(KEY)
    chance = random.Random(1)  # noqa: S311
    for _ in range(60):
        place, bit = chance.randrange(64), 1 << chance.randrange(8)
        torn = bytearray(signed.signature)
        torn[place] ^= bit
        assert not is_signed(SignedBody(BODY, bytes(torn)), key)
        body = bytearray(BODY)
        body[place % len(body)] ^= bit
        assert not is_signed(SignedBody(bytes(body), signed.signature), key)


@pytest.mark.parametrize("size", [0, 1, 63, 65, 128])
def test_a_signature_of_another_length_is_none(size: int) -> None:
    """Also where its bytes beyond the length would fit, put before the body, what was signed."""
    beyond = b"y" * max(0, size - 64)
    made = KEY.sign(beyond + DOMAIN + BODY) + beyond
    signed = SignedBody(BODY, made[:size])
    assert not is_signed(signed, public_key(KEY))
    assert not by_reference(signed, public_key(KEY))


def test_a_second_form_of_a_signature_is_none() -> None:
    """S + L fits the equation, too; by it a batch would have two signatures."""
    signature = sign(BODY, KEY).signature
    second = int.from_bytes(signature[32:], "little") + ORDER
    signed = SignedBody(BODY, signature[:32] + second.to_bytes(32, "little"))
    assert not is_signed(signed, public_key(KEY))
    assert not by_reference(signed, public_key(KEY))


def test_a_key_that_signs_everything_is_left_to_the_reference() -> None:
    """The neutral point as key: S = 0 and R neutral fit any body. Nothing plain comes of it."""
    neutral = bytes([1]) + bytes(31)
    spki = public_key(KEY).spki[:-32] + neutral
    assert not is_signed(SignedBody(BODY, neutral + bytes(32)), GatewayKey("ed25519", spki))


# A public key of a kind that nobody knows: the identifier 1.2.3.4, and 32 bytes.
UNKNOWN_KIND = bytes.fromhex("302a300506032a0304032100") + bytes(32)


@pytest.mark.parametrize("spki", [b"", b"no DER", public_key(KEY).spki[:-1], UNKNOWN_KIND])
def test_what_is_no_key_fits_nothing(spki: bytes) -> None:
    assert not is_signed(sign(BODY, KEY), GatewayKey("ed25519", spki))


def test_a_p256_key_is_the_reference_s() -> None:
    private = ec.generate_private_key(ec.SECP256R1())
    spki = private.public_key().public_bytes(
        serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    key, made = GatewayKey("p256", spki), private.sign(DOMAIN + BODY, ec.ECDSA(hashes.SHA256()))
    assert is_signed(SignedBody(BODY, made), key)
    assert not is_signed(SignedBody(BODY + b" ", made), key)

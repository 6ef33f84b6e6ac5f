"""Signed batches: what is signed, what is refused, and the chain."""

import json
from hashlib import sha256

import pytest
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from proof import batches

KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))


def body(*, prev: str = batches.FIRST_PREVIOUS, value: str = "1.5") -> bytes:
    return json.dumps({"v": 1, "prev": prev, "readings": [{"ts": 1, "value": value, "unit": "t"}]}).encode()


def test_a_signed_payload_splits_and_verifies() -> None:
    signed = batches.sign(body(), KEY)
    again = batches.split(signed.payload)
    assert again == signed
    assert again.digest == sha256(body()).hexdigest()
    batches.verify(again, batches.public_key(KEY))


def test_one_changed_digit_is_found() -> None:
    signed = batches.sign(body(), KEY)
    forged = batches.SignedBody(body=signed.body.replace(b"1.5", b"1.6"), signature=signed.signature)
    with pytest.raises(batches.BatchError, match="does not fit"):
        batches.verify(forged, batches.public_key(KEY))


def test_a_signature_without_the_domain_is_refused() -> None:
    plain = batches.SignedBody(body=body(), signature=KEY.sign(body()))
    with pytest.raises(batches.BatchError):
        batches.verify(plain, batches.public_key(KEY))


def test_a_p256_gateway_is_verified_too() -> None:
    private = ec.generate_private_key(ec.SECP256R1())
    spki = private.public_key().public_bytes(
        serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    signature = private.sign(batches.DOMAIN + body(), ec.ECDSA(hashes.SHA256()))
    batches.verify(
        batches.SignedBody(body=body(), signature=signature),
        batches.GatewayKey(algorithm="p256", spki=spki),
    )
    with pytest.raises(batches.BatchError, match="algorithm"):
        batches.check_key(batches.GatewayKey(algorithm="ed25519", spki=spki))


@pytest.mark.parametrize("payload", [b"", b"one line", b"{}\n", b"{}\nnot base64!"])
def test_a_payload_that_is_no_batch_is_refused(payload: bytes) -> None:
    with pytest.raises(batches.BatchError):
        batches.split(payload)


def test_a_key_that_is_no_key_is_refused() -> None:
    with pytest.raises(batches.BatchError, match="DER"):
        batches.check_key(batches.GatewayKey(algorithm="ed25519", spki=b"nothing"))


def test_a_body_of_two_lines_is_not_signed() -> None:
    with pytest.raises(batches.BatchError):
        batches.sign(b"{}\n{}", KEY)


def test_the_chain_holds_and_a_missing_link_is_named() -> None:
    first = body()
    second = body(prev=sha256(first).hexdigest(), value="2")
    third = body(prev=sha256(second).hexdigest(), value="3")
    assert batches.verify_chain([first, second, third]) == sha256(third).hexdigest()
    with pytest.raises(batches.BatchError, match="body 1"):
        batches.verify_chain([first, third])
    with pytest.raises(batches.BatchError, match="names no batch"):
        batches.verify_chain([b"[]"])


def test_a_key_of_a_kind_that_nobody_knows_is_refused() -> None:
    spki = (
        ec.generate_private_key(ec.SECP256K1())
        .public_key()
        .public_bytes(serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo)
    )
    unknown_curve = spki.replace(bytes.fromhex("2b8104000a"), bytes.fromhex("2b8104007f"))
    with pytest.raises(batches.BatchError):
        batches.check_key(batches.GatewayKey(algorithm="p256", spki=unknown_curve))

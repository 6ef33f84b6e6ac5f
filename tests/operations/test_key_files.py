"""Key files as the browser and the ledger read them, and the second factor's codes."""

import base64
from pathlib import Path

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec
from lexicon import intents, signature
from lexicon.refusals import Refused
from operations import key_files as keys
from operations.demo import one_time

HOLDER = keys.Holder(person="per_abcdefghijkl", account="acc_abcdefghijkl", network="ab" * 32, challenge="QQ")


def test_a_key_file_is_pkcs8_pem_that_only_its_owner_reads(tmp_path: Path) -> None:
    made = keys.make(tmp_path / "head.pem")
    assert made.path.read_text().startswith("-----BEGIN PRIVATE KEY-----")
    assert made.path.stat().st_mode & 0o777 == 0o600
    assert keys.load(made.path).fingerprint == made.fingerprint


def test_an_existing_key_file_is_never_replaced(tmp_path: Path) -> None:
    keys.make(tmp_path / "head.pem")
    with pytest.raises(FileExistsError):
        keys.make(tmp_path / "head.pem")


def test_another_curve_is_refused(tmp_path: Path) -> None:
    pem = ec.generate_private_key(ec.SECP384R1()).private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    (tmp_path / "other.pem").write_bytes(pem)
    with pytest.raises(ValueError, match="no P-256 key"):
        keys.load(tmp_path / "other.pem")


def test_signatures_are_those_that_the_ledger_verifies(tmp_path: Path) -> None:
    made = keys.make(tmp_path / "head.pem")
    signature.verify(spki=made.spki, message="碳".encode(), signature=made.sign("碳"))
    with pytest.raises(Refused):
        signature.verify(spki=made.spki, message=b"other", signature=made.sign("碳"))


def test_a_new_person_proves_two_keys_and_names_a_third(tmp_path: Path) -> None:
    wallet = keys.make_wallet(tmp_path, "head")
    sign, recover, decrypt = wallet.new_keys(HOLDER)
    assert [one["use"] for one in (sign, recover, decrypt)] == ["sign", "recover", "decrypt"]
    assert decrypt["proof"] is None
    for one in (sign, recover):
        proof = one["proof"]
        assert isinstance(proof, dict)
        text = str(proof["intent"]).encode()
        signature.verify(spki=str(one["spki"]), message=text, signature=str(proof["signature"]))
        assert intents.parse(text).args == {"use": one["use"], "key": one["spki"], "challenge": "QQ"}


@pytest.mark.parametrize(("at", "code"), [(59, "287082"), (1111111109, "081804"), (20000000000, "353130")])
def test_codes_are_those_of_the_standard(at: int, code: str) -> None:
    """RFC 6238, appendix B, SHA-1 column, last six of eight digits."""
    secret = base64.b32encode(b"12345678901234567890").decode()
    assert one_time.code(secret, at=at) == code

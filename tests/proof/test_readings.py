"""A reading's proof: what holds of a true one, and that each way to bend it is named."""

import dataclasses
import json
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from proof.batches import public_key, sign
from proof.merkle import inclusion, leaf_hash, root
from proof.readings import NotAReadingProof, ReadingProof, check_proof, is_reading_proof, read_proof

KEY, OTHER = (Ed25519PrivateKey.from_private_bytes(bytes([n] * 32)) for n in (1, 2))
DAY = "2026-10-15"


def body(*, seq0: int, values: tuple[str, ...], meter: str = "coal-1") -> bytes:
    readings = [
        {"ts": 1_700_000_000_000 + n, "value": v, "unit": "t", "q": "good"} for n, v in enumerate(values)
    ]
    told = {
        "v": 1, "meter": f"v1/t_000001.gw-1/plant-1/{meter}", "key": public_key(KEY).fingerprint,
        "boot": 7, "seq0": seq0, "prev": "0" * 64, "readings": readings,
    }  # fmt: skip
    return json.dumps(told, separators=(",", ":")).encode()


def made() -> ReadingProof:
    """Of the reading 12.35, the second of the third batch of five."""
    batches = [sign(body(seq0=10 * n, values=("12.34", f"12.3{n}")), KEY) for n in range(3, 8)]
    leaves = [leaf_hash(bytes.fromhex(one.digest)) for one in batches]
    way = inclusion(leaves, 2)
    return ReadingProof(
        plant="plant-1", meter="coal-1", day=DAY, n=0, root=root(leaves).hex(), index=2, size=5,
        path=tuple(one.hex() for one in way.path), algorithm="ed25519", spki=public_key(KEY).spki.hex(),
        payload=batches[2].payload.decode(), boot=7, seq=51,
    )  # fmt: skip


def judged(proof: ReadingProof, **known: Any) -> tuple[list[str], dict[str, Any] | None]:
    """The checks that do not hold, and the reading."""
    right = made()
    given = {"roots": {("plant-1", DAY, 0, right.root)}, "keys": {public_key(KEY).fingerprint}} | known
    checks, found = check_proof(proof, **given)
    return [check.name for check in checks if not check.holds], found


def test_a_true_one_holds_and_shows_its_reading_to_the_digit() -> None:
    proof = read_proof(made().text.encode())
    assert proof == made()
    assert is_reading_proof(proof.text.encode())
    faults, found = judged(proof)
    assert faults == []
    assert found == {"ts": 1_700_000_000_001, "value": "12.35", "unit": "t", "q": "good"}


BENT: dict[str, tuple[dict[str, Any], str]] = {
    "another digit": ({"payload": made().payload.replace("12.35", "12.36")}, "signature"),
    "another body": (
        {"payload": sign(body(seq0=50, values=("1", "2")), KEY).payload.decode()},
        "batch_in_day",
    ),
    "signed by another": (
        {"payload": sign(body(seq0=50, values=("1", "2")), OTHER).payload.decode()},
        "signature",
    ),
    "another key": ({"spki": public_key(OTHER).spki.hex()}, "key_registered"),
    "no key": ({"spki": "zz"}, "signature"),
    "another place": ({"index": 3}, "batch_in_day"),
    "another size": ({"size": 4}, "batch_in_day"),
    "a step less": ({"path": made().path[:-1]}, "batch_in_day"),
    "a step more": ({"path": (*made().path, "00" * 32)}, "batch_in_day"),
    "no hex": ({"path": ("x",)}, "batch_in_day"),
    "another root": ({"root": "ab" * 32}, "batch_in_day"),
    "another day": ({"day": "2026-10-16"}, "day_anchored"),
    "another anchor of the day": ({"n": 1}, "day_anchored"),
    "another sequence": ({"seq": 99}, "reading_in_batch"),
    "a sequence before the batch": ({"seq": 49}, "reading_in_batch"),
    "another boot": ({"boot": 8}, "reading_in_batch"),
    "another meter": ({"meter": "coal-2"}, "reading_in_batch"),
    "another plant": ({"plant": "plant-2"}, "day_anchored"),
    "one line": ({"payload": "{}"}, "signature"),
    "no json": ({"payload": "x\nAAAA"}, "reading_in_batch"),
}


@pytest.mark.parametrize("name", BENT)
def test_a_bent_one_is_found_by_the_right_check(name: str) -> None:
    changed, check = BENT[name]
    faults, _ = judged(dataclasses.replace(made(), **changed))
    assert check in faults


def test_a_key_or_a_day_that_the_ledger_does_not_know_holds_nothing() -> None:
    assert judged(made(), keys=set())[0] == ["key_registered"]
    assert judged(made(), roots=set())[0] == ["day_anchored"]


NONE = [
    b"",
    b"[]",
    b"{}",
    b"null",
    b'{"kind":"tanheng-reading-proof","v":2}',
    b'{"kind":"tanheng-reading-proof","v":1}',
    made().text.replace('"seq": 51', '"seq": "51"').encode(),
    made().text.replace('"n": 0', '"m": 0').encode(),
    json.dumps(json.loads(made().text) | {"path": ["00"] * 65}).encode(),
    json.dumps(json.loads(made().text) | {"path": 5}).encode(),
]


@pytest.mark.parametrize("raw", NONE)
def test_what_is_no_proof_is_refused(raw: bytes) -> None:
    with pytest.raises(NotAReadingProof):
        read_proof(raw)

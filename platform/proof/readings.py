"""From a report down to one signed reading, without trusting whoever hands it over. Pure.

A proof is one JSON file: the signed batch as the gateway sent it, its key, and the way of it to the root
of its plant's day. Whoever checks it brings the roots (of a report, of the ledger) and the registered keys.
Source: RFC 6962, 2.1.1 (audit path); RFC 8032 (Ed25519).
"""

import json
from collections.abc import Collection
from dataclasses import asdict, dataclass
from typing import Any

from proof.batches import BatchError, GatewayKey, SignedBody, split, verify
from proof.merkle import Inclusion, ProofError, leaf_hash, verify_inclusion
from proof.report import Check

KIND = "tanheng-reading-proof"
PATH_MAX = 64


class NotAReadingProof(ValueError):
    """Bytes that are no proof of ours; the text says why."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadingProof:
    """day: YYYY-MM-DD in Asia/Shanghai; n, root: its anchor; boot, seq: which reading of the batch is meant.

    payload: the two lines of the batch, untouched; spki: hex of the key's DER; path: hex, from below.
    """

    plant: str
    meter: str
    day: str
    n: int
    root: str
    index: int
    size: int
    path: tuple[str, ...]
    algorithm: str
    spki: str
    payload: str
    boot: int
    seq: int

    @property
    def text(self) -> str:
        """The file."""
        return json.dumps({"kind": KIND, "v": 1, **asdict(self)}, ensure_ascii=False, indent=1)

    @property
    def key(self) -> GatewayKey:
        """The key that the file names. Raises ValueError."""
        return GatewayKey("p256" if self.algorithm == "p256" else "ed25519", bytes.fromhex(self.spki))


def is_reading_proof(raw: bytes) -> bool:
    """Whether it says that it is one."""
    return b'"' + KIND.encode() + b'"' in raw[:200]


def read_proof(raw: bytes) -> ReadingProof:
    """The file taken apart. Raises NotAReadingProof."""
    try:
        told: dict[str, Any] = json.loads(raw)
        if told.pop("kind") != KIND or told.pop("v") != 1:
            raise NotAReadingProof("kind")
        proof = ReadingProof(**{**told, "path": tuple(told["path"])})
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise NotAReadingProof(str(error)) from error
    numbers = (proof.n, proof.index, proof.size, proof.boot, proof.seq)
    texts = (proof.plant, proof.meter, proof.day, proof.root, proof.spki, proof.payload, *proof.path)
    if not all(isinstance(one, int) for one in numbers) or not all(isinstance(one, str) for one in texts):
        raise NotAReadingProof("a field is of another kind")
    if len(proof.path) > PATH_MAX:
        raise NotAReadingProof("the path is too long")
    return proof


def check_proof(
    proof: ReadingProof, *, roots: Collection[tuple[str, str, int, str]], keys: Collection[str]
) -> tuple[list[Check], dict[str, Any] | None]:
    """What holds, and the reading itself (`ts`, `value`, `unit`, `q`) where it is in the batch.

    roots: (plant, day, n, root) that the ledger knows; keys: fingerprints registered there for the meter.
    """
    signed, found = _signed(proof)
    checks = [_signature(proof, signed), _registered(proof, keys), _in_day(proof, signed)]
    anchored = (proof.plant, proof.day, proof.n, proof.root) in roots
    checks.append(Check("day_anchored", anchored, "" if anchored else f"{proof.day} n {proof.n}"))
    checks.append(Check("reading_in_batch", found is not None, "" if found else f"seq {proof.seq}"))
    return checks, found


def _signed(proof: ReadingProof) -> tuple[SignedBody | None, dict[str, Any] | None]:
    """The batch, and the reading that is meant, where the batch is the meter's."""
    try:
        signed = split(proof.payload.encode())
    except BatchError:
        return None, None
    try:
        body: Any = json.loads(signed.body, parse_float=str, parse_int=int)
        ours = body["boot"] == proof.boot and body["meter"].split("/")[2:] == [proof.plant, proof.meter]
        place = proof.seq - body["seq0"]
        found = body["readings"][place] if ours and place >= 0 else None
    except (ValueError, KeyError, TypeError, IndexError, AttributeError):
        found = None
    return signed, found


def _signature(proof: ReadingProof, signed: SignedBody | None) -> Check:
    try:
        if signed is None:
            raise BatchError("the payload is no batch")
        verify(signed, proof.key)
    except ValueError as error:
        return Check("signature", holds=False, detail=str(error))
    return Check("signature", holds=True)


def _registered(proof: ReadingProof, keys: Collection[str]) -> Check:
    try:
        fingerprint = proof.key.fingerprint
    except ValueError as error:
        return Check("key_registered", holds=False, detail=str(error))
    holds = fingerprint in keys
    return Check("key_registered", holds, "" if holds else fingerprint)


def _in_day(proof: ReadingProof, signed: SignedBody | None) -> Check:
    try:
        if signed is None:
            raise ProofError("the payload is no batch")
        leaf = leaf_hash(bytes.fromhex(signed.digest))
        path = tuple(bytes.fromhex(one) for one in proof.path)
        way = Inclusion(index=proof.index, size=proof.size, path=path)
        verify_inclusion(leaf=leaf, proof=way, expected_root=bytes.fromhex(proof.root))
    except ValueError as error:
        return Check("batch_in_day", holds=False, detail=str(error))
    return Check("batch_in_day", holds=True)

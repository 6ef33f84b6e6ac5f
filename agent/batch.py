"""The bodies that the gateway signs: batches of readings and events of a register. Pure."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from lexicon.terms import ReadingQuality
from proof.batches import SignedBody, sign, split


@dataclass(frozen=True, slots=True)
class Kept:
    """One reading in the spool, as it will be signed."""

    ts_ms: int
    value: str
    unit: str
    quality: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """Where a batch hangs: meter (topic without its last level), boot, first sequence, digest before it."""

    meter: str
    boot: int
    seq0: int
    previous: str


def sign_batch(
    link: Link, readings: Sequence[Kept], *, key: Ed25519PrivateKey, fingerprint: str
) -> SignedBody:
    """The signed batch of some readings of consecutive sequences."""
    return _signed(
        {
            "v": 1,
            "meter": link.meter,
            "key": fingerprint,
            "boot": link.boot,
            "seq0": link.seq0,
            "prev": link.previous,
            "readings": [_wire(one) for one in readings],
        },
        key,
    )


def sign_event(
    meter: str, event: str, facts: dict[str, Any], *, key: Ed25519PrivateKey, fingerprint: str
) -> SignedBody:
    """A signed event of a meter: reset, replaced, clock, not_taken; a person decides what it changes."""
    return _signed({"v": 1, "meter": meter, "key": fingerprint, "event": event, **facts}, key)


def readings_of(payload: bytes) -> list[Kept]:
    """The readings of a batch that we signed."""
    body = json.loads(split(payload).body)
    return [
        Kept(one["ts"], one["value"], one["unit"], one.get("q", ReadingQuality.GOOD.value))
        for one in body["readings"]
    ]


def _wire(one: Kept) -> dict[str, Any]:
    wire: dict[str, Any] = {"ts": one.ts_ms, "value": one.value, "unit": one.unit}
    return wire if one.quality == ReadingQuality.GOOD.value else wire | {"q": one.quality}


def _signed(body: dict[str, Any], key: Ed25519PrivateKey) -> SignedBody:
    return sign(json.dumps(body, separators=(",", ":")).encode(), key)

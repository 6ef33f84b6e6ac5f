"""Each kind of bad input as a device sends it, and the reason for which it is set aside.

For the store alone (`test_api_quarantine`) and for all of the pipe (`test_bad_input_through_the_pipe`).
"""

import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from proof.batches import sign

from ingest.message import Arrived
from tests.ingest.conftest import Device

OTHER = Ed25519PrivateKey.from_private_bytes(bytes([9] * 32))
# A key of the gateway that was revoked yesterday; who uses these words enters it.
REVOKED = Ed25519PrivateKey.from_private_bytes(bytes([8] * 32))
YEAR_MS = 365 * 86_400_000
Made = Callable[[Device], list[Arrived]]


def words(now_ms: int) -> dict[str, tuple[Made, str]]:
    """By its name: what a device with a meter of tonnes sends, and the reason. now_ms: of readings in order.

    A flood has tests of its own.
    """
    reading: dict[str, Any] = {"ts": now_ms, "value": "1.00", "unit": "t", "seq": 50}

    def single(**changed: Any) -> Made:
        return lambda device: [device.raw(json.dumps(reading | changed).encode())]

    def bare(value: str) -> Made:
        """A value as it stands, without quotes."""
        text = json.dumps(reading).replace('"1.00"', value)
        return lambda device: [device.raw(text.encode())]

    def without(field: str) -> Made:
        fields = {name: value for name, value in reading.items() if name != field}
        return lambda device: [device.raw(json.dumps(fields).encode())]

    def wrongly_signed(device: Device) -> list[Arrived]:
        body = device.batch(["1"], ts_ms=now_ms).payload.partition(b"\n")[0]
        return [device.raw(sign(body, OTHER).payload, "b")]

    def by(key: Ed25519PrivateKey) -> Made:
        return lambda device: [replace(device, key=key).batch(["1"], ts_ms=now_ms)]

    def fork(device: Device) -> list[Arrived]:
        return [replace(device).batch([value], ts_ms=now_ms) for value in ("1", "2")]

    def broken(device: Device) -> list[Arrived]:
        second = replace(device, previous="f" * 64)
        second.seq = device.seq + 1
        return [device.batch(["1"], ts_ms=now_ms), second.batch(["2"], ts_ms=now_ms + 1)]

    def another_s(device: Device) -> list[Arrived]:
        body = replace(device, tenant="t_000002").batch(["1"], ts_ms=now_ms)
        return [device.raw(body.payload, "b")]

    return {
        **{f"without {field}": (without(field), "reading_malformed") for field in ("ts", "value", "unit")},
        "a field of another type": (single(ts="now"), "reading_malformed"),
        "NaN": (bare("NaN"), "value_not_finite"),
        "infinity": (bare("-Infinity"), "value_not_finite"),
        "1e400": (bare("1e400"), "value_not_number"),
        "a negative register": (single(value="-1"), "value_negative"),
        "far future": (single(ts=now_ms + YEAR_MS), "reading_in_future"),
        "older than the retention": (single(ts=now_ms - 2 * YEAR_MS), "reading_too_old"),
        "an unknown unit": (single(unit="furlong"), "reading_unit_unknown"),
        "a foreign tenant in the payload": (single(tenant="t_000002"), "reading_tenant_mismatch"),
        "a foreign tenant in a signed payload": (another_s, "batch_meter_mismatch"),
        "a broken chain": (broken, "batch_chain_broken"),
        "a wrong signature": (wrongly_signed, "batch_signature_invalid"),
        "a key that is not": (by(OTHER), "batch_key_unknown"),
        "a revoked key": (by(REVOKED), "batch_key_revoked"),
        "a fork": (fork, "sequence_fork"),
        "invalid UTF-8": (lambda device: [device.raw(b'{"ts":1,"unit":"\xff"}')], "reading_torn"),
    }

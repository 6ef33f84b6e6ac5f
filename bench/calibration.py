"""How much slower this machine is now than a quiet reference: signatures, durable writes, loopback gRPC."""

from __future__ import annotations

import os
import statistics
import tempfile
import time
from collections.abc import Callable
from concurrent import futures
from dataclasses import dataclass
from pathlib import Path

import grpc
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec

# Medians on the quiet reference (2 cores of an AMD EPYC, NVMe, nothing else running), milliseconds.
REFERENCE_MS = {"sign and verify": 0.10, "fsync of 4 KiB": 0.30, "loopback gRPC call": 0.55}
# Beyond twice, a figure would say nothing any more: the machine is too busy to be measured.
FACTOR_MAX = 2.0
SAMPLES = 60
# What comes within this of the figure before was measured with it.
TOGETHER_S = 1.0


@dataclass(frozen=True, slots=True)
class Calibration:
    """Medians here in ms, and the factor by which limits are widened (1 to 2)."""

    measured_ms: dict[str, float]
    factor: float


def calibrate(folder: Path | None = None) -> Calibration:
    """Measure the three and compare; folder: where durable writes go, so that it is the disk that matters."""
    measured = {
        "sign and verify": _sign_and_verify_ms(),
        "fsync of 4 KiB": _durable_write_ms(folder),
        "loopback gRPC call": _loopback_call_ms(),
    }
    ratios = [measured[name] / REFERENCE_MS[name] for name in REFERENCE_MS]
    return Calibration(measured, factor_of(ratios))


class Beside:
    """How much slower the machine was while something was measured: the mean of before and after it."""

    def __init__(self, calibration: Calibration, *, measure: Callable[[], Calibration] = calibrate) -> None:
        """calibration: made just before the first figure is measured."""
        self._measure = measure
        self._before = calibration.factor
        self._at = time.monotonic()
        self._factor = calibration.factor

    def factor(self) -> float:
        """For a figure that has just come. Figures that come with the one before share its factor."""
        if time.monotonic() - self._at > TOGETHER_S:
            after = self._measure().factor
            self._factor = round((self._before + after) / 2, 2)
            self._before, self._at = after, time.monotonic()
        return self._factor


def factor_of(ratios: list[float]) -> float:
    """The mean of the three ratios, between 1 and 2: no limit ever shrinks on a fast machine."""
    return round(min(FACTOR_MAX, max(1.0, statistics.fmean(ratios))), 2)


def _median_ms(action: Callable[[], object]) -> float:
    action()
    times = []
    for _ in range(SAMPLES):
        began = time.perf_counter()
        action()
        times.append((time.perf_counter() - began) * 1000)
    return statistics.median(times)


def _sign_and_verify_ms() -> float:
    key = ec.generate_private_key(ec.SECP256R1())
    public, scheme, body = key.public_key(), ec.ECDSA(hashes.SHA256()), b"calibration" * 20
    return _median_ms(lambda: public.verify(key.sign(body, scheme), body, scheme))


def _durable_write_ms(folder: Path | None) -> float:
    with tempfile.TemporaryFile(dir=folder) as file:
        descriptor, page = file.fileno(), os.urandom(4096)

        def write() -> None:
            os.write(descriptor, page)
            os.fsync(descriptor)

        return _median_ms(write)


def _loopback_call_ms() -> float:
    handler = grpc.unary_unary_rpc_method_handler(lambda request, _: request)
    generic = grpc.method_handlers_generic_handler("bench.Echo", {"Call": handler})
    server = grpc.server(futures.ThreadPoolExecutor(max_workers=1), handlers=[generic])
    port = server.add_insecure_port("127.0.0.1:0")
    server.start()
    try:
        with grpc.insecure_channel(f"127.0.0.1:{port}") as channel:
            call = channel.unary_unary("/bench.Echo/Call")
            return _median_ms(lambda: call(b"x" * 512, timeout=5))
    finally:
        server.stop(None)

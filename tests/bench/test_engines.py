"""What fifty clients must get: a share of what a plain put got in the same run, or of real Fabric."""

import pytest

from bench.engines import PROMISES, REFERENCE_PER_S, Promise, throughput
from bench.figures import Figure, Skipped


def limit(plain_per_s: float, promise: Promise) -> float:
    measured = {"per_s": {"write": 90.0}, "plain_per_s": plain_per_s}
    figure = throughput("fabric", "write", promise, measured, {})
    assert isinstance(figure, Figure)
    # The noise of the machine is in the reference: no second allowance for it.
    assert not figure.scales
    return float(figure.limit)


def test_on_the_cores_of_the_reference_the_promise_is_as_written() -> None:
    promise = PROMISES["fabric"]["write"]
    assert promise.per_s == 200.0
    assert limit(REFERENCE_PER_S, promise) == pytest.approx(200.0)


def test_half_the_reference_asks_for_half() -> None:
    assert limit(REFERENCE_PER_S / 2, PROMISES["fabric"]["take"]) == pytest.approx(40.0)


def test_quicker_cores_do_not_ask_for_more() -> None:
    assert limit(3 * REFERENCE_PER_S, PROMISES["fabric"]["write"]) == pytest.approx(200.0)


def test_without_real_fabric_the_embedded_engine_has_no_measure() -> None:
    measured = {"per_s": {"write": 90.0}}
    told = throughput("localnet", "write", PROMISES["localnet"]["write"], measured, {})
    assert isinstance(told, Skipped)
    assert "90 a second" in told.because

"""What clients must get beside a plain put of the same run, or beside real Fabric; how quickly a network is
up and the whole bench is over."""

import time

import pytest

from bench import engines, ledger
from bench.engines import (
    PROMISES,
    REFERENCE_P50_MS,
    REFERENCE_PER_S,
    Promise,
    confirmation,
    throughput,
    up,
)
from bench.figures import Figure, Skipped


def limit(plain_per_s: float, promise: Promise) -> float:
    measured = {"per_s": {"write": 90.0, "put": plain_per_s}}
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


def p50_of_a_write(engine: str, times_ms: dict[str, list[float]]) -> Figure:
    measured = {"times_ms": {"write": [87.0] * 60, **times_ms}, "factor": 1.2}
    [p50, _] = confirmation(engine, "write", PROMISES[engine]["write"], measured)
    assert isinstance(p50, Figure)
    return p50


@pytest.mark.parametrize(("slower", "limit_ms"), [(1.0, 80.0), (1.1, 88.0), (0.5, 80.0)])
def test_one_client_waits_longer_than_promised_only_as_a_plain_put_does(
    slower: float, limit_ms: float
) -> None:
    p50 = p50_of_a_write("fabric", {"put": [slower * REFERENCE_P50_MS] * 60})
    # Whatever the run's calibration says.
    assert p50.limit_here(2.0) == pytest.approx(limit_ms)


def test_without_a_plain_put_the_calibration_of_the_same_seconds_counts() -> None:
    assert p50_of_a_write("localnet", {}).limit_here(2.0) == pytest.approx(1.2 * 20.0)


@pytest.mark.parametrize(
    ("seconds", "slower", "holds"), [(14.9, 1.0, True), (15.1, 1.0, False), (15.1, 1.2, True)]
)
def test_a_network_is_up_in_fifteen_seconds(seconds: float, slower: float, holds: bool) -> None:
    figure = up("fabric", {"up_s": seconds, "factor": slower})
    assert figure.name in set(engines._names("fabric"))
    # Whatever the run's calibration says: the one of the same minute counts.
    assert figure.holds(1.0) is figure.holds(2.0) is holds


def test_what_is_timed_is_a_start_from_the_command_to_the_line_that_says_ready(tmp_path) -> None:
    began = time.monotonic()
    with engines._network(tmp_path, "localnet", {"LATE_S": "0.7"}, "tests.bench.late_network") as (
        there,
        up_s,
    ):
        passed = time.monotonic() - began
        assert there["TANHENG_HOME"] == str(tmp_path)
    assert 0.7 <= up_s <= passed


@pytest.fixture
def whole(monkeypatch):
    """Runs the bench as if it took so long; its figures."""

    def run(bench, seconds: float) -> list[Figure]:
        clock = iter((0.0, seconds))
        monkeypatch.setattr(ledger, "_product", lambda: iter(()))
        monkeypatch.setattr(engines, "run", lambda: iter(()))
        monkeypatch.setattr(engines, "run_full", lambda: iter(()))
        monkeypatch.setattr(ledger.time, "monotonic", lambda: next(clock))
        try:
            return list(bench())
        finally:
            monkeypatch.undo()

    return run


def test_the_bench_of_both_engines_takes_eight_minutes_at_most(whole) -> None:
    for seconds, holds in ((480.0, True), (480.1, False)):
        [figure] = whole(ledger.run, seconds)
        assert (figure.name, figure.unit, figure.holds(1.0)) == ("ledger bench", "s", holds)
    assert whole(ledger.run_full, 9999.0) == []


def cell(p50_ms: float, per_s: float, failed: float = 0.0) -> dict[str, float]:
    return {"one_p50_ms": p50_ms, "crowd_per_s": per_s, "crowd_failed": failed}


def test_of_two_passes_over_a_cell_the_better_counts_and_no_failure_is_left_out() -> None:
    assert engines.better(cell(23.0, 130.0), cell(19.0, 110.0, 2.0)) == cell(19.0, 130.0, 2.0)


@pytest.mark.parametrize(("default_ms", "holds"), [(54.0, True), (56.0, False)])
def test_the_default_batch_is_held_against_the_quickest_cell_that_carries_enough(
    default_ms: float, holds: bool
) -> None:
    rows = {(20, 500): cell(20.0, 79.0), (50, 500): cell(default_ms, 100.0), (100, 500): cell(50.0, 90.0)}
    assert engines.default_batch("x", rows).holds(1.0) is holds


def test_the_sweep_goes_there_and_back(monkeypatch) -> None:
    cells = []

    def measure(engine, program, *, settings):
        cells.append(tuple(map(int, settings.values())))
        return cell(20.0, 100.0), 2.0

    monkeypatch.setattr(engines, "_measure", measure)
    [figure] = engines._sweep("localnet")
    assert cells == [*engines.SWEEP, *reversed(engines.SWEEP)]
    assert figure.holds(1.0)


def test_the_table_over_sizes_holds_sizes_only(monkeypatch) -> None:
    """The seconds of the network's start stood among them once, and the whole bench ended there."""
    rows = {size: {"write": {"p50": 20.0, "cpu": 30.0}} for size in ("1000", "10000")}
    monkeypatch.setattr(engines, "run", lambda: iter(()))
    monkeypatch.setattr(engines, "_sweep", lambda engine: iter(()))
    monkeypatch.setattr(engines, "_measure", lambda engine, program, *, within_s: (rows, 2.0))
    names = [figure.name for figure in engines.run_full()]
    assert len(names) == 4
    assert all("lots and reports" in name for name in names)

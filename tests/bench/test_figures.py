"""What a bench promises about its last line, and how far a slow machine widens a limit."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from operations.programs import Used, used

from bench.calibration import REFERENCE_MS, calibrate, factor_of
from bench.figures import Figure, Skipped, percentile, summary


def as_written(limit: float, holds: bool) -> dict[str, object]:
    """What is told of a limit that nothing widened."""
    return {"promised": limit, "holds": holds, "holds_as_promised": holds}


def test_a_figure_above_its_limit_makes_the_whole_not_ok() -> None:
    good = Figure(name="confirm_p50", value=90, unit="ms", limit=100)
    bad = Figure(name="confirm_p95", value=210, unit="ms", limit=200)
    assert summary([good], factor=1.0)["ok"] is True
    result = summary([good, bad], factor=1.0)
    assert result["ok"] is False
    assert result["figures"] == {
        "confirm_p50": {"value": 90, "unit": "ms", "limit": 100, **as_written(100, True)},
        "confirm_p95": {"value": 210, "unit": "ms", "limit": 200, **as_written(200, False)},
    }


def test_a_slow_machine_widens_times_and_rates_but_not_sizes() -> None:
    slow_time = Figure(name="p95", value=150, unit="ms", limit=100)
    slow_rate = Figure(name="rate", value=60, unit="1/s", limit=100, at_most=False)
    size = Figure(name="rss", value=1600, unit="MB", limit=1500, scales=False)
    assert [one.holds(1.0) for one in (slow_time, slow_rate, size)] == [False, False, False]
    assert [one.holds(2.0) for one in (slow_time, slow_rate, size)] == [True, True, False]


def test_what_was_skipped_stands_apart_with_its_reason() -> None:
    result = summary([Skipped(figure="influx_rate", because="there is no InfluxDB here")], factor=1.0)
    assert result == {
        "ok": True,
        "figures": {},
        "skipped": [{"figure": "influx_rate", "because": "there is no InfluxDB here"}],
    }


def test_programs_of_others_stand_beside_the_figures_with_their_versions() -> None:
    result = summary([Used(program="influxd", version="2.7.12")], factor=1.0)
    assert result == {"ok": True, "figures": {}, "skipped": [], "with": {"influxd": "2.7.12"}}


@pytest.mark.parametrize(
    ("name", "said", "version"),
    [
        ("influxd", "InfluxDB v2.7.12 (git: ec9dcde5d6) build_date: 2025-05-20T22:48:23Z", "2.7.12"),
        ("influxd", "InfluxDB dev (git: none) build_date: 2026-11-26T23:45:27Z", "dev"),
        ("mosquitto", "mosquitto version 2.0.11\n\nmosquitto is an MQTT broker.", "2.0.11"),
        ("telegraf", "Telegraf 1.32.3 (git: HEAD@8c0b7a7b)", "1.32.3"),
        ("postgres", "postgres (PostgreSQL) 18.4", "18.4"),
        ("telegraf", "Segmentation fault", "unknown"),
    ],
)
def test_a_program_says_its_version_in_its_own_way(
    tmp_path: Path, name: str, said: str, version: str
) -> None:
    program = tmp_path / name
    program.write_text(f"#!/bin/sh\necho '{said}' >&2\nexit 3\n")
    program.chmod(0o755)
    assert used(str(program)) == Used(program=name, version=version)


@pytest.mark.parametrize(
    ("ratios", "factor"), [([0.5, 0.5, 0.5], 1.0), ([1.0, 1.5, 2.0], 1.5), ([9.0, 9.0, 9.0], 2.0)]
)
def test_the_factor_is_never_below_one_nor_above_two(ratios: list[float], factor: float) -> None:
    assert factor_of(ratios) == factor


def test_the_calibration_measures_all_three() -> None:
    result = calibrate()
    assert set(result.measured_ms) == set(REFERENCE_MS)
    assert all(value > 0 for value in result.measured_ms.values())
    assert 1.0 <= result.factor <= 2.0


def test_percentiles_are_values_that_were_measured() -> None:
    assert percentile([5.0, 1.0, 3.0], 0.5) == 3.0
    assert percentile(list(range(100)), 0.95) == 95
    with pytest.raises(ValueError, match="no values"):
        percentile([], 0.5)


def test_a_limit_that_was_widened_is_told_beside_the_promise() -> None:
    slow = Figure(name="write", value=25.0, unit="ms", limit=20.0)
    told: Any = summary([slow], factor=1.5)["figures"]
    assert told["write"] == {
        "value": 25.0,
        "unit": "ms",
        "limit": 30.0,
        "promised": 20.0,
        "holds": True,
        "holds_as_promised": False,
    }


def test_what_another_program_says_of_the_machine_counts_where_calibration_finds_less() -> None:
    rate = Figure(name="rate", value=70, unit="1/s", limit=100, at_most=False, beside=1.2, slower=1.5)
    assert rate.limit_here(1.0) == pytest.approx(100 / 1.5)
    assert replace(rate, beside=1.8).limit_here(1.0) == pytest.approx(100 / 1.8)
    assert replace(rate, scales=False).limit_here(1.0) == 100

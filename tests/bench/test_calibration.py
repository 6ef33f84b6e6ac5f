"""Limits are widened by how the machine was while a figure was measured, not at the start of the run."""

import pytest

from bench import calibration
from bench.calibration import Beside, Calibration


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    now = [0.0]
    monkeypatch.setattr(calibration.time, "monotonic", lambda: now[0])
    return now


def test_each_figure_has_the_mean_of_just_before_and_just_after(clock: list[float]) -> None:
    later = iter([1.4, 1.2])
    beside = Beside(Calibration({}, 1.0), measure=lambda: Calibration({}, next(later)))
    clock[0] = 30.0
    assert beside.factor() == pytest.approx(1.2)
    clock[0] = 60.0
    assert beside.factor() == pytest.approx(1.3)


def test_figures_that_come_together_share_it_and_cost_no_second_calibration(clock: list[float]) -> None:
    later = iter([1.4])
    beside = Beside(Calibration({}, 1.0), measure=lambda: Calibration({}, next(later)))
    clock[0] = 30.0
    beside.factor()
    clock[0] = 30.2
    assert beside.factor() == pytest.approx(1.2)

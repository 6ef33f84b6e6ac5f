"""A clock one can stop."""

from datetime import UTC, datetime, timedelta

import pytest
from kit import clock


def test_a_frozen_clock_stands_still_moves_by_tick_and_runs_again_after(frozen_clock) -> None:
    assert clock.now() == frozen_clock
    clock.tick(timedelta(minutes=3))
    assert clock.now() - frozen_clock == timedelta(minutes=3)


def test_now_is_aware_and_in_utc() -> None:
    assert clock.now().tzinfo is UTC


def test_a_naive_instant_and_a_tick_of_a_running_clock_are_refused() -> None:
    with pytest.raises(ValueError, match="aware"), clock.frozen(datetime(2026, 1, 1)):  # noqa: DTZ001
        pass
    with pytest.raises(RuntimeError, match="frozen"):
        clock.tick(timedelta(1))

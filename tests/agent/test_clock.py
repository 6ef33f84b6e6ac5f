"""A clock is called wrong only where it is wrong for certain, however slow the way and the platform were."""

from hypothesis import given
from hypothesis import strategies as st

from agent.clock import STALE_MS, ClockCheck

MINUTE = 60_000
T0 = 1_782_864_000_000


@given(st.integers(-MINUTE, MINUTE), st.integers(0, 10 * MINUTE), st.integers(0, 10 * MINUTE))
def test_an_offset_within_the_limit_is_never_called_wrong(offset: int, out: int, back: int) -> None:
    clock = ClockCheck(limit_ms=MINUTE)
    clock.learn(sent_ms=T0, platform_ms=T0 + out + offset, came_ms=T0 + out + back)
    assert not clock.is_off()


@given(st.integers(2 * MINUTE, 60 * MINUTE), st.integers(0, MINUTE // 2), st.integers(0, MINUTE // 2))
def test_a_clock_that_is_far_behind_or_ahead_is_found_on_a_quick_way(off: int, out: int, back: int) -> None:
    for offset in (off, -off):
        clock = ClockCheck(limit_ms=MINUTE)
        clock.learn(sent_ms=T0, platform_ms=T0 + out + offset, came_ms=T0 + out + back)
        assert clock.is_off()
        found = clock.offset_s()
        assert found is not None
        assert abs(round(found * 1000) - offset) <= out + back


def test_without_a_receipt_nothing_is_claimed() -> None:
    assert ClockCheck(limit_ms=1).offset_s() is None
    assert not ClockCheck(limit_ms=1).is_off()


def test_the_narrowest_bounds_hold_until_they_are_old_or_the_clock_was_set() -> None:
    clock = ClockCheck(limit_ms=MINUTE)
    clock.learn(sent_ms=T0, platform_ms=T0 + 10, came_ms=T0 + 20)
    narrow = clock.bounds
    clock.learn(sent_ms=T0 + 100, platform_ms=T0 + 5_000, came_ms=T0 + 10_000)
    assert clock.bounds == narrow
    clock.learn(sent_ms=T0 + 100, platform_ms=T0 + 600_000, came_ms=T0 + 200)
    assert clock.is_off()
    later = T0 + 2 * STALE_MS
    clock.learn(sent_ms=later, platform_ms=later + 5_000, came_ms=later + 10_000)
    assert not clock.is_off()


def test_a_box_that_wakes_up_before_what_the_platform_said_is_off_until_a_receipt_says_otherwise() -> None:
    clock = ClockCheck(limit_ms=MINUTE)
    clock.not_before(T0 - 1, now_ms=T0)
    assert clock.bounds is None
    clock.not_before(T0, now_ms=1_000)
    assert clock.is_off()
    clock.learn(sent_ms=T0 + 1, platform_ms=T0 + 2, came_ms=T0 + 3)
    assert not clock.is_off()


def test_a_clock_set_back_on_the_way_says_nothing() -> None:
    clock = ClockCheck(limit_ms=MINUTE)
    clock.learn(sent_ms=T0, platform_ms=T0, came_ms=T0 - 3_600_000)
    assert clock.bounds is None

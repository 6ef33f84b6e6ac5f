"""Figures of the contests: what they count, and that a broken bench is a failure and never a skip."""

import pytest

from bench.contest_figures import by_size, names, of
from bench.figures import Figure, Skipped, not_measured, summary

GOOD = {
    "takes": 200, "conflicts": 4, "refused": {}, "faults": {}, "trades": 200, "lost": 0, "unknown": 0,
    "doubled": 0,
}  # fmt: skip


def measured(*, hot: dict[str, object] | None = None, **changes: object) -> dict:
    free = {**GOOD, "trades": 500, **changes}
    growth = {"write": {"blocks": 5300.0, "state": 2000.0}, "take": None}
    return {"contests": {"hot": GOOD | (hot or {}), "free": free}, "growth_bytes": growth}


def failing(outcomes) -> set[str]:
    return {one.name for one in outcomes if isinstance(one, Figure) and not one.holds(1.0)}


def test_a_good_run_holds_and_says_what_it_could_not_see() -> None:
    outcomes = list(of("localnet", measured()))
    assert failing(outcomes) == set()
    assert [one.figure for one in outcomes if isinstance(one, Skipped)] == ["localnet growth by a take"]
    assert set(names("localnet")) - {"localnet growth a transaction"} <= {
        one.name for one in outcomes if isinstance(one, Figure)
    }
    [conflicts] = [one for one in outcomes if isinstance(one, Figure) and "conflicts" in one.name]
    assert round(conflicts.value, 2) == 1.96


def test_a_lost_doubled_missing_or_faulty_trade_breaks_its_figure() -> None:
    assert failing(of("x", measured(lost=1))) == {"x lost or doubled trades of 500 listings"}
    assert failing(of("x", measured(doubled=1))) == {"x lost or doubled trades of 500 listings"}
    assert failing(of("x", measured(trades=499))) == {"x listings taken"}
    assert failing(of("x", measured(faults={"UNKNOWN": 1}))) == {"x other failed takes of 500 listings"}


@pytest.mark.parametrize(
    ("hot", "broken"),
    [
        ({"takes": 199}, {"takes of one listing"}),
        # Nobody got anything: no conflict, nothing lost, and no figure may call that good.
        ({"takes": 0, "conflicts": 0, "trades": 0}, {"takes of one listing"}),
        ({"refused": {"clip_too_small": 1}}, {"refused takes of one listing"}),
        ({"conflicts": 11}, {"conflicts on one listing"}),
        ({"lost": 1}, {"lost or doubled trades of one listing"}),
        ({"doubled": 1}, {"lost or doubled trades of one listing"}),
        ({"faults": {"never valid": 1}}, {"other failed takes of one listing"}),
        ({"unknown": 1}, {"other failed takes of one listing"}),
    ],
)
def test_each_fault_of_the_one_listing_breaks_its_figure(hot: dict, broken: set[str]) -> None:
    assert failing(of("x", measured(hot=hot))) == {f"x {name}" for name in broken}


def test_costs_by_size_may_be_half_again_the_smallests() -> None:
    costs = {"1000": 20.0, "100000": 29.0, "10000": 31.0}
    rows = {size: {"write": {"p50": 1.0, "cpu": cpu}} for size, cpu in costs.items()}
    assert failing(by_size("x", rows)) == {"x write processors at 10000 lots and reports"}


def test_what_broke_is_a_failed_figure_and_not_a_skip() -> None:
    told = summary([not_measured("x measured")], factor=2.0)
    assert (told["ok"], told["skipped"]) == (False, [])
    assert len(set(names("x"))) == 5

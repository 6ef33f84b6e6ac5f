"""Figures of the contests: what they count, and that a broken bench is a failure and never a skip."""

from bench.contest_figures import by_size, names, of
from bench.figures import Figure, Skipped, not_measured, summary

GOOD = {
    "takes": 200, "conflicts": 4, "refused": {}, "faults": {}, "trades": 200, "lost": 0, "unknown": 0,
    "doubled": 0,
}  # fmt: skip


def measured(**changes: object) -> dict:
    free = {**GOOD, "trades": 500, **changes}
    growth = {"write": {"blocks": 5300.0, "state": 2000.0}, "take": None}
    return {"contests": {"hot": GOOD, "free": free}, "growth_bytes": growth}


def failing(outcomes) -> set[str]:
    return {one.name for one in outcomes if isinstance(one, Figure) and not one.holds(1.0)}


def test_a_good_run_holds_and_says_what_it_could_not_see() -> None:
    outcomes = list(of("localnet", measured()))
    assert failing(outcomes) == set()
    assert [one.figure for one in outcomes if isinstance(one, Skipped)] == ["localnet growth by a take"]
    [conflicts] = [one for one in outcomes if isinstance(one, Figure) and "conflicts" in one.name]
    assert round(conflicts.value, 2) == 1.96


def test_a_lost_doubled_missing_or_faulty_trade_breaks_its_figure() -> None:
    assert failing(of("x", measured(lost=1))) == {"x lost or doubled trades of 500 listings"}
    assert failing(of("x", measured(doubled=1))) == {"x lost or doubled trades of 500 listings"}
    assert failing(of("x", measured(trades=499))) == {"x listings taken"}
    assert failing(of("x", measured(faults={"UNKNOWN": 1}))) == {"x other failed takes of 500 listings"}


def test_costs_by_size_may_be_half_again_the_smallests() -> None:
    costs = {"1000": 20.0, "100000": 29.0, "10000": 31.0}
    rows = {size: {"write": {"p50": 1.0, "cpu": cpu}} for size, cpu in costs.items()}
    assert failing(by_size("x", rows)) == {"x write processors at 10000 lots and reports"}


def test_what_broke_is_a_failed_figure_and_not_a_skip() -> None:
    told = summary([not_measured("x measured")], factor=2.0)
    assert (told["ok"], told["skipped"]) == (False, [])
    assert len(set(names("x"))) == 3

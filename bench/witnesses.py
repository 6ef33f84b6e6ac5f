"""Physics witnesses against simulated plants: faults found within their month, and clean months left in
peace."""

from __future__ import annotations

import os
import random
from collections.abc import Iterator, Sequence
from decimal import Decimal

from accounting.domain.witnesses import Hour, Law, LawKind, Residual, Verdict, Watch, days_of, judge_all
from bench.figures import Figure, Outcome
from bench.witness_plants import FAULTS, TRADES, History, Month, Trade, history, with_fault

SEED = "2026"
PLANTS, CLEAN_MONTHS = 100, 300
PAST_MONTHS = 6
FOUND_MIN, FALSE_MAX_PERCENT = 0.95, 2.0
# Any alarm of the month brings a person; for three faults its name must also be the right one.
RIGHT = {
    "under_report": {Verdict.LOW},
    "swapped": {Verdict.SWAPPED},
    "wrong_unit": {Verdict.UNIT, Verdict.HIGH, Verdict.LOW},
    "stuck": {Verdict.STUCK},
    "raw_under_report": {Verdict.LOW},
    "ncv_under_report": {Verdict.LOW},
}


def run() -> Iterator[Outcome]:
    """The share of plants in which each fault is found, and alarms in a hundred clean plant-months."""
    seed = os.environ.get("TANHENG_WITNESS_SEED", SEED)
    for fault in FAULTS:
        share = found(seed, fault, plants=PLANTS)
        yield Figure(
            name=f"found_{fault}", value=share, unit="share", limit=FOUND_MIN, at_most=False, scales=False
        )
    percent = 100 * false_alarms(seed, plant_months=CLEAN_MONTHS) / CLEAN_MONTHS
    yield Figure(
        name="false_alarms", value=percent, unit="per 100 plant-months", limit=FALSE_MAX_PERCENT, scales=False
    )


def found(seed: str, fault: str, *, plants: int) -> float:
    """The share of simulated plants in which a fault raises its alarm within the month."""
    hits = 0
    for number in range(plants):
        chance = random.Random(f"{seed}/{fault}/{number}")  # noqa: S311  which plants are drawn is no secret
        sectors = [name for name, trade in TRADES.items() if _may_have(trade, fault)]
        sector = sectors[number % len(sectors)]
        told = with_fault(chance, history(chance, sector, months=PAST_MONTHS + 1), fault)
        hits += bool({one.verdict for one in residuals(told)} & RIGHT[fault])
    return hits / plants


def _may_have(trade: Trade, fault: str) -> bool:
    needs = {"raw_under_report": trade.raw, "ncv_under_report": trade.calorific}
    return bool(needs.get(fault, True))


def false_alarms(seed: str, *, plant_months: int) -> int:
    """How many clean months have an alarm of any kind."""
    count = 0
    for number in range(plant_months):
        chance = random.Random(f"{seed}/clean/{number}")  # noqa: S311  as above
        told = history(chance, list(TRADES)[number % len(TRADES)], months=PAST_MONTHS + 1)
        count += any(one.verdict.alarms for one in residuals(told))
    return count


def residuals(told: History) -> list[Residual]:
    """What all witnesses of a plant say of its last month."""
    found: list[tuple[Law, list[list[Hour]]]] = []
    for n in range(len(told.months[0].fuel)):
        stated = told.months[0].calorific is not None
        law = Law(slug=f"heat-{n}", kind=LawKind.HEAT, left=f"fuel {n}", right=f"output {n}", in_heat=stated)
        found.append((law, [_hours(_heat(month, n), month.output[n]) for month in told.months]))
    for n in range(len(told.months[0].raw)):
        law = Law(slug=f"process-{n}", kind=LawKind.PROCESS, left=f"raw {n}", right=f"output {n}")
        found.append((law, [_hours(month.raw[n], month.output[n]) for month in told.months]))
    if told.months[0].main:
        law = Law(slug="main", kind=LawKind.SUBMETERS, left="lines", right="main")
        sums = [[sum(parts, Decimal(0)) for parts in zip(*month.fuel, strict=True)] for month in told.months]
        found.append((law, [_hours(one, month.main) for one, month in zip(sums, told.months, strict=True)]))
    return judge_all([_watch(law, months) for law, months in found])


def _watch(law: Law, months: Sequence[Sequence[Hour]]) -> Watch:
    days = [days_of(month) for month in months]
    return Watch(law=law, days=days[-1], hours=months[-1], past=days[:-1], before=months[-2])


def _heat(month: Month, line: int) -> Sequence[Decimal]:
    """A line's fuel by the month's calorific value, GJ; the quantity where there is none."""
    worth = month.calorific
    return month.fuel[line] if worth is None else [one * worth for one in month.fuel[line]]


def _hours(left: Sequence[Decimal], right: Sequence[Decimal]) -> list[Hour]:
    return [Hour(one, two) for one, two in zip(left, right, strict=True)]


if __name__ == "__main__":
    from bench.harness import main

    main("witnesses")

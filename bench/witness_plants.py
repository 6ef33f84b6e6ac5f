"""Plants of ten sectors with known truth for the witnesses' bench: loads, meters' errors, analyses, stops.

Knows nothing of the laws. Truth is made first; meters read it with their own constant error (class 0.5, drawn
for each meter) and a small error of each hour; analyses of a month have an error of their own; efficiency
drifts from month to month, and so does what a unit of fuel is worth where it is coal; days have stops. Then
one fault, or none, is put into what is reported.
"""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

HOURS, DAYS = 24, 30


@dataclass(frozen=True, slots=True)
class Trade:
    """What a sector ties together. idle: fuel of an hour at rest as a share of that at full load.

    hourly, monthly: standard deviations of the tie, as shares. raw: raw material for one of product where the
    process itself emits, else 0; its moisture makes a tie of its own. calorific: mean net calorific value of
    the fuel, GJ a unit, and its standard deviation from month to month as a share; none where it is steady
    (gas, power), and nobody analyses it there.
    """

    fuel_per_output: float
    idle: float
    hourly: float
    monthly: float
    full_load: float
    lines: int
    raw: float = 0.0
    calorific: tuple[float, float] | None = None


# Specific consumption in the fuel's unit for one of output, from the sectors' usual ranges.
TRADES: Mapping[str, Trade] = {
    "power": Trade(9.1, 0.08, 0.03, 0.006, 330.0, 2, calorific=(21.5, 0.035)),
    "grid": Trade(1.045, 0.01, 0.01, 0.004, 900.0, 2),
    "steel": Trade(14.5, 0.05, 0.06, 0.008, 210.0, 2, calorific=(26.3, 0.015)),
    "chemicals": Trade(30.5, 0.06, 0.03, 0.006, 55.0, 1),
    "aluminium": Trade(13.4, 0.0, 0.01, 0.004, 38.0, 2),
    "magnesium": Trade(2.9, 0.10, 0.08, 0.010, 3.2, 2, 11.0, (23.1, 0.02)),
    "glass": Trade(5.9, 0.30, 0.03, 0.007, 27.0, 1, 1.19),
    "cement": Trade(3.3, 0.02, 0.05, 0.008, 208.0, 2, 1.55, (22.3, 0.04)),
    "ceramics": Trade(4.4, 0.15, 0.08, 0.012, 9.0, 2, 1.2),
    "aviation": Trade(2.6, 0.04, 0.06, 0.007, 60.0, 1),
}
# Raw material that is not told takes process CO2 with it: put where a process emits. A calorific value that
# is stated too low, here by eight per cent, takes the CO2 of fuel of untested carbon: put where one is.
FAULTS = ("under_report", "swapped", "wrong_unit", "stuck", "raw_under_report", "ncv_under_report")
# Error of a month's mean of daily analyses, as a share; what a laboratory always has is the same every month.
ANALYSIS = 0.002
# Moisture of raw material: of an hour, and of a month after its analysis.
RAW_HOURLY, RAW_MONTHLY = 0.02, 0.004
UNITS = (1000.0, 0.001, 3.6, 1 / 3.6, 10.0, 0.1, 10_000.0, 4.1868)
# One plant in five has no main scale before its lines: its fuel has one witness less.
MAIN_SHARE = 0.8


@dataclass(frozen=True, slots=True)
class Month:
    """Hourly sums of a month: fuel of each line as reported, the main scale or nothing, output of each line,
    raw material of each line or nothing. calorific: the month's stated calorific value, where there is one.
    """

    fuel: tuple[tuple[Decimal, ...], ...]
    main: tuple[Decimal, ...]
    output: tuple[tuple[Decimal, ...], ...]
    raw: tuple[tuple[Decimal, ...], ...] = ()
    calorific: Decimal | None = None


@dataclass(frozen=True, slots=True)
class History:
    """A plant's months, oldest first; the last is the one looked at."""

    sector: str
    months: tuple[Month, ...]


class Plant:
    """One plant: its constants are drawn once, its months one after another."""

    def __init__(self, chance: random.Random, sector: str) -> None:
        self.chance, self.sector, self.trade = chance, sector, TRADES[sector]
        lines = max(2, self.trade.lines)
        self.scale = [1 + chance.gauss(0, 0.0025) for _ in range(lines)]
        self.gauge = [1 + chance.gauss(0, 0.0025) for _ in range(lines)]
        self.raw_scale = [1 + chance.gauss(0, 0.0025) for _ in range(lines)]
        self.main_scale = 1 + chance.gauss(0, 0.0025)
        self.has_main = chance.random() < MAIN_SHARE
        self.specific = [self.trade.fuel_per_output * (1 + chance.gauss(0, 0.03)) for _ in range(lines)]
        self.capacity = [self.trade.full_load * chance.uniform(0.6, 1.4) for _ in range(lines)]

    def month(self) -> Month:
        """The next month."""
        fuel, output, raw, total = [], [], [], [0.0] * (HOURS * DAYS)
        worth, stated = self._calorific()
        for line in range(len(self.scale)):
            loads = self._loads()
            drift = 1 + self.chance.gauss(0, self.trade.monthly)
            burnt = [self._burnt(line, load) * drift / worth for load in loads]
            total = [one + two for one, two in zip(total, burnt, strict=True)]
            made = [load * self.capacity[line] for load in loads]
            fuel.append(self._read(burnt, self.scale[line]))
            output.append(self._read(made, self.gauge[line]))
            if self.trade.raw:
                raw.append(self._read(self._used(made), self.raw_scale[line]))
        main = self._read(total, self.main_scale) if self.has_main else ()
        return Month(tuple(fuel), main, tuple(output), tuple(raw), stated)

    def _calorific(self) -> tuple[float, Decimal | None]:
        """What the month's fuel is worth against the mean, and what its analyses say, GJ a unit."""
        if self.trade.calorific is None:
            return 1.0, None
        mean, spread = self.trade.calorific
        worth = max(0.85, min(1.15, 1 + self.chance.gauss(0, spread)))
        return worth, Decimal(round(mean * worth * (1 + self.chance.gauss(0, ANALYSIS)) * 1000)) / 1000

    def _loads(self) -> list[float]:
        """Load of each hour, 0..1: a level for the month, days and hours around it, now and then a stop."""
        level, loads = self.chance.uniform(0.6, 0.9), []
        stop_from = self.chance.randrange(HOURS * DAYS) if self.chance.random() < 0.3 else HOURS * DAYS
        stop_to = stop_from + self.chance.randint(8, 96)
        for day in range(DAYS):
            of_day = min(1.0, max(0.4, level + self.chance.gauss(0, 0.07)))
            for hour in range(HOURS):
                now = day * HOURS + hour
                load = min(1.0, max(0.3, of_day + self.chance.gauss(0, 0.03)))
                loads.append(0.0 if stop_from <= now < stop_to else load)
        return loads

    def _burnt(self, line: int, load: float) -> float:
        if load == 0.0:
            return 0.0
        full = self.capacity[line] * self.specific[line]
        share = self.trade.idle + (1 - self.trade.idle) * load
        return full * share * (1 + self.chance.gauss(0, self.trade.hourly))

    def _used(self, made: Sequence[float]) -> list[float]:
        """Raw material of each hour."""
        moist = 1 + self.chance.gauss(0, RAW_MONTHLY)
        return [one * self.trade.raw * moist * (1 + self.chance.gauss(0, RAW_HOURLY)) for one in made]

    def _read(self, truth: Sequence[float], error: float) -> tuple[Decimal, ...]:
        """What a register counts, in whole thousandths."""
        return tuple(
            Decimal(max(0, round(one * error * (1 + self.chance.gauss(0, 0.004)) * 1000))) / 1000
            for one in truth
        )


def history(chance: random.Random, sector: str, *, months: int) -> History:
    """A plant's genuine months."""
    plant = Plant(chance, sector)
    return History(sector, tuple(plant.month() for _ in range(months)))


def with_fault(chance: random.Random, told: History, fault: str) -> History:
    """The same with a fault in what the last month reports."""
    last = _FAULTS[fault](chance, told.months[-1])
    return History(told.sector, (*told.months[:-1], last))


def _under_report(chance: random.Random, month: Month) -> Month:
    """Five per cent less fuel: every hour scaled, or hours left out until five per cent are gone."""
    if chance.random() < 0.6:
        share = Decimal("0.95")
        return _with_fuel(month, [tuple(one * share for one in line) for line in month.fuel])
    lines = []
    for line in month.fuel:
        order = list(range(len(line)))
        chance.shuffle(order)
        left, kept = sum(line) * Decimal("0.05"), list(line)
        for hour in order:
            if left <= 0:
                break
            left -= kept[hour]
            kept[hour] = kept[hour] * Decimal("0.2")
            left += kept[hour]
        lines.append(tuple(kept))
    return _with_fuel(month, lines)


def _swapped(chance: random.Random, month: Month) -> Month:
    """The scales of two lines connected the other way round, from the first day or from a later one."""
    start = chance.choice((0, 0, chance.randint(1, 20))) * HOURS
    one, two = month.fuel[0], month.fuel[1]
    changed = (one[:start] + two[start:], two[:start] + one[start:])
    return _with_fuel(month, [*changed, *month.fuel[2:]])


def _wrong_unit(chance: random.Random, month: Month) -> Month:
    factor = Decimal(str(chance.choice(UNITS)))
    at = chance.randrange(len(month.fuel))
    return _with_fuel(
        month, [tuple(x * factor for x in line) if n == at else line for n, line in enumerate(month.fuel)]
    )


def _stuck(chance: random.Random, month: Month) -> Month:
    """A register that stands still for half a day or longer, up to the month's end, while its line runs."""
    at = chance.randrange(len(month.fuel))
    line = list(month.fuel[at])
    running = [hour for hour, value in enumerate(line) if value > 0]
    start = running[chance.randrange(max(1, len(running) - 40))]
    for hour in range(start, min(len(line), start + chance.choice((12, 24, 48, 720)))):
        line[hour] = Decimal(0)
    return _with_fuel(month, [tuple(line) if n == at else each for n, each in enumerate(month.fuel)])


def _with_fuel(month: Month, fuel: Sequence[tuple[Decimal, ...]]) -> Month:
    return replace(month, fuel=tuple(fuel))


def _raw_under_report(chance: random.Random, month: Month) -> Month:
    """Five per cent less raw material, of one line or of all."""
    share, only = Decimal("0.95"), chance.choice((None, *range(len(month.raw))))
    lines = [
        tuple(one * share for one in line) if only in {None, at} else line
        for at, line in enumerate(month.raw)
    ]
    return replace(month, raw=tuple(lines))


def _ncv_under_report(chance: random.Random, month: Month) -> Month:
    """A calorific value stated eight per cent low."""
    assert month.calorific is not None  # noqa: S101 (put only where one is stated)
    return replace(month, calorific=month.calorific * Decimal("0.92"))


_FAULTS = {
    "under_report": _under_report,
    "swapped": _swapped,
    "wrong_unit": _wrong_unit,
    "stuck": _stuck,
    "raw_under_report": _raw_under_report,
    "ncv_under_report": _ncv_under_report,
}

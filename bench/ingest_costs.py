"""What a reading costs on a store: figures of drained and live loads, and a table by the number of meters."""

from __future__ import annotations

import statistics
from collections.abc import Callable, Iterator, Mapping, Sequence

from bench.figures import Figure, Outcome, Table
from bench.ingest_pipe import Pipe
from bench.ingest_publisher import Load
from bench.ingest_rates import Cost, Course, course, drained, live

SINGLES, BATCHED, PER_BATCH = 100_000, 300_000, 100
SINGLE_CPU_US, BATCHED_CPU_US = 22.0, 5.0
SINGLE_DRAIN, SINGLE_LIVE = 30_000, 18_000
BATCHED_DRAIN, BATCHED_LIVE = 100_000, 50_000
METERS = (10, 100, 1_000, 10_000)
FLAT_SINGLES, FLAT_ROUNDS, RUNS = 100_000, 5, 3
# Signed batches of a hundred, one of each meter at least.
FLAT_SIGNED, SIGNED_ROUNDS = 200_000, 3
# A reading of any number of meters may cost half as much again as one of the fewest: of 10,000 meters a flush
# meets each twice, of ten five hundred times.
FLAT = 1.5
# Once a meter: its registration and what is stored of it are read, its rows are made.
MEETING_US = 100.0


def costs(pipe: Pipe, store: str) -> Iterator[Figure]:
    """Drained and live, one reading a message and a hundred signed ones; of three runs each the median."""
    loads = course(pipe)
    singles = [drained(pipe, loads.load(SINGLES)) for _ in range(RUNS)]
    yield _cpu(f"{store}_single_cpu", singles, SINGLE_CPU_US)
    yield _rate(f"{store}_single_drain", singles, SINGLE_DRAIN)
    yield _rate(f"{store}_single_live", [live(pipe, loads.load(SINGLES)) for _ in range(RUNS)], SINGLE_LIVE)
    batched = [drained(pipe, _batched(loads)) for _ in range(RUNS)]
    yield _cpu(f"{store}_signed_100_cpu", batched, BATCHED_CPU_US)
    yield _rate(f"{store}_signed_100_drain", batched, BATCHED_DRAIN)
    yield _rate(f"{store}_signed_100_live", [live(pipe, _batched(loads)) for _ in range(RUNS)], BATCHED_LIVE)


def by_meters(pipe: Pipe, store: str) -> Iterator[Outcome]:
    """The same load over more and more meters, one reading a message, then a hundred signed ones."""
    courses = {meters: course(pipe, meters) for meters in METERS}
    met = [drained(pipe, loads.load(meters)) for meters, loads in courses.items()]
    table = _in_turns(pipe, courses, lambda loads: loads.load(FLAT_SINGLES), FLAT_ROUNDS)
    for meters, measured in table.items():
        yield _cpu(f"{store}_single_cpu_at_{meters}_meters", measured, SINGLE_CPU_US)
    yield _cpu(f"{store}_first_reading_of_a_meter_cpu", met[-1:], MEETING_US)
    yield from _flat(f"{store}_cost_by_meters", f"{store}_cpu_of_the_dearest_over_{METERS[0]}_meters", table)
    signed = _in_turns(
        pipe,
        courses,
        lambda loads: loads.load(
            max(FLAT_SIGNED, PER_BATCH * len(loads.meters)), per_message=PER_BATCH, step_ms=10
        ),
        SIGNED_ROUNDS,
    )
    yield from _flat(
        f"{store}_signed_cost_by_meters", f"{store}_signed_cpu_of_the_dearest_over_{METERS[0]}_meters", signed
    )


def _in_turns(
    pipe: Pipe, courses: Mapping[int, Course], load: Callable[[Course], Load], rounds: int
) -> dict[int, list[Cost]]:
    """Costs by the number of meters, after each was met once.

    Rows take turns: they are held against each other, and the machine is not the same from minute to minute.
    So is what is held against what: each size against the fewest meters of the same turn, seconds apart, and
    of all turns the median. The best of each would come from different minutes.
    """
    table: dict[int, list[Cost]] = {meters: [] for meters in courses}
    for _ in range(rounds):
        for meters, loads in courses.items():
            table[meters].append(drained(pipe, load(loads)))
    return table


def _flat(name: str, dearest: str, table: Mapping[int, Sequence[Cost]]) -> Iterator[Outcome]:
    rows = zip(table.items(), growth(table), strict=True)
    yield Table(
        name=name,
        head=("meters", "worker_us", "readings_per_s", "of_the_fewest"),
        rows=tuple((meters, *_row(costs), times) for (meters, costs), times in rows),
    )
    yield Figure(name=dearest, value=max(growth(table)), unit="times", limit=FLAT, scales=False)


def growth(table: Mapping[int, Sequence[Cost]]) -> list[float]:
    """How many times a reading costs what one of the fewest meters does, of each row of the table: the median
    of the turns, each held against the fewest of the same turn."""
    fewest = table[min(table)]
    return [
        statistics.median(one.cpu_us / few.cpu_us for one, few in zip(measured, fewest, strict=True))
        for measured in table.values()
    ]


def _row(measured: Sequence[Cost]) -> tuple[float, float]:
    return statistics.median(one.cpu_us for one in measured), statistics.median(one.per_s for one in measured)


def _batched(loads: Course) -> Load:
    return loads.load(BATCHED, per_message=PER_BATCH, step_ms=10)


def _cpu(name: str, measured: list[Cost], limit: float) -> Figure:
    """Of its runs the median."""
    return Figure(name=name, value=statistics.median(one.cpu_us for one in measured), unit="us", limit=limit)


def _rate(name: str, measured: list[Cost], limit: float) -> Figure:
    value = statistics.median(one.per_s for one in measured)
    return Figure(name=name, value=value, unit="1/s", limit=limit, at_most=False)

"""Physics as a witness: two sums that a law of nature ties together, compared by days and months. Pure.

A law ties what is reported (fuel, sub-meters, raw meal) to what it must have done (power, the main meter,
clinker). The tie is learned from the plant's own earlier months; without them only a wide band of the law
itself holds. Quantities are in one unit a side; what is checked is the ratio, so units cancel.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from enum import Enum
from itertools import combinations

HOURS_A_DAY = 24
ZERO, ONE, HUNDRED = Decimal(0), Decimal(1), Decimal(100)


class LawKind(Enum):
    """value: (tolerance of a month against the plant's own past, Chinese, English).

    Tolerances are three times what the meters and analyses behind a law leave uncertain in a month: balances
    of two scales of class 0.5; heat with an analysed fuel; process masses with a moisture each.
    """

    SUBMETERS = (Decimal("0.015"), "分表之和与总表", "Sub-meters against the main meter")
    HEAT = (Decimal("0.0455"), "输入热量与产出", "Heat in against what came out")
    PROCESS = (Decimal("0.025"), "原料与产品", "Raw material against product")

    @property
    def tolerance(self) -> Decimal:
        """Of the ratio."""
        return self.value[0]

    def formula(self, language: str) -> str:
        """What is compared, in words, `zh` or `en`."""
        return FORMULAS[self.name][0 if language == "zh" else 1]


# What each law compares, in words: (Chinese, English).
FORMULAS = {
    "SUBMETERS": (
        "各分表之和 = 总表；不需要历史。残差 = 分表之和 ÷ 总表 − 1。",
        "Sum of the sub-meters = the main meter; needs no past. Residual = sum / main - 1.",
    ),
    "HEAT": (
        "燃料热量 = 空载热量 × 天数 + 单耗 × 产出；空载与单耗由本厂此前六个月的完整日用最小二乘得出。"
        "热量 = 用量 × 当月申报的热值；本月或此前月份没有申报热值的，比较用量。残差 = 上报 ÷ 应有 − 1。",
        "Heat of the fuel = idle heat x days + heat per unit x output; idle and slope are the least-squares"
        " line through this plant's whole days of the six months before. Heat = quantity x the month's stated"
        " calorific value; where this month or those before have none, quantities are compared. Residual ="
        " reported / expected - 1.",
    ),
    "PROCESS": (
        "原料用量 = 单耗 × 产品产量（含开停机的固定用量）；单耗由本厂此前六个月的完整日用最小二乘得出。"
        "残差 = 上报用量 ÷ 应有用量 − 1。",
        "Raw material = use per unit x product, with what starts and stops need; the line through this"
        " plant's whole days of the six months before. Residual = reported / expected - 1.",
    ),
}


class Verdict(Enum):
    """value: (is an alarm, Chinese, English)."""

    HOLDS = (False, "相符", "agrees")
    UNKNOWN = (False, "历史不足，未判断", "too little history to judge")
    LOW = (True, "{left} 比 {right} 所需少 {percent}%", "{left} is {percent}% less than {right} needs")
    HIGH = (True, "{left} 比 {right} 所需多 {percent}%", "{left} is {percent}% more than {right} needs")
    UNIT = (
        True,
        "{left} 与 {right} 相差约 {factor} 倍，像是单位写错",
        "{left} is off against {right} by a factor of about {factor}: a wrong unit",
    )
    SWAPPED = (True, "{left} 与 {other} 像是接反", "{left} and {other} seem to be swapped")
    STUCK = (
        True,
        "{left} 有 {hours} 小时不动，而 {right} 在运行",
        "{left} stood still for {hours} hours while {right} ran",
    )

    @property
    def alarms(self) -> bool:
        """Whether a person must look."""
        return bool(self.value[0])


@dataclass(frozen=True, slots=True)
class Day:
    """One day of a law: what was reported, and what it is tied to; None where nothing is known."""

    left: Decimal | None
    right: Decimal | None


@dataclass(frozen=True, slots=True)
class Hour:
    """One hour of a law's meters; None where nothing is known."""

    left: Decimal | None
    right: Decimal | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Law:
    """A law with the names of its two sides. band: ratios left/right that the law itself allows, or None.

    in_heat: its left is heat in GJ, the quantities times their months' calorific values.
    """

    slug: str
    kind: LawKind
    left: str
    right: str
    band: tuple[Decimal, Decimal] | None = None
    in_heat: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Watch:
    """A law with what is known: the month's days and hours, the days of earlier months, the hours of
    the last. quantities: of a law in heat the same by its meters alone, because these are exchanged."""

    law: Law
    days: Sequence[Day]
    hours: Sequence[Hour] = ()
    past: Sequence[Sequence[Day]] = ()
    before: Sequence[Hour] = ()
    quantities: "Watch | None" = None

    def can_judge(self) -> bool:
        """Whether there is something to judge, and a past to judge it by."""
        known = any(day.left is not None and day.right is not None for day in self.days)
        return known and _tie(self.law, self.past) is not None


@dataclass(frozen=True, slots=True, kw_only=True)
class Residual:
    """What a law says of a month. ratio: found left over expected left, less one; None when unknown."""

    law: Law
    verdict: Verdict
    left: Decimal
    right: Decimal
    expected: Decimal | None = None
    deviation: Decimal | None = None
    tolerance: Decimal = ZERO
    facts: Mapping[str, str] = field(default_factory=dict)

    def words(self, language: str) -> str:
        """The verdict's sentence in `zh` or `en`; a side's two names are kept apart by a bar."""
        left = named(self.law.left, language) + (_HEAT_OF[language] if self.law.in_heat else "")
        sides = {"left": left, "right": named(self.law.right, language)}
        return str(self.verdict.value[1 if language == "zh" else 2]).format(
            **(sides | {name: named(text, language) for name, text in self.facts.items()})
        )


_HEAT_OF = {"zh": "的热量", "en": "'s heat"}


@dataclass(frozen=True, slots=True)
class Tie:
    """left = idle x days + slope x right, as the plant's past has it."""

    idle: Decimal
    slope: Decimal

    def expects(self, day: Day) -> Decimal:
        """What a day should have on its left."""
        return self.idle + self.slope * (day.right or ZERO)


# Fewer days or months say too little of a plant.
DAYS_MIN, MONTHS_MIN = 40, 2
# Days far from the line are a start, a stop or a fault; the line is drawn again without them.
OUTLIER = Decimal(4)
# Ratios of units that people mix: t and kg, MWh and GJ, kWh and MWh, Nm3 and 10^4 Nm3, kcal and kJ, tce
# and GJ.
FACTORS = tuple(
    Decimal(text) for text in ("1000", "10000", "10", "100", "3.6", "4.1868", "29.3076", "2", "7")
)
FACTOR_NEAR = Decimal("0.12")
FACTOR_FROM = Decimal("1.7")
# A register that stands still this long while its partner runs is stuck; shorter stands happen.
STUCK_HOURS_MIN = 6
RUNNING_SHARE = Decimal("0.3")


def named(name: str, language: str) -> str:
    """One of the two names of `中文|English`; a single name is both."""
    zh, _, en = name.partition("|")
    return zh if language == "zh" or not en else en


def judge_all(watches: Sequence[Watch]) -> list[Residual]:
    """What the laws of one plant say of a month; every pair of one kind is tried for an exchange of meters.

    A stand or an exchange explains a month's residual, and is said in its place.
    """
    found = [
        stuck(watch.law, watch.hours, usual_hours=usual_stand(watch.before))
        or judge(watch.law, watch.days, watch.past)
        for watch in watches
    ]
    for (n, one), (m, two) in combinations(enumerate(watches), 2):
        if one.law.kind is not two.law.kind or one.law.kind is LawKind.SUBMETERS:
            continue
        for at, this, other in ((n, one, two), (m, two, one)):
            exchanged = judge_pair(this.quantities or this, other.quantities or other)
            if exchanged is not None:
                found[at] = exchanged
    return found


def days_of(hours: Sequence[Hour]) -> list[Day]:
    """Days of 24 hours; a side of a day is known when all its hours are."""
    days = []
    for start in range(0, len(hours), HOURS_A_DAY):
        part = hours[start : start + HOURS_A_DAY]
        days.append(Day(_sum([one.left for one in part]), _sum([one.right for one in part])))
    return days


def _sum(values: Sequence[Decimal | None]) -> Decimal | None:
    known = [value for value in values if value is not None]
    return sum(known, ZERO) if len(known) == len(values) else None


def usual_stand(hours: Sequence[Hour]) -> int:
    """The longest stand of a genuine month, in hours."""
    running = [hour.right for hour in hours if hour.right]
    return longest_stand(hours, level=sum(running, ZERO) / len(running) * RUNNING_SHARE) if running else 0


def judge(law: Law, now: Sequence[Day], past: Sequence[Sequence[Day]]) -> Residual:
    """What a law says of a month. now: its days; past: earlier months, oldest first, without known faults."""
    days = [day for day in now if day.left is not None and day.right is not None]
    left = sum((day.left or ZERO for day in days), ZERO)
    right = sum((day.right or ZERO for day in days), ZERO)
    tie = _tie(law, past)
    if tie is None or right <= 0:
        return _by_band(law, left, right)
    expected = sum((tie.expects(day) for day in days), ZERO)
    if expected <= 0:
        return Residual(law=law, verdict=Verdict.UNKNOWN, left=left, right=right)
    return _against(law, left, right, expected, tolerance=_tolerance(law, tie, past))


def judge_pair(one: Watch, two: Watch) -> Residual | None:
    """Whether the left meters of two laws were exchanged: each fits the other's partner better than its
    own."""
    ties = _tie(one.law, one.past), _tie(two.law, two.past)
    if ties[0] is None or ties[1] is None:
        return None
    both = [
        (first, second)
        for first, second in zip(one.days, two.days, strict=False)
        if None not in (first.left, first.right, second.left, second.right)
    ]
    if len(both) < SWAP_DAYS_MIN:
        return None
    late = both[len(both) - SWAP_DAYS_MIN :]
    spreads = _spread(ties[0], one.past), _spread(ties[1], two.past)
    if not any(_exchanged(part, (ties[0], ties[1]), spreads) for part in (both, late)):
        return None
    left = sum((first.left or ZERO for first, _ in both), ZERO)
    right = sum((first.right or ZERO for first, _ in both), ZERO)
    facts = {"other": two.law.left}
    return Residual(law=one.law, verdict=Verdict.SWAPPED, left=left, right=right, facts=facts)


def _in_quantities(law: Law) -> Law:
    """A register stands still whatever its fuel is worth."""
    return replace(law, in_heat=False)


# A meter exchanged in the last week of a month is found within it.
SWAP_DAYS_MIN = 7
# As exchanged the days must lie this much nearer to the lines, and as they stand further off than they
# ever do.
SWAP_BETTER = Decimal(4)
SWAP_WORSE = Decimal(4)


def stuck(law: Law, now: Sequence[Hour], *, usual_hours: int) -> Residual | None:
    """A register that stood still while its partner ran. usual_hours: the longest such stand of the past."""
    running = [hour.right for hour in now if hour.right]
    if not running:
        return None
    level = sum(running, ZERO) / len(running) * RUNNING_SHARE
    longest = longest_stand(now, level=level)
    if longest < max(STUCK_HOURS_MIN, 2 * usual_hours):
        return None
    left = sum((hour.left or ZERO for hour in now), ZERO)
    facts = {"hours": str(longest)}
    return Residual(
        law=_in_quantities(law), verdict=Verdict.STUCK, left=left, right=sum(running, ZERO), facts=facts
    )


def longest_stand(hours: Sequence[Hour], *, level: Decimal) -> int:
    """The most hours in a row in which the left stood still and the right ran above `level`."""
    longest = run = 0
    for hour in hours:
        still = hour.left == 0 and hour.right is not None and hour.right > level
        run = run + 1 if still else 0
        longest = max(longest, run)
    return longest


def _tolerance(law: Law, tie: Tie, past: Sequence[Sequence[Day]]) -> Decimal:
    """The law's own, or twice what the plant's earlier months strayed; never so much that nothing is seen."""
    strayed = ZERO
    for month in past:
        days = [day for day in month if day.left is not None and day.right]
        expected = sum((tie.expects(day) for day in days), ZERO)
        if len(days) >= STRAY_DAYS_MIN and expected > 0:
            left = sum((day.left or ZERO for day in days), ZERO)
            strayed = max(strayed, abs(left / expected - ONE))
    return max(law.kind.tolerance, min(STRAYED * strayed, TOLERANCE_MAX))


# A month with fewer days says little of how far months stray.
STRAY_DAYS_MIN = 20
STRAYED, TOLERANCE_MAX = Decimal(2), Decimal("0.048")


def _against(
    law: Law, left: Decimal, right: Decimal, expected: Decimal, *, tolerance: Decimal | None = None
) -> Residual:
    allowed = law.kind.tolerance if tolerance is None else tolerance
    deviation = left / expected - ONE
    verdict, facts = Verdict.HOLDS, {"percent": _percent(deviation)}
    factor = _factor(left / expected)
    if factor is not None:
        verdict, facts = Verdict.UNIT, {"factor": _plain(factor)}
    elif abs(deviation) > allowed:
        verdict = Verdict.LOW if deviation < 0 else Verdict.HIGH
    return Residual(
        law=law, verdict=verdict, left=left, right=right, expected=expected, deviation=deviation,
        tolerance=allowed, facts=facts,
    )  # fmt: skip


def _by_band(law: Law, left: Decimal, right: Decimal) -> Residual:
    """Without a past: two meters of one thing agree, else the law's own band decides."""
    if law.kind is LawKind.SUBMETERS and right > 0:
        return _against(law, left, right, right)
    if law.band is None or right <= 0:
        return Residual(law=law, verdict=Verdict.UNKNOWN, left=left, right=right)
    low, high = law.band
    expected = min(max(left, low * right), high * right)
    return _against(law, left, right, expected)


def _tie(law: Law, past: Sequence[Sequence[Day]]) -> Tie | None:
    """The line through the days of the past, drawn twice: once with all, once without those far from it."""
    days = [day for month in past for day in month if day.left is not None and day.right]
    if len(days) < DAYS_MIN or len(past) < MONTHS_MIN:
        return None
    line = _line(days)
    near = _near(line, days)
    return _line(near) if len(near) >= DAYS_MIN else line


def _near(tie: Tie, days: Sequence[Day]) -> list[Day]:
    off = [abs((day.left or ZERO) - tie.expects(day)) for day in days]
    limit = OUTLIER * sorted(off)[len(off) // 2]
    return [day for day, far in zip(days, off, strict=True) if far <= limit]


def _line(days: Sequence[Day]) -> Tie:
    """Least squares; through the origin where the load hardly moves or the line would make no sense."""
    pairs = [(day.right or ZERO, day.left or ZERO) for day in days]
    n = Decimal(len(pairs))
    mean_x, mean_y = sum((x for x, _ in pairs), ZERO) / n, sum((y for _, y in pairs), ZERO) / n
    if mean_x == 0:
        return Tie(mean_y, ZERO)
    spread = sum(((x - mean_x) ** 2 for x, _ in pairs), ZERO)
    if spread > n * (mean_x * MOVES_MIN) ** 2:
        slope = sum(((x - mean_x) * (y - mean_y) for x, y in pairs), ZERO) / spread
        idle = mean_y - slope * mean_x
        if slope > 0 and ZERO <= idle <= mean_y * IDLE_SHARE_MAX:
            return Tie(idle, slope)
    return Tie(ZERO, mean_y / mean_x)


# A load that moves by less than this share shows no slope of its own.
MOVES_MIN = Decimal("0.03")
# No plant burns more than this of its usual day standing still.
IDLE_SHARE_MAX = Decimal("0.6")


def _spread(tie: Tie, past: Sequence[Sequence[Day]]) -> Decimal:
    """The middle of the past days' distances from their line."""
    off = sorted(abs((day.left or ZERO) - tie.expects(day)) for month in past for day in month if day.right)
    return off[len(off) // 2] if off else ZERO


def _exchanged(
    both: Sequence[tuple[Day, Day]], ties: tuple[Tie, Tie], spreads: tuple[Decimal, Decimal]
) -> bool:
    """Whether the days fit far better with their lefts exchanged, and do not fit as they are."""
    as_is = crossed = ZERO
    for pair in both:
        for turn, (tie, spread) in enumerate(zip(ties, spreads, strict=True)):
            day, other = pair[turn], pair[1 - turn]
            scale = spread or ONE
            as_is += abs((day.left or ZERO) - tie.expects(day)) / scale
            crossed += abs((other.left or ZERO) - tie.expects(day)) / scale
    return as_is > SWAP_BETTER * crossed and as_is > SWAP_WORSE * 2 * len(both)


def _factor(ratio: Decimal) -> Decimal | None:
    """The unit factor that a ratio is near to, or None; small deviations are never one."""
    if ratio <= 0:
        return None
    big = ratio if ratio >= ONE else ONE / ratio
    if big < FACTOR_FROM:
        return None
    return next((factor for factor in FACTORS if abs(big / factor - ONE) <= FACTOR_NEAR), None)


def _percent(share: Decimal) -> str:
    return format(abs(share * HUNDRED).quantize(Decimal("0.1")), "f")


def _plain(value: Decimal) -> str:
    return format(value.normalize(), "f")

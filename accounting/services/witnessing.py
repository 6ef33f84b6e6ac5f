"""A plant's physics witnesses: which laws its meters and streams allow, and what they say of a month.

The usual laws always hold, whatever the plant declares besides: parts against their main meter, the largest
fuel against what its heat makes, raw material against what becomes of it.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Any

from django.db.models import Min, Q
from kit import clock
from lexicon.units import Unit, convert

from accounting import metered
from accounting.domain.witness_streams import ties
from accounting.domain.witnesses import (
    Day,
    Hour,
    Law,
    LawKind,
    Residual,
    Watch,
    judge_all,
    named,
)
from accounting.domain.year import is_year
from accounting.models import PlantModel, ReportingPeriod, SourceStream
from accounting.scan_models import PlantWitness, WitnessResidual
from accounting.services import peers
from accounting.services.calorific import Calorific, calorific_of
from accounting.services.gathering import months_in
from accounting.services.standing import OPEN

PAST_MONTHS = 6
# Open months are looked at again after this; a page shows this many months.
KEEP_AFTER = timedelta(hours=6)
TREND_MONTHS = 24
WITNESSES_MAX = 20
# Ends the name of a declared law that took the name of a usual one.
OWN = "-own"


@dataclass(frozen=True, slots=True, kw_only=True)
class Declared:
    """A law with the meters of its two sides. usual: it follows from the plant's meters and streams."""

    law: Law
    left: tuple[str, ...]
    right: tuple[str, ...]
    usual: bool = True

    def compares(self) -> tuple[LawKind, frozenset[str], frozenset[str]]:
        """What makes two laws the same one."""
        return self.law.kind, frozenset(self.left), frozenset(self.right)


def residuals_of(period: ReportingPeriod) -> list[tuple[str, Residual]]:
    """Month and residual of every law of a period; a year's are those of its months."""
    return [(month.period, one) for month in months_in(period) for one in _of_month(month)]


def shown(period: ReportingPeriod) -> list[dict[str, Any]]:
    """The residuals as pages show them, alarms first; amounts and percentages as text."""
    rows = sorted(residuals_of(period), key=lambda row: (not row[1].verdict.alarms, row[0], row[1].law.slug))
    return [_row(month, one) for month, one in rows]


def keep(period: ReportingPeriod) -> None:
    """Store what the laws say of an open month now; of one that is not open, what was never stored."""
    if is_year(period.period):
        return
    fixed = period.state not in OPEN
    if fixed and WitnessResidual.objects.filter(period=period).exists():
        return
    rows = shown(period)
    slugs = [row["slug"] for row in rows]
    WitnessResidual.objects.filter(period=period).exclude(slug__in=slugs).delete()
    for row in rows:
        WitnessResidual.objects.update_or_create(
            period=period,
            slug=row["slug"],
            defaults={"alarms": row["alarms"], "row": row, "kept_at": clock.now()},
        )


def keep_next() -> bool:
    """Store the residuals of one month that has none yet, or whose last ones are old; true when it did."""
    stale = clock.now() - KEEP_AFTER
    months = ReportingPeriod.objects.filter(period__contains="-").annotate(kept=Min("residuals__kept_at"))
    due = months.filter(Q(kept=None) | Q(kept__lt=stale, state__in=OPEN)).order_by("-period")
    without: set[str] = set()
    for period in due:
        if period.plant in without:
            continue
        if laws_of(period.plant):
            keep(period)
            return True
        without.add(period.plant)
    return False


def history(plant: str, *, until: str = "") -> list[dict[str, Any]]:
    """Every law of a plant with its formula, its meters, and its residual month by month, the oldest first.

    until: a month; later ones are left out.
    """
    kept = WitnessResidual.objects.filter(period__plant=plant).select_related("period")
    if until:
        kept = kept.filter(period__period__lte=until)
    months: dict[str, list[dict[str, Any]]] = {}
    for one in kept.order_by("period__period"):
        # Rows of a time before heat was compared do not say that they compare quantities.
        months.setdefault(one.slug, []).append({"in_heat": False} | one.row | {"kept_at": one.kept_at})
    names = {meter.slug: meter for meter in metered.meters(plant)}
    return [_law(one, names, months.get(one.law.slug, [])[-TREND_MONTHS:]) for one in laws_of(plant)]


def of_all_plants() -> list[dict[str, Any]]:
    """Every plant of the tenant with its names, `history` and peers; for who looks in from outside."""
    return [
        {
            "plant": plant.id,
            "name_zh": plant.name_zh,
            "name_en": plant.name_en,
            "declared": PlantWitness.objects.filter(plant=plant.id).exists(),
            "laws": history(plant.id),
            "peers": peers.of_plant(plant.id),
        }
        for plant in metered.plants()
    ]


def laws_of(plant: str) -> list[Declared]:
    """The usual laws of a plant, then those it declared: who is watched adds laws and takes none away."""
    usual = [*_mains(plant), *_of_streams(plant)]
    known, slugs = {one.compares() for one in usual}, {one.law.slug for one in usual}
    own = [_declared(row) for row in PlantWitness.objects.filter(plant=plant)]
    return [*usual, *(_apart(one, slugs) for one in own if one.compares() not in known)]


def _apart(one: Declared, slugs: set[str]) -> Declared:
    """A declared law under a name of its own, where it has that of a usual one."""
    if one.law.slug not in slugs:
        return one
    return replace(one, law=replace(one.law, slug=f"{one.law.slug}{OWN}"))


def attempted(plant: str, month: str, rows: Sequence[PlantWitness]) -> list[dict[str, Any]]:
    """What laws that are not kept say of a month, in their order, as pages show it."""
    return [_row(month, one) for one in _residuals(plant, month, [_declared(row) for row in rows])]


def _of_month(period: ReportingPeriod) -> list[Residual]:
    return _residuals(period.plant, period.period, laws_of(period.plant))


def _residuals(plant: str, month: str, laws: Sequence[Declared]) -> list[Residual]:
    """What laws say of a plant's month."""
    if not laws:
        return []
    year, number = (int(part) for part in month.split("-"))
    first = date(year, number, 1)
    since = _months_before(first, PAST_MONTHS)
    slugs = {slug for one in laws for slug in (*one.left, *one.right)}
    days = _Days(plant, slugs, first=since, last=_months_before(first, -1) - timedelta(days=1))
    return judge_all([_watch(one, days, first) for one in laws])


class _Days:
    """Days and hours of some meters between two days, in the units of the meters."""

    def __init__(self, plant: str, slugs: set[str], *, first: date, last: date) -> None:
        self.first, self.last = first, last
        self.calorific: Calorific = calorific_of(plant, since=f"{first:%Y-%m}", until=f"{last:%Y-%m}")
        self.units = {meter.slug: Unit(meter.quantity_unit) for meter in metered.meters(plant)}
        self.by_day = metered.whole_days(plant, slugs, first=first, last=last)
        month = last.replace(day=1)
        self.by_hour = metered.register_hours(plant, slugs, first=_months_before(month, 1), last=last)

    def day(self, slugs: Iterable[str], day: date) -> Decimal | None:
        return self._sum(tuple(slugs), [self.by_day.get(slug, {}).get(day) for slug in slugs])

    def heat(self, slugs: Iterable[str], day: date) -> Decimal | None:
        """Heat in GJ of a day of fuel, by the calorific values of its month; nothing when one is unknown."""
        total = Fraction(0)
        for slug in slugs:
            quantity = self.by_day.get(slug, {}).get(day)
            heat = None
            if quantity is not None:
                heat = self.calorific.heat(slug, f"{day:%Y-%m}", quantity, self.units[slug])
            if heat is None:
                return None
            total += heat
        return _decimal(total)

    def hour(self, slugs: Iterable[str], hour: int) -> Decimal | None:
        return self._sum(tuple(slugs), [self.by_hour.get(slug, {}).get(hour) for slug in slugs])

    def _sum(self, slugs: tuple[str, ...], values: list[Fraction | None]) -> Decimal | None:
        """The sum in the first meter's unit; nothing when one is unknown."""
        total, to = Fraction(0), self.units[slugs[0]]
        for slug, value in zip(slugs, values, strict=True):
            if value is None:
                return None
            total += convert(value, self.units[slug], to)
        return _decimal(total)


def _decimal(value: Fraction) -> Decimal:
    return Decimal(value.numerator) / Decimal(value.denominator)


def _watch(one: Declared, days: _Days, first: date) -> Watch:
    """In heat where calorific values were declared for the month and for enough of those before it."""
    plain = _watched(one, days, first)
    if one.law.kind is not LawKind.HEAT or not days.calorific.values:
        return plain
    *past, now = _months(one, days, days.heat)
    law = replace(one.law, in_heat=True)
    hot = replace(plain, law=law, days=now, past=_running(past), quantities=plain)
    return hot if hot.can_judge() else plain


def _months(
    one: Declared, days: _Days, left: Callable[[Iterable[str], date], Decimal | None]
) -> list[list[Day]]:
    """The days of each month, the oldest first. left: what the left meters tell of a day."""
    months: list[list[Day]] = []
    day = days.first
    while day <= days.last:
        if day.day == 1 or not months:
            months.append([])
        months[-1].append(Day(left(one.left, day), days.day(one.right, day)))
        day += timedelta(days=1)
    return months


def _running(months: Sequence[list[Day]]) -> list[list[Day]]:
    return [month for month in months if any(day.right for day in month)]


def _watched(one: Declared, days: _Days, first: date) -> Watch:
    *past, now = _months(one, days, days.day)
    start, end = metered.hours_between(first, days.last)
    before, _ = metered.hours_between(_months_before(first, 1), first)
    return Watch(
        law=one.law,
        days=now,
        hours=[Hour(days.hour(one.left, hour), days.hour(one.right, hour)) for hour in range(start, end)],
        past=_running(past),
        before=[Hour(days.hour(one.left, hour), days.hour(one.right, hour)) for hour in range(before, start)],
    )


def _mains(plant: str) -> list[Declared]:
    """Parts against the meter of the whole."""
    meters = metered.meters(plant)
    found = []
    for main in meters:
        below = [meter for meter in meters if meter.main_id == main.pk]
        if below:
            left = "、".join(meter.name_zh for meter in below), ", ".join(meter.name_en for meter in below)
            law = Law(
                slug=f"main-{main.slug}",
                kind=LawKind.SUBMETERS,
                left="|".join(left),
                right=f"{main.name_zh}|{main.name_en}",
            )
            found.append(Declared(law=law, left=tuple(meter.slug for meter in below), right=(main.slug,)))
    return found


def _of_streams(plant: str) -> list[Declared]:
    """The plant's largest metered fuel against the first metered thing that its heat makes; each metered raw
    material against what becomes of it."""
    model = PlantModel.objects.filter(pk=plant).first()
    tied = ties().get(model.guideline) if model else None
    if tied is None:
        return []
    streams = [one for one in SourceStream.objects.filter(model_id=plant) if one.meters.get("quantity")]
    fuels = [stream for stream in streams if stream.kind == "fuel"]
    heated, made = _named(streams, tied.heat_out)[:1], _named(streams, tied.made)
    found = []
    if fuels and heated:
        fuel = _largest(plant, fuels)
        found.append(_between(f"heat-{fuel.slug}", LawKind.HEAT, [fuel], heated))
    if made:
        found += [
            _between(f"process-{raw.slug}", LawKind.PROCESS, [raw], made) for raw in _named(streams, tied.raw)
        ]
    return found


def _named(streams: Sequence[SourceStream], names: Sequence[tuple[str, str]]) -> list[SourceStream]:
    """Those of some kinds and items, in the order of the names."""
    return [one for name in names for one in streams if (one.kind, one.item) == name]


def _largest(plant: str, fuels: Sequence[SourceStream]) -> SourceStream:
    """The fuel that emitted most in the last months that were calculated; the first before there is one.

    Of several months, so that one in which the plant started up, or that is half over, changes no law.
    """
    if len(fuels) == 1:
        return fuels[0]
    months = ReportingPeriod.objects.filter(plant=plant, period__contains="-", result__isnull=False)
    emitted: Counter[str] = Counter()
    for result in months.order_by("-period").values_list("result", flat=True)[:PAST_MONTHS]:
        for line in (result or {}).get("lines", []):
            emitted[line["stream"]] += int(line["grams"])
    return max(fuels, key=lambda fuel: emitted[fuel.slug])


def _between(
    slug: str, kind: LawKind, left: Sequence[SourceStream], right: Sequence[SourceStream]
) -> Declared:
    def names(streams: Sequence[SourceStream]) -> str:
        zh, en = "、".join(one.name_zh for one in streams), ", ".join(one.name_en for one in streams)
        return f"{zh}|{en}"

    def meters(streams: Sequence[SourceStream]) -> tuple[str, ...]:
        return tuple(slug for one in streams for slug in one.meters["quantity"])

    law = Law(slug=slug, kind=kind, left=names(left), right=names(right))
    return Declared(law=law, left=meters(left), right=meters(right))


def _declared(row: PlantWitness) -> Declared:
    names = {meter.slug: f"{meter.name_zh}|{meter.name_en}" for meter in metered.meters(row.plant)}

    def side(slugs: Sequence[str]) -> str:
        listed = [names.get(slug, slug) for slug in slugs]
        zh, en = ([named(one, language) for one in listed] for language in ("zh", "en"))
        return f"{'、'.join(zh)}|{', '.join(en)}"

    law = Law(slug=row.slug, kind=LawKind[row.kind.upper()], left=side(row.left), right=side(row.right))
    return Declared(law=law, left=tuple(row.left), right=tuple(row.right), usual=False)


def _row(month: str, one: Residual) -> dict[str, Any]:
    return {
        "slug": one.law.slug,
        "period": month,
        "kind": one.law.kind.name.lower(),
        "kind_words": {"zh": one.law.kind.value[1], "en": one.law.kind.value[2]},
        "verdict": one.verdict.name.lower(),
        "alarms": one.verdict.alarms,
        "words": {"zh": one.words("zh"), "en": one.words("en")},
        "left": {"zh": named(one.law.left, "zh"), "en": named(one.law.left, "en")},
        "right": {"zh": named(one.law.right, "zh"), "en": named(one.law.right, "en")},
        "in_heat": one.law.in_heat,
        "found": _text(one.left),
        "expected": None if one.expected is None else _text(one.expected),
        "deviation_percent": None if one.deviation is None else _text(100 * one.deviation),
        "tolerance_percent": _text(100 * one.tolerance),
    }


def _law(one: Declared, meters: Mapping[str, Any], months: list[dict[str, Any]]) -> dict[str, Any]:
    kind = one.law.kind

    def side(slugs: Sequence[str]) -> list[dict[str, str]]:
        known = [meters[slug] for slug in slugs if slug in meters]
        return [
            {"meter": each.slug, "zh": each.name_zh, "en": each.name_en, "unit": each.quantity_unit}
            for each in known
        ]

    return {
        "slug": one.law.slug,
        "usual": one.usual,
        "kind": kind.name.lower(),
        "kind_words": {"zh": kind.value[1], "en": kind.value[2]},
        "formula": {"zh": kind.formula("zh"), "en": kind.formula("en")},
        "tolerance_percent": _text(100 * kind.tolerance),
        "left": side(one.left),
        "right": side(one.right),
        "months": months,
    }


def _text(value: Decimal) -> str:
    return format(value.quantize(Decimal("0.01")), "f")


def _months_before(day: date, months: int) -> date:
    """The first day of the month some months before (or after, when negative)."""
    total = day.year * 12 + day.month - 1 - months
    return date(total // 12, total % 12 + 1, 1)

"""From a period's rows to its statement: streams, meters, typed values in; lines, remarks, digest out."""

from calendar import monthrange
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Any

from kit import clock
from lexicon import canonical
from lexicon.terms import Grade
from lexicon.units import Rounding, rounded

from accounting import metered as meters
from accounting.domain.assembly import Assembled, Setting, Source, Typed, assemble
from accounting.domain.compute import statement_of
from accounting.domain.quality import about_jump, about_meters
from accounting.domain.registry import guidelines
from accounting.domain.remarks import Name, Remark
from accounting.domain.statement import Statement
from accounting.models import ActivityRecord, PlantModel, ReportingPeriod, SourceStream
from accounting.services import standing
from accounting.services.lines import lines_of

HOURS_A_DAY = 24


@dataclass(frozen=True, slots=True)
class Outcome:
    """A calculation with everything it was made of; `digest` changes whenever any of it does."""

    assembled: Assembled
    statement: Statement
    remarks: tuple[Remark, ...]
    digest: str


def last_day_of(month: str) -> date:
    """The last day of `2026-06`."""
    year, number = (int(part) for part in month.split("-"))
    return date(year, number, monthrange(year, number)[1])


def calculate_period(period: ReportingPeriod) -> Outcome:
    """The statement of a period from what is known now; writes nothing."""
    assembled = assemble(_setting(period), sources_of(period))
    statement = statement_of(assembled.data)
    remarks = (*statement.remarks, *_about(period, assembled, statement))
    digest = canonical.digest(
        {
            "input": assembled.data,
            "grades": [[source.slug, source.grade()] for source in assembled.sources],
            "evidence": [[source.slug, list(source.evidence())] for source in assembled.sources],
            "remarks": [[one.name.name, one.stream, sorted(one.facts.values())] for one in remarks],
            "total": str(statement.grams),
        }
    )
    return Outcome(assembled, statement, remarks, digest)


def refresh(period: ReportingPeriod) -> Outcome:
    """Calculate an open period and keep what the page shows; writes only when something changed."""
    outcome = calculate_period(period)
    if outcome.digest != period.result_digest:
        period.result = shown(outcome, plant=period.plant)
        period.result_digest = outcome.digest
        period.computed_at = clock.now()
        period.save(update_fields=["result", "result_digest", "computed_at"])
        standing.keep(period)
    return outcome


def shown(outcome: Outcome, *, plant: str) -> dict[str, Any]:
    """What a page shows of a calculation: lines, subtotals, total, grades and remarks; amounts as text."""
    statement = outcome.statement
    grades = {source.slug: source.tonnes_grade() for source in outcome.assembled.sources}
    return {
        "input": outcome.assembled.data,
        "lines": lines_of(statement, outcome.assembled.sources, plant=plant),
        "subtotals": [
            {"name": name, "tco2e": str(rounded(value, Rounding.CASE))}
            for name, value in statement.subtotals.items()
        ],
        "indicators": [
            {"name": name, "value": str(rounded(value, Rounding.CASE))}
            for name, value in statement.indicators.items()
        ],
        "total_tco2e": None if statement.blocked else str(rounded(statement.total, Rounding.CASE)),
        "total_g": None if statement.blocked else str(statement.grams),
        "grades": _shares(statement, grades),
        "remarks": [remark.as_json() for remark in outcome.remarks],
    }


def sources_of(period: ReportingPeriod) -> list[Source]:
    """Every stream of the plant with its meters' month and its typed values."""
    metered = {row.meter: row for row in meters.months(period.plant, period.period)}
    typed: dict[str, list[Typed]] = {}
    records = ActivityRecord.objects.filter(period=period).prefetch_related("evidence").order_by("name")
    for record in records:
        typed.setdefault(record.stream, []).append(_typed(record))
    guideline = guidelines()[period.guideline]
    sources = []
    for stream in SourceStream.objects.filter(model_id=period.plant):
        kind = guideline.stream_type(kind=stream.kind, item=stream.item)
        bound = {target: tuple(slugs) for target, slugs in stream.meters.items()}
        used = {slug for slugs in bound.values() for slug in slugs}
        sources.append(
            Source(
                slug=stream.slug,
                kind=stream.kind,
                item=stream.item,
                variant=stream.variant,
                unit=stream.unit or (kind.quantity_units[0] if kind else ""),
                meters=bound,
                metered=tuple(metered[slug] for slug in sorted(used) if slug in metered),
                typed=tuple(typed.get(stream.slug, ())),
            )
        )
    return sources


def _setting(period: ReportingPeriod) -> Setting:
    return Setting(
        guideline=period.guideline,
        rule_version=period.rule_version,
        factor_sets=period.factor_sets,
        region=period.region,
        period=period.period,
        entity=period.plant,
    )


def _typed(record: ActivityRecord) -> Typed:
    return Typed(
        name=record.name,
        text=record.text,
        unit=record.unit,
        origin=record.origin,
        grade=Grade(record.grade),
        evidence=tuple(sorted(one.sha256 for one in record.evidence.all())),
    )


def _about(period: ReportingPeriod, assembled: Assembled, statement: Statement) -> list[Remark]:
    """Remarks on the data behind the calculation."""
    last = last_day_of(period.period)
    hours = last.day * HOURS_A_DAY
    before = _lines_before(period)
    remarks: list[Remark] = []
    for source in assembled.sources:
        remarks += about_meters(source.slug, source.metered, hours=hours, last_day=last)
        if any(one.origin != "default" and not one.evidence for one in source.typed):
            remarks.append(Remark(Name.evidence_missing, source.slug))
    for line in statement.lines:
        remarks += about_jump(line.stream.id, now_g=line.grams, before_g=before.get(line.stream.id))
    return remarks


def _lines_before(period: ReportingPeriod) -> dict[str, int]:
    """Grams of each stream in the latest earlier period of the plant."""
    earlier = (
        ReportingPeriod.objects.filter(plant=period.plant, period__lt=period.period, result__isnull=False)
        .order_by("-period")
        .first()
    )
    lines = (earlier.result or {}).get("lines", []) if earlier else []
    return {line["stream"]: int(line["grams"]) for line in lines}


def _shares(statement: Statement, grades: dict[str, Grade]) -> list[dict[str, str]]:
    """How much of the total each grade carries, by the weakest datum of each line; percent, one decimal."""
    sums: dict[Grade, Fraction] = {}
    for line in statement.lines:
        grade = grades[line.stream.id]
        sums[grade] = sums.get(grade, Fraction(0)) + abs(line.value)
    whole = sum(sums.values(), Fraction(0))
    return [
        {"grade": grade, "percent": str(rounded(100 * sums[grade] / whole, Rounding.PERCENT))}
        for grade in sorted(sums)
        if whole
    ]


def model_of(plant: str) -> PlantModel | None:
    """How a plant is accounted, or None."""
    return PlantModel.objects.filter(pk=plant).first()

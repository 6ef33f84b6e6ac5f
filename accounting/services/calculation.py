"""From a period's rows to its statement: streams, meters, typed values in; lines, remarks, digest out."""

from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from kit import clock
from lexicon import canonical
from lexicon.terms import Grade
from lexicon.units import Rounding, rounded

from accounting.domain.assembly import Assembled, assemble
from accounting.domain.compute import statement_of
from accounting.domain.remarks import Name, Remark
from accounting.domain.statement import Statement
from accounting.domain.year import is_year
from accounting.models import PlantModel, ReportingPeriod
from accounting.services import factor_versions, known, locking, standing, years
from accounting.services.about import Ranges, about_data
from accounting.services.gathering import copied, setting_of, sources_of
from accounting.services.lines import lines_of


@dataclass(frozen=True, slots=True)
class Outcome:
    """A calculation with everything it was made of; `digest` changes whenever any of it does."""

    assembled: Assembled
    statement: Statement
    remarks: tuple[Remark, ...]
    digest: str
    expected: Ranges


def calculate_period(period: ReportingPeriod) -> Outcome:
    """The statement of a period from what is known now; writes nothing."""
    assembled = assemble(setting_of(period), sources_of(period))
    statement = statement_of(assembled.data)
    remarks, expected = _remarks(period, assembled, statement)
    digest = canonical.digest(
        {
            "input": assembled.data,
            "grades": [[source.slug, source.grade()] for source in assembled.sources],
            "adjusted": [
                [source.slug, one.meter, one.cause, one.rule.id, str(one.added)]
                for source in assembled.sources
                for one in source.adjustments
            ],
            "evidence": [[source.slug, list(source.evidence())] for source in assembled.sources],
            "remarks": [[one.name.name, one.stream, sorted(one.facts.values())] for one in remarks],
            "total": str(statement.grams),
            "year": canonical.digest({"year": years.summary(period, statement)}),
        }
    )
    return Outcome(assembled, statement, remarks, digest, expected)


def refresh(period: ReportingPeriod) -> Outcome:
    """Calculate an open period and keep what the page shows; writes only when something changed.

    It goes by the factor sets that are in force for it from here on, unless it was ever submitted.
    """
    factor_versions.adopt(period)
    outcome = calculate_period(period)
    if outcome.digest != period.result_digest:
        period.result = shown(outcome, period)
        period.result_digest = outcome.digest
        period.computed_at = clock.now()
        period.save(update_fields=["result", "result_digest", "computed_at"])
        standing.keep(period)
        known.keep(period)
    return outcome


def shown(outcome: Outcome, period: ReportingPeriod) -> dict[str, Any]:
    """What a page shows of a calculation: lines, subtotals, total, grades and remarks; amounts as text."""
    statement = outcome.statement
    grades = {source.slug: source.tonnes_grade() for source in outcome.assembled.sources}
    return {
        "input": outcome.assembled.data,
        "lines": lines_of(statement, outcome.assembled.sources, period=period),
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
        "year": years.summary(period, statement),
        "expected": {
            stream: {name: one.as_json() for name, one in named.items()}
            for stream, named in outcome.expected.items()
        },
    }


def _remarks(
    period: ReportingPeriod, assembled: Assembled, statement: Statement
) -> tuple[tuple[Remark, ...], Ranges]:
    """What the calculation says, and what is to be said of the data behind it."""
    if is_year(period.period):
        told = (*years.once(statement.remarks), *years.about_months(period, statement))
        return (*told, *locking.about_rules(period)), {}
    remarks, expected = about_data(period, assembled, statement)
    return (*statement.remarks, *remarks, *_about_model(period), *locking.about_rules(period)), expected


def _about_model(period: ReportingPeriod) -> list[Remark]:
    """An open month that was submitted before keeps its streams: where the model has others now is said."""
    model = model_of(period.plant) if period.streams else None
    if model is None or model.guideline != period.guideline:
        return []
    kept = {one["slug"]: one for one in period.streams}
    now = {one["slug"]: one for one in copied(model.streams.all())}
    differs = [slug for slug in {**kept, **now} if _bound(kept.get(slug)) != _bound(now.get(slug))]
    return [Remark(Name.model_differs, "", {"streams": ", ".join(differs)})] if differs else []


def _bound(stream: dict[str, Any] | None) -> list[Any] | None:
    """What of a stream its figures depend on: names and place do not."""
    fields = ("kind", "item", "variant", "unit", "meters")
    return None if stream is None else [stream[name] for name in fields]


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

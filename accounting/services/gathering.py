"""From rows to sources: a month's streams with meters and typed values; a year's are those of its months.

A month that was ever submitted goes by a copy of its streams and their meters: a model that is changed
afterwards reaches neither the month nor its year.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from lexicon.terms import Grade

from accounting.domain.assembly import Setting, Source, Typed
from accounting.domain.registry import Guideline, guidelines
from accounting.domain.trees import Json
from accounting.domain.year import in_year, is_year, name_in_year
from accounting.models import ActivityRecord, ReportingPeriod, SourceStream
from accounting.services.supplements import supplements_of

# What a period keeps of a stream.
_FIELDS = ("slug", "kind", "item", "variant", "name_zh", "name_en", "unit", "meters", "position")


def months_in(period: ReportingPeriod) -> list[ReportingPeriod]:
    """The months of a year that the plant has, in order; a month's is itself."""
    if not is_year(period.period):
        return [period]
    rows = ReportingPeriod.objects.filter(plant=period.plant, period__startswith=f"{period.period}-")
    # A month's result is some hundred lines of JSON that nobody asks for here.
    return list(rows.order_by("period").defer("result"))


def with_months(period: ReportingPeriod) -> list[ReportingPeriod]:
    """All periods whose evidence and values a period rests on: a year's own and its months'."""
    return [period, *months_in(period)] if is_year(period.period) else [period]


def streams_in(period: ReportingPeriod) -> list[SourceStream]:
    """The streams a period goes by: those it was submitted with, else those of the model.

    A year's are the model's and besides those that only its months have. Rows of a copy are not stored.
    """
    if period.streams:
        return [SourceStream(model_id=period.plant, **one) for one in period.streams]
    rows = list(SourceStream.objects.filter(model_id=period.plant))
    if not is_year(period.period):
        return rows
    found = {row.slug: row for row in rows}
    for month in months_in(period):
        for row in streams_in(month) if month.streams else ():
            found.setdefault(row.slug, row)
    return list(found.values())


def names_in(period: ReportingPeriod) -> dict[str, SourceStream]:
    """The streams of a period by the ids that its lines have: in a year `06.coal`, as the month calls it."""
    if not is_year(period.period):
        return {row.slug: row for row in streams_in(period)}
    months = months_in(period)
    return {name_in_year(row.slug, month.period): row for month in months for row in streams_in(month)}


def copied(streams: Iterable[SourceStream]) -> list[dict[str, Any]]:
    """Streams as a period keeps them."""
    return [{name: getattr(row, name) for name in _FIELDS} for row in streams]


def sources_of(period: ReportingPeriod) -> list[Source]:
    """Every stream with its meters' month and its typed values; in a year once for each month."""
    if not is_year(period.period):
        return _sources(period)
    return [in_year(source, month.period) for month in months_in(period) for source in _sources(month)]


def kept_sets(period: ReportingPeriod) -> Mapping[str, str]:
    """The factor sets that a period goes by."""
    sets: dict[str, str] = period.factor_sets
    return sets


def setting_of(
    period: ReportingPeriod, sets_of: Callable[[ReportingPeriod], Mapping[str, str]] = kept_sets
) -> Setting:
    """What a period's calculation is for; in a year each month goes by its own version, sets and region.

    sets_of: the factor sets of the period and of its months, where others are to be tried.
    """
    months = months_in(period) if is_year(period.period) else []
    sets = sets_of(period)
    own = {
        month.period: rules for month in months if (rules := _own_rules(period, month, sets, sets_of(month)))
    }
    return Setting(
        guideline=period.guideline,
        rule_version=period.rule_version,
        factor_sets=sets,
        region=period.region,
        period=period.period,
        entity=period.plant,
        months=tuple(month.period for month in months),
        rules=own,
    )


def _own_rules(
    year: ReportingPeriod, month: ReportingPeriod, sets: Mapping[str, str], own: Mapping[str, str]
) -> dict[str, Json]:
    """What a month goes by where it is not the year's; nothing of a month by another guideline."""
    if month.guideline != year.guideline:
        return {}
    other: dict[str, Json] = {role: name for role, name in sorted(own.items()) if sets.get(role) != name}
    rules: dict[str, Json] = {"factor_sets": other} if other else {}
    if month.rule_version and month.rule_version != year.rule_version:
        rules["rule_version"] = month.rule_version
    if month.region and month.region != year.region:
        rules["region"] = month.region
    return rules


def sources_for(
    plant: str,
    month: str,
    guideline: Guideline,
    streams: Sequence[SourceStream],
    typed: Mapping[str, Sequence[Typed]],
) -> list[Source]:
    """Streams of a plant with their meters' month, what rules add to it, and some typed values."""
    found = supplements_of(plant, month, guideline, streams, typed)
    sources = []
    for stream in streams:
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
                metered=tuple(found.metered[slug] for slug in sorted(used) if slug in found.metered),
                typed=tuple(typed.get(stream.slug, ())),
                adjustments=found.adjustments.get(stream.slug, ()),
            )
        )
    return sources


def typed_of(period: ReportingPeriod) -> dict[str, list[Typed]]:
    """The typed values of a month by stream."""
    typed: dict[str, list[Typed]] = {}
    records = ActivityRecord.objects.filter(period=period).prefetch_related("evidence").order_by("name")
    for record in records:
        typed.setdefault(record.stream, []).append(_typed(record))
    return typed


def _sources(period: ReportingPeriod) -> list[Source]:
    guideline = guidelines()[period.guideline]
    return sources_for(period.plant, period.period, guideline, streams_in(period), typed_of(period))


def _typed(record: ActivityRecord) -> Typed:
    return Typed(
        name=record.name,
        text=record.text,
        unit=record.unit,
        origin=record.origin,
        grade=Grade(record.grade),
        evidence=tuple(sorted(one.sha256 for one in record.evidence.all())),
    )

"""A model tried on a plant's month: what it gives, what each choice of factor comes to. Keeps nothing."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from fractions import Fraction
from typing import Any

from lexicon.factor_lines import first_of
from lexicon.refusals import Refusal, refuse
from lexicon.terms import Grade
from lexicon.units import NotANumber, Rounding, decimal_from_text, rounded

from accounting.domain.assembly import QUANTITY, Setting, Source, Typed, assemble, balance_of, metered_text
from accounting.domain.compute import statement_of
from accounting.domain.defaults import Defaults
from accounting.domain.factors import factor_sets
from accounting.domain.registry import Guideline, guidelines
from accounting.domain.sheet_rows import units_of
from accounting.domain.statement import Statement
from accounting.models import ReportingPeriod
from accounting.services.factor_versions import in_force
from accounting.services.gathering import sources_for, typed_of
from accounting.services.lines import lines_with
from accounting.services.plant_models import Checked, ModelSpec, checked
from accounting.services.spans import is_month

ALTERNATIVES_MAX = 60


def try_model(
    plant: str, spec: ModelSpec, *, month: str, values: Sequence[Mapping[str, str]]
) -> dict[str, Any]:
    """What a model gives for a month: lines, total, remarks, streams without data, effects of factors.

    values: typed values to try (`stream, name, text, unit, origin`), over those that the month has already.
    Raises Refused: period_invalid, value_not_number, field_invalid, stream_unknown, and all of `checked`.
    """
    if not is_month(month):
        refuse(Refusal.PERIOD_INVALID, period=month[:20])
    good = checked(plant, spec)
    typed = _typed(plant, month, good, values)
    sources = sources_for(plant, month, good.guideline, good.streams, typed)
    setting = _setting(plant, month, good)
    # A stream without data is named and left out, so that the others show what they come to.
    counted = [one for one in sources if _has_activity(one)] or list(sources)
    missing = _missing(good, sources)
    statement = statement_of(assemble(setting, counted).data)
    names = {row.slug: row for row in good.streams}
    return {
        "period": month,
        "lines": lines_with(statement, tuple(sources), names),
        "total_tco2": None if statement.blocked or missing else _text(statement.total),
        "subtotals": [{"name": name, "tco2e": _text(one)} for name, one in statement.subtotals.items()],
        "remarks": [one.as_json() for one in statement.remarks],
        "missing": missing,
        "factors": _factors(setting, counted, statement),
        "sets": _sets(good.guideline, setting, counted, statement),
    }


def _setting(plant: str, month: str, good: Checked) -> Setting:
    versions = good.guideline.versions_of([month])
    version = versions[0] if versions else ""
    fuel = next((one.fuel for one in good.guideline.rule_versions if one.id == version), "")
    sets = in_force(dict(good.sets) | ({"fuel": fuel} if fuel else {}), month)
    return Setting(
        guideline=good.guideline.id,
        rule_version=version,
        factor_sets=sets,
        region=good.region,
        period=month,
        entity=plant,
    )


def _typed(
    plant: str, month: str, good: Checked, values: Sequence[Mapping[str, str]]
) -> dict[str, list[Typed]]:
    """The month's own typed values, where its streams are the same, with those to try in their place."""
    period = ReportingPeriod.objects.filter(plant=plant, period=month).first()
    kept = typed_of(period) if period is not None else {}
    found = {row.slug: {one.name: one for one in kept.get(row.slug, ())} for row in good.streams}
    for value in values:
        one = _value(good, value)
        found[value["stream"]][one.name] = one
    return {slug: list(named.values()) for slug, named in found.items()}


def _value(good: Checked, value: Mapping[str, str]) -> Typed:
    row = next((one for one in good.streams if one.slug == value["stream"]), None)
    kind = good.guideline.stream_type(kind=row.kind, item=row.item) if row else None
    if row is None or kind is None:
        refuse(Refusal.STREAM_UNKNOWN, stream=value["stream"][:40])
    units = units_of(kind, value["name"])
    if value["unit"] not in units:
        refuse(
            Refusal.FIELD_INVALID, field=f"{row.slug}.{value['name']}"[:80], reason=", ".join(units) or "-"
        )
    try:
        decimal_from_text(value["text"])
    except NotANumber as error:
        refuse(Refusal.VALUE_NOT_NUMBER, value=error.text)
    return Typed(value["name"], value["text"], value["unit"], value["origin"], Grade.D, ())


def _missing(good: Checked, sources: Sequence[Source]) -> list[dict[str, Any]]:
    """Streams that neither meter nor entry feeds: what the model still lacks."""
    by_slug = {one.slug: one for one in sources}
    return [
        {"stream": row.slug, "meters": sorted({slug for slugs in row.meters.values() for slug in slugs})}
        for row in good.streams
        if not _has_activity(by_slug[row.slug])
    ]


def _has_activity(source: Source) -> bool:
    typed = any(one.name == QUANTITY for one in source.typed)
    return typed or metered_text(source, QUANTITY) is not None or bool(balance_of(source))


def _factors(setting: Setting, sources: Sequence[Source], statement: Statement) -> list[dict[str, Any]]:
    """Each own value that has a default: both, and by how many tonnes the own one changes the total."""
    if statement.inputs is None:
        return []
    found: list[dict[str, Any]] = []
    for stream in statement.inputs.streams:
        source = next(one for one in sources if one.slug == stream.id)
        kind = guidelines()[setting.guideline].stream_type(kind=stream.kind, item=stream.item)
        for given in stream.parameters.values():
            default = Defaults(statement.inputs).default(kind, stream, given.name) if kind else None
            if given.source == "default" or default is None or len(found) >= ALTERNATIVES_MAX:
                continue
            without = [_without(one, given.name) if one is source else one for one in sources]
            other = statement_of(assemble(setting, without).data)
            found.append(
                {
                    "stream": stream.id,
                    "parameter": given.name,
                    "own": {"value": given.given, "unit": given.given_unit, "source": given.source},
                    "default": {
                        "value": default.given, "unit": default.given_unit, "set": default.factor_set,
                        "clause": default.clause, "verified": default.verified,
                    },
                    "effect_tco2e": _effect(statement, other),
                }
            )  # fmt: skip
    return found


def _sets(
    guideline: Guideline, setting: Setting, sources: Sequence[Source], statement: Statement
) -> list[dict[str, Any]]:
    """Each other factor set that the guideline offers, and by how many tonnes it would change the total."""
    found: list[dict[str, Any]] = []
    for role, names in guideline.factor_sets.items():
        for name in names:
            if name == first_of(setting.factor_sets.get(role, "")):
                continue
            other_set = factor_sets()[name]
            if other_set.regional and setting.region not in other_set.regions:
                continue
            sets = dict(setting.factor_sets) | in_force({role: name}, setting.period)
            other = statement_of(assemble(replace(setting, factor_sets=sets), sources).data)
            effect = _effect(other, statement)
            found.append({"role": role, "set": name, "effect_tco2e": effect})
    return found


def _without(source: Source, name: str) -> Source:
    return replace(source, typed=tuple(one for one in source.typed if one.name != name))


def _effect(one: Statement, other: Statement) -> str | None:
    """By how many tonnes `one` is over `other`; None where either has no total."""
    return None if one.blocked or other.blocked else _text(one.total - other.total)


def _text(value: Fraction) -> str:
    return format(rounded(value, Rounding.CASE), "f")

"""`tanheng compute` and `tanheng guidelines`, as pure functions from JSON objects to JSON objects."""

import json
from collections.abc import Sequence
from fractions import Fraction

from lexicon.accounting_terms import Variant
from lexicon.factor_lines import first_of

from accounting.domain.calculation import calculate
from accounting.domain.exact import tco2e_text
from accounting.domain.factors import Factor, FactorSet, factor_sets
from accounting.domain.inputs import read_inputs
from accounting.domain.registry import Guideline, StreamType, guidelines
from accounting.domain.statement import Statement
from accounting.domain.trees import Json


def statement_of(given: object) -> Statement:
    """The statement of an input object; a blocked one when the input cannot be read."""
    inputs, remarks = read_inputs(given)
    if inputs is None:
        return Statement(None, (), {}, Fraction(0), {}, remarks)
    return calculate(inputs, remarks)


def compute_json(given: object) -> dict[str, Json]:
    """The result of an input object: lines, subtotals, total_tco2e (6 decimals), indicators, remarks.

    Never raises for bad input: a result with a remark whose `blocks` is true has no total; `tanheng compute`
    then exits 2 (`exit_status`).
    """
    return result_json(statement_of(given))


def result_json(statement: Statement) -> dict[str, Json]:
    """A statement as `tanheng compute` prints it."""
    remarks: list[Json] = [remark.as_json() for remark in statement.remarks]
    if statement.blocked:
        return {"remarks": remarks}
    result: dict[str, Json] = {
        "lines": {line.stream.id: line.tco2e for line in statement.lines},
        "subtotals": {name: tco2e_text(value) for name, value in statement.subtotals.items()},
        "total_tco2e": tco2e_text(statement.total),
    }
    if statement.indicators:
        result["indicators"] = {name: tco2e_text(value) for name, value in statement.indicators.items()}
    return result | {"remarks": remarks}


def exit_status(result: dict[str, Json]) -> int:
    """0 for a result with a total, 2 for one that is blocked by its remarks."""
    return 0 if "total_tco2e" in result else 2


def guidelines_json() -> list[dict[str, Json]]:
    """All guidelines, one short object each."""
    return [_summary(guideline) for guideline in guidelines().values()]


def guideline_json(guideline_id: str, later: Sequence[FactorSet] = ()) -> dict[str, Json] | None:
    """The input schema of one guideline: streams, parameters, units, defaults. None if unknown.

    later: published sets that succeed those it offers; `successors` says from which month each is in force.
    """
    guideline = guidelines().get(guideline_id)
    if guideline is None:
        return None
    sets: dict[str, Json] = {role: list(names) for role, names in guideline.factor_sets.items()}
    versions: list[Json] = [
        {"id": one.id, "from": one.first, "to": one.last, "fuel": one.fuel} for one in guideline.rule_versions
    ]
    names = {name for offered in guideline.factor_sets.values() for name in offered}
    labels: dict[str, Json] = {name: _factor_set(factor_sets()[name]) for name in sorted(names)}
    labels |= {one.id: _factor_set(one) for one in later}
    successors: list[Json] = [
        {"set": one.id, "succeeds": one.succeeds, "since": one.since, "digest": one.digest} for one in later
    ]
    streams: list[Json] = [_stream(guideline, kind, later) for kind in guideline.streams]
    subtotals: list[Json] = list(guideline.subtotals)
    example = guideline.folder / "example.json"
    return _summary(guideline) | {
        "example": json.loads(example.read_text(encoding="utf-8")),
        "factor_sets": sets,
        "sets": labels,
        "successors": successors,
        "rule_versions": versions,
        "subtotals": subtotals,
        "streams": streams,
        "trees": guideline.published(),
    }


def _summary(guideline: Guideline) -> dict[str, Json]:
    return {
        "id": guideline.id,
        "zh": guideline.zh,
        "en": guideline.en,
        "sector": guideline.sector,
        "regime": guideline.regime,
        "source": guideline.source,
    }


def _factor_set(found: FactorSet) -> Json:
    """Names of a set, and its regions if its rows differ by them."""
    regions: list[Json] = list(found.regions)
    return {"zh": found.zh, "en": found.en, "regions": regions}


def _stream(guideline: Guideline, kind: StreamType, later: Sequence[FactorSet]) -> dict[str, Json]:
    items: list[Json] = [
        {"id": name, "zh": label.zh, "en": label.en, "variants": _variants(guideline, kind, name)}
        for name, label in kind.items.items()
    ]
    parameters: list[Json] = [
        {"name": one.name, "zh": one.zh, "meaning": one.meaning, "unit": list(one.units)}
        for one in kind.parameters.values()
    ]
    forms: list[Json] = [
        {"parameters": list(form.parameters), "line": form.line or None, "formula": form.formula}
        for form in kind.forms
    ]
    return {
        "key": kind.key,
        "kind": kind.kind,
        "subtotal": kind.subtotal or None,
        "items": items,
        "quantity_units": list(kind.quantity_units),
        "balance": list(kind.balance),
        "balance_only": kind.balance_only,
        "meterable": kind.meterable,
        "parameters": parameters,
        "forms": forms,
        "defaults": _defaults(guideline, kind, later),
        "note": kind.note,
    }


def _variants(guideline: Guideline, kind: StreamType, item: str) -> list[Json]:
    """Variants of an item: those it declares, and those that choose a default; a region is none."""
    chosen = [
        row.variant
        for parameter in kind.parameters
        for named in (kind.default_of(item=item, parameter=parameter),)
        for name in guideline.factor_sets.get(named.role, ())
        if not factor_sets()[name].regional
        for row in factor_sets()[name].defaults(item=named.item, parameter=named.parameter)
    ]
    known = set(Variant)
    return list(dict.fromkeys([*kind.variants[item], *(one for one in chosen if one in known)]))


def _defaults(guideline: Guideline, kind: StreamType, later: Sequence[FactorSet]) -> list[Json]:
    """Every default of the stream's parameters in every set the guideline offers for its role."""
    return [
        _default(one.id, row, item=item, parameter=parameter)
        for item in kind.items
        for parameter in kind.parameters
        for named in (kind.default_of(item=item, parameter=parameter),)
        for name in guideline.factor_sets.get(named.role, ())
        for one in (factor_sets()[name], *(one for one in later if first_of(one.id) == name))
        for row in one.defaults(item=named.item, parameter=named.parameter)
    ]


def _default(set_id: str, row: Factor, *, item: str, parameter: str) -> Json:
    return {
        "set": set_id,
        "item": item,
        "parameter": parameter,
        "variant": row.variant,
        "value": row.text,
        "unit": row.unit,
        "valid_from": row.valid_from,
        "source": f"{row.source}，{row.clause}",
        "verified": row.verified,
    }

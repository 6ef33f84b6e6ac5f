"""The head of an input: guideline, rule version, periods, factor sets, region; then every stream."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from lexicon.factor_lines import first_of

from accounting.domain.factors import ROLES, FactorSet, factor_sets
from accounting.domain.intake import read_stream
from accounting.domain.registry import Guideline, guidelines
from accounting.domain.remarks import Name, Remark
from accounting.domain.statement import Inputs, MonthRules, SourceStream

_FIELDS = {"guideline", "rule_version", "factor_sets", "period", "entity", "region", "streams", "months"}
_MONTH_FIELDS = {"period", "rule_version", "factor_sets", "region"}
_YEAR_OR_MONTH = re.compile(r"(?:19|20)[0-9]{2}(?:-(?:0[1-9]|1[0-2]))?", re.ASCII)
# One entity's year has some hundred streams; more is no statement.
STREAMS_MAX = 2000


@dataclass(slots=True)
class _Head:
    remarks: list[Remark] = field(default_factory=list)

    def say(self, name: Name, **facts: str) -> None:
        self.remarks.append(Remark(name, "", facts))


def read_inputs(given: object) -> tuple[Inputs | None, tuple[Remark, ...]]:
    """Typed inputs of an input object, or None with the remarks that say all that is wrong."""
    head = _Head()
    if not isinstance(given, Mapping):
        head.say(Name.malformed_input, problem="not an object")
        return None, tuple(head.remarks)
    for extra in sorted(set(given) - _FIELDS, key=str):
        head.say(Name.unknown_field, field=str(extra))
    guideline = guidelines().get(str(given.get("guideline")))
    if guideline is None:
        head.say(Name.unknown_guideline, guideline=str(given.get("guideline"))[:40])
        return None, tuple(head.remarks)
    periods = _periods(head, given.get("period"))
    own = _own_rules(head, given.get("months"), periods)
    version = _rule_version(head, guideline, given, [one for one in periods if one not in own])
    sets = _factor_sets(head, guideline, given.get("factor_sets"))
    _fuel_of_version(head, guideline, version, sets)
    region = _region(head, sets, given.get("region"))
    months = {
        month: _month_rules(head, guideline, table, month, (version, sets, region))
        for month, table in own.items()
    }
    streams = _streams(head, guideline, given.get("streams"), periods)
    if any(remark.blocks for remark in head.remarks):
        return None, tuple(head.remarks)
    inputs = Inputs(
        guideline=guideline.id,
        rule_version=version,
        factor_sets={role: found.id for role, found in sets.items()},
        periods=periods,
        entity=str(given.get("entity", "")),
        region=region,
        streams=streams,
        months=months,
    )
    return inputs, tuple(head.remarks)


def _periods(head: _Head, given: object) -> tuple[str, ...]:
    listed = given if isinstance(given, list) else [given]
    months_only = isinstance(given, list)
    for one in listed:
        fits = isinstance(one, str) and _YEAR_OR_MONTH.fullmatch(one) and (not months_only or "-" in one)
        if not fits:
            head.say(Name.bad_period, given=str(one)[:40])
            return ()
    if not listed or len(set(listed)) != len(listed):
        head.say(Name.bad_period, given=str(given)[:40])
        return ()
    return tuple(listed)


def _own_rules(head: _Head, given: object, periods: Sequence[str]) -> dict[str, Mapping[str, object]]:
    """By month what is said of its own; a month that is none of a list's is refused."""
    if given is None:
        return {}
    if not isinstance(given, list):
        head.say(Name.malformed_input, problem="months")
        return {}
    found: dict[str, Mapping[str, object]] = {}
    for number, table in enumerate(given, start=1):
        if not isinstance(table, Mapping):
            head.say(Name.malformed_input, problem=f"months.{number}")
            continue
        month = table.get("period")
        if not isinstance(month, str) or month not in periods or "-" not in month or month in found:
            head.say(Name.bad_period, given=str(month)[:40])
            continue
        for extra in sorted(set(table) - _MONTH_FIELDS, key=str):
            head.say(Name.unknown_field, field=f"months.{month}.{extra}"[:80])
        found[month] = table
    return found


def _month_rules(
    head: _Head,
    guideline: Guideline,
    table: Mapping[str, object],
    month: str,
    year: tuple[str, Mapping[str, FactorSet], str],
) -> MonthRules:
    """A month's own version, sets and region over those of its year."""
    version, sets, region = year
    if "rule_version" in table:
        version = _rule_version(head, guideline, table, [month])
    if "factor_sets" in table:
        sets = {**sets, **_named_sets(head, guideline, table["factor_sets"])}
    _fuel_of_version(head, guideline, version, sets)
    own_region = _region(head, sets, table.get("region", region or None))
    return MonthRules(version, {role: one.id for role, one in sets.items()}, own_region)


def _rule_version(
    head: _Head, guideline: Guideline, given: Mapping[str, object], periods: Sequence[str]
) -> str:
    """The version named, or the one of the data months; remarks a named one that differs."""
    named = given.get("rule_version")
    if not guideline.rule_versions:
        if named is not None:
            head.say(Name.unknown_field, field="rule_version")
        return ""
    by_date = guideline.versions_of(periods)
    if named is None:
        if len(by_date) != 1:
            head.say(Name.rule_version_ambiguous)
            return ""
        return by_date[0]
    if named not in [version.id for version in guideline.rule_versions]:
        head.say(Name.unknown_rule_version, version=str(named)[:40])
    elif other := [one for one in periods if named not in guideline.versions_of([one])]:
        expected = ", ".join(guideline.versions_of(other)) or "-"
        facts = {"period": ", ".join(other), "expected": expected, "given": str(named)}
        head.say(Name.rule_version_differs, **facts)
    return str(named)


def _fuel_of_version(head: _Head, guideline: Guideline, version: str, sets: Mapping[str, FactorSet]) -> None:
    """A rule version names its fuel set: the penalty default of coal changed with the rules.

    What was published to succeed that set goes with the version, too.
    """
    expected = next((one.fuel for one in guideline.rule_versions if one.id == version), "")
    if expected and "fuel" in sets and first_of(sets["fuel"].id) != expected:
        facts = {"version": version, "expected": expected, "given": sets["fuel"].id}
        head.say(Name.fuel_set_differs, **facts)


def _factor_sets(head: _Head, guideline: Guideline, given: object) -> dict[str, FactorSet]:
    found = _named_sets(head, guideline, given)
    if isinstance(given, Mapping) and "gwp" not in given:
        head.say(Name.missing_factor_set, role="gwp")
    return found


def _named_sets(head: _Head, guideline: Guideline, given: object) -> dict[str, FactorSet]:
    if not isinstance(given, Mapping):
        head.say(Name.missing_factor_set, role="fuel")
        return {}
    found: dict[str, FactorSet] = {}
    for role, name in given.items():
        chosen = factor_sets().get(str(name))
        if role not in ROLES:
            head.say(Name.unknown_field, field=f"factor_sets.{role}")
        elif chosen is None or role not in chosen.roles:
            head.say(Name.unknown_factor_set, role=str(role), given=str(name)[:40])
        elif first_of(chosen.id) not in guideline.factor_sets.get(role, ()):
            allowed = ", ".join(guideline.factor_sets.get(role, ())) or "-"
            head.say(Name.factor_set_foreign, role=role, given=chosen.id, allowed=allowed)
        else:
            found[role] = chosen
    return found


def _region(head: _Head, sets: Mapping[str, FactorSet], given: object) -> str:
    grid = sets.get("grid")
    if grid is None or not grid.regional:
        return str(given or "")
    if given is None:
        head.say(Name.region_missing)
        return ""
    if given not in grid.regions:
        head.say(Name.unknown_region, given=str(given)[:40])
    return str(given)


def _streams(
    head: _Head, guideline: Guideline, given: object, periods: Sequence[str]
) -> tuple[SourceStream, ...]:
    if not isinstance(given, list) or not given:
        head.say(Name.no_streams)
        return ()
    if len(given) > STREAMS_MAX:
        head.say(Name.malformed_input, problem=f"streams > {STREAMS_MAX}")
        return ()
    read: list[SourceStream] = []
    seen: set[str] = set()
    for position, one in enumerate(given, start=1):
        stream, remarks = read_stream(guideline, one, position)
        head.remarks += remarks
        name = one.get("id") if isinstance(one, Mapping) else None
        if isinstance(name, str) and name in seen:
            head.remarks.append(Remark(Name.duplicate_stream, name))
        seen |= {name} if isinstance(name, str) else set()
        if stream is not None:
            head.remarks += _period_of(guideline, stream, periods)
            read.append(stream)
    return tuple(read)


def _period_of(guideline: Guideline, stream: SourceStream, periods: Sequence[str]) -> list[Remark]:
    """With a list of months every stream that has a line (or feeds one) names its month."""
    if not periods:
        return []
    kind = guideline.stream_type(kind=stream.kind, item=stream.item)
    if not stream.period:
        needed = len(periods) > 1 and kind is not None and kind.has_line
        return [Remark(Name.stream_period_missing, stream.id)] if needed else []
    inside = stream.period in periods or (len(periods) == 1 and stream.period.startswith(f"{periods[0]}-"))
    if inside and _YEAR_OR_MONTH.fullmatch(stream.period):
        return []
    return [Remark(Name.stream_period_outside, stream.id, {"given": stream.period[:40]})]

"""Which value a parameter has: the one given, or the default of its role's factor set, with its source."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from fractions import Fraction

from accounting.domain.exact import measure_text
from accounting.domain.factors import Factor, FactorSet, factor_sets, in_force, pick
from accounting.domain.registry import StreamType
from accounting.domain.remarks import Name, Remark
from accounting.domain.statement import Inputs, Parameter, SourceStream

# A measured calorific value this far from the default is more often a wrong unit than a strange coal.
NCV_TOLERANCE = Fraction(3, 10)
# Units of one kind differ by ten or more; no measured factor does from its default.
UNIT_TOLERANCE = 10


@dataclass(frozen=True, slots=True)
class Defaults:
    """The factor sets of one calculation, asked for one stream at a time."""

    inputs: Inputs
    # A year asks for the same default once for each month and unit: what was found is kept.
    found: dict[tuple[str, ...], Parameter | None] = field(default_factory=dict, compare=False)

    def set_of(self, kind: StreamType, stream: SourceStream, parameter: str) -> FactorSet | None:
        role = kind.default_of(item=stream.item, parameter=parameter).role
        name = self.inputs.rules_in(stream.period).factor_sets.get(role)
        return factor_sets()[name] if name else None

    def rows(self, kind: StreamType, stream: SourceStream, parameter: str) -> tuple[Factor, ...]:
        """Every default row a parameter may come from; in a regional set those of the region only."""
        found = self.set_of(kind, stream, parameter)
        if found is None:
            return ()
        named = kind.default_of(item=stream.item, parameter=parameter)
        rows = found.defaults(item=named.item, parameter=named.parameter)
        region = self.inputs.rules_in(stream.period).region
        return tuple(row for row in rows if row.variant == region) if found.regional else rows

    def default(self, kind: StreamType, stream: SourceStream, parameter: str) -> Parameter | None:
        """The default that holds for the stream's period, or None."""
        key = (kind.key, stream.item, stream.variant, stream.period, parameter)
        if key not in self.found:
            self.found[key] = self._default(kind, stream, parameter)
        return self.found[key]

    def _default(self, kind: StreamType, stream: SourceStream, parameter: str) -> Parameter | None:
        found = self.set_of(kind, stream, parameter)
        row = self._row(kind, stream, parameter)
        if row is None or found is None or not row.known:
            return None
        return Parameter(
            name=parameter,
            value=row.value,
            unit=row.base_unit,
            source="default",
            given=row.text,
            given_unit=row.unit,
            factor_set=found.id,
            clause=f"{row.source}，{row.clause}",
            verified=row.verified,
        )

    def resolve(
        self, kind: StreamType, stream: SourceStream, parameter: str
    ) -> tuple[Parameter | None, list[Remark]]:
        """The value to use and what is to be said about it; None when there is none at all."""
        given = stream.parameters.get(parameter)
        if given is None:
            found = self.default(kind, stream, parameter)
            return found, self._about_default(kind, stream, parameter, found)
        if given.source == "default":
            return self._claimed(kind, stream, given)
        return given, []

    def _row(self, kind: StreamType, stream: SourceStream, parameter: str) -> Factor | None:
        found = self.set_of(kind, stream, parameter)
        region = self.inputs.rules_in(stream.period).region
        variant = region if found is not None and found.regional else stream.variant
        return pick(self.rows(kind, stream, parameter), variant=variant, on=self._on(stream))

    def _on(self, stream: SourceStream) -> str:
        """The first day of the stream's period."""
        period = stream.period or self.inputs.periods[0]
        return f"{period}-01" if "-" in period else f"{period}-01-01"

    def _about_default(
        self, kind: StreamType, stream: SourceStream, parameter: str, found: Parameter | None
    ) -> list[Remark]:
        if found is not None:
            return [] if found.verified else [Remark(Name.factor_unverified, stream.id, {"field": parameter})]
        chosen = self.set_of(kind, stream, parameter)
        if chosen is None:
            role = kind.default_of(item=stream.item, parameter=parameter).role
            return [Remark(Name.missing_factor_set, stream.id, {"role": role})]
        unread = self._row(kind, stream, parameter) is not None
        name = Name.factor_unknown if unread else Name.missing_factor
        return [Remark(name, stream.id, {"field": parameter, "set": chosen.id})]

    def _claimed(
        self, kind: StreamType, stream: SourceStream, given: Parameter
    ) -> tuple[Parameter, list[Remark]]:
        """A value that calls itself a default: take the row's source, or say that none has it."""
        chosen = self.set_of(kind, stream, given.name)
        if chosen is None:
            role = kind.default_of(item=stream.item, parameter=given.name).role
            return given, [Remark(Name.missing_factor_set, stream.id, {"role": role})]
        dated = in_force(self.rows(kind, stream, given.name), on=self._on(stream))
        rows = [row for row in dated if row.known]
        same = next((row for row in rows if (row.value, row.base_unit) == (given.value, given.unit)), None)
        if same is None:
            expected = ", ".join(f"{row.text} {row.unit}" for row in rows) or "-"
            facts = {"field": given.name, "set": chosen.id, "expected": expected}
            return given, [Remark(Name.default_differs, stream.id, facts)]
        sourced = Parameter(
            name=given.name,
            value=given.value,
            unit=given.unit,
            source="default",
            given=given.given,
            given_unit=given.given_unit,
            factor_set=chosen.id,
            clause=f"{same.source}，{same.clause}",
            verified=same.verified,
        )
        return sourced, self._about_default(kind, stream, given.name, sourced)

    def about_units(self, kind: StreamType, stream: SourceStream) -> list[Remark]:
        """Values of one's own ten times off the default or more: a unit was taken for another."""
        remarks = []
        for given in stream.parameters.values():
            default = None if given.source == "default" else self.default(kind, stream, given.name)
            if default is None or given.unit != default.unit or given.name == "ncv":
                continue
            if min(given.value, default.value) <= 0 or _near(given.value, default.value):
                continue
            facts = {"field": given.name, "given": given.given, "expected": default.given}
            remarks.append(Remark(Name.far_from_default, stream.id, facts))
        return remarks

    def about_calorific_value(self, kind: StreamType, stream: SourceStream) -> list[Remark]:
        """A calorific value of one's own that is far from the default, used in the line or not."""
        given = stream.parameters.get("ncv")
        default = (
            self.default(kind, stream, "ncv") if given is not None and given.source != "default" else None
        )
        if given is None or default is None or given.unit != default.unit:
            return []
        far = abs(given.value - default.value) > NCV_TOLERANCE * default.value
        facts = {
            "given": measure_text(given.given, given.given_unit),
            "expected": measure_text(default.given, default.given_unit),
        }
        return [Remark(Name.ncv_far_from_default, stream.id, facts)] if far else []


def _near(value: Fraction, default: Fraction) -> bool:
    return default / UNIT_TOLERANCE < value < default * UNIT_TOLERANCE


def without_default(
    defaults: Defaults, kind: StreamType, stream: SourceStream, parameters: Sequence[str]
) -> list[str]:
    """Of some parameters, those without any default in the factor sets."""
    return [name for name in parameters if defaults.default(kind, stream, name) is None]

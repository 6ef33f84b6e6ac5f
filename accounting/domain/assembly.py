"""From a plant's streams, meters and typed values to the input of a calculation. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from lexicon.terms import Grade
from lexicon.units import Unit, convert

from accounting.domain.adjustments import Adjustment
from accounting.domain.exact import number, plain_text
from accounting.domain.quality import Metered, grade_of, worst
from accounting.domain.trees import Json

BALANCE = "balance."
QUANTITY = "quantity"
# The activity from a second source (a bill, a truck scale): compared, never calculated with.
SECOND = "second"


@dataclass(frozen=True, slots=True)
class Typed:
    """A typed value: `quantity`, `balance.<field>`, `second` or a parameter."""

    name: str
    text: str
    unit: str
    origin: str
    grade: Grade
    evidence: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Source:
    """One stream of a plant with everything known of it in the period. period: its month, inside a year.

    adjustments: what rules add to its meters. The activity is what was typed as quantity, else the meters'
    quantity, else the balance; what is not used is a second source to compare with.
    """

    slug: str
    kind: str
    item: str
    variant: str
    unit: str
    meters: Mapping[str, tuple[str, ...]]
    metered: tuple[Metered, ...]
    typed: tuple[Typed, ...]
    period: str = ""
    adjustments: tuple[Adjustment, ...] = ()

    def used(self) -> tuple[Typed, ...]:
        """The typed values that are the activity; none where the meters' quantity is."""
        quantity = tuple(one for one in self.typed if one.name == QUANTITY)
        if quantity or is_metered(self, QUANTITY):
            return quantity
        return tuple(one for one in self.typed if one.name.startswith(BALANCE))

    def fed(self) -> tuple[str, ...]:
        """The meters whose readings go into the line, in order: none of a target that was typed instead."""
        typed = {one.name for one in self.used()}
        left = [
            slug
            for target, slugs in self.meters.items()
            if target not in typed and not (QUANTITY in typed and target.startswith(BALANCE))
            for slug in slugs
        ]
        return tuple(sorted(set(left)))

    def grade(self) -> Grade:
        """The grade of the activity datum: of what was typed, or the meters'; C where a rule added to it."""
        typed = [one.grade for one in self.used()]
        grade = worst(typed) if typed or not self.metered else grade_of(self.metered)
        return max(grade, Grade.C) if self.adjustments else grade

    def tonnes_grade(self) -> Grade:
        """The grade of the tonnes: the worst of the activity datum and of every typed parameter."""
        parameters = [one.grade for one in self.typed if not _is_activity(one.name)]
        return worst([self.grade(), *parameters])

    def evidence(self) -> tuple[str, ...]:
        """Digests of all evidence of the stream's typed values."""
        return tuple(sorted({digest for one in self.typed for digest in one.evidence}))


@dataclass(frozen=True, slots=True)
class Setting:
    """What the calculation is for. months: the months that a year is the sum of.

    rules: by month its rule version, factor sets and region where they are not the year's.
    """

    guideline: str
    rule_version: str
    factor_sets: Mapping[str, str]
    region: str
    period: str
    entity: str
    months: tuple[str, ...] = ()
    rules: Mapping[str, dict[str, Json]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Assembled:
    """The input object, and the sources it was made of."""

    data: dict[str, Json]
    sources: tuple[Source, ...] = field(default=())


def assemble(setting: Setting, sources: Sequence[Source]) -> Assembled:
    """The input of `calculate` for one period. What is typed goes before meters."""
    sets: dict[str, Json] = dict(setting.factor_sets)
    streams: list[Json] = [_stream(source) for source in sources]
    data: dict[str, Json] = {
        "guideline": setting.guideline,
        "factor_sets": sets,
        "period": list(setting.months) if setting.months else setting.period,
        "entity": setting.entity,
        "streams": streams,
    }
    if setting.rule_version:
        data["rule_version"] = setting.rule_version
    if setting.region:
        data["region"] = setting.region
    if setting.rules:
        data["months"] = [{"period": month, **rules} for month, rules in setting.rules.items()]
    return Assembled(data, tuple(sources))


def is_metered(source: Source, target: str) -> bool:
    """Whether every meter bound to a target has a month."""
    bound = source.meters.get(target, ())
    return bool(bound) and set(bound) <= {one.meter for one in source.metered}


def metered_text(source: Source, target: str) -> str | None:
    """The sum of the meters that feed `quantity` or a balance field, in the stream's unit.

    None unless every bound meter has a month: a missing meter is a missing quantity, never a zero.
    """
    if not is_metered(source, target):
        return None
    feeding = [one for one in source.metered if one.meter in source.meters[target]]
    added = {one.meter: number("0") for one in feeding}
    for one in source.adjustments:
        if one.target == target and one.meter in added:
            added[one.meter] += one.added
    values = [
        convert(number(format(one.quantity, "f")) + added[one.meter], Unit(one.unit), Unit(source.unit))
        for one in feeding
    ]
    return plain_text(sum(values, number("0")))


def _stream(source: Source) -> dict[str, Json]:
    result: dict[str, Json] = {"id": source.slug, "kind": source.kind, "item": source.item}
    if source.variant:
        result["variant"] = source.variant
    if source.period:
        result["period"] = source.period
    typed = {one.name: one for one in source.typed}
    if QUANTITY in typed:
        result["quantity"] = {"value": typed[QUANTITY].text, "unit": typed[QUANTITY].unit}
    elif (metered := metered_text(source, QUANTITY)) is not None:
        result["quantity"] = {"value": metered, "unit": source.unit}
    elif fields := balance_of(source):
        result["balance"] = fields
    parameters: dict[str, Json] = {
        name: {"value": one.text, "unit": one.unit, "source": one.origin}
        for name, one in typed.items()
        if not _is_activity(name)
    }
    result["parameters"] = parameters
    return result


def balance_of(source: Source) -> dict[str, Json]:
    """The fields of a balance, metered and typed, in the stream's unit; empty for a stream without one."""
    typed = {one.name: one for one in source.typed}
    fields: dict[str, Json] = {}
    for target in source.meters:
        if target.startswith(BALANCE) and (text := metered_text(source, target)) is not None:
            fields[target.removeprefix(BALANCE)] = text
    for name, one in typed.items():
        if name.startswith(BALANCE):
            value = convert(number(one.text), Unit(one.unit), Unit(source.unit))
            fields[name.removeprefix(BALANCE)] = plain_text(value)
    return fields | {"unit": source.unit} if fields else {}


def _is_activity(name: str) -> bool:
    return name in (QUANTITY, SECOND) or name.startswith(BALANCE)

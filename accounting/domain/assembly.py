"""From a plant's streams, meters and typed values to the input of a calculation. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from lexicon.terms import Grade
from lexicon.units import Unit, convert

from accounting.domain.exact import number, plain_text
from accounting.domain.quality import Metered, grade_of, worst
from accounting.domain.trees import Json

BALANCE = "balance."
QUANTITY = "quantity"


@dataclass(frozen=True, slots=True)
class Typed:
    """A typed value: `quantity`, `balance.<field>` or a parameter."""

    name: str
    text: str
    unit: str
    origin: str
    grade: Grade
    evidence: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Source:
    """One stream of a plant with everything known of it in the period. period: its month, inside a year."""

    slug: str
    kind: str
    item: str
    variant: str
    unit: str
    meters: Mapping[str, tuple[str, ...]]
    metered: tuple[Metered, ...]
    typed: tuple[Typed, ...]
    period: str = ""

    def grade(self) -> Grade:
        """The grade of the activity datum: the meters', or that of what was typed."""
        typed = [one.grade for one in self.typed if one.name == QUANTITY or one.name.startswith(BALANCE)]
        return worst(typed) if typed or not self.metered else grade_of(self.metered)

    def tonnes_grade(self) -> Grade:
        """The grade of the tonnes: the worst of the activity datum and of every typed parameter."""
        return worst([self.grade(), *(one.grade for one in self.typed)])

    def evidence(self) -> tuple[str, ...]:
        """Digests of all evidence of the stream's typed values."""
        return tuple(sorted({digest for one in self.typed for digest in one.evidence}))


@dataclass(frozen=True, slots=True)
class Setting:
    """What the calculation is for. months: the months that a year is the sum of."""

    guideline: str
    rule_version: str
    factor_sets: Mapping[str, str]
    region: str
    period: str
    entity: str
    months: tuple[str, ...] = ()


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
    return Assembled(data, tuple(sources))


def metered_text(source: Source, target: str) -> str | None:
    """The sum of the meters that feed `quantity` or a balance field, in the stream's unit.

    None unless every bound meter has a month: a missing meter is a missing quantity, never a zero.
    """
    bound = source.meters.get(target, ())
    feeding = [one for one in source.metered if one.meter in bound]
    if not bound or len(feeding) != len(bound):
        return None
    values = [
        convert(number(format(one.quantity, "f")), Unit(one.unit), Unit(source.unit)) for one in feeding
    ]
    return plain_text(sum(values, number("0")))


def _stream(source: Source) -> dict[str, Json]:
    result: dict[str, Json] = {"id": source.slug, "kind": source.kind, "item": source.item}
    if source.variant:
        result["variant"] = source.variant
    if source.period:
        result["period"] = source.period
    typed = {one.name: one for one in source.typed}
    if fields := _balance(source, typed):
        result["balance"] = fields
    elif QUANTITY in typed:
        result["quantity"] = {"value": typed[QUANTITY].text, "unit": typed[QUANTITY].unit}
    elif (metered := metered_text(source, QUANTITY)) is not None:
        result["quantity"] = {"value": metered, "unit": source.unit}
    parameters: dict[str, Json] = {
        name: {"value": one.text, "unit": one.unit, "source": one.origin}
        for name, one in typed.items()
        if name != QUANTITY and not name.startswith(BALANCE)
    }
    result["parameters"] = parameters
    return result


def _balance(source: Source, typed: Mapping[str, Typed]) -> dict[str, Json]:
    """The fields of a balance, metered and typed, in the stream's unit; empty for a stream without one."""
    fields: dict[str, Json] = {}
    for target in source.meters:
        if target.startswith(BALANCE) and (text := metered_text(source, target)) is not None:
            fields[target.removeprefix(BALANCE)] = text
    for name, one in typed.items():
        if name.startswith(BALANCE):
            value = convert(number(one.text), Unit(one.unit), Unit(source.unit))
            fields[name.removeprefix(BALANCE)] = plain_text(value)
    return fields | {"unit": source.unit} if fields else {}

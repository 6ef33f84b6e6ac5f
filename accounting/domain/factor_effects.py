"""What a set that succeeds another does to a calculation, factor by factor, in whole grams. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from lexicon.factor_lines import first_of

from accounting.domain.compute import statement_of
from accounting.domain.factors import FactorSet, trying
from accounting.domain.registry import guidelines
from accounting.domain.statement import Statement
from accounting.domain.succession import Change, changes_of, stages
from accounting.domain.trees import Json


@dataclass(frozen=True, slots=True)
class Effect:
    """Grams that a set adds to a total (negative: takes off); None where there is no total before or after.

    by_factor: position of each changed factor that the calculation may use, and what it adds after those
    before it: their sum is the whole, though factors multiply each other.
    """

    grams: int | None
    by_factor: tuple[tuple[int, int | None], ...]


def effect_of(
    before: Mapping[str, Any],
    after: Mapping[str, Any],
    base: FactorSet,
    later: FactorSet,
    *,
    always: bool = False,
) -> Effect:
    """The difference between two inputs: `after` names `later` where `before` names a set of its line.

    always: as if the changed factors had held before their month, too.
    """
    first = statement_of(before)
    with trying(later):
        asked = _used(statement_of(after), changes_of(base, later))
    totals = [_grams(first)]
    for stage in stages(base, later, [change for _, change in asked], always=always):
        with trying(stage):
            totals.append(_grams(statement_of(after)))
    steps = tuple(
        (place, _less(totals[number + 1], totals[number])) for number, (place, _) in enumerate(asked)
    )
    return Effect(_less(totals[-1], totals[0]), steps)


def grams_text(grams: int | None) -> str | None:
    """Grams as JSON has them; None where there are none."""
    return None if grams is None else str(grams)


def renamed(data: Mapping[str, Any], later: str) -> dict[str, Json]:
    """An input whose sets of a line are all its member `later`, in the year and in each of its months."""
    months = [
        {**month, "factor_sets": _named(month["factor_sets"], later)} if "factor_sets" in month else month
        for month in data.get("months", ())
    ]
    more: dict[str, Json] = {"months": months} if months else {}
    return {**data, "factor_sets": _named(data["factor_sets"], later), **more}


def _named(sets: Mapping[str, str], later: str) -> dict[str, Json]:
    return {role: later if first_of(name) == first_of(later) else name for role, name in sets.items()}


def _used(statement: Statement, changes: Sequence[Change]) -> list[tuple[int, Change]]:
    """The changed factors that any stream of a calculation may ask for, with their places."""
    numbered = list(enumerate(changes))
    if statement.inputs is None:
        return numbered
    guideline = guidelines()[statement.inputs.guideline]
    asked = {
        (named.item, named.parameter)
        for stream in statement.inputs.streams
        if (kind := guideline.stream_type(kind=stream.kind, item=stream.item)) is not None
        for parameter in kind.parameters
        for named in (kind.default_of(item=stream.item, parameter=parameter),)
    }
    return [
        (place, change) for place, change in numbered if (change.after.item, change.after.parameter) in asked
    ]


def _grams(statement: Statement) -> int | None:
    return None if statement.blocked else statement.grams


def _less(after: int | None, before: int | None) -> int | None:
    return None if after is None or before is None else after - before

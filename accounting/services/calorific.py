"""Calorific values of a plant's fuels as people stated them, month by month: what turns masses into heat."""

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

from lexicon.terms import Origin
from lexicon.units import Unit, convert

from accounting.domain.exact import number
from accounting.models import ActivityRecord, SourceStream

NCV = "ncv"
# By dimension of a calorific value the unit it is brought to, and the unit of the quantity it is of.
_PER = {
    Unit.GJ_PER_T.dimension: (Unit.GJ_PER_T, Unit.TONNE),
    Unit.GJ_PER_10K_NM3.dimension: (Unit.GJ_PER_10K_NM3, Unit.TEN_THOUSAND_NM3),
}


@dataclass(frozen=True, slots=True)
class Calorific:
    """By meter and month (`2026-06`) the heat of one of its fuel, GJ, and of what unit."""

    values: Mapping[tuple[str, str], tuple[Fraction, Unit]]

    def heat(self, meter: str, month: str, quantity: Fraction, unit: Unit) -> Fraction | None:
        """Heat of a quantity of a meter in GJ; None where nobody declared a value that fits its unit."""
        found = self.values.get((meter, month))
        if found is None or found[1].dimension != unit.dimension:
            return None
        return found[0] * convert(quantity, unit, found[1])


def calorific_of(plant: str, *, since: str, until: str) -> Calorific:
    """The values that were measured or stated for a plant's metered fuels in some months, both included.

    A default is the same every month and says nothing of the fuel that was burnt: it does not count. A meter
    that feeds two fuels has none.
    """
    meters: dict[str, set[str]] = {}
    for stream in SourceStream.objects.filter(model_id=plant, kind="fuel"):
        for slug in stream.meters.get("quantity", ()):
            meters.setdefault(slug, set()).add(stream.slug)
    declared = {
        (stream, month): value
        for stream, month, text, unit in ActivityRecord.objects.filter(
            period__plant=plant, period__period__gte=since, period__period__lte=until, name=NCV
        )
        .exclude(origin=Origin.DEFAULT)
        .values_list("stream", "period__period", "text", "unit")
        if (value := _value(text, unit)) is not None
    }
    return Calorific(
        {
            (slug, month): value
            for slug, streams in meters.items()
            for (stream, month), value in declared.items()
            if streams == {stream}
        }
    )


def _value(text: str, unit: str) -> tuple[Fraction, Unit] | None:
    per = _PER.get(Unit(unit).dimension)
    value = number(text)
    return (convert(value, Unit(unit), per[0]), per[1]) if per and value > 0 else None

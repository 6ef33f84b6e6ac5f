"""Into which unit each given value is brought before a formula sees it, and what goes with what."""

from fractions import Fraction

from lexicon.units import Unit, convert

# The units formulas are written in, by dimension; every other parameter stays in its one listed unit.
_QUANTITY_BASE = {
    "mass": Unit.TONNE,
    "gas_volume": Unit.TEN_THOUSAND_NM3,
    "electricity": Unit.MWH,
    "energy": Unit.GJ,
}
_PARAMETER_BASE = {
    "ncv": {"energy_per_mass": Unit.GJ_PER_T, "energy_per_gas_volume": Unit.GJ_PER_10K_NM3},
    "cc": {"carbon_per_energy": Unit.TC_PER_GJ},
}


def quantity_in_base(value: Fraction, unit: str) -> tuple[Fraction, Unit]:
    """A quantity in t, 1e4Nm3, MWh or GJ. Raises ValueError for a unit that is none."""
    given = Unit(unit)
    base = _QUANTITY_BASE.get(given.dimension, given)
    return convert(value, given, base), base


def parameter_in_base(parameter: str, value: Fraction, unit: str) -> tuple[Fraction, Unit]:
    """A parameter in the unit its formula expects. Raises ValueError for a unit that is none."""
    given = Unit(unit)
    base = _PARAMETER_BASE.get(parameter, {}).get(given.dimension, given)
    return convert(value, given, base), base


def fits(parameter_unit: Unit, quantity_unit: Unit) -> bool:
    """Whether a value per unit of fuel goes with the fuel's quantity: mass with mass, gas with gas.

    A warming potential is per tonne of the gas that leaves, whatever the quantity counts.
    """
    if parameter_unit.dimension == "emission_per_mass":
        return True
    for basis in ("gas_volume", "mass"):
        if parameter_unit.dimension.endswith(f"_per_{basis}"):
            return quantity_unit.dimension == basis
    return True

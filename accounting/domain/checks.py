"""Checks that guidelines share: ranges that are laws of arithmetic, and ranges that deserve a look."""

from collections.abc import Sequence
from fractions import Fraction

from accounting.domain.exact import plain_text
from accounting.domain.remarks import Name, Remark
from accounting.domain.statement import Parameter, SourceStream

FRACTIONS = frozenset(
    {"oxidation", "content", "conversion", "dust_efficiency", "heat_ratio", "fossil_fraction", "burnout"}
    | {"cao", "cao_noncarbonate", "mgo", "mgo_noncarbonate", "nonfuel_carbon", "caco3", "mgco3"}
    | {"purity", "removal", "utilisation", "sulphur", "ash", "c2f6_ratio", "biomass_fraction"}
)
# Carbon per tonne of fuel or residue cannot exceed the tonne either.
MASS_FRACTIONS = frozenset({"tC/t"})
# Above this a fraction is no slip of a digit any more but, most often, a percentage.
PERCENT_FROM, PERCENT_TO = Fraction(105, 100), 100
# Shares that are small in any plant: above these a percentage was typed as a fraction.
SMALL = {
    "sulphur": Fraction(1, 10),
    "ash": Fraction(1, 10),
    "nonfuel_carbon": Fraction(1, 20),
    "mgo": Fraction(1, 10),
}
# Carbon of a coal is tens of per cent: below one it was typed as a fraction.
CARBON_PERCENT = frozenset({"carbon_ad", "carbon_d"})
COAL_CARBON_LOW, COAL_CARBON_HIGH = Fraction(1, 5), Fraction(4, 5)


def ranges(stream: SourceStream) -> Sequence[Remark]:
    """Fractions in 0..1, percentages in 0..100, divisors above 0, nothing below 0."""
    return [remark for value in stream.parameters.values() if (remark := _out_of_range(stream.id, value))]


def coal_carbon(stream: SourceStream) -> Sequence[Remark]:
    """A coal whose carbon content is outside 0.2..0.8 tC/t is worth a second look."""
    value = stream.parameters.get("carbon_content")
    if stream.item != "coal" or value is None or COAL_CARBON_LOW <= value.value <= COAL_CARBON_HIGH:
        return ()
    return (Remark(Name.carbon_out_of_range, stream.id),)


def noncarbonate(stream: SourceStream) -> Sequence[Remark]:
    """CaO and MgO not from carbonates cannot exceed the total of the clinker's analysis."""
    remarks = []
    for total, part in (("cao", "cao_noncarbonate"), ("mgo", "mgo_noncarbonate")):
        given = stream.parameters
        if total in given and part in given and given[part].value > given[total].value:
            remarks.append(Remark(Name.noncarbonate_over_total, stream.id, {"field": part}))
    return remarks


def _out_of_range(stream: str, parameter: Parameter) -> Remark | None:
    facts = {"field": parameter.name, "given": parameter.given or plain_text(parameter.value)}
    value = parameter.value
    if parameter.name in FRACTIONS or parameter.unit in MASS_FRACTIONS:
        return _fraction(stream, parameter, facts)
    if parameter.unit == "%":
        if parameter.name in CARBON_PERCENT and 0 < value < 1:
            return Remark(Name.fraction_for_percent, stream, facts)
        return None if 0 <= value < 100 else Remark(Name.percent_out_of_range, stream, facts)
    return Remark(Name.negative_quantity, stream, facts) if value < 0 else None


def _fraction(stream: str, parameter: Parameter, facts: dict[str, str]) -> Remark | None:
    """What is wrong or doubtful about a fraction; a percentage typed for one has a name of its own."""
    value = parameter.value
    if not 0 <= value.numerator <= value.denominator:
        if PERCENT_FROM < value <= PERCENT_TO:
            return Remark(Name.percent_for_fraction, stream, facts | {"fraction": plain_text(value / 100)})
        return Remark(Name.fraction_out_of_range, stream, facts)
    if parameter.name == "dust_efficiency" and value == 0:
        return Remark(Name.not_positive, stream, facts)
    if parameter.name in SMALL and value > SMALL[parameter.name]:
        return Remark(Name.fraction_large, stream, facts | {"percent": plain_text(100 * value)})
    return None

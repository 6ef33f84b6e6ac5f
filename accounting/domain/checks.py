"""Checks that guidelines share: ranges that are laws of arithmetic, and ranges that deserve a look."""

from collections.abc import Callable, Iterable, Sequence
from fractions import Fraction

from lexicon.units import Rounding, rounded

from accounting.domain.exact import plain_text
from accounting.domain.limits import limits
from accounting.domain.remarks import Name, Remark
from accounting.domain.statement import Line, Parameter, SourceStream

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
HUNDRED = Fraction(100)


def ranges(stream: SourceStream) -> Sequence[Remark]:
    """Fractions in 0..1, percentages in 0..100, divisors above 0, nothing below 0, steam and water as physics
    has them."""
    return [remark for value in stream.parameters.values() if (remark := _out_of_range(stream.id, value))]


def coal_carbon(stream: SourceStream) -> Sequence[Remark]:
    """A coal whose carbon as received, given or brought to it, is outside 0.2..0.8 tC/t is worth a look."""
    value = _carbon_received(stream) if stream.item == "coal" else None
    if value is None or COAL_CARBON_LOW <= value <= COAL_CARBON_HIGH:
        return ()
    given = format(rounded(value, Rounding.CASE), "f")
    return (Remark(Name.carbon_out_of_range, stream.id, {"given": given}),)


def moistures(stream: SourceStream) -> Sequence[Remark]:
    """Carbon and moisture of one sample are parts of it, and drying in air takes moisture away."""
    given = {name: one.value for name, one in stream.parameters.items()}
    if "carbon_content" in given and stream.parameters["carbon_content"].unit == "tC/t":
        given["carbon_content"] *= HUNDRED
    remarks = [
        Remark(
            Name.carbon_and_moisture_over_whole,
            stream.id,
            {"field": carbon, "given": plain_text(given[carbon]), "moisture": plain_text(given[moisture])},
        )
        for carbon, moisture in (("carbon_ad", "moisture_ad"), ("carbon_content", "moisture_ar"))
        if carbon in given
        and moisture in given
        and max(given[carbon], given[moisture]) <= HUNDRED < given[carbon] + given[moisture]
    ]
    received, dried = given.get("moisture_ar"), given.get("moisture_ad")
    if received is not None and dried is not None and received < dried:
        facts = {"field": "moisture_ar", "given": plain_text(received), "dried": plain_text(dried)}
        remarks.append(Remark(Name.moisture_ar_below_ad, stream.id, facts))
    return remarks


def oxides(stream: SourceStream) -> Sequence[Remark]:
    """CaO and MgO are parts of the clinker: together not more than all of it."""
    given = [stream.parameters[name].value for name in ("cao", "mgo") if name in stream.parameters]
    both = sum(given, Fraction(0))
    if both <= 1 or any(one > 1 for one in given):
        return ()
    facts = {"field": "CaO + MgO", "given": plain_text(both)}
    return (Remark(Name.fraction_out_of_range, stream.id, facts),)


def deducted_within(deduction: str, *bases: str) -> Callable[[Sequence[Line]], Sequence[Remark]]:
    """A check that lines of kind or item `deduction` take no more than the other lines of `bases` hold."""

    def check(lines: Sequence[Line]) -> Sequence[Remark]:
        deducts = [deduction in (line.stream.kind, line.stream.item) for line in lines]
        taken = [line for line, is_taken in zip(lines, deducts, strict=True) if is_taken]
        base = [
            line
            for line, is_taken in zip(lines, deducts, strict=True)
            if line.subtotal in bases and not is_taken
        ]
        return exceeding(Name.deduction_over_process, deducted=-tonnes(taken), formed=tonnes(base))

    return check


def exceeding(name: Name, **two: Fraction) -> Sequence[Remark]:
    """The remark when the first of two amounts of tCO2 is above the second and above nothing."""
    part, whole = two.values()
    if part <= max(whole, Fraction(0)):
        return ()
    facts = {fact: format(rounded(value, Rounding.PAGE_ACCOUNTING), "f") for fact, value in two.items()}
    return (Remark(name, "", facts),)


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
    if parameter.name in limits():
        return _beyond_physics(stream, parameter, facts)
    if parameter.name in FRACTIONS or parameter.unit in MASS_FRACTIONS:
        return _fraction(stream, parameter, facts)
    if parameter.unit == "%":
        if parameter.name in CARBON_PERCENT and 0 < value < 1:
            return Remark(Name.fraction_for_percent, stream, facts)
        return None if 0 <= value < 100 else Remark(Name.percent_out_of_range, stream, facts)
    return Remark(Name.negative_quantity, stream, facts) if value < 0 else None


def _beyond_physics(stream: str, parameter: Parameter, facts: dict[str, str]) -> Remark | None:
    """Steam and hot water that cannot be, or are so only under pressure."""
    limit = limits()[parameter.name]
    if not limit.holds(parameter.value):
        bounds = {"unit": limit.unit, "low": limit.low, "high": limit.high}
        return Remark(Name.physically_impossible, stream, facts | bounds)
    if not limit.is_usual(parameter.value):
        return Remark(Name.water_above_boiling, stream, facts | {"usual": limit.usual})
    return None


def _carbon_received(stream: SourceStream) -> Fraction | None:
    """Carbon as received, tC/t, by the form that the calculation takes: the first that is given whole."""
    given = {name: one.value for name, one in stream.parameters.items()}
    if "carbon_content" in given:
        return given["carbon_content"]
    received = given.get("moisture_ar")
    if received is None:
        return None
    if "carbon_ad" in given and "moisture_ad" in given and given["moisture_ad"] < HUNDRED:
        return given["carbon_ad"] / HUNDRED * (HUNDRED - received) / (HUNDRED - given["moisture_ad"])
    return given["carbon_d"] / HUNDRED * (HUNDRED - received) / HUNDRED if "carbon_d" in given else None


def tonnes(lines: Iterable[Line]) -> Fraction:
    """The sum of some lines, tCO2e, unrounded."""
    return sum((line.value for line in lines), Fraction(0))


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

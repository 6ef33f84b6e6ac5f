"""Ceramics producers, NDRC 2013 (trial): fuels, carbonates of body and glaze, electricity bought; no heat."""

from collections.abc import Sequence
from fractions import Fraction

from accounting.domain import combustion, process, purchased_energy
from accounting.domain.checks import ranges
from accounting.domain.exact import plain_text
from accounting.domain.formulas import Formula, Rules
from accounting.domain.remarks import Name, Remark
from accounting.domain.statement import SourceStream

SOURCE = "发改办气候〔2013〕2526号 附件9"


def carbonates_within_material(stream: SourceStream) -> Sequence[Remark]:
    """CaCO3 and MgCO3 together cannot exceed the raw material they are part of."""
    given = [stream.parameters[name].value for name in ("caco3", "mgco3") if name in stream.parameters]
    both = sum(given, Fraction(0))
    if both <= 1 or any(one > 1 for one in given):
        return ()
    return (
        Remark(Name.fraction_out_of_range, stream.id, {"field": "caco3 + mgco3", "given": plain_text(both)}),
    )


RULES = Rules(
    formulas={
        "fuel_by_carbon_content": Formula(
            combustion.BY_CARBON_CONTENT, f"{SOURCE} 化石燃料燃烧排放（元素碳实测）"
        ),
        "fuel_by_heat": Formula(combustion.BY_HEAT, f"{SOURCE} 化石燃料燃烧排放"),
        "firing": Formula(process.FIRING, f"{SOURCE} 陶瓷烧成工序排放"),
        "electricity": Formula(purchased_energy.ELECTRICITY, f"{SOURCE} 净购入生产用电"),
    },
    definitions={"quantity": (purchased_energy.NET_OF_STOCK, purchased_energy.NET_OF_ENERGY)},
    checks=(ranges, carbonates_within_material),
)

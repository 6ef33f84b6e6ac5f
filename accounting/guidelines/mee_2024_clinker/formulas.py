"""Cement clinker lines, MEE 2024: fuels and process less substitutes; no electricity, no heat; intensity."""

from collections.abc import Mapping, Sequence
from fractions import Fraction

from accounting.domain import combustion, process, purchased_energy
from accounting.domain.checks import deducted_within, ranges
from accounting.domain.formulas import Formula, Rules
from accounting.domain.remarks import Name, Remark
from accounting.domain.statement import SourceStream

SOURCE = "企业温室气体排放核算与报告指南 水泥行业 CETS-AG-02.01-V01-2024"


def intensity(
    streams: Sequence[SourceStream], total: Fraction
) -> tuple[Mapping[str, Fraction], Sequence[Remark]]:
    """Line emissions per tonne of clinker, tCO2e/t: what the allocation of a line goes by."""
    clinker_t = sum((s.quantity.value or Fraction(0) for s in streams if s.item == "clinker"), Fraction(0))
    if not clinker_t:
        return {}, (Remark(Name.indicator_missing),)
    return {"clinker_tco2e_per_t": total / clinker_t}, ()


RULES = Rules(
    formulas={
        "fuel_by_carbon_content": Formula(
            combustion.BY_CARBON_CONTENT, f"{SOURCE} 化石燃料燃烧排放（元素碳实测）"
        ),
        "fuel_by_heat": Formula(combustion.BY_HEAT, f"{SOURCE} 化石燃料燃烧排放"),
        "clinker": Formula(process.BY_FACTOR, f"{SOURCE} 熟料生产过程排放"),
        "substitute": Formula(process.SUBSTITUTE, f"{SOURCE} 附录 C 非碳酸盐替代原料的扣减"),
    },
    definitions={"quantity": (purchased_energy.NET_OF_STOCK,)},
    checks=(ranges,),
    afterwards=(deducted_within("substitute", "process"),),
    indicators=intensity,
)

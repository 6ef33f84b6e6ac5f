"""Power generation units, MEE (2021-9, 2022-111, 2022-485): monthly, as-received carbon; intensities."""

from collections.abc import Mapping, Sequence
from fractions import Fraction

from accounting.domain import combustion, purchased_energy
from accounting.domain.checks import coal_carbon, moistures, ranges
from accounting.domain.formulas import Formula, Rules
from accounting.domain.remarks import Name, Remark
from accounting.domain.statement import SourceStream

SOURCE = "企业温室气体排放核算与报告指南 发电设施"


def intensities(
    streams: Sequence[SourceStream], total: Fraction
) -> tuple[Mapping[str, Fraction], Sequence[Remark]]:
    """Emissions per MWh generated and per GJ of heat, split by the entered heat ratio.

    Without any product stream there is nothing to say; without heat supply the ratio is 0.
    """
    power = sum(
        (s.quantity.value or Fraction(0) for s in streams if s.item == "electricity_generated"), Fraction(0)
    )
    suppliers = [s for s in streams if s.item == "heat_supplied"]
    heat = sum((s.quantity.value or Fraction(0) for s in suppliers), Fraction(0))
    ratios = {s.parameters["heat_ratio"].value for s in suppliers if "heat_ratio" in s.parameters}
    if not power and not suppliers:
        return {}, ()
    if not power or (suppliers and (len(ratios) != 1 or not heat)):
        return {}, (Remark(Name.indicator_missing),)
    ratio = ratios.pop() if suppliers else Fraction(0)
    found = {"power_tco2_per_mwh": total * (1 - ratio) / power}
    return (found | {"heat_tco2_per_gj": total * ratio / heat} if suppliers else found), ()


RULES = Rules(
    formulas={
        "fuel_by_carbon_content": Formula(
            combustion.BY_CARBON_CONTENT, f"{SOURCE} 化石燃料燃烧排放（收到基元素碳）"
        ),
        "fuel_by_air_dry_carbon": Formula(combustion.BY_AIR_DRY_CARBON, f"{SOURCE} 收到基换算（空干基）"),
        "fuel_by_dry_carbon": Formula(combustion.BY_DRY_CARBON, f"{SOURCE} 收到基换算（干燥基）"),
        "fuel_by_heat": Formula(combustion.BY_HEAT, f"{SOURCE} 未实测元素碳：低位发热量与单位热值含碳量"),
        "electricity": Formula(purchased_energy.ELECTRICITY, f"{SOURCE} 购入使用电力排放"),
    },
    definitions={},
    checks=(ranges, coal_carbon, moistures),
    indicators=intensities,
)

"""Magnesium smelters, NDRC 2013 (trial): fuels, own ferrosilicon, dolomite calcined, energy bought."""

from collections.abc import Sequence
from fractions import Fraction

from lexicon.units import Rounding, rounded

from accounting.domain import combustion, process, purchased_energy
from accounting.domain.checks import ranges
from accounting.domain.formulas import Formula, Rules
from accounting.domain.remarks import Name, Remark
from accounting.domain.statement import SourceStream

SOURCE = "发改办气候〔2013〕2526号 附件6"
STOCK = purchased_energy.NET_OF_STOCK
# Tonnes of dolomite to a tonne of magnesium. IPCC 2006 vol. 3 table 4.19 has 5.13 tCO2/t Mg from dolomite,
# which by this guideline's factor are 10.95 t; works lie about it.
LEAST, MOST = Fraction(9), Fraction(13)


def dolomite_per_tonne(streams: Sequence[SourceStream]) -> Sequence[Remark]:
    """Dolomite to magnesium made outside 9 to 13 t/t wants a word, by months that have both.

    An ingot too few or a truck of dolomite too few show here and nowhere else: the product has no line.
    """
    remarks = []
    for period in dict.fromkeys(one.period for one in streams):
        its = [one for one in streams if one.period == period]
        made = sum((one.quantity.value or Fraction(0) for one in its if one.item == "magnesium"), Fraction(0))
        used = [one for one in its if one.item == "dolomite"]
        if not made or not used:
            continue
        ratio = sum((_net(one) for one in used), Fraction(0)) / made
        if not LEAST <= ratio <= MOST:
            facts = {"ratio": format(rounded(ratio, Rounding.PAGE_ACCOUNTING), "f")}
            remarks.append(Remark(Name.dolomite_ratio_unusual, used[0].id, facts))
    return remarks


def _net(stream: SourceStream) -> Fraction:
    """What was used: a quantity, or what came in and neither stayed nor left."""
    if stream.quantity.value is not None:
        return stream.quantity.value
    parts = stream.quantity.balance
    gained = parts.get("purchased", Fraction(0)) + parts.get("opening", Fraction(0))
    return gained - sum(
        (parts.get(name, Fraction(0)) for name in ("closing", "sold", "other_use")), Fraction(0)
    )


RULES = Rules(
    formulas={
        "fuel_by_carbon_content": Formula(
            combustion.BY_CARBON_CONTENT, f"{SOURCE} 化石燃料燃烧排放（元素碳实测）"
        ),
        "fuel_by_heat": Formula(combustion.BY_HEAT, f"{SOURCE} 化石燃料燃烧排放"),
        "ferrosilicon": Formula(process.BY_FACTOR, f"{SOURCE} 能源作为原材料用途的排放（自产硅铁）"),
        "dolomite": Formula(process.BY_PURITY, f"{SOURCE} 白云石煅烧分解排放"),
        "electricity": Formula(purchased_energy.ELECTRICITY, f"{SOURCE} 净购入使用电力"),
        "heat": Formula(purchased_energy.HEAT, f"{SOURCE} 净购入使用热力"),
        "steam": Formula(purchased_energy.STEAM, f"{SOURCE} 净购入蒸汽的热量换算"),
        "hot_water": Formula(purchased_energy.HOT_WATER, f"{SOURCE} 净购入热水的热量换算"),
    },
    definitions={"quantity": (STOCK, purchased_energy.NET_OF_ENERGY)},
    checks=(ranges,),
    together=(dolomite_per_tonne,),
)

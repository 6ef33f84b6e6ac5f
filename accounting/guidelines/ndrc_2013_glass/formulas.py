"""Flat glass producers, NDRC 2013 (trial): fuels, carbon powder, carbonates of the batch, energy bought."""

from accounting.domain import combustion, process, purchased_energy
from accounting.domain.checks import ranges
from accounting.domain.formulas import Formula, Rules

SOURCE = "发改办气候〔2013〕2526号 附件7"
STOCK = purchased_energy.NET_OF_STOCK

RULES = Rules(
    formulas={
        "fuel_by_carbon_content": Formula(
            combustion.BY_CARBON_CONTENT, f"{SOURCE} 化石燃料燃烧排放（元素碳实测）"
        ),
        "fuel_by_heat": Formula(combustion.BY_HEAT, f"{SOURCE} 化石燃料燃烧排放"),
        "carbon_powder": Formula(process.CARBON_OXIDISED, f"{SOURCE} 原料配料中碳粉氧化的排放"),
        "carbonate": Formula(process.CARBONATE, f"{SOURCE} 原料分解产生的排放"),
        "electricity": Formula(purchased_energy.ELECTRICITY, f"{SOURCE} 净购入使用电力"),
        "heat": Formula(purchased_energy.HEAT, f"{SOURCE} 净购入使用热力"),
        "steam": Formula(purchased_energy.STEAM, f"{SOURCE} 净购入蒸汽的热量换算"),
        "hot_water": Formula(purchased_energy.HOT_WATER, f"{SOURCE} 净购入热水的热量换算"),
    },
    definitions={"quantity": (STOCK, purchased_energy.NET_OF_ENERGY)},
    checks=(ranges,),
)

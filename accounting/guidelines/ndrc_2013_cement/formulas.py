"""Cement producers, NDRC 2013 (trial): fuels, wastes, carbonates, carbon in raw meal, energy bought."""

from accounting.domain import combustion, process, purchased_energy
from accounting.domain.checks import noncarbonate, oxides, ranges
from accounting.domain.formulas import Formula, Rules

SOURCE = "发改办气候〔2013〕2526号 附件8"
STOCK = purchased_energy.NET_OF_STOCK

RULES = Rules(
    formulas={
        "fuel_by_carbon_content": Formula(
            combustion.BY_CARBON_CONTENT, f"{SOURCE} 化石燃料燃烧排放（元素碳实测）"
        ),
        "fuel_by_heat": Formula(combustion.BY_HEAT, f"{SOURCE} 化石燃料燃烧排放"),
        "waste_by_heat": Formula(combustion.WASTE_BY_HEAT, f"{SOURCE} 替代燃料和协同处置废弃物中非生物质碳"),
        "waste_by_carbon": Formula(combustion.WASTE_BY_CARBON, f"{SOURCE} 无热值废弃物：按含碳量"),
        "clinker": Formula(process.CLINKER, f"{SOURCE} 原料碳酸盐分解"),
        "nonfuel_carbon": Formula(process.NONFUEL_CARBON, f"{SOURCE} 生料中非燃料碳煅烧"),
        "electricity": Formula(purchased_energy.ELECTRICITY, f"{SOURCE} 净购入使用电力"),
        "heat": Formula(purchased_energy.HEAT, f"{SOURCE} 净购入使用热力"),
        "steam": Formula(purchased_energy.STEAM, f"{SOURCE} 净购入蒸汽的热量换算"),
        "hot_water": Formula(purchased_energy.HOT_WATER, f"{SOURCE} 净购入热水的热量换算"),
    },
    definitions={"quantity": (STOCK, purchased_energy.NET_OF_ENERGY)},
    checks=(ranges, noncarbonate, oxides),
)

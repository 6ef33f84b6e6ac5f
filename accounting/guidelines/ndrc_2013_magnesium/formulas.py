"""Magnesium smelters, NDRC 2013 (trial): fuels, own ferrosilicon, dolomite calcined, energy bought."""

from accounting.domain import combustion, process, purchased_energy
from accounting.domain.checks import ranges
from accounting.domain.formulas import Formula, Rules

SOURCE = "发改办气候〔2013〕2526号 附件6"
STOCK = purchased_energy.NET_OF_STOCK

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
)

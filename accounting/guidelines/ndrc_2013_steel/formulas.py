"""Iron and steel producers, NDRC 2013 (trial): fuels net of by-products, materials, energy, fixed carbon."""

from accounting.domain import carbon_balance, combustion, process, purchased_energy
from accounting.domain.checks import deducted_within, ranges
from accounting.domain.formulas import Formula, Rules

SOURCE = "发改办气候〔2013〕2526号 附件3"
STOCK = purchased_energy.NET_OF_STOCK

RULES = Rules(
    formulas={
        "fuel_by_carbon_content": Formula(
            combustion.BY_CARBON_CONTENT, f"{SOURCE} 燃料燃烧排放（含碳量实测；外销副产品为负）"
        ),
        "fuel_by_heat": Formula(combustion.BY_HEAT, f"{SOURCE} 燃料燃烧排放（净消耗量；外销副产品为负）"),
        "material": Formula(process.BY_FACTOR, f"{SOURCE} 工业生产过程排放（熔剂、电极、含碳原料）"),
        "fixed_carbon": Formula(carbon_balance.FIXED_CARBON, f"{SOURCE} 固碳产品隐含的排放（扣减）"),
        "electricity": Formula(purchased_energy.ELECTRICITY, f"{SOURCE} 净购入使用电力"),
        "heat": Formula(purchased_energy.HEAT, f"{SOURCE} 净购入使用热力"),
        "steam": Formula(purchased_energy.STEAM, f"{SOURCE} 净购入蒸汽的热量换算"),
        "hot_water": Formula(purchased_energy.HOT_WATER, f"{SOURCE} 净购入热水的热量换算"),
    },
    definitions={"quantity": (STOCK, purchased_energy.NET_OF_ENERGY)},
    checks=(ranges,),
    afterwards=(deducted_within("carbon_out", "combustion", "process"),),
)

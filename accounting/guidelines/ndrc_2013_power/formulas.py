"""Power generation enterprises, NDRC 2013 (trial): combustion, desulphurisation, purchased electricity."""

from accounting.domain import combustion, process, purchased_energy
from accounting.domain.checks import coal_carbon, ranges
from accounting.domain.formulas import Formula, Rules

SOURCE = "发改办气候〔2013〕2526号 附件1"

RULES = Rules(
    formulas={
        "fuel_by_carbon_content": Formula(
            combustion.BY_CARBON_CONTENT, f"{SOURCE} 化石燃料燃烧排放（煤：元素碳实测）"
        ),
        "fuel_by_heat": Formula(combustion.BY_HEAT, f"{SOURCE} 化石燃料燃烧排放"),
        "carbonate": Formula(process.CARBONATE, f"{SOURCE} 脱硫过程排放"),
        "electricity": Formula(purchased_energy.ELECTRICITY, f"{SOURCE} 净购入使用电力产生的排放"),
    },
    definitions={"oxidation": (combustion.OXIDATION_FROM_RESIDUES,)},
    checks=(ranges, coal_carbon),
)

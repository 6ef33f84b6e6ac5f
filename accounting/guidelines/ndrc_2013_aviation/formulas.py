"""Civil aviation, NDRC 2013 (trial): aircraft and ground fuels, biofuel blends, energy bought."""

from collections.abc import Sequence

from accounting.domain import combustion, purchased_energy
from accounting.domain.checks import ranges
from accounting.domain.formulas import Formula, Rules
from accounting.domain.remarks import Name, Remark
from accounting.domain.statement import SourceStream

SOURCE = "发改办气候〔2013〕2526号 附件10"
AIRCRAFT_FUELS = frozenset({"jet_kerosene", "aviation_gasoline", "jet_blend", "aviation_gasoline_blend"})
FLIGHTS = frozenset({"domestic", "international"})


def flights_named(stream: SourceStream) -> Sequence[Remark]:
    """Fuel of aircraft is reported for domestic and international flights apart: the variant says which."""
    if stream.item in AIRCRAFT_FUELS and stream.variant not in FLIGHTS:
        return (Remark(Name.flight_kind_missing, stream.id),)
    return ()


RULES = Rules(
    formulas={
        "fuel_by_carbon_content": Formula(
            combustion.BY_CARBON_CONTENT, f"{SOURCE} 化石燃料燃烧排放（元素碳实测）"
        ),
        "fuel_by_heat": Formula(combustion.BY_HEAT, f"{SOURCE} 化石燃料燃烧排放"),
        "blend_by_heat": Formula(
            combustion.BLEND_BY_HEAT, f"{SOURCE} 生物质混合燃料燃烧排放（只计化石部分）"
        ),
        "electricity": Formula(purchased_energy.ELECTRICITY, f"{SOURCE} 净购入使用电力"),
        "heat": Formula(purchased_energy.HEAT, f"{SOURCE} 净购入使用热力"),
        "steam": Formula(purchased_energy.STEAM, f"{SOURCE} 净购入蒸汽的热量换算"),
        "hot_water": Formula(purchased_energy.HOT_WATER, f"{SOURCE} 净购入热水的热量换算"),
    },
    definitions={"quantity": (purchased_energy.NET_OF_STOCK, purchased_energy.NET_OF_ENERGY)},
    checks=(ranges, flights_named),
)

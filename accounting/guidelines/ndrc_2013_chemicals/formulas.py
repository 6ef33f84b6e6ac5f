"""Chemical producers, NDRC 2013 (trial): fuels, feedstock carbon, carbonates, N2O, CO2 supplied."""

from collections.abc import Sequence

from accounting.domain import carbon_balance, combustion, process_gases, purchased_energy
from accounting.domain.checks import exceeding, ranges, tonnes
from accounting.domain.formulas import Formula, Rules
from accounting.domain.remarks import Name, Remark
from accounting.domain.statement import Line, SourceStream

SOURCE = "发改办气候〔2013〕2526号 附件4"
STOCK = purchased_energy.NET_OF_STOCK
# Where the CO2 that a plant may catch comes from; N2O is another gas, bought energy is burnt elsewhere.
FREED = frozenset({"combustion", "raw_material", "carbonate"})


def fuel_or_feedstock(streams: Sequence[SourceStream]) -> Sequence[Remark]:
    """One row of a ledger is fuel or feedstock: one item in one quantity as both is twice."""
    burnt = [one for one in streams if one.kind == "fuel"]
    return [
        Remark(Name.fuel_and_feedstock, feed.id, {"other": fuel.id})
        for feed in streams
        if feed.kind == "carbon_in"
        for fuel in burnt
        if (fuel.item, fuel.period) == (feed.item, feed.period) and _same(fuel, feed)
    ]


def _same(fuel: SourceStream, feed: SourceStream) -> bool:
    """Whether two streams move the same quantity, and any at all."""
    one, other = fuel.quantity, feed.quantity
    moves = any(one.balance.values()) if one.value is None else one.value != 0
    return moves and (one.unit, one.value, one.balance) == (other.unit, other.value, other.balance)


def carbon_kept(lines: Sequence[Line]) -> Sequence[Remark]:
    """No more carbon leaves in products and waste than the feed brought in."""
    kept = -tonnes(line for line in lines if line.stream.kind == "carbon_out")
    fed = tonnes(line for line in lines if line.stream.kind == "carbon_in")
    return exceeding(Name.carbon_balance_negative, kept=kept, fed=fed)


def recovered(lines: Sequence[Line]) -> Sequence[Remark]:
    """No more CO2 is caught and supplied than burning, feedstock and carbonates set free."""
    caught = -tonnes(line for line in lines if line.subtotal == "co2_recovery")
    formed = tonnes(line for line in lines if line.subtotal in FREED)
    return exceeding(Name.recovered_over_emitted, caught=caught, formed=formed)


RULES = Rules(
    formulas={
        "fuel_by_carbon_content": Formula(combustion.BY_CARBON_CONTENT, f"{SOURCE} 公式 (2)"),
        "fuel_by_heat": Formula(combustion.BY_HEAT, f"{SOURCE} 公式 (2)(3)"),
        "feedstock_by_carbon_content": Formula(
            carbon_balance.FEEDSTOCK_BY_CARBON_CONTENT, f"{SOURCE} 公式 (8) 碳输入"
        ),
        "feedstock_by_heat": Formula(carbon_balance.FEEDSTOCK_BY_HEAT, f"{SOURCE} 公式 (8)(3) 碳输入"),
        "carbon_out": Formula(carbon_balance.CARBON_OUT, f"{SOURCE} 公式 (8) 碳输出（扣减）"),
        "carbonate": Formula(carbon_balance.CARBONATE_BY_PURITY, f"{SOURCE} 公式 (9)"),
        "n2o": Formula(process_gases.N2O, f"{SOURCE} 公式 (10)(11)"),
        "co2_recovered": Formula(process_gases.CO2_SUPPLIED, f"{SOURCE} 公式 (12)（扣减）"),
        "electricity": Formula(purchased_energy.ELECTRICITY, f"{SOURCE} 公式 (13)"),
        "heat": Formula(purchased_energy.HEAT, f"{SOURCE} 公式 (14)"),
        "steam": Formula(purchased_energy.STEAM, f"{SOURCE} 公式 (14) 蒸汽的热量换算"),
        "hot_water": Formula(purchased_energy.HOT_WATER, f"{SOURCE} 公式 (14) 热水的热量换算"),
    },
    definitions={"quantity": (STOCK, purchased_energy.NET_OF_ENERGY)},
    checks=(ranges,),
    together=(fuel_or_feedstock,),
    afterwards=(carbon_kept, recovered),
)

"""What both aluminium guidelines share: the formulas of a smelter, and what must fit together in it."""

from collections.abc import Mapping, Sequence
from fractions import Fraction

from accounting.domain import carbon_balance, combustion, process, process_gases, purchased_energy
from accounting.domain.exact import plain_text
from accounting.domain.formulas import Formula
from accounting.domain.remarks import Name, Remark
from accounting.domain.statement import SourceStream


def formulas(source: str) -> Mapping[str, Formula]:
    """The formulas of a smelter, each with its clause in the guideline `source`."""
    return {
        "fuel_by_carbon_content": Formula(
            combustion.BY_CARBON_CONTENT, f"{source} 燃料燃烧排放（含碳量实测）"
        ),
        "fuel_by_heat": Formula(combustion.BY_HEAT, f"{source} 燃料燃烧排放"),
        "anode": Formula(carbon_balance.ANODE, f"{source} 能源作为原材料用途的排放（炭阳极消耗）"),
        "anode_effect_by_slope": Formula(process_gases.PFC_BY_SLOPE, f"{source} 阳极效应排放（斜率法）"),
        "anode_effect_by_factor": Formula(process_gases.PFC_BY_FACTOR, f"{source} 阳极效应排放（排放因子）"),
        "limestone": Formula(process.BY_FACTOR, f"{source} 石灰石煅烧分解排放"),
        "electricity": Formula(purchased_energy.ELECTRICITY, f"{source} 净购入使用电力"),
        "heat": Formula(purchased_energy.HEAT, f"{source} 净购入使用热力"),
        "steam": Formula(purchased_energy.STEAM, f"{source} 净购入蒸汽的热量换算"),
        "hot_water": Formula(purchased_energy.HOT_WATER, f"{source} 净购入热水的热量换算"),
    }


def anode_carbon(stream: SourceStream) -> Sequence[Remark]:
    """Sulphur and ash together are a part of the anode, so not more than all of it."""
    given = [stream.parameters[name].value for name in ("sulphur", "ash") if name in stream.parameters]
    whole = sum(given, Fraction(0))
    if len(given) < 2 or whole <= 1:
        return ()
    return (
        Remark(Name.fraction_out_of_range, stream.id, {"field": "sulphur + ash", "given": plain_text(whole)}),
    )


def one_output(streams: Sequence[SourceStream]) -> Sequence[Remark]:
    """Anodes and anode effects go by one output of metal, whole or split by potline."""
    periods = sorted({one.period for one in streams})
    return [
        Remark(Name.outputs_differ, "", {"anode": plain_text(anode), "effect": plain_text(effect)})
        for period in periods
        for anode, effect in ((_output(streams, "anode", period), _output(streams, "anode_effect", period)),)
        if anode != effect
    ]


def _output(streams: Sequence[SourceStream], item: str, period: str) -> Fraction:
    """Tonnes of metal that the streams of an item go by in a period."""
    quantities = [one.quantity.value for one in streams if (one.item, one.period) == (item, period)]
    return sum((value for value in quantities if value is not None), Fraction(0))

"""Power grid enterprises, NDRC 2013 (trial): SF6 of equipment repaired or retired, loss on the lines."""

from collections.abc import Sequence
from fractions import Fraction

from lexicon.units import Rounding, rounded

from accounting.domain import process_gases, purchased_energy
from accounting.domain.checks import ranges
from accounting.domain.exact import plain_text
from accounting.domain.formulas import Formula, Rules
from accounting.domain.remarks import Name, Remark
from accounting.domain.statement import SourceStream

SOURCE = "发改办气候〔2013〕2526号 附件2"

# A province's grid loses some 5 to 8 %; more than this is a wrong meter before it is a bad line.
LOSS_RATE_HIGH = Fraction(15, 100)


def device(stream: SourceStream) -> Sequence[Remark]:
    """Devices are whole, and none gives back more gas than it held."""
    if "capacity" not in stream.parameters or "recovered" not in stream.parameters:
        return ()
    capacity, recovered = (stream.parameters[name].value for name in ("capacity", "recovered"))
    remarks = []
    if recovered > capacity:
        facts = {"capacity": plain_text(capacity), "recovered": plain_text(recovered)}
        remarks.append(Remark(Name.recovered_over_capacity, stream.id, facts))
    devices = stream.quantity.value
    if devices is not None and devices.denominator != 1:
        remarks.append(Remark(Name.not_whole, stream.id, {"given": stream.quantity.given}))
    return remarks


_LOSS_FIELDS = frozenset({"feed_in", "imported", "exported", "sold"})


def loss(stream: SourceStream) -> Sequence[Remark]:
    """What a grid delivers cannot exceed what it took in; a loss over 15 % is worth a look."""
    given = stream.quantity.balance
    # A sheet's rows are looked at one by one, before there is a balance.
    if stream.item != "transmission_loss" or not set(given) >= _LOSS_FIELDS:
        return ()
    supplied = given["feed_in"] + given["imported"] - given["exported"]
    lost = supplied - given["sold"]
    if lost < 0:
        facts = {"supplied": plain_text(supplied), "sold": plain_text(given["sold"])}
        return (Remark(Name.negative_loss, stream.id, facts),)
    if lost > LOSS_RATE_HIGH * supplied:
        share = str(rounded(100 * lost / supplied, Rounding.PERCENT))
        return (Remark(Name.loss_rate_high, stream.id, {"percent": share}),)
    return ()


RULES = Rules(
    formulas={
        "sf6": Formula(process_gases.SF6, f"{SOURCE} 使用六氟化硫设备修理与退役过程产生的排放"),
        "transmission_loss": Formula(purchased_energy.ELECTRICITY, f"{SOURCE} 输配电损失引起的二氧化碳排放"),
    },
    definitions={"quantity": (purchased_energy.NET_OF_TRANSMISSION,)},
    checks=(ranges, device, loss),
)

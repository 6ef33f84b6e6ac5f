"""Sums and units inside a document: each kind has laws of its own that a changed figure breaks. Pure."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from accounting.domain.radar.suspicions import Sign, Suspicion
from accounting.domain.radar.wording import number_of


@dataclass(frozen=True, slots=True)
class Reading:
    """A labelled figure of a document: the figure as printed, its value, and its unit or nothing."""

    label: str
    printed: str
    value: Decimal
    unit: str


_NUMBER = r"(?P<n>-?\d{1,3}(?:,\d{3})+(?:\.\d+)?|-?\d+(?:\.\d+)?)"
_UNIT = r"(?P<u>kg|t|吨|千克|公斤|MJ/kg|kJ/kg|J/g|cal/g|kcal/kg|GJ/t|%|元/t|元/吨|元|kWh|MWh|m3|Nm3)?"
# Meaning of a figure by the words before it. A longer word stands before the shorter that it holds.
_LABELS: Mapping[str, str] = {
    "gross": r"毛重|gross(?: weight)?",
    "tare": r"皮重|tare(?: weight)?",
    "net": r"净重|net(?: weight)?",
    "with_tax": r"价税合计|total (?:with|incl\.?) tax",
    "tax": r"税额|tax amount",
    "rate": r"税率|tax rate",
    "amount": r"不含税金额|金额合计|金额|(?<!tax )amount",
    "price": r"含税单价|单价|unit price",
    "quantity": r"数量|结算量|quantity",
    "moisture_ad": r"空干基水分|分析水|M\s?ad",
    "ash_ad": r"空干基灰分|A\s?ad",
    "volatile_ad": r"空干基挥发分|V\s?ad",
    "fixed_ad": r"固定碳|FC\s?ad",
    "ncv": r"低位发热量|Q\s?net[,.]?\s?ar|net calorific value",
    "gcv": r"高位发热量|Q\s?gr[,.]?\s?(?:ad|d)|gross calorific value",
    "opening": r"期初库存|期初|opening stock",
    "inflow": r"本期购入|购入|received",
    "outflow": r"本期消耗|消耗|consumed",
    "closing": r"期末库存|期末|closing stock",
    "error": r"示值误差|indication error",
    "allowed": r"最大允许误差|maximum permissible error",
}
# Between label and figure: a symbol, something in brackets, a colon, a sign of money or tolerance.
_BETWEEN = r"[^\d\n:：=A-Za-z-]{0,8}(?:\([^)\n]*\)|（[^）\n]*）)?\s*[:：=]?\s*[±¥￥]?\s*"
_PATTERNS = {
    name: re.compile(
        rf"(?<![A-Za-z])(?:{words}){_BETWEEN}{_NUMBER}\s*{_UNIT}(?![\w/年.-]|[-/]\d)", re.IGNORECASE
    )
    for name, words in _LABELS.items()
}
_HEADED = {name: re.compile(words, re.I) for name, words in _LABELS.items()}
_IN_TONNES = {"kg": Decimal(1000), "千克": Decimal(1000), "公斤": Decimal(1000)}
# A road vehicle weighs between these, in t; loaded rail wagons are weighed on other slips.
VEHICLE_MIN_T, VEHICLE_MAX_T = Decimal("0.8"), Decimal(160)
# Heat values that solid, liquid and gaseous fuels of the guidelines have, by unit.
HEAT_RANGES: Mapping[str, tuple[Decimal, Decimal]] = {
    "MJ/kg": (Decimal(5), Decimal(55)),
    "GJ/t": (Decimal(5), Decimal(55)),
    "kJ/kg": (Decimal(5000), Decimal(55000)),
    "J/g": (Decimal(5000), Decimal(55000)),
    "kcal/kg": (Decimal(1200), Decimal(13000)),
    "cal/g": (Decimal(1200), Decimal(13000)),
}
HUNDRED = Decimal(100)
# The four parts of the proximate analysis are rounded to two digits each; some laboratories print one.
PROXIMATE_TOLERANCE = Decimal("0.3")


def readings_of(text: str) -> dict[str, list[Reading]]:
    """Labelled figures by meaning: `label: figure unit`, and columns under a row of labels."""
    found: dict[str, list[Reading]] = {}
    for name, pattern in _PATTERNS.items():
        for match in pattern.finditer(text):
            label = re.sub(r"[\d:：=,.\s-]+$", "", match.group()[: match.start("n") - match.start()]).strip()
            reading = Reading(label, match["n"], number_of(match["n"]), match["u"] or "")
            found.setdefault(name, []).append(reading)
    return found


def rows_of(text: str) -> list[dict[str, Reading]]:
    """Rows under a line of labels, each by meaning; rows whose columns do not fit the labels are left out."""
    rows: list[dict[str, Reading]] = []
    heads: list[str] = []
    for line in text.splitlines():
        cells = [cell for cell in re.split(r"\t|\s{2,}|\|", line.strip()) if cell.strip()]
        meanings = [_meaning(cell) for cell in cells]
        if sum(bool(one) for one in meanings) >= 2 and not any(
            re.fullmatch(r"[\d.,]+", cell) for cell in cells
        ):
            heads, labels = meanings, cells
        elif heads and len(cells) == len(heads):
            row = {
                name: one for name, one in zip(heads, map(_cell, cells, labels), strict=True) if name and one
            }
            rows += [row] if len(row) >= 2 else []
        elif heads and cells:
            heads = []
    return rows


def check(text: str) -> list[Suspicion]:
    """Every law that the document's figures break."""
    singles = {name: listed[0] for name, listed in readings_of(text).items() if len(listed) == 1}
    found: list[Suspicion] = []
    for known in [singles, *rows_of(text)]:
        for law in LAWS:
            found += law(known)
    return found[:5]


def weights(known: Mapping[str, Reading]) -> list[Suspicion]:
    """Gross less tare is net, in one unit, and a vehicle weighs what vehicles weigh."""
    if not {"gross", "tare", "net"} <= known.keys():
        return []
    gross, tare, net = (known[name] for name in ("gross", "tare", "net"))
    found = [one for reading in (gross, tare, net) if (one := _vehicle(reading))]
    if found:
        return found[:1]
    expected = _tonnes(gross) - _tonnes(tare)
    return _differs(
        "毛重 - 皮重 = 净重", expected, _tonnes(net), net.printed, tolerance=_step_t(gross, tare, net)
    )


def money(known: Mapping[str, Reading]) -> list[Suspicion]:
    """Quantity by price is amount, amount and tax are the total, the tax fits its rate."""
    found: list[Suspicion] = []
    if {"quantity", "price", "amount"} <= known.keys():
        quantity, price, amount = (known[name] for name in ("quantity", "price", "amount"))
        loose = quantity.value * _half(price) + price.value * _half(quantity) + Decimal("0.011")
        found += _differs(
            "数量 × 单价 = 金额", quantity.value * price.value, amount.value, amount.printed, tolerance=loose
        )
    if {"amount", "tax", "with_tax"} <= known.keys():
        total = known["with_tax"]
        expected = known["amount"].value + known["tax"].value
        found += _differs(
            "金额 + 税额 = 价税合计", expected, total.value, total.printed, tolerance=Decimal("0.02")
        )
    if {"amount", "rate", "tax"} <= known.keys():
        tax = known["tax"]
        expected = known["amount"].value * known["rate"].value / HUNDRED
        found += _differs("金额 × 税率 = 税额", expected, tax.value, tax.printed, tolerance=Decimal("0.06"))
    return found


def coal(known: Mapping[str, Reading]) -> list[Suspicion]:
    """Moisture, ash, volatiles and fixed carbon are the whole sample; heat values stand in their unit's
    range."""
    found: list[Suspicion] = []
    parts = ("moisture_ad", "ash_ad", "volatile_ad", "fixed_ad")
    if known.keys() >= set(parts):
        total = sum((known[name].value for name in parts), Decimal(0))
        shown = known["fixed_ad"]
        rest = HUNDRED - total + shown.value
        found += _differs(
            "100 - Mad - Aad - Vad = FCad", rest, shown.value, shown.printed, tolerance=PROXIMATE_TOLERANCE
        )
    for name in ("ncv", "gcv"):
        if name in known and (one := _heat(known[name])):
            found.append(one)
    if not found and known.keys() >= {"ncv", "gcv"} and known["ncv"].unit == known["gcv"].unit:
        lower, upper = known["ncv"], known["gcv"]
        if lower.value >= upper.value:
            facts = {"rule": "Qnet < Qgr", "expected": f"< {upper.printed}", "found": lower.printed}
            found.append(Suspicion(sign=Sign.sums_differ, facts=facts))
    return found


def stock(known: Mapping[str, Reading]) -> list[Suspicion]:
    """Opening stock and what came in, less what was used, is the closing stock."""
    if not {"opening", "inflow", "outflow", "closing"} <= known.keys():
        return []
    opening, inflow, outflow, closing = (known[name] for name in ("opening", "inflow", "outflow", "closing"))
    expected = opening.value + inflow.value - outflow.value
    loose = sum((_half(one) for one in (opening, inflow, outflow, closing)), Decimal(0))
    return _differs("期初 + 购入 - 消耗 = 期末", expected, closing.value, closing.printed, tolerance=loose)


def calibration(known: Mapping[str, Reading]) -> list[Suspicion]:
    """A certificate that passes a device does not show an error beyond the permissible one."""
    if not {"error", "allowed"} <= known.keys():
        return []
    error, allowed = known["error"], known["allowed"]
    if abs(error.value) <= abs(allowed.value):
        return []
    facts = {"rule": "|示值误差| ≤ 最大允许误差", "expected": f"≤ {allowed.printed}", "found": error.printed}
    return [Suspicion(sign=Sign.sums_differ, facts=facts)]


Law = Callable[[Mapping[str, Reading]], list[Suspicion]]
LAWS: Sequence[Law] = (weights, money, coal, stock, calibration)


def _differs(
    rule: str, expected: Decimal, found: Decimal, printed: str, *, tolerance: Decimal
) -> list[Suspicion]:
    if abs(expected - found) <= tolerance:
        return []
    shown = format(expected.quantize(Decimal("0.01")).normalize(), "f")
    return [Suspicion(sign=Sign.sums_differ, facts={"rule": rule, "expected": shown, "found": printed})]


def _half(reading: Reading) -> Decimal:
    """Half of the last digit that is printed."""
    exponent = reading.value.as_tuple().exponent
    return Decimal(1).scaleb(exponent if isinstance(exponent, int) else 0) / 2


def _tonnes(reading: Reading) -> Decimal:
    return reading.value / _IN_TONNES.get(reading.unit, Decimal(1))


def _step_t(*readings: Reading) -> Decimal:
    return sum((_half(one) / _IN_TONNES.get(one.unit, Decimal(1)) for one in readings), Decimal(0))


def _vehicle(reading: Reading) -> Suspicion | None:
    """A weight that no vehicle has in its unit, and has in the other."""
    if not reading.unit:
        return None
    weight = _tonnes(reading)
    if VEHICLE_MIN_T <= weight <= VEHICLE_MAX_T:
        return None
    likely = "kg" if weight > VEHICLE_MAX_T else "t"
    return _unit(reading, likely)


def _heat(reading: Reading) -> Suspicion | None:
    bounds = HEAT_RANGES.get(reading.unit)
    if bounds is None or bounds[0] <= reading.value <= bounds[1]:
        return None
    fits = [unit for unit, (low, high) in HEAT_RANGES.items() if low <= reading.value <= high]
    return _unit(reading, fits[0] if fits else "?")


def _unit(reading: Reading, likely: str) -> Suspicion:
    facts = {"label": reading.label, "found": reading.printed, "unit": reading.unit, "likely": likely}
    return Suspicion(sign=Sign.unit_wrong, facts=facts)


def _meaning(cell: str) -> str:
    return next((name for name, pattern in _HEADED.items() if pattern.match(cell.strip())), "")


def _cell(cell: str, label: str) -> Reading | None:
    match = re.fullmatch(rf"[¥￥]?\s*{_NUMBER}\s*{_UNIT}", cell.strip())
    if match is None:
        return None
    inside = re.search(r"[(（]\s*([^)）]+)[)）]", label)
    unit = match["u"] or (inside.group(1).strip() if inside else "")
    return Reading(label, match["n"], number_of(match["n"]), unit)

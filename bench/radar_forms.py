"""What the documents of the forgery bench say: forms of six kinds with figures that a plant's month
would have.

Knows nothing of the radar. A form is drawn from a seed: an issuer with its own layout and words, then a
month.
"""

from __future__ import annotations

import json
import random
import re
from calendar import monthrange
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, timedelta

Chance = random.Random
KINDS = ("invoice", "weighbridge", "lab_report", "calibration", "stock_take", "statement_of_supply")


@dataclass(frozen=True, slots=True)
class Issuer:
    """Who writes documents: a letterhead, an order of lines, and the languages of its labels."""

    name: str
    layout: str  # list, columns, table
    english: bool
    date_style: str
    telephone: str
    standard: str
    coded: str = ""  # how its QR codes are written: address, fields, object; empty for none


@dataclass(frozen=True, slots=True, kw_only=True)
class Form:
    """A document before it is printed. lines: label and value; dates: label to day, printed like lines."""

    kind: str
    title: str
    issuer: Issuer
    number: str
    dates: tuple[tuple[str, date], ...]
    lines: tuple[tuple[str, str], ...]
    rows: tuple[tuple[str, ...], ...] = ()
    facts: Mapping[str, str] = field(default_factory=dict)
    stamped: str = ""  # the code of another document

    def code(self) -> str:
        """What its QR code says; empty where its issuer prints none."""
        if self.stamped or not self.issuer.coded:
            return self.stamped
        sampled, reported = self.dates[0][1].isoformat(), self.dates[-1][1].isoformat()
        carbon = re.sub(r"[^0-9.]", "", self.lines[-1][1])
        if self.issuer.coded == "address":
            return (
                f"https://lims.example/v?no={self.number}&sampled={sampled}&reported={reported}&cad={carbon}"
            )
        if self.issuer.coded == "fields":
            return f"编号：{self.number}；采样日期：{sampled}；报告日期：{reported}；Cad：{carbon} %"
        told = {"no": self.number, "sampled": sampled, "reported": reported, "cad": carbon}
        return json.dumps(told, ensure_ascii=False)

    def dated(self, day: date) -> str:
        """A day as the issuer writes it."""
        style = self.issuer.date_style
        return style.format(y=day.year, m=day.month, d=day.day)


STYLES = ("{y}-{m:02d}-{d:02d}", "{y}年{m}月{d}日", "{y}/{m:02d}/{d:02d}", "{y}.{m:02d}.{d:02d}")
_NAMES = ("华测", "国检", "中环", "东方", "江南", "北辰", "恒信", "正泰", "远大", "明德")
_STANDARDS = ("GB/T 213-2008", "GB/T 212-2008", "GB/T 476-2008", "JJG 1118-2015")


def issuer_of(chance: Chance, kind: str) -> Issuer:
    """A new issuer of a kind of document."""
    ending = {"lab_report": "检测中心", "weighbridge": "计量站", "calibration": "计量院"}.get(
        kind, "能源公司"
    )
    return Issuer(
        name=f"{chance.choice(_NAMES)}{chance.choice(_NAMES)}{ending}",
        layout=chance.choice(("list", "columns", "list")),
        english=chance.random() < 0.25,
        date_style=chance.choice(STYLES),
        telephone=f"0{chance.randint(10, 899)}-{chance.randint(20_000_000, 89_999_999)}",
        standard=chance.choice(_STANDARDS),
        coded=chance.choice(("address", "fields", "object", "")) if kind == "lab_report" else "",
    )


def form_of(chance: Chance, kind: str, issuer: Issuer, month: str) -> Form:
    """A genuine document of a month, `2026-06`."""
    return _WRITERS[kind](chance, issuer, month)


def day_in(chance: Chance, month: str, *, first: int = 1, last: int = 28) -> date:
    """A day of a month."""
    year, number = (int(part) for part in month.split("-"))
    return date(year, number, chance.randint(first, min(last, monthrange(year, number)[1])))


def moved(form: Form, *, days: int) -> Form:
    """The same document of another time, with another number."""
    shifted = tuple((label, day + timedelta(days=days)) for label, day in form.dates)
    return replace(form, dates=shifted, number=f"{form.number[:-3]}{(int(form.number[-3:]) + 37) % 1000:03d}")


def _number(chance: Chance) -> str:
    return f"{chance.choice('ABCDEFGH')}{chance.choice('JKLMN')}-{chance.randint(100_000, 999_999)}"


def _pick(issuer: Issuer, zh: str, en: str) -> str:
    return en if issuer.english else zh


def _weighbridge(chance: Chance, issuer: Issuer, month: str) -> Form:
    in_kg = chance.random() < 0.4
    gross, tare = chance.randint(3_900, 5_600), chance.randint(1_300, 1_750)
    arrived = day_in(chance, month)
    unit = "kg" if in_kg else "t"

    def shown(value: int) -> str:
        return f"{value * 10} {unit}" if in_kg else f"{value / 100:.2f} {unit}"

    left = arrived + timedelta(days=chance.choice((0, 0, 0, 1)))
    return Form(
        kind="weighbridge",
        title=_pick(issuer, "过磅单", "Weighbridge slip"),
        issuer=issuer,
        number=_number(chance),
        dates=(
            (_pick(issuer, "毛重时间", "Gross at"), arrived),
            (_pick(issuer, "皮重时间", "Tare at"), left),
        ),
        lines=(
            (_pick(issuer, "车号", "Vehicle"), f"苏{chance.choice('ABCDE')}{chance.randint(10000, 99999)}"),
            (_pick(issuer, "货名", "Goods"), "原煤"),
            (_pick(issuer, "毛重", "Gross weight"), shown(gross)),
            (_pick(issuer, "皮重", "Tare weight"), shown(tare)),
            (_pick(issuer, "净重", "Net weight"), shown(gross - tare)),
        ),
    )


def _lab_report(chance: Chance, issuer: Issuer, month: str) -> Form:
    moisture = chance.randint(90, 480)
    ash, volatile = chance.randint(1_200, 3_200), chance.randint(2_200, 3_600)
    fixed = 10_000 - moisture - ash - volatile
    total = chance.randint(700, 1_700)
    ncv = chance.randint(18_500, 25_500)
    gcv = ncv + chance.randint(800, 1_500)
    style = chance.choice(("MJ/kg", "kJ/kg", "J/g"))

    def heat(value: int) -> str:
        return f"{value / 1000:.3f} {style}" if style == "MJ/kg" else f"{value} {style}"

    sampled = day_in(chance, month, first=2, last=20)
    received = sampled + timedelta(days=chance.randint(0, 3))
    tested = received + timedelta(days=chance.randint(0, 4))
    reported = tested + timedelta(days=chance.randint(0, 5))
    return Form(
        kind="lab_report",
        title=_pick(issuer, "煤质检测报告", "Coal test report"),
        issuer=issuer,
        number=_number(chance),
        dates=(
            (_pick(issuer, "采样日期", "Sampled"), sampled),
            (_pick(issuer, "收样日期", "Received"), received),
            (_pick(issuer, "检测日期", "Tested"), tested),
            (_pick(issuer, "报告日期", "Reported"), reported),
        ),
        lines=(
            (_pick(issuer, "全水分 Mt", "Total moisture Mt"), f"{total / 100:.2f} %"),
            ("Mad", f"{moisture / 100:.2f} %"),
            ("Aad", f"{ash / 100:.2f} %"),
            ("Vad", f"{volatile / 100:.2f} %"),
            ("FCad", f"{fixed / 100:.2f} %"),
            (_pick(issuer, "高位发热量 Qgr,ad", "Gross calorific value"), heat(gcv)),
            (_pick(issuer, "低位发热量 Qnet,ar", "Net calorific value"), heat(ncv)),
            (_pick(issuer, "全硫 St,ad", "Total sulphur"), f"{chance.randint(25, 160) / 100:.2f} %"),
            (_pick(issuer, "元素碳 Cad", "Carbon Cad"), f"{chance.randint(5_000, 6_600) / 100:.2f} %"),
        ),
    )


def _invoice(chance: Chance, issuer: Issuer, month: str) -> Form:
    quantity, price = chance.randint(80_000, 1_900_000), chance.randint(52_000, 98_000)
    amount = round(quantity * price / 100)
    rate = chance.choice((9, 13))
    tax = round(amount * rate / 100)
    invoiced = day_in(chance, month)
    return Form(
        kind="invoice",
        title=_pick(issuer, "增值税发票", "Invoice"),
        issuer=issuer,
        number=_number(chance),
        dates=((_pick(issuer, "开票日期", "Invoice date"), invoiced),),
        lines=(
            (_pick(issuer, "品名", "Goods"), "动力煤"),
            (_pick(issuer, "数量", "Quantity"), f"{quantity / 100:,.2f} t"),
            (_pick(issuer, "单价", "Unit price"), f"{price / 100:.2f} 元/t"),
            (_pick(issuer, "金额", "Amount"), f"{amount / 100:,.2f} 元"),
            (_pick(issuer, "税率", "Tax rate"), f"{rate} %"),
            (_pick(issuer, "税额", "Tax amount"), f"{tax / 100:,.2f} 元"),
            (_pick(issuer, "价税合计", "Total with tax"), f"{(amount + tax) / 100:,.2f} 元"),
        ),
    )


def _calibration(chance: Chance, issuer: Issuer, month: str) -> Form:
    done = day_in(chance, month)
    allowed = chance.choice((20, 50, 100))
    return Form(
        kind="calibration",
        title=_pick(issuer, "检定证书", "Calibration certificate"),
        issuer=issuer,
        number=_number(chance),
        dates=(
            (_pick(issuer, "检定日期", "Calibrated"), done),
            (_pick(issuer, "发证日期", "Issued"), done + timedelta(days=chance.randint(0, 9))),
            (_pick(issuer, "有效期至", "Valid until"), done + timedelta(days=364)),
        ),
        lines=(
            (_pick(issuer, "器具名称", "Device"), "电子皮带秤"),
            (_pick(issuer, "出厂编号", "Serial"), f"P{chance.randint(10_000, 99_999)}-1"),
            (_pick(issuer, "示值误差", "Indication error"), f"{chance.randint(1, allowed - 3) / 100:.2f} %"),
            (_pick(issuer, "最大允许误差", "Maximum permissible error"), f"{allowed / 100:.2f} %"),
        ),
    )  # fmt: skip


def _stock_take(chance: Chance, issuer: Issuer, month: str) -> Form:
    opening, bought = chance.randint(200_000, 900_000), chance.randint(900_000, 2_500_000)
    used = chance.randint(700_000, opening + bought - 90_000)
    year, number = (int(part) for part in month.split("-"))
    first, last = date(year, number, 1), date(year, number, monthrange(year, number)[1])
    return Form(
        kind="stock_take",
        title=_pick(issuer, "盘库记录", "Stock take"),
        issuer=issuer,
        number=_number(chance),
        dates=((_pick(issuer, "起始日", "From"), first), (_pick(issuer, "截止日", "Until"), last)),
        lines=(
            (_pick(issuer, "期初库存", "Opening stock"), f"{opening / 100:.2f} t"),
            (_pick(issuer, "本期购入", "Received"), f"{bought / 100:.2f} t"),
            (_pick(issuer, "本期消耗", "Consumed"), f"{used / 100:.2f} t"),
            (_pick(issuer, "期末库存", "Closing stock"), f"{(opening + bought - used) / 100:.2f} t"),
        ),
    )


def _supply(chance: Chance, issuer: Issuer, month: str) -> Form:
    """A bill of electricity or heat with a row for each meter."""
    closed = day_in(chance, month, first=26, last=28)
    multiplier = chance.choice((100, 400, 2000))
    rows, total = [], 0
    for meter in range(chance.randint(3, 6)):
        before, used = chance.randint(100_000, 9_000_000), chance.randint(9_000, 90_000)
        total += used * multiplier
        shown = (
            f"{before / 100:.2f}",
            f"{(before + used) / 100:.2f}",
            f"{multiplier}",
            f"{used * multiplier / 100:.2f}",
        )
        rows.append((f"{meter + 1}号表", *shown))
    head = ("表号", "上期示数", "本期示数", "倍率", "电量")
    return Form(
        kind="statement_of_supply",
        title=_pick(issuer, "电费结算单", "Statement of supply"),
        issuer=issuer,
        number=_number(chance),
        dates=(
            (_pick(issuer, "起始日", "From"), closed - timedelta(days=30)),
            (_pick(issuer, "截止日", "Until"), closed),
        ),
        lines=((_pick(issuer, "总电量", "Total energy"), f"{total / 100:,.2f} kWh"),),
        rows=(head, *rows),
    )  # fmt: skip


_WRITERS: Mapping[str, Callable[[Chance, Issuer, str], Form]] = {
    "weighbridge": _weighbridge,
    "lab_report": _lab_report,
    "invoice": _invoice,
    "calibration": _calibration,
    "stock_take": _stock_take,
    "statement_of_supply": _supply,
}

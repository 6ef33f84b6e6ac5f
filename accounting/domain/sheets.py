"""Rows of an imported sheet of activity data, and the named remarks on what is wrong with them. Pure.

A sheet is long: one row, one value of one stream. Nothing here knows a file format or a database.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum

from accounting.domain.trees import Json

# Columns by id with the headings people see. `label` and `meaning` help to read and are never imported.
COLUMNS: Mapping[str, tuple[str, str]] = {
    "period": ("期间", "period"),
    "stream": ("排放源", "stream"),
    "label": ("名称", "label"),
    "name": ("项目", "name"),
    "meaning": ("含义", "meaning"),
    "value": ("数值", "value"),
    "unit": ("单位", "unit"),
    "origin": ("来源", "origin"),
    "note": ("备注", "note"),
}
HELP = frozenset({"label", "meaning"})
NEEDED = ("stream", "name", "value", "unit", "origin")
NOTE_LENGTH_MAX = 300
VALUE_LENGTH_MAX = 40


class CellKind(Enum):
    """What a cell is, beyond its text."""

    TEXT = "text"
    PERCENT = "percent"  # a number that the sheet shows as a percentage: 0.98 seen as 98 %
    FORMULA = "formula"
    OTHER = "other"  # a date, a truth value, an error


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell as plain text without surrounding blanks."""

    text: str
    kind: CellKind = CellKind.TEXT


@dataclass(frozen=True, slots=True)
class Row:
    """One row by column ids. number: as the sheet counts, the heading is 1."""

    number: int
    cells: Mapping[str, Cell]

    def text(self, column: str) -> str:
        cell = self.cells.get(column)
        return cell.text if cell else ""


class RowName(Enum):
    """Named remarks of rows. value: (Chinese, English), each what is wrong and what to do."""

    column_missing = ("缺少列“{given}”：请用下载的模板", "Column {given} is missing: use the template")
    column_unknown = ("不认识列“{given}”：请用下载的模板", "Unknown column {given}: use the template")
    column_twice = ("列“{given}”出现两次", "Column {given} stands twice")
    rows_too_many = ("超过 {limit} 行：请分成几个文件", "More than {limit} rows: split the file")
    no_values = ("没有任何一行填了数值", "No row has a value")
    formula = (
        "{column} 是公式：请粘贴为数值",
        "{column} is a formula: paste it as a value",
    )
    cell_not_text = (
        "{column} 不是文本或数字（日期、逻辑值或错误）",
        "{column} is neither text nor number (a date, truth value or error)",
    )
    period_other = (
        "期间写的是 {given}，正在导入 {period}",
        "The row is of {given}; this import is for {period}",
    )
    stream_missing = ("没有写排放源", "No stream is named")
    stream_unknown = ("本厂没有排放源“{given}”", "The plant has no stream {given}")
    stream_ambiguous = (
        "“{given}”对应几个排放源：请写排放源编号（{allowed}）",
        "{given} fits several streams: write the id ({allowed})",
    )
    name_unknown = (
        "排放源没有项目“{given}”；可用：{allowed}",
        "The stream has no value {given}; it has: {allowed}",
    )
    percent_for_fraction = (
        "“{given}”带百分号：单位为 1 时写小数（98 % 写 0.98），单位为 % 时不写百分号",
        "{given} has a percent sign: with unit 1 write a fraction (98 % is 0.98), with unit % no sign",
    )
    number_grouped = (
        "“{given}”带千位分隔符：请只写数字和小数点",
        "{given} has separators: write digits and a point only",
    )
    number_wrong = (
        "“{given}”不是十进制数",
        "{given} is no decimal number",
    )
    negative = ("{given} 为负：这里只能为正或零", "{given} is negative: only zero or more stands here")
    fraction_over_one = (
        "{given} 大于 1：单位为 1 的比例写小数（98 % 写 0.98）",
        "{given} is above 1: a share with unit 1 is a fraction (98 % is 0.98)",
    )
    unit_wrong = ("单位“{given}”不可用；可用：{allowed}", "Unit {given} is not allowed; use: {allowed}")
    unit_other_quantity = (
        "单位 {given} 与活动量单位 {quantity} 不是同一种量",
        "Unit {given} does not go with a quantity in {quantity}",
    )
    origin_missing = ("没有填来源；可用：{allowed}", "No origin is given; use: {allowed}")
    origin_wrong = ("来源“{given}”不认识；可用：{allowed}", "Unknown origin {given}; use: {allowed}")
    duplicate = ("与第 {other} 行重复", "Repeats row {other}")
    quantity_and_balance = (
        "同一排放源不能既填活动水平又填收支平衡（见第 {other} 行）",
        "A stream takes a quantity or a balance, not both (see row {other})",
    )
    balance_required = (
        "本排放源只能填收支平衡的各项",
        "This stream takes the fields of its balance only",
    )
    too_long = ("{column} 超过 {limit} 个字符", "{column} is longer than {limit} characters")
    guideline_check = ("{zh}", "{en}")


@dataclass(frozen=True, slots=True)
class RowRemark:
    """One remark of a row. column: the column's id, or empty for the row as a whole.

    stream, value: what the row is of, as the plant and the guideline call it, where that could be told.
    """

    row: int
    name: RowName
    column: str = ""
    facts: Mapping[str, str] = field(default_factory=dict)
    stream: str = ""
    value: str = ""

    def as_json(self) -> dict[str, Json]:
        zh, en = COLUMNS.get(self.column, ("", ""))
        words = {
            language: self.name.value[index].format(**{"column": label} | dict(self.facts))
            for index, (language, label) in enumerate((("zh", zh), ("en", en)))
        }
        place: dict[str, Json] = {"stream": self.stream, "field": self.value}
        return {"row": self.row, "column": self.column, "name": self.name.name, **words, **place}


def headings(cells: Sequence[str], *, row: int) -> tuple[dict[int, str], list[RowRemark]]:
    """Which position holds which column, from a heading row in either language; and what is wrong with it."""
    known = {text.casefold(): name for name, pair in COLUMNS.items() for text in (*pair, name)}
    found: dict[int, str] = {}
    remarks: list[RowRemark] = []
    for position, text in enumerate(cells):
        name = known.get(text.strip().casefold())
        if name is None and text.strip():
            remarks.append(RowRemark(row, RowName.column_unknown, "", {"given": text.strip()[:40]}))
        elif name in found.values():
            remarks.append(RowRemark(row, RowName.column_twice, "", {"given": text.strip()[:40]}))
        elif name is not None:
            found[position] = name
    remarks += [
        RowRemark(row, RowName.column_missing, "", {"given": COLUMNS[name][0]})
        for name in NEEDED
        if name not in found.values()
    ]
    return found, remarks


def filled(rows: Iterable[Row]) -> list[Row]:
    """The rows in which somebody wrote a value; a template's empty rows are none."""
    return [row for row in rows if row.text("value")]

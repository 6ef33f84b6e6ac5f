"""What is said of a proposed factor set and its rows, in Chinese and English, and which of it blocks."""

from enum import Enum


class DraftName(Enum):
    """value: (blocks, Chinese, English), each what is wrong and what to do."""

    not_json = (True, "文件不是 JSON：{problem}", "The file is no JSON: {problem}")
    not_a_set = (
        True,
        "文件不是因子集：应有 set 与 row（与系统内因子集同一格式）",
        "The file is no factor set: it has set and row, as the sets of the programs have",
    )
    rows_too_many = (True, "超过 {limit} 行", "More than {limit} rows")
    month_wrong = (
        True,
        "生效月份写法不对：{given}（应为 2026-10）",
        "{given} is no month: write it as 2026-10",
    )
    overlaps = (
        True,
        "与 {set} 的生效期重叠：它自 {since} 起生效，请选更晚的月份",
        "Overlaps with {set}, which is in force from {since}: choose a later month",
    )
    nothing_changed = (
        True,
        "没有任何因子与现行因子集不同",
        "No factor differs from the set in force",
    )
    other_set = (
        True,
        "文件所续的因子集是 {given}，这里续的是 {expected}",
        "The file succeeds {given}, this proposal {expected}",
    )
    row_not_object = (True, "这一行不是对象", "The row is no object")
    field_unknown = (True, "不认识字段 {given}", "Unknown field {given}")
    not_text = (
        True,
        "须写成带引号的文本：{given}",
        "Must be text in quotes: {given}",
    )
    missing = (True, "没有填写", "Not given")
    too_long = (
        True,
        "超过 {limit} 个字符，或含换行等不可见字符",
        "Longer than {limit} characters, or with a line break or the like",
    )
    mark_missing = (
        True,
        "请写明是否已核对原文（true 或 false）",
        "Say whether it was compared with the print (true or false)",
    )
    factor_not_in_set = (
        True,
        "因子集 {set} 没有 {item} 的 {parameter}：只能修改已有的因子",
        "{set} has no {parameter} of {item}: only factors that are there can be changed",
    )
    variant_unknown = (
        True,
        "没有变体或区域 {given}；可用：{allowed}",
        "No variant or region {given}; there are: {allowed}",
    )
    published_row = (
        True,
        "有效日期 {given} 的行与已发布的不同；已发布的因子不改，新值自 {expected} 起，请改日期或留空",
        "The row of {given} is not as published. A published factor is never edited; a new value holds from "
        "{expected}: write that date, or none",
    )
    twice = (True, "与第 {other} 行是同一因子，期间重叠", "The same factor as row {other}: they overlap")
    number_wrong = (True, "“{given}”不是十进制数", "{given} is no decimal number")
    negative = (True, "{given} 为负", "{given} is negative")
    unit_wrong = (
        True,
        "单位 {given} 不可用：此因子的单位是 {expected}",
        "Unit {given} is not allowed: the factor is in {expected}",
    )
    far_from_before = (
        False,
        "{given} 与现值 {before} 相差十倍以上：请核对单位",
        "{given} is ten times off the value in force, {before}: check the unit",
    )

    @property
    def blocks(self) -> bool:
        return self.value[0]

    @property
    def zh(self) -> str:
        return self.value[1]

    @property
    def en(self) -> str:
        return self.value[2]

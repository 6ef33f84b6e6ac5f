"""An emission report as the tables of a workbook: cover, the guideline's three tables, other matters."""

from typing import Any

from accounting.models import Report
from accounting.report_sheets import Table
from accounting.services.freezing import loads
from accounting.services.rendering import facts_of
from accounting.services.words import WORDS

AMOUNT = "#,##0.000000"
QUANTITY = "#,##0.######"


def tables_of(report: Report, language: str) -> list[Table]:
    """Sheets of a report. language: zh or en. Raises KeyError for another."""
    content, facts = loads(report.content), facts_of(report, language)
    words = WORDS[language]
    return [
        Table(words["title"][:31], (), _cover(facts), {}),
        Table(words["x_table1"], (words["source"], "tCO₂e"), _totals(content, facts), {1: AMOUNT}),
        Table(words["x_table2"], _headings(words, _ACTIVITY), _activity(facts), {1: QUANTITY, 5: AMOUNT}),
        Table(words["x_table3"], _headings(words, _FACTORS), _factors(facts), {2: QUANTITY}),
        *_adjusted(facts),
        *_bridge(facts),
        *_equipment(facts),
        *_own(facts),
        *_supplementary(facts),
        Table(words["x_other"], _headings(words, _OTHER), _other(facts), {}),
    ]


_ACTIVITY = ("stream", "quantity", "unit", "origin", "grade", "emissions", "source", "clause")
_FACTORS = ("stream", "parameter", "value", "unit", "origin", "clause", "checked")
_OTHER = ("stream", "matter", "answer")


def _headings(words: dict[str, str], names: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(words[name] for name in names)


def _cover(facts: dict[str, Any]) -> list[tuple[str, str]]:
    words, content = facts["t"], facts["r"]
    return [
        (words["entity"], content["entity"]["name"]),
        (words["usci"], content["entity"]["usci"]),
        *((one["label"], one["text"]) for one in facts["entity"]),
        (words["plant"], f"{facts['plant']} ({content['plant']['id']})"),
        (words["period"], content["period"]),
        (words["version"], str(content["version"])),
        (words["guideline"], facts["guideline"]),
        (words["sets"], "；".join(facts["sets"])),
        (words["total"], f"{content['total']['cover_t']} tCO₂e"),
        (words["exact"].rstrip(":"), f"{content['total']['tco2e']} tCO₂e ({content['total']['grams']} g)"),
        *((one["role"], f"{one['person']} {one['at']}") for one in facts["signatures"]),
        (words["s6"].rpartition("、")[2].rpartition(". ")[2], words["declaration"]),
        (words["digest"], facts["digest"]),
        (words["root"], content["commitment"]["root"]),
        (words["verify"], facts["verify_url"]),
    ]


def _totals(content: dict[str, Any], facts: dict[str, Any]) -> list[tuple[str, str]]:
    rows = [
        (shown["label"], row["tco2e"])
        for shown, row in zip(facts["subtotals"], content["subtotals"], strict=True)
    ]
    indicators = [(one["label"], one["value"]) for one in facts["indicators"]]
    return [*rows, (facts["t"]["total"], content["total"]["tco2e"]), *indicators]


def _activity(facts: dict[str, Any]) -> list[tuple[str, ...]]:
    exact = [row["tco2e"] for row in facts["r"]["lines"]]
    return [
        (
            one["name"],
            one["quantity"],
            one["unit"],
            one["origin"],
            one["grade"],
            tco2e,
            one["item"],
            one["clause"],
        )
        for one, tco2e in zip(facts["lines"], exact, strict=True)
    ]


def _factors(facts: dict[str, Any]) -> list[tuple[str, ...]]:
    words = facts["t"]
    return [
        (
            one["stream"],
            one["label"],
            one["value"],
            one["unit"],
            one["source"],
            one["clause"],
            words["yes"] if one["verified"] else words["unverified"],
        )
        for one in facts["parameters"]
    ]


_ADJUSTED = (
    "stream", "meter", "why", "period", "rule", "clause", "checked", "added", "unit", "emissions", "premium",
)  # fmt: skip


def _adjusted(facts: dict[str, Any]) -> list[Table]:
    """What rules put right, to the gram; no sheet where nothing was."""
    if not facts["adjusted"]:
        return []
    names = (
        "stream", "meter", "why", "days", "rule", "clause", "checked", "added", "unit", "exact",
        "exact_premium",
    )  # fmt: skip
    words = facts["t"]
    rows = [tuple(one[name] for name in names) for one in facts["adjusted"]]
    numbers = {7: QUANTITY, 9: AMOUNT, 10: AMOUNT}
    return [Table(words["x_adjusted"], _headings(words, _ADJUSTED), rows, numbers)]


def _bridge(facts: dict[str, Any]) -> list[Table]:
    """A year's months beside the year's own figures; nothing for a month."""
    if not facts["bridge"]:
        return []
    words = facts["t"]
    rows = [tuple(one.values()) for one in facts["bridge"]]
    headings = _headings(words, ("month", "own", "in_year", "difference"))
    return [Table(words["x_bridge"], headings, rows, {1: AMOUNT, 2: AMOUNT, 3: AMOUNT})]


_EQUIPMENT = (
    "stream", "q_unit", "q_equipment", "q_capacity", "q_department", "q_meter", "q_model", "q_serial",
    "q_place", "q_percent", "q_often", "q_certificate", "q_valid",
)  # fmt: skip


def _equipment(facts: dict[str, Any]) -> list[Table]:
    """Equipment of each stream, a row for each device; a typed stream has one row without a device."""
    table, words = facts["equipment"], facts["t"]
    if table is None:
        return []
    units = ("name", "production_unit", "equipment", "capacity", "department")
    devices = (
        "meter", "device_model", "serial", "device_place", "required_percent", "calibration_every",
        "certificate", "calibrated_until",
    )  # fmt: skip
    typed = dict.fromkeys(devices, "") | {"meter": words["q_typed"]}
    rows = [
        (*(row[name] for name in units), *(one[name] for name in devices))
        for row in table["streams"]
        for one in row["devices"] or [typed]
    ]
    rows.append((words["q_other"], table["other"], *[""] * (len(_EQUIPMENT) - 2)))
    return [Table(words["x_equipment"], _headings(words, _EQUIPMENT), rows, {9: QUANTITY})]


def _own(facts: dict[str, Any]) -> list[Table]:
    """Tables C.3 and C.5 of a power unit's year; no sheets where there are none."""
    tables = facts["own"]
    if tables is None:
        return []
    words, months = facts["t"], tuple(tables["months"])
    fuels = [
        (fuel["name"], f"{row['letter']} {row['label']}", row["unit"], *row["cells"], row["year"])
        for fuel in tables["fuel"]["whole"]
        for row in fuel["rows"]
    ]
    numbers = dict.fromkeys(range(3, 4 + len(months)), QUANTITY)
    heads = (*_headings(words, ("stream", "parameter", "unit")), *months, words["in_year_months"])
    tests = [(row["label"], *row["cells"]) for row in tables["tests"]["whole"]]
    return [
        Table(_sheet(tables["fuel"]["title"]), heads, fuels, numbers),
        Table(_sheet(tables["tests"]["title"]), (words["stream"], *months), tests, {}),
    ]


def _sheet(title: str) -> str:
    """The table's number as the name of its sheet: `表 C.3`, `Table C.3`."""
    return " ".join(title.split(" ")[:2])


def _supplementary(facts: dict[str, Any]) -> list[Table]:
    """A year's supplementary table with what it follows; no sheet where none is asked for."""
    table = facts["supplementary"]
    if table is None:
        return []
    words = facts["t"]
    mark = [] if table["verified"] else [words["unverified"]]
    follows = words["semicolon"].join([table["clause"], table["basis"], *mark])
    rows = [(one["label"], one["value"], one["unit"], one["how"]) for one in table["rows"]]
    head = _headings(words, ("supplementary_row", "value", "unit", "origin"))
    note = [(table["title"], "", "", ""), (words["follows"] + follows, "", "", "")]
    return [Table(words["supplementary"], head, [*rows, *note], {1: QUANTITY})]


def _other(facts: dict[str, Any]) -> list[tuple[str, ...]]:
    words, content = facts["t"], facts["r"]
    remarks = [(one["stream"], one["text"], one["answer"]) for one in facts["remarks"]]
    evidence = [(words["evidence"], one["title"], one["sha256"]) for one in content["evidence"]]
    anchors = [(words["anchor"], f"{one['day']}/{one['n']}", one["root"]) for one in content["anchors"]]
    return [*remarks, *evidence, *anchors]

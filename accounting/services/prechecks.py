"""The auditor's automatic checks: of an open period by the enterprise, of a frozen one by the auditor."""

from collections.abc import Mapping
from typing import Any

from accounting import answers, metered
from accounting.domain.audit_checks import Checked, Verdict, checks_of
from accounting.domain.remarks import Name
from accounting.domain.year import is_year
from accounting.models import Report, ReportingPeriod
from accounting.services import entity, equipment, plans, supplementary, years
from accounting.services.calculation import calculate_period
from accounting.services.examination import automatic_checks
from accounting.services.freezing import loads
from accounting.services.gathering import months_in

_EXAMINED = {
    "evidence": ("证明材料没有伪造迹象", "no file shows signs of a forgery"),
    "paper": (
        "各类材料的应有内容齐全，且与报表相符",
        "documents show what their kind must show, and agree with the statement",
    ),
    "witness": ("物理见证与上报数据相符", "physics witnesses agree with what is reported"),
}


def of_period(account: str, period: ReportingPeriod) -> dict[str, Any]:
    """The checks of a period's last calculation, and what else would be asked before it is signed."""
    result = period.result or {}
    dossier = {
        "input": result.get("input", {}),
        "lines": result.get("lines", []),
        "subtotals": result.get("subtotals", []),
        "total_g": result.get("total_g"),
        "remarks": answers.shown(period),
        **_months(period),
    }
    return _answer(checks_of(dossier), [*_examined(period), *_before_signing(account, period)])


def of_report(report: Report) -> dict[str, Any]:
    """The same checks of a frozen statement."""
    content = loads(report.content)
    dossier = {
        "input": content["input"],
        "lines": content["lines"],
        "subtotals": content["subtotals"],
        "total_g": content["total"]["grams"],
        "remarks": [one for one in content["remarks"] if one["name"] in Name.__members__],
        **_months(report.period),
    }
    stated = content["entity"].get("facts")
    said = [] if stated is None else [_entity(stated), *_supplementary(content.get("supplementary"))]
    said += [_equipment(content["equipment"]["lacking"])] if "equipment" in content else []
    return _answer(checks_of(dossier), [*_examined(report.period, report), *said])


def _answer(found: list[Checked], more: list[dict[str, Any]]) -> dict[str, Any]:
    rows = [one.as_json() for one in found] + more
    counts = {verdict: sum(1 for row in rows if row["verdict"] == verdict) for verdict in Verdict}
    return {"checks": rows, **{str(verdict): count for verdict, count in counts.items()}}


def _months(period: ReportingPeriod) -> dict[str, Any]:
    """Of a year what its submitted months have, to be looked for in it."""
    return {"submitted": years.streams_submitted(period)} if is_year(period.period) else {}


def _examined(period: ReportingPeriod, frozen: Report | None = None) -> list[dict[str, Any]]:
    """What the forgery radar and the demands on each kind say of the period's files, and its meters'
    physics witnesses; none without any."""
    found = automatic_checks(period, frozen)
    rows = []
    for name, words in _EXAMINED.items():
        # What waits for the radar, or has too little history, has not passed: it is not spoken of.
        mine = [check for check in found if check.name == name and check.passed is not None]
        failed = [(check.words["zh"], check.words["en"]) for check in mine if check.passed is False]
        rows += [_row(name, words, *failed)] if mine else []
    return rows


def _before_signing(account: str, period: ReportingPeriod) -> list[dict[str, Any]]:
    """Anchors on the ledger, and a data quality plan in force that says what the model does."""
    waiting = [
        day.isoformat() for row in months_in(period) for day in metered.anchors(row.plant, row.period)[1]
    ]
    plan, same = plans.in_force(account, period.plant)
    plan_words = (
        ("尚未备案", "none is filed")
        if plan is None
        else ("模型在备案后有改动", "the model has changed since")
    )
    return [
        _row(
            "anchors",
            ("签名读数的每日锚定都已上链", "every day's signed readings are anchored"),
            None if not waiting else (f"待锚定：{waiting[0]}", f"waiting: {waiting[0]}"),
        ),
        _row(
            "plan",
            ("数据质量控制计划已备案且与模型一致", "the data quality plan is filed and as the model"),
            None if plan is not None and same else plan_words,
        ),
        _entity(entity.stated(period.guideline, period.plant)),
        _equipment(_lacking(period)),
        *_supplementary(_table(period)),
    ]


def _entity(facts: list[dict[str, str]]) -> dict[str, Any]:
    """Whether the first chapter says all that its template asks; named is what is missing."""
    lacking = entity.missing(facts)
    words = ("企业基本情况按模板填写完整", "the enterprise's facts are there as the template asks")
    named = (
        "未填：" + "、".join(one["zh"] for one in lacking),
        "not given: " + ", ".join(one["en"] for one in lacking),
    )
    return _row("entity", words, named if lacking else None)


def _lacking(period: ReportingPeriod) -> list[dict[str, str]]:
    lines = (period.result or {}).get("lines", [])
    lacking: list[dict[str, str]] = equipment.table_of(period.plant, period.guideline, lines)["lacking"]
    return lacking


def _equipment(lacking: list[dict[str, str]]) -> dict[str, Any]:
    """Whether equipment, devices and departments are there as the template asks; named is what is missing."""
    words = (
        "排放设备、测量设备与负责部门按模板填写完整",
        "equipment, measuring devices and departments are there as the template asks",
    )
    named = (
        "未填：" + "、".join(one["zh"] for one in lacking),
        "not given: " + ", ".join(one["en"] for one in lacking),
    )
    return _row("equipment", words, named if lacking else None)


def _supplementary(table: Mapping[str, Any] | None) -> list[dict[str, Any]]:
    """Whether the supplementary table is filled in; nothing where none is asked for."""
    if table is None:
        return []
    words = (
        "补充数据表填写完整且不矛盾",
        "the supplementary table is complete and does not contradict itself",
    )
    return [_row("supplementary", words, *supplementary.lacking(table))]


def _table(period: ReportingPeriod) -> dict[str, Any] | None:
    if not is_year(period.period):
        return None
    return supplementary.table_of(period, calculate_period(period).statement)


def _row(name: str, words: tuple[str, str], *found: tuple[str, str] | None) -> dict[str, Any]:
    listed: list[Mapping[str, str]] = [{"zh": one[0], "en": one[1]} for one in found if one]
    verdict = Verdict.WARNED if listed else Verdict.PASSED
    return {
        "check": name,
        "verdict": str(verdict),
        "zh": words[0],
        "en": words[1],
        "streams": [],
        "found": listed,
    }

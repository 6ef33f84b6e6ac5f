"""The auditor's automatic checks: of an open period by the enterprise, of a frozen one by the auditor."""

from collections.abc import Mapping
from typing import Any

from accounting import metered
from accounting.domain.audit_checks import Checked, Verdict, checks_of
from accounting.domain.remarks import Name
from accounting.models import RemarkAnswer, Report, ReportingPeriod
from accounting.services import plans
from accounting.services.freezing import loads
from accounting.services.gathering import months_in


def of_period(account: str, period: ReportingPeriod) -> dict[str, Any]:
    """The checks of a period's last calculation, and what else would be asked before it is signed."""
    answers = {(one.remark, one.stream): one.text for one in RemarkAnswer.objects.filter(period=period)}
    result = period.result or {}
    remarks = [
        {**one, "answer": answers.get((one["name"], one["stream"]), "")} for one in result.get("remarks", ())
    ]
    dossier = {
        "input": result.get("input", {}),
        "lines": result.get("lines", []),
        "subtotals": result.get("subtotals", []),
        "total_g": result.get("total_g"),
        "remarks": remarks,
    }
    return _answer(checks_of(dossier), _before_signing(account, period))


def of_report(report: Report) -> dict[str, Any]:
    """The same checks of a frozen statement."""
    content = loads(report.content)
    dossier = {
        "input": content["input"],
        "lines": content["lines"],
        "subtotals": content["subtotals"],
        "total_g": content["total"]["grams"],
        "remarks": [one for one in content["remarks"] if one["name"] in Name.__members__],
    }
    return _answer(checks_of(dossier), [])


def _answer(found: list[Checked], more: list[dict[str, Any]]) -> dict[str, Any]:
    rows = [one.as_json() for one in found] + more
    counts = {verdict: sum(1 for row in rows if row["verdict"] == verdict) for verdict in Verdict}
    return {"checks": rows, **{str(verdict): count for verdict, count in counts.items()}}


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
    ]


def _row(name: str, words: tuple[str, str], found: tuple[str, str] | None) -> dict[str, Any]:
    listed: list[Mapping[str, str]] = [{"zh": found[0], "en": found[1]}] if found else []
    verdict = Verdict.WARNED if found else Verdict.PASSED
    return {
        "check": name,
        "verdict": str(verdict),
        "zh": words[0],
        "en": words[1],
        "streams": [],
        "found": listed,
    }

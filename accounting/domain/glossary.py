"""The words of accounting for who reads a course: terms of the lexicon in groups, with sources. Pure."""

from lexicon.accounting_terms import BalanceField, Property, Subtotal
from lexicon.terms import (
    EvidenceKind,
    FindingKind,
    Grade,
    Origin,
    PeriodState,
    ReportState,
    Role,
    Term,
    VerificationStep,
)
from lexicon.units import Unit

from accounting.domain.exact import compounds_text
from accounting.domain.trees import Json

# The order in which one meets the words on the way from a meter to a report.
GROUPS: tuple[tuple[type[Term], str, str], ...] = (
    (Property, "参数", "Parameters"),
    (BalanceField, "收支平衡的项目", "Fields of a balance"),
    (Origin, "数据来源", "Origins of data"),
    (Grade, "数据等级", "Grades of data"),
    (Subtotal, "排放类别", "Kinds of emission"),
    (EvidenceKind, "证明材料种类", "Kinds of evidence"),
    (PeriodState, "核算期状态", "States of a period"),
    (VerificationStep, "核查步骤", "Steps of a verification"),
    (FindingKind, "核查意见种类", "Kinds of findings"),
    (ReportState, "报告状态", "States of a report"),
    (Role, "岗位", "Roles"),
)


def glossary_json() -> list[dict[str, Json]]:
    """Groups of terms: `{zh, en, terms: [{id, zh, en, source}]}`; units last."""
    groups = [
        _group(zh, en, [(one.value, one.zh, one.en, one.source) for one in kind]) for kind, zh, en in GROUPS
    ]
    units = [(unit.value, unit.zh, unit.dimension.replace("_", " "), "") for unit in Unit]
    return [*groups, _group("单位", "Units", units)]


def _group(zh: str, en: str, rows: list[tuple[str, str, str, str]]) -> dict[str, Json]:
    terms: list[Json] = [
        {"id": name, "zh": compounds_text(own), "en": compounds_text(english), "source": source}
        for name, own, english, source in rows
    ]
    return {"zh": zh, "en": en, "terms": terms}

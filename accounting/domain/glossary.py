"""The words of accounting for who reads a course: the field's own, then the lexicon's in groups. Pure."""

import tomllib
from functools import cache

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
from accounting.domain.registry import GUIDELINES
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
    """Groups of terms: `{zh, en, terms: [{id, zh, en, source, meaning}]}`; basic words first, units last.

    meaning: `{zh, en}`, empty for a word that needs none.
    """
    groups = [
        _group(zh, en, [_term(one.value, one.zh, one.en, one.source) for one in kind])
        for kind, zh, en in GROUPS
    ]
    units = [_term(unit.value, unit.zh, unit.dimension.replace("_", " ")) for unit in Unit]
    return [_group("基本词语", "Basic words", basic_words()), *groups, _group("单位", "Units", units)]


@cache
def basic_words() -> list[Json]:
    """The words of the style guide that name no state or kind, with what each means."""
    table = tomllib.loads((GUIDELINES / "basic_words.toml").read_text(encoding="utf-8"))
    return [
        _term(row["id"], row["zh"], row["en"], meaning=(row["meaning_zh"], row["meaning_en"]))
        for row in table["word"]
    ]


def _group(zh: str, en: str, terms: list[Json]) -> dict[str, Json]:
    return {"zh": zh, "en": en, "terms": terms}


def _term(name: str, zh: str, en: str, source: str = "", meaning: tuple[str, str] = ("", "")) -> Json:
    return {
        "id": name,
        "zh": compounds_text(zh),
        "en": compounds_text(en),
        "source": source,
        "meaning": {"zh": meaning[0], "en": meaning[1]},
    }

"""What an auditor's machine checks of a statement; an enterprise runs the very same before it submits. Pure.

A dossier is what both have: `input`, `lines`, `subtotals`, `total_g`, and `remarks` with their answers; of a
year also `submitted`, the ids that the streams of its submitted months have in it.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum, StrEnum
from fractions import Fraction
from typing import Any

from lexicon.units import Rounding, grams_from_t, rounded
from proof import trees

from accounting.domain.compute import statement_of
from accounting.domain.registry import guidelines
from accounting.domain.remarks import Name
from accounting.domain.trees import Json

Dossier = Mapping[str, Any]

# More of the total by typed or filled data than this deserves a look; the design's proposal.
WEAK_SHARE_MAX = Fraction(1, 2)


class Verdict(StrEnum):
    """What came of a check."""

    PASSED = "passed"
    WARNED = "warned"
    FAILED = "failed"


class Check(Enum):
    """The checks in their order; value: (Chinese, English)."""

    recomputation = (
        "按输入重新计算，逐行与合计相同",
        "calculated again from the input: lines and total agree",
    )
    trees = ("第二求值器按公式树逐行求值相同", "a second evaluator gives each line by its tree")
    formulas = ("每行公式与公布的指南公式一致", "each line follows the guideline's published formula")
    sums = ("分项与合计等于各行之和", "subtotals and total are the sums of the lines")
    blocking = ("没有阻止提交的问题", "nothing blocks the statement")
    factors = ("缺省值已与指南原文核对", "defaults have been compared with the guideline's text")
    evidence = ("录入的数据都有证明材料", "typed values have their evidence")
    gaps = ("计量数据完整，没有缺测小时", "meters lost no hour")
    calibration = ("计量点在检定有效期和准确度内", "meters are within calibration and accuracy")
    sources = ("同一数据的两个来源、库存衔接、进出平衡一致", "second sources, stocks and balances agree")
    ranges = ("数值在预期范围内，环比变化合理", "values lie in their range, changes are plausible")
    grades = ("一半以上的排放量来自实测", "over half of the tonnes are measured")
    months = (
        "已提交各月的排放源都在年度中，数值相同",
        "the year has every stream of its submitted months, with their figures",
    )
    answers = ("需要说明的提示都有说明", "every remark that wants an answer has one")


@dataclass(frozen=True, slots=True)
class Checked:
    """One check's verdict; streams: those it is about; found: what it saw, zh and en."""

    check: Check
    verdict: Verdict
    streams: tuple[str, ...] = ()
    found: tuple[tuple[str, str], ...] = ()

    def as_json(self) -> dict[str, Json]:
        return {
            "check": self.check.name,
            "verdict": str(self.verdict),
            "zh": self.check.value[0],
            "en": self.check.value[1],
            "streams": list(self.streams),
            "found": [{"zh": zh, "en": en} for zh, en in self.found],
        }


def checks_of(dossier: Dossier) -> list[Checked]:
    """Every check of a statement, in order; that of the months only of a year."""
    asked = [check for check in _CHECKS if check is not Check.months or "submitted" in dossier]
    return [_CHECKS[check](check, dossier) for check in asked]


def _recomputation(check: Check, dossier: Dossier) -> Checked:
    again = statement_of(dossier["input"])
    shown = {line["stream"]: line["grams"] for line in dossier["lines"]}
    now = {line.stream.id: str(line.grams) for line in again.lines}
    off = [stream for stream in {*shown, *now} if shown.get(stream) != now.get(stream)]
    same_total = dossier["total_g"] == (None if again.blocked else str(again.grams))
    return _verdict(check, off if off or same_total else ["total"])


def _trees(check: Check, dossier: Dossier) -> Checked:
    return _verdict(check, [line["stream"] for line in dossier["lines"] if _grams(line) != line["grams"]])


def _grams(line: Mapping[str, Any]) -> str:
    try:
        return str(grams_from_t(Fraction(*trees.evaluate(line["tree"]))))
    except trees.BadTree as error:
        return error.reason


def _formulas(check: Check, dossier: Dossier) -> Checked:
    published = guidelines()[dossier["input"]["guideline"]].published()
    forms, definitions = published["formulas"], published["definitions"]
    if not isinstance(forms, Mapping) or not isinstance(definitions, Mapping):
        raise TypeError("published trees are objects")
    return _verdict(
        check,
        [
            line["stream"]
            for line in dossier["lines"]
            if not trees.follows(line["tree"], formula=forms.get(line["formula"]), definitions=definitions)
        ],
    )


def _sums(check: Check, dossier: Dossier) -> Checked:
    values = [(line["subtotal"], Fraction(*trees.evaluate(line["tree"]))) for line in dossier["lines"]]
    off = [
        row["name"]
        for row in dossier["subtotals"]
        if row["tco2e"] != _six(sum((value for name, value in values if name == row["name"]), Fraction(0)))
    ]
    total = sum((value for _, value in values), Fraction(0))
    if dossier["total_g"] is not None and str(grams_from_t(total)) != dossier["total_g"]:
        off.append("total")
    return _verdict(check, off)


def _blocking(check: Check, dossier: Dossier) -> Checked:
    found = [one for one in dossier["remarks"] if Name[one["name"]].blocks]
    return _said(check, found, Verdict.FAILED)


def _factors(check: Check, dossier: Dossier) -> Checked:
    names = (Name.factor_unverified, Name.default_differs, Name.fuel_set_differs, Name.rules_differ)
    return _about(check, dossier, *names)


def _evidence(check: Check, dossier: Dossier) -> Checked:
    laboratory = (Name.accreditation_missing, Name.accreditation_wrong, Name.accreditation_ended)
    return _about(check, dossier, Name.evidence_missing, *laboratory, worst=Verdict.FAILED)


def _gaps(check: Check, dossier: Dossier) -> Checked:
    return _about(
        check, dossier, Name.hours_missing, Name.hours_ambiguous, Name.hours_filled, Name.gap_substituted
    )


def _calibration(check: Check, dossier: Dossier) -> Checked:
    ended = (Name.uncalibrated, Name.calibration_missing)
    return _about(check, dossier, *ended, Name.calibration_corrected, Name.accuracy_unknown)


def _sources(check: Check, dossier: Dossier) -> Checked:
    names = (Name.sources_differ, Name.opening_differs, Name.fuel_and_feedstock, Name.outputs_differ)
    balances = (Name.carbon_balance_negative, Name.recovered_over_emitted, Name.deduction_over_process)
    return _about(check, dossier, *names, *balances)


def _ranges(check: Check, dossier: Dossier) -> Checked:
    names = (Name.outside_expected, Name.month_jump, Name.far_from_default, Name.ncv_far_from_default)
    more = (Name.fraction_large, Name.fraction_for_percent, Name.carbon_out_of_range, Name.loss_rate_high)
    return _about(check, dossier, *names, *more, Name.water_above_boiling, Name.dolomite_ratio_unusual)


def _grades(check: Check, dossier: Dossier) -> Checked:
    weights = [(line["grade"], abs(int(line["grams"]))) for line in dossier["lines"]]
    whole = sum(grams for _, grams in weights)
    weak = sum(grams for grade, grams in weights if grade in ("C", "D"))
    if not whole or Fraction(weak, whole) <= WEAK_SHARE_MAX:
        return Checked(check, Verdict.PASSED)
    share = rounded(Fraction(100 * weak, whole), Rounding.PERCENT)
    words = (f"C、D 级占 {share} %", f"{share} % are of grade C or D")
    streams = tuple(line["stream"] for line in dossier["lines"] if line["grade"] in ("C", "D"))
    return Checked(check, Verdict.WARNED, streams, (words,))


def _months(check: Check, dossier: Dossier) -> Checked:
    there = {stream["id"] for stream in dossier["input"].get("streams", ())}
    lost = [stream for stream in dossier["submitted"] if stream not in there]
    if lost:
        named = ", ".join(lost)
        words = (f"年度缺少已提交的排放源：{named}", f"submitted, but not in the year: {named}")
        return Checked(check, Verdict.FAILED, tuple(lost), (words,))
    return _about(check, dossier, Name.year_differs)


def _answers(check: Check, dossier: Dossier) -> Checked:
    found = [one for one in dossier["remarks"] if Name[one["name"]].needs_answer and not one.get("answer")]
    return _said(check, found, Verdict.FAILED)


def _about(check: Check, dossier: Dossier, *names: Name, worst: Verdict = Verdict.WARNED) -> Checked:
    wanted = {name.name for name in names}
    return _said(check, [one for one in dossier["remarks"] if one["name"] in wanted], worst)


def _said(check: Check, found: Sequence[Mapping[str, Any]], verdict: Verdict) -> Checked:
    if not found:
        return Checked(check, Verdict.PASSED)
    streams = tuple(dict.fromkeys(one["stream"] for one in found if one["stream"]))
    words = tuple(dict.fromkeys((one["zh"], one["en"]) for one in found))
    return Checked(check, verdict, streams, words)


def _verdict(check: Check, off: Sequence[str]) -> Checked:
    return Checked(check, Verdict.FAILED if off else Verdict.PASSED, tuple(sorted(off)))


def _six(value: Fraction) -> str:
    return format(rounded(value, Rounding.CASE), "f")


_CHECKS: Mapping[Check, Callable[[Check, Dossier], Checked]] = {
    Check.recomputation: _recomputation,
    Check.trees: _trees,
    Check.formulas: _formulas,
    Check.sums: _sums,
    Check.blocking: _blocking,
    Check.factors: _factors,
    Check.evidence: _evidence,
    Check.gaps: _gaps,
    Check.calibration: _calibration,
    Check.sources: _sources,
    Check.ranges: _ranges,
    Check.grades: _grades,
    Check.months: _months,
    Check.answers: _answers,
}

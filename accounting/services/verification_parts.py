"""Parts of a verification report since its third version, as text: matters, plan, changes, signatures.

Reports made before have none of them, and their pages stay as they were.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from lexicon.terms import Grade, Origin, VerificationStep
from lexicon.transactions import Transaction

from accounting.domain.exact import grouped_text, measure_text, tco2e_text, unit_text
from accounting.domain.year import name_without, slug_of

GRAMS = 1_000_000  # in a tonne
Facts = Mapping[str, Any]
Words = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Approved:
    """The approval on the ledger, which its report cannot name: day, transaction, block; empty before."""

    on: str = ""
    tx: str = ""
    block: str = ""


def tonnes(grams: str) -> str:
    """Grams as tonnes to the gram; a dash for what is not there."""
    return tco2e_text(Fraction(int(grams), GRAMS)) if grams else "—"


def parts_of(report: Facts, words: Words, language: str, names: Words, approved: Approved) -> dict[str, Any]:
    """Everything that only these reports have; empty for an earlier one."""
    if "matters" not in report:
        return {}
    streams = _streams(report, language)
    return {
        "matters": stated_matters(report, words, language),
        "differences": [
            {
                "what": words[f"d_{one['what']}"],
                "stream": streams.get(one["stream"], one["stream"]) or "—",
                "planned": _planned(one, "planned", words),
                "executed": _planned(one, "found", words),
            }
            for one in report["conformity"]["differences"]
        ],
        "changes": [
            _change(one, report, words, language) for one in (*report["results"], *report["removed"])
        ],
        "changed": _total(report, words),
        "corrections": [
            {
                "version": str(one["version"]),
                "total": tonnes(one["total_g"]),
                "reason": one["reason"] or "—",
                "digest": one["digest"],
            }
            for one in report["corrections"]
        ],
        "declarations": [one[language] for one in report["declarations"]],
        "allocation": _allocation(report["allocation"], words, language),
        "acts": [_act(one, words, language, names) for one in (*report["acts"], _approval(report, approved))],
    }


def stated_matters(report: Facts, words: Words, language: str) -> list[dict[str, str]]:
    """Each matter in words: name, mark, found, and since the fourth version the verifiers' own note."""
    return [_matter(one, report, words, language) for one in report["matters"]]


def conclusion_of(report: Facts, words: Words) -> list[str]:
    """Whether the report conforms to the data quality plan; nothing in an earlier report."""
    if "conformity" not in report:
        return []
    plan, count = report["conformity"]["plan"], len(report["conformity"]["differences"])
    if plan is None:
        return [words["c_plan_none"]]
    name = "c_plan_differs" if count else "c_plan_same"
    return [words[name].format(on=plan["filed_on"], version=plan["version"], count=count)]


def notes_of(report: Facts, language: str) -> list[tuple[str, str]]:
    """What verifiers noted with their steps; that of the visit stands with the visit."""
    return [
        (getattr(VerificationStep(one["step"]), language), one["note"])
        for one in report["steps"]
        if one.get("note") and one["step"] != VerificationStep.SITE_VISIT
    ]


def _streams(report: Facts, language: str) -> dict[str, str]:
    """Names by the plant's own streams; a year's are named by the month, which falls away."""
    return {slug_of(one["stream"]): _bare(one, report, language) for one in report["results"]}


def _bare(one: Words, report: Facts, language: str) -> str:
    month = one["stream"].rpartition(".")[0]
    name = one[language] or one["stream"]
    return name_without(name, f"{report['period']}-{month}") if month else name


def _planned(one: Words, side: str, words: Words) -> str:
    return one[side] or (words["no_meter"] if one["what"] == "meters" else "—")


def _matter(one: Facts, report: Facts, words: Words, language: str) -> dict[str, str]:
    name = one["name"]
    own = f"t_{name}" in words
    return {
        "name": words[f"t_{name}" if own else f"f_{name}"],
        "mark": words["and"].join(words[f"m_{mark}"] for mark in one["marks"]) or "—",
        "found": _FOUND[name](one["facts"], report, words, language),
        **({"note": one["note"]} if "note" in one else {}),
    }


def _basics(facts: Facts, _report: Facts, words: Words, language: str) -> str:
    said = words["t_basics_text"].format(**facts)
    lacking = words["and"].join(one[language] for one in facts["lacking"])
    return said + (words["t_lacking"].format(names=lacking) if lacking else "")


def _boundary(_facts: Facts, _report: Facts, words: Words, _language: str) -> str:
    return words["f_boundary_text"]


def _method(facts: Facts, report: Facts, words: Words, _language: str) -> str:
    return words["t_method_text"].format(hash=report["guideline"]["hash"][:16], **facts)


def _activity(facts: Facts, _report: Facts, words: Words, language: str) -> str:
    grades = {
        f"{one['name']} {getattr(Grade(one['name']), language)}": one["count"] for one in facts["grades"]
    }
    return words["t_activity_text"].format(
        lines=facts["lines"], grades=_counted(grades, words), adjusted=facts["adjusted"]
    )


def _factors(facts: Facts, _report: Facts, words: Words, language: str) -> str:
    sources = {str(getattr(Origin(one["name"]), language)): one["count"] for one in facts["sources"]}
    return words["t_factors_text"].format(
        values=facts["values"], sources=_counted(sources, words) or "—", unverified=facts["unverified"]
    )


def _emissions(_facts: Facts, report: Facts, words: Words, _language: str) -> str:
    again = report["recomputation"]
    return words["f_data_text"].format(
        recalculated=grouped_text(tonnes(again["recalculated_g"])),
        trees=grouped_text(tonnes(again["by_trees_g"])),
        frozen=grouped_text(tonnes(again["frozen_g"])),
    )


def _production(facts: Facts, _report: Facts, words: Words, language: str) -> str:
    said = [
        words["count_of"].format(name=one[language], count=measure_text(one["quantity"], one["unit"]))
        for one in facts["products"]
    ]
    return words["and"].join(said) or words["t_production_none"]


def _quality(facts: Facts, _report: Facts, words: Words, _language: str) -> str:
    return words["t_quality_text"].format(**facts)


def _plan(_facts: Facts, report: Facts, words: Words, _language: str) -> str:
    plan = report["conformity"]["plan"]
    proof = words["t_plan_text"].format(digest=plan["digest"][:16], tx=plan["tx"][:16]) if plan else ""
    return "".join(conclusion_of(report, words)) + proof


def _other(facts: Facts, report: Facts, words: Words, language: str) -> str:
    title = facts[language]
    said = (
        words["t_other_text"].format(title=title, lacking=facts["lacking"])
        if title
        else words["t_other_none"]
    )
    return said + words["t_findings"].format(count=len(report["findings"]))


_FOUND = {
    "basics": _basics,
    "boundary": _boundary,
    "method": _method,
    "activity": _activity,
    "factors": _factors,
    "emissions": _emissions,
    "production": _production,
    "quality": _quality,
    "plan": _plan,
    "other": _other,
}


def _counted(counts: Mapping[str, int], words: Words) -> str:
    return words["and"].join(
        words["count_of"].format(name=name, count=count) for name, count in counts.items()
    )


def _change(one: Facts, report: Facts, words: Words, language: str) -> dict[str, str]:
    """A line as it was reported before and as it is confirmed; one that was taken out has no amount now."""
    before, now = one["before_g"], one.get("verified_g", "")
    change = int(now or 0) - int(before or 0)
    same = before == now
    return {
        "name": one[language] or one["stream"],
        "before": tonnes(before) if before else words["absent"],
        "verified": tonnes(now) if now else words["absent"],
        "same": words["yes"] if same else "—",
        "change": tonnes(str(change)),
        "why": words["no_reason"] if same else _why(one, report, words),
    }


def _why(line: Facts, report: Facts, words: Words) -> str:
    """The enterprise's own reason of each correction that changed the line, and the findings on it.

    Reports of the third version do not say which version changed a line: they name every correction.
    """
    own = [
        words["correction_of"].format(version=one["version"], reason=one["reason"])
        for one in report["corrections"][1:]
        if one["reason"] and one["version"] in line.get("changed_in", [one["version"]])
    ]
    asked = [
        words["finding_of"].format(
            version=one["version"], number=one["number"], text=one["outcome"] or one["text"]
        )
        for one in line["findings"]
    ]
    return " ".join([*own, *asked]) or words["no_reason"]


def _total(report: Facts, words: Words) -> dict[str, str]:
    first = report["corrections"][0]["total_g"] if report["corrections"] else report["total_g"]
    return {
        "before": tonnes(first),
        "same": words["yes"] if first == report["total_g"] else "—",
        "change": tonnes(str(int(report["total_g"]) - int(first))),
    }


def _allocation(table: Facts, words: Words, language: str) -> dict[str, Any]:
    """The annex of allocation data, or the sentence that says why there is none."""
    if "none" in table:
        return {"none": table["none"][language], "rows": []}
    mark = [] if table["verified"] else [words["unverified"]]
    return {
        "title": table[language],
        "follows": words["semicolon"].join([table[f"clause_{language}"], table[f"basis_{language}"], *mark]),
        "rows": [
            {
                "name": one[language],
                "value": one["value"] or words["not_given"],
                "unit": unit_text(one["unit"]),
            }
            for one in table["rows"]
        ],
    }


def _approval(report: Facts, approved: Approved) -> dict[str, str]:
    """The approver's own signature, as the ledger has it now; nothing while it has not."""
    return {
        "act": Transaction.APPROVE_AND_MINT,
        "of": "",
        "person": report["approver"],
        "at": approved.on,
        "tx": approved.tx,
        "block": approved.block,
    }


def _act(one: Words, words: Words, language: str, names: Words) -> dict[str, str]:
    act, of = words[f"a_{one['act']}"], one["of"]
    if one["act"] == Transaction.RECORD_STEP:
        of = str(getattr(VerificationStep(of), language))
    return {
        "act": f"{act} {of}".strip(),
        "person": names.get(one["person"], one["person"]),
        "at": one["at"].replace("T", " "),
        "block": one["block"] or "—",
        "tx": one["tx"] or "—",
    }

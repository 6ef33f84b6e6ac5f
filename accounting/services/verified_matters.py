"""What a verification looked into, matter by matter: the facts that its third chapter states.

Facts only, of the frozen statement and the recorded steps; the words are `verification_words`.
Source: MEE verification guide of the power sector (2026), annex: chapter 3 and its marks 查 问 看 验.
"""

from collections import Counter
from collections.abc import Collection, Mapping
from fractions import Fraction
from typing import Any

from lexicon.terms import Grade, Origin, VerificationStep

from accounting.domain.exact import plain_text
from accounting.domain.inputs import read_inputs
from accounting.domain.registry import guidelines
from accounting.domain.year import slug_of
from accounting.services import entity, supplementary

RECORDS, INTERVIEW, LOOK, RECOMPUTE = "records", "interview", "look", "recompute"
# Which marks a matter may have; it has those of what was really done.
MATTERS = {
    "basics": (RECORDS, INTERVIEW),
    "boundary": (RECORDS, LOOK),
    "method": (RECORDS, RECOMPUTE),
    "activity": (RECORDS, RECOMPUTE),
    "factors": (RECORDS, RECOMPUTE),
    "emissions": (RECOMPUTE,),
    "production": (RECORDS,),
    "quality": (RECORDS, INTERVIEW),
    "plan": (RECORDS, LOOK),
    "other": (RECORDS, INTERVIEW),
}
# What each step amounts to; the independence, the plan and the decision are no look at anything.
METHODS = {
    VerificationStep.SAMPLE: RECORDS,
    VerificationStep.RECOMPUTATION: RECOMPUTE,
    VerificationStep.SITE_VISIT: LOOK,
    VerificationStep.TECHNICAL_REVIEW: RECORDS,
}


def matters_of(
    statement: Mapping[str, Any], *, steps: Collection[str], answered: bool, notes: Mapping[str, str]
) -> list[dict[str, Any]]:
    """Every matter with its facts (counts as whole numbers), the marks of what was done, the verifiers' note.

    steps: recorded ones; answered: whether the enterprise said something to a finding; notes: by matter.
    """
    done = {mark for step, mark in METHODS.items() if step in steps} | ({INTERVIEW} if answered else set())
    return [
        {
            "name": name,
            "marks": [mark for mark in marks if mark in done],
            "facts": _FACTS[name](statement),
            "note": notes.get(name, ""),
        }
        for name, marks in MATTERS.items()
    ]


def _basics(statement: Mapping[str, Any]) -> dict[str, Any]:
    stated = statement["entity"].get("facts", [])
    lacking = entity.missing(stated)
    return {
        "given": len(stated) - len(lacking),
        "lacking": [{"zh": one["zh"], "en": one["en"]} for one in lacking],
    }


def _boundary(statement: Mapping[str, Any]) -> dict[str, Any]:
    return {"streams": len({slug_of(line["stream"]) for line in statement["lines"]})}


def _method(statement: Mapping[str, Any]) -> dict[str, Any]:
    return {"formulas": len({line["formula"] for line in statement["lines"]})}


def _activity(statement: Mapping[str, Any]) -> dict[str, Any]:
    lines = statement["lines"]
    grades = Counter(line["grade"] for line in lines)
    return {
        "lines": len(lines),
        "grades": [{"name": str(one), "count": grades[one]} for one in Grade if grades[one]],
        "adjusted": sum(1 for line in lines if line["adjustments"]),
    }


def _factors(statement: Mapping[str, Any]) -> dict[str, Any]:
    values = [one for line in statement["lines"] for one in line["parameters"]]
    sources = Counter(one["source"] for one in values)
    return {
        "values": len(values),
        "sources": [{"name": str(one), "count": sources[one]} for one in Origin if sources[one]],
        "unverified": sum(1 for one in values if not one["verified"]),
    }


def _emissions(statement: Mapping[str, Any]) -> dict[str, Any]:
    return {"lines": len(statement["lines"])}


def _production(statement: Mapping[str, Any]) -> dict[str, Any]:
    """Streams without a line of their own: what was made, summed over the months of a year."""
    inputs, _ = read_inputs(statement["input"])
    with_line = {line["stream"] for line in statement["lines"]}
    made: dict[tuple[str, str, str], Fraction] = {}
    for stream in inputs.streams if inputs else ():
        if stream.id not in with_line and stream.quantity.value is not None:
            key = (stream.kind, stream.item, str(stream.quantity.unit))
            made[key] = made.get(key, Fraction(0)) + stream.quantity.value
    return {"products": [_product(statement, *key, value) for key, value in made.items()]}


def _product(
    statement: Mapping[str, Any], kind: str, item: str, unit: str, value: Fraction
) -> dict[str, str]:
    found = guidelines()[statement["guideline"]["id"]].stream_type(kind=kind, item=item)
    label = found.items[item] if found else None
    return {
        "zh": label.zh if label else item,
        "en": label.en if label else item,
        "quantity": plain_text(value),
        "unit": unit,
    }


def _quality(statement: Mapping[str, Any]) -> dict[str, Any]:
    remarks = statement["remarks"]
    return {
        "evidence": len(statement["evidence"]),
        "anchors": len(statement["anchors"]),
        "remarks": len(remarks),
        "answered": sum(1 for one in remarks if one["answer"]),
    }


def _plan(_statement: Mapping[str, Any]) -> dict[str, Any]:
    return {}


def _other(statement: Mapping[str, Any]) -> dict[str, Any]:
    table = statement.get("supplementary")
    return {
        "zh": table["zh"] if table else "",
        "en": table["en"] if table else "",
        "lacking": len(supplementary.missing(table)) if table else 0,
    }


_FACTS = {
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

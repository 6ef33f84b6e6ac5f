"""The number by which a laboratory is known to be allowed to test: its form, and whether it was still good.

The forms and years are data (`guidelines/data_rules.toml`, with source and whether it was compared). Rule of
use: guideline for power units of 2022, fuel tests by CMA or CNAS laboratories.
"""

import re
from datetime import date

from accounting.domain.clauses import clause_text
from accounting.domain.data_rules import data_rules
from accounting.domain.remarks import Name, Remark

_CENTURY = 2000


def about_accreditation(*, stream: str, title: str, given: str, reported_on: date | None) -> list[Remark]:
    """A remark on a laboratory report without an accreditation number, or with one that is none or had ended.

    given: as typed, several apart by a comma or a stroke; one good number is enough. reported_on: the day of
    the report, by which a number must hold.
    """
    rule = data_rules().accreditation
    numbers = [part for one in re.split("[,，、/;；]", given) if (part := one.strip())]
    if any(rule.cnas.fullmatch(one) for one in numbers):
        return []
    issued = [_CENTURY + int(found[1]) for one in numbers if (found := rule.cma.fullmatch(one))]
    mark_zh, mark_en = ("", "") if rule.verified else ("（未核对）", " (unverified)")
    facts = {
        "title": title, "given": given, "mark_zh": mark_zh, "mark_en": mark_en,
        "rule_zh": rule.clause, "rule_en": clause_text(rule.clause, "en"),
    }  # fmt: skip
    if not numbers:
        return [Remark(Name.accreditation_missing, stream, facts)]
    if not issued:
        return [Remark(Name.accreditation_wrong, stream, facts)]
    last = max(issued) + rule.cma_years
    if reported_on is None or min(issued) <= reported_on.year <= last:
        return []
    day = reported_on.isoformat()
    return [
        Remark(
            Name.accreditation_ended,
            stream,
            facts | {"issued": str(max(issued)), "last": str(last), "day": day},
        )
    ]

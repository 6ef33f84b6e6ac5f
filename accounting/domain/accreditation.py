"""The number by which a laboratory is known to be allowed to test: its form, and whether it was still good.

Sources: measures for the accreditation of inspection and testing bodies (CMA: a certificate of twelve digits,
of which the first two are the year of issue, good for six years); CNAS-RL01 (laboratories are numbered L and
digits). Rule of use: guideline for power units of 2022, fuel tests by CMA or CNAS laboratories.
"""

import re
from datetime import date

from accounting.domain.remarks import Name, Remark

CMA_YEARS = 6
_CENTURY = 2000
_CNAS = re.compile(r"(?:CNAS)?\s*L\s*[0-9]{4,6}", re.IGNORECASE | re.ASCII)
_CMA = re.compile(r"(?:CMA)?\s*([0-9]{2})[0-9]{10}", re.IGNORECASE | re.ASCII)


def about_accreditation(*, stream: str, title: str, given: str, reported_on: date | None) -> list[Remark]:
    """A remark on a laboratory report whose accreditation number is none, or had ended on the report's day.

    given: as typed, several apart by a comma or a stroke; one good number is enough. Nothing given says
    nothing. reported_on: the day of the report.
    """
    numbers = [part for one in re.split("[,，、/;；]", given) if (part := one.strip())]
    if not numbers or any(_CNAS.fullmatch(one) for one in numbers):
        return []
    issued = [_CENTURY + int(found[1]) for one in numbers if (found := _CMA.fullmatch(one))]
    facts = {"title": title, "given": given}
    if not issued:
        return [Remark(Name.accreditation_wrong, stream, facts)]
    last = max(issued) + CMA_YEARS
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
